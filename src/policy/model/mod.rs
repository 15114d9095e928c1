//! The policy file as it is written. What its parts mean together is checked in `check`.

mod classes;
mod life_cycle;
mod others;
mod support;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::db::text_enum;
pub use classes::{AccountUse, Basis, Bound, Class, Count, Kind, Origin, Retention, Role};
pub use life_cycle::{AfterLeaving, AfterSubscription, Brake, LifeCycle};
pub use others::{
    Addresses, App, Backup, Controller, Cookie, Handle, Keyring, Location, Processor, Record, RecordKind,
    Sentences, Told, Transfer,
};
pub use support::{DeskPart, FirstAnswer, Support};

text_enum! {
    /// The data classes. Everything that is stored anywhere belongs to one of them.
    pub enum ClassName {
        Account = "account",
        Operation = "operation",
        Uploaded = "uploaded",
        Session = "session",
        Support = "support",
        Order = "order",
        Staff = "staff",
        Audit = "audit",
        AccessLog = "access-log",
        AppLog = "app-log",
        Ledger = "ledger",
    }
}

impl<'de> Deserialize<'de> for ClassName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| {
            let known: Vec<_> = Self::ALL.iter().map(|class| class.as_str()).collect();
            serde::de::Error::custom(format!(
                "unknown data class {text:?}, expected one of {}",
                known.join(", ")
            ))
        })
    }
}

/// The languages that statement and mails are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    De,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The tag that HTML and HTTP know it by.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }
}

impl std::str::FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|language| language.tag() == text);
        known.ok_or_else(|| format!("unknown language {text:?}; en or de"))
    }
}

/// A text in every language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Text {
    pub en: String,
    pub de: String,
}

impl Text {
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::De => &self.de,
        }
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Document {
    pub version: u32,
    /// Which statement this is.
    pub name: String,
    /// From this day on it is in force (UTOOLITY-23).
    pub effective: jiff::civil::Date,
    pub statement: Sentences,
    pub controller: Controller,
    pub location: Location,
    pub apps: Vec<App>,
    pub classes: BTreeMap<ClassName, Class>,
    pub purposes: BTreeMap<String, Text>,
    pub addresses: Addresses,
    pub life_cycle: LifeCycle,
    pub support: Support,
    pub backup: Backup,
    pub keyring: Keyring,
    #[serde(default)]
    pub processors: Vec<Processor>,
    #[serde(default)]
    pub cookies: Vec<Cookie>,
    #[serde(default)]
    pub records: Vec<Record>,
}
