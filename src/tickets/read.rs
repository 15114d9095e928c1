//! What can be seen of a ticket: its frame by everybody who has a link to it, its texts by whoever wrote them.

use std::collections::{BTreeMap, BTreeSet};

use super::links::TicketLink;
use super::submit::EmailState;
use super::{Consent, ItemContent, MessageContent, TicketContent, Tickets};
use crate::clock::Timestamp;
use crate::db::bundle_items;
use crate::db::consents::{self, ConsentRow};
use crate::db::ticket_mails::{self, TicketMailKind, TicketMailRow};
use crate::db::ticket_messages::{self, MessageKind, MessageRow};
use crate::db::tickets::{self, FrameRow, Standing, TicketRow};
use crate::db::{Conn, DbError, Id, tenants};
use crate::error::Error;
use crate::support::{Described, ItemName};
use crate::tenancy::Tenancy;
use crate::vault::SealingKey;

/// More than this is not shown, and cannot be written.
pub const MESSAGES_MAX: i64 = 600;
/// How many there may be when somebody of ours, or another system, writes one more.
pub const WRITTEN_MAX: i64 = 500;
/// And when whoever reported it does.
pub const REPLIES_MAX: i64 = 400;

/// What everybody may see who has a link: nothing that anybody wrote.
#[derive(Debug, Clone)]
pub struct Overview {
    pub frame: FrameRow,
    /// Absent when the ticket is gone.
    pub ticket: Option<TicketRow>,
    /// Until when the address can be confirmed with the last mail that asked for it.
    pub confirm_until: Timestamp,
    /// Whether the link that it is seen by may correct the address, and whether that was done before.
    pub may_correct: bool,
    pub is_corrected: bool,
    /// When the installation goes that it belongs to, if that is known.
    pub site_goes_at: Option<Timestamp>,
    pub now: Timestamp,
}

impl Overview {
    pub fn is_confirmed(&self) -> bool {
        self.ticket.as_ref().is_some_and(|ticket| EmailState::is_confirmed(&ticket.email_state))
    }

    /// When it went, or goes: with its installation, if that is earlier.
    pub fn gone_at(&self) -> Timestamp {
        let goes_at = Timestamp::from(self.frame.goes_at);
        match &self.ticket {
            Some(ticket) => earlier(ticket.expires_at.into(), self.site_goes_at),
            None => self.frame.gone_at.map_or(goes_at.min(self.now), Timestamp::from),
        }
    }
}

/// What belongs to an installation goes with it at the latest.
pub fn earlier(own: Timestamp, site_goes_at: Option<Timestamp>) -> Timestamp {
    site_goes_at.map_or(own, |site_goes_at| own.min(site_goes_at))
}

/// A message as it is read.
#[derive(Debug, Clone)]
pub struct Message {
    pub row: MessageRow,
    pub kind: MessageKind,
    pub text: String,
}

/// An item as it is listed. Its content is in `row`, sealed.
#[derive(Debug, Clone)]
pub struct ListedItem {
    pub id: Id,
    pub described: Described,
}

/// Everything of a ticket.
#[derive(Debug, Clone)]
pub struct Whole {
    pub ticket: TicketRow,
    pub content: TicketContent,
    pub messages: Vec<Message>,
    pub items: Vec<ItemContent>,
    pub consents: Vec<ConsentRow>,
    /// Which items came with which messages.
    attached: Vec<(Id, ItemName)>,
}

impl Whole {
    /// Whether the reporter agrees to this now.
    pub fn agrees(&self, consent: Consent) -> bool {
        let word = consent.to_string();
        self.consents.iter().any(|row| row.item == word && row.withdrawn_at.is_none())
    }

    /// What came with a message, of what is still there.
    pub fn files_of(&self, message: Id) -> impl Iterator<Item = &Described> {
        let names = self.attached.iter().filter(move |(with, _)| *with == message).map(|(_, name)| *name);
        names.filter_map(move |name| {
            self.items.iter().map(|item| &item.described).find(|item| item.name == name)
        })
    }

    /// What the reporter may read: everything but what staff notes for itself.
    pub fn conversation(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| message.kind != MessageKind::Note)
    }
}

impl Tickets {
    pub async fn overview(&self, link: &TicketLink) -> Result<Option<Overview>, Error> {
        let (link, this, now) = (*link, self.clone(), self.clock.now());
        let key = self.vault.data_key(link.tenant).await?;
        self.db.read(move |conn| this.overview_of(conn, &link, &key, now)).await
    }

