//! Numbers of accounts, cards and telephones. What has a check digit is masked only when it fits: the same digits are
//! otherwise the number of an order.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::regex;
use super::spans::holds;

/// What people put between digits: blanks, narrow and wide, and hyphens.
const GAP: &str = r"[ \u{a0}\u{2009}\u{202f}\u{2010}-\u{2013}-]";

static IBAN: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?i)\b[A-Z]{{2}}\d{{2}}(?:{GAP}?[A-Z0-9]){{11,30}}")));
static ROW: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"\d(?:{GAP}?\d){{12,47}}")));

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
    (!goes_on && checks_out(found)).then(|| start..start + last + 1)
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
    let rows = ROW.find_iter(text).filter(|row| is_alone(text, &row.range()));
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
    !joins(before) && !joins(after) && before != Some('.')
}

/// Whether cards of this length begin like that.
fn is_issued(digits: &[u32]) -> bool {
    let head = |count: usize| digits.iter().take(count).fold(0, |head, digit| head * 10 + digit);
    match (head(4), digits.len()) {
        (4000..=4999, 13 | 16 | 19) => true,
        (5100..=5599 | 2221..=2720, 16) => true,
        (3400..=3499 | 3700..=3799, 15) => true,
        (3000..=3059 | 3600..=3699 | 3800..=3999, 13..15) => true,
        (3528..=3589 | 6011 | 6440..=6599 | 6200..=6299, 16..=19) => true,
        (5000..=5099 | 5600..=5899 | 6300..=6399 | 6700..=6799, 16..=19) => true,
        _ => false,
    }
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| if index % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    sum % 10 == 0
}

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
    let accounts = IBAN.find_iter(text).filter(|found| has_country(found.as_str()));
    let accounts: Vec<_> = accounts.map(|found| found.range()).collect();
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
