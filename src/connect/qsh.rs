//! The canonical request and its hash, `qsh`: what binds a token to one method, path and query.
//!
//! Written from Atlassian's rule (connect.md §4.3) and checked against vectors made with Atlassian's own library. Two
//! implementations of Atlassian's differ where a parameter name sorts differently raw and encoded; see [`Qsh::of`].

use std::borrow::Cow;

use sha2::{Digest, Sha256};

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

/// Takes the path of the base URL off a raw request path, at a segment boundary only: `/connect` comes off
/// `/connect/x`, not off `/connected`.
pub fn relative_path<'a>(path: &'a str, base_path: &str) -> &'a str {
    let base = base_path.trim_end_matches('/');
    match path.strip_prefix(base) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
        _ => path,
    }
}

/// The raw values of every parameter with this decoded name, in the order of the wire.
pub fn values_of<'a>(query: &'a str, name: &str) -> Vec<&'a str> {
    let pairs = query.split('&').map(|piece| piece.split_once('=').unwrap_or((piece, "")));
    pairs
        .filter(|(raw, _)| decode(raw).is_ok_and(|decoded| decoded == name))
        .map(|(_, value)| value)
        .collect()
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

/// The query's parameters, grouped by name. `groups` is sorted by encoded name.
struct Parameters<'a> {
    groups: Vec<Group<'a>>,
}

struct Group<'a> {
    name: Cow<'a, str>,
    encoded_name: String,
    values: Vec<Cow<'a, str>>,
}

impl<'a> Parameters<'a> {
    fn parse(query: &'a str) -> Result<Self, QshError> {
        let mut pairs = Vec::new();
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = decode(name)?;
            if name.is_empty() {
                return Err(QshError::EmptyName);
            }
            if name != "jwt" {
                pairs.push((name, decode(value)?));
            }
        }
        // Raw order by name, then by value: groups become neighbours and their values stand in code point order.
        pairs.sort_unstable();
        Ok(Self { groups: group(pairs) })
    }

    fn canonical(&self) -> String {
        let mut groups: Vec<&Group<'_>> = self.groups.iter().collect();
        groups.sort_unstable_by(|a, b| a.encoded_name.cmp(&b.encoded_name));
        join(&groups)
    }

    /// The query in raw order of names, if that is another text than the canonical one.
    fn in_raw_order(&self) -> Option<String> {
        let differs = self.groups.windows(2).any(|pair| pair[0].encoded_name > pair[1].encoded_name);
        differs.then(|| join(&self.groups.iter().collect::<Vec<_>>()))
    }
}

fn group<'a>(pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        match groups.last_mut() {
            Some(last) if last.name == name => last.values.push(value),
            _ => {
                let mut encoded_name = String::with_capacity(name.len());
                encode(&name, &mut encoded_name);
                groups.push(Group { name, encoded_name, values: vec![value] });
            }
        }
    }
    groups
}

fn join(groups: &[&Group<'_>]) -> String {
    let mut out = String::new();
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        out.push_str(&group.encoded_name);
        out.push('=');
        for (index, value) in group.values.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            encode(value, &mut out);
        }
    }
    out
}

/// Decodes one name or value as a form does: `+` is a space, a malformed percent sign stands for itself.
fn decode(text: &str) -> Result<Cow<'_, str>, QshError> {
    if !text.bytes().any(|byte| byte == b'+' || byte == b'%') {
        return Ok(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'+' => out.push(b' '),
            b'%' => match tail {
                [high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    out.push(hex_value(*high) << 4 | hex_value(*low));
                    rest = after;
                }
                _ => out.push(b'%'),
            },
            other => out.push(other),
        }
    }
    String::from_utf8(out).map(Cow::Owned).map_err(|_| QshError::NotUtf8)
}

const fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

/// Percent-encodes by RFC 3986: everything but unreserved characters, byte-wise, upper-case hexadecimal.
fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte as char);
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_base_path_comes_off_only_at_a_segment_boundary() {
        assert_eq!(relative_path("/connect/panel", "/connect"), "/panel");
        assert_eq!(relative_path("/connect", "/connect/"), "");
        assert_eq!(relative_path("/connected/panel", "/connect"), "/connected/panel");
        assert_eq!(relative_path("/panel", "/"), "/panel");
    }

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
