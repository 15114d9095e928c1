//! The canonical request and its hash, `qsh`: what binds a token to one method, path and query.
//!
//! Written from Atlassian's rule (connect.md §4.3) and checked against vectors made with Atlassian's own library. Two
//! implementations of Atlassian's differ where a parameter name sorts differently raw and encoded; see [`Qsh::of`].

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::urls::decode;
pub use crate::urls::relative_path;

/// The literal that a context token carries in place of a hash (connect.md §4.6).
pub const CONTEXT_QSH: &str = "context-qsh";

/// The hash of one canonical request.
///
/// `accepted_alternative` is the hash under the raw order of parameter names, where that differs: Atlassian's
/// JavaScript library sorts names before encoding them, its Java library and its written rule after. Both bind the same
/// set of parameters, so taking either refuses no real host and admits no other request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qsh {
    hash: String,
    accepted_alternative: Option<String>,
}

/// Why a request has no canonical form. Both cases are refused before any comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QshError {
    #[error("the query is not UTF-8 after decoding")]
    NotUtf8,
    #[error("the query has a parameter without a name")]
    EmptyName,
}

impl Qsh {
    /// Hashes a request. `path` is raw and relative to the base URL ([`relative_path`]); `query` is raw, without `?`.
    pub fn of(method: &str, path: &str, query: Option<&str>) -> Result<Self, QshError> {
        let parameters = Parameters::parse(query.unwrap_or_default())?;
        let head = canonical_head(method, path);
        let hash = hash(&head, &parameters.canonical());
        let accepted_alternative = parameters.in_raw_order().map(|query| super::qsh::hash(&head, &query));
        Ok(Self { hash, accepted_alternative })
    }

    /// Lower-case hexadecimal, as it stands in a token.
    pub fn as_str(&self) -> &str {
        &self.hash
    }

    /// Compares with a token's claim in constant time.
    pub fn matches(&self, claim: &str) -> bool {
        let same = |hash: &str| {
            aws_lc_rs::constant_time::verify_slices_are_equal(hash.as_bytes(), claim.as_bytes()).is_ok()
        };
        same(&self.hash) || self.accepted_alternative.as_deref().is_some_and(same)
    }
}

/// The canonical request itself. It may hold a customer's data, so it is for tests and tools and never for a log.
pub fn canonical_request(method: &str, path: &str, query: Option<&str>) -> Result<String, QshError> {
    let parameters = Parameters::parse(query.unwrap_or_default())?;
    Ok(canonical_head(method, path) + &parameters.canonical())
}

fn canonical_head(method: &str, path: &str) -> String {
    let mut head = String::with_capacity(method.len() + path.len() + 4);
    head.extend(method.chars().map(|c| c.to_ascii_uppercase()));
    head.push('&');
    if !path.starts_with('/') {
        head.push('/');
    }
    let path = if path.len() > 1 { path.strip_suffix('/').unwrap_or(path) } else { path };
    if path.contains('&') {
        head.push_str(&path.replace('&', "%26"))
    } else {
        head.push_str(path)
    }
    head.push('&');
    head
}

fn hash(head: &str, query: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(head.as_bytes());
    digest.update(query.as_bytes());
    data_encoding::HEXLOWER.encode(&digest.finalize())
}

/// The query's parameters in raw order: by name, then by value, in code points.
struct Parameters<'a>(Vec<Parameter<'a>>);

struct Parameter<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    encoded_name: Cow<'a, str>,
}

