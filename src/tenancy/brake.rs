//! The brake: when something looks like a mistake of ours (a clock that jumped, a host that refuses everybody, an operator
//! who wants to look first), nobody is suspected and nobody is erased until somebody has looked.
//!
//! An operator's pause is never past a tenant's ceiling, because the promise is the customer's. The other brakes hold even
//! then: they engage when the clock or our own state cannot be trusted, so that nothing is known to be due.

use std::time::Duration;

use super::state::{self, Effect, Event, Reason, Standing, Tenant};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::brakes::{self, Brake, Counted, Engaged};
use crate::db::tenants;
use crate::policy::Policy;

/// What is held is looked at again after this time.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(3_600);
/// How often the time is looked at and remembered.
pub const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A clock that went back by less was only set right.
const BACK_MAX: Duration = Duration::from_secs(24 * 3_600);

/// Whether something may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Go,
    Held {
        by: Brake,
        /// When to ask again.
        look_at: Timestamp,
    },
}

/// Whether this tenant's erasure may begin. Asked in the transaction that freezes the tenant, before it does: one that may
/// go is counted. The transaction is committed whatever the verdict, because a brake engages in it.
pub fn check_erasure(
    tx: &mut Conn,
    tenant: &Tenant,
    now: Timestamp,
    policy: &Policy,
) -> diesel::QueryResult<Verdict> {
    brakes::lock(tx)?;
    let held = |by| Verdict::Held { by, look_at: now.plus(LOOK_AGAIN) };
    if !is_clock_trusted(tx, now, policy)? {
        return held_by_clock(tx, now);
    }
    let engaged: Vec<Brake> = brakes::engaged(tx)?.into_iter().map(|engaged| engaged.brake).collect();
    if engaged.contains(&Brake::Suspicions) && is_guessed(tenant, now) {
        return Ok(held(Brake::Suspicions));
    }
    if engaged.contains(&Brake::Erasures) {
        return Ok(held(Brake::Erasures));
    }
    if engaged.contains(&Brake::Paused)
        && let Some(look_at) = hold_for_pause(tenant, now, policy)
    {
        return Ok(Verdict::Held { by: Brake::Paused, look_at });
    }
    count(tx, Counted::Erasures, Brake::Erasures, now, policy)
}

/// Whether one more tenant may be suspected of having left. One that may is counted.
pub fn check_suspicion(tx: &mut Conn, now: Timestamp, policy: &Policy) -> diesel::QueryResult<Verdict> {
    brakes::lock(tx)?;
    if !is_clock_trusted(tx, now, policy)? {
        return held_by_clock(tx, now);
    }
    if brakes::engaged(tx)?.iter().any(|engaged| engaged.brake == Brake::Suspicions) {
        return Ok(Verdict::Held { by: Brake::Suspicions, look_at: now.plus(LOOK_AGAIN) });
    }
    count(tx, Counted::Suspicions, Brake::Suspicions, now, policy)
}

/// What `event` makes of the tenant, unless it would be one suspicion too many: then that part of it waits.
pub(super) fn next_if_let(
    tx: &mut Conn,
    tenant: &Tenant,
    event: Event,
    now: Timestamp,
    policy: &Policy,
) -> diesel::QueryResult<(Tenant, Vec<Effect>)> {
    let (next, effects) = state::next(tenant, event, now, policy);
    if !is_guessed_anew(tenant, &next) {
        return Ok((next, effects));
    }
    match (check_suspicion(tx, now, policy)?, event) {
        (Verdict::Go, _) => Ok((next, effects)),
        // The end that is over is looked at again. Whether what else is due may go on is not for this brake to say.
        (Verdict::Held { look_at, .. }, Event::Due) => {
            Ok((tenant.clone(), vec![Effect::Erase { at: look_at, because: "ends" }]))
        }
        (Verdict::Held { .. }, _) => Ok((tenant.clone(), Vec::new())),
    }
}

/// Whether it may be `now`, by when the service last looked at the clock. Engages the brake when it cannot.
pub fn is_clock_trusted(tx: &mut Conn, now: Timestamp, policy: &Policy) -> diesel::QueryResult<bool> {
    if brakes::engaged(tx)?.iter().any(|engaged| engaged.brake == Brake::Clock) {
        return Ok(false);
    }
    let Some(seen_at) = brakes::last_seen_at(tx)? else { return Ok(true) };
    if now.since(seen_at) <= policy.clock_jump_max() && seen_at.since(now) <= BACK_MAX {
        return Ok(true);
    }
    engage(tx, Brake::Clock, now, now.as_millis() - seen_at.as_millis())?;
    Ok(false)
}

