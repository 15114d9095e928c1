//! Forms with files (`multipart/form-data`, RFC 7578), as browsers send them without a script. Read strictly: what is not exactly a
//! form is none. A form whose end is missing gives what was whole in it, so that nobody loses what they typed for a file that is
//! too large.

use aho_corasick::AhoCorasick;

/// Parts of one form. A page of ours has fewer fields.
const PARTS_MAX: usize = 24;
const BOUNDARY_MAX: usize = 70;
const HEADERS_MAX: usize = 2_048;

/// A field of a form, or a file in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    pub name: String,
    /// As the browser names the file; empty where none was chosen.
    pub file: Option<String>,
    pub content: &'a [u8],
}

/// What parts the parts, from the header of the request.
pub fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let mut found = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"));
    let text = found.next()?.1.trim().trim_matches('"');
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    ((1..=BOUNDARY_MAX).contains(&text.len()) && is_plain && found.next().is_none()).then_some(text)
}

/// The parts of a form; `None` for what is none. Of one that is cut, those that are whole.
pub fn parts<'a>(body: &'a [u8], boundary: &str, is_cut: bool) -> Option<Vec<Part<'a>>> {
    let first = format!("--{boundary}");
    let rest = body.strip_prefix(first.as_bytes())?;
    let between = AhoCorasick::new([format!("\r\n--{boundary}")]).ok()?;
    let (mut parts, mut start, mut is_whole) = (Vec::new(), 0, false);
    if rest.starts_with(b"--") {
        return Some(parts);
    }
    for found in between.find_iter(rest) {
        parts.push(part(rest.get(start..found.start())?)?);
        start = found.end();
        is_whole = rest.get(start..)?.starts_with(b"--");
        if is_whole || parts.len() > PARTS_MAX {
            break;
        }
    }
    ((is_whole || is_cut) && parts.len() <= PARTS_MAX).then_some(parts)
}

fn part(bytes: &[u8]) -> Option<Part<'_>> {
    let bytes = bytes.strip_prefix(b"\r\n")?;
    let end = bytes.windows(4).take(HEADERS_MAX).position(|window| window == b"\r\n\r\n")?;
    let headers = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let content = bytes.get(end + 4..)?;
    let disposition = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value.trim())
    })?;
    let parameters = disposition.strip_prefix("form-data")?;
    Some(Part { name: parameter(parameters, "name")?, file: parameter(parameters, "filename"), content })
}

/// The value of a quoted parameter. Browsers write quotes and ends of lines in it as `%22`, `%0D` and `%0A`.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let begins = format!("; {name}=\"");
    let value = parameters.split_once(&begins)?.1.split_once('"')?.0;
    Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--xYz\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nHello\r\nyou\r\n--xYz\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a%22b.png\"\r\nContent-Type: image/png\r\n\r\n\
        \x89PNG\r\n--x\r\n--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--xYz--\r\n";

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let boundary = boundary("multipart/form-data; boundary=xYz").unwrap();
        let parts = parts(FORM, boundary, false).unwrap();
        assert_eq!(parts[0], Part { name: "text".into(), file: None, content: b"Hello\r\nyou" });
        let file = Some("a\"b.png".to_owned());
        assert_eq!(parts[1], Part { name: "file".into(), file, content: b"\x89PNG\r\n--x" });
        assert_eq!(parts[2], Part { name: "file".into(), file: Some(String::new()), content: b"" });
        assert_eq!(parts.len(), 3);
    }

    #[test]
    fn of_a_form_that_was_cut_the_whole_parts_are_read() {
        let cut = FORM.get(..150).unwrap();
        assert_eq!(parts(cut, "xYz", false), None);
        let read = parts(cut, "xYz", true).unwrap();
        assert_eq!((read.len(), read[0].content), (1, b"Hello\r\nyou".as_slice()));
    }

    #[test]
    fn what_is_no_form_is_none() {
        for wrong in [
            "text/plain; boundary=x",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=a; boundary=b",
            "multipart/mixed; boundary=x",
        ] {
            assert_eq!(boundary(wrong), None, "{wrong}");
        }
        assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))), None);
        for wrong in [
            b"".as_slice(),
            b"--other",
            b"--xYz\r\nno headers\r\n--xYz--",
            b"--xYz\r\n\r\n\r\n--xYz--",
            b"--xYz\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--xYz--",
        ] {
            assert_eq!(parts(wrong, "xYz", true), None, "{wrong:?}");
        }
        let many = b"\r\n--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx".repeat(40);
        assert_eq!(parts(&[&many[2..], b"\r\n--xYz--"].concat(), "xYz", false), None);
        assert_eq!(parts(b"--xYz--\r\n", "xYz", false), Some(Vec::new()));
    }
}
