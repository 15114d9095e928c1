//! What a bundle consists of: items with their class, kind of content, hash, and what was masked in them.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hash::Hash;
use super::masked::{Masked, Rule, bounded};
use super::over_words;
use super::redact::{Later, masked_in_json, masked_in_text};
use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::policy::ClassName;

/// Attachments of one report, and files of one answer.
pub const ATTACHMENTS_MAX: u8 = 3;
/// Files of all answers of one reporter to a report.
pub const REPLY_FILES_MAX: u8 = 12;

/// The stable name of an item. Each is at most once in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemName {
    /// What the user wrote.
    Report,
    Account,
    Licence,
    /// What is stored about the issue at hand.
    Issue,
    /// The newest records of the installation.
    Records,
    Settings,
    Errors,
    Versions,
    Browser,
    /// Counted from 1, in the order in which the user added them.
    Attachment(u8),
    /// What the reporter attached to an answer, counted from 1 over all answers.
    ReplyFile(u8),
}

impl ItemName {
    /// All but attachments.
    pub const COLLECTED: [Self; 9] = [
        Self::Report,
        Self::Account,
        Self::Licence,
        Self::Issue,
        Self::Records,
        Self::Settings,
        Self::Errors,
        Self::Versions,
        Self::Browser,
    ];

    /// Every name that an item may have.
    pub fn all() -> impl Iterator<Item = Self> {
        let attachments = (1..=ATTACHMENTS_MAX).map(Self::Attachment);
        Self::COLLECTED.into_iter().chain(attachments).chain((1..=REPLY_FILES_MAX).map(Self::ReplyFile))
    }

    /// The data class that an item belongs to, wherever it goes.
    pub const fn class(self) -> ClassName {
        match self {
            Self::Account => ClassName::Account,
            Self::Licence | Self::Issue | Self::Records => ClassName::Operation,
            Self::Settings => ClassName::Uploaded,
            Self::Errors => ClassName::AppLog,
            Self::Report | Self::Versions | Self::Browser | Self::Attachment(_) | Self::ReplyFile(_) => {
                ClassName::Support
            }
        }
    }

    /// Whether a bundle needs the user's explicit consent for it: what holds content of issues, and what the user attached.
    /// The report itself is the reason of the whole, and goes with the click on "send".
    pub const fn needs_consent(self, tier: Tier) -> bool {
        match self {
            Self::Attachment(_) | Self::ReplyFile(_) => true,
            Self::Issue | Self::Records => matches!(tier, Tier::Full),
            _ => false,
        }
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Report => "report",
            Self::Account => "account",
            Self::Licence => "licence",
            Self::Issue => "issue",
            Self::Records => "records",
            Self::Settings => "settings",
            Self::Errors => "errors",
            Self::Versions => "versions",
            Self::Browser => "browser",
            Self::Attachment(number) => return write!(out, "attachment-{number}"),
            Self::ReplyFile(number) => return write!(out, "reply-file-{number}"),
        })
    }
}

/// A word that names no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an item of a bundle")]
pub struct NoSuchItem;

impl FromStr for ItemName {
    type Err = NoSuchItem;

    fn from_str(text: &str) -> Result<Self, NoSuchItem> {
        Self::all().find(|name| name.to_string() == text).ok_or(NoSuchItem)
    }
}

text_enum! {
    /// How much is collected.
    pub enum Tier {
        /// Never holds content of issues.
        Minimal = "minimal",
        Full = "full",
    }
}

text_enum! {
    /// How bad it is for the user.
    pub enum Severity {
        Low = "low",
        Normal = "normal",
        High = "high",
        /// Nobody can work.
        Blocking = "blocking",
    }
}

text_enum! {
    /// The kinds of content that a bundle may hold.
    pub enum Media {
        Json = "application/json",
        Text = "text/plain",
        Png = "image/png",
        Jpeg = "image/jpeg",
    }
}

over_words!(ItemName, Tier, Severity, Media);

impl Serialize for ItemName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for ItemName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ItemName".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let all: Vec<String> = Self::all().map(|name| name.to_string()).collect();
        schemars::json_schema!({ "type": "string", "enum": all })
    }
}

/// What the manifest says of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ManifestItem")]
pub struct Described {
    pub name: ItemName,
    pub class: ClassName,
    pub media: Media,
    pub bytes: u64,
    pub sha256: Hash,
    pub masked: Vec<Masked>,
    pub needs_consent: bool,
    /// When staff masked something in it for good. The hash is that of what is left, and not of what its user saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_later_at: Option<Timestamp>,
}

/// An item with its content: these bytes and no others may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub name: ItemName,
    pub class: ClassName,
    pub media: Media,
    pub content: Vec<u8>,
    pub sha256: Hash,
    pub masked: Vec<Masked>,
    pub needs_consent: bool,
    pub masked_later_at: Option<Timestamp>,
}

impl Item {
    pub fn new(name: ItemName, tier: Tier, media: Media, content: Vec<u8>, masked: Vec<Masked>) -> Self {
        let (class, needs_consent) = (name.class(), name.needs_consent(tier));
        Self {
            name,
            class,
            media,
            sha256: Hash::of(&content),
            content,
            masked: bounded(masked),
            needs_consent,
            masked_later_at: None,
        }
    }

    pub fn described(&self) -> Described {
        Described {
            name: self.name,
            class: self.class,
            media: self.media,
            bytes: self.content.len() as u64,
            sha256: self.sha256,
            masked: self.masked.clone(),
            needs_consent: self.needs_consent,
            masked_later_at: self.masked_later_at,
        }
    }

    /// An item as it was described, with the bytes that the description is about.
    pub fn of(described: Described, content: Vec<u8>) -> Option<Self> {
        let Described { name, class, media, bytes: _, sha256, masked, needs_consent, masked_later_at } =
            described;
        (Hash::of(&content) == sha256).then_some(Self {
            name,
            class,
            media,
            content,
            sha256,
            masked,
            needs_consent,
            masked_later_at,
        })
    }
}

impl Item {
    /// The item without this text, and how many places there were; `None` where there was none. What a picture shows nobody reads.
    pub fn masked_later(&self, later: &Later, at: Timestamp) -> Option<(Self, usize)> {
        let text = std::str::from_utf8(&self.content).ok()?;
        let mut rules: Vec<Rule> = self.masked.iter().map(|masked| masked.rule).collect();
        rules.push(Rule::Later);
        let (content, masked, places) = match self.media {
            Media::Png | Media::Jpeg => return None,
            Media::Text => {
                let (text, places) = later.text(text)?;
                let masked = masked_in_text(&text, &rules, "");
                (text.into_bytes(), masked, places)
            }
            Media::Json => {
                let mut value = serde_json::from_str(text).ok()?;
                let places = Some(later.json(&mut value)).filter(|places| *places > 0)?;
                let masked = masked_in_json(&value, &rules, "");
                (serde_json::to_vec_pretty(&value).ok()?, masked, places)
            }
        };
        let sha256 = Hash::of(&content);
        let masked_later_at = Some(at);
        Some((Self { content, sha256, masked: bounded(masked), masked_later_at, ..self.clone() }, places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_named_by_one_word() {
        let all: Vec<ItemName> = ItemName::all().collect();
        for name in &all {
            assert_eq!(name.to_string().parse(), Ok(*name));
        }
        for wrong in [
            "",
            "Report",
            "attachment",
            "attachment-0",
            "attachment-4",
            "attachment-01",
            "reply-file-0",
            "reply-file-13",
            "bundle",
        ] {
            assert_eq!(wrong.parse::<ItemName>(), Err(NoSuchItem), "{wrong}");
        }
    }
}
