//! Holding tickets until a transaction ends. Whoever wants several takes them in the order of their ids, the smallest first,
//! whatever is to be done to them: so nobody waits for somebody who waits for them. A record of what was done is added to its
//! chain, and copies elsewhere are looked at, while the tickets are held, and never before.

use super::fence;
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, Id, tenants};
use crate::error::{Code, Error};
use crate::tenancy::Tenancy;

/// A ticket that may be changed, held until the transaction ends; an error when its tenant's erasure has begun.
pub fn lock(tx: &mut Conn, tenant: Id, ticket: Id) -> Result<TicketRow, Error> {
    fence(tx, tenant)?;
    tickets::lock(tx, tenant, ticket)?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Whether the site has left, and all of it waits for its day.
pub(super) fn has_left(conn: &mut Conn, tenant: Id) -> Result<bool, Error> {
    let Some(row) = tenants::by_id(conn, tenant)? else { return Ok(false) };
    Ok(Tenancy::state(conn, &row)?.state() == "marked")
}

/// Holds these. Those that are gone are not held.
pub(super) fn all(tx: &mut Conn, tenant: Id, mut ids: Vec<Id>) -> Result<(), Error> {
    fence(tx, tenant)?;
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().try_for_each(|id| tickets::lock(tx, tenant, id).map(drop))?;
    Ok(())
}

/// Holds a ticket and all that follow it. As long as it is held, no other one becomes its follower.
pub(super) fn problem(tx: &mut Conn, tenant: Id, leader: Id) -> Result<(), Error> {
    let mut held = followers(tx, tenant, leader)?;
    held.push(leader);
    all(tx, tenant, held.clone())?;
    // One that was merged into it while we waited is not held, and may be smaller than what is.
    if followers(tx, tenant, leader)?.iter().any(|id| !held.contains(id)) {
        let cause = anyhow::anyhow!("a ticket was merged at this moment");
        return Err(Error::new(Code::Unavailable).because(cause));
    }
    Ok(())
}

fn followers(tx: &mut Conn, tenant: Id, leader: Id) -> Result<Vec<Id>, Error> {
    Ok(tickets::merged_into(tx, tenant, leader)?.into_iter().map(|row| row.id).collect())
}
