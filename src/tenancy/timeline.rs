//! What happened to an installation, for its administrators to see: closed words and times, nothing of what was stored.

use super::state::{Event, Reason, Standing, Tenant};
use crate::clock::Timestamp;
use crate::db::timeline::{self, TimelineRow};
use crate::db::{Conn, Id, text_enum};
use crate::policy::{ClassName, Policy};

text_enum! {
    pub enum TimelineKind {
        Installed = "installed",
        /// The app came back before its data was gone.
        Reinstalled = "reinstalled",
        Uninstalled = "uninstalled",
        Enabled = "enabled",
        Disabled = "disabled",
        /// The detail is the reason.
        Suspected = "suspected",
        SuspicionCleared = "suspicion_cleared",
        ErasureAsked = "erasure_asked",
        ErasureUndone = "erasure_undone",
        /// The erasure began. The detail is the reason.
        ErasureDue = "erasure_due",
        /// The detail of this and the next two is the kind of notice.
        NoticeSent = "notice_sent",
        NoticeUndeliverable = "notice_undeliverable",
        NoticeWithoutContact = "notice_without_contact",
        SettingsChanged = "settings_changed",
        Exported = "exported",
        /// The date of the subscription's end was set.
        SubscriptionEnds = "subscription_ends",
    }
}

/// Records an entry in the transaction that changes something. Whoever writes for an open tenant has asked
/// `tenants::fence` before.
pub fn record(
    tx: &mut Conn,
    tenant: Id,
    now: Timestamp,
    kind: TimelineKind,
    detail: Option<&'static str>,
    expires_at: Timestamp,
) -> diesel::QueryResult<()> {
    let row = TimelineRow {
        tenant_id: tenant,
        id: Id::new(now),
        at: now.into(),
        kind: kind.as_str().to_owned(),
        detail: detail.map(str::to_owned),
        expires_at: expires_at.into(),
    };
    timeline::insert(tx, &row)
}

/// When an entry of now expires. Where the policy gives it no clock of its own it goes with its tenant.
pub fn expires_at(policy: &Policy, now: Timestamp) -> Timestamp {
    policy.expires_at(ClassName::Audit, now).unwrap_or(Timestamp::from_millis(i64::MAX))
}

/// Records what `event` made of a tenant; nothing when it made nothing of it.
pub(super) fn record_transition(
    tx: &mut Conn,
    (before, after): (&Tenant, &Tenant),
    event: Event,
    now: Timestamp,
    policy: &Policy,
) -> diesel::QueryResult<()> {
    let expires_at = expires_at(policy, now);
    for (kind, detail) in between(before, after, event) {
        record(tx, after.id, now, kind, detail, expires_at)?;
    }
    Ok(())
}

type Entry = (TimelineKind, Option<&'static str>);

/// What lies between two states, in words.
fn between(before: &Tenant, after: &Tenant, event: Event) -> Vec<Entry> {
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