    fn overview_of(
        &self,
        conn: &mut Conn,
        link: &TicketLink,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<Option<Overview>, Error> {
        let Some(frame) = tickets::frame(conn, link.tenant, link.ticket)? else { return Ok(None) };
        let ticket = tickets::find(conn, link.tenant, link.ticket)?;
        let mails = ticket_mails::of_ticket(conn, link.tenant, link.ticket)?;
        let asked_at = last_asked(&mails).unwrap_or(frame.recorded_at.into());
        let may_correct = match &ticket {
            Some(ticket) => self.may_correct(link, ticket, key)?,
            None => false,
        };
        let is_corrected = mails.iter().any(|row| row.kind == TicketMailKind::Corrected.as_str());
        let confirm_until = self.policy.confirmable_until(asked_at);
        let site_goes_at = site_goes_at(conn, link.tenant)?;
        Ok(Some(Overview { frame, ticket, confirm_until, may_correct, is_corrected, site_goes_at, now }))
    }

    /// Everything of a ticket; `None` when it is gone.
    pub async fn whole(&self, tenant: Id, ticket: Id) -> Result<Option<Whole>, Error> {
        let (this, key) = (self.clone(), self.vault.data_key(tenant).await?);
        self.db.read(move |conn| this.read_whole(conn, tenant, ticket, &key)).await
    }

    pub fn read_whole(
        &self,
        conn: &mut Conn,
        tenant: Id,
        ticket: Id,
        key: &SealingKey,
    ) -> Result<Option<Whole>, Error> {
        let Some(ticket) = tickets::find(conn, tenant, ticket)? else { return Ok(None) };
        let content = self.open(key, &ticket)?;
        let rows = bundle_items::of_ticket(conn, tenant, ticket.id)?;
        let items = rows.iter().map(|row| ItemContent::open(key, row.id, &row.sealed));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let with =
            rows.iter().zip(&items).filter_map(|(row, item)| Some((row.message_id?, item.described.name)));
        let attached = with.collect();
        let (messages, consents) =
            (messages(conn, &ticket, key)?, consents::of_ticket(conn, tenant, ticket.id)?);
        Ok(Some(Whole { ticket, content, messages, items, consents, attached }))
    }

    /// When each of these installations goes, of those of which that is known.
    pub async fn sites_go_at(&self, tenants: BTreeSet<Id>) -> Result<BTreeMap<Id, Timestamp>, Error> {
        let read = self.db.read(move |conn| {
            let mut known = BTreeMap::new();
            for tenant in tenants {
                known.extend(site_goes_at(conn, tenant)?.map(|at| (tenant, at)));
            }
            Ok::<_, DbError>(known)
        });
        Ok(read.await?)
    }

    /// When this installation goes, if that is known.
    pub async fn site_goes_at(&self, tenant: Id) -> Result<Option<Timestamp>, Error> {
        Ok(self.db.read(move |conn| site_goes_at(conn, tenant)).await?)
    }

    /// A page of a tenant's tickets, the newest first; those of one user, or that stand so, where that is named.
    pub async fn page(
        &self,
        tenant: Id,
        reporter: Option<&str>,
        standing: Standing,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<TicketRow>, Error> {
        let reporter = match reporter {
            Some(account_id) => Some(self.reporter(tenant, account_id).await?),
            None => None,
        };
        let page = self.db.read(move |conn| {
            Ok::<_, DbError>(tickets::page(conn, tenant, reporter.as_deref(), standing, before, limit)?)
        });
        Ok(page.await?)
    }

    /// Whether the site has left, so that nobody works on its tickets any more.
    pub async fn has_site_left(&self, tenant: Id) -> Result<bool, Error> {
        self.db.read(move |conn| super::hold::has_left(conn, tenant)).await
    }

    pub async fn find(&self, tenant: Id, ticket: Id) -> Result<Option<TicketRow>, Error> {
        Ok(self.db.read(move |conn| Ok::<_, DbError>(tickets::find(conn, tenant, ticket)?)).await?)
    }

    /// What this user's own tickets are found by.
    pub async fn reporter(&self, tenant: Id, account_id: &str) -> Result<Vec<u8>, Error> {
        Ok(super::reporter_index(self.vault.data_key(tenant).await?.as_ref(), account_id))
    }
}

pub fn messages(conn: &mut Conn, ticket: &TicketRow, key: &SealingKey) -> Result<Vec<Message>, Error> {
    let rows = ticket_messages::of_ticket(conn, ticket.tenant_id, ticket.id, MESSAGES_MAX)?;
    let read = |row: MessageRow| {
        let kind = row.kind.parse().map_err(|word: String| super::internal(anyhow::anyhow!(word)))?;
        let MessageContent { text } = MessageContent::open(key, row.id, &row.sealed)?;
        Ok(Message { row, kind, text })
    };
    rows.into_iter().map(read).collect()
}

fn site_goes_at(conn: &mut Conn, tenant: Id) -> Result<Option<Timestamp>, DbError> {
    let Some(row) = tenants::by_id(conn, tenant)? else { return Ok(None) };
    Ok(Tenancy::state(conn, &row)?.due_at())
}

/// When the reporter was last asked whether the address is theirs.
pub(super) fn confirmation_asked(
    conn: &mut Conn,
    tenant: Id,
    ticket: Id,
) -> diesel::QueryResult<Option<Timestamp>> {
    Ok(last_asked(&ticket_mails::of_ticket(conn, tenant, ticket)?))
}

fn last_asked(mails: &[TicketMailRow]) -> Option<Timestamp> {
    mails.iter().filter(|row| row.asks_for_address()).map(|row| Timestamp::from(row.recorded_at)).max()
}
