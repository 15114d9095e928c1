//! What is looked for in bytes: texts in every form in which a program may have written them, and pieces of sealed values.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use aho_corasick::{AhoCorasick, MatchKind};
use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};

/// Bytes of a file that are looked at together.
const CHUNK: usize = 8 * 1024 * 1024;
/// A piece of a sealed value. It may be cut where an engine ends a page, so a value has several.
const PIECE: usize = 24;
const PIECE_EVERY: usize = 64;
const PIECES_MAX: usize = 16;
/// What every sealed value begins with says nothing.
const HEADER: usize = 2;

/// Something to look for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needle {
    /// Which of the values it is of.
    pub of: usize,
    pub form: &'static str,
    /// Which piece of a value it is.
    pub piece: usize,
    bytes: Vec<u8>,
}

/// Something that was found, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    pub needle: &'a Needle,
    pub at: u64,
}

/// Everything that is looked for at once.
pub struct Needles {
    needles: Vec<Needle>,
    automaton: AhoCorasick,
    longest: usize,
}

impl Needles {
    /// Texts: as they are, hexadecimal, percent-encoded, escaped as in JSON, in UTF-16, and in base64 at each of its three
    /// alignments.
    pub fn of_texts(texts: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<Self> {
        let texts = texts.into_iter().enumerate();
        Self::new(texts.flat_map(|(of, text)| forms(of, text.as_ref())).collect())
    }

    /// Texts as they are, and in no other form.
    pub fn of_plain(texts: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<Self> {
        let needle = |(of, text): (usize, _)| {
            let bytes = AsRef::<str>::as_ref(&text).as_bytes().to_vec();
            Needle { of, form: "plain", piece: 0, bytes }
        };
        Self::new(texts.into_iter().enumerate().map(needle).collect())
    }

    /// Sealed values, which have one form and are found by their pieces.
    pub fn of_sealed<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> anyhow::Result<Self> {
        Self::new(values.into_iter().enumerate().flat_map(|(of, value)| pieces(of, value)).collect())
    }

    fn new(needles: Vec<Needle>) -> anyhow::Result<Self> {
        let patterns = needles.iter().map(|needle| &needle.bytes);
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(patterns)?;
        let longest = needles.iter().map(|needle| needle.bytes.len()).max().unwrap_or(0);
        Ok(Self { needles, automaton, longest })
    }

    /// Everything that is in `bytes`.
    pub fn in_bytes(&self, bytes: &[u8], mut found: impl FnMut(Hit<'_>)) {
        self.in_chunk(bytes, 0, 0, &mut found);
    }

    /// Everything that is in a file. Returns how long it is; nothing of it when it went meanwhile.
    pub fn in_file(&self, path: &Path, mut found: impl FnMut(Hit<'_>)) -> io::Result<u64> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            opened => opened?,
        };
        // What may be the beginning of a needle is looked at again with what follows.
        let overlap = self.longest.saturating_sub(1);
        let (mut buffer, mut read) = (Vec::with_capacity(CHUNK + overlap), 0_u64);
        loop {
            let kept = buffer.len();
            let more = file.by_ref().take(CHUNK as u64).read_to_end(&mut buffer)?;
            if more == 0 {
                return Ok(read);
            }
            self.in_chunk(&buffer, kept, read - kept as u64, &mut found);
            read += more as u64;
            buffer.drain(..buffer.len().saturating_sub(overlap));
        }
    }

    /// Everything that ends after the first `seen` bytes: the rest was found before.
    fn in_chunk(&self, bytes: &[u8], seen: usize, begins_at: u64, found: &mut impl FnMut(Hit<'_>)) {
        for hit in self.automaton.find_iter(bytes).filter(|hit| hit.end() > seen) {
            if let Some(needle) = self.needles.get(hit.pattern().as_usize()) {
                found(Hit { needle, at: begins_at + hit.start() as u64 });
            }
        }
    }
}

fn forms(of: usize, text: &str) -> Vec<Needle> {
    let bytes = text.as_bytes();
    let each =
        |write: fn(u8) -> String| bytes.iter().map(|byte| write(*byte)).collect::<String>().into_bytes();
    let units = |write: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(write).collect::<Vec<u8>>();
    let mut forms = BTreeSet::from([
        ("plain", bytes.to_vec()),
        ("hexadecimal", HEXLOWER.encode(bytes).into_bytes()),
        ("hexadecimal", HEXUPPER.encode(bytes).into_bytes()),
        ("percent-encoded", each(|byte| format!("%{byte:02X}"))),
        ("percent-encoded", each(|byte| format!("%{byte:02x}"))),
        ("escaped as in JSON", each(|byte| format!("\\u00{byte:02x}"))),
        ("escaped as in JSON", each(|byte| format!("\\u00{byte:02X}"))),
        ("UTF-16", units(u16::to_le_bytes)),
        ("UTF-16", units(u16::to_be_bytes)),
    ]);
    forms.extend((0..3).flat_map(|offset| base64(bytes, offset)).map(|form| ("base64", form)));
    forms.into_iter().map(|(form, bytes)| Needle { of, form, piece: 0, bytes }).collect()
}

/// What stands in base64 for these bytes when so many others come before them. Characters that hold bits of a neighbour are
/// not looked for.
fn base64(bytes: &[u8], offset: usize) -> [Vec<u8>; 2] {
    let shifted = [vec![0; offset], bytes.to_vec()].concat();
    let own = (8 * offset).div_ceil(6)..8 * shifted.len() / 6;
    [&BASE64, &BASE64URL]
        .map(|encoding| encoding.encode(&shifted).into_bytes().get(own.clone()).unwrap_or_default().to_vec())
}

fn pieces(of: usize, value: &[u8]) -> Vec<Needle> {
    let body = value.get(HEADER..).unwrap_or_default();
    let starts = (0..body.len()).step_by(PIECE_EVERY).take(PIECES_MAX);
    let starts: BTreeSet<usize> = starts.chain(body.len().checked_sub(PIECE)).collect();
    let cut = |start: usize| body.get(start..start + PIECE).map(<[u8]>::to_vec);
    let needle = |(piece, bytes)| Needle { of, form: "sealed", piece, bytes };
    starts.into_iter().filter_map(cut).enumerate().map(needle).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const WORD: &str = "mk0123456789abcd";

    fn found(needles: &Needles, bytes: &[u8]) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        needles.in_bytes(bytes, |hit| found.push((hit.needle.of, hit.needle.form)));
        found
    }

    #[test]
    fn every_form_of_a_text_is_found_wherever_it_stands() {
        let needles = Needles::of_texts(["another", WORD]).unwrap();
        for prefix in ["", "x", "xy", "xyz"] {
            let text = format!("{prefix}{WORD} and more");
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let json: String = text.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
            let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let written = [
                ("plain", text.clone().into_bytes()),
                ("base64", BASE64.encode(text.as_bytes()).into_bytes()),
                ("base64", BASE64URL.encode(text.as_bytes()).into_bytes()),
                ("hexadecimal", HEXUPPER.encode(text.as_bytes()).into_bytes()),
                ("percent-encoded", percent.into_bytes()),
                ("escaped as in JSON", json.into_bytes()),
                ("UTF-16", utf16),
            ];
            for (form, bytes) in written {
                assert_eq!(found(&needles, &bytes), [(1, form)], "{prefix}");
            }
        }
        assert!(found(&needles, b"mk0123456789abc \xff").is_empty());
    }

    #[test]
    fn a_sealed_value_is_found_by_any_whole_piece_of_it() {
        let value: Vec<u8> = (0..200_u8).map(|byte| byte.wrapping_mul(37)).collect();
        let needles = Needles::of_sealed([value.as_slice()]).unwrap();
        assert_eq!(found(&needles, &value).len(), 4, "every 64 bytes, and the end");
        assert_eq!(found(&needles, &value[60..]).len(), 3, "its beginning is gone");
        assert!(found(&needles, &value[..20]).is_empty());
    }

    #[test]
    fn what_stands_across_two_chunks_of_a_file_is_found_once() {
        let (needles, mut file) =
            (Needles::of_texts([WORD]).unwrap(), tempfile::NamedTempFile::new().unwrap());
        let place = CHUNK - 7;
        file.write_all(&vec![0; place]).unwrap();
        file.write_all(WORD.as_bytes()).unwrap();
        file.write_all(&vec![0; CHUNK]).unwrap();
        let mut at = Vec::new();
        let length = needles.in_file(file.path(), |hit| at.push(hit.at)).unwrap();
        assert_eq!((length, at), ((place + WORD.len() + CHUNK) as u64, vec![place as u64]));
        assert_eq!(needles.in_file(Path::new("/nowhere"), |_| panic!("nothing is there")).unwrap(), 0);
    }
}
