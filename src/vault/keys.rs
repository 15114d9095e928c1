//! Keys as values that can be used but not looked at: no `Debug`, no copy, zeroized when dropped.

use aws_lc_rs::{aead, hmac};
use zeroize::Zeroizing;

use super::bytes::KeyBytes;
use super::seal::{self, Unsealable};
use crate::db::Id;

/// What a sealed value is. The name stays the same for ever, whatever a column is called: it is part of what is sealed, so
/// a value cannot be passed off as another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label(pub &'static str);

/// Seals and opens the values of one tenant (or of the vendor), and finds its rows by them. AES-256-GCM; its memory is
/// cleansed when dropped.
pub struct SealingKey {
    key: aead::LessSafeKey,
    owner: Id,
    lookup: BlindIndex,
}

/// What the look-ups of a tenant's own rows are keyed with.
pub(super) enum Finding<'a> {
    /// A key that follows from the data key: it goes where the data key goes, and is gone with it.
    ByItself,
    /// The deployment's look-up key, for tenants that are older than that.
    ByDeployment(&'a BlindIndex),
}

impl SealingKey {
    pub(super) fn new(bytes: &KeyBytes, owner: Id) -> Self {
        Self::finding(bytes, owner, &Finding::ByItself)
    }

    pub(super) fn finding(bytes: &KeyBytes, owner: Id, finding: &Finding<'_>) -> Self {
        let lookup = match finding {
            Finding::ByItself => BlindIndex::within(bytes),
            Finding::ByDeployment(lookup) => BlindIndex(lookup.0.clone()),
        };
        Self { key: seal::cipher(bytes), owner, lookup }
    }

    /// Finds this owner's rows by a value that is stored sealed.
    pub fn index(&self, label: Label, parts: &[&[u8]]) -> Vec<u8> {
        let owner = self.owner.as_i64().to_be_bytes();
        let parts: Vec<&[u8]> = std::iter::once(owner.as_slice()).chain(parts.iter().copied()).collect();
        self.lookup.of(label, &parts)
    }

    /// Seals `plain` as the value `label` of the record `record`.
    pub fn seal(&self, label: Label, record: Id, plain: &[u8]) -> Vec<u8> {
        seal::seal(&self.key, &self.associated(label, record), plain)
    }

    /// Opens what [`SealingKey::seal`] made with the same label and record. Anything swapped or edited fails.
    pub fn open(&self, label: Label, record: Id, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        seal::open(&self.key, &self.associated(label, record), sealed)
    }

    fn associated(&self, label: Label, record: Id) -> Vec<u8> {
        seal::associated_data(label.0, self.owner, record)
    }
}

/// Finds rows by a value that is stored sealed: HMAC-SHA-256 under the look-up key, so the index says nothing to whoever
/// has the database alone.
pub struct BlindIndex(hmac::Key);

impl BlindIndex {
    pub(super) fn new(bytes: &KeyBytes) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()))
    }

    /// The look-up key that follows from a tenant's data key.
    fn within(bytes: &KeyBytes) -> Self {
        let made = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()), b"kept tenant index 1");
        Self(hmac::Key::new(hmac::HMAC_SHA256, made.as_ref()))
    }

    /// The index of `parts` as the value `label`. Parts are kept apart by their lengths.
    pub fn of(&self, label: Label, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        for part in std::iter::once(&label.0.as_bytes()).chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign().as_ref().to_vec()
    }
}
