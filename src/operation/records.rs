//! Records of operation data: sealed, each with its expiry. What the policy does not name is not stored.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::order::Order;
use super::thing::Thing;
use crate::clock::{Clock, Timestamp};
use crate::db::operation_records::{self, RecordRow, Slot};
use crate::db::{Db, DbError, Id, tenants, tombstones};
use crate::error::Error;
use crate::policy::Policy;
use crate::vault::{Label, SealingKey, Unsealable, Vault, VaultError};

/// The sealed content of a record.
pub const CONTENT: Label = Label("operation.payload");
const SUBJECT: Label = Label("operation.subject");
/// Records of the app's own kinds that a tenant may have.
pub const OWN_MAX: i64 = 10_000;

/// Operation data. Cheap to clone.
#[derive(Clone)]
pub struct Operation {
    pub(super) db: Db,
    pub(super) vault: Vault,
    pub(super) policy: Arc<Policy>,
    pub(super) clock: Clock,
}

/// A record, opened.
#[derive(Debug)]
pub struct Record {
    pub subject: String,
    /// What it goes with.
    pub parent: Option<String>,
    /// When it happened, for what came from an event.
    pub order: Option<Order>,
    pub value: Box<RawValue>,
    pub recorded_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What became of a record that somebody wanted to store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Stored,
    /// The policy names no such kind.
    Unnamed,
    /// What it goes with was deleted a short time ago.
    Gone,
    /// The tenant has [`OWN_MAX`] records already.
    Full,
    /// The tenant is being erased.
    Closed,
}

#[derive(Serialize, Deserialize)]
struct Content<'a> {
    subject: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    parent: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    order: Option<Order>,
    #[serde(borrow)]
    value: &'a RawValue,
}

/// A record on its way in.
pub(super) struct Draft<'a> {
    pub kind: &'a str,
    pub slot: Slot,
    pub subject: &'a str,
    pub parent: Option<&'a Thing>,
    pub order: Option<Order>,
    pub value: &'a RawValue,
}

impl Operation {
    pub fn new(db: Db, vault: Vault, policy: Arc<Policy>, clock: Clock) -> Self {
        Self { db, vault, policy, clock }
    }

    /// Stores what the app itself states about `subject`, in the place of what it stated before. It goes when `parent` is
    /// deleted in the product, and at the latest when the policy says so.
    pub async fn put(
        &self,
        tenant: Id,
        kind: &str,
        subject: &str,
        parent: Option<&Thing>,
        value: &(impl Serialize + ?Sized),
    ) -> Result<Put, Error> {
        let (key, now) = (self.key(tenant).await?, self.clock.now());
        let value = serde_json::value::to_raw_value(value).map_err(unwritable)?;
        let draft = Draft { kind, slot: Slot::Only, subject, parent, order: None, value: &value };
        let Some(row) = self.row(&key, tenant, &draft, now)? else { return Ok(Put::Unnamed) };
        let own = if self.policy.is_own_kind(kind) { self.own_kinds() } else { Vec::new() };
        // Records of the app's own kinds are counted, one at a time.
        let counted = (!own.is_empty()).then(|| subject_index(&key, "", ""));
        let stored = self.db.write(move |tx| {
            if !tenants::fence(tx, tenant)? {
                return Ok(Put::Closed);
            }
            let held = [counted.as_ref(), row.parent_index.as_ref()].into_iter().flatten();
            operation_records::hold(tx, &held.map(Vec::as_slice).collect::<Vec<_>>())?;
            if let Some(parent) = &row.parent_index
                && tombstones::stands(tx, tenant, parent, now)?
            {
                return Ok(Put::Gone);
            }
            let has_room = own.is_empty()
                || !operation_records::about(tx, tenant, &row.kind, &row.subject_index, now)?.is_empty()
                || operation_records::count(tx, tenant, &own, now)? < OWN_MAX;
            if !has_room {
                return Ok(Put::Full);
            }
            operation_records::replace(tx, &row)?;
            Ok::<_, DbError>(Put::Stored)
        });
        Ok(stored.await?)
    }

