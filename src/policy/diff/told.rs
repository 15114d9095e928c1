//! A change in the words of whoever reads the statement, in each of its languages.

use serde_json::Value;

use super::super::model::{Document, Language};
use super::super::statement::Words;
use super::place::Place;
use super::{Change, value};

/// One change, said in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which part of the statement it is about.
    pub what: String,
    /// Nothing where it was added, or where its name says all of it.
    pub before: Option<String>,
    /// Nothing where it was removed, or where its name says all of it.
    pub after: Option<String>,
}

impl Change {
    /// The change in words of this language; `document` is the newer of the two policies.
    pub fn told(&self, document: &Document, language: Language) -> Told {
        let words = Words(language);
        let place = Place::of(self);
        let said = |value: &Option<Value>| {
            let value = value.as_ref().filter(|_| !place.is_member())?;
            value::said(place.key(), value, words)
        };
        Told { what: place.said(document, words), before: said(&self.before), after: said(&self.after) }
    }
}
