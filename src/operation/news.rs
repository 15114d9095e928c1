//! What an event changes: made ready with everything sealed before the transaction, and applied inside it in as few
//! statements as there can be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::order::Order;
use super::reading::{Changed, Link, News, Reading};
use super::records::{self, Draft, Operation, unwritable};
use super::thing::Thing;
use super::versions::{self, Place, Version};
use crate::clock::Timestamp;
use crate::db::operation_records::{self, RecordRow, Slot};
use crate::db::tombstones::{self, TombstoneRow};
use crate::db::{Conn, DbResult, Id, webhooks};
use crate::error::Error;
use crate::vault::SealingKey;

const COPY: &str = "issue_copy";
const TRACE: &str = "field_trace";
/// Kinds whose records name two issues.
const LINKS: [&str; 2] = ["twin", "relation"];

/// What an event changes, with everything sealed.
pub(super) enum Prepared {
    Nothing,
    Gone(Vec<u8>),
    Unlinked(Unlinked),
    Linked(Vec<LinkRows>),
    Changed(ChangedRows),
}

pub(super) struct Unlinked {
    thing: Vec<u8>,
    ends: [Vec<u8>; 2],
    /// Kind and subject of each record of the link.
    subjects: Vec<(&'static str, Vec<u8>)>,
}

pub(super) struct ChangedRows {
    thing: Vec<u8>,
    copy: Option<(RecordRow, Version)>,
    traces: Vec<RecordRow>,
    links: Vec<LinkRows>,
}

/// A link has a record for each of its ends, so that it goes with either issue.
pub(super) struct LinkRows {
    /// The link and both issues.
    things: [Vec<u8>; 3],
    rows: Vec<RecordRow>,
}

/// What is kept of a link.
#[derive(Serialize, Deserialize)]
struct LinkValue {
    link: String,
    from: String,
    to: String,
    meaning: String,
}

/// Who is written for, and when.
#[derive(Clone, Copy)]
pub(super) struct Writing<'a> {
    pub operation: &'a Operation,
    pub key: &'a SealingKey,
    pub tenant: Id,
    pub now: Timestamp,
}

