//! Credentials that show by themselves: private keys, tokens, and URLs with somebody's password in them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::regex;
use super::spans::first_after;

static KEY_BEGINS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"));
static KEY_ENDS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"));
/// What is left of a key that was cut off.
static KEY_BODY: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:[A-Za-z0-9+/=]{16,}|\\[nr]|\s)*"));
/// The longest keys have less; whatever ends later is another one.
const KEY_MAX: usize = 20_000;

static URL_CREDENTIALS: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s/?#"'<>]{1,256})@"#));
/// A password that was not escaped: it may hold what would end it. What begins like a port is one.
static URL_LOOSE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s:/?#@\["'<>]{0,64}:[^\s"'<>@/][^\s"'<>@]{0,255})@[\w\[]"#)
});
static PORT: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^:]*:\d{1,5}(?:[/?#]|$)"));

/// Base64 of `{"` is `eyJ`, of `{ ` is `eyA`.
static JWT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\bey[JA][A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,3}"));

/// Tokens that say whose they are by how they begin.
static PREFIXED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{16,}",
        r"|xox[abeprs]-[A-Za-z0-9-]{10,}|A(?:KIA|SIA)[0-9A-Z]{16}|A[TC][ASC]TT3x[A-Za-z0-9_=-]{16,}",
        r"|[srp]k_(?:live|test)_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{20,}|AIza[0-9A-Za-z_-]{30,}|npm_[A-Za-z0-9]{30,}",
        r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|hv[sb]\.[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}",
        r"|dop_v1_[a-f0-9]{32,}|pypi-[A-Za-z0-9_-]{30,})",
    ))
});

/// `Authorization: Bearer …`, as well as `JWT …` and the others.
static SCHEME: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)\b(?:bearer|basic|jwt|token|apikey|digest)\s+["']?([A-Za-z0-9._~+/-]{8,}=*)"#)
});

/// A long word in which letters and digits are mixed as no language mixes them.
static RANDOM: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z0-9+/_-]{28,}={0,2}"));

/// From each beginning to its end. A key that was cut off is a key all the same.
pub fn private_keys(text: &str) -> Vec<Range<usize>> {
    let ends: Vec<Range<usize>> = KEY_ENDS.find_iter(text).map(|found| found.range()).collect();
    let begins: Vec<Range<usize>> = KEY_BEGINS.find_iter(text).map(|found| found.range()).collect();
    let next = begins.iter().skip(1).map(|begin| begin.start).chain([text.len()]);
    let keys = begins.iter().zip(next).map(|(begin, next)| {
        let end =
            first_after(&ends, begin.end).first().filter(|end| end.end <= next.min(begin.end + KEY_MAX));
        let body =
            || KEY_BODY.find(text.get(begin.end..next).unwrap_or_default()).map_or(0, |body| body.end());
        begin.start..end.map_or_else(|| begin.end + body(), |end| end.end)
    });
    keys.collect()
}

/// The user's name and password: the rest of the URL says which service it was. `git@` is nobody's name.
pub fn url_credentials(text: &str) -> Vec<Range<usize>> {
    let mut found = groups(&URL_CREDENTIALS, text, |user| user != "git");
    found.extend(groups(&URL_LOOSE, text, |user| !PORT.is_match(user)));
    found
}

pub fn jwts(text: &str) -> Vec<Range<usize>> {
    JWT.find_iter(text).map(|found| found.range()).collect()
}

pub fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<_> = PREFIXED.find_iter(text).map(|found| found.range()).collect();
    found.extend(groups(&SCHEME, text, |value| value.len() >= 12 && is_mixed(value)));
    found.extend(RANDOM.find_iter(text).filter(|found| is_random(found.as_str())).map(|found| found.range()));
    found
}

pub fn groups(regex: &Regex, text: &str, is_meant: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let value = |captures: Captures<'_>| {
        captures.get(1).filter(|value| is_meant(value.as_str())).map(|value| value.range())
    };
    regex.captures_iter(text).filter_map(value).collect()
}

/// Digits among letters, or capitals among small letters.
pub fn is_mixed(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|letter| is(&letter));
    let capitals = value.chars().skip(1).filter(char::is_ascii_uppercase).count();
    has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
        || has(char::is_ascii_lowercase) && capitals >= 2
}

/// Long, with capitals, small letters and digits that change places often. Names in programs have few digits, hashes and
/// UUIDs have no capitals: both are what support looks for.
fn is_random(value: &str) -> bool {
    let kind = |letter: char| match letter {
        'a'..='z' => 0,
        'A'..='Z' => 1,
        '0'..='9' => 2,
        _ => 3,
    };
    let kinds: Vec<u8> = value.chars().map(kind).collect();
    let count = |wanted| kinds.iter().filter(|kind| **kind == wanted).count();
    let changes = kinds.windows(2).filter(|pair| pair.first() != pair.last()).count();
    let separators = count(3);
    count(0) >= 4
        && count(1) >= 4
        && count(2) >= 3
        && changes * 3 >= value.len()
        && separators * 8 <= value.len()
}
