//! A ticket goes: here at once, and in every other system that has a copy. What a copy is called there is kept under the
//! vendor's key until it is confirmed that it is gone, since neither the ticket nor its tenant's key is there any more.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Tickets, enqueue, internal};
use crate::clock::Timestamp;
use crate::db::downloads;
use crate::db::jobs::JobKind;
use crate::db::processor_erasures;
use crate::db::sink_copies::{self, CopyRow, Due, SinkErasureRow};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, DbError, Id, tenants};
use crate::error::{Code, Error};
use crate::policy::ClassName;
use crate::vault::{Label, SealingKey, Vault, VaultError};

/// What a copy is called in the other system. Each system has its own words for that.
pub const COPY: Label = Label("ticket.copy");
const FORGET: Label = Label("ticket.forget");
/// Another system that has not confirmed within this time is a matter for a person.
const PATIENCE: Duration = Duration::from_secs(24 * 3_600);
/// Copies that are looked at together.
const BATCH: i64 = 200;

/// What a copy in another system is found by there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoteCopy {
    pub sink: String,
    /// As the other system named it, in that system's own form.
    pub remote: serde_json::Value,
}

/// How much went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    pub copies: usize,
}

impl Tickets {
    /// Deletes everything of a ticket, and has its copies deleted, those too that staff took out. Its frame stays, with counts
    /// alone.
    pub fn forget(
        &self,
        tx: &mut Conn,
        ticket: &TicketRow,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<Forgotten, Error> {
        let mut copies = 0;
        for copy in sink_copies::of_ticket(tx, ticket.tenant_id, ticket.id)? {
            let row = self.erasure_of(&copy, key, now).or_else(|error| {
                let (tenant, error) = (copy.tenant_id, error.log_line());
                tracing::error!(tenant.id = %tenant, error, "a copy of a report cannot be opened; it is looked for by its number");
                self.erasure_by_number(&copy, &ticket.number, now)
            });
            if let Some(row) = row? {
                ask(tx, &row, now)?;
                copies += 1;
            }
        }
        downloads::due_at_once(tx, ticket.tenant_id, ticket.id, now.into())?;
        tickets::delete_whole(tx, ticket.tenant_id, ticket.id)?;
        if let Some(frame) = tickets::frame(tx, ticket.tenant_id, ticket.id)? {
            // By itself it goes on its day, and by somebody's wish at this moment.
            let gone_at = Some(frame.goes_at.min(now.into()));
            tickets::update_frame(tx, &tickets::FrameRow { gone_at, ..frame })?;
        }
        Ok(Forgotten { copies })
    }

    /// Ends the tickets that are due at `now` and of which another system has a copy: the sweeper, which takes the others, does
    /// not know what is called what elsewhere. Of a tenant that is being erased the erasure has asked for everything.
    pub async fn forget_due(&self, now: Timestamp) -> Result<usize, Error> {
        let (mut count, mut last) = (0, None);
        loop {
            let due = self.due(now, last).await?;
            // One that cannot be ended now does not stand in the way of those behind it.
            last = due.last().copied();
            if last.is_none() {
                return Ok(count);
            }
            for Due { tenant, ticket, .. } in due {
                count += usize::from(self.forget_one(tenant, ticket, now).await?);
            }
        }
    }

    async fn due(&self, now: Timestamp, after: Option<Due>) -> Result<Vec<Due>, Error> {
        Ok(self.db.read(move |conn| Ok::<_, DbError>(sink_copies::due(conn, now, after, BATCH)?)).await?)
    }

    async fn forget_one(&self, tenant: Id, ticket: Id, now: Timestamp) -> Result<bool, Error> {
        let key = match self.vault.data_key(tenant).await {
            Ok(key) => key,
            Err(VaultError::Shredded) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let this = self.clone();
        let done = self.db.write(move |tx| {
            if !tenants::fence(tx, tenant)? {
                return Ok::<_, Error>(false);
            }
            match tickets::lock(tx, tenant, ticket)? {
                Some(row) if Timestamp::from(row.expires_at) <= now => {
                    this.forget(tx, &row, &key, now)?;
                    Ok(true)
                }
                _ => Ok(false),
            }
        });
        match done.await {
            // It goes after the move, here or there.
            Err(error) if error.code() == Code::TenantMoving => Ok(false),
            Err(error) if error.code() == Code::Internal => {
                let error = error.log_line();
                tracing::error!(tenant.id = %tenant, error, "a copy of a report elsewhere cannot be asked for");
                Ok(false)
            }
            other => other,
        }
    }

    pub(super) fn erasure_of(
        &self,
        copy: &CopyRow,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<Option<SinkErasureRow>, Error> {
        let audit = self.policy.expires_at(ClassName::Audit, now);
        erasure_of(copy, key, &self.vault, now, audit)
    }

    /// The number stands in each copy, so what is called by nothing else is found by it.
    fn erasure_by_number(
        &self,
        copy: &CopyRow,
        number: &str,
        now: Timestamp,
    ) -> Result<Option<SinkErasureRow>, Error> {
        let audit = self.policy.expires_at(ClassName::Audit, now);
        erasure(copy, serde_json::json!({ "number": number }), &self.vault, now, audit).map(Some)
    }
}

/// Stores that a copy has to go, with the job that sees to it. The tenant's own jobs may go with it.
pub fn ask(tx: &mut Conn, row: &SinkErasureRow, now: Timestamp) -> Result<(), Error> {
    sink_copies::insert_erasure(tx, row)?;
    enqueue(tx, JobKind::ForgetTicket, Id::NONE, row.id.to_string(), now)
}

/// The copy is gone over there. When it was the last one that the erasure of its tenant waits for, that is written down with it.
pub fn gone(tx: &mut Conn, row: &SinkErasureRow, now: Timestamp) -> Result<(), Error> {
    let all = sink_copies::lock_erasures(tx, row.tenant_id)?;
    sink_copies::delete_erasure(tx, row)?;
    if all.iter().any(|other| other.id != row.id && other.sink == row.sink) {
        return Ok(());
    }
    let Some(request) = processor_erasures::of_sink(tx, row.tenant_id, &row.sink)? else { return Ok(()) };
    if processor_erasures::acknowledge(tx, row.tenant_id, request.id, now)? {
        enqueue(tx, JobKind::TellOfErasure, Id::NONE, row.tenant_id.to_string(), now)?;
    }
    Ok(())
}

/// What to keep of a copy so that it can be deleted; `None` for one that never came to be.
pub fn erasure_of(
    copy: &CopyRow,
    key: &SealingKey,
    vault: &Vault,
    now: Timestamp,
    audit_until: Option<Timestamp>,
) -> Result<Option<SinkErasureRow>, Error> {
    let Some(sealed) = &copy.sealed else { return Ok(None) };
    let plain = key.open(COPY, copy.id, sealed).map_err(VaultError::from)?;
    let remote = serde_json::from_slice(&plain).map_err(internal)?;
    erasure(copy, remote, vault, now, audit_until).map(Some)
}

fn erasure(
    copy: &CopyRow,
    remote: serde_json::Value,
    vault: &Vault,
    now: Timestamp,
    audit_until: Option<Timestamp>,
) -> Result<SinkErasureRow, Error> {
    let (id, due_at) = (Id::new(now), now.plus(PATIENCE));
    let plain = serde_json::to_vec(&RemoteCopy { sink: copy.sink.clone(), remote }).map_err(internal)?;
    Ok(SinkErasureRow {
        tenant_id: copy.tenant_id,
        id,
        sink: copy.sink.clone(),
        recorded_at: now.into(),
        due_at: due_at.into(),
        silent_at: None,
        expires_at: audit_until.unwrap_or(due_at).max(due_at).into(),
        sealed: vault.vendor_key().seal(FORGET, id, &plain),
    })
}

/// Which copy a row is about.
pub fn remote_of(row: &SinkErasureRow, vault: &Vault) -> Result<RemoteCopy, Error> {
    let plain = vault.vendor_key().open(FORGET, row.id, &row.sealed).map_err(VaultError::from)?;
    serde_json::from_slice(&plain).map_err(internal)
}
