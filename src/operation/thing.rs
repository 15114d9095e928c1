//! What records are about, and go with: an issue, a page, a link between two issues.

use std::fmt;

use serde_json::Value;

use crate::vault::{Label, SealingKey};

/// Of what records go with, and of tombstones.
const INDEX: Label = Label("operation.parent");
/// No honest id is longer.
const ID_CHARS_MAX: usize = 64;

/// A thing of the product, by the product's own id for it. Ids are never used again, not even after a deletion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing(String);

impl Thing {
    pub fn issue(id: &Value) -> Option<Self> {
        Self::named("issue", id)
    }

    /// A page or a post of a blog; both have their ids from one row.
    pub fn content(id: &Value) -> Option<Self> {
        Self::named("content", id)
    }

    pub fn link(id: &Value) -> Option<Self> {
        Self::named("link", id)
    }

    fn named(sort: &str, id: &Value) -> Option<Self> {
        let id = match id {
            Value::String(id) if (1..=ID_CHARS_MAX).contains(&id.chars().count()) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => return None,
        };
        Some(Self(format!("{sort}:{id}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Finds what goes with it, and its tombstone.
    pub fn index(&self, key: &SealingKey) -> Vec<u8> {
        key.index(INDEX, &[self.0.as_bytes()])
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
