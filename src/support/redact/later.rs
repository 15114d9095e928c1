//! Masking a text for good in what was sent before: in texts and in JSON that were masked once already. Placeholders stay whole: a
//! text that stands within one is masked already, and one that touches one takes all of it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::super::masked::{Masked, Rule};
use super::spans::{self, Piece};
use super::{RANGES_MAX, json, regex};

/// Letters of a text that is looked for, white space not counted, and with it.
pub const LATER_MIN: usize = 3;
pub const LATER_MAX: usize = 500;

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
    regex(&format!("<(?P<rule>{})-(?P<number>[0-9]{{1,9}})>", rules.join("|")))
});

/// A text on its way out of a ticket.
pub struct Later {
    needle: Regex,
    placeholder: String,
}

impl Later {
    /// `number` is one that no placeholder of this kind has in the ticket. `None` for what is too short or too long to be looked for.
    pub fn new(text: &str, number: u32) -> Option<Self> {
        let letters = text.chars().filter(|letter| !letter.is_whitespace()).count();
        let is_text =
            letters >= LATER_MIN && text.chars().count() <= LATER_MAX && !PLACEHOLDER.is_match(text);
        let needle = spans::literal(text).filter(|_| is_text)?;
        Some(Self { needle, placeholder: format!("<{}-{number}>", Rule::Later) })
    }

    /// The highest number that a placeholder of this kind has in a text.
    pub fn highest(text: &str) -> u32 {
        let found = PLACEHOLDER.captures_iter(text).filter(|found| found["rule"] == *Rule::Later.as_str());
        found.filter_map(|found| found["number"].parse().ok()).max().unwrap_or(0)
    }

    /// Whether the text stands here, outside of placeholders.
    pub fn is_in(&self, raw: &str) -> bool {
        self.cut(raw).is_some()
    }

    /// The text without it, and how often it stood there; `None` where it did not.
    pub fn text(&self, raw: &str) -> Option<(String, usize)> {
        let pieces = self.cut(raw)?;
        let count = pieces.iter().filter(|piece| piece.text == self.placeholder).count();
        Some((pieces.into_iter().map(|piece| piece.text).collect(), count))
    }

    fn cut(&self, raw: &str) -> Option<Vec<Piece>> {
        let (mut pieces, mut at) = (Vec::new(), 0);
        for (rule, range) in placeholders(raw) {
            pieces.push(Piece { rule: None, text: raw.get(at..range.start)?.to_owned() });
            pieces.push(Piece { rule: Some(rule), text: raw.get(range.clone())?.to_owned() });
            at = range.end;
        }
        pieces.push(Piece { rule: None, text: raw.get(at..)?.to_owned() });
        spans::cut_selected(&pieces, &self.needle, |_| self.placeholder.clone())
    }

    /// The same for every text, name of a member and number in a value. Returns how many places there were.
    pub fn json(&self, value: &mut Value) -> usize {
        match value {
            Value::String(text) => self.text(text).map_or(0, |(masked, count)| {
                *text = masked;
                count
            }),
            Value::Number(number) => self.text(&number.to_string()).map_or(0, |(masked, count)| {
                *value = Value::String(masked);
                count
            }),
            Value::Array(items) => items.iter_mut().map(|item| self.json(item)).sum(),
            Value::Object(members) => self.members(members),
            Value::Null | Value::Bool(_) => 0,
        }
    }

    fn members(&self, members: &mut Map<String, Value>) -> usize {
        let mut places = 0;
        let former = std::mem::take(members);
        for (mut name, mut value) in former {
            if let Some((masked, count)) = self.text(&name) {
                name = masked;
                places += count;
            }
            places += self.json(&mut value);
            let name = json::unused(members, &name);
            members.insert(name, value);
        }
        places
    }
}