    /// What was stated about `subject`, unless it has expired.
    pub async fn get(&self, tenant: Id, kind: &str, subject: &str) -> Result<Option<Record>, Error> {
        let key = self.key(tenant).await?;
        let (index, now, kind) = (subject_index(&key, kind, subject), self.clock.now(), kind.to_owned());
        let found = self
            .db
            .read(move |conn| Ok::<_, DbError>(operation_records::about(conn, tenant, &kind, &index, now)?));
        let found = found.await?.into_iter().find(|row| row.slot == Slot::Only.as_str());
        let Some(row) = found else { return Ok(None) };
        Ok(Some(open(&key, &row).map_err(VaultError::from)?))
    }

    /// False when there was nothing.
    pub async fn delete(&self, tenant: Id, kind: &str, subject: &str) -> Result<bool, Error> {
        let (index, kind) = (subject_index(self.key(tenant).await?.as_ref(), kind, subject), kind.to_owned());
        let deleted = self.db.write(move |tx| {
            Ok::<_, DbError>(
                tenants::fence(tx, tenant)? && operation_records::delete(tx, tenant, &kind, &index)?,
            )
        });
        Ok(deleted.await?)
    }

    pub(super) async fn key(&self, tenant: Id) -> Result<Arc<SealingKey>, VaultError> {
        match self.vault.cached_data_key(tenant) {
            Some(key) => Ok(key),
            None => self.vault.data_key(tenant).await,
        }
    }

    /// The sealed form of a draft; `None` when the policy does not name its kind.
    pub(super) fn row(
        &self,
        key: &SealingKey,
        tenant: Id,
        draft: &Draft<'_>,
        now: Timestamp,
    ) -> Result<Option<RecordRow>, Error> {
        let Some(expires_at) = self.policy.kind_expires_at(draft.kind, now) else { return Ok(None) };
        let id = Id::new(now);
        let content = Content {
            subject: draft.subject.into(),
            parent: draft.parent.map(|parent| parent.as_str().into()),
            order: draft.order,
            value: draft.value,
        };
        let content = serde_json::to_vec(&content).map_err(unwritable)?;
        Ok(Some(RecordRow {
            tenant_id: tenant,
            kind: draft.kind.to_owned(),
            subject_index: subject_index(key, draft.kind, draft.subject),
            slot: draft.slot.as_str().to_owned(),
            id,
            parent_index: draft.parent.map(|parent| parent.index(key)),
            ordered_at: draft.order.unwrap_or_else(|| Order::arrival(now)).at,
            recorded_at: now.into(),
            expires_at: expires_at.into(),
            payload: key.seal(CONTENT, id, &content),
        }))
    }

    fn own_kinds(&self) -> Vec<String> {
        self.policy.own_kinds().map(str::to_owned).collect()
    }
}

/// Finds what is stored about `subject`.
pub(super) fn subject_index(key: &SealingKey, kind: &str, subject: &str) -> Vec<u8> {
    key.index(SUBJECT, &[kind.as_bytes(), subject.as_bytes()])
}

/// Opens a stored record.
pub fn open(key: &SealingKey, row: &RecordRow) -> Result<Record, Unsealable> {
    let plain = key.open(CONTENT, row.id, &row.payload)?;
    let content: Content<'_> = serde_json::from_slice(&plain).map_err(|_| Unsealable)?;
    Ok(Record {
        subject: content.subject.into_owned(),
        parent: content.parent.map(Cow::into_owned),
        order: content.order,
        value: content.value.to_owned(),
        recorded_at: row.recorded_at.into(),
        expires_at: row.expires_at.into(),
    })
}

#[track_caller]
pub(super) fn unwritable(error: serde_json::Error) -> Error {
    Error::new(crate::error::Code::Internal).because(error)
}
