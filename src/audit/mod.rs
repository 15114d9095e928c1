//! Accountable access: whatever staff does leaves a row, in one chain of hashes per tenant, which the customer's
//! administrators can see. Nothing is read silently.
//!
//! The rows of a tenant are sealed under its data key and go with it. What belongs to no tenant (who signed in, who changed
//! an account) stands in a chain of its own, under the vendor's key.

mod anchor;
mod chain;
mod event;
mod grants;
mod prune;
mod reviews;
mod verify;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::{Clock, Timestamp};
use crate::db::audit::{self, AuditRow};
use crate::db::reviews::ReviewRow;
use crate::db::{Conn, Db, DbError, Id, tenants};
use crate::error::{Code, Error};
use crate::policy::{ClassName, Policy};
use crate::vault::{Label, SealingKey, Vault, VaultError};
pub use anchor::{ANCHORED_WITHIN, Anchored, anchor, anchor_again, anchors, checkpoint_again};
pub use chain::hash_of;
pub use event::{AuditEvent, AuditKind, Detail, Who};
pub use grants::{Download, Grant, Subject};
pub use prune::prune;
pub use reviews::Review;
pub use verify::{Broken, Verified, verify};

const ENTRY: Label = Label("audit.entry");

/// Writes and reads the chains. Cheap to clone.
#[derive(Clone)]
pub struct Audit {
    db: Db,
    vault: Vault,
    policy: Arc<Policy>,
    clock: Clock,
}

/// A row of a chain, opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditEntry")]
pub struct Entry {
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "Id")]
    pub sequence: i64,
    pub at: Timestamp,
    pub kind: AuditKind,
    #[serde(flatten)]
    pub detail: Detail,
}

