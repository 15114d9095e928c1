//! The mark of a download within each of its files: a file that turns up somewhere leads to whoever took it along, also without the
//! archive that it came in. The hashes of the manifest are those of the files without it.

use crate::support::Media;

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The last chunk of a PNG: no data, its name, its checksum.
const PNG_END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";
const JPEG_START: &[u8] = b"\xff\xd8";
const JPEG_COMMENT: [u8; 2] = [0xff, 0xfe];

/// The same file with `mark` in it. What is not what it is said to be stays as it is.
pub fn marked(media: Media, content: &[u8], mark: &str) -> Vec<u8> {
    let with = match media {
        Media::Json => json(content, mark),
        Media::Text => Some([mark.as_bytes(), b"\n\n", content].concat()),
        Media::Png => png(content, mark),
        Media::Jpeg => jpeg(content, mark),
    };
    with.unwrap_or_else(|| content.to_vec())
}

/// As the first member of an object. Our items are objects.
fn json(content: &[u8], mark: &str) -> Option<Vec<u8>> {
    let rest = content.trim_ascii_start().strip_prefix(b"{")?;
    let comma: &[u8] = if rest.trim_ascii_start().starts_with(b"}") { b"" } else { b"," };
    let mark = serde_json::to_string(mark).ok()?;
    Some([b"{\"watermark\":", mark.as_bytes(), comma, rest].concat())
}

/// As a textual chunk in front of the end (PNG specification, 11.3.3.2).
fn png(content: &[u8], mark: &str) -> Option<Vec<u8>> {
    let body = content.strip_suffix(PNG_END).filter(|body| body.starts_with(PNG_SIGNATURE))?;
    let chunk = [b"tEXtComment\0", mark.as_bytes()].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    let length = u32::try_from(chunk.len().checked_sub(4)?).ok()?;
    Some([body, &length.to_be_bytes(), &chunk, &crc.sum().to_be_bytes(), PNG_END].concat())
}

/// As a comment behind the start (ITU-T T.81, B.2.4.5).
fn jpeg(content: &[u8], mark: &str) -> Option<Vec<u8>> {
    let rest = content.strip_prefix(JPEG_START)?;
    let length = u16::try_from(mark.len().checked_add(2)?).ok()?;
    Some([JPEG_START, &JPEG_COMMENT, &length.to_be_bytes(), mark.as_bytes(), rest].concat())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    use super::*;

    const MARK: &str = "kept download 17";

    fn holds(content: &[u8]) -> bool {
        content.windows(MARK.len()).any(|window| window == MARK.as_bytes())
    }

    #[test]
    fn a_picture_is_the_same_picture_with_the_mark_in_it() {
        for (media, format) in [(Media::Png, ImageFormat::Png), (Media::Jpeg, ImageFormat::Jpeg)] {
            let mut plain = Cursor::new(Vec::new());
            DynamicImage::new_rgb8(5, 3).write_to(&mut plain, format).unwrap();
            let plain = plain.into_inner();
            let with = marked(media, &plain, MARK);
            assert!(holds(&with) && !holds(&plain), "{media}");
            let decoded = image::load_from_memory(&with).unwrap();
            assert_eq!(decoded, image::load_from_memory(&plain).unwrap(), "{media}");
        }
    }

    #[test]
    fn json_and_texts_can_be_read_as_before() {
        for plain in ["{}", "{\"a\":1}", " {\"a\":{}}"] {
            let with = marked(Media::Json, plain.as_bytes(), MARK);
            let read: serde_json::Value = serde_json::from_slice(&with).unwrap();
            assert_eq!(read["watermark"], MARK, "{plain}");
        }
        assert_eq!(marked(Media::Text, b"Hello", MARK), b"kept download 17\n\nHello");
    }

    #[test]
    fn what_is_something_else_than_it_says_stays_as_it_is() {
        for media in [Media::Png, Media::Jpeg, Media::Json] {
            assert_eq!(marked(media, b"[1]", MARK), b"[1]");
        }
    }
}
