//! Masking a text for good, later: in everything that was sent with a ticket and said about it. It cannot be undone, since nobody keeps
//! what stood there. The sealed bytes are written anew and the manifest says so; copies elsewhere hold the text, so they go: those at
//! other systems are made anew from what is left, those that staff took out are due to be deleted at once.

use super::deed::{Deed, Doing};
use super::read::MESSAGES_MAX;
use super::{ItemContent, MessageContent, TicketContent, Tickets, forget, wrong};
use crate::clock::Timestamp;
use crate::db::bundle_items::{self, ItemRow};
use crate::db::sink_copies;
use crate::db::ticket_messages::{self, MessageKind, MessageRow};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, DbError, downloads};
use crate::error::{Code, Error};
use crate::staff::needs;
use crate::support::{LATER_MAX, LATER_MIN, Later, Media};
use crate::vault::SealingKey;

/// What was masked, and what could not be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaskedLater {
    pub places: usize,
    /// What a picture shows is not read by the program.
    pub pictures: usize,
}

/// Everything of a ticket that holds a text.
#[derive(PartialEq, Eq)]
struct Texts {
    ticket: Vec<u8>,
    items: Vec<ItemRow>,
    messages: Vec<MessageRow>,
}

/// What is written in the place of it.
#[derive(Default)]
struct Rewritten {
    ticket: Option<Vec<u8>>,
    items: Vec<ItemRow>,
    messages: Vec<MessageRow>,
    places: usize,
    pictures: usize,
}

impl Texts {
    fn read(conn: &mut Conn, row: &TicketRow) -> Result<Self, DbError> {
        let (tenant, ticket) = (row.tenant_id, row.id);
        Ok(Self {
            ticket: row.sealed.clone(),
            items: bundle_items::of_ticket(conn, tenant, ticket)?,
            messages: ticket_messages::of_ticket(conn, tenant, ticket, MESSAGES_MAX)?,
        })
    }
}

impl Tickets {
    /// Masks the text everywhere in the ticket. Whoever does it has the bundle open; `reason` must not say what is masked, since the
    /// record of it stays as it is written.
    pub async fn mask(
        &self,
        deed: Deed<needs::Bundle>,
        text: &str,
        reason: &str,
    ) -> Result<MaskedLater, Error> {
        let (tenant, ticket) = (deed.tenant, deed.ticket);
        let absent = || Error::new(Code::NotFound);
        let row = self.find(tenant, ticket).await?.ok_or_else(absent)?;
        let read = {
            let row = row.clone();
            move |conn: &mut Conn| Texts::read(conn, &row)
        };
        let texts = self.db.read(read).await?;
        let key = self.vault.data_key(tenant).await?;
        let (this, text, reason, now) = (self.clone(), text.to_owned(), reason.to_owned(), self.clock.now());
        let (work_key, work_reason) = (key.clone(), reason.clone());
        let rewritten = tokio::task::spawn_blocking(move || {
            this.rewritten(&row, &texts, &text, &work_reason, &work_key, now).map(|done| (texts, done))
        });
        let (before, rewritten) = rewritten.await.map_err(super::internal)??;
        let done = MaskedLater { places: rewritten.places, pictures: rewritten.pictures };
        let deed = deed.because(Some(&reason)).about(format!("places: {}", done.places));
        self.carry_out(deed, move |doing, tx, row| {
            if Texts::read(tx, &row).map_err(Error::from)? != before {
                let detail = "Somebody wrote something meanwhile. Look again, and mask it once more.";
                return Err(Error::new(Code::StateChanged).with_detail(detail));
            }
            store(doing, tx, row, rewritten)
        })
        .await?;
        Ok(done)
    }

