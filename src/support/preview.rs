//! The preview, and what holds a later report to it: a token that says what the user saw.
//!
//! Nothing is stored for a preview. The token carries what the manifest said, sealed under the tenant's data key, so nobody
//! but us can have made it, it opens for this installation alone, and it dies with the data key.

use std::collections::BTreeSet;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::item::{Described, Item, ItemName, Severity, Tier};
use super::missing::{Lacking, Missing};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::vault::{Label, SealingKey};

const TOKEN: Label = Label("support.preview");
/// How long a preview may be looked at before it has to be made anew. What it shows is of its own time.
pub const PREVIEW_FRESH: Duration = Duration::from_secs(60 * 60);
/// A token says at most this much: more cannot follow from a request of the largest size.
const TOKEN_MAX: usize = 512 * 1024;

/// What would be sent, exactly.
#[derive(Debug, Clone)]
pub struct Preview {
    pub tier: Tier,
    pub items: Vec<Item>,
    pub missing: Vec<Missing>,
    /// The published version of the statement that a consent refers to; 0 while none is published.
    pub statement_version: i64,
    /// The same for every report of the same error; `None` where no error was found.
    pub fingerprint: Option<String>,
    pub made_at: Timestamp,
    pub token: String,
}

/// What the product lets whoever reports see of what is stored of it. Nothing, where it was not asked or did not answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sight {
    /// Everything, as administrators do in the list of all records.
    pub everything: bool,
    /// The issue or page at hand.
    pub thing: bool,
}

/// Who reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporter {
    pub tenant: Id,
    pub account_id: String,
}

/// An item as it came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub name: ItemName,
    pub content: Vec<u8>,
}

/// A report that is, byte for byte, what the preview showed, less what the user switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub tier: Tier,
    pub severity: Severity,
    /// The same for every report of the same error; `None` where no error was found.
    pub fingerprint: Option<String>,
    pub items: Vec<Item>,
    /// What was shown and is not here, because the user switched it off.
    pub left_out: Vec<ItemName>,
    /// What the preview said that it did not have.
    pub missing: Vec<Lacking>,
    pub statement_version: i64,
    pub made_at: Timestamp,
}

/// What a token says. It is only ever sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    pub account_id: String,
    pub tier: Tier,
    pub severity: Severity,
    pub fingerprint: Option<String>,
    pub statement_version: i64,
    pub made_at: i64,
    pub items: Vec<Described>,
    /// A token that was made before this was kept says nothing of it.
    #[serde(default)]
    pub missing: Vec<Lacking>,
}

/// The token of what was shown.
pub(super) fn token(key: &SealingKey, shown: &Shown) -> Result<String, Error> {
    let plain = serde_json::to_vec(shown).map_err(|error| Error::new(Code::Internal).because(error))?;
    Ok(BASE64URL_NOPAD.encode(&key.seal(TOKEN, Id::NONE, &plain)))
}

/// Holds a report to its preview. `key` is the data key of the reporter's tenant. The scan for the tenant's own secrets is
/// the caller's: see `Support::accept`, which does both.
pub fn accept(
    key: &SealingKey,
    token: &str,
    sent: Vec<Sent>,
    reporter: &Reporter,
    now: Timestamp,
) -> Result<Accepted, Error> {
    let shown = open(key, token).ok_or_else(|| wrong("previewToken: expected the token of a preview."))?;
    if shown.account_id != reporter.account_id {
        return Err(wrong("previewToken: expected the token of a preview of your own."));
    }
    let made_at = Timestamp::from_millis(shown.made_at);
    if now.since(made_at) >= PREVIEW_FRESH {
        return Err(changed("The preview is too old. Make another one and send that."));
    }
    let Shown { tier, severity, fingerprint, statement_version, items: described, missing, .. } = shown;
    let (items, left_out) = as_shown(described, sent)?;
    Ok(Accepted { tier, severity, fingerprint, items, left_out, missing, statement_version, made_at })
}

fn open(key: &SealingKey, token: &str) -> Option<Shown> {
    if token.len() > TOKEN_MAX {
        return None;
    }
    let sealed = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let plain = key.open(TOKEN, Id::NONE, &sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Each item that was sent is one that was shown, once, with its bytes unchanged; the report itself is among them.
fn as_shown(described: Vec<Described>, sent: Vec<Sent>) -> Result<(Vec<Item>, Vec<ItemName>), Error> {
    let names: BTreeSet<_> = sent.iter().map(|sent| sent.name).collect();
    if names.len() != sent.len() {
        return Err(wrong("items: expected each item once."));
    }
    if !names.contains(&ItemName::Report) {
        return Err(wrong("items: expected the report itself among them."));
    }
    let (mut items, mut left_out, mut sent) = (Vec::new(), Vec::new(), sent);
    for described in described {
        match sent.iter().position(|sent| sent.name == described.name) {
            None => left_out.push(described.name),
            Some(at) => items.push(unchanged(described, sent.swap_remove(at))?),
        }
    }
    match sent.first() {
        None => Ok((items, left_out)),
        Some(Sent { name, .. }) => Err(changed(&format!("{name}: this was not in the preview."))),
    }
}

fn unchanged(described: Described, sent: Sent) -> Result<Item, Error> {
    let name = described.name;
    Item::of(described, sent.content)
        .ok_or_else(|| changed(&format!("{name}: this is not what the preview showed.")))
}

fn wrong(detail: &str) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}

fn changed(detail: &str) -> Error {
    Error::new(Code::StateChanged).with_detail(detail)
}
