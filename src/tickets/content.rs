//! What is sealed of a ticket, of its messages and of the items that came with it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::development::Development;
use super::internal;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::Error;
use crate::mail::Address;
use crate::policy::Language;
use crate::support::{Described, Item, Lacking, Tier};
use crate::vault::{Label, SealingKey, Unsealable, VaultError};

const TICKET: Label = Label("ticket");
const MESSAGE: Label = Label("ticket.message");
const ITEM: Label = Label("ticket.item");

/// Who reported, and what staff made of it. What was reported is an item of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketContent {
    /// Nobody's, where staff wrote down what somebody told: whose account that is nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// What they typed, or had typed for them.
    pub email: Address,
    pub language: Language,
    pub tier: Tier,
    /// Names of items that were previewed and switched off.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// What there was not, and why.
    #[serde(default)]
    pub missing: Vec<Lacking>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_reason: Option<String>,
    /// What whoever reports the same error is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
    #[serde(default, skip_serializing_if = "Development::is_nothing")]
    pub development: Development,
    /// When the product last said that something about the account has changed; until then nothing has since the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_seen_at: Option<Timestamp>,
    /// When its reporter first confirmed an address, whatever became of that address later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// Whether it follows the known problem with the same error once it leaves its site.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follow: bool,
    /// Absent while it waits for that, and where it never had to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// What an administrator of the site said to a report that needed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decided {
    pub at: Timestamp,
    /// Their account; absent once it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When the product last said that something about that account has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_seen_at: Option<Timestamp>,
}

/// A message: a text of somebody, or the words of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageContent {
    pub text: String,
}

/// An item, byte for byte as it was previewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemContent {
    #[serde(flatten)]
    pub described: Described,
    /// In base64.
    content: String,
}

impl ItemContent {
    pub fn of(item: &Item) -> Self {
        Self { described: item.described(), content: data_encoding::BASE64.encode(&item.content) }
    }

    /// The bytes in base64.
    pub fn encoded(&self) -> &str {
        &self.content
    }

    /// The item whole; an error if the bytes are not those that were described.
    pub fn item(&self) -> Result<Item, Error> {
        let bytes = data_encoding::BASE64.decode(self.content.as_bytes()).map_err(internal)?;
        let changed = || internal(anyhow::anyhow!("an item is not what was described"));
        Item::of(self.described.clone(), bytes).ok_or_else(changed)
    }
}

macro_rules! sealed_as {
    ($($type:ident: $label:ident),*) => {$(
        impl $type {
            pub(crate) fn seal(&self, key: &SealingKey, record: Id) -> Result<Vec<u8>, Error> {
                Ok(key.seal($label, record, &serde_json::to_vec(self).map_err(internal)?))
            }

            pub(crate) fn open(key: &SealingKey, record: Id, sealed: &[u8]) -> Result<Self, Error> {
                read(&key.open($label, record, sealed).map_err(VaultError::from)?)
            }
        }
    )*};
}

sealed_as!(TicketContent: TICKET, MessageContent: MESSAGE, ItemContent: ITEM);

fn read<T: DeserializeOwned>(plain: &[u8]) -> Result<T, Error> {
    Ok(serde_json::from_slice(plain).map_err(|_| VaultError::Unsealable(Unsealable))?)
}
