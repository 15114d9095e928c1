//! When a subscription ends, as administrators and operators may say it.

use super::state::{self, Event, Standing, Tenant};
use super::{Tenancy, settings, store};
use crate::clock::Timestamp;
use crate::db::{Id, tenants};
use crate::error::{Code, Error};
use crate::policy::Policy;

/// No subscription is known for longer.
const END_YEARS_MAX: u32 = 30;

impl Tenancy {
    /// Sets when the subscription ends, by an operator's hand: they may hear of an end late, but not so late that the data
    /// would be due at once.
    pub async fn end_subscription(&self, id: Id, at: Timestamp) -> Result<Tenant, Error> {
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let ended = self.db.write(move |tx| {
            let row = settings::lock_open(tx, id)?;
            let tenant = store::to_state(&row, &tenants::suspicions_of(tx, id)?)?;
            check_operators_end(&tenant, at, now, &policy)?;
            store::apply(tx, &row, row.clone(), Event::EndsOn(Some(at)), now, &policy)
        });
        ended.await
    }
}

fn check_operators_end(tenant: &Tenant, at: Timestamp, now: Timestamp, policy: &Policy) -> Result<(), Error> {
    let refuse = |detail: String| Err(Error::new(Code::InvalidParameter).with_detail(detail));
    if tenant.standing != Standing::Active {
        return refuse("the customer has left already; their data is due to go without it".to_owned());
    }
    if at > now.plus_years(END_YEARS_MAX) {
        return refuse(format!("the date is more than {END_YEARS_MAX} years ahead"));
    }
    let ending = state::next(tenant, Event::EndsOn(Some(at)), now, policy).0;
    let looked_at = state::next(&ending, Event::Due, now, policy).0;
    if looked_at.due_at().is_some_and(|due_at| due_at <= now) {
        let right = "set a later date, or use `kept tenants erase`";
        return refuse(format!("with this date the data would be due at once; {right}"));
    }
    Ok(())
}

/// An end that is over would have the data go without a notice. One that stands already may be entered again.
pub fn check_end(
    wanted: Option<Timestamp>,
    standing: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    match wanted {
        Some(at) if wanted != standing && (at <= now || at > now.plus_years(END_YEARS_MAX)) => {
            let right = format!("expected null or a time within the next {END_YEARS_MAX} years");
            let detail = format!("subscriptionEndsAt: {right}.");
            Err(Error::new(Code::InvalidBody).with_detail(detail))
        }
        _ => Ok(()),
    }
}
