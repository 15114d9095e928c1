//! What staff, and other systems that have a copy, do to a ticket. Whether somebody may touch this ticket at all is decided by
//! whoever calls; which states their role may bring about is decided here.

use super::reporter::{add_message, message_text, refused, state_of};
use super::state::{self, Actor, State, Step};
use super::submit::Priority;
use super::{TicketContent, Tickets, lock, mails, wrong};
use crate::clock::Timestamp;
use crate::db::ticket_mails::TicketMailKind;
use crate::db::ticket_messages::MessageKind;
use crate::db::tickets::{self, FrameRow, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::vault::SealingKey;

/// Tags of one ticket, and letters of each.
pub const TAGS_MAX: usize = 10;
pub const TAG_MAX: usize = 40;
/// Duplicates that are suggested, and that may be merged into one ticket.
const ALIKE_MAX: i64 = 20;

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    pub actor: Actor,
    /// The member of staff; nobody for another system.
    pub staff: Option<Id>,
}

/// What becomes of a ticket when staff answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    Asked,
    Solved,
    Unchanged,
}

impl Tickets {
    pub async fn assign(&self, tenant: Id, ticket: Id, assignee: Option<Id>) -> Result<TicketRow, Error> {
        self.change(tenant, ticket, move |row| row.assignee_id = assignee).await
    }

    pub async fn set_priority(&self, tenant: Id, ticket: Id, priority: Priority) -> Result<TicketRow, Error> {
        self.change(tenant, ticket, move |row| row.priority = priority.as_str().to_owned()).await
    }

    /// Moves it to the privacy tickets, or back to the others.
    pub async fn set_privacy(&self, tenant: Id, ticket: Id, is_privacy: bool) -> Result<TicketRow, Error> {
        self.change(tenant, ticket, move |row| row.is_privacy = is_privacy).await
    }