impl<'a> Parameters<'a> {
    fn parse(query: &'a str) -> Result<Self, QshError> {
        let mut parameters = Vec::with_capacity(8);
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = decode(name).ok_or(QshError::NotUtf8)?;
            if name.is_empty() {
                return Err(QshError::EmptyName);
            }
            if name != "jwt" {
                let encoded_name = encoded(&name);
                parameters.push(Parameter {
                    value: decode(value).ok_or(QshError::NotUtf8)?,
                    name,
                    encoded_name,
                });
            }
        }
        parameters.sort_unstable_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value)));
        Ok(Self(parameters))
    }

    fn canonical(&self) -> String {
        if self.is_in_canonical_order() {
            return join(self.0.iter());
        }
        let mut sorted: Vec<&Parameter<'_>> = self.0.iter().collect();
        // Stable: the values of one name stay in their order.
        sorted.sort_by(|a, b| a.encoded_name.cmp(&b.encoded_name));
        join(sorted.into_iter())
    }

    /// The query in raw order of names, if that is another text than the canonical one.
    fn in_raw_order(&self) -> Option<String> {
        (!self.is_in_canonical_order()).then(|| join(self.0.iter()))
    }

    /// Raw order is canonical order unless a name begins to differ from its neighbour where encoding changes it.
    fn is_in_canonical_order(&self) -> bool {
        self.0.is_sorted_by(|a, b| a.encoded_name <= b.encoded_name)
    }
}

/// Writes parameters as they stand; the values of one name are neighbours and share it.
fn join<'a>(parameters: impl Iterator<Item = &'a Parameter<'a>> + Clone) -> String {
    let length = parameters.clone().map(|one| one.encoded_name.len() + one.value.len() + 2).sum();
    let (mut out, mut name_before) = (String::with_capacity(length), "");
    for parameter in parameters {
        if parameter.name == name_before {
            out.push(',');
        } else {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(&parameter.encoded_name);
            out.push('=');
            name_before = &parameter.name;
        }
        encode(&parameter.value, &mut out);
    }
    out
}

/// Percent-encodes by RFC 3986: everything but unreserved characters, byte-wise, upper-case hexadecimal.
fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut rest = text;
    while let Some((plain, reserved, after)) = split_at_reserved(rest) {
        out.push_str(plain);
        for byte in reserved.bytes() {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
        rest = after;
    }
    out.push_str(rest);
}

/// The same, without a copy where nothing changes.
fn encoded<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) if split_at_reserved(text).is_none() => Cow::Borrowed(text),
        _ => {
            let mut out = String::with_capacity(text.len() + 8);
            encode(text, &mut out);
            Cow::Owned(out)
        }
    }
}

/// What stands before the first character that needs encoding, that character, and what comes after it.
fn split_at_reserved(text: &str) -> Option<(&str, &str, &str)> {
    let is_unreserved = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    let (at, reserved) = text.char_indices().find(|(_, c)| !is_unreserved(*c))?;
    let (plain, rest) = text.split_at(at);
    let (reserved, after) = rest.split_at(reserved.len_utf8());
    Some((plain, reserved, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_query_that_is_not_utf_8_or_has_no_name_has_no_canonical_form() {
        assert_eq!(Qsh::of("GET", "/", Some("a=%ff")), Err(QshError::NotUtf8));
        assert_eq!(Qsh::of("GET", "/", Some("=v")), Err(QshError::EmptyName));
    }

    #[test]
    fn both_orders_of_names_are_accepted_and_no_other_parameters() {
        let qsh = Qsh::of("GET", "/test", Some("a%5Bb%5D=1&aZ=2")).unwrap();
        assert!(qsh.matches("88cedb74294e65e67f91053cdc25763a09eda2d705b80713ad67af7a6e2b721e"));
        assert!(qsh.matches("4730eaaeaefb10926dc79f422b36e20eead594c5512fde7cc4e7f94da03c6201"));
        assert!(!qsh.matches(Qsh::of("GET", "/test", Some("a%5Bb%5D=1&aZ=3")).unwrap().as_str()));
    }

    proptest! {
        #[test]
        fn the_order_of_parameters_on_the_wire_does_not_matter(
            mut pairs in proptest::collection::vec(("[a-zA-Z_.-]{1,6}", "[ -~]{0,8}"), 0..6)
        ) {
            let wire = |pairs: &[(String, String)]| {
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
            };
            let before = Qsh::of("GET", "/x", Some(&wire(&pairs))).unwrap();
            pairs.reverse();
            prop_assert_eq!(before, Qsh::of("GET", "/x", Some(&wire(&pairs))).unwrap());
        }
    }
}
