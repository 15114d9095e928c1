//! Redaction of texts: what looks like a secret or a person's detail becomes a placeholder such as `<email-1>`.
//!
//! It is the second belt. The first is the type: a text that was not here cannot be collected. The third is the scan for
//! what we know to be secret of this customer. Patterns find what they know and nothing else, so the user sees the result
//! and may mask more.
//!
//! Every search takes time that grows with the text and not faster: the texts come from anybody.

mod address;
mod email;
mod json;
mod later;
mod named;
mod numbers;
mod phone;
mod place;
mod spans;
mod token;

use std::collections::HashMap;
use std::ops::Range;

use regex::Regex;
use serde_json::Value;

use super::masked::{Masked, Rule};
use super::safe::BundleSafe;
pub use json::RedactedJson;
pub use later::{LATER_MAX, LATER_MIN, Later, masked_in_json, masked_in_text};
use spans::{Found, Piece};

/// Places of one text that are listed one by one.
const RANGES_MAX: usize = 200;

/// A text in which everything that a rule knows is masked. Nothing but a [`Redactor`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    text: String,
    masked: Vec<(Rule, Range<usize>)>,
}

/// Which terms to mask beside what patterns find.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Listed by the administrators: texts, and patterns between slashes.
    pub terms: Vec<String>,
    /// Selected by the user, in a preview: they may hold placeholders.
    pub selected: Vec<String>,
    /// Account ids that we know, whatever they look like.
    pub account_ids: Vec<String>,
}

/// Masks the texts of one bundle: the same text becomes the same placeholder everywhere in it.
#[derive(Clone)]
pub struct Redactor {
    known: Vec<(Rule, Regex)>,
    selected: Vec<(Regex, bool)>,
    placeholders: HashMap<(Rule, String), u32>,
    counts: HashMap<Rule, u32>,
}

impl Redactor {
    pub fn new(wanted: &Wanted) -> Self {
        let terms = wanted.terms.iter().filter_map(|text| Some((Rule::Term, spans::term(text)?)));
        let account_ids =
            wanted.account_ids.iter().filter_map(|text| Some((Rule::AccountId, spans::literal(text)?)));
        let known = terms.chain(account_ids).collect();
        let selected = wanted.selected.iter().map(|text| (spans::shown(text), false)).collect();
        Self { known, selected, placeholders: HashMap::new(), counts: HashMap::new() }
    }

    /// Masks a text.
    pub fn text(&mut self, raw: &str) -> Redacted {
        let found = find(raw, &self.known);
        self.masked(raw, found)
    }

    fn masked(&mut self, raw: &str, found: Vec<Found>) -> Redacted {
        let Self { placeholders, counts, .. } = self;
        let mut name = |rule, original: &str| name(placeholders, counts, rule, original);
        let pieces = spans::cut(raw, found, &mut name);
        let pieces = self.mask_selected(pieces);
        let (mut text, mut masked) = (String::with_capacity(raw.len()), Vec::new());
        for Piece { rule, text: piece } in pieces {
            let start = text.len();
            text.push_str(&piece);
            masked.extend(rule.map(|rule| (rule, start..text.len())));
        }
        Redacted { text, masked }
    }

    /// Which of the selections were found in no text so far, by their places in the list.
    pub fn unmatched(&self) -> Vec<usize> {
        let unused = self.selected.iter().enumerate().filter(|(_, (_, used))| !used);
        unused.map(|(index, _)| index).collect()
    }

    /// What the user selected is looked for in what they saw: the masked text. A placeholder goes as a whole or not at all.
    fn mask_selected(&mut self, pieces: Vec<Piece>) -> Vec<Piece> {
        let Self { selected, placeholders, counts, .. } = self;
        let mut pieces = pieces;
        for (selection, used) in selected {
            let mut name = |original: &str| name(placeholders, counts, Rule::Selected, original);
            if let Some(cut) = spans::cut_selected(&pieces, selection, &mut name) {
                (pieces, *used) = (cut, true);
            }
        }
        pieces
    }
}

