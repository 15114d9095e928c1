//! What staff, and other systems that have a copy, do to a ticket. Staff acts by deeds, which say what that takes and hold the
//! record of it; which states somebody may bring about is decided here.

use super::deed::{Deed, Doing};
use super::reporter::{add_message, message_text, refused, state_of};
use super::state::{self, Actor, State, Step};
use super::submit::Priority;
use super::{Tickets, lock, mails, wrong};
use crate::clock::Timestamp;
use crate::db::ticket_mails::TicketMailKind;
use crate::db::ticket_messages::{self, MessageKind};
use crate::db::tickets::{self, FrameRow, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::staff::{Needs, needs};
use crate::vault::SealingKey;

/// Tags of one ticket, and letters of each.
pub const TAGS_MAX: usize = 10;
pub const TAG_MAX: usize = 40;
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

impl After {
    fn state(self, before: State, actor: Actor) -> Result<State, state::Refused> {
        if before == State::Closed {
            return Err(state::Refused::NotPossible);
        }
        let step = match self {
            Self::Asked => Step::Ask,
            Self::Solved => Step::Solve,
            Self::Unchanged if before == State::Received => Step::Triage,
            Self::Unchanged => return Ok(before),
        };
        state::next(before, step, actor)
    }
}

/// What staff says to the reporter.
#[derive(Debug, Clone)]
pub struct Answer {
    pub text: String,
    pub after: After,
    /// How many messages whoever wrote it had before their eyes: somebody may have written meanwhile.
    pub seen: Option<usize>,
    /// Whether the reporters of the tickets that follow this one get it too.
    pub to_followers: bool,
}

impl Doing {
    fn answer_one(&self, tx: &mut Conn, row: TicketRow, text: &str, after: After) -> Result<(), Error> {
        let state = after.state(state_of(&row)?, self.by.actor).map_err(refused)?;
        add_message(tx, &row, MessageKind::StaffReply, self.by.staff, text.to_owned(), &self.key, self.now)?;
        let row = TicketRow { state: state.as_str().to_owned(), updated_at: self.now.into(), ..row };
        tickets::update(tx, &row)?;
        mails::plan(tx, &row, TicketMailKind::Reply, self.now)?;
        self.tickets.deliver(tx, row.tenant_id, row.id, self.now)
    }

    /// One that cannot follow into the new state gets the answer all the same; a closed one is over.
    fn answer_follower(&self, tx: &mut Conn, row: TicketRow, text: &str, after: After) -> Result<(), Error> {
        let before = state_of(&row)?;
        if before == State::Closed {
            return Ok(());
        }
        let follows = after.state(before, self.by.actor).is_ok();
        self.answer_one(tx, row, text, if follows { after } else { After::Unchanged })
    }
}

/// Two who answer at once would contradict each other, and whoever reported may just have said that it works again.
fn check_seen(tx: &mut Conn, row: &TicketRow, seen: usize) -> Result<(), Error> {
    let there = ticket_messages::count(tx, row.tenant_id, row.id)?;
    if there <= i64::try_from(seen).unwrap_or(i64::MAX) {
        return Ok(());
    }
    let detail =
        "Somebody has written or changed the state since you looked. Read it, and send your answer again.";
    Err(Error::new(Code::StateChanged).with_detail(detail))
}

impl Tickets {
    pub async fn assign(&self, deed: Deed<needs::Triage>, assignee: Option<Id>) -> Result<(), Error> {
        self.change(deed, move |row| row.assignee_id = assignee).await
    }

    pub async fn set_priority(&self, deed: Deed<needs::Ticket>, priority: Priority) -> Result<(), Error> {
        self.change(deed, move |row| row.priority = priority.as_str().to_owned()).await
    }

    /// Moves it to the privacy tickets, or back to the others.
    pub async fn set_privacy(&self, deed: Deed<needs::Triage>, is_privacy: bool) -> Result<(), Error> {
        self.change(deed, move |row| row.is_privacy = is_privacy).await
    }

    async fn change<N: Needs>(
        &self,
        deed: Deed<N>,
        body: impl FnOnce(&mut TicketRow) + Send + 'static,
    ) -> Result<(), Error> {
        self.carry_out(deed, move |doing, tx, mut row| {
            body(&mut row);
            row.updated_at = doing.now.into();
            Ok(tickets::update(tx, &row)?)
        })
        .await
    }

    pub async fn set_tags(&self, deed: Deed<needs::Ticket>, tags: Vec<String>) -> Result<(), Error> {
        let tags = read_tags(&tags)?;
        self.carry_out(deed, move |doing, tx, row| {
            let mut content = doing.tickets.open(&doing.key, &row)?;
            content.tags = tags;
            let sealed = content.seal(&doing.key, row.id)?;
            Ok(tickets::update(tx, &TicketRow { sealed, updated_at: doing.now.into(), ..row })?)
        })
        .await
    }

    /// A note for staff alone.
    pub async fn note(&self, deed: Deed<needs::Ticket>, text: &str) -> Result<Id, Error> {
        let text = message_text(text)?;
        self.carry_out(deed, move |doing, tx, row| {
            let (by, now) = (doing.by, doing.now);
            let id = add_message(tx, &row, MessageKind::Note, by.staff, text, &doing.key, now)?;
            tickets::update(tx, &TicketRow { updated_at: now.into(), ..row })?;
            Ok(id)
        })
        .await
    }

    /// Answers the reporter, who is told by mail that there is an answer, and reads it behind the link.
    pub async fn answer(&self, deed: Deed<needs::Ticket>, answer: Answer) -> Result<(), Error> {
        let text = message_text(&answer.text)?;
        self.carry_out(deed, move |doing, tx, row| {
            let (tenant, ticket) = (row.tenant_id, row.id);
            if let Some(seen) = answer.seen {
                check_seen(tx, &row, seen)?;
            }
            doing.answer_one(tx, row, &text, answer.after)?;
            if answer.to_followers {
                for follower in tickets::merged_into(tx, tenant, ticket)? {
                    let follower = lock(tx, tenant, follower.id)?;
                    doing.answer_follower(tx, follower, &text, answer.after)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Moves the ticket, and those that were merged into it. The reporters are told.
    pub async fn step_by(
        &self,
        deed: Deed<needs::Ticket>,
        step: Step,
        reason: Option<String>,
    ) -> Result<State, Error> {
        if step == Step::Answer {
            let detail = state::Refused::NotAllowed.to_string();
            return Err(Error::new(Code::StateChanged).with_detail(detail));
        }
        let reason = reason.map(|reason| message_text(&reason)).transpose()?;
        if step == Step::Close && reason.is_none() {
            return Err(wrong("reason: is missing; say why it is closed."));
        }
        self.carry_out(deed, move |Doing { tickets: this, key, by, now }, tx, row| {
            this.step_all(tx, row, *by, step, reason.as_deref(), key, *now)
        })
        .await
    }

    /// The same by another system that has a copy.
    pub async fn step(
        &self,
        tenant: Id,
        ticket: Id,
        by: By,
        step: Step,
        reason: Option<String>,
    ) -> Result<State, Error> {
        if by.actor != Actor::Sink {
            return Err(refused(state::Refused::NotAllowed));
        }
        let reason = reason.map(|reason| message_text(&reason)).transpose()?;
        let (this, key, now) = (self.clone(), self.vault.data_key(tenant).await?, self.clock.now());
        self.db
            .write(move |tx| {
                let row = lock(tx, tenant, ticket)?;
                this.step_all(tx, row, by, step, reason.as_deref(), &key, now)
            })
            .await
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is known to the caller's transaction alone")]
    fn step_all(
        &self,
        tx: &mut Conn,
        row: TicketRow,
        by: By,
        step: Step,
        reason: Option<&str>,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<State, Error> {
        let tenant = row.tenant_id;
        let merged = tickets::merged_into(tx, tenant, row.id)?;
        let state = self.step_one(tx, row, by, step, reason, key, now)?;
        for other in merged {
            let other = lock(tx, tenant, other.id)?;
            // One that cannot follow stays where it is.
            if state::next(state_of(&other)?, step, by.actor).is_ok() {
                self.step_one(tx, other, by, step, reason, key, now)?;
            }
        }
        Ok(state)
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
