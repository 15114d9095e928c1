//! What is stored of the product's data: about the issue at hand, and the newest records of all. In the minimal tier that is
//! kinds, times and sizes; content of issues is in the full tier alone, and masked.

use serde_json::Value;

use super::{Collected, Gathered, Room};
use crate::clock::Timestamp;
use crate::operation::Seen;
use crate::support::bundle_safe;
use crate::support::item::Tier;
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
    Ok(Box::new(Issue { events: about.events, records: all(&about.records, tier, redactor) }))
}

pub fn records(gathered: &Gathered, tier: Tier, redactor: &mut Redactor) -> Collected {
    let newest = gathered.records.as_ref().map_err(|why| *why)?;
    Ok(Box::new(Records { newest: all(newest, tier, redactor) }))
}

fn all(seen: &[Seen], tier: Tier, redactor: &mut Redactor) -> Vec<Record> {
    let mut room = Room::default();
    seen.iter().map(|seen| record(seen, tier, &mut room, redactor)).collect()
}

fn record(seen: &Seen, tier: Tier, room: &mut Room, redactor: &mut Redactor) -> Record {
    let record = &seen.record;
    let is_full = tier == Tier::Full;
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
