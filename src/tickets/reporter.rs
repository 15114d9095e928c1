//! What a reporter does by the link in their mail: confirm the address, answer, take a consent back, delete everything now.

use std::time::Duration;

use super::links::{Followed, TicketLink, TicketPurpose};
use super::read::{MESSAGES_MAX, REPLIES_MAX, WRITTEN_MAX, confirmation_asked};
use super::state::{self, Actor, Refused, State, Step};
use super::submit::EmailState;
use super::{
    Consent, Forgotten, ItemContent, MessageContent, TicketContent, Tickets, files, lock, mails, wrong,
};
use crate::clock::Timestamp;
use crate::db::bundle_items;
use crate::db::consents;
use crate::db::downloads;
use crate::db::jobs::JobKind;
use crate::db::ticket_links;
use crate::db::ticket_mails::{self, TicketMailKind};
use crate::db::ticket_messages::{self, MessageKind, MessageRow};
use crate::db::tickets::{self, FrameRow, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::support::ReplyFiles;
use crate::vault::SealingKey;

/// Letters of one message.
pub const TEXT_MAX: usize = 10_000;
/// How often the question whether the address is right is mailed within a day: whoever typed somebody else's address must not be
/// able to fill their mailbox.
const ASKED_PER_DAY: i64 = 3;
pub(super) const DAY: Duration = Duration::from_secs(86_400);

impl Tickets {
    /// The address is the reporter's. Once more changes nothing; too late it is refused, and by a link that was for another address.
    pub async fn confirm(&self, followed: &Followed) -> Result<(), Error> {
        let Followed { link, id } = *followed;
        self.limits.act(link.ticket)?;
        let (this, now) = (self.clone(), self.clock.now());
        let key = self.vault.data_key(link.tenant).await?;
        self.db
            .write(move |tx| {
                let ticket = lock(tx, link.tenant, link.ticket)?;
                if ticket_links::find(tx, link.tenant, id)?.is_none() {
                    return Err(changed(
                        "The address was corrected; the link is in the mail to the other one.",
                    ));
                }
                if EmailState::is_confirmed(&ticket.email_state) {
                    return Ok(());
                }
                let asked_at = confirmation_asked(tx, link.tenant, link.ticket)?;
                let until = this.policy.confirmable_until(asked_at.unwrap_or(ticket.created_at.into()));
                if link.purpose != TicketPurpose::Conversation || now >= until {
                    return Err(changed("The time to confirm the address is over. Ask for another mail."));
                }
                let content = this.open(&key, &ticket)?;
                let content = TicketContent { confirmed_at: content.confirmed_at.or(Some(now)), ..content };
                let (sealed, email_state) =
                    (content.seal(&key, ticket.id)?, EmailState::Confirmed.as_str().to_owned());
                tickets::update(tx, &TicketRow { email_state, sealed, updated_at: now.into(), ..ticket })?;
                // Other systems may be told on whose behalf it is only now.
                this.deliver(tx, link.tenant, link.ticket, now)
            })
            .await
    }

    /// Asks again whether the address is the reporter's.
    pub async fn ask_again(&self, link: &TicketLink) -> Result<(), Error> {
        self.limits.act(link.ticket)?;
        let (link, now) = (*link, self.clock.now());
        self.db
            .write(move |tx| {
                let ticket = lock(tx, link.tenant, link.ticket)?;
                if EmailState::is_confirmed(&ticket.email_state) {
                    return Ok(());
                }
                let asked = |tx: &mut Conn, kind| {
                    ticket_mails::count_since(tx, link.tenant, link.ticket, kind, now.minus(DAY))
                };
                if asked(tx, TicketMailKind::Confirm)? + asked(tx, TicketMailKind::Corrected)?
                    >= ASKED_PER_DAY
                {
                    return Err(Error::new(Code::TooManyRequests).retry_after(DAY));
                }
                mails::plan(tx, &ticket, TicketMailKind::Confirm, now)
            })
            .await
    }

    /// Adds the reporter's words. What waited for them is looked at again.
    pub async fn reply(&self, link: &TicketLink, text: &str) -> Result<(), Error> {
        self.reply_with(link, text, ReplyFiles::default()).await
    }

    /// The same with files. Text and files are stored together, or neither is.
    pub async fn reply_with(&self, link: &TicketLink, text: &str, files: ReplyFiles) -> Result<(), Error> {
        self.limits.act(link.ticket)?;
        files::check_text(text, &files)?;
        let text = message_text(text)?;
        let (this, link, now) = (self.clone(), *link, self.clock.now());
        let key = self.vault.data_key(link.tenant).await?;
        let first = self.next_file(&link).await?;
        files::check_room(first, files.len())?;
        let files = files::Sealed::new(files, first, &key, now)?;
        self.db
            .write(move |tx| {
                let ticket = confirmed(tx, &link)?;
                let state = state_of(&ticket)?;
                let after = state::next(state, Step::Answer, Actor::Reporter).map_err(refused)?;
                let id = add_message(tx, &ticket, MessageKind::UserReply, None, text, &key, now)?;
                files.add(tx, &ticket, id, now)?;
                let (state, updated_at) = (after.as_str().to_owned(), now.into());
                tickets::update(tx, &TicketRow { state, updated_at, snoozed_until: None, ..ticket })?;
                this.deliver(tx, link.tenant, link.ticket, now)
            })
            .await
    }

    async fn next_file(&self, link: &TicketLink) -> Result<u8, Error> {
        let TicketLink { tenant, ticket, .. } = *link;
        self.db.read(move |conn| files::next_number(conn, tenant, ticket)).await
    }

    /// Takes a consent back: what was sent on its ground goes here and everywhere (APPERNETIC-30).
    pub async fn withdraw(&self, link: &TicketLink, consent: Consent) -> Result<(), Error> {
        self.limits.act(link.ticket)?;
        let (this, link, now) = (self.clone(), *link, self.clock.now());
        let key = self.vault.data_key(link.tenant).await?;
        self.db
            .write(move |tx| {
                let ticket = confirmed(tx, &link)?;
                if !consents::withdraw(tx, link.tenant, link.ticket, &consent.to_string(), now)? {
                    return Ok(());
                }
                remove_item(tx, &ticket, consent, &key)?;
                downloads::due_at_once(tx, link.tenant, link.ticket, now.into())?;
                tickets::update(tx, &TicketRow { updated_at: now.into(), ..ticket })?;
                this.deliver(tx, link.tenant, link.ticket, now)
            })
            .await
    }

    /// Deletes everything of the ticket now.
    pub async fn delete_now(&self, link: &TicketLink) -> Result<Forgotten, Error> {
        self.limits.act(link.ticket)?;
        let gone = || Error::new(Code::NotFound);
        let writer = self.writer(link.tenant).await?.ok_or_else(gone)?;
        let (this, link, now) = (self.clone(), *link, self.clock.now());
        self.db
            .write(move |tx| {
                let ticket = confirmed(tx, &link)?;
                let last = this.write_last(tx, &ticket, &writer, now)?;
                let forgotten = this.forget(tx, &ticket, &writer.key, now)?;
                ticket_mails::insert(tx, &last)?;
                super::enqueue(tx, JobKind::TicketMail, link.tenant, last.id.to_string(), now)?;
                Ok(forgotten)
            })
            .await
    }
}

/// The ticket, held, if this link may change it: it came to the address, and the address is confirmed (IDALKO-21).
fn confirmed(tx: &mut Conn, link: &TicketLink) -> Result<TicketRow, Error> {
    let ticket = lock(tx, link.tenant, link.ticket)?;
    let is_confirmed = EmailState::is_confirmed(&ticket.email_state);
    if link.purpose != TicketPurpose::Conversation || !is_confirmed {
        return Err(changed("Confirm your address first."));
    }
    Ok(ticket)
}

pub(super) fn state_of(ticket: &TicketRow) -> Result<State, Error> {
    ticket.state.parse().map_err(|word: String| super::internal(anyhow::anyhow!(word)))
}

/// A text as somebody typed it, within its bounds. A browser sends the end of a line as two letters and counts it as one: it is
/// counted as it is kept.
pub(super) fn message_text(text: &str) -> Result<String, Error> {
    let is_kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let text: String = text.replace("\r\n", "\n").chars().filter(is_kept).collect();
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT_MAX {
        return Err(wrong(format!("text: expected 1 to {TEXT_MAX} letters.")));
    }
    Ok(text.to_owned())
}

/// How many messages a ticket may have when one of this kind is added. Whoever reported it leaves room for answers, and whatever is
/// written leaves room for the words that say where it stands.
pub(super) const fn room_for(kind: MessageKind) -> i64 {
    match kind {
        MessageKind::UserReply => REPLIES_MAX,
        MessageKind::StaffReply | MessageKind::Note => WRITTEN_MAX,
        MessageKind::State => MESSAGES_MAX,
    }
}

/// Adds the word that a ticket stands elsewhere now. The ticket says so itself: a step is not refused because there is no room left to
/// write it down.
pub(super) fn add_state(
    tx: &mut Conn,
    ticket: &TicketRow,
    (author, state): (Option<Id>, State),
    key: &SealingKey,
    now: Timestamp,
) -> Result<(), Error> {
    match add_message(tx, ticket, MessageKind::State, author, state.as_str().to_owned(), key, now) {
        Err(error) if error.code() == Code::LimitReached => Ok(()),
        other => other.map(drop),
    }
}

/// Adds a message to a ticket that is held.
pub(super) fn add_message(
    tx: &mut Conn,
    ticket: &TicketRow,
    kind: MessageKind,
    author: Option<Id>,
    text: String,
    key: &SealingKey,
    now: Timestamp,
) -> Result<Id, Error> {
    if ticket_messages::count(tx, ticket.tenant_id, ticket.id)? >= room_for(kind) {
        return Err(Error::new(Code::LimitReached));
    }
    let id = Id::new(now);
    let row = MessageRow {
        tenant_id: ticket.tenant_id,
        ticket_id: ticket.id,
        id,
        kind: kind.as_str().to_owned(),
        author_id: author,
        at: now.into(),
        expires_at: ticket.expires_at,
        sealed: MessageContent { text }.seal(key, id)?,
    };
    ticket_messages::insert(tx, &row)?;
    if let Some(frame) = tickets::frame(tx, ticket.tenant_id, ticket.id)? {
        tickets::update_frame(tx, &FrameRow { messages: frame.messages + 1, ..frame })?;
    }
    Ok(id)
}

/// Removes the item that a consent was about, if it was about one.
fn remove_item(tx: &mut Conn, ticket: &TicketRow, consent: Consent, key: &SealingKey) -> Result<(), Error> {
    let Some(name) = consent.item() else { return Ok(()) };
    for row in bundle_items::of_ticket(tx, ticket.tenant_id, ticket.id)? {
        if ItemContent::open(key, row.id, &row.sealed)?.described.name == name {
            bundle_items::delete(tx, ticket.tenant_id, ticket.id, row.id)?;
        }
    }
    let (items, bytes) = bundle_items::size(tx, ticket.tenant_id, ticket.id)?;
    if let Some(frame) = tickets::frame(tx, ticket.tenant_id, ticket.id)? {
        tickets::update_frame(tx, &FrameRow { items, bytes, ..frame })?;
    }
    Ok(())
}

pub(super) fn refused(why: Refused) -> Error {
    match why {
        Refused::NotAllowed => Error::new(Code::NotFound),
        Refused::NotPossible => changed("The report is in a state in which this cannot be done."),
    }
}

pub(super) fn changed(detail: &str) -> Error {
    Error::new(Code::StateChanged).with_detail(detail)
}
