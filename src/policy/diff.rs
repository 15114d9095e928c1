//! What changed between two policies, and whether it matters to customers (WEBSITE-48).
//!
//! The two are compared place by place, so no change is overlooked; a place that no rule knows counts as material.

mod matter;
mod names;
mod place;
mod rules;
mod told;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::Policy;
pub use matter::Matter;
pub use told::Told;

/// One place where two policies differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Keys from the top of the file, in the form of `privacy.json`; members of a list by their name.
    pub at: Vec<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// Why customers must be told; `None` when it is not material.
    pub material: Option<Matter>,
}

impl Policy {
    /// What is different in `after`, in the order of the file.
    pub fn changes_to(&self, after: &Self) -> Vec<Change> {
        let tree = |policy: &Self| serde_json::to_value(policy.document()).unwrap_or_default();
        let mut found = Vec::new();
        compare(&mut Vec::new(), &tree(self), &tree(after), &mut found);
        found
    }
}

fn compare(at: &mut Vec<String>, before: &Value, after: &Value, found: &mut Vec<Change>) {
    match (members(before), members(after)) {
        (Some(before), Some(after)) if !is_whole(at) => {
            let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                at.push(key.clone());
                match (before.get(key), after.get(key)) {
                    (Some(before), Some(after)) => compare(at, before, after, found),
                    (before, after) => found.push(change(at, before.cloned(), after.cloned())),
                }
                at.pop();
            }
        }
        _ if before == after => {}
        _ => found.push(change(at, Some(before.clone()), Some(after.clone()))),
    }
}

fn change(at: &[String], before: Option<Value>, after: Option<Value>) -> Change {
    let material = rules::material(at, before.as_ref(), after.as_ref());
    Change { at: at.to_vec(), before, after, material }
}

/// A retention is understood as a whole only: its days may become years.
fn is_whole(at: &[String]) -> bool {
    at.last().is_some_and(|key| key == "retention")
}

/// What is inside a table, or in a list: there by name, so that an insertion does not look like a change of all that follows.
fn members(value: &Value) -> Option<BTreeMap<String, Value>> {
    match value {
        Value::Object(inside) => Some(inside.clone().into_iter().collect()),
        Value::Array(items) => Some(items.iter().map(|item| (name_of(item), item.clone())).collect()),
        _ => None,
    }
}

fn name_of(item: &Value) -> String {
    let named = ["/key", "/name", "/title/en", "/en"].iter().find_map(|at| item.pointer(at)?.as_str());
    named.or(item.as_str()).map_or_else(|| item.to_string(), str::to_owned)
}

/// One line: where, what, and why it matters.
impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: ", self.at.join(" › "))?;
        match (&self.before, &self.after) {
            (None, _) => write!(out, "added")?,
            (_, None) => write!(out, "removed")?,
            (Some(before), Some(after)) => write!(out, "{} → {}", shown(before), shown(after))?,
        }
        match self.material {
            Some(reason) => write!(out, " (material: {})", reason.sentence()),
            None => write!(out, " (not material)"),
        }
    }
}

/// A value as people read it: `14 days, at_latest, recorded`.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Object(inside) => {
            let parts = inside.iter().map(|(key, value)| match value {
                Value::Number(number) => format!("{number} {key}"),
                other => shown(other),
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
