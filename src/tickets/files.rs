//! Files that a reporter sends with an answer. They become items beside those of the report: sealed like them, opened by staff with a
//! reason, told to other systems, and gone with the ticket. Each has a consent of its own, which can be taken back.

use super::submit::BUNDLE_MAX;
use super::{ItemContent, wrong};
use crate::clock::Timestamp;
use crate::db::bundle_items::{self, ItemRow};
use crate::db::consents::{self, ConsentRow};
use crate::db::tickets::{self, FrameRow, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::support::item::REPLY_FILES_MAX;
use crate::support::{ItemName, ReplyFiles};
use crate::vault::SealingKey;

/// What was sent with a report and all answers to it, together: a bundle is opened as a whole.
const ITEMS_BYTES_MAX: usize = BUNDLE_MAX + BUNDLE_MAX / 2;

/// Files that are sealed already, under names that were free when they were.
pub(super) struct Sealed {
    first: u8,
    names: Vec<ItemName>,
    rows: Vec<(Id, i64, Vec<u8>)>,
    statement_version: i64,
}

impl Sealed {
    /// Seals outside of the transaction that others wait for.
    pub fn new(files: ReplyFiles, first: u8, key: &SealingKey, now: Timestamp) -> Result<Self, Error> {
        let statement_version = files.statement_version;
        let items = files.items(first);
        let names = items.iter().map(|item| item.name).collect();
        let seal = |item: &crate::support::Item| {
            let (id, bytes) = (Id::new(now), i64::try_from(item.content.len()).unwrap_or(i64::MAX));
            Ok((id, bytes, ItemContent::of(item).seal(key, id)?))
        };
        let rows = items.iter().map(seal).collect::<Result<_, Error>>()?;
        Ok(Self { first, names, rows, statement_version })
    }

    /// Adds them to the message that they came with, in a ticket that is held.
    pub fn add(self, tx: &mut Conn, ticket: &TicketRow, message: Id, now: Timestamp) -> Result<(), Error> {
        let (tenant_id, ticket_id) = (ticket.tenant_id, ticket.id);
        if self.rows.is_empty() {
            return Ok(());
        }
        if next_number(tx, tenant_id, ticket_id)? != self.first {
            let cause = anyhow::anyhow!("another answer with files came at this moment");
            return Err(Error::new(Code::Unavailable).because(cause));
        }
        let (items, bytes) = bundle_items::size(tx, tenant_id, ticket_id)?;
        let more: i64 = self.rows.iter().map(|(_, bytes, _)| bytes).sum();
        if bytes.saturating_add(more) > i64::try_from(ITEMS_BYTES_MAX).unwrap_or(i64::MAX) {
            return Err(Error::new(Code::LimitReached));
        }
        let (at, expires_at, statement_version) = (now.into(), ticket.expires_at, self.statement_version);
        for (position, (id, bytes, sealed)) in (items..).zip(self.rows) {
            let message_id = Some(message);
            let row =
                ItemRow { tenant_id, ticket_id, id, position, at, expires_at, bytes, sealed, message_id };
            bundle_items::insert(tx, &row)?;
        }
        for name in self.names {
            let (id, item, given_at) = (Id::new(now), name.to_string(), at);
            let withdrawn_at = None;
            let row = ConsentRow {
                tenant_id,
                ticket_id,
                id,
                item,
                statement_version,
                given_at,
                withdrawn_at,
                expires_at,
            };
            consents::insert(tx, &row)?;
        }
        let (items, bytes) = bundle_items::size(tx, tenant_id, ticket_id)?;
        if let Some(frame) = tickets::frame(tx, tenant_id, ticket_id)? {
            tickets::update_frame(tx, &FrameRow { items, bytes, ..frame })?;
        }
        Ok(())
    }
}

/// The number of the next file. A number is not used again when its file was taken back: a consent names one file for good.
pub(super) fn next_number(conn: &mut Conn, tenant: Id, ticket: Id) -> Result<u8, Error> {
    let names = consents::of_ticket(conn, tenant, ticket)?
        .into_iter()
        .filter_map(|row| row.item.parse::<ItemName>().ok());
    let numbers = names.filter_map(|name| match name {
        ItemName::ReplyFile(number) => Some(number),
        _ => None,
    });
    Ok(numbers.max().unwrap_or(0) + 1)
}

/// Whether so many more have room.
pub(super) fn check_room(first: u8, more: usize) -> Result<(), Error> {
    if usize::from(first) + more > usize::from(REPLY_FILES_MAX) + 1 {
        return Err(Error::new(Code::LimitReached));
    }
    Ok(())
}

/// Files without a word say nothing of what they are.
pub(super) fn check_text(text: &str, files: &ReplyFiles) -> Result<(), Error> {
    if text.trim().is_empty() && !files.is_empty() {
        return Err(wrong("text: say what the files are."));
    }
    Ok(())
}