fn as_text<S: serde::Serializer>(number: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

/// What is shown of one ticket.
const OF_TICKET_MAX: i64 = 500;

impl Audit {
    pub fn new(db: Db, vault: Vault, policy: Arc<Policy>, clock: Clock) -> Self {
        Self { db, vault, policy, clock }
    }

    /// What a tenant's rows are sealed with ([`Id::NONE`]: those that belong to nobody). Asked for before the transaction.
    pub async fn key(&self, tenant: Id) -> Result<Arc<SealingKey>, VaultError> {
        self.vault.key_of(tenant).await
    }

    /// Adds a row to the end of its tenant's chain, in the transaction of what it is about: both are stored, or neither. The
    /// caller has made sure that the tenant may be written for (`tenants::fence`).
    pub fn record(
        &self,
        tx: &mut Conn,
        key: &SealingKey,
        event: &AuditEvent,
    ) -> Result<AuditRow, diesel::result::Error> {
        let now = self.clock.now();
        let row = self.next(tx, key, event, now)?;
        audit::insert(tx, &row)?;
        if let (true, Some(staff_id)) = (event.kind.is_reviewed(), event.staff) {
            let review = ReviewRow {
                tenant_id: row.tenant_id,
                id: row.id,
                sequence: row.sequence,
                kind: row.kind.clone(),
                staff_id,
                at: row.at,
                reviewed_at: None,
                reviewer_id: None,
                expires_at: row.expires_at,
            };
            crate::db::reviews::insert(tx, &review)?;
        }
        anchor::soon(tx, row.tenant_id, now)?;
        Ok(row)
    }

    fn next(
        &self,
        tx: &mut Conn,
        key: &SealingKey,
        event: &AuditEvent,
        now: Timestamp,
    ) -> Result<AuditRow, diesel::result::Error> {
        let (last, previous_hash) =
            audit::lock_head(tx, event.tenant)?.unwrap_or_else(|| (0, chain::GENESIS.to_vec()));
        let id = Id::new(now);
        let plain = serde_json::to_vec(&event.detail).map_err(unreadable)?;
        let mut row = AuditRow {
            tenant_id: event.tenant,
            sequence: last + 1,
            id,
            at: now.into(),
            kind: event.kind.as_str().to_owned(),
            staff_id: event.staff,
            ticket_id: event.ticket,
            previous_hash,
            hash: Vec::new(),
            expires_at: self.until(now).into(),
            sealed: key.seal(ENTRY, id, &plain),
        };
        row.hash = chain::hash_of(&row).to_vec();
        Ok(row)
    }

    /// Until when a row stays that is made at `now`. Without a time of its own it goes with its tenant.
    pub fn until(&self, now: Timestamp) -> Timestamp {
        let ends = self.policy.expires_at(ClassName::Audit, now);
        ends.unwrap_or(Timestamp::from_millis(i64::MAX))
    }

    /// Stores something with its row, or neither. A tenant whose erasure has begun is gone: 404.
    pub async fn together<T: Send + 'static>(
        &self,
        event: AuditEvent,
        store: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (own, key) = (self.clone(), self.key(event.tenant).await.map_err(gone)?);
        self.db
            .write(move |tx| {
                if event.tenant != Id::NONE && !tenants::fence(tx, event.tenant)? {
                    return Err(Error::new(Code::NotFound));
                }
                let stored = store(tx)?;
                own.record(tx, &key, &event)?;
                Ok(stored)
            })
            .await
    }

    /// A row of its own, for what has no other effect.
    pub async fn write(&self, event: AuditEvent) -> Result<(), Error> {
        self.together(event, |_| Ok(())).await
    }

    /// A tenant's rows before the one called `before`, the newest first.
    pub async fn page(&self, tenant: Id, before: Option<i64>, limit: i64) -> Result<Vec<Entry>, Error> {
        let before = before.unwrap_or(i64::MAX);
        let rows = self.db.read(move |conn| Ok::<_, DbError>(audit::page(conn, tenant, before, limit)?));
        self.open_all(tenant, rows.await?).await
    }

    /// When staff looked into one ticket, the newest first.
    pub async fn accesses(&self, tenant: Id, ticket: Id) -> Result<Vec<Entry>, Error> {
        let kinds = AuditKind::ALL.iter().filter(|kind| kind.is_access());
        let kinds: Vec<&str> = kinds.map(|kind| kind.as_str()).collect();
        let rows = self.db.read(move |conn| {
            Ok::<_, DbError>(audit::of_ticket(conn, tenant, ticket, &kinds, OF_TICKET_MAX)?)
        });
        let rows = rows.await?;
        self.open_all(tenant, rows).await
    }

    /// One row of a chain.
    pub async fn entry(&self, tenant: Id, sequence: i64) -> Result<Option<Entry>, Error> {
        let row =
            self.db.read(move |conn| Ok::<_, DbError>(audit::by_sequence(conn, tenant, sequence)?)).await?;
        Ok(self.open_all(tenant, row.into_iter().collect()).await?.pop())
    }

    async fn open_all(&self, tenant: Id, rows: Vec<AuditRow>) -> Result<Vec<Entry>, Error> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.key(tenant).await.map_err(gone)?;
        rows.iter().map(|row| open(&key, row)).collect()
    }
}

fn open(key: &SealingKey, row: &AuditRow) -> Result<Entry, Error> {
    let broken = |cause: anyhow::Error| Error::new(Code::Internal).because(cause);
    let plain = key.open(ENTRY, row.id, &row.sealed).map_err(|error| broken(error.into()))?;
    Ok(Entry {
        sequence: row.sequence,
        at: row.at.into(),
        kind: row.kind.parse().map_err(|error: String| broken(anyhow::anyhow!(error)))?,
        detail: serde_json::from_slice(&plain).map_err(|error| broken(error.into()))?,
    })
}

fn unreadable(error: serde_json::Error) -> diesel::result::Error {
    diesel::result::Error::SerializationError(Box::new(error))
}

/// A tenant without its key is gone.
#[track_caller]
fn gone(error: VaultError) -> Error {
    match error {
        VaultError::Shredded => Error::new(Code::NotFound),
        other => other.into(),
    }
}
