use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn policy() -> Policy {
    Policy::parse(include_str!("../../../policies/default.toml"), "default.toml").unwrap()
}

fn at(day: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).plus(Duration::from_secs(day * 86_400))
}

fn left(day: u64) -> Departure {
    Departure { left_at: at(day), subscription_end: None, own_days: None }
}

fn after(events: &[(u64, Event)]) -> Tenant {
    let policy = policy();
    events
        .iter()
        .fold(first(Id::from_i64(1)), |tenant, (day, event)| next(&tenant, *event, at(*day), &policy).0)
}

#[test]
fn idalko_28_leaving_marks_the_tenant_and_queues_its_erasure_and_a_notice() {
    let policy = policy();
    let (tenant, effects) = next(&first(Id::from_i64(1)), Event::Uninstalled, at(0), &policy);
    assert_eq!((tenant.state(), tenant.reason()), ("marked", Some("left")));
    let due_at = policy.due(&left(0)).at;
    assert_eq!(tenant.due_at(), Some(due_at));
    assert!(effects.contains(&Effect::DropSecrets));
    assert!(effects.contains(&Effect::Erase { at: due_at, because: "left" }));
    assert!(effects.contains(&Effect::Notice { at: policy.notice_before_erasure(due_at), about: "erasure" }));
}

#[test]
fn a_late_disabled_or_enabled_does_not_change_a_marked_tenant() {
    let marked = after(&[(0, Event::Uninstalled)]);
    for late in [Event::Disabled, Event::Enabled, Event::Verified, Event::Suspected(Reason::Lapsed)] {
        assert_eq!(next(&marked, late, at(1), &policy()), (marked.clone(), vec![]), "{late:?}");
    }
}

#[test]
fn the_same_event_twice_changes_nothing() {
    let events = [
        Event::Uninstalled,
        Event::Disabled,
        Event::Enabled,
        Event::Suspected(Reason::Unreachable),
        Event::LicenceRenewed,
        Event::Verified,
    ];
    for event in events {
        let once = after(&[(0, event)]);
        assert_eq!(next(&once, event, at(5), &policy()).0, once, "{event:?}");
    }
}

#[test]
fn idalko_30_a_re_install_cancels_the_deletion_and_counts_a_generation() {
    let back = after(&[(0, Event::Uninstalled), (3, Event::Installed)]);
    assert_eq!((back.state(), back.generation, back.due_at()), ("active", 2, None));
}

#[test]
fn nothing_brings_back_a_tenant_whose_erasure_has_begun() {
    let erasing = after(&[(0, Event::Uninstalled), (151, Event::Due)]);
    assert_eq!(erasing.state(), "erasing");
    assert_eq!(next(&erasing, Event::Installed, at(152), &policy()).0, erasing);
}

#[test]
fn a_proven_request_clears_unreachable_and_superseded_and_a_renewal_clears_lapsed() {
    let all = [(0, Event::Suspected(Reason::Unreachable)), (0, Event::Suspected(Reason::Superseded))];
    let lapsed = after(&[all[0], all[1], (1, Event::Suspected(Reason::Lapsed)), (2, Event::Verified)]);
    assert_eq!((lapsed.state(), lapsed.reason()), ("suspected", Some("lapsed")));
    assert_eq!(next(&lapsed, Event::LicenceRenewed, at(3), &policy()).0.state(), "active");
}

#[test]
fn the_earliest_date_counts_where_several_apply() {
    let tenant = after(&[(0, Event::Suspected(Reason::Superseded)), (1, Event::Suspected(Reason::Lapsed))]);
    assert_eq!(tenant.due_at(), Some(at(1 + 90)));
    assert_eq!(tenant.reason(), Some("lapsed"));
}

#[test]
fn a_due_suspicion_ends_in_erasure_and_an_undue_one_does_not() {
    let suspected = after(&[(0, Event::Suspected(Reason::Superseded))]);
    assert_eq!(next(&suspected, Event::Due, at(149), &policy()).0, suspected);
    let (erasing, effects) = next(&suspected, Event::Due, at(150), &policy());
    assert_eq!((erasing.state(), effects), ("erasing", vec![Effect::DropSecrets]));
}

#[test]
fn leaving_does_not_move_a_date_that_stood_already() {
    for reason in [Reason::Lapsed, Reason::Superseded, Reason::Unreachable] {
        let suspected = after(&[(0, Event::Suspected(reason))]);
        let left = next(&suspected, Event::Uninstalled, at(80), &policy()).0;
        assert_eq!((left.state(), left.due_at()), ("marked", suspected.due_at()), "{reason}");
    }
}

#[test]
fn an_early_erasure_can_be_asked_for_and_undone() {
    let asked = after(&[(0, Event::Uninstalled), (1, Event::ErasureAsked)]);
    assert_eq!((asked.due_at(), asked.reason()), (Some(policy().due_after_asking(at(1))), Some("asked")));
    let undone = next(&asked, Event::ErasureUndone, at(1), &policy()).0;
    assert_eq!((undone.due_at(), undone.reason()), (Some(policy().due(&left(0)).at), Some("left")));
}

