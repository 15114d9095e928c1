//! Account Data: the closed list of fields that an installation leaves with us (IDALKO-10).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::policy::{AccountUse, Policy};

/// Named fields, sealed as one value. Which names may be in it is the policy's decision, made in one place: here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(BTreeMap<String, String>);

impl Account {
    /// Keeps the fields that the policy lists; whatever else was sent is dropped.
    pub fn keep<'a>(policy: &Policy, fields: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let kept = fields.into_iter().filter(|(name, _)| policy.keeps_account_field(name));
        Self(kept.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect())
    }

    /// A field, for one of the uses that there are: whoever reads says which.
    pub fn get(&self, name: &str, _for: AccountUse) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All fields, for whoever may see them as they are.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Fields that were known before and are not told again stay known: after a rename of the site, a host was seen to
    /// leave out the installation id (connect.md §11.4).
    #[must_use]
    pub fn over(mut self, former: Self, lasting: &str) -> Self {
        if let Some(value) = former.0.get(lasting) {
            self.0.entry(lasting.to_owned()).or_insert_with(|| value.clone());
        }
        self
    }
}
