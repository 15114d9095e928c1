//! A processor says that its copy is gone: by the link in the mail that told it, or by letter to an operator. Once.

use super::Eraser;
use super::told::follow_soon;
use crate::clock::Timestamp;
use crate::db::operator_actions;
use crate::db::processor_erasures::{self, RequestRow};
use crate::db::{DbError, Id};
use crate::error::Error;

/// A request that can still be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    pub tenant: Id,
    pub id: Id,
    pub processor: String,
    pub told_at: Timestamp,
}

impl Unconfirmed {
    fn of(row: RequestRow, now: Timestamp) -> Option<Self> {
        let is_open = row.acknowledged_at.is_none() && Timestamp::from(row.expires_at) > now;
        is_open.then(|| Self {
            tenant: row.tenant_id,
            id: row.id,
            processor: row.processor,
            told_at: row.told_at.unwrap_or(row.recorded_at).into(),
        })
    }
}

impl Eraser {
    /// The request that this token is the link of, if it can be confirmed still. Looking changes nothing.
    pub async fn unconfirmed(&self, token: &str) -> Result<Option<Unconfirmed>, Error> {
        let Some(name) = self.vault.prove_link(token).await? else { return Ok(None) };
        let found = self
            .db
            .read(move |conn| Ok::<_, DbError>(processor_erasures::by_id(conn, name.tenant, name.link)?));
        Ok(found.await?.and_then(|row| Unconfirmed::of(row, self.clock.now())))
    }

    /// Its copy is gone. False when that was said before.
    pub async fn acknowledge(&self, tenant: Id, id: Id) -> Result<bool, Error> {
        let now = self.clock.now();
        let done = self.db.write(move |tx| {
            let is_first = processor_erasures::acknowledge(tx, tenant, id, now)?;
            if is_first {
                follow_soon(tx, tenant, now)?;
            }
            Ok::<_, DbError>(is_first)
        });
        Ok(done.await?)
    }

    /// The same by an operator's hand, who has it in writing: recorded with the reason. False when this processor was not told
    /// of this tenant's erasure, or has confirmed already.
    pub async fn acknowledge_by_operator(
        &self,
        tenant: Id,
        processor: &str,
        reason: &str,
    ) -> Result<bool, Error> {
        let (processor, now) = (processor.to_owned(), self.clock.now());
        let action = self.tenancy.operator_action("erasures acknowledge", Some(tenant), reason, now)?;
        let done = self.db.write(move |tx| {
            let rows = processor_erasures::of_tenant(tx, tenant)?;
            let Some(row) = rows.into_iter().find(|row| row.processor == processor) else { return Ok(false) };
            if !processor_erasures::acknowledge(tx, tenant, row.id, now)? {
                return Ok(false);
            }
            operator_actions::insert(tx, &action)?;
            follow_soon(tx, tenant, now)?;
            Ok::<_, DbError>(true)
        });
        Ok(done.await?)
    }

    /// Who has not confirmed yet, whoever has the least time left first.
    pub async fn pending(&self, limit: i64) -> Result<Vec<RequestRow>, Error> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(processor_erasures::pending(conn, limit)?));
        Ok(found.await?)
    }
}
