//! A ticket is deleted at once because somebody asked for that elsewhere: by mail, by telephone, in a report about privacy.

use super::deed::{Deed, Doing};
use super::submit::EmailState;
use super::{Forgotten, Tickets, enqueue};
use crate::db::jobs::JobKind;
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, DbError, ticket_mails};
use crate::error::{Code, Error};
use crate::staff::needs;

impl Tickets {
    /// Deletes everything of the ticket now, here and in every other system. Whoever reported it gets a last mail, if the address
    /// is theirs.
    pub async fn delete_by(&self, deed: Deed<needs::Triage>) -> Result<Forgotten, Error> {
        let writer = self.writer(deed.tenant).await?.ok_or_else(|| Error::new(Code::NotFound))?;
        self.carry_out(deed, move |Doing { tickets: this, key, now, .. }, tx, row| {
            let is_known = EmailState::is_confirmed(&row.email_state);
            let last = is_known.then(|| this.write_last(tx, &row, &writer, *now)).transpose()?;
            let forgotten = this.forget(tx, &row, key, *now)?;
            if let Some(last) = last {
                ticket_mails::insert(tx, &last)?;
                enqueue(tx, JobKind::TicketMail, row.tenant_id, last.id.to_string(), *now)?;
            }
            Ok(forgotten)
        })
        .await
    }

    /// Everything that the reporter of this ticket has reported, with the ticket itself at the end: whoever is interrupted can
    /// begin once more.
    pub async fn of_same_reporter(&self, ticket: &TicketRow) -> Result<Vec<TicketRow>, Error> {
        let (tenant, id, reporter) = (ticket.tenant_id, ticket.id, ticket.reporter_index.clone());
        let find = move |conn: &mut Conn| Ok::<_, DbError>(tickets::of_reporter(conn, tenant, &reporter)?);
        let mut all = self.db.read(find).await?;
        all.sort_by_key(|row: &TicketRow| (row.id == id, row.id));
        Ok(all)
    }
}
