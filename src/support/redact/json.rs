//! JSON of a customer: every text in it is masked, names of members too, and numbers that read like somebody's.

use regex::Regex;
use serde_json::{Map, Value};

use super::super::masked::{Masked, Rule};
use super::super::safe::BundleSafe;
use super::spans::Found;
use super::{Redacted, Redactor, find, named};

/// Places of one value that are listed one by one.
const PLACES_MAX: usize = 500;
/// Letters of a name that are looked at when its value is masked.
const NAME_MAX: usize = 64;

/// A JSON value in which everything that a rule knows is masked. Nothing but a [`Redactor`] makes one.
#[derive(Debug, Clone)]
pub struct RedactedJson {
    value: Value,
    /// With places relative to the value.
    masked: Vec<Masked>,
}

impl Redactor {
    /// Masks a JSON value.
    pub fn json(&mut self, raw: &Value) -> RedactedJson {
        self.json_under("", raw)
    }

    /// Masks a JSON value that is kept under this name, as if it were the name of a member.
    pub fn json_under(&mut self, name: &str, raw: &Value) -> RedactedJson {
        let mut masked = Vec::new();
        let value = self.walk(raw, At { place: "", name }, &mut masked);
        masked.truncate(PLACES_MAX);
        RedactedJson { value, masked }
    }

    /// Masks the value of a member: its name says what it is, as `password` does.
    fn value(&mut self, name: &str, raw: &str) -> Redacted {
        let mut found = find(raw, &self.known);
        found.extend(told(name, raw, &self.known));
        self.masked(raw, found)
    }

    fn walk(&mut self, raw: &Value, at: At<'_>, masked: &mut Vec<Masked>) -> Value {
        match raw {
            Value::Null | Value::Bool(_) => raw.clone(),
            Value::Number(number) => {
                let text = self.value(at.name, &number.to_string());
                let found = text.report(at.place);
                let is_clear = found.is_empty();
                masked.extend(found);
                if is_clear { raw.clone() } else { BundleSafe::value(&text) }
            }
            Value::String(text) => {
                let text = self.value(at.name, text);
                masked.extend(text.report(at.place));
                BundleSafe::value(&text)
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                let place = |index| format!("{}/{index}", at.place);
                items
                    .map(|(index, item)| self.walk(item, At { place: &place(index), ..at }, masked))
                    .collect()
            }
            Value::Object(members) => Value::Object(self.members(members, at, masked)),
        }
    }

    fn members(
        &mut self,
        members: &Map<String, Value>,
        at: At<'_>,
        masked: &mut Vec<Masked>,
    ) -> Map<String, Value> {
        let mut kept = Map::new();
        for (raw, value) in members {
            let name = self.text(raw);
            let inside = format!("{}/{}", at.place, pointer(name.as_str()));
            masked.extend(name.report(&inside));
            let here = At { place: &inside, name: meant(raw, members, at.name) };
            let value = self.walk(value, here, masked);
            kept.insert(unused(&kept, name.as_str()), value);
        }
        kept
    }
}

/// Where a value stands, and the name that says what it is.
#[derive(Clone, Copy)]
struct At<'a> {
    place: &'a str,
    name: &'a str,
}

/// The name of a member. What is called `value` is meant by the name beside it, as in a list of headers, or by the one
/// around it.
fn meant<'a>(name: &'a str, members: &'a Map<String, Value>, around: &'a str) -> &'a str {
    if !name.eq_ignore_ascii_case("value") {
        return name;
    }
    let beside = ["name", "key", "Name", "Key"].into_iter().find_map(|name| members.get(name)?.as_str());
    beside.unwrap_or(if around.is_empty() { name } else { around })
}

/// What is known of a value because of the name that it stands under.
fn told(name: &str, value: &str, known: &[(Rule, Regex)]) -> Vec<Found> {
    let name = tail(name);
    if named::tells_about(name) {
        return Vec::new();
    }
    let before = format!("{name}: \"");
    let end = before.len() + value.len();
    let within = |found: Found| {
        let range = found.range.start.max(before.len())..found.range.end.min(end);
        let is_within = range.start < range.end;
        is_within.then(|| Found { range: range.start - before.len()..range.end - before.len(), ..found })
    };
    let mut found: Vec<_> =
        find(&format!("{before}{value}\""), known).into_iter().filter_map(within).collect();
    if named::is_name(name) && named::is_secret(value) {
        found.push(Found { rule: Rule::Token, range: 0..value.len() });
    }
    found
}

/// The end of a name. An array may be long, and so may the name that all of it stands under.
fn tail(name: &str) -> &str {
    let start = name.char_indices().rev().nth(NAME_MAX - 1).map_or(0, |(start, _)| start);
    name.get(start..).unwrap_or_default()
}

/// A reference token of a JSON pointer (RFC 6901).
pub(super) fn pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Two names that are masked alike must not become one member.
pub(super) fn unused(members: &Map<String, Value>, name: &str) -> String {
    let mut names =
        std::iter::once(name.to_owned()).chain((2..).map(|number: u64| format!("{name} ({number})")));
    names.find(|name| !members.contains_key(name)).unwrap_or_default()
}

impl BundleSafe for RedactedJson {
    fn value(&self) -> Value {
        self.value.clone()
    }

    fn masked(&self, place: &str, found: &mut Vec<Masked>) {
        let here = |masked: &Masked| Masked { place: format!("{place}{}", masked.place), ..masked.clone() };
        found.extend(self.masked.iter().map(here));
    }
}
