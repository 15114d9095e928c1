//! What stands in an address or in a header.

use serde_json::{Value, json};

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    /// A whole number, with the least and the most.
    Whole(i64, i64),
    /// Our own number of something.
    Id,
    Flag,
    /// An RFC 3339 time.
    Time,
    OneOf(fn() -> Vec<&'static str>),
}

#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub about: &'static str,
    pub kind: Kind,
    pub place: Place,
    pub is_required: bool,
}

impl Parameter {
    /// One of a query, which may be left out.
    pub const fn query(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, about, kind, place: Place::Query, is_required: false }
    }

    /// A header that must be there.
    pub const fn header(name: &'static str, about: &'static str) -> Self {
        Self { name, about, kind: Kind::Text, place: Place::Header, is_required: true }
    }

    #[must_use]
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub(super) fn described(&self) -> Value {
        let place = match self.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        };
        json!({
            "name": self.name, "in": place, "required": self.is_required, "description": self.about,
            "schema": self.kind.schema(),
        })
    }
}

impl Kind {
    fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Self::Id => json!({ "type": "string", "pattern": "^[0-9]+$" }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Time => json!({ "type": "string", "format": "date-time" }),
            Self::OneOf(words) => json!({ "type": "string", "enum": words() }),
        }
    }
}

/// A query with names that are known. Others in it do not matter, and never reach whoever reads it.
pub trait Parameters {
    const PARAMETERS: &'static [Parameter];
}
