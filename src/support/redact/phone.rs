//! Numbers of telephones, as they are written in Europe and in America. Dates, versions and numbers of orders look alike, so
//! a number needs a country, the code of an area with something after it, or a word that says what it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::numbers::{GAP, accounts};
use super::regex;
use super::spans::holds;

/// Digits after the first one: an international number has fifteen at most (E.164).
const MORE: usize = 15 - 1;
/// With a country in front, as in `+49 30 1234567` and `0049-30-1234567`.
static ABROAD: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?:\+|\b00{GAP}?)[1-9](?:(?:{GAP}|[./()]){{0,3}}\d){{6,{MORE}}}")));
/// With the code of an area in front, and something between it and the rest: `030 1234567`, `(0341) 12 34-56`.
static AREA: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"\(?\b0(?:[2-9]\d{{1,4}}|1[5-8]\d{{1,2}})\)?(?:{GAP}|/){{1,3}}\d(?:(?:{GAP}|/)?\d){{3,10}}"
    ))
});
/// The same with dots, which versions have too: so only with rows that are as long as those of a telephone.
static DOTTED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b0(?:[2-9]\d{1,4}|1[5-8]\d{1,2})\.(?:\d{3}[. ]\d{4,5}|\d{5,9})"));
/// As it is written in France, in Vienna, and in Britain.
static PAIRS: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        "{}|{}|{}",
        r"\b0[1-9](?:[ .\u{a0}-]\d{2}){4}\b",
        format_args!(r"\b01{GAP}?[ /]{GAP}?\d{{3}}(?:{GAP}\d{{2}}){{2,3}}\b"),
        format_args!(
            r"\(?\b01\d{{2}}\)?{GAP}\d{{3}}{GAP}\d{{4}}\b|\(?\b01\d{{3}}\)?{GAP}\d{{3}}{GAP}?\d{{3}}\b"
        ),
    ))
});
/// A mobile number without anything between.
static MOBILE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b01[5-7]\d{8,9}\b"));
/// `(212) 555-0187`, `1-212-555-0187`, `212.555.0187 ext. 12`.
static AMERICAN: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?:\b1[-. \u{a0}]{1,2})?(?:\([2-9]\d{2}\)[ \u{a0}]?|\b[2-9]\d{2}[-. \u{a0}])[2-9]\d{2}[-. \u{a0}]\d{4}",
        r"(?:[ \u{a0}]?(?i:x|ext\.?)[ \u{a0}]?\d{1,6})?",
    ))
});
/// After a word that says so.
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        "{}{}{}",
        concat!(
            r"(?i)\b(?:tel(?:efon|ephone)?|fon|(?:cell)?phone|mobile?|mobil(?:funk|telefon)?|handy|(?:tele)?fax|durchwahl|ruf",
            r"(?:[ .-]{0,2}n(?:umme)?r)|rückruf|wa\.me/)",
        ),
        r#"(?:[ .-]{0,2}(?:nummer|nr|number|num|no))?(?:\s?\([^()\d]{1,20}\))?[.:=]*["']?\s*(?:is|ist|lautet|unter)?[:=]?\s*["']?"#,
        format_args!(r"([(+]?\d(?:(?:{GAP}|[./()]){{0,2}}\d){{5,13}})"),
    ))
});
/// With three rows of digits it is one; numbers in France have five.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})|[12]\d{3}-\d{2}-\d{2})(?:[^\d.-]|$)")
});
/// A short row, such as that of a room, and a day after it.
static DAY_AFTER: LazyLock<Regex> = LazyLock::new(|| regex(r"^\(?0\d{2,5}\)?\s+[12]\d{3}-\d{2}-\d{2}$"));
/// Hours of a day, after the number that they belong to.
static HOURS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)^[ (]{1,2}\d{1,2}(?:[.:]\d{2})?\s?h?\s?[-–—]\s?\d{1,2}(?:[.:]\d{2})?\s?(?:uhr|h|[ap]m)\b")
});
/// Digits of the shortest row that a telephone may end with.
const ROW_MIN: usize = 7;

pub fn phones(text: &str) -> Vec<Range<usize>> {
    // A number of an account with a wrong digit is no telephone.
    let accounts = accounts(text);
    let plain = [&*ABROAD, &*AREA, &*DOTTED, &*PAIRS, &*MOBILE, &*AMERICAN].into_iter();
    let plain = plain.flat_map(|regex| plain_ones(regex, text));
    let plain = plain.filter(|range| !holds(&accounts, range.start));
    let told = TOLD.captures_iter(text).filter_map(|captures| Some(captures.get(1)?.range()));
    // What a word says is a number is one, even where it does not end as numbers do.
    let told = told.map(|range| shrunken(text, range.clone(), |_| true).unwrap_or(range));
    let told = told.filter(|range| is_phone(text.get(range.clone()).unwrap_or_default()));
    plain.chain(told).collect()
}

