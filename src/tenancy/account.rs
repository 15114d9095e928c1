//! Account Data: the closed list of fields that an installation leaves with us (IDALKO-10).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::policy::{AccountUse, Policy};

/// Named fields, sealed as one value. Which names may be in it is the policy's decision, made in one place: here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(BTreeMap<String, String>);

/// Fields that open something, beside the shared secret, which is sealed apart.
const CREDENTIALS: [&str; 1] = ["oauthClientId"];

/// The part of an account that a problem report may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported<'a> {
    pub product: Option<&'a str>,
    pub base_url: Option<&'a str>,
    pub entitlement_number: Option<&'a str>,
}

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

    /// What a user's own problem report copies: which installation it is. Copied at the user's click, it is support data,
    /// which has a purpose and an end of its own.
    pub fn for_a_report(&self) -> Reported<'_> {
        let field = |name: &str| self.0.get(name).map(String::as_str);
        Reported {
            product: field("productType"),
            base_url: field("baseUrl"),
            entitlement_number: field("entitlementNumber").or_else(|| field("serviceEntitlementNumber")),
        }
    }

    /// What must never leave: whoever looks for it in what is about to.
    pub fn credentials(&self) -> impl Iterator<Item = &str> {
        CREDENTIALS.iter().filter_map(|name| self.0.get(*name)).map(String::as_str)
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

    /// As [`Account::over`], for every field.
    #[must_use]
    pub(super) fn over_all(mut self, former: Self) -> Self {
        for (name, value) in former.0 {
            self.0.entry(name).or_insert(value);
        }
        self
    }

    /// This account with one field as the other has it.
    #[must_use]
    pub(super) fn with_field_of(mut self, name: &str, other: &Self) -> Self {
        if let Some(value) = other.0.get(name) {
            self.0.insert(name.to_owned(), value.clone());
        }
        self
    }

    /// A field that names the tenant, for whoever makes it findable by it.
    pub(super) fn name(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}
