//! What is stored of the product's data: about the issue at hand, and the newest records of all. In the minimal tier that is
//! kinds, times and sizes; content of issues is in the full tier alone, masked, and as far as the product lets its user see it.

use serde_json::Value;

use super::{Collected, Gathered, Room};
use crate::clock::Timestamp;
use crate::operation::Seen;
use crate::support::bundle_safe;
use crate::support::item::{ItemName, Tier};
use crate::support::missing::{Lack, Missing};
use crate::support::preview::Sight;
use crate::support::redact::{Redacted, RedactedJson, Redactor};

bundle_safe! {
    struct Issue { events: i64, records: Vec<Record> }
}

bundle_safe! {
    struct Records { newest: Vec<Record> }
}

bundle_safe! {
    struct Record {
        kind: Redacted,
        slot: Redacted,
        recorded_at: Timestamp,
        happened_at: Option<Timestamp>,
        expires_at: Timestamp,
        bytes: u64,
        subject: Option<Redacted>,
        content: Option<RedactedJson>,
    }
}

pub fn issue(gathered: &Gathered, tier: Tier, redactor: &mut Redactor) -> Collected {
    let about = gathered.issue.as_ref().map_err(|why| *why)?;
    let may_see = gathered.sight.everything || gathered.sight.thing;
    let records = all(&about.records, tier == Tier::Full && may_see, redactor);
    Ok(Box::new(Issue { events: about.events, records }))
}

pub fn records(gathered: &Gathered, tier: Tier, redactor: &mut Redactor) -> Collected {
    let newest = gathered.records.as_ref().map_err(|why| *why)?;
    // They are of everything on the site, whoever may see it there.
    let is_full = tier == Tier::Full && gathered.sight.everything;
    Ok(Box::new(Records { newest: all(newest, is_full, redactor) }))
}

/// What of them the user may not see, or what nobody asked the product about: why it has no content.
pub fn unseen(gathered: &Gathered, tier: Tier) -> Vec<Missing> {
    let Sight { everything, thing } = gathered.sight;
    let mut unseen = Vec::new();
    if tier == Tier::Full && !everything {
        unseen.push(Missing::new(ItemName::Records, Lack::NotAdministrator));
        if !thing && gathered.issue.is_ok() {
            unseen.push(Missing::new(ItemName::Issue, Lack::NotSeen));
        }
    }
    unseen
}

fn all(seen: &[Seen], is_full: bool, redactor: &mut Redactor) -> Vec<Record> {
    let mut room = Room::default();
    seen.iter().map(|seen| record(seen, is_full, &mut room, redactor)).collect()
}

fn record(seen: &Seen, is_full: bool, room: &mut Room, redactor: &mut Redactor) -> Record {
    let record = &seen.record;
    let content = is_full && room.takes(record.value.get().len());
    let content = content.then(|| serde_json::from_str::<Value>(record.value.get()).ok()).flatten();
    Record {
        kind: redactor.text(&seen.kind),
        slot: redactor.text(&seen.slot),
        recorded_at: record.recorded_at,
        happened_at: record.order.map(|order| Timestamp::from_millis(order.at)),
        expires_at: record.expires_at,
        bytes: seen.bytes as u64,
        subject: is_full.then(|| redactor.text(&record.subject)),
        content: content.map(|content| redactor.json(&content)),
    }
}
