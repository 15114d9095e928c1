//! Which notice a tenant is to get, and when. Pure: the tenant's state goes in, the decision comes out.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::db::notices::NoticeKind;
use crate::mail::{About, Because};
use crate::policy::Policy;
use crate::tenancy::{Standing, Tenant};

/// How long after the date of an early erasure to look whether it was taken back.
const AFTER_ASKED: Duration = Duration::from_secs(3_600);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    Nothing,
    Wait(Timestamp),
    /// The notice about this date is due.
    Send {
        due_at: Timestamp,
        about: About,
    },
}

pub fn plan(tenant: &Tenant, kind: NoticeKind, now: Timestamp, policy: &Policy) -> Plan {
    match kind {
        NoticeKind::End => before_end(tenant, now, policy),
        NoticeKind::Erasure => before_erasure(tenant, now, policy),
        // No date of a tenant's makes one due: whoever publishes a statement sends them.
        NoticeKind::Policy => Plan::Nothing,
    }
}

/// An end that is over needs no notice any more: the one before the erasure follows.
fn before_end(tenant: &Tenant, now: Timestamp, policy: &Policy) -> Plan {
    let open = tenant.standing == Standing::Active;
    let Some(ends_at) = tenant.ends_at.filter(|ends_at| open && *ends_at > now) else { return Plan::Nothing };
    let send_at = policy.notice_before_end(ends_at);
    if now < send_at {
        return Plan::Wait(send_at);
    }
    Plan::Send { due_at: ends_at, about: About::End { ends_at, own_days: tenant.own_days } }
}

fn before_erasure(tenant: &Tenant, now: Timestamp, policy: &Policy) -> Plan {
    let due_at = tenant.due_at().filter(|_| !matches!(tenant.standing, Standing::Erasing(_)));
    let (Some(due_at), Some(reason)) = (due_at, tenant.reason()) else { return Plan::Nothing };
    // Whoever asked for it needs no notice about it, but may take it back.
    let Ok(because) = reason.parse::<Because>() else { return Plan::Wait(due_at.max(now).plus(AFTER_ASKED)) };
    let send_at = policy.notice_before_erasure(due_at);
    if now < send_at {
        return Plan::Wait(send_at);
    }
    // A late notice moves the erasure, but never beyond the ceiling; the mail says the date that will be kept.
    let ceiling = tenant.ceiling(policy).unwrap_or(due_at);
    let at = due_at.max(now.plus(policy.notice_gap())).min(ceiling).max(now);
    Plan::Send { due_at, about: About::Erasure { at, because } }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::db::Id;
    use crate::tenancy::state::{first, next};
    use crate::tenancy::{Event, Reason};

    fn at(day: u64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).plus(Duration::from_secs(day * 86_400))
    }

    fn policy() -> Policy {
        Policy::load(Path::new("policies/default.toml")).unwrap()
    }

    fn after(events: &[(Event, u64)]) -> Tenant {
        let made = |tenant: Tenant, (event, day): &(Event, u64)| next(&tenant, *event, at(*day), &policy()).0;
        events.iter().fold(first(Id::from_i64(1)), made)
    }

    fn erasure(tenant: &Tenant, day: u64) -> Plan {
        plan(tenant, NoticeKind::Erasure, at(day), &policy())
    }

    #[test]
    fn the_end_is_announced_in_time_and_never_after_it() {
        let tenant = after(&[(Event::EndsOn(Some(at(30))), 0)]);
        let end = |tenant: &Tenant, day| plan(tenant, NoticeKind::End, at(day), &policy());
        assert_eq!(end(&tenant, 0), Plan::Wait(at(20)));
        let about = About::End { ends_at: at(30), own_days: None };
        for day in [20, 29] {
            assert_eq!(end(&tenant, day), Plan::Send { due_at: at(30), about: about.clone() });
        }
        assert_eq!(end(&tenant, 30), Plan::Nothing, "it is over");
        assert_eq!(end(&after(&[]), 20), Plan::Nothing);
        let gone = after(&[(Event::EndsOn(Some(at(30))), 0), (Event::Uninstalled, 1)]);
        assert_eq!(end(&gone, 20), Plan::Nothing);
    }

    #[test]
    fn an_erasure_is_announced_with_the_date_that_will_be_kept() {
        let left = after(&[(Event::Uninstalled, 0)]);
        let send = |day| Plan::Send {
            due_at: at(150),
            about: About::Erasure { at: at(day), because: Because::Left },
        };
        assert_eq!(erasure(&left, 0), Plan::Wait(at(140)));
        assert_eq!(erasure(&left, 140), send(150));
        assert_eq!(erasure(&left, 145), send(155), "a late mail moves it");
        assert_eq!(erasure(&left, 160), send(166), "but not beyond the ceiling");
        assert_eq!(erasure(&left, 170), send(170));
    }

    #[test]
    fn nobody_is_told_of_what_is_over_or_what_they_asked_for() {
        let back = after(&[(Event::Uninstalled, 0), (Event::Installed, 1)]);
        assert_eq!(erasure(&back, 140), Plan::Nothing);
        let asked = after(&[(Event::Uninstalled, 0), (Event::ErasureAsked, 2)]);
        assert_eq!(erasure(&asked, 2), Plan::Wait(at(3).plus(AFTER_ASKED)));
        let undone = after(&[(Event::Uninstalled, 0), (Event::ErasureAsked, 2), (Event::ErasureUndone, 2)]);
        assert_eq!(erasure(&undone, 3), Plan::Wait(at(140)));
        let erasing = after(&[(Event::Uninstalled, 0), (Event::Due, 150)]);
        assert_eq!(erasure(&erasing, 150), Plan::Nothing);
        let lapsed = after(&[(Event::Suspected(Reason::Lapsed), 0)]);
        assert_eq!(erasure(&lapsed, 0), Plan::Wait(at(80)));
    }
}
