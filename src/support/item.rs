//! What a bundle consists of: items with their class, kind of content, hash, and what was masked in them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::db::text_enum;
use crate::policy::ClassName;

/// Places of an item that are listed one by one, how long the name of one may be, and where placeholders stand in all.
const PLACES_MAX: usize = 100;
const PLACE_MAX: usize = 200;
const RANGES_MAX: usize = 500;
/// Stands for all further places.
const ELSEWHERE: &str = "*";
/// Attachments of one report.
pub const ATTACHMENTS_MAX: u8 = 3;

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

    /// The data class that an item belongs to, wherever it goes.
    pub const fn class(self) -> ClassName {
        match self {
            Self::Account => ClassName::Account,
            Self::Licence | Self::Issue | Self::Records => ClassName::Operation,
            Self::Settings => ClassName::Uploaded,
            Self::Errors => ClassName::AppLog,
            Self::Report | Self::Versions | Self::Browser | Self::Attachment(_) => ClassName::Support,
        }
    }

    /// Whether a bundle needs the user's explicit consent for it: what holds content of issues, and what the user attached.
    /// The report itself is the reason of the whole, and goes with the click on "send".
    pub const fn needs_consent(self, tier: Tier) -> bool {
        match self {
            Self::Attachment(_) => true,
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
        let attachments = (1..=ATTACHMENTS_MAX).map(Self::Attachment);
        Self::COLLECTED.into_iter().chain(attachments).find(|name| name.to_string() == text).ok_or(NoSuchItem)
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

text_enum! {
    /// Why something was masked. The word is also the first part of its placeholder, as in `<email-1>`.
    pub enum Rule {
        Email = "email",
        Ipv4 = "ipv4",
        Ipv6 = "ipv6",
        /// A URL with a user's name and password in it.
        UrlCredentials = "url-credentials",
        Jwt = "jwt",
        Token = "token",
        PrivateKey = "private-key",
        Iban = "iban",
        Card = "card",
        Phone = "phone",
        AccountId = "account-id",
        HomePath = "home-path",
        /// A term that the administrators listed.
        Term = "term",
        /// What the user selected.
        Selected = "selected",
    }
}

macro_rules! over_words {
    ($($type:ident),*) => {
        $(impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        })*
    };
}

over_words!(ItemName, Tier, Severity, Media, Rule);

/// One rule's work at one place of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Masked {
    pub rule: Rule,
    /// A JSON pointer (RFC 6901) to the text; empty where the item is one text, `*` for all further places.
    pub place: String,
    pub count: u32,
    /// Where the placeholders stand in the *masked* text, as `[start, end]` in UTF-16 units, which is how browsers count.
    /// Bounded: `count` may be more.
    pub ranges: Vec<[u32; 2]>,
}

/// The report of one item, as long as a token can carry: places one by one, as far as there is room, and all further ones
/// together for each rule. Counts are always whole.
fn bounded(masked: Vec<Masked>) -> Vec<Masked> {
    let (mut kept, mut ranges): (Vec<Masked>, usize) = (Vec::new(), 0);
    for (index, mut one) in masked.into_iter().enumerate() {
        if index >= PLACES_MAX || one.place.len() > PLACE_MAX {
            elsewhere(&mut kept, &one);
            continue;
        }
        one.ranges.truncate(RANGES_MAX.saturating_sub(ranges));
        ranges += one.ranges.len();
        kept.push(one);
    }
    kept
}

fn elsewhere(kept: &mut Vec<Masked>, one: &Masked) {
    match kept.iter_mut().find(|masked| masked.rule == one.rule && masked.place == ELSEWHERE) {
        Some(masked) => masked.count = masked.count.saturating_add(one.count),
        None => kept.push(Masked { place: ELSEWHERE.to_owned(), ranges: Vec::new(), ..one.clone() }),
    }
}

/// A SHA-256, shown as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        data_encoding::HEXLOWER.encode_display(&self.0).fmt(out)
    }
}

impl FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or("not a SHA-256")
    }
}

over_words!(Hash);

/// What the manifest says of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    pub name: ItemName,
    pub class: ClassName,
    pub media: Media,
    pub bytes: u64,
    pub sha256: Hash,
    pub masked: Vec<Masked>,
    pub needs_consent: bool,
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
        }
    }

    /// An item as it was described, with the bytes that the description is about.
    pub fn of(described: Described, content: Vec<u8>) -> Option<Self> {
        let Described { name, class, media, bytes: _, sha256, masked, needs_consent } = described;
        (Hash::of(&content) == sha256).then_some(Self {
            name,
            class,
            media,
            content,
            sha256,
            masked,
            needs_consent,
        })
    }
}

/// Something that is not in the bundle, and why. The rest is there all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    pub name: ItemName,
    pub why: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_of_masks_is_bounded_and_its_counts_are_whole() {
        let one = |place: String| Masked { rule: Rule::Email, place, count: 3, ranges: vec![[0, 9]; 50] };
        let many =
            (0..1_000).map(|number| one(format!("/records/{number}"))).chain([one("x".repeat(70_000))]);
        let item = Item::new(ItemName::Records, Tier::Full, Media::Json, Vec::new(), many.collect());
        assert_eq!(item.masked.iter().map(|masked| masked.count).sum::<u32>(), 3 * 1_001);
        assert_eq!(item.masked.iter().map(|masked| masked.ranges.len()).sum::<usize>(), RANGES_MAX);
        assert_eq!(item.masked.last().map(|masked| masked.place.as_str()), Some(ELSEWHERE));
        assert!(serde_json::to_vec(&item.described()).unwrap().len() < 20_000);
    }

    #[test]
    fn every_item_is_named_by_one_word() {
        let all: Vec<ItemName> =
            ItemName::COLLECTED.into_iter().chain((1..=ATTACHMENTS_MAX).map(ItemName::Attachment)).collect();
        for name in &all {
            assert_eq!(name.to_string().parse(), Ok(*name));
        }
        for wrong in ["", "Report", "attachment", "attachment-0", "attachment-4", "attachment-01", "bundle"] {
            assert_eq!(wrong.parse::<ItemName>(), Err(NoSuchItem), "{wrong}");
        }
    }
}
