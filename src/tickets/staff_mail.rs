//! The mail that tells the vendor's own support of a new report. It goes the way of all mails about tickets: planned in the
//! transaction that makes the ticket, claimed before it is sent, and sent again under the same `Message-ID` when nobody knows
//! whether it left. What cannot be deleted later is not in it: it has the number, and a link to the console.

use super::mails::{self, Writer};
use super::{Tickets, internal};
use crate::clock::Timestamp;
use crate::db::ticket_mails::TicketMailKind;
use crate::db::tickets::TicketRow;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::mail::{self, Address, Mail, STAFF_LANGUAGE};

impl Tickets {
    /// Lets this address hear of every new report.
    #[must_use]
    pub fn telling(self, support: Option<Address>) -> Self {
        Self { support, ..self }
    }

    pub(super) fn tell_staff(&self, tx: &mut Conn, ticket: &TicketRow, now: Timestamp) -> Result<(), Error> {
        match &self.support {
            Some(_) => mails::plan_as(tx, ticket, Id::new(now), TicketMailKind::Staff, now),
            None => Ok(()),
        }
    }

    /// The mail and its sealed form; `None` when nobody is told any more.
    pub(super) fn write_to_staff(
        &self,
        ticket: &TicketRow,
        id: Id,
        planned_at: Timestamp,
        writer: &Writer,
    ) -> Result<Option<(Mail, Vec<u8>)>, Error> {
        let Some(support) = &self.support else { return Ok(None) };
        // The console knows a ticket by what people call it.
        let link = format!("{}/console/tickets/{}", self.base_url, ticket.number);
        let rendered = mail::render_staff(&ticket.number, &link).map_err(internal)?;
        let mail = Mail {
            key: mail::ticket_key(id),
            date: planned_at,
            to: support.clone(),
            cc: None,
            language: STAFF_LANGUAGE,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            attachment: None,
            thread: None,
        };
        let sealed = writer.sealed(id, &mail)?;
        Ok(Some((mail, sealed)))
    }
}
