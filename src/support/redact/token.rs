//! Credentials: private keys, tokens, passwords beside their names, and URLs with somebody's password in them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::regex;

/// A key that was cut off is a key all the same.
static PRIVATE_KEY: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----",
        r"(?:.*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|(?:[A-Za-z0-9+/=]{16,}|\\[nr]|\s)*)",
    ))
});

static URL_CREDENTIALS: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s/?#"'<>]{1,256})@"#));

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

/// A name that says that a secret follows, and its value.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:passwor[dt]|passwd|passphrase|kennwort|pwd|secret|geheimnis|api[_-]?key|apikey|access[_-]?key",
        r"|token|jwt|credential|session[_-]?id|jsessionid|zugangscode|pin)[A-Za-z0-9_-]{0,16}",
        r#"["'`]?\s*(?:=>|[:=]|%3D|\b(?:is|ist|lautet)\b:?)\s*["'`]?([^\s"'`<>&,;]{4,512})"#,
    ))
});

/// A long word in which letters and digits are mixed as no language mixes them.
static RANDOM: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z0-9+/_-]{28,}={0,2}"));

pub fn private_keys(text: &str) -> Vec<Range<usize>> {
    PRIVATE_KEY.find_iter(text).map(|found| found.range()).collect()
}

/// The user's name and password: the rest of the URL says which service it was. `git@` is nobody's name.
pub fn url_credentials(text: &str) -> Vec<Range<usize>> {
    groups(&URL_CREDENTIALS, text, |user| user != "git")
}

pub fn jwts(text: &str) -> Vec<Range<usize>> {
    JWT.find_iter(text).map(|found| found.range()).collect()
}

pub fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<_> = PREFIXED.find_iter(text).map(|found| found.range()).collect();
    found.extend(groups(&SCHEME, text, |value| value.len() >= 12 && is_mixed(value)));
    found.extend(groups(&NAMED, text, is_secret));
    found.extend(RANDOM.find_iter(text).filter(|found| is_random(found.as_str())).map(|found| found.range()));
    found
}

fn groups(regex: &Regex, text: &str, is_meant: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let value = |captures: Captures<'_>| {
        captures.get(1).filter(|value| is_meant(value.as_str())).map(|value| value.range())
    };
    regex.captures_iter(text).filter_map(value).collect()
}

/// Not a word of a language: `password: missing` tells nothing.
fn is_secret(value: &str) -> bool {
    let value = value.trim_end_matches(['.', ')', ']', '}', '!', '?', ':']);
    let first = value.chars().next().is_some_and(char::is_alphabetic);
    let is_word = value.chars().skip(1).all(|letter| letter.is_lowercase() || letter == '-');
    value.chars().count() >= 4 && !(first && is_word) && value.chars().any(char::is_alphanumeric)
}

/// Digits among letters, or capitals among small letters.
fn is_mixed(value: &str) -> bool {
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
