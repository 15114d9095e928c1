//! An address that was typed wrong: its mail comes to nobody, or to a stranger, and without it nothing can be read, answered or
//! deleted. So the link that came with the answer to the report corrects it, until an address was confirmed for the first time and
//! never after that. Whoever has that link could take the report over until then, so what they do is in the record that the
//! customer's administrators see.

use super::links::{self, TicketLink, TicketPurpose};
use super::reporter::{DAY, changed};
use super::submit::EmailState;
use super::{TicketContent, Tickets, lock, mails};
use crate::audit::{AuditEvent, AuditKind};
use crate::db::ticket_mails::{self, TicketMailKind};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::vault::SealingKey;

/// How often within a day: nobody fills the mailboxes of strangers.
const CORRECTED_PER_DAY: i64 = 3;

impl Tickets {
    /// Another address takes the place of the one that was typed, is asked whether it is right, and the former mail's link does
    /// not work any more. The same address once more is as good as another: nobody learns from it which one it was.
    pub async fn correct_address(&self, link: &TicketLink, email: Address) -> Result<(), Error> {
        self.limits.act(link.ticket)?;
        let (this, link) = (self.clone(), *link);
        let key = self.vault.data_key(link.tenant).await?;
        self.db.write(move |tx| this.correct(tx, &link, email, &key)).await
    }

    fn correct(
        &self,
        tx: &mut Conn,
        link: &TicketLink,
        email: Address,
        key: &SealingKey,
    ) -> Result<(), Error> {
        let (ticket, now) = (lock(tx, link.tenant, link.ticket)?, self.clock.now());
        if !self.may_correct(link, &ticket, key)? {
            return Err(changed(
                "The address can be corrected until one was confirmed, by the link of the answer.",
            ));
        }
        let (kind, since) = (TicketMailKind::Corrected, now.minus(DAY));
        if ticket_mails::count_since(tx, link.tenant, link.ticket, kind, since)? >= CORRECTED_PER_DAY {
            return Err(Error::new(Code::TooManyRequests).retry_after(DAY));
        }
        ticket_mails::drop_unsent(tx, link.tenant, link.ticket, now)?;
        let mailed = TicketLink { purpose: TicketPurpose::Conversation, ..*link };
        links::renew(tx, &self.vault, &mailed, now)?;
        let content = TicketContent { email, ..self.open(key, &ticket)? };
        let ticket = TicketRow {
            email_state: EmailState::Unconfirmed.as_str().to_owned(),
            // Mails to another address begin another thread.
            message_root: Id::new(now),
            updated_at: now.into(),
            sealed: content.seal(key, ticket.id)?,
            ..ticket
        };
        tickets::update(tx, &ticket)?;
        mails::plan_as(tx, &ticket, ticket.message_root, kind, now)?;
        self.audit.record(tx, key, &corrected(&ticket))?;
        Ok(())
    }

    /// Whether this link may correct the address: the one of the answer, and of a report of which none was ever confirmed.
    pub(super) fn may_correct(
        &self,
        link: &TicketLink,
        ticket: &TicketRow,
        key: &SealingKey,
    ) -> Result<bool, Error> {
        let is_confirmed = EmailState::is_confirmed(&ticket.email_state);
        if link.purpose != TicketPurpose::Status || is_confirmed || ticket.region != self.region() {
            return Ok(false);
        }
        Ok(self.open(key, ticket)?.confirmed_at.is_none())
    }
}

/// Nobody of the vendor did it, and no address is in it.
fn corrected(ticket: &TicketRow) -> AuditEvent {
    let mut event = AuditEvent::of_nobody(AuditKind::AddressCorrected).on(ticket.id, &ticket.number);
    event.tenant = ticket.tenant_id;
    event.detail.who = Some("reporter".to_owned());
    event
}
