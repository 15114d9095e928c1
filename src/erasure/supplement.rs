//! A supplement of a receipt: what processors have said since. Each one names the receipt and the document before it by
//! their hashes, so that none can be left out or put in unseen; it is signed as the receipt is.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::EraseError;
use super::receipt::{self, Invalid, Signature, SignedReceipt, tenant_hash};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::ledger::ReceiptRow;
use crate::db::processor_erasures::RequestRow;
use crate::vault::{PublicKeys, Signer};

const KIND: &str = "kept-erasure-supplement";
const FORMAT: u32 = 1;

/// What became of those who were pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Supplement {
    pub kind: String,
    pub format: u32,
    /// 1 for the first one after the receipt.
    pub number: i64,
    pub tenant_hash: String,
    /// SHA-256 of the receipt, every byte of it.
    pub receipt_hash: String,
    /// The same of the document before this one.
    pub previous_hash: String,
    pub issued_at: Timestamp,
    pub processors: Vec<Told>,
}

/// One processor that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Told {
    pub name: String,
    pub state: Answer,
    pub told_at: Option<Timestamp>,
    pub due_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Pending,
    /// It said that its copy is gone.
    Acknowledged,
    /// It has said nothing within its time. That its copy is gone is not known.
    Silent,
}

/// A supplement and the vendor's signature on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignedSupplement {
    pub supplement: Supplement,
    pub signature: Signature,
}

/// What there can be about an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    Receipt(Box<SignedReceipt>),
    Supplement(Box<SignedSupplement>),
}

impl Signed {
    /// Reads and verifies either kind of document. Every byte counts.
    pub fn verify(text: &str, keys: &PublicKeys) -> Result<Self, Invalid> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| Invalid::Malformed(error.to_string()))?;
        if value.get("supplement").is_some() {
            SignedSupplement::verify(text, keys).map(|supplement| Self::Supplement(Box::new(supplement)))
        } else {
            SignedReceipt::verify(text, keys).map(|receipt| Self::Receipt(Box::new(receipt)))
        }
    }
}

impl Supplement {
    pub fn sign(self, signer: &Signer) -> SignedSupplement {
        let signature = receipt::signature(&self.message(), signer);
        SignedSupplement { supplement: self, signature }
    }

    fn message(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl SignedSupplement {
    /// The one form in which a supplement is written.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    pub fn verify(text: &str, keys: &PublicKeys) -> Result<Self, Invalid> {
        let signed: Self =
            serde_json::from_str(text).map_err(|error| Invalid::Malformed(error.to_string()))?;
        if signed.text() != text {
            return Err(Invalid::Altered);
        }
        let supplement = &signed.supplement;
        if supplement.kind != KIND || supplement.format != FORMAT {
            return Err(Invalid::Malformed(format!("{} {}", supplement.kind, supplement.format)));
        }
        receipt::check(&signed.signature, &supplement.message(), keys)?;
        Ok(signed)
    }
}

/// SHA-256 of a document, as a supplement names it.
pub fn document_hash(document: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(document.as_bytes()))
}

/// The next supplement, when the last document no longer says how things are; `None` without a receipt.
pub(super) fn next(
    tenant: Id,
    documents: &[ReceiptRow],
    rows: &[RequestRow],
    now: Timestamp,
) -> Result<Option<Supplement>, EraseError> {
    let (Some(receipt), Some(last)) = (documents.first(), documents.last()) else { return Ok(None) };
    let said = said(last, last.number == receipt.number)?;
    let is_said = |told: &Told| said.get(&told.name).copied().unwrap_or(Answer::Acknowledged) == told.state;
    let processors: Vec<Told> = rows.iter().map(Told::of).collect();
    Ok((!processors.iter().all(is_said)).then(|| Supplement {
        kind: KIND.to_owned(),
        format: FORMAT,
        number: last.number + 1,
        tenant_hash: tenant_hash(tenant),
        receipt_hash: document_hash(&receipt.document),
        previous_hash: document_hash(&last.document),
        issued_at: now,
        processors,
    }))
}

/// What a document says of each processor that it names. Whom a receipt does not name has confirmed before it.
fn said(last: &ReceiptRow, is_receipt: bool) -> Result<BTreeMap<String, Answer>, EraseError> {
    let unreadable = |_| EraseError::Unreadable;
    if is_receipt {
        let signed: SignedReceipt = serde_json::from_str(&last.document).map_err(unreadable)?;
        let pending = signed.receipt.pending_processors.into_iter();
        return Ok(pending.map(|name| (name, Answer::Pending)).collect());
    }
    let signed: SignedSupplement = serde_json::from_str(&last.document).map_err(unreadable)?;
    Ok(signed.supplement.processors.into_iter().map(|told| (told.name, told.state)).collect())
}

impl Told {
    fn of(row: &RequestRow) -> Self {
        let state = match (row.acknowledged_at, row.silent_at) {
            (Some(_), _) => Answer::Acknowledged,
            (None, Some(_)) => Answer::Silent,
            (None, None) => Answer::Pending,
        };
        Self {
            name: row.processor.clone(),
            state,
            told_at: row.told_at.map(Timestamp::from),
            due_at: row.due_at.into(),
            acknowledged_at: row.acknowledged_at.map(Timestamp::from),
        }
    }
}