    async fn change(
        &self,
        tenant: Id,
        ticket: Id,
        body: impl FnOnce(&mut TicketRow) + Send + 'static,
    ) -> Result<TicketRow, Error> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let mut row = lock(tx, tenant, ticket)?;
                body(&mut row);
                row.updated_at = now.into();
                tickets::update(tx, &row)?;
                Ok(row)
            })
            .await
    }

    pub async fn set_tags(&self, tenant: Id, ticket: Id, tags: Vec<String>) -> Result<(), Error> {
        let tags = read_tags(&tags)?;
        self.rewrite(tenant, ticket, move |content| content.tags = tags).await
    }

    async fn rewrite(
        &self,
        tenant: Id,
        ticket: Id,
        body: impl FnOnce(&mut TicketContent) + Send + 'static,
    ) -> Result<(), Error> {
        let (this, key, now) = (self.clone(), self.vault.data_key(tenant).await?, self.clock.now());
        self.db
            .write(move |tx| {
                let row = lock(tx, tenant, ticket)?;
                let mut content = this.open(&key, &row)?;
                body(&mut content);
                let sealed = content.seal(&key, row.id)?;
                Ok(tickets::update(tx, &TicketRow { sealed, updated_at: now.into(), ..row })?)
            })
            .await
    }

    /// A note for staff alone.
    pub async fn note(&self, tenant: Id, ticket: Id, by: By, text: &str) -> Result<Id, Error> {
        let (text, key, now) = (message_text(text)?, self.vault.data_key(tenant).await?, self.clock.now());
        self.db
            .write(move |tx| {
                let row = lock(tx, tenant, ticket)?;
                let id = add_message(tx, &row, MessageKind::Note, by.staff, text, &key, now)?;
                tickets::update(tx, &TicketRow { updated_at: now.into(), ..row })?;
                Ok(id)
            })
            .await
    }

    /// Answers the reporter, who is told by mail that there is an answer, and reads it behind the link.
    pub async fn answer(
        &self,
        tenant: Id,
        ticket: Id,
        by: By,
        text: &str,
        after: After,
    ) -> Result<Id, Error> {
        let (text, key, now) = (message_text(text)?, self.vault.data_key(tenant).await?, self.clock.now());
        let this = self.clone();
        self.db
            .write(move |tx| {
                let row = lock(tx, tenant, ticket)?;
                let before = state_of(&row)?;
                if before == State::Closed {
                    return Err(refused(state::Refused::NotPossible));
                }
                let step = match after {
                    After::Asked => Some(Step::Ask),
                    After::Solved => Some(Step::Solve),
                    After::Unchanged if before == State::Received => Some(Step::Triage),
                    After::Unchanged => None,
                };
                let state =
                    step.map_or(Ok(before), |step| state::next(before, step, by.actor)).map_err(refused)?;
                let id = add_message(tx, &row, MessageKind::StaffReply, by.staff, text, &key, now)?;
                let row = TicketRow { state: state.as_str().to_owned(), updated_at: now.into(), ..row };
                tickets::update(tx, &row)?;
                mails::plan(tx, &row, TicketMailKind::Reply, now)?;
                this.deliver(tx, tenant, ticket, now)?;
                Ok(id)
            })
            .await
    }

    /// Moves the ticket, and those that were merged into it. The reporters are told.
    pub async fn step(
        &self,
        tenant: Id,
        ticket: Id,
        by: By,
        step: Step,
        reason: Option<String>,
    ) -> Result<State, Error> {
        if step == Step::Answer {
            return Err(refused(state::Refused::NotAllowed));
        }
        let reason = reason.map(|reason| message_text(&reason)).transpose()?;
        if step == Step::Close && reason.is_none() {
            return Err(wrong("reason: is missing; say why it is closed."));
        }
        let (this, key, now) = (self.clone(), self.vault.data_key(tenant).await?, self.clock.now());
        self.db
            .write(move |tx| {
                let row = lock(tx, tenant, ticket)?;
                let merged = tickets::merged_into(tx, tenant, ticket)?;
                let state = this.step_one(tx, row, by, step, reason.as_deref(), &key, now)?;
                for other in merged {
                    let other = lock(tx, tenant, other.id)?;
                    // One that cannot follow stays where it is.
                    if state::next(state_of(&other)?, step, by.actor).is_ok() {
                        this.step_one(tx, other, by, step, reason.as_deref(), &key, now)?;
                    }
                }
                Ok(state)
            })
            .await
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is known to the caller's transaction alone")]
    fn step_one(
        &self,
        tx: &mut Conn,
        row: TicketRow,
        by: By,
        step: Step,
        reason: Option<&str>,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<State, Error> {
        let before = state_of(&row)?;
        let after = state::next(before, step, by.actor).map_err(refused)?;
        if after == before {
            return Ok(after);
        }
        let mut row = TicketRow { state: after.as_str().to_owned(), updated_at: now.into(), ..row };
        if after == State::Closed {
            row = self.closed(tx, row, reason, key, now)?;
        }
        tickets::update(tx, &row)?;
        add_message(tx, &row, MessageKind::State, by.staff, after.as_str().to_owned(), key, now)?;
        mails::plan(tx, &row, TicketMailKind::State, now)?;
        self.deliver(tx, row.tenant_id, row.id, now)?;
        Ok(after)
    }

    /// From its closing on, its time is short.
    fn closed(
        &self,
        tx: &mut Conn,
        row: TicketRow,
        reason: Option<&str>,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<TicketRow, Error> {
        let mut content = self.open(key, &row)?;
        content.close_reason = reason.map(str::to_owned);
        let by_policy = self.policy.ticket_expires_at(row.created_at.into(), Some(now));
        // It may have been given an earlier day by a merge.
        let expires_at = by_policy.unwrap_or(now).min(row.expires_at.into());
        tickets::set_expiry(tx, row.tenant_id, row.id, expires_at)?;
        if let Some(frame) = tickets::frame(tx, row.tenant_id, row.id)? {
            tickets::update_frame(tx, &FrameRow { closed_at: Some(now.into()), ..frame })?;
        }
        let (sealed, closed_at) = (content.seal(key, row.id)?, Some(now.into()));
        Ok(TicketRow { sealed, closed_at, expires_at: expires_at.into(), ..row })
    }

    /// Others of the same customer that report the same error.
    pub async fn alike(&self, tenant: Id, ticket: Id) -> Result<Vec<TicketRow>, Error> {
        self.db
            .read(move |conn| {
                let row = tickets::find(conn, tenant, ticket)?.ok_or_else(|| Error::new(Code::NotFound))?;
                let Some(print) = &row.fingerprint_index else { return Ok(Vec::new()) };
                Ok(tickets::alike(conn, tenant, print, ticket, ALIKE_MAX)?)
            })
            .await
    }

    /// Lets a duplicate follow another ticket: both go on the earlier of their days, and whatever becomes of the one becomes of
    /// the other. Each keeps its own items under its own reporter's consents, so that none is stretched over what somebody else
    /// sent, and none is lost.
    pub async fn merge(&self, tenant: Id, duplicate: Id, into: Id) -> Result<(), Error> {
        if duplicate == into {
            return Err(wrong("into: expected another ticket."));
        }
        let (this, now) = (self.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                // In the order of their ids, so that two merges do not wait for each other.
                let (first, second) = (duplicate.min(into), duplicate.max(into));
                let (first, second) = (lock(tx, tenant, first)?, lock(tx, tenant, second)?);
                let (follower, leader) =
                    if first.id == duplicate { (first, second) } else { (second, first) };
                if follower.merged_into == Some(into) {
                    return Ok(());
                }
                let has_followers = !tickets::merged_into(tx, tenant, duplicate)?.is_empty();
                let is_crowded = tickets::merged_into(tx, tenant, into)?.len() as i64 >= ALIKE_MAX;
                if follower.merged_into.is_some()
                    || leader.merged_into.is_some()
                    || has_followers
                    || is_crowded
                {
                    let detail = "One of the two follows another ticket already, or is followed.";
                    return Err(Error::new(Code::StateChanged).with_detail(detail));
                }
                let earliest = follower.expires_at.min(leader.expires_at);
                for row in [&follower, &leader].into_iter().filter(|row| row.expires_at != earliest) {
                    tickets::set_expiry(tx, tenant, row.id, earliest.into())?;
                }
                let merged = TicketRow {
                    merged_into: Some(into),
                    state: if follower.closed_at.is_some() {
                        follower.state.clone()
                    } else {
                        leader.state.clone()
                    },
                    expires_at: earliest,
                    updated_at: now.into(),
                    ..follower
                };
                tickets::update(tx, &merged)?;
                tickets::update(tx, &TicketRow { expires_at: earliest, updated_at: now.into(), ..leader })?;
                mails::plan(tx, &merged, TicketMailKind::State, now)?;
                this.deliver(tx, tenant, duplicate, now)?;
                this.deliver(tx, tenant, into, now)
            })
            .await
    }
}

fn read_tags(tags: &[String]) -> Result<Vec<String>, Error> {
    let is_tag = |tag: &str| (1..=TAG_MAX).contains(&tag.chars().count()) && !tag.contains(char::is_control);
    let mut read: Vec<String> = tags.iter().map(|tag| tag.trim().to_owned()).collect();
    read.dedup();
    if read.len() > TAGS_MAX || !read.iter().all(|tag| is_tag(tag)) {
        return Err(wrong(format!("tags: expected at most {TAGS_MAX} of 1 to {TAG_MAX} letters.")));
    }
    Ok(read)
}
