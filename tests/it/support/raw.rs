//! Requests that no HTTP library would send, written byte by byte.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Sends `head` (request line and headers, without the last empty line) and `body` to `http://127.0.0.1:PORT`; returns
/// the status and the whole answer. Status 0: the connection was closed without one.
pub fn send(url: &str, head: &[u8], body: &[u8]) -> (u16, String) {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut bytes = head.to_vec();
    bytes.extend_from_slice(b"\r\nhost: app.example.com\r\nconnection: close\r\n");
    if !body.is_empty() {
        bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    // The server may answer and close before it has read all of what it refuses.
    let _ = stream.write_all(&bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}
