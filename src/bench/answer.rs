//! Reading answers: just enough of HTTP/1.1 to know where one ends, so that the generator costs little.

use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncRead, AsyncReadExt};

/// No answer measured here comes near it.
const ANSWER_MAX: usize = 1024 * 1024;

/// Where an answer ends, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub head_length: usize,
    /// Head and body together.
    pub length: usize,
}

/// Reads one whole answer to the start of `buffer`, which it empties first.
pub async fn read(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Result<Answer> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        match parse(buffer) {
            Some(answer) if answer.length <= buffer.len() => return Ok(answer),
            _ if buffer.len() > ANSWER_MAX => return Err(Error::other("an answer without an end")),
            _ => {}
        }
    }
}

/// `None` while the head is incomplete.
pub fn parse(bytes: &[u8]) -> Option<Answer> {
    let head_length = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(bytes.get(..head_length)?).ok()?;
    let status = head.get(9..12)?.parse().ok()?;
    let body = header(head, "content-length").and_then(|value| value.parse::<usize>().ok());
    Some(Answer { status, head_length, length: head_length + body.unwrap_or(0) })
}

/// The value of a header, in a head of ASCII text.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_ends_where_its_length_says() {
        let mut wire = &b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx-a: b\r\n\r\nhello"[..];
        let mut buffer = Vec::new();
        let whole = read(&mut wire, &mut buffer).await.unwrap();
        assert_eq!(whole, Answer { status: 200, head_length: 46, length: 51 });
        assert_eq!(&buffer[whole.head_length..whole.length], b"hello");
    }

    #[tokio::test]
    async fn an_answer_without_a_body_and_one_that_is_cut_off() {
        let mut buffer = Vec::new();
        let whole = read(&mut &b"HTTP/1.1 204 No Content\r\n\r\n"[..], &mut buffer).await.unwrap();
        assert_eq!(whole, Answer { status: 204, head_length: 27, length: 27 });
        assert!(
            read(&mut &b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel"[..], &mut buffer).await.is_err()
        );
    }
}
