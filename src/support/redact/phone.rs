//! Numbers of telephones, as they are written in Europe and in America. Dates, versions and numbers of orders look alike, so
//! a number needs a country, the code of an area with something after it, or a word that says what it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::numbers::{GAP, accounts};
use super::regex;
use super::spans::holds;

/// With a country in front, as in `+49 30 1234567` and `0049-30-1234567`.
static ABROAD: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?:\+|\b00)[1-9](?:(?:{GAP}|[./()]){{0,3}}\d){{6,13}}")));
/// With the code of an area in front, and something between it and the rest: `030 1234567`, `(0341) 12 34-56`.
static AREA: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"\(?\b0(?:[2-9]\d{{1,4}}|1[5-8]\d{{1,2}})\)?(?:{GAP}|/){{1,3}}\d(?:(?:{GAP}|/)?\d){{3,10}}"
    ))
});
/// As it is written in France, and in Vienna.
static PAIRS: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"\b0[1-9](?:[ .\u{{a0}}]\d{{2}}){{4}}\b|\b01{GAP}?[ /]{GAP}?\d{{3}}(?:{GAP}\d{{2}}){{2,3}}\b"
    ))
});
/// A mobile number without anything between.
static MOBILE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b01[5-7]\d{8,9}\b"));
/// `(212) 555-0187`, `212-555-0187`, `212.555.0187`.
static AMERICAN: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:\([2-9]\d{2}\)[ \u{a0}]?|\b[2-9]\d{2}[-. \u{a0}])[2-9]\d{2}[-. \u{a0}]\d{4}\b")
});
/// After a word that says so.
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"(?i)\b(?:tel(?:efon|ephone)?(?:nummer| ?no)?|phone(?: ?number)?|mobile?|mobil(?:nummer)?|handy(?:nummer)?|fax|durchwahl|rufnummer)[.:]*\s*(?:is|ist)?\s*([(+]?\d(?:(?:{GAP}|[./()]){{0,2}}\d){{5,13}})"
    ))
});
static DATE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:\d{1,2}([-./])\d{1,2}[-./](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})"));

pub fn phones(text: &str) -> Vec<Range<usize>> {
    let plain = [&*ABROAD, &*AREA, &*PAIRS, &*MOBILE, &*AMERICAN].into_iter();
    let plain = plain.flat_map(|regex| regex.find_iter(text).map(|found| found.range()).collect::<Vec<_>>());
    // A number of an account with a wrong digit is no telephone.
    let accounts = accounts(text);
    let is_account = |range: &Range<usize>| holds(&accounts, range.start);
    let plain = plain.filter(|range| !is_joined(text, range) && !is_account(range));
    let told = TOLD.captures_iter(text).filter_map(|captures| Some(captures.get(1)?.range()));
    let all = plain.chain(told);
    all.filter(|range| is_phone(text.get(range.clone()).unwrap_or_default())).collect()
}

fn is_phone(number: &str) -> bool {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let is_plain = number.bytes().all(|letter| letter.is_ascii_digit());
    // Many a number of an order begins with zeros.
    let is_order = is_plain && number.starts_with("00") && digits < 12;
    number.starts_with('+') && digits >= 7
        || (7..=16).contains(&digits) && !is_order && !DATE.is_match(number)
}

/// A part of something longer: of a number, a name, a version, a time.
fn is_joined(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default().chars().next_back();
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let (next, second) = (after.next(), after.next());
    let joins_before =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '#' | '+');
    let goes_on = match next {
        Some(letter) if letter.is_alphanumeric() || letter == '_' => true,
        Some('.' | ':' | ',' | '-') => second.is_some_and(|letter| letter.is_ascii_digit()),
        _ => false,
    };
    before.is_some_and(joins_before) || goes_on
}
