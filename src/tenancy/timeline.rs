//! What happened to an installation, for its administrators to see: closed words and times, nothing of what was stored.

mod transitions;

use schemars::JsonSchema;
use serde::Serialize;

use super::state::{self, Event, Reason, Standing, Tenant};
use super::{Tenancy, store};
use crate::clock::Timestamp;
use crate::db::timeline::{self, TimelineRow};
use crate::db::{Conn, DbError, Id, tenants, text_enum};
use crate::error::Error;
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

text_enum! {
    /// What will happen if nothing changes.
    pub enum UpcomingKind {
        NoticeBeforeEnd = "notice_before_end",
        NoticeBeforeErasure = "notice_before_erasure",
        Erasure = "erasure",
        /// Nothing can be read any more, in no copy either.
        UnreadableEverywhere = "unreadable_everywhere",
        BackupsGone = "backups_gone",
    }
}

/// One page of what happened, the newest first, and what will happen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Timeline {
    pub events: Vec<Happened>,
    pub upcoming: Vec<Upcoming>,
    /// What would happen if the app were uninstalled now.
    #[serde(rename = "ifUninstalled")]
    pub if_uninstalled: Vec<Upcoming>,
    /// Where the next page begins.
    pub next: Option<Id>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "TimelineEvent")]
pub struct Happened {
    pub id: Id,
    pub at: Timestamp,
    #[schemars(with = "TimelineKind")]
    pub kind: String,
    pub detail: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TimelineUpcoming")]
pub struct Upcoming {
    pub at: Timestamp,
    pub kind: UpcomingKind,
}

impl Tenancy {
    /// `limit` entries before the one called `cursor`. `None` when there is no such tenant.
    pub async fn timeline(&self, id: Id, cursor: Option<Id>, limit: i64) -> Result<Option<Timeline>, Error> {
        let before = cursor.unwrap_or(Id::from_i64(i64::MAX));
        let found = self.db.read(move |conn| {
            let Some(row) = tenants::by_id(conn, id)? else { return Ok(None) };
            let tenant = store::to_state(&row, &tenants::suspicions_of(conn, id)?)?;
            Ok::<_, DbError>(Some((tenant, timeline::page(conn, id, before, limit + 1)?)))
        });
        let Some((tenant, mut rows)) = found.await? else { return Ok(None) };
        let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        if has_more {
            rows.pop();
        }
        let next = rows.last().map(|row| row.id).filter(|_| has_more);
        let now = self.clock.now();
        let upcoming = upcoming(&tenant, now, &self.policy);
        let if_uninstalled = if_uninstalled(&tenant, now, &self.policy);
        let events = rows.into_iter().map(Happened::of).collect();
        Ok(Some(Timeline { events, upcoming, if_uninstalled, next }))
    }
}

impl Tenancy {
    /// Records that everything was handed out; nothing when the erasure has begun meanwhile.
    pub async fn exported(&self, id: Id) -> Result<(), Error> {
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let recorded = self.db.write(move |tx| {
            if tenants::fence(tx, id)? {
                record_export(tx, id, now, &policy)?;
            }
            Ok::<_, DbError>(())
        });
        Ok(recorded.await?)
    }
}

impl Happened {
    fn of(row: TimelineRow) -> Self {
        Self { id: row.id, at: row.at.into(), kind: row.kind, detail: row.detail }
    }
}

/// A known end of the subscription is looked at as if it had come: what follows from it is known today.
pub fn upcoming(tenant: &Tenant, now: Timestamp, policy: &Policy) -> Vec<Upcoming> {
    let ends_at = tenant.ends_at.filter(|at| tenant.standing == Standing::Active && *at > now);
    let foreseen = ends_at.map_or_else(|| tenant.clone(), |at| state::next(tenant, Event::Due, at, policy).0);
    let mut found = Vec::new();
    let mut add = |at: Timestamp, kind: UpcomingKind| found.push(Upcoming { at, kind });
    if let Some(at) = ends_at.map(|at| policy.notice_before_end(at)).filter(|at| *at > now) {
        add(at, UpcomingKind::NoticeBeforeEnd);
    }
    if let Some(due_at) = foreseen.due_at() {
        let notice = policy.notice_before_erasure(due_at);
        // Whoever asked for the erasure gets no notice about it.
        if notice > now && foreseen.reason() != Some(Reason::Asked.as_str()) {
            add(notice, UpcomingKind::NoticeBeforeErasure);
        }
        add(due_at, UpcomingKind::Erasure);
    }
    found.sort_by_key(|upcoming| upcoming.at);
    found
}

/// The dates of leaving, as they would be if the customer left now: notice, deletion, and the end of every copy.
pub fn if_uninstalled(tenant: &Tenant, now: Timestamp, policy: &Policy) -> Vec<Upcoming> {
    let left = state::next(tenant, Event::Uninstalled, now, policy).0;
    let mut found = upcoming(&left, now, policy);
    if let Some(due_at) = left.due_at() {
        let mut add = |at: Timestamp, kind: UpcomingKind| found.push(Upcoming { at, kind });
        add(policy.unreadable_everywhere_at(due_at), UpcomingKind::UnreadableEverywhere);
        if let Some(at) = policy.backups_gone_at(due_at) {
            add(at, UpcomingKind::BackupsGone);
        }
    }
    found
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

pub(super) fn record_export(
    tx: &mut Conn,
    tenant: Id,
    now: Timestamp,
    policy: &Policy,
) -> diesel::QueryResult<()> {
    record(tx, tenant, now, TimelineKind::Exported, None, expires_at(policy, now))
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
    for (kind, detail) in transitions::between(before, after, event) {
        record(tx, after.id, now, kind, detail, expires_at)?;
    }
    Ok(())
}
