//! Ranges of a text that rules found, and what is left of the text when they are replaced.

use std::ops::Range;

use crate::tenancy::reports::{pattern_in, pattern_of};
use regex::{Regex, RegexBuilder};

use super::super::masked::Rule;

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub rule: Rule,
    pub range: Range<usize>,
}

/// A part of a masked text: a placeholder, with its rule, or what stands between two of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub rule: Option<Rule>,
    pub text: String,
}

/// Which rule names a place that several found. What is worse to lose comes first.
const ORDER: &[Rule] = &[
    Rule::PrivateKey,
    Rule::UrlCredentials,
    Rule::Jwt,
    Rule::Token,
    Rule::AccountId,
    Rule::Email,
    Rule::Iban,
    Rule::Card,
    Rule::Ipv6,
    Rule::Ipv4,
    Rule::HomePath,
    Rule::Phone,
    Rule::Term,
    Rule::Selected,
    Rule::Later,
];

fn rank(rule: Rule) -> usize {
    ORDER.iter().position(|other| *other == rule).unwrap_or(ORDER.len())
}

/// Replaces what was found by placeholders. Where finds overlap, all of them go: no part of one is left.
pub fn cut(raw: &str, found: Vec<Found>, mut name: impl FnMut(Rule, &str) -> String) -> Vec<Piece> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    for Found { rule, range } in merged(raw, found) {
        let between = raw.get(at..range.start).unwrap_or_default();
        pieces.push(Piece { rule: None, text: between.to_owned() });
        let original = raw.get(range.clone()).unwrap_or_default();
        pieces.push(Piece { rule: Some(rule), text: name(rule, original) });
        at = range.end;
    }
    pieces.push(Piece { rule: None, text: raw.get(at..).unwrap_or_default().to_owned() });
    pieces
}

fn merged(raw: &str, mut found: Vec<Found>) -> Vec<Found> {
    let credentials = of(&found, Rule::UrlCredentials);
    // The end of a password and a host look like an address.
    found.retain(|found| found.rule != Rule::Email || !holds(&credentials, found.range.start));
    found.retain(|found| !found.range.is_empty() && raw.get(found.range.clone()).is_some());
    found.sort_by_key(|found| (found.range.start, rank(found.rule)));
    let mut merged: Vec<Found> = Vec::new();
    for next in found {
        match merged.last_mut() {
            Some(last) if next.range.start < last.range.end => {
                last.range.end = last.range.end.max(next.range.end);
                if rank(next.rule) < rank(last.rule) {
                    last.rule = next.rule;
                }
            }
            _ => merged.push(next),
        }
    }
    merged
}

/// What one rule found, in its order.
fn of(found: &[Found], rule: Rule) -> Vec<Range<usize>> {
    found.iter().filter(|found| found.rule == rule).map(|found| found.range.clone()).collect()
}

/// The first of these ranges, which are in their order and apart, that ends after `at`.
pub fn first_after(ranges: &[Range<usize>], at: usize) -> &[Range<usize>] {
    let first = ranges.partition_point(|range| range.end <= at);
    ranges.get(first..).unwrap_or_default()
}

/// Whether one of these ranges, which are in their order and apart, holds this place.
pub fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    first_after(ranges, at).first().is_some_and(|range| range.start <= at)
}

/// Replaces a selection in a masked text, each time that it stands there; `None` where it does not. A selection that
/// touches a placeholder takes all of it. One within a placeholder is nothing: it is masked already.
pub fn cut_selected(
    pieces: &[Piece],
    selection: &Regex,
    mut name: impl FnMut(&str) -> String,
) -> Option<Vec<Piece>> {
    let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let placeholders = placeholders(pieces);
    let ranges: Vec<_> = placeholders.iter().map(|(_, range)| range.clone()).collect();
    let cuts = joined(selection.find_iter(&text).filter_map(|found| grown(found.range(), &ranges)));
    if cuts.is_empty() {
        return None;
    }
    let left = placeholders.into_iter().filter(|(_, range)| !holds(&cuts, range.start));
    let mut masked: Vec<_> = left.map(|(rule, range)| (rule, range, false)).collect();
    masked.extend(cuts.iter().map(|cut| (Rule::Selected, cut.clone(), true)));
    masked.sort_by_key(|(_, range, _)| range.start);
    let (mut kept, mut at) = (Vec::new(), 0);
    for (rule, range, is_new) in masked {
        kept.push(Piece { rule: None, text: text.get(at..range.start).unwrap_or_default().to_owned() });
        let original = text.get(range.clone()).unwrap_or_default();
        kept.push(Piece {
            rule: Some(rule),
            text: if is_new { name(original) } else { original.to_owned() },
        });
        at = range.end;
    }
    kept.push(Piece { rule: None, text: text.get(at..).unwrap_or_default().to_owned() });
    Some(kept)
}

fn placeholders(pieces: &[Piece]) -> Vec<(Rule, Range<usize>)> {
    let mut at = 0;
    let ranges = pieces.iter().filter_map(|piece| {
        at += piece.text.len();
        Some((piece.rule?, at - piece.text.len()..at))
    });
    ranges.collect()
}

fn grown(found: Range<usize>, placeholders: &[Range<usize>]) -> Option<Range<usize>> {
    let touched = first_after(placeholders, found.start).iter().take_while(|outer| outer.start < found.end);
    let is_within = |outer: &Range<usize>| outer.start <= found.start && found.end <= outer.end;
    if touched.clone().any(is_within) {
        return None;
    }
    let grow =
        |grown: Range<usize>, outer: &Range<usize>| grown.start.min(outer.start)..grown.end.max(outer.end);
    Some(touched.fold(found.clone(), grow))
}

/// Ranges in their order that grew into each other become one.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for next in ranges {
        match joined.last_mut() {
            Some(last) if next.start < last.end => last.end = last.end.max(next.end),
            _ => joined.push(next),
        }
    }
    joined
}

/// Two that mean the same get the same placeholder.
pub fn normal(rule: Rule, original: &str) -> String {
    match rule {
        Rule::Email | Rule::Ipv6 | Rule::Term => original.to_lowercase(),
        Rule::Iban | Rule::Card | Rule::Phone => {
            original.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase()
        }
        _ => original.to_owned(),
    }
}

/// Finds what a site listed: a text, or a pattern where it stands between slashes, such as `/KD-\d{6}/`. A pattern takes time that
/// grows with the text and not faster, whoever made it: <https://docs.rs/regex/latest/regex/#untrusted-input>.
pub fn term(text: &str) -> Option<Regex> {
    match pattern_in(text) {
        Some(pattern) => pattern_of(pattern),
        None => literal(text),
    }
}

/// Finds a text whatever its case and its white space; `None` for one that is too short to be looked for.
pub fn literal(text: &str) -> Option<Regex> {
    let words: Vec<String> = text.split_whitespace().map(regex::escape).collect();
    if words.iter().map(|word| word.chars().count()).sum::<usize>() < 2 {
        return None;
    }
    RegexBuilder::new(&words.join(r"\s+")).case_insensitive(true).build().ok()
}

/// The same for a text that may have been selected where it was shown as JSON, with its quotes and ends of lines escaped.
pub fn shown(text: &str) -> Regex {
    let unescaped = serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
    let forms = std::iter::once(text.to_owned()).chain(unescaped);
    let forms: Vec<String> = forms.filter_map(|text| Some(literal(&text)?.as_str().to_owned())).collect();
    let either = RegexBuilder::new(&forms.join("|")).case_insensitive(true).build().ok();
    either.filter(|_| !forms.is_empty()).unwrap_or_else(|| super::regex(r"[^\s\S]"))
}