/// A wrong time says nothing about when to ask again; the last one that was right does.
fn held_by_clock(tx: &mut Conn, now: Timestamp) -> diesel::QueryResult<Verdict> {
    let right = brakes::last_seen_at(tx)?.map_or(now, |seen_at| seen_at.min(now));
    Ok(Verdict::Held { by: Brake::Clock, look_at: right.plus(LOOK_AGAIN) })
}

/// What is known of the clock without another look: it is distrusted, or was found right a moment ago.
pub(super) fn known_of_clock(conn: &mut Conn, now: Timestamp) -> diesel::QueryResult<Option<bool>> {
    if brakes::engaged(conn)?.iter().any(|engaged| engaged.brake == Brake::Clock) {
        return Ok(Some(false));
    }
    let seen_at = brakes::last_seen_at(conn)?;
    let is_fresh = seen_at.is_some_and(|seen_at| seen_at <= now && now.since(seen_at) < LOOK_EVERY);
    Ok(is_fresh.then_some(true))
}

/// Looks at the clock, and remembers when, if it can be trusted. A new database believes the first time that it sees.
pub fn watch_clock(tx: &mut Conn, now: Timestamp, policy: &Policy) -> diesel::QueryResult<bool> {
    let trusted = is_clock_trusted(tx, now, policy)?;
    if trusted {
        brakes::set_last_seen_at(tx, now)?;
    }
    Ok(trusted)
}

/// The pause holds until the ceiling at the latest.
fn hold_for_pause(tenant: &Tenant, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
    let ceiling = tenant.ceiling(policy).filter(|ceiling| now < *ceiling);
    if ceiling.is_none() {
        tracing::error!(tenant.id = %tenant.id, "a pause ends at the ceiling: this tenant is erased all the same");
    }
    ceiling.map(|ceiling| now.plus(LOOK_AGAIN).min(ceiling))
}

/// Whether nobody said that this tenant leaves, and we only concluded it from what a host answered.
fn is_guessed(tenant: &Tenant, now: Timestamp) -> bool {
    match &tenant.standing {
        Standing::Marked(mark) | Standing::Erasing(mark) => {
            mark.asked_due_at.is_none() && mark.reason.is_some_and(is_guess)
        }
        Standing::Active => {
            let mut due = tenant.suspicions.iter().filter(|(_, suspicion)| suspicion.due_at <= now);
            due.all(|(reason, _)| is_guess(*reason))
        }
    }
}

/// Whether a guess led here that was none before.
fn is_guessed_anew(before: &Tenant, after: &Tenant) -> bool {
    let erasing = match &after.standing {
        Standing::Erasing(mark) if matches!(before.standing, Standing::Active) => mark.reason,
        _ => None,
    };
    let mut reasons = after.suspicions.keys().copied().chain(erasing);
    reasons.any(|reason| is_guess(reason) && !before.suspicions.contains_key(&reason))
}

/// What nobody said: we concluded it from a date, or from what a host answered.
fn is_guess(reason: Reason) -> bool {
    matches!(reason, Reason::Lapsed | Reason::Unreachable)
}

/// Counts one more, or engages the brake when it would be too many.
fn count(
    tx: &mut Conn,
    counted: Counted,
    brake: Brake,
    now: Timestamp,
    policy: &Policy,
) -> diesel::QueryResult<Verdict> {
    let all = brakes::begun_within_a_day(tx, counted, now)? + 1;
    if is_too_many(tx, all, policy)? {
        engage(tx, brake, now, all)?;
        return Ok(Verdict::Held { by: brake, look_at: now.plus(LOOK_AGAIN) });
    }
    brakes::count_one(tx, counted, now)?;
    Ok(Verdict::Go)
}

/// At least the policy's number, and more than its share of all tenants. Asks only whether there are enough tenants.
fn is_too_many(tx: &mut Conn, all: i64, policy: &Policy) -> diesel::QueryResult<bool> {
    let brake = policy.brake();
    if all < i64::from(brake.count_min) {
        return Ok(false);
    }
    let share = i64::from(brake.share_percent).max(1);
    let enough = (all * 100 + share - 1) / share;
    Ok(!tenants::are_at_least(tx, enough)?)
}

fn engage(tx: &mut Conn, brake: Brake, now: Timestamp, measure: i64) -> diesel::QueryResult<()> {
    if brakes::engage(tx, Engaged { brake, at: now, measure })? {
        alarm(brake, measure);
    }
    Ok(())
}

/// Says what is wrong and how it goes on.
pub fn alarm(brake: Brake, measure: i64) {
    let brake = brake.as_str();
    tracing::error!(
        brake,
        measure,
        "the brake holds: nobody is suspected or erased until `kept erasures resume`; `kept erasures list` says why"
    );
}
