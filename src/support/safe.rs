//! What may stand in a bundle: values whose type says that they hold no secret and no text that nobody looked at.
//!
//! A collector returns a type that is [`BundleSafe`]. Neither `String` nor `Secret` is, so neither can be collected:
//!
//! ```compile_fail
//! let shared_secret = kept::config::Secret::new("s3cr3t");
//! kept::support::safe::BundleSafe::value(&shared_secret);
//! ```
//!
//! ```compile_fail
//! let raw = String::from("whatever the customer's product sent");
//! kept::support::safe::BundleSafe::value(&raw);
//! ```
//!
//! ```compile_fail
//! kept::support::bundle_safe! {
//!     struct Account { shared_secret: kept::config::Secret }
//! }
//! ```
//!
//! ```compile_fail
//! kept::support::bundle_safe! {
//!     struct Account { client_key: String }
//! }
//! ```
//!
//! ```compile_fail
//! let borrowed = String::from("a text that is no word of ours");
//! kept::support::safe::BundleSafe::value(&kept::support::safe::Word(borrowed.as_str()));
//! ```
//!
//! ```compile_fail
//! kept::support::safe::BundleSafe::value(&serde_json::json!({"sharedSecret": "s3cr3t"}));
//! ```
//!
//! A text of a customer becomes safe by redaction alone, and nothing else makes a `Redacted`:
//!
//! ```compile_fail
//! let safe = kept::support::redact::Redacted { text: String::from("raw"), masked: vec![] };
//! ```
//!
//! The same with types that are safe compiles, so each of the above fails for its own reason:
//!
//! ```
//! use kept::support::safe::{BundleSafe, Word};
//! kept::support::bundle_safe! {
//!     struct Account { product: Word, generation: i64, is_enabled: bool }
//! }
//! let account = Account { product: Word("jira"), generation: 1, is_enabled: true };
//! assert_eq!(account.value()["isEnabled"], true);
//! ```

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::Timestamp;
use crate::db::Id;
use crate::support::Masked;

/// What may stand in a bundle. Implemented in this file, by `bundle_safe!` field by field, and for what redaction gives;
/// nowhere else.
pub trait BundleSafe {
    fn value(&self) -> Value;

    /// Adds what was masked in it. `place` is the JSON pointer to this value.
    fn masked(&self, _place: &str, _found: &mut Vec<Masked>) {}
}

/// A word that stands in this program's own source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(pub &'static str);

impl BundleSafe for Word {
    fn value(&self) -> Value {
        Value::from(self.0)
    }
}

macro_rules! numbers_are_safe {
    ($($number:ty),*) => {
        $(impl BundleSafe for $number {
            fn value(&self) -> Value {
                Value::from(*self)
            }
        })*
    };
}

numbers_are_safe!(bool, u16, u32, u64, i64);

impl BundleSafe for Timestamp {
    fn value(&self) -> Value {
        Value::from(self.to_string())
    }
}

impl BundleSafe for Id {
    fn value(&self) -> Value {
        Value::from(self.to_string())
    }
}

impl<T: BundleSafe> BundleSafe for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, BundleSafe::value)
    }

    fn masked(&self, place: &str, found: &mut Vec<Masked>) {
        self.iter().for_each(|inner| inner.masked(place, found));
    }
}

impl<T: BundleSafe> BundleSafe for Vec<T> {
    fn value(&self) -> Value {
        Value::Array(self.iter().map(BundleSafe::value).collect())
    }

    fn masked(&self, place: &str, found: &mut Vec<Masked>) {
        for (index, inner) in self.iter().enumerate() {
            inner.masked(&format!("{place}/{index}"), found);
        }
    }
}

impl<T: BundleSafe> BundleSafe for BTreeMap<Word, T> {
    fn value(&self) -> Value {
        Value::Object(self.iter().map(|(word, value)| (word.0.to_owned(), value.value())).collect())
    }

    fn masked(&self, place: &str, found: &mut Vec<Masked>) {
        for (word, inner) in self {
            inner.masked(&format!("{place}/{}", word.0), found);
        }
    }
}

/// A struct whose fields are all safe is safe. Names of fields are told in camelCase, as everywhere in our JSON.
#[macro_export]
macro_rules! bundle_safe_struct {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }

        impl $crate::support::safe::BundleSafe for $name {
            fn value(&self) -> ::serde_json::Value {
                let mut members = ::serde_json::Map::new();
                $(members.insert(
                    $crate::support::safe::camel_case(stringify!($field)),
                    $crate::support::safe::BundleSafe::value(&self.$field),
                );)*
                ::serde_json::Value::Object(members)
            }

            fn masked(&self, place: &str, found: &mut Vec<$crate::support::Masked>) {
                $(let name = $crate::support::safe::camel_case(stringify!($field));
                $crate::support::safe::BundleSafe::masked(&self.$field, &format!("{place}/{name}"), found);)*
            }
        }
    };
}
pub use bundle_safe_struct as bundle_safe;

/// `is_enabled` as `isEnabled`.
pub fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}
