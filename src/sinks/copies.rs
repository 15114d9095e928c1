//! The row of a copy: claimed before anything is sent, settled when it is known what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{SinkError, Sinks};
use crate::clock::Timestamp;
use crate::db::sink_copies::{self, CopyRow};
use crate::db::tickets::TicketRow;
use crate::db::{Conn, DbError, Id, text_enum};
use crate::error::{Code, Error};
use crate::tickets::forget::COPY;
use crate::vault::{SealingKey, VaultError};

text_enum! {
    pub enum CopyState {
        /// A try is under way, or nobody knows what became of it.
        Sending = "sending",
        /// The other system did not take it, and said so.
        NotTaken = "not_taken",
        Delivered = "delivered",
        /// It was deleted over there.
        GoneThere = "gone_there",
    }
}

/// What a copy is known by over there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remote {
    /// Ours, which stands in its summary: it is known before the copy is.
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub key: Option<String>,
    /// The status that it had when it was last asked for.
    #[serde(default)]
    pub status: Option<String>,
    /// The account of whoever it was raised on behalf of.
    #[serde(default)]
    pub customer: Option<String>,
    /// How often it was tried on somebody's behalf, and nobody knows what became of it.
    #[serde(default)]
    pub tried_on_behalf: u32,
    /// Messages of ours that were written there.
    #[serde(default)]
    pub told: Vec<String>,
    /// Comments of others that were taken over.
    #[serde(default)]
    pub heard: Vec<Heard>,
    /// Since when the desk is known not to take these attachments.
    #[serde(default)]
    pub refused: BTreeMap<String, Timestamp>,
    /// When it came to be, as long as nobody has looked whether it stands there alone.
    #[serde(default)]
    pub made_at: Option<Timestamp>,
}

/// A comment of somebody else, and what was made of it here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    pub comment: String,
    pub messages: Vec<String>,
}

impl Remote {
    /// Whether this message of ours is there: it was written there, by us or by somebody.
    pub fn knows(&self, message: &str) -> bool {
        let mut all = self.told.iter().chain(self.heard.iter().flat_map(|heard| &heard.messages));
        all.any(|known| known == message)
    }
}

/// A copy, opened.
#[derive(Debug, Clone)]
pub struct Copy {
    pub row: CopyRow,
    pub remote: Remote,
}

impl Copy {
    pub fn is(&self, state: CopyState) -> bool {
        self.row.state == state.as_str()
    }
}

pub fn remote(plain: &[u8]) -> Result<Remote, Error> {
    serde_json::from_slice(plain).map_err(|cause| Error::new(Code::Internal).because(cause))
}

impl Sinks {
    /// The copy of this ticket as it stands.
    pub(super) async fn copy(
        &self,
        ticket: &TicketRow,
        sink: &str,
        key: &SealingKey,
    ) -> Result<Option<Copy>, SinkError> {
        let (tenant, id, sink) = (ticket.tenant_id, ticket.id, sink.to_owned());
        let found = self.db.read(move |conn| Ok::<_, DbError>(sink_copies::find(conn, tenant, id, &sink)?));
        let Some(row) = found.await.map_err(Error::from)? else { return Ok(None) };
        let Some(sealed) = &row.sealed else { return Ok(Some(Copy { row, remote: Remote::default() })) };
        let plain = key.open(COPY, row.id, sealed).map_err(|error| Error::from(VaultError::from(error)))?;
        Ok(Some(Copy { remote: remote(&plain)?, row }))
    }

    /// Stores what is known of a copy now, if nobody else has changed it since it was read. `None` when the ticket is gone.
    pub(super) async fn put(
        &self,
        ticket: &TicketRow,
        (sink, before): (&str, Option<&Copy>),
        (state, remote): (CopyState, &Remote),
        (key, now): (&SealingKey, Timestamp),
    ) -> Result<Written, SinkError> {
        let id = before.map_or_else(|| Id::new(now), |copy| copy.row.id);
        let attempts = before.map_or(0, |copy| copy.row.attempts) + i64::from(state == CopyState::Sending);
        let row = CopyRow {
            tenant_id: ticket.tenant_id,
            ticket_id: ticket.id,
            sink: sink.to_owned(),
            id,
            state: state.as_str().to_owned(),
            attempts,
            updated_at: now.into(),
            expires_at: ticket.expires_at,
            sealed: Some(sealed(key, id, remote)?),
        };
        let (expected, remote) = (before.map(|copy| copy.row.clone()), remote.clone());
        let written = self.db.write(move |tx| match held(tx, &row)? {
            Some(ticket) => store(tx, &ticket, expected.as_ref(), Copy { row, remote }),
            None => Ok(Written::Gone),
        });
        Ok(written.await?)
    }

    /// Changes what is known of a copy together with its ticket, in the caller's transaction.
    pub(super) fn change(
        &self,
        tx: &mut Conn,
        before: &Copy,
        key: &SealingKey,
        now: Timestamp,
        body: impl FnOnce(&mut Conn, &TicketRow, &mut Remote) -> Result<(), Error>,
    ) -> Result<Written, Error> {
        let Some(ticket) = held(tx, &before.row)? else { return Ok(Written::Gone) };
        if !stands(tx, &before.row, Some(&before.row))? {
            return Ok(Written::Changed);
        }
        let mut remote = before.remote.clone();
        body(tx, &ticket, &mut remote)?;
        let sealed = Some(sealed(key, before.row.id, &remote)?);
        let row = CopyRow { updated_at: now.into(), sealed, ..before.row.clone() };
        store(tx, &ticket, Some(&before.row), Copy { row, remote })
    }
}

fn sealed(key: &SealingKey, id: Id, remote: &Remote) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_vec(remote).map_err(|cause| Error::new(Code::Internal).because(cause))?;
    Ok(key.seal(COPY, id, &plain))
}

/// Whether the row that stands is the one that was read. Its day may have been changed together with its ticket's.
fn stands(tx: &mut Conn, row: &CopyRow, expected: Option<&CopyRow>) -> Result<bool, Error> {
    let standing = sink_copies::find(tx, row.tenant_id, row.ticket_id, &row.sink)?;
    Ok(match (&standing, expected) {
        (Some(one), Some(other)) => {
            (one.id, &one.state, one.updated_at) == (other.id, &other.state, other.updated_at)
        }
        (None, None) => true,
        _ => false,
    })
}

fn store(
    tx: &mut Conn,
    ticket: &TicketRow,
    expected: Option<&CopyRow>,
    copy: Copy,
) -> Result<Written, Error> {
    if !stands(tx, &copy.row, expected)? {
        return Ok(Written::Changed);
    }
    let row = CopyRow { expires_at: ticket.expires_at, ..copy.row };
    sink_copies::put(tx, &row)?;
    Ok(Written::Stored(Box::new(Copy { row, ..copy })))
}

/// What became of a change.
pub(super) enum Written {
    Gone,
    Changed,
    Stored(Box<Copy>),
}

/// The ticket, held; `None` when it is gone, or its tenant is about to go.
fn held(tx: &mut Conn, row: &CopyRow) -> Result<Option<TicketRow>, Error> {
    match crate::tickets::lock(tx, row.tenant_id, row.ticket_id) {
        Ok(ticket) => Ok(Some(ticket)),
        Err(error) if matches!(error.code(), Code::NotFound | Code::StateChanged) => Ok(None),
        Err(error) => Err(error),
    }
}
