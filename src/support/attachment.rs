//! What a user attaches: pictures and texts, told by their bytes and not by their names. Anything else is refused, and nothing
//! is ever unpacked.

use super::image::{self, Format, ImageFault};
use super::item::Media;
use super::masked::Masked;
use super::redact::Redactor;

/// An attachment as it comes.
pub const ATTACHMENT_MAX: usize = 2 * 1024 * 1024;
/// A text is masked letter by letter, and read by people.
pub const TEXT_MAX: usize = 512 * 1024;
/// Letters of the name that errors repeat.
const NAME_MAX: usize = 60;

/// A file as the user chose it.
#[derive(Debug, Clone)]
pub struct Attached {
    pub name: String,
    pub content: Vec<u8>,
}

/// Why one is not taken, for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {fault}")]
pub struct Refused {
    name: String,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than {ATTACHMENT_MAX} bytes")]
    TooLarge,
    #[error("a text may have {TEXT_MAX} bytes; cut out the part that matters")]
    LongText,
    #[error("this is {0}, whatever its name says; pictures (PNG, JPEG, WebP) and plain texts are taken")]
    OtherKind(&'static str),
    #[error("this is neither a picture (PNG, JPEG, WebP) nor a plain text in UTF-8")]
    Unknown,
    #[error("{0}")]
    Image(#[from] ImageFault),
}

/// What others begin with, and what they are.
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a GZIP archive"),
    (b"BZh", "a BZIP2 archive"),
    (b"\xfd7zXZ", "an XZ archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
];

/// The attachment as it may be sent: a picture without its metadata, or a masked text.
pub fn prepare(
    attached: &Attached,
    redactor: &mut Redactor,
) -> Result<(Media, Vec<u8>, Vec<Masked>), Refused> {
    let refuse = |fault| Refused { name: shown(&attached.name), fault };
    let content = attached.content.as_slice();
    match kind(content).map_err(refuse)? {
        Kind::Image(format) => {
            let (media, pixels) = image::strip(format, content).map_err(|fault| refuse(fault.into()))?;
            Ok((media, pixels, Vec::new()))
        }
        Kind::Text(text) => {
            let masked = redactor.text(&text);
            let report = masked.report("");
            Ok((Media::Text, masked.as_str().as_bytes().to_vec(), report))
        }
    }
}

enum Kind {
    Image(Format),
    Text(String),
}

fn kind(content: &[u8]) -> Result<Kind, Fault> {
    match content {
        [] => return Err(Fault::Empty),
        _ if content.len() > ATTACHMENT_MAX => return Err(Fault::TooLarge),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => return Ok(Kind::Image(Format::Png)),
        [0xff, 0xd8, 0xff, ..] => return Ok(Kind::Image(Format::Jpeg)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            return Ok(Kind::Image(Format::Webp));
        }
        _ => {}
    }
    // A text may begin like a program, and is none if all of it is text.
    let text = text(content);
    let other = OTHERS.iter().find(|(head, _)| content.starts_with(head)).map(|(_, kind)| *kind);
    match (text, other) {
        (Some(_), Some(kind)) if content.starts_with(b"%PDF") => Err(Fault::OtherKind(kind)),
        (Some(text), _) if text.len() > TEXT_MAX => Err(Fault::LongText),
        (Some(text), _) => Ok(Kind::Text(text)),
        (None, Some(kind)) => Err(Fault::OtherKind(kind)),
        (None, None) => Err(Fault::Unknown),
    }
}

/// The letters of a text in UTF-8, or in UTF-16 with a mark at its beginning; `None` where there is anything but text.
fn text(content: &[u8]) -> Option<String> {
    let text = match content {
        [0xff, 0xfe, units @ ..] => utf16(units, u16::from_le_bytes)?,
        [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes)?,
        _ => std::str::from_utf8(content).ok()?.trim_start_matches('\u{feff}').to_owned(),
    };
    let is_text =
        |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t' | '\u{1b}' | '\u{c}');
    text.chars().all(is_text).then_some(text)
}

fn utf16(units: &[u8], read: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = units.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}

/// A name as an error may repeat it.
fn shown(name: &str) -> String {
    let letters = name.chars().filter(|letter| !letter.is_control());
    let shown: String = letters.take(NAME_MAX).collect();
    if shown.is_empty() { "attachment".to_owned() } else { shown }
}
