//! Whether a tenant may be erased now. Pure: what is known goes in, the decision comes out.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::policy::Policy;
use crate::tenancy::{Reason, Standing, Tenant};

/// How long an erasure waits for a notice that is on its way before it looks again.
const LOOK_AGAIN: Duration = Duration::from_secs(3_600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is due.
    Nothing,
    Wait(Timestamp),
    /// A subscription's known end is over: whether that makes the tenant due is for the state machine to say.
    Look,
    Erase {
        /// The promise would be broken by waiting for the full gap after a late notice.
        notice_was_late: bool,
    },
    /// The erasure has begun already.
    Going,
}

/// What became of the notice about this due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It went out then.
    Sent(Timestamp),
    /// There is nobody to write to, or the address does not take mail.
    Impossible,
    /// It is still to go out.
    Pending,
}

/// The notice gap is a floor: a late mail moves the erasure. The ceiling wins over it, and a missing or undeliverable
/// contact delays nothing. Whoever asked for the erasure needs no notice.
pub fn decide(tenant: &Tenant, notice: Notice, now: Timestamp, policy: &Policy) -> Decision {
    if matches!(tenant.standing, Standing::Erasing(_)) {
        return Decision::Going;
    }
    let look_at = end_to_look_at(tenant);
    if look_at.is_some_and(|look_at| look_at <= now) {
        return Decision::Look;
    }
    decide_what_is_due(tenant, notice, look_at, now, policy)
}

/// The same while the brake holds what the end of a subscription would make of the tenant: what else is due goes its way.
pub fn decide_beside_the_end(tenant: &Tenant, notice: Notice, now: Timestamp, policy: &Policy) -> Decision {
    decide_what_is_due(tenant, notice, None, now, policy)
}

fn decide_what_is_due(
    tenant: &Tenant,
    notice: Notice,
    look_at: Option<Timestamp>,
    now: Timestamp,
    policy: &Policy,
) -> Decision {
    let Some(due_at) = tenant.due_at() else { return look_at.map_or(Decision::Nothing, Decision::Wait) };
    if now < due_at {
        return Decision::Wait(look_at.map_or(due_at, |look_at| look_at.min(due_at)));
    }
    let ceiling = tenant.ceiling(policy).unwrap_or(due_at);
    let not_before = match notice {
        _ if tenant.reason() == Some("asked") => due_at,
        Notice::Impossible => due_at,
        Notice::Sent(at) => at.plus(policy.notice_gap()).max(due_at),
        Notice::Pending => now.plus(LOOK_AGAIN),
    };
    match (now >= not_before, now >= ceiling) {
        (true, _) => Decision::Erase { notice_was_late: false },
        (false, true) => Decision::Erase { notice_was_late: true },
        (false, false) => Decision::Wait(not_before.min(ceiling)),
    }
}

/// The end of a subscription that has not become a suspicion yet.
fn end_to_look_at(tenant: &Tenant) -> Option<Timestamp> {
    let is_open = tenant.standing == Standing::Active && !tenant.suspicions.contains_key(&Reason::Lapsed);
    tenant.ends_at.filter(|_| is_open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Id;
    use crate::tenancy::{Event, state};

    fn at(day: u64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).plus(Duration::from_secs(day * 86_400))
    }

    fn policy() -> Policy {
        Policy::parse(include_str!("../../policies/default.toml"), "default.toml").unwrap()
    }

    fn after(events: &[(u64, Event)]) -> Tenant {
        let step =
            |tenant: Tenant, (day, event): &(u64, Event)| state::next(&tenant, *event, at(*day), &policy()).0;
        events.iter().fold(state::first(Id::from_i64(1)), step)
    }

    #[test]
    fn a_late_notice_moves_the_erasure_but_never_beyond_the_ceiling() {
        let (left, policy) = (after(&[(0, Event::Uninstalled)]), policy());
        let decide = |notice, day| decide(&left, notice, at(day), &policy);
        let erase = Decision::Erase { notice_was_late: false };
        assert_eq!(decide(Notice::Sent(at(140)), 149), Decision::Wait(at(150)));
        assert_eq!(decide(Notice::Sent(at(140)), 150), erase);
        assert_eq!(decide(Notice::Sent(at(145)), 150), Decision::Wait(at(155)));
        assert_eq!(decide(Notice::Sent(at(145)), 155), erase);
        assert_eq!(decide(Notice::Sent(at(160)), 160), Decision::Wait(at(166)), "the ceiling");
        assert_eq!(decide(Notice::Sent(at(160)), 166), Decision::Erase { notice_was_late: true });
        assert_eq!(decide(Notice::Pending, 150), Decision::Wait(at(150).plus(LOOK_AGAIN)));
        assert_eq!(decide(Notice::Pending, 166), Decision::Erase { notice_was_late: true });
        assert_eq!(decide(Notice::Impossible, 150), erase, "nobody to write to delays nothing");
    }

    #[test]
    fn an_exact_date_is_never_moved_and_whoever_asked_needs_no_notice() {
        let ended = after(&[(0, Event::EndsOn(Some(at(5)))), (6, Event::Due)]);
        let late = decide(&ended, Notice::Sent(at(94)), at(95), &policy());
        assert_eq!(late, Decision::Erase { notice_was_late: true });
        let asked = after(&[(0, Event::ErasureAsked)]);
        assert_eq!(decide(&asked, Notice::Pending, at(0), &policy()), Decision::Wait(at(1)));
        let erase = Decision::Erase { notice_was_late: false };
        assert_eq!(decide(&asked, Notice::Pending, at(1), &policy()), erase);
    }
}