/// One number may follow another, or its beginning may look like the end of the one before: so the search goes on after
/// the first row of digits of each, and what is found twice is masked once.
fn plain_ones(regex: &Regex, text: &str) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(candidate) = regex.find_at(text, at) {
        let range = candidate.range();
        at = range.start + first_row(candidate.as_str());
        let is_whole = |number: &str| {
            number.len() == range.len() || regex.find(number).is_some_and(|found| found.len() == number.len())
        };
        if !joins_before(text, range.start) {
            found.extend(shrunken(text, range.clone(), is_whole));
        }
    }
    found
}

/// Where the first row of digits ends.
fn first_row(number: &str) -> usize {
    let begin = number.find(|letter: char| letter.is_ascii_digit()).unwrap_or_default();
    let row = number.get(begin..).unwrap_or_default();
    begin + row.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(row.len()).max(1)
}

/// A row of digits may go on with what is no part of the number: then it ends with an earlier row.
fn shrunken(text: &str, range: Range<usize>, is_whole: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    let number = text.get(range.clone())?;
    let ends = number.char_indices().rev().filter(|(_, letter)| letter.is_ascii_digit());
    let ends: Vec<usize> = ends.map(|(index, _)| index + 1).collect();
    let is_end = |end: &&usize| {
        let number = number.get(..**end).unwrap_or_default();
        !goes_on(text, range.start + **end) && is_phone(number) && is_whole(number)
    };
    let is_before_hours = |end: &&usize| HOURS.is_match(text.get(range.start + **end..).unwrap_or_default());
    let is_far_end = |end: &&usize| is_end_abroad(number, **end) && !digit_at(text, range.start + **end);
    let end = ends.iter().filter(is_before_hours).find(is_end);
    let end = end.or_else(|| ends.iter().find(is_end)).or_else(|| ends.iter().find(is_far_end))?;
    Some(range.start..range.start + end)
}

/// A country in front makes it a number, though letters or more digits stand right after it.
fn is_end_abroad(number: &str, end: usize) -> bool {
    let whole = number.get(..end).unwrap_or_default();
    let has_gap = whole.get(1..).is_some_and(|rest| rest.bytes().any(|letter| !letter.is_ascii_digit()));
    let digits = whole.bytes().filter(u8::is_ascii_digit).count();
    whole.starts_with('+') && has_gap && digits >= 9
}

fn digit_at(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
}

fn is_phone(number: &str) -> bool {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let is_plain = number.bytes().all(|letter| letter.is_ascii_digit());
    // Many a number of an order begins with zeros.
    let is_order = is_plain && number.starts_with("00") && digits < 12;
    number.starts_with('+') && digits >= 7
        || (7..=20).contains(&digits) && !is_order && !DATE.is_match(number) && !DAY_AFTER.is_match(number)
}

/// A part of something longer: of a number, a name, a version, a time.
fn joins_before(text: &str, start: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default().chars().rev();
    match before.next() {
        // `Nr.030 1234567`
        Some('.') => before.next().is_none_or(|letter| !letter.is_alphabetic()),
        // After another number: a row of digits, longer than those of dates and names.
        Some('-') => before.take(ROW_MIN).filter(char::is_ascii_digit).count() < ROW_MIN,
        Some(letter) => letter.is_alphanumeric() || matches!(letter, '_' | '#' | '+'),
        None => false,
    }
}

/// Whether a number cannot end here.
fn goes_on(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let mut after = rest.chars();
    match after.next() {
        Some(letter) if letter.is_alphanumeric() || letter == '_' => true,
        // The next number, with its zero.
        Some('-') if rest.starts_with("-0") && digit_at(rest, 2) && digit_at(rest, 3) => false,
        Some('.' | ':' | '-') => after.next().is_some_and(|letter| letter.is_ascii_digit()),
        // Another number may follow the comma; a fraction is short.
        Some(',') => {
            let fraction = rest.bytes().skip(1).take(4).take_while(u8::is_ascii_digit).count();
            (1..4).contains(&fraction) && !rest.starts_with(",0")
        }
        _ => false,
    }
}
