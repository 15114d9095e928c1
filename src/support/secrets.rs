//! The last look: what we know to be secret of this customer must not be in a bundle, in whatever form. If it is, there is no
//! bundle.
//!
//! The content is looked through as it is, and again with white space, percent-encoding and the escapes of JSON and HTML
//! taken away, since each of these may stand between the letters of a secret.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use data_encoding::{BASE64, BASE64URL, HEXLOWER};

use super::item::{Item, ItemName, Media};
use crate::config::Secret;

/// Something shorter is in too many texts by chance.
const SECRET_MIN: usize = 5;

/// A customer's own secrets, ready to be looked for.
pub struct OwnSecrets {
    /// Whatever the case: as they are, and hexadecimal.
    folded: AhoCorasick,
    /// Letter by letter: base64.
    exact: AhoCorasick,
}

/// What was found, and where. It does not say which secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret of the installation is in the item {0}")]
pub struct SecretFound(pub ItemName);

impl OwnSecrets {
    /// Fails only when there are too many to be looked for at once; nothing may be sent then.
    pub fn new(secrets: &[Secret]) -> Result<Self, aho_corasick::BuildError> {
        let secrets = secrets.iter().map(Secret::expose).filter(|secret| secret.len() >= SECRET_MIN);
        let (mut folded, mut exact) = (BTreeSet::new(), BTreeSet::new());
        for secret in secrets.flat_map(spellings) {
            folded.insert(secret.clone().into_bytes());
            folded.insert(HEXLOWER.encode(secret.as_bytes()).into_bytes());
            exact.extend(in_base64(secret.as_bytes()));
        }
        Ok(Self {
            folded: AhoCorasick::builder().ascii_case_insensitive(true).build(&folded)?,
            exact: AhoCorasick::new(&exact)?,
        })
    }

    /// Looks through every item.
    pub fn check<'a>(&self, items: impl IntoIterator<Item = &'a Item>) -> Result<(), SecretFound> {
        items.into_iter().try_for_each(|item| {
            let is_text = matches!(item.media, Media::Json | Media::Text);
            // Pixels that are compressed hold no text that is escaped.
            let is_in = if is_text { self.are_in(&item.content) } else { self.are_plainly_in(&item.content) };
            if is_in { Err(SecretFound(item.name)) } else { Ok(()) }
        })
    }

    /// Whether one of them is in this text, in any form.
    pub fn are_in(&self, content: &[u8]) -> bool {
        let escaped = [content.to_vec(), unescaped(content), percent_decoded(content)];
        // Each of these may have been done twice, or one after the other.
        let forms = escaped.iter().flat_map(|form| [form.clone(), unescaped(form), percent_decoded(form)]);
        let forms: BTreeSet<Vec<u8>> = forms.flat_map(|form| [without_space(&form), form]).collect();
        forms.iter().any(|form| self.are_plainly_in(form))
    }

    fn are_plainly_in(&self, content: &[u8]) -> bool {
        self.folded.is_match(content) || self.exact.is_match(content)
    }
}

/// An address is the same in small letters, and would be encoded so.
fn spellings(secret: &str) -> BTreeSet<String> {
    BTreeSet::from([secret.to_owned(), secret.to_lowercase(), secret.to_uppercase()])
}

/// What a secret looks like within something that was encoded: at each of three alignments, in both alphabets. Letters at
/// both ends that the neighbours have a part in are left out.
fn in_base64(secret: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let at = |shift: usize| {
        let shifted = [vec![0; shift], secret.to_vec()].concat();
        let first = (shift * 8).div_ceil(6);
        let last = shifted.len() * 8 / 6;
        [BASE64.encode(&shifted), BASE64URL.encode(&shifted)]
            .map(|text| text.as_bytes().get(first..last).unwrap_or_default().to_vec())
    };
    (0..3).flat_map(at).collect::<Vec<_>>().into_iter()
}

/// Without white space, and without the ends of lines as JSON writes them.
fn without_space(content: &[u8]) -> Vec<u8> {
    content.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// With what `%` and two digits stand for.
fn percent_decoded(content: &[u8]) -> Vec<u8> {
    let (mut plain, mut at) = (Vec::with_capacity(content.len()), 0);
    while let Some(byte) = content.get(at) {
        let digits = (*byte == b'%').then(|| content.get(at + 1..at + 3)).flatten();
        match digits.and_then(hex) {
            Some(value) => {
                plain.push(value);
                at += 3;
            }
            None => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    plain
}

fn hex(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// With what a backslash and its letters stand for, and the few names of HTML.
fn unescaped(content: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(content.len()), content);
    while let Some((byte, after)) = rest.split_first() {
        let escape = match byte {
            b'\\' => backslash(after),
            b'&' => entity(after),
            _ => None,
        };
        let (letter, length) = escape.unwrap_or((char::from(0), 0));
        if length == 0 {
            plain.push(*byte);
        } else {
            plain.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        rest = after.get(length..).unwrap_or_default();
    }
    plain
}

fn backslash(after: &[u8]) -> Option<(char, usize)> {
    let letter = match after.first()? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let digits = std::str::from_utf8(after.get(1..5)?).ok()?;
            return Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, 5));
        }
        b'x' => return Some((char::from(hex(after.get(1..3)?)?), 3)),
        other if other.is_ascii_punctuation() => char::from(*other),
        _ => return None,
    };
    Some((letter, 1))
}

fn entity(after: &[u8]) -> Option<(char, usize)> {
    let names: [(&[u8], char); 5] =
        [(b"amp;", '&'), (b"lt;", '<'), (b"gt;", '>'), (b"quot;", '"'), (b"#39;", '\'')];
    if let Some((name, letter)) = names.iter().find(|(name, _)| after.starts_with(name)) {
        return Some((*letter, name.len()));
    }
    let end = after.iter().take(8).position(|byte| *byte == b';')?;
    let number = std::str::from_utf8(after.get(..end)?).ok()?.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Zw+/s3cr3t\"value=~{7}";

    fn own() -> OwnSecrets {
        OwnSecrets::new(&[Secret::new(SECRET), Secret::new("Ada@Example.com"), Secret::new("tiny")]).unwrap()
    }

    #[test]
    fn a_secret_is_found_in_every_form_and_at_every_place() {
        let own = own();
        let json = serde_json::json!({"text": SECRET}).to_string();
        let percent: String = SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let mut forms = vec![json, percent.clone(), percent.to_uppercase(), percent.replace('%', "%25")];
        for before in ["", "a", "ab", "abc", "abcd"] {
            let around = format!("{before}{SECRET}after");
            forms.extend([
                around.clone(),
                BASE64.encode(around.as_bytes()),
                BASE64URL.encode(around.as_bytes()),
            ]);
            forms.push(data_encoding::BASE64_MIME.encode(around.as_bytes()));
            forms.push(HEXLOWER.encode(around.as_bytes()).to_uppercase());
        }
        forms.push("ADA@example.COM".to_owned());
        forms.push(BASE64.encode(b"x ada@example.com"));
        forms.push("ada&#64;example.com ada\\u0040example.com".to_owned());
        for form in forms {
            assert!(own.are_in(form.as_bytes()), "{form}");
        }
    }

    #[test]
    fn what_is_no_secret_is_not_found() {
        for text in ["", "tiny", "s3cr3t", "a long text about nothing at all", "%zz %", "\\u00", "&#x;"] {
            assert!(!own().are_in(text.as_bytes()), "{text}");
        }
        assert!(!OwnSecrets::new(&[]).unwrap().are_in(b"anything"));
    }
}
