//! What somebody of the vendor does to a ticket. The type says which permission that takes, the value holds the record of it; a
//! change and its record are stored together, or neither is.

use std::marker::PhantomData;

use super::state::Actor;
use super::work::By;
use super::{Tickets, hold};
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
    also: Also,
    needs: PhantomData<N>,
}

/// What else it changes, and so is held with it.
enum Also {
    Nothing,
    Other(Id),
    Followers,
}

impl<N: Needs> Deed<N> {
    /// Nothing, where the role does not allow it.
    pub fn new(who: &Who, role: Role, row: &TicketRow, kind: AuditKind) -> Result<Self, Error> {
        if !role.may(N::PERMISSION) {
            return Err(Error::new(Code::NotPermitted));
        }
        let event = AuditEvent::by(who, row.tenant_id, kind).on(row.id, &row.number);
        let (tenant, ticket, needs) = (row.tenant_id, row.id, PhantomData);
        Ok(Self { tenant, ticket, who: who.clone(), role, event, also: Also::Nothing, needs })
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
        self.also = Also::Other(other);
        self
    }

    #[must_use]
    pub(super) fn with_followers(mut self) -> Self {
        self.also = Also::Followers;
        self
    }

    /// The ticket, held until the transaction ends together with the others that are changed.
    fn lock(&self, tx: &mut Conn) -> Result<TicketRow, Error> {
        match self.also {
            Also::Nothing => {}
            Also::Other(other) => hold::all(tx, self.tenant, vec![self.ticket, other])?,
            Also::Followers => hold::problem(tx, self.tenant, self.ticket)?,
        }
        let row = hold::lock(tx, self.tenant, self.ticket)?;
        if !is_an_end(self.event.kind) && hold::has_left(tx, self.tenant)? {
            let detail = "The site has left. Until its day its tickets can be read, handed over, closed, masked and deleted.";
            return Err(Error::new(Code::StateChanged).with_detail(detail));
        }
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

/// What can still be done about a ticket whose site has left: nobody works for it any more, and what is there can come to its end.
const fn is_an_end(kind: AuditKind) -> bool {
    matches!(kind, AuditKind::Assigned | AuditKind::Closed | AuditKind::MaskedLater | AuditKind::Forgotten)
}

/// What a change has at hand.
pub(super) struct Doing {
    pub tickets: Tickets,
    pub key: std::sync::Arc<SealingKey>,
    pub by: By,
    pub now: Timestamp,
    /// What is recorded with the ticket.
    event: AuditEvent,
}

impl Doing {
    /// Records the same with a ticket that follows it: whoever reported that one, and their administrators, see it there.
    pub fn record_with_follower(&self, tx: &mut Conn, follower: &TicketRow) -> Result<(), Error> {
        let with = format!("with {}", self.event.detail.ticket.as_deref().unwrap_or_default());
        let about = match self.event.kind {
            AuditKind::Replied => with,
            _ => format!("{}, {with}", self.event.detail.about.as_deref().unwrap_or_default()),
        };
        let event = self.event.clone().on(follower.id, &follower.number).about(about);
        self.tickets.audit.record(tx, &self.key, &event)?;
        Ok(())
    }
}

impl Tickets {
    /// Changes the ticket, and records it, in one transaction.
    pub(super) async fn carry_out<N: Needs, T: Send + 'static>(
        &self,
        deed: Deed<N>,
        change: impl FnOnce(&Doing, &mut Conn, TicketRow) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let key = self.audit.key(deed.tenant).await.map_err(gone)?;
        let (by, now, event) = (deed.by(), self.clock.now(), deed.event.clone());
        let doing = Doing { tickets: self.clone(), key, by, now, event };
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
