//! What staff, and other systems that have a copy, do to a ticket. Staff acts by deeds, which say what that takes and hold the
//! record of it; which states somebody may bring about is decided here.

use super::deed::{Deed, Doing};
use super::reporter::{add_message, message_text, refused, state_of};
use super::state::{self, Actor, State, Step};
use super::submit::Priority;
use super::{Tickets, mails, wrong};
use crate::clock::Timestamp;
use crate::db::ticket_mails::TicketMailKind;
use crate::db::ticket_messages::{self, MessageKind};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::staff::{Needs, needs};

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
    /// As callers say it.
    pub fn parse(word: Option<&str>) -> Result<Self, Error> {
        match word {
            None => Ok(Self::Unchanged),
            Some("asked") => Ok(Self::Asked),
            Some("solved") => Ok(Self::Solved),
            Some(_) => Err(wrong("after: expected \"asked\", \"solved\", or nothing.")),
        }
    }

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
}

impl Doing {
    fn answer_one(&self, tx: &mut Conn, row: TicketRow, text: &str, after: After) -> Result<(), Error> {
        let state = after.state(state_of(&row)?, self.by.actor).map_err(refused)?;
        add_message(tx, &row, MessageKind::StaffReply, self.by.staff, text.to_owned(), &self.key, self.now)?;
        let (now, responded_at) = (self.now.into(), row.responded_at.or(Some(self.now.into())));
        let row = TicketRow { state: state.as_str().to_owned(), updated_at: now, responded_at, ..row };
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
        self.record_with_follower(tx, &row)?;
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

    /// Takes it out of the queue until then, or puts it back. It comes back by itself, and at once when the reporter answers or
    /// its state changes.
    pub async fn snooze(&self, deed: Deed<needs::Ticket>, until: Option<Timestamp>) -> Result<(), Error> {
        self.carry_out(deed, move |doing, tx, row| {
            if let Some(until) = until {
                check_snooze(&row, until, doing.now)?;
            }
            let (snoozed_until, updated_at) = (until.map(Into::into), doing.now.into());
            Ok(tickets::update(tx, &TicketRow { snoozed_until, updated_at, ..row })?)
        })
        .await
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
            if let Some(seen) = answer.seen {
                check_seen(tx, &row, seen)?;
            }
            doing.answer_one(tx, row, &text, answer.after)
        })
        .await
    }

    /// Gives the same answer to the reporters of all tickets that follow this one. Whoever has the leader may: a lead made them
    /// one, so that they are worked on once.
    pub async fn answer_all(&self, deed: Deed<needs::Problem>, answer: Answer) -> Result<(), Error> {
        let text = message_text(&answer.text)?;
        self.carry_out(deed.with_followers(), move |doing, tx, row| {
            if let Some(seen) = answer.seen {
                check_seen(tx, &row, seen)?;
            }
            let followers = tickets::merged_into(tx, row.tenant_id, row.id)?;
            doing.answer_one(tx, row, &text, answer.after)?;
            followers
                .into_iter()
                .try_for_each(|follower| doing.answer_follower(tx, follower, &text, answer.after))
        })
        .await
    }
}

/// Nobody puts a ticket away for longer than it is there, or one that is over.
fn check_snooze(row: &TicketRow, until: Timestamp, now: Timestamp) -> Result<(), Error> {
    if state_of(row)? == State::Closed {
        return Err(refused(state::Refused::NotPossible));
    }
    if until <= now || until >= row.expires_at.into() {
        return Err(wrong("until: expected a time to come, before the day on which the ticket goes."));
    }
    Ok(())
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
