//! Which ticket somebody may touch: leads all of them, agents those that are assigned to them. An attempt at another one is
//! refused, and recorded with the customer whose ticket it is.

use std::marker::PhantomData;

use actix_web::HttpRequest;

use super::super::Services;
use crate::audit::{AuditEvent, AuditKind, Subject, Who};
use crate::auth::staff::{Needs, record_refusal};
use crate::auth::{Gate, StaffCaller};
use crate::db::tickets::{self, TicketRow};
use crate::db::{DbError, Id};
use crate::error::{Code, Error};
use crate::staff::Role;
use crate::tickets::Deed;

/// A ticket that the caller may touch, with what they need for it.
pub struct Reached<N: Needs> {
    pub row: TicketRow,
    pub who: Who,
    role: Role,
    needs: PhantomData<N>,
}

impl<N: Needs> Reached<N> {
    /// The ticket of the address, for this caller.
    pub async fn of(
        request: &HttpRequest,
        caller: &StaffCaller<N>,
        services: &Services,
    ) -> Result<Self, Error> {
        let number = request.match_info().get("ticket").unwrap_or_default().to_uppercase();
        let row = find(services, number).await?;
        let (who, role) = (caller.who(), caller.account.role);
        let reached = Self { row, who, role, needs: PhantomData };
        if role.is_confined() && reached.row.assignee_id != Some(caller.account.id) {
            reached.record_refusal(request).await?;
            let detail = "This ticket is not assigned to you.";
            return Err(Error::new(Code::NotPermitted).with_detail(detail));
        }
        Ok(reached)
    }

    pub fn tenant(&self) -> Id {
        self.row.tenant_id
    }

    pub fn subject(&self) -> Subject {
        Subject { tenant: self.row.tenant_id, ticket: self.row.id, number: self.row.number.clone() }
    }

    /// Enters that this person was refused something about the ticket.
    pub async fn record_refusal(&self, request: &HttpRequest) -> Result<(), Error> {
        let gate = request.app_data::<actix_web::web::Data<Gate>>();
        let gate = gate.ok_or_else(|| Error::new(Code::Internal))?;
        record_refusal(request, gate, &self.who, Some(&self.subject())).await
    }

    /// Something that this person is about to do to the ticket.
    pub fn deed(&self, kind: AuditKind) -> Result<Deed<N>, Error> {
        self.deed_on(&self.row, kind)
    }

    /// The same to another ticket of the same reporter.
    pub fn deed_on(&self, row: &TicketRow, kind: AuditKind) -> Result<Deed<N>, Error> {
        Deed::new(&self.who, self.role, row, kind)
    }

    /// Something that this person sees of the ticket.
    pub fn event(&self, kind: AuditKind) -> AuditEvent {
        AuditEvent::by(&self.who, self.row.tenant_id, kind).on(self.row.id, &self.row.number)
    }
}

/// The ticket of this number.
pub async fn find(services: &Services, number: String) -> Result<TicketRow, Error> {
    let found = services.main.read(move |conn| Ok::<_, DbError>(tickets::by_number(conn, &number)?)).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}