impl Writing<'_> {
    pub fn prepare(&self, reading: &Reading) -> Result<Prepared, Error> {
        Ok(match &reading.news {
            News::Nothing => Prepared::Nothing,
            News::Gone(thing) => Prepared::Gone(self.index(thing)),
            News::Unlinked(link) => Prepared::Unlinked(self.unlinked(link)),
            News::Linked(links) => Prepared::Linked(self.links(links, reading.order)?),
            News::Changed(changed) => Prepared::Changed(self.changed(changed, reading.order)?),
        })
    }

    fn changed(&self, changed: &Changed, order: Order) -> Result<ChangedRows, Error> {
        let parent = Some(&changed.thing);
        let row = |kind, slot, subject: &str, value: &RawValue| {
            let draft = Draft { kind, slot, subject, parent, order: Some(order), value };
            self.operation.row(self.key, self.tenant, &draft, self.now)
        };
        let fields = to_raw_value(&changed.fields).map_err(unwritable)?;
        let copy = row(COPY, Slot::Latest, changed.thing.as_str(), &fields)?;
        let mut traces = Vec::with_capacity(changed.traces.len());
        for trace in &changed.traces {
            let value = to_raw_value(&trace.value).map_err(unwritable)?;
            traces.extend(row(TRACE, Slot::Only, &trace.subject, &value)?);
        }
        Ok(ChangedRows {
            thing: self.index(&changed.thing),
            copy: copy.map(|row| (row, Version { order, text: fields.get().to_owned() })),
            traces,
            links: self.links(&changed.links, order)?,
        })
    }

    fn links(&self, links: &[Link], order: Order) -> Result<Vec<LinkRows>, Error> {
        // A link that is named twice is still one, and an issue that is linked with itself is linked with nobody.
        let links: BTreeMap<&Thing, &Link> =
            links.iter().filter(|link| link.from != link.to).map(|link| (&link.thing, link)).collect();
        links.into_values().map(|link| self.link(link, order)).collect()
    }

    fn link(&self, link: &Link, order: Order) -> Result<LinkRows, Error> {
        let [from, to] = [&link.from, &link.to].map(ToString::to_string);
        let value = LinkValue { link: link.thing.to_string(), from, to, meaning: link.meaning.clone() };
        let value = to_raw_value(&value).map_err(unwritable)?;
        let mut rows = Vec::with_capacity(2);
        for end in [&link.from, &link.to] {
            let subject = &subject_at(link.thing.as_str(), end.as_str());
            let (kind, slot, order) = (link.kind(), Slot::Only, Some(order));
            let draft = Draft { kind, slot, subject, parent: Some(end), order, value: &value };
            rows.extend(self.operation.row(self.key, self.tenant, &draft, self.now)?);
        }
        Ok(LinkRows { things: [&link.thing, &link.from, &link.to].map(|thing| self.index(thing)), rows })
    }

    fn unlinked(&self, link: &Link) -> Unlinked {
        let ends = [&link.from, &link.to];
        let subject =
            |kind: &'static str, end: &Thing| (kind, self.subject(kind, link.thing.as_str(), end.as_str()));
        Unlinked {
            thing: self.index(&link.thing),
            ends: ends.map(|end| self.index(end)),
            subjects: LINKS.iter().flat_map(|kind| ends.map(|end| subject(kind, end))).collect(),
        }
    }

    /// Applies what was prepared. The tenant's fence was asked before.
    pub fn apply(&self, tx: &mut Conn, prepared: Prepared) -> DbResult<()> {
        match prepared {
            Prepared::Nothing => Ok(()),
            Prepared::Gone(thing) => self.bury(tx, &thing),
            Prepared::Unlinked(unlinked) => self.unlink(tx, &unlinked),
            Prepared::Linked(links) => {
                hold(tx, None, &links)?;
                let rows = self.standing_links(tx, links)?;
                Ok(operation_records::replace_older(tx, &rows)?)
            }
            Prepared::Changed(changed) => self.change(tx, changed),
        }
    }

    /// An event that comes after the deletion of what it is about is not kept. A change waits for a deletion under way by
    /// itself; every other event does so here.
    pub fn forget_if_late(&self, tx: &mut Conn, parent: Option<&[u8]>) -> DbResult<()> {
        let Some(parent) = parent else { return Ok(()) };
        operation_records::hold(tx, &[parent])?;
        if tombstones::stands(tx, self.tenant, parent, self.now)? {
            webhooks::delete_of_parent(tx, self.tenant, parent)?;
        }
        Ok(())
    }

    fn change(&self, tx: &mut Conn, changed: ChangedRows) -> DbResult<()> {
        hold(tx, Some(&changed.thing), &changed.links)?;
        let kept = match &changed.copy {
            Some((row, _)) => operation_records::about(tx, self.tenant, COPY, &row.subject_index, self.now)?,
            None => Vec::new(),
        };
        // A deletion takes all copies along, so where one stands there was no deletion.
        if kept.is_empty() && tombstones::stands(tx, self.tenant, &changed.thing, self.now)? {
            return Ok(());
        }
        let mut rows = changed.traces;
        if let Some((row, version)) = changed.copy {
            rows.extend(self.placed(kept, row, &version));
        }
        rows.extend(self.standing_links(tx, changed.links)?);
        Ok(operation_records::replace_older(tx, &rows)?)
    }

    /// The rows that bring the new version to its place.
    fn placed(&self, kept: Vec<RecordRow>, new: RecordRow, version: &Version) -> Vec<RecordRow> {
        let (mut latest, mut previous) = (None, None);
        for row in kept {
            let Some(known) = self.version(&row) else { continue };
            let slot = if row.slot == Slot::Latest.as_str() { &mut latest } else { &mut previous };
            *slot = Some((row, known));
        }
        let known =
            |slot: &'_ Option<(RecordRow, Version)>| slot.as_ref().map(|(_, version)| version.clone());
        match versions::place(known(&latest).as_ref(), known(&previous).as_ref(), version) {
            Place::LatestAgain => vec![new],
            Place::Latest => latest.map(|(row, _)| previously(row)).into_iter().chain([new]).collect(),
            Place::Previous => vec![previously(new)],
            Place::Nowhere => Vec::new(),
        }
    }

    /// A record that does not open is overwritten, or one broken row would keep an issue's events away for ever.
    fn version(&self, row: &RecordRow) -> Option<Version> {
        let record = records::open(self.key, row).inspect_err(|error| {
            tracing::warn!(tenant.id = %self.tenant, %error, "a copy is unreadable and will be replaced");
        });
        let record = record.ok()?;
        Some(Version { order: record.order?, text: record.value.get().to_owned() })
    }

    /// The records of those links that are still there, with both of their ends.
    fn standing_links(&self, tx: &mut Conn, links: Vec<LinkRows>) -> DbResult<Vec<RecordRow>> {
        if links.is_empty() {
            return Ok(Vec::new());
        }
        let things: Vec<&[u8]> = links.iter().flat_map(|link| &link.things).map(Vec::as_slice).collect();
        let gone = tombstones::standing(tx, self.tenant, &things, self.now)?;
        let stands = |link: &LinkRows| !link.things.iter().any(|thing| gone.contains(thing));
        Ok(links.into_iter().filter(stands).flat_map(|link| link.rows).collect())
    }

    fn bury(&self, tx: &mut Conn, thing: &[u8]) -> DbResult<()> {
        operation_records::hold(tx, &[thing])?;
        // The other issue's record of a link names this one too.
        for row in operation_records::of_parent(tx, self.tenant, &LINKS, thing)? {
            for subject in self.ends(&row) {
                operation_records::delete(tx, self.tenant, &row.kind, &subject)?;
            }
        }
        operation_records::delete_of_parent(tx, self.tenant, thing)?;
        webhooks::delete_of_parent(tx, self.tenant, thing)?;
        Ok(tombstones::lay(tx, &self.tombstone(thing))?)
    }

    /// The subjects of both records of a link; none for what the app stated itself, which has a form of its own.
    fn ends(&self, row: &RecordRow) -> Vec<Vec<u8>> {
        let value = records::open(self.key, row).ok();
        let value = value.and_then(|record| serde_json::from_str::<LinkValue>(record.value.get()).ok());
        let Some(value) = value else { return Vec::new() };
        [&value.from, &value.to].map(|end| self.subject(&row.kind, &value.link, end)).into()
    }

    fn unlink(&self, tx: &mut Conn, unlinked: &Unlinked) -> DbResult<()> {
        let [from, to] = &unlinked.ends;
        operation_records::hold(tx, &[&unlinked.thing, from, to])?;
        for (kind, subject) in &unlinked.subjects {
            operation_records::delete(tx, self.tenant, kind, subject)?;
        }
        Ok(tombstones::lay(tx, &self.tombstone(&unlinked.thing))?)
    }

    fn tombstone(&self, thing: &[u8]) -> TombstoneRow {
        TombstoneRow {
            tenant_id: self.tenant,
            subject_index: thing.to_vec(),
            deleted_at: self.now.into(),
            expires_at: self.operation.policy.tombstone_until(self.now).into(),
        }
    }

    fn index(&self, thing: &Thing) -> Vec<u8> {
        thing.index(self.key)
    }

    fn subject(&self, kind: &str, link: &str, end: &str) -> Vec<u8> {
        records::subject_index(self.key, kind, &subject_at(link, end))
    }
}

fn hold(tx: &mut Conn, thing: Option<&Vec<u8>>, links: &[LinkRows]) -> DbResult<()> {
    let things = thing.into_iter().chain(links.iter().flat_map(|link| &link.things));
    Ok(operation_records::hold(tx, &things.map(Vec::as_slice).collect::<Vec<_>>())?)
}

fn previously(row: RecordRow) -> RecordRow {
    RecordRow { slot: Slot::Previous.as_str().to_owned(), ..row }
}

/// The subject of a link's record at one of its ends.
fn subject_at(link: &str, end: &str) -> String {
    format!("{link}/{end}")
}
