//! What the product says of the licence, and what follows from it.

use super::state::{Event, Reason, Standing};
use super::{Tenancy, store};
use crate::clock::Timestamp;
use crate::db::{Conn, Id, tenants};
use crate::error::Error;
use crate::policy::Policy;

impl Tenancy {
    /// Stores whether the licence is active, and when it ends if that is told. The product knows the date better than whoever
    /// entered one.
    pub async fn licence_told(&self, id: Id, active: bool, ends_at: Option<Timestamp>) -> Result<(), Error> {
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let stored = self.db.write(move |tx| {
            if active && let Some(at) = ends_at {
                ends_on(tx, id, at, now, &policy)?;
            }
            store_licence(tx, id, active, now, &policy)
        });
        stored.await
    }
}

/// A date that is over says nothing of a licence that is active.
fn ends_on(tx: &mut Conn, id: Id, at: Timestamp, now: Timestamp, policy: &Policy) -> Result<(), Error> {
    let Some(row) = tenants::lock_by_id(tx, id)? else { return Ok(()) };
    let tenant = store::to_state(&row, &tenants::suspicions_of(tx, id)?)?;
    if at > now && tenant.standing == Standing::Active && tenant.ends_at != Some(at) {
        store::apply(tx, &row, row.clone(), Event::EndsOn(Some(at)), now, policy)?;
    }
    Ok(())
}

pub(super) fn store_licence(
    tx: &mut Conn,
    id: Id,
    active: bool,
    now: Timestamp,
    policy: &Policy,
) -> Result<(), Error> {
    let Some(row) = tenants::lock_by_id(tx, id)? else { return Ok(()) };
    let lapsed = tenants::suspicions_of(tx, id)?.iter().any(|row| row.reason == Reason::Lapsed.as_str());
    let event = match (active, lapsed) {
        (true, true) => Event::LicenceRenewed,
        (false, false) => Event::Suspected(Reason::Lapsed),
        (true, false) | (false, true) => return Ok(()),
    };
    store::apply(tx, &row, row.clone(), event, now, policy)?;
    Ok(())
}
