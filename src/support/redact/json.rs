//! JSON of a customer: every text in it is masked, names of members too, and numbers that read like somebody's.

use serde_json::{Map, Value};

use super::super::masked::Masked;
use super::super::safe::BundleSafe;
use super::Redactor;

/// Places of one value that are listed one by one.
const PLACES_MAX: usize = 500;

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
        let mut masked = Vec::new();
        let value = self.walk(raw, "", &mut masked);
        masked.truncate(PLACES_MAX);
        RedactedJson { value, masked }
    }

    fn walk(&mut self, raw: &Value, place: &str, masked: &mut Vec<Masked>) -> Value {
        match raw {
            Value::Null | Value::Bool(_) => raw.clone(),
            Value::Number(number) => {
                let text = self.text(&number.to_string());
                let found = text.report(place);
                let is_clear = found.is_empty();
                masked.extend(found);
                if is_clear { raw.clone() } else { text.value() }
            }
            Value::String(text) => {
                let text = self.text(text);
                masked.extend(text.report(place));
                text.value()
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| self.walk(item, &format!("{place}/{index}"), masked)).collect()
            }
            Value::Object(members) => Value::Object(self.members(members, place, masked)),
        }
    }

    fn members(
        &mut self,
        members: &Map<String, Value>,
        place: &str,
        masked: &mut Vec<Masked>,
    ) -> Map<String, Value> {
        let mut kept = Map::new();
        for (name, value) in members {
            let name = self.text(name);
            let inside = format!("{place}/{}", pointer(name.as_str()));
            masked.extend(name.report(&inside));
            let value = self.walk(value, &inside, masked);
            kept.insert(unused(&kept, name.as_str()), value);
        }
        kept
    }
}

/// A reference token of a JSON pointer (RFC 6901).
fn pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Two names that are masked alike must not become one member.
fn unused(members: &Map<String, Value>, name: &str) -> String {
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
