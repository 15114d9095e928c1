//! Numbers of accounts and cards. They are masked only when their check digits fit: the same digits are otherwise the number
//! of an order.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::regex;

/// What people put between digits: blanks, narrow and wide, and hyphens.
pub const GAP: &str = r"[ \u{a0}\u{2009}\u{202f}\u{2010}-\u{2013}-]";

static IBAN: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?i)\b[A-Z]{{2}}\d{{2}}(?:{GAP}?[A-Z0-9]){{11,30}}")));
static ROW: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"\d(?:{GAP}?\d){{12,47}}")));
/// With dots between. Only as cards are grouped: what has other dots is a fraction.
static DOTTED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\d{4}(?:\.\d{4}){3}(?:\.\d{1,3})?|\d{4}\.\d{6}\.\d{5}"));
/// A word that may stand right before a card.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)(?:visa|master(?:card)?|amex|maestro|discover|card|karte|\b(?:nr|no))[.:]?$")
});
/// The longest of them has fewer letters.
const BEFORE_MAX: usize = 16;

/// How long an IBAN is, by its country.
const LENGTHS: [(&str, usize); 79] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
];

pub fn ibans(text: &str) -> Vec<Range<usize>> {
    IBAN.find_iter(text).filter_map(|found| iban(found.as_str(), found.start())).collect()
}

/// As many letters and digits as the country has, if the check digits fit.
fn iban(candidate: &str, start: usize) -> Option<Range<usize>> {
    let country = candidate.get(..2)?.to_uppercase();
    let (_, length) = LENGTHS.iter().find(|(name, _)| *name == country)?;
    let mut letters = candidate.char_indices().filter(|(_, letter)| letter.is_ascii_alphanumeric());
    let (last, _) = letters.nth(length - 1)?;
    let found = candidate.get(..=last)?;
    let goes_on = candidate.get(last + 1..)?.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    // Smaller and larger ones are never given.
    let has_check_digits = matches!(found.get(2..4)?.parse(), Ok(2..=98_u8));
    (!goes_on && has_check_digits && checks_out(found)).then(|| start..start + last + 1)
}

/// What has the shape of an account of some country, whether or not its check digits fit.
pub fn accounts(text: &str) -> Vec<Range<usize>> {
    let found = IBAN.find_iter(text).filter(|found| has_country(found.as_str()));
    found.map(|found| found.range()).collect()
}

fn has_country(candidate: &str) -> bool {
    let country = candidate.get(..2).unwrap_or_default().to_uppercase();
    LENGTHS.iter().any(|(name, _)| *name == country)
}

/// ISO 7064, modulo 97: the country and its check digits go to the end, letters count from 10.
fn checks_out(iban: &str) -> bool {
    let letters: Vec<u32> = iban.chars().filter_map(|letter| letter.to_digit(36)).collect();
    let (head, tail) = letters.split_at(4.min(letters.len()));
    let rest = tail.iter().chain(head).fold(0, |rest, digit| {
        let shift = if *digit < 10 { 10 } else { 100 };
        (rest * shift + digit) % 97
    });
    rest == 1
}

/// A row of digits may be longer than the card: its date follows, or the number of something else goes before it.
pub fn cards(text: &str) -> Vec<Range<usize>> {
    let rows = ROW.find_iter(text).chain(DOTTED.find_iter(text));
    let rows = rows.filter(|row| is_alone(text, &row.range()));
    rows.flat_map(|row| cards_in(row.as_str(), row.start())).collect()
}

/// Cards that begin where a group of digits begins, and end where one ends.
fn cards_in(row: &str, at: usize) -> Vec<Range<usize>> {
    let digits: Vec<(usize, u32)> =
        row.char_indices().filter_map(|(index, letter)| Some((index, letter.to_digit(10)?))).collect();
    let follows = |index: usize| {
        index.checked_sub(1).and_then(|before| digits.get(before)).map(|(before, _)| before + 1)
    };
    let begins = |index: &usize| digits.get(*index).is_some_and(|(here, _)| follows(*index) != Some(*here));
    let ends = |end: usize| end == digits.len() || begins(&end);
    let mut found = Vec::new();
    for start in (0..digits.len()).filter(begins) {
        for end in (start + 13..=start + 19).filter(|end| *end <= digits.len() && ends(*end)) {
            let card = digits.get(start..end).unwrap_or_default();
            let numbers: Vec<u32> = card.iter().map(|(_, digit)| *digit).collect();
            if let ([(first, _), ..], [.., (last, _)]) = (card, card)
                && is_issued(&numbers)
                && luhn(&numbers)
            {
                found.push(at + first..at + last + 1);
            }
        }
    }
    found
}

/// Neither a digit nor a letter beside it, nor a fraction.
fn is_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default().chars().next_back();
    let after = text.get(range.end..).unwrap_or_default().chars().next();
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let is_led = || !joins(before) && before != Some('.') || BEFORE.is_match(tail(text, range.start));
    !joins(after) && is_led()
}

fn tail(text: &str, end: usize) -> &str {
    let before = text.get(..end).unwrap_or_default();
    let start = before.char_indices().rev().nth(BEFORE_MAX - 1).map_or(0, |(start, _)| start);
    before.get(start..).unwrap_or_default()
}

/// Whether cards of this length begin like that.
fn is_issued(digits: &[u32]) -> bool {
    let head = |count: usize| digits.iter().take(count).fold(0, |head, digit| head * 10 + digit);
    matches!(
        (head(4), digits.len()),
        (4000..=4999, 13 | 16 | 19)
            | (5100..=5599 | 2221..=2720, 16)
            | (3400..=3499 | 3700..=3799, 15)
            | (3000..=3059 | 3600..=3699 | 3800..=3999, 13..15)
            | (3528..=3589 | 6011 | 6440..=6599 | 6200..=6299, 16..=19)
            | (5000..=5099 | 5600..=5899 | 6300..=6399 | 6700..=6799, 16..=19)
    )
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| if index % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    sum.is_multiple_of(10)
}
