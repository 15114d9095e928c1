//! What lies between two states of a tenant, in the words of the timeline.

use super::super::state::{Event, Reason, Standing, Tenant};
use super::TimelineKind;

type Entry = (TimelineKind, Option<&'static str>);

/// What lies between two states, in words.
pub fn between(before: &Tenant, after: &Tenant, event: Event) -> Vec<Entry> {
    match (&before.standing, &after.standing) {
        (Standing::Active, Standing::Active) => within_active(before, after, event),
        (Standing::Active, Standing::Marked(_)) => vec![(TimelineKind::Uninstalled, None)],
        (Standing::Marked(_), Standing::Active) => vec![(TimelineKind::Reinstalled, None)],
        (Standing::Marked(_), Standing::Marked(_)) => match (before.is_asked(), after.is_asked()) {
            (false, true) => vec![(TimelineKind::ErasureAsked, None)],
            (true, false) => vec![(TimelineKind::ErasureUndone, None)],
            _ => Vec::new(),
        },
        (Standing::Active | Standing::Marked(_), Standing::Erasing(_)) => {
            vec![(TimelineKind::ErasureDue, after.reason())]
        }
        (Standing::Erasing(_), _) => Vec::new(),
    }
}

fn within_active(before: &Tenant, after: &Tenant, event: Event) -> Vec<Entry> {
    let mut entries = Vec::new();
    if before.enabled != after.enabled {
        let kind = if after.enabled { TimelineKind::Enabled } else { TimelineKind::Disabled };
        entries.push((kind, None));
    }
    if matches!(event, Event::EndsOn(Some(_))) && before.ends_at != after.ends_at {
        entries.push((TimelineKind::SubscriptionEnds, None));
    }
    for reason in Reason::ALL {
        match (before.suspicions.contains_key(reason), after.suspicions.contains_key(reason)) {
            (false, true) => entries.push(suspected(*reason)),
            (true, false) => entries.push(cleared(*reason)),
            _ => {}
        }
    }
    entries
}

fn suspected(reason: Reason) -> Entry {
    match reason {
        Reason::Asked => (TimelineKind::ErasureAsked, None),
        other => (TimelineKind::Suspected, Some(other.as_str())),
    }
}

fn cleared(reason: Reason) -> Entry {
    match reason {
        Reason::Asked => (TimelineKind::ErasureUndone, None),
        other => (TimelineKind::SuspicionCleared, Some(other.as_str())),
    }
}
