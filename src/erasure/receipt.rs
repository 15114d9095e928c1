//! The receipt of an erasure: a signed proof that holds no personal data, and that anybody can verify without us.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::erasures::ErasureRow;
use crate::policy::Policy;
use crate::vault::{PublicKeys, Signer};

const KIND: &str = "kept-erasure-receipt";
const FORMAT: u32 = 1;

/// What was erased, when, and what is left until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    pub kind: String,
    pub format: u32,
    /// SHA-256 of our own id of the tenant.
    pub tenant_hash: String,
    /// Why: `left`, `asked`, `moved` (it lives in another region now), or the suspicion.
    pub reason: String,
    /// The policy version that the due date came from.
    pub policy: String,
    pub left_at: Timestamp,
    pub due_at: Timestamp,
    pub frozen_at: Timestamp,
    /// When the data key was destroyed.
    pub shredded_at: Timestamp,
    /// When rows and pages were gone.
    pub ended_at: Timestamp,
    pub issued_at: Timestamp,
    /// When no copy of the keyring can hold the destroyed key any more.
    pub unreadable_everywhere_at: Timestamp,
    /// When the last backup that holds the (unreadable) bytes is pruned, or why there is none.
    pub backups: Backups,
    pub classes: Vec<ClassCount>,
    /// What stays, on which legal basis, until when.
    pub retained: Vec<Retained>,
    /// Processors that have not said yet that theirs is done; a supplement follows.
    pub pending_processors: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClassCount {
    pub class: String,
    pub records_before: i64,
    pub records_after: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retained {
    pub class: String,
    pub basis: String,
    pub until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Backups {
    #[serde(rename_all = "camelCase")]
    GoneAt {
        gone_at: Timestamp,
    },
    NotConfigured(String),
}

/// A receipt and the vendor's signature on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignedReceipt {
    pub receipt: Receipt,
    pub signature: Signature,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signature {
    pub algorithm: String,
    pub key_id: String,
    pub value: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    #[error("it is not a receipt: {0}")]
    Malformed(String),
    #[error("its text is not as it was signed")]
    Altered,
    #[error("it is signed with the key {0}, which is not among the given ones")]
    UnknownKey(String),
    #[error("the signature does not fit the text")]
    WrongSignature,
}

impl Receipt {
    pub fn sign(self, signer: &Signer) -> SignedReceipt {
        let signature = signature(&self.message(), signer);
        SignedReceipt { receipt: self, signature }
    }

    /// What is signed: the receipt's members in their order, without a space.
    fn message(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl SignedReceipt {
    /// The one form in which a receipt is written.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads and verifies a receipt. Every byte counts: a text that differs from the one form of it is refused too.
    pub fn verify(text: &str, keys: &PublicKeys) -> Result<Self, Invalid> {
        let signed: Self =
            serde_json::from_str(text).map_err(|error| Invalid::Malformed(error.to_string()))?;
        if signed.text() != text {
            return Err(Invalid::Altered);
        }
        let (receipt, signature) = (&signed.receipt, &signed.signature);
        if receipt.kind != KIND || receipt.format != FORMAT {
            return Err(Invalid::Malformed(format!("{} {}", receipt.kind, receipt.format)));
        }
        check(signature, &receipt.message(), keys)?;
        Ok(signed)
    }
}

/// The vendor's signature on a document.
pub(super) fn signature(message: &str, signer: &Signer) -> Signature {
    Signature {
        algorithm: "Ed25519".to_owned(),
        key_id: signer.key().kid.clone(),
        value: signer.sign(message.as_bytes()),
    }
}

/// Whether one of `keys` has made this signature.
pub(super) fn check(signature: &Signature, message: &str, keys: &PublicKeys) -> Result<(), Invalid> {
    if signature.algorithm != "Ed25519" {
        return Err(Invalid::Malformed(signature.algorithm.clone()));
    }
    let key = keys.find(&signature.key_id).ok_or_else(|| Invalid::UnknownKey(signature.key_id.clone()))?;
    if key.has_signed(message.as_bytes(), &signature.value) { Ok(()) } else { Err(Invalid::WrongSignature) }
}

/// The name of a tenant in receipts. Our own id says nothing about the customer, and its hash does not tell it.
pub fn tenant_hash(tenant: Id) -> String {
    HEXLOWER.encode(&Sha256::digest(format!("kept tenant {tenant}")))
}

/// The receipt of an erasure whose every step is done; `None` when the row lacks one.
pub(super) fn compose(
    row: &ErasureRow,
    retained: Vec<Retained>,
    now: Timestamp,
    policy: &Policy,
) -> Option<Receipt> {
    let shredded_at: Timestamp = row.shredded_at?.into();
    let ended_at: Timestamp = row.cleaned_at?.into();
    Some(Receipt {
        kind: KIND.to_owned(),
        format: FORMAT,
        tenant_hash: tenant_hash(row.tenant_id),
        reason: row.reason.clone(),
        policy: row.due_policy.clone(),
        left_at: row.left_at.into(),
        due_at: row.due_at.into(),
        frozen_at: row.frozen_at.into(),
        shredded_at,
        ended_at,
        issued_at: now,
        unreadable_everywhere_at: policy.unreadable_everywhere_at(ended_at),
        backups: match policy.backups_gone_at(ended_at) {
            Some(gone_at) => Backups::GoneAt { gone_at },
            None => Backups::NotConfigured("no backups configured".to_owned()),
        },
        classes: class_counts(row)?,
        retained,
        pending_processors: Vec::new(),
    })
}

fn class_counts(row: &ErasureRow) -> Option<Vec<ClassCount>> {
    let before: BTreeMap<String, i64> = serde_json::from_str(row.counts_before.as_deref()?).ok()?;
    let after: BTreeMap<String, i64> = serde_json::from_str(row.counts_after.as_deref()?).ok()?;
    let count = |(class, records_before): (String, i64)| {
        let records_after = after.get(&class).copied()?;
        Some(ClassCount { class, records_before, records_after })
    };
    before.into_iter().map(count).collect()
}
