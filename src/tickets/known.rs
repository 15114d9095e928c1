//! Known problems: a lead says in one sentence what is known of an error, and whoever of the same customer is about to report it
//! again reads that first. They may still report it, and let their report follow the known one: then it is told what that one is
//! told, and goes on the earlier of the two days.

use super::deed::Deed;
use super::merge::ALIKE_MAX;
use super::{Tickets, hold, wrong};
use crate::clock::Timestamp;
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::staff::needs;

/// Letters of the sentence.
pub const KNOWN_MAX: usize = 300;

/// What whoever reports the same error reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub text: String,
    /// When it was first reported.
    pub since: Timestamp,
}

impl Tickets {
    /// Says what is known of the error of this ticket, or takes that back.
    pub async fn set_known(&self, deed: Deed<needs::Triage>, text: Option<&str>) -> Result<(), Error> {
        let text = text.map(sentence).transpose()?;
        self.carry_out(deed, move |doing, tx, row| {
            if text.is_some() {
                check(&row)?;
            }
            let mut content = doing.tickets.open(&doing.key, &row)?;
            let is_known_problem = text.is_some();
            content.known = text;
            let (sealed, updated_at) = (content.seal(&doing.key, row.id)?, doing.now.into());
            Ok(tickets::update(tx, &TicketRow { sealed, updated_at, is_known_problem, ..row })?)
        })
        .await
    }

    /// What is known of this error of this customer.
    pub async fn known(&self, tenant: Id, fingerprint: &str) -> Result<Option<Known>, Error> {
        let (this, key) = (self.clone(), self.vault.data_key(tenant).await?);
        let print = super::fingerprint_index(&key, fingerprint);
        self.db
            .read(move |conn| {
                let Some(row) = tickets::known(conn, tenant, &print)? else { return Ok(None) };
                let text = this.open(&key, &row)?.known;
                Ok(text.map(|text| Known { text, since: row.created_at.into() }))
            })
            .await
    }

    /// Lets a report that is about to be stored follow the known problem with the same error, if there still is one.
    pub(super) fn follow_known(&self, tx: &mut Conn, ticket: &mut TicketRow) -> Result<(), Error> {
        let (tenant, Some(print)) = (ticket.tenant_id, &ticket.fingerprint_index) else { return Ok(()) };
        let Some(known) = tickets::known(tx, tenant, print)? else { return Ok(()) };
        // The new one is in nobody's hands yet, so holding the other one is all that there is to hold.
        let leader = hold::lock(tx, tenant, known.id)?;
        let is_crowded = tickets::merged_into(tx, tenant, leader.id)?.len() as i64 >= ALIKE_MAX;
        if !leader.is_known_problem || is_crowded {
            return Ok(());
        }
        ticket.merged_into = Some(leader.id);
        ticket.state = leader.state;
        ticket.expires_at = ticket.expires_at.min(leader.expires_at);
        Ok(())
    }
}

fn check(row: &TicketRow) -> Result<(), Error> {
    if row.fingerprint_index.is_none() || row.merged_into.is_some() || row.closed_at.is_some() {
        let detail =
            "It is closed, follows another ticket, or names no error by which others would be known.";
        return Err(Error::new(Code::StateChanged).with_detail(detail));
    }
    Ok(())
}

fn sentence(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let is_line = !text.is_empty() && !text.chars().any(char::is_control);
    if is_line && text.chars().count() <= KNOWN_MAX {
        return Ok(text.to_owned());
    }
    Err(wrong(format!("text: expected 1 to {KNOWN_MAX} letters on one line.")))
}