/// The placeholder of `original`, the same each time.
fn name(
    placeholders: &mut HashMap<(Rule, String), u32>,
    counts: &mut HashMap<Rule, u32>,
    rule: Rule,
    original: &str,
) -> String {
    let number = placeholders.entry((rule, spans::normal(rule, original))).or_insert_with(|| {
        let count = counts.entry(rule).or_default();
        *count += 1;
        *count
    });
    format!("<{rule}-{number}>")
}

/// Everything that a rule knows.
fn find(text: &str, known: &[(Rule, Regex)]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut add = |rule, ranges: Vec<Range<usize>>| {
        let is_word = matches!(rule, Rule::Token | Rule::Jwt);
        let ranges = ranges.into_iter().map(|range| if is_word { without_stop(text, range) } else { range });
        found.extend(ranges.map(|range| Found { rule, range }));
    };
    add(Rule::PrivateKey, token::private_keys(text));
    add(Rule::UrlCredentials, token::url_credentials(text));
    add(Rule::Jwt, token::jwts(text));
    add(Rule::Token, token::tokens(text));
    add(Rule::Token, named::secrets(text));
    add(Rule::Email, email::emails(text));
    add(Rule::Iban, numbers::ibans(text));
    add(Rule::Card, numbers::cards(text));
    add(Rule::AccountId, place::account_ids(text));
    add(Rule::HomePath, place::home_paths(text));
    add(Rule::Ipv6, address::ipv6(text));
    add(Rule::Ipv4, address::ipv4(text));
    add(Rule::Phone, phone::phones(text));
    for (rule, regex) in known {
        add(*rule, regex.find_iter(text).map(|found| found.range()).collect());
    }
    found
}

/// The full stop that ends a sentence belongs to the sentence, and not to the token before it.
fn without_stop(text: &str, range: Range<usize>) -> Range<usize> {
    let after = text.get(range.end..).unwrap_or_default();
    let is_last = after.is_empty() || after.starts_with(char::is_whitespace);
    match text.get(range.clone()).and_then(|found| found.strip_suffix('.')) {
        Some(rest) if is_last && !rest.is_empty() && !rest.ends_with('.') => range.start..range.end - 1,
        _ => range,
    }
}

impl Redacted {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What was masked, for the report of it; `place` says where the text stands.
    pub fn report(&self, place: &str) -> Vec<Masked> {
        let mut report: Vec<Masked> = Vec::new();
        let (mut units, mut at) = (0, 0);
        let mut unit_of = |byte: usize| {
            units += self.text.get(at..byte).map_or(0, |text| text.encode_utf16().count());
            at = byte;
            u32::try_from(units).unwrap_or(u32::MAX)
        };
        for (rule, range) in &self.masked {
            let range = [unit_of(range.start), unit_of(range.end)];
            match report.iter_mut().find(|masked| masked.rule == *rule) {
                Some(masked) => masked.add(range),
                None => report.push(Masked {
                    rule: *rule,
                    place: place.to_owned(),
                    count: 1,
                    ranges: vec![range],
                }),
            }
        }
        report
    }
}

impl Masked {
    fn add(&mut self, range: [u32; 2]) {
        self.count += 1;
        if self.ranges.len() < RANGES_MAX {
            self.ranges.push(range);
        }
    }
}

impl BundleSafe for Redacted {
    fn value(&self) -> Value {
        Value::from(self.text.as_str())
    }

    fn masked(&self, place: &str, found: &mut Vec<Masked>) {
        found.extend(self.report(place));
    }
}

/// A pattern that stands in this program's own source.
pub(super) fn regex(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "a constant; each of them is compiled in the tests")]
    Regex::new(pattern).expect("the pattern is a regular expression")
}

#[cfg(test)]
mod tests;
