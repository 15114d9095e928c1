//! Parts of addresses, read from the wire as they are.

use std::borrow::Cow;

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
pub fn values_of<'a>(query: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let pairs = query.split('&').map(|piece| piece.split_once('=').unwrap_or((piece, "")));
    pairs.filter(move |(raw, _)| is_name(raw, name)).map(|(_, value)| value)
}

/// The decoded value of the one parameter with this name; `None` when there is none, or more than one.
pub fn value_of<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut values = values_of(query, name);
    let value = values.next().filter(|_| values.next().is_none());
    decode(value?)
}

fn is_name(raw: &str, name: &str) -> bool {
    raw == name || raw.contains(['%', '+']) && decode(raw).is_some_and(|decoded| decoded == name)
}

/// Decodes one name or value as a form does: `+` is a space, a malformed percent sign stands for itself.
/// `None` where that is no UTF-8.
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'+' || byte == b'%') {
        return Some(Cow::Borrowed(text));
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
    String::from_utf8(out).ok().map(Cow::Owned)
}

const fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_comes_off_only_at_a_segment_boundary() {
        assert_eq!(relative_path("/connect/panel", "/connect"), "/panel");
        assert_eq!(relative_path("/connect", "/connect/"), "");
        assert_eq!(relative_path("/connected/panel", "/connect"), "/connected/panel");
        assert_eq!(relative_path("/panel", "/"), "/panel");
    }
}