    fn rewritten(
        &self,
        row: &TicketRow,
        texts: &Texts,
        text: &str,
        reason: &str,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<Rewritten, Error> {
        let content = self.open(key, row)?;
        let items = texts.items.iter().map(|row| ItemContent::open(key, row.id, &row.sealed)?.item());
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let messages = texts.messages.iter().map(|row| MessageContent::open(key, row.id, &row.sealed));
        let messages = messages.collect::<Result<Vec<_>, _>>()?;
        let of_items = items.iter().filter_map(|item| std::str::from_utf8(&item.content).ok());
        let of_messages = messages.iter().map(|message| message.text.as_str());
        let number = of_items.chain(of_messages).map(Later::highest).max().unwrap_or(0) + 1;
        let later = Later::new(text, number).ok_or_else(|| {
            wrong(format!(
                "text: expected {LATER_MIN} to {LATER_MAX} letters, and no placeholder among them."
            ))
        })?;
        if later.is_in(reason) {
            return Err(wrong("reason: must not say what is masked; it stays in the record as it is."));
        }
        let mut rewritten = Rewritten::default();
        let is_picture = |media: Media| matches!(media, Media::Png | Media::Jpeg);
        rewritten.pictures = items.iter().filter(|item| is_picture(item.media)).count();
        for (row, item) in texts.items.iter().zip(&items) {
            let Some((item, places)) = item.masked_later(&later, now) else { continue };
            let sealed = ItemContent::of(&item).seal(key, row.id)?;
            let bytes = i64::try_from(item.content.len()).unwrap_or(i64::MAX);
            rewritten.items.push(ItemRow { sealed, bytes, ..row.clone() });
            rewritten.places += places;
        }
        for (row, message) in texts.messages.iter().zip(messages) {
            // A state is a word of ours.
            let is_said = row.kind != MessageKind::State.as_str();
            let Some((text, places)) = later.text(&message.text).filter(|_| is_said) else { continue };
            let sealed = MessageContent { text }.seal(key, row.id)?;
            rewritten.messages.push(MessageRow { sealed, ..row.clone() });
            rewritten.places += places;
        }
        let (content, places) = of_ticket(content, &later);
        if places > 0 {
            rewritten.ticket = Some(content.seal(key, row.id)?);
            rewritten.places += places;
        }
        if rewritten.places == 0 {
            return Err(wrong("text: stands nowhere in what was sent or said."));
        }
        Ok(rewritten)
    }

    /// Other systems hold the text too: their copies go, and others are made of what is left.
    fn copy_anew(&self, doing: &Doing, tx: &mut Conn, row: &TicketRow) -> Result<(), Error> {
        for copy in sink_copies::of_ticket(tx, row.tenant_id, row.id)? {
            match copy.state.as_str() {
                "sending" => {
                    let detail =
                        "A copy of this ticket is on its way to another system. Try again in some minutes.";
                    return Err(Error::new(Code::StateChanged).with_detail(detail));
                }
                "delivered" => {
                    if let Some(erasure) = self.erasure_of(&copy, &doing.key, doing.now)? {
                        forget::ask(tx, &erasure, doing.now)?;
                    }
                }
                // It never came to be there, or is gone.
                _ => {}
            }
            if copy.state != "gone_there" {
                sink_copies::delete(tx, row.tenant_id, row.id, &copy.sink)?;
            }
        }
        self.deliver(tx, row.tenant_id, row.id, doing.now)
    }
}

fn store(doing: &Doing, tx: &mut Conn, row: TicketRow, rewritten: Rewritten) -> Result<(), Error> {
    let now = doing.now.into();
    rewritten.items.iter().try_for_each(|item| bundle_items::rewrite(tx, item))?;
    rewritten.messages.iter().try_for_each(|message| ticket_messages::rewrite(tx, message))?;
    downloads::due_at_once(tx, row.tenant_id, row.id, now)?;
    doing.tickets.copy_anew(doing, tx, &row)?;
    let (items, bytes) = bundle_items::size(tx, row.tenant_id, row.id)?;
    if let Some(frame) = tickets::frame(tx, row.tenant_id, row.id)? {
        tickets::update_frame(tx, &tickets::FrameRow { items, bytes, ..frame })?;
    }
    let sealed = rewritten.ticket.unwrap_or_else(|| row.sealed.clone());
    Ok(tickets::update(tx, &TicketRow { sealed, updated_at: now, ..row })?)
}

fn of_ticket(content: TicketContent, later: &Later) -> (TicketContent, usize) {
    let mut places = 0;
    let mut mask = |text: String| match later.text(&text) {
        Some((masked, count)) => {
            places += count;
            masked
        }
        None => text,
    };
    let tags = content.tags.into_iter().map(&mut mask).collect();
    let close_reason = content.close_reason.map(&mut mask);
    let known = content.known.map(&mut mask);
    (TicketContent { tags, close_reason, known, ..content }, places)
}
