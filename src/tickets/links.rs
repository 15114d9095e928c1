//! Links to tickets. One comes with the answer to a report, and shows number and state. The other one comes by mail to the
//! address that was typed: it confirms the address, and then shows and does everything.

use super::Tickets;
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::ticket_links::{self, TicketLinkRow};
use crate::db::{Conn, DbError, Id, tenants, text_enum, tickets};
use crate::error::{Code, Error};
use crate::tenancy::links::LinkError;
use crate::vault::Vault;

text_enum! {
    pub enum TicketPurpose {
        /// Shows number and state.
        Status = "status",
        /// Confirms the address, and is the way to everything else.
        Conversation = "conversation",
    }
}

/// A link to a ticket that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketLink {
    pub tenant: Id,
    pub ticket: Id,
    pub purpose: TicketPurpose,
}

/// A link that somebody has followed. When what they want is done, another one may have taken its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    pub link: TicketLink,
    pub id: Id,
}

/// Makes a link to a ticket. It works for as long as there is anything to show.
pub fn issue(
    tx: &mut Conn,
    vault: &Vault,
    link: &TicketLink,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let row = TicketLinkRow {
        tenant_id: link.tenant,
        id: Id::new(now),
        ticket_id: link.ticket,
        purpose: link.purpose.as_str().to_owned(),
        expires_at: expires_at.into(),
        key_id: vault.newest_link_key().into(),
    };
    Ok(ticket_links::insert(tx, &row)?)
}

/// Makes another link in the place of the one for this purpose, which does not work any more.
pub fn renew(tx: &mut Conn, vault: &Vault, link: &TicketLink, now: Timestamp) -> Result<(), Error> {
    let (tenant, ticket, purpose) = (link.tenant, link.ticket, link.purpose.as_str());
    let former = ticket_links::of_ticket(tx, tenant, ticket, purpose)?.ok_or_else(no_link)?;
    ticket_links::delete(tx, tenant, former.id)?;
    issue(tx, vault, link, now, former.expires_at.into())
}

/// The token of a ticket's link. It is made again whenever it is needed, and stored nowhere.
pub fn token(conn: &mut Conn, vault: &Vault, link: &TicketLink) -> Result<Secret, Error> {
    let row = ticket_links::of_ticket(conn, link.tenant, link.ticket, link.purpose.as_str())?;
    let signed = row.and_then(|row| {
        let key_id = u16::try_from(row.key_id).ok()?;
        vault.sign_link_by(key_id, row.tenant_id, row.id)
    });
    signed.ok_or_else(no_link)
}

fn no_link() -> Error {
    Error::new(Code::Internal).because(anyhow::anyhow!("a ticket has no link"))
}

impl Tickets {
    /// The link that this token is, if it works now: its ticket, or what is left of it, is there, and no erasure of the
    /// tenant has begun.
    pub async fn link(&self, token: &str) -> Result<Followed, LinkError> {
        let name = self.vault.prove_link(token).await?.ok_or(LinkError::Dead("no token of ours"))?;
        let now = self.clock.now();
        self.db.read(move |conn| find(conn, name.tenant, name.link, now)).await?.map_err(LinkError::Dead)
    }
}

fn find(
    conn: &mut Conn,
    tenant: Id,
    id: Id,
    now: Timestamp,
) -> Result<Result<Followed, &'static str>, DbError> {
    let Some(row) = ticket_links::find(conn, tenant, id)? else { return Ok(Err("unknown")) };
    let (ticket, Ok(purpose)) = (row.ticket_id, row.purpose.parse()) else {
        return Ok(Err("unknown purpose"));
    };
    if Timestamp::from(row.expires_at) <= now {
        return Ok(Err("expired"));
    }
    if tenants::by_id(conn, tenant)?.is_none_or(|row| row.standing == "erasing") {
        return Ok(Err("the tenant is gone, or going"));
    }
    if tickets::frame(conn, tenant, ticket)?.is_none() {
        return Ok(Err("the ticket is gone"));
    }
    Ok(Ok(Followed { link: TicketLink { tenant, ticket, purpose }, id }))
}
