//! Stores what became of a mail: in its notice, in the timeline, and at the contact that does not take mail.

use super::claim::Outgoing;
use crate::clock::Timestamp;
use crate::db::notices::{self, NoticeRow, NoticeState};
use crate::db::{Conn, Id, tenants};
use crate::error::Error;
use crate::mail::Address;
use crate::policy::Policy;
use crate::tenancy::settings::contact_is_undeliverable;
use crate::tenancy::timeline::{self, TimelineKind};

pub enum Outcome {
    Sent {
        /// Those of its recipients that do not take mail.
        refused: Vec<Address>,
    },
    Undeliverable,
}

/// What was stored, to be counted once it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    pub is_sent: bool,
    pub is_refused: bool,
}

pub fn settle(
    tx: &mut Conn,
    outgoing: &Outgoing,
    outcome: &Outcome,
    settings_version: Id,
    now: Timestamp,
    policy: &Policy,
) -> Result<Settled, Error> {
    let tenant = outgoing.row.tenant_id;
    let held = tenants::lock_by_id(tx, tenant)?;
    // What is written for a tenant after its erasure began would outlive it.
    if held.is_none() || !tenants::fence(tx, tenant)? {
        return Ok(Settled::default());
    }
    let due_at = outgoing.row.due_at.into();
    let standing = notices::find(tx, tenant, outgoing.kind, due_at)?;
    if !standing.is_some_and(|row| row.id == outgoing.row.id && row.is(NoticeState::Sending)) {
        return Ok(Settled::default());
    }
    let (state, is_refused) = match outcome {
        Outcome::Sent { refused } => (NoticeState::Sent, refused.contains(&outgoing.mail.to)),
        Outcome::Undeliverable => (NoticeState::Undeliverable, true),
    };
    let (state_word, settled_at) = (state.as_str().to_owned(), Some(now.into()));
    notices::put(tx, &NoticeRow { state: state_word, settled_at, ..outgoing.row.clone() })?;
    let (detail, expires_at) = (Some(outgoing.kind.as_str()), timeline::expires_at(policy, now));
    if state == NoticeState::Sent {
        timeline::record(tx, tenant, now, TimelineKind::NoticeSent, detail, expires_at)?;
        tracing::info!(tenant.id = %tenant, notice = outgoing.kind.as_str(), "a notice was sent");
    }
    if is_refused {
        timeline::record(tx, tenant, now, TimelineKind::NoticeUndeliverable, detail, expires_at)?;
        tracing::warn!(tenant.id = %tenant, notice = outgoing.kind.as_str(), "a contact does not take mail");
        if outgoing.is_to_contact {
            contact_is_undeliverable(tx, tenant, settings_version, now)?;
        }
    }
    Ok(Settled { is_sent: state == NoticeState::Sent, is_refused })
}