#[test]
fn an_end_date_schedules_a_notice_while_the_tenant_is_active() {
    let (tenant, effects) = next(&first(Id::from_i64(1)), Event::EndsOn(Some(at(30))), at(0), &policy());
    assert_eq!(tenant.state(), "active");
    let look = Effect::Erase { at: at(30), because: "ends" };
    assert_eq!(effects, vec![Effect::Notice { at: policy().notice_before_end(at(30)), about: "end" }, look]);
}

#[test]
fn utilitas_21_a_subscription_that_ended_is_due_exactly_after_its_end_however_late_the_look() {
    for look in [30, 31, 60] {
        let ended = after(&[(0, Event::EndsOn(Some(at(30)))), (look, Event::Due)]);
        assert_eq!((ended.reason(), ended.due_at()), (Some("lapsed"), Some(at(30 + 90))), "day {look}");
    }
    let renewed = after(&[(0, Event::EndsOn(Some(at(30)))), (31, Event::Due), (32, Event::LicenceRenewed)]);
    assert_eq!((renewed.state(), renewed.ends_at), ("active", None));
}

#[test]
fn a_lapse_that_is_heard_of_after_its_date_is_suspected_first_and_erased_by_another_look() {
    let late = after(&[(0, Event::EndsOn(Some(at(1)))), (200, Event::Due)]);
    assert_eq!((late.state(), late.due_at()), ("suspected", Some(at(91))));
    assert_eq!(next(&late, Event::Due, at(200), &policy()).0.state(), "erasing");
}

#[test]
fn idalko_31_an_installed_tenant_can_ask_for_its_erasure_and_take_that_back() {
    let asked = after(&[(0, Event::ErasureAsked)]);
    assert_eq!((asked.state(), asked.reason(), asked.due_at()), ("suspected", Some("asked"), Some(at(1))));
    assert_eq!(next(&asked, Event::Verified, at(0), &policy()).0, asked, "a visit does not take it back");
    assert_eq!(next(&asked, Event::ErasureUndone, at(0), &policy()).0.state(), "active");
    let erasing = next(&asked, Event::Due, at(1), &policy()).0;
    assert_eq!((erasing.state(), erasing.reason()), ("erasing", Some("asked")));
    let left = next(&asked, Event::Uninstalled, at(0), &policy()).0;
    assert_eq!((left.state(), left.reason(), left.due_at()), ("marked", Some("asked"), Some(at(1))));
}

#[test]
fn a_shorter_choice_of_the_customer_counts_when_they_leave() {
    let left = after(&[(0, Event::ChoseDays(Some(5))), (1, Event::Uninstalled)]);
    assert_eq!(left.due_at(), Some(at(6)));
}

#[test]
fn another_policy_may_only_bring_a_date_nearer() {
    let text = include_str!("../../../policies/default.toml");
    let marked = after(&[(0, Event::Uninstalled)]);
    for (grace, due) in [("grace_days = 100", 100), ("grace_days = 160", 150)] {
        let other = Policy::parse(&text.replace("grace_days = 150", grace), "other.toml").unwrap();
        let adopted = next(&marked, Event::PolicyChanged, at(1), &other).0;
        assert_eq!(adopted.due_at(), Some(at(due)), "{grace}");
        assert_eq!(next(&adopted, Event::PolicyChanged, at(2), &other).0, adopted);
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Installed),
        Just(Event::Uninstalled),
        Just(Event::Enabled),
        Just(Event::Disabled),
        Just(Event::Suspected(Reason::Lapsed)),
        Just(Event::Suspected(Reason::Unreachable)),
        Just(Event::Suspected(Reason::Superseded)),
        Just(Event::Verified),
        Just(Event::LicenceRenewed),
        Just(Event::ErasureAsked),
        Just(Event::ErasureUndone),
        Just(Event::PolicyChanged),
        Just(Event::ChoseDays(Some(20))),
        (0_u64..60).prop_map(|day| Event::EndsOn(Some(at(day)))),
        Just(Event::Due),
        Just(Event::LetGo),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_the_rules_hold(events in proptest::collection::vec((0_u64..20, any_event()), 0..40)) {
        let policy = policy();
        let (mut tenant, mut day) = (first(Id::from_i64(1)), 0);
        for (days, event) in events {
            day += days;
            let (next, _) = next(&tenant, event, at(day), &policy);
            prop_assert!(next.generation >= tenant.generation);
            if matches!(tenant.standing, Standing::Erasing(_)) {
                prop_assert_eq!(&next, &tenant);
            }
            if matches!((&tenant.standing, &next.standing), (Standing::Marked(_), Standing::Active)) {
                prop_assert_eq!(event, Event::Installed);
                prop_assert_eq!(next.generation, tenant.generation + 1);
            }
            if matches!(next.standing, Standing::Erasing(_)) && next != tenant {
                prop_assert!(next.due_at().is_some_and(|due_at| due_at <= at(day)), "erased before it was due");
            }
            if let (Standing::Marked(before), Standing::Marked(after)) = (&tenant.standing, &next.standing) {
                prop_assert_eq!(before.at, after.at);
                prop_assert!(after.due_at <= before.due_at);
            }
            tenant = next;
        }
    }
}
