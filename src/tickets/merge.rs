//! Duplicates: which tickets report the same error, and letting one follow another.

use super::deed::{Deed, Doing};
use super::{Tickets, lock, mails, wrong};
use crate::db::ticket_mails::TicketMailKind;
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::staff::needs;

/// Duplicates that are suggested, and that may be merged into one ticket.
pub(super) const ALIKE_MAX: i64 = 20;

impl Tickets {
    /// Others of the same customer that report the same error.
    pub async fn alike(&self, tenant: Id, ticket: Id) -> Result<Vec<TicketRow>, Error> {
        self.db
            .read(move |conn| {
                let row = tickets::find(conn, tenant, ticket)?.ok_or_else(|| Error::new(Code::NotFound))?;
                let Some(print) = &row.fingerprint_index else { return Ok(Vec::new()) };
                Ok(tickets::alike(conn, tenant, print, ticket, ALIKE_MAX)?)
            })
            .await
    }

    /// Lets a duplicate follow another ticket: both go on the earlier of their days, and whatever becomes of the one becomes of
    /// the other. Each keeps its own items under its own reporter's consents, so that none is stretched over what somebody else
    /// sent, and none is lost.
    pub async fn merge(&self, deed: Deed<needs::Triage>, into: Id) -> Result<(), Error> {
        if deed.ticket == into {
            return Err(wrong("into: expected another ticket."));
        }
        self.carry_out(deed.with(into), move |doing, tx, follower| {
            if follower.merged_into == Some(into) {
                return Ok(());
            }
            let leader = lock(tx, follower.tenant_id, into)?;
            check(tx, &follower, &leader)?;
            follow(doing, tx, follower, leader)
        })
        .await
    }

    /// Lets it stand by itself again. Its day stays: a day that somebody was told is never put off.
    pub async fn unmerge(&self, deed: Deed<needs::Triage>) -> Result<(), Error> {
        self.carry_out(deed, |doing, tx, row| {
            let (tenant, ticket, now) = (row.tenant_id, row.id, doing.now);
            tickets::update(tx, &TicketRow { merged_into: None, updated_at: now.into(), ..row })?;
            doing.tickets.deliver(tx, tenant, ticket, now)
        })
        .await
    }

    /// The numbers of those that follow this one.
    pub async fn followers(&self, tenant: Id, ticket: Id) -> Result<Vec<String>, Error> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(tickets::merged_into(conn, tenant, ticket)?));
        Ok(found.await?.into_iter().map(|row| row.number).collect())
    }
}

fn check(tx: &mut Conn, follower: &TicketRow, leader: &TicketRow) -> Result<(), Error> {
    let tenant = follower.tenant_id;
    let has_followers = !tickets::merged_into(tx, tenant, follower.id)?.is_empty();
    let is_crowded = tickets::merged_into(tx, tenant, leader.id)?.len() as i64 >= ALIKE_MAX;
    if leader.closed_at.is_some() {
        let detail = "The other ticket is closed, and leads no others.";
        return Err(Error::new(Code::StateChanged).with_detail(detail));
    }
    if follower.merged_into.is_some() || leader.merged_into.is_some() || has_followers || is_crowded {
        let detail = "One of the two follows another ticket already, or is followed.";
        return Err(Error::new(Code::StateChanged).with_detail(detail));
    }
    Ok(())
}

fn follow(doing: &Doing, tx: &mut Conn, follower: TicketRow, leader: TicketRow) -> Result<(), Error> {
    let (tenant, now) = (follower.tenant_id, doing.now);
    let earliest = follower.expires_at.min(leader.expires_at);
    for row in [&follower, &leader].into_iter().filter(|row| row.expires_at != earliest) {
        tickets::set_expiry(tx, tenant, row.id, earliest.into())?;
    }
    let state = if follower.closed_at.is_some() { &follower.state } else { &leader.state };
    let merged = TicketRow {
        is_known_problem: false,
        merged_into: Some(leader.id),
        state: state.clone(),
        expires_at: earliest,
        updated_at: now.into(),
        ..follower
    };
    tickets::update(tx, &merged)?;
    mails::plan(tx, &merged, TicketMailKind::State, now)?;
    let (duplicate, into) = (merged.id, leader.id);
    tickets::update(tx, &TicketRow { expires_at: earliest, updated_at: now.into(), ..leader })?;
    doing.tickets.deliver(tx, tenant, duplicate, now)?;
    doing.tickets.deliver(tx, tenant, into, now)
}