/// What is masked in a text now, of these rules: their places moved when others were masked.
pub fn masked_in_text(text: &str, rules: &[Rule], place: &str) -> Vec<Masked> {
    let mut report: Vec<Masked> = Vec::new();
    let (mut units, mut at) = (0, 0);
    let mut unit_of = |byte: usize| {
        units += text.get(at..byte).map_or(0, |text| text.encode_utf16().count());
        at = byte;
        u32::try_from(units).unwrap_or(u32::MAX)
    };
    for (rule, range) in placeholders(text).into_iter().filter(|(rule, _)| rules.contains(rule)) {
        let range = [unit_of(range.start), unit_of(range.end)];
        match report.iter_mut().find(|masked| masked.rule == rule) {
            Some(masked) => {
                masked.count += 1;
                if masked.ranges.len() < RANGES_MAX {
                    masked.ranges.push(range);
                }
            }
            None => report.push(Masked { rule, place: place.to_owned(), count: 1, ranges: vec![range] }),
        }
    }
    report
}

/// The same for a JSON value, at the places of its texts.
pub fn masked_in_json(value: &Value, rules: &[Rule], place: &str) -> Vec<Masked> {
    match value {
        Value::String(text) => masked_in_text(text, rules, place),
        Value::Array(items) => {
            let each = items.iter().enumerate();
            each.flat_map(|(at, item)| masked_in_json(item, rules, &format!("{place}/{at}"))).collect()
        }
        Value::Object(members) => {
            let each =
                members.iter().map(|(name, value)| (name, format!("{place}/{}", json::pointer(name)), value));
            each.flat_map(|(name, place, value)| {
                // Names are counted where their values stand; ranges are of values alone.
                let names = masked_in_text(name, rules, &place).into_iter();
                let names = names.map(|masked| Masked { ranges: Vec::new(), ..masked });
                names.chain(masked_in_json(value, rules, &place)).collect::<Vec<_>>()
            })
            .collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn placeholders(text: &str) -> Vec<(Rule, Range<usize>)> {
    let found = PLACEHOLDER.captures_iter(text).filter_map(|found| {
        let rule = found.name("rule")?.as_str().parse().ok()?;
        Some((rule, found.get(0)?.range()))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn later(text: &str) -> Later {
        Later::new(text, 4).unwrap()
    }

    #[test]
    fn a_text_goes_wherever_it_stands_and_placeholders_stay_whole() {
        let masked = |needle: &str, raw: &str| later(needle).text(raw);
        assert_eq!(
            masked("Blue Bird", "blue  bird and BLUE\nBIRD, no bluebird"),
            Some(("<later-4> and <later-4>, no bluebird".into(), 2))
        );
        assert_eq!(masked("email", "an email to <email-1>"), Some(("an <later-4> to <email-1>".into(), 1)));
        assert_eq!(masked("email-1", "to <email-1>"), None, "it is masked already");
    }

    #[test]
    fn a_text_that_touches_a_placeholder_takes_all_of_it() {
        let raw = "call <phone-1> Bob, or Bob";
        assert_eq!(later("> Bob").text(raw), Some(("call <later-4>, or Bob".into(), 1)));
    }

    #[test]
    fn in_json_texts_names_and_numbers_go_and_no_value_is_lost() {
        let mut value =
            json!({"Bluebird": {"note": "bluebird hangs"}, "BLUEBIRD": [20261129, "x"], "n": 20261129});
        assert_eq!(later("bluebird").json(&mut value), 3);
        assert!(!value.to_string().to_lowercase().contains("bluebird"), "{value}");
        assert_eq!(value.as_object().unwrap().len(), 3);
        assert_eq!(later("20261129").json(&mut value), 2);
        assert!(!value.to_string().contains("20261129"), "{value}");
    }

    #[test]
    fn what_is_too_short_too_long_or_a_placeholder_is_not_looked_for() {
        for wrong in ["", "ab", " a b ", "<email-1>", "see <later-2>", &"x".repeat(LATER_MAX + 1)] {
            assert!(Later::new(wrong, 1).is_none(), "{wrong}");
        }
        assert_eq!((Later::highest("<later-3> <later-12> <email-40>"), Later::highest("")), (12, 0));
    }

    #[test]
    fn where_placeholders_stand_is_said_anew() {
        let rules = [Rule::Email, Rule::Later];
        let report = masked_in_json(&json!({"a/b": ["ä <later-1> <email-2> <phone-1>"]}), &rules, "");
        let of = |rule, ranges| Masked { rule, place: "/a~1b/0".into(), count: 1, ranges };
        assert_eq!(report, [of(Rule::Later, vec![[2, 11]]), of(Rule::Email, vec![[12, 21]])]);
    }
}
