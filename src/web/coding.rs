//! Answers are smaller on the wire for clients that say so: files are compressed when the front end is built, public pages when
//! they are answered. Nothing that holds a secret is compressed, so its length tells nothing about it.

use std::io::Write;

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_ENCODING;
use flate2::Compression;
use flate2::write::GzEncoder;

/// The codings that files come in, the best one first, with what their names end with.
pub const OF_FILES: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Whether the client takes an answer in this coding (RFC 9110 §12.5.3).
pub fn is_taken(request: &HttpRequest, coding: &str) -> bool {
    let header = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    header.is_some_and(|header| names(header, coding))
}

fn names(header: &str, coding: &str) -> bool {
    header.split(',').take(20).any(|entry| {
        let (name, quality) = entry.split_once(";q=").unwrap_or((entry, "1"));
        name.trim().eq_ignore_ascii_case(coding)
            && quality.trim().parse().is_ok_and(|quality: f32| quality > 0.0)
    })
}

/// A text, compressed; nothing where that fails, which a buffer in memory never does.
pub fn gzip(text: &str) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 3), Compression::default());
    encoder.write_all(text.as_bytes()).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_by_whoever_names_it_and_does_not_refuse_it() {
        for (header, taken) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("deflate, GZIP", true),
            ("gzip;q=0", false),
            ("gzip;q=x", false),
            ("br", false),
            ("", false),
        ] {
            assert_eq!(names(header, "gzip"), taken, "{header:?}");
        }
    }
}
