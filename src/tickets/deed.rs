//! What somebody of the vendor does to a ticket. The type says which permission that takes, the value holds the record of it; a
//! change and its record are stored together, or neither is.

use std::marker::PhantomData;

use super::state::Actor;
use super::work::By;
use super::{Tickets, lock};
use crate::audit::{AuditEvent, AuditKind, Who};
use crate::clock::Timestamp;
use crate::db::tickets::TicketRow;
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::staff::{Needs, Role};
use crate::vault::{SealingKey, VaultError};

/// Something that `N` allows, about to be done to one ticket.
pub struct Deed<N: Needs> {
    pub(super) tenant: Id,
    pub(super) ticket: Id,
    who: Who,
    role: Role,
    event: AuditEvent,
    /// Another ticket that it changes too.
    with: Option<Id>,
    needs: PhantomData<N>,
}

impl<N: Needs> Deed<N> {
    /// Nothing, where the role does not allow it.
    pub fn new(who: &Who, role: Role, row: &TicketRow, kind: AuditKind) -> Result<Self, Error> {
        if !role.may(N::PERMISSION) {
            return Err(Error::new(Code::NotPermitted));
        }
        let event = AuditEvent::by(who, row.tenant_id, kind).on(row.id, &row.number);
        let (tenant, ticket, needs) = (row.tenant_id, row.id, PhantomData);
        Ok(Self { tenant, ticket, who: who.clone(), role, event, with: None, needs })
    }

    /// What it is about, in words of ours.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.event = self.event.about(about);
        self
    }

    #[must_use]
    pub fn because(mut self, reason: Option<&str>) -> Self {
        self.event.detail.reason = reason.map(str::to_owned);
        self
    }

    #[must_use]
    pub(super) fn with(mut self, other: Id) -> Self {
        self.with = Some(other);
        self
    }

    /// The ticket, held until the transaction ends. Of two the one with the smaller id is held first, so that two who want both
    /// do not wait for each other.
    fn lock(&self, tx: &mut Conn) -> Result<TicketRow, Error> {
        if let Some(other) = self.with.filter(|other| *other < self.ticket) {
            lock(tx, self.tenant, other)?;
        }
        let row = lock(tx, self.tenant, self.ticket)?;
        // Whether this is their ticket may have changed since the request came.
        if self.role.is_confined() && row.assignee_id != Some(self.who.id) {
            let detail = "This ticket is not assigned to you.";
            return Err(Error::new(Code::NotPermitted).with_detail(detail));
        }
        Ok(row)
    }

    pub fn by(&self) -> By {
        let actor = if self.role == Role::Lead { Actor::Lead } else { Actor::Agent };
        By { actor, staff: Some(self.who.id) }
    }

    fn refused(&self) -> AuditEvent {
        let event = AuditEvent::by(&self.who, self.tenant, AuditKind::AccessRefused);
        let number = self.event.detail.ticket.clone().unwrap_or_default();
        event.on(self.ticket, &number).about(self.event.kind.as_str())
    }
}

/// What a change has at hand.
pub(super) struct Doing {
    pub tickets: Tickets,
    pub key: std::sync::Arc<SealingKey>,
    pub by: By,
    pub now: Timestamp,
}

impl Tickets {
    /// Changes the ticket, and records it, in one transaction.
    pub(super) async fn carry_out<N: Needs, T: Send + 'static>(
        &self,
        deed: Deed<N>,
        change: impl FnOnce(&Doing, &mut Conn, TicketRow) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let key = self.audit.key(deed.tenant).await.map_err(gone)?;
        let doing = Doing { tickets: self.clone(), key, by: deed.by(), now: self.clock.now() };
        let refused = deed.refused();
        let done: Result<T, Error> = self
            .db
            .write(move |tx| {
                let row = deed.lock(tx)?;
                let done = change(&doing, tx, row)?;
                doing.tickets.audit.record(tx, &doing.key, &deed.event)?;
                Ok(done)
            })
            .await;
        match &done {
            Err(error) if error.code() == Code::NotPermitted => self.audit.write(refused).await?,
            _ => {}
        }
        done
    }
}

/// A tenant without its key is gone.
#[track_caller]
fn gone(error: VaultError) -> Error {
    match error {
        VaultError::Shredded => Error::new(Code::NotFound),
        other => other.into(),
    }
}
