//! Keeps the copy of one ticket up to date: its attachments as they are agreed to now, replies both ways, its state brought back.

use std::time::Duration;

use super::copies::{Copy, CopyState, Remote};
use super::deliver::Work;
use super::jsm::{Attached, JsmError, Status};
use super::payload::{self, Attachment, Payload};
use super::{Next, SinkError};
use crate::error::Code;
use crate::tickets::state::Step;
use crate::tickets::work::By;
use crate::tickets::{Actor, State};

/// How often the state of a copy is asked for.
const POLL: Duration = Duration::from_secs(300);
/// When what the desk refused is tried again: somebody may have given us the right to it meanwhile.
const REFUSED_FOR: Duration = Duration::from_secs(24 * 3_600);
/// A request that was made late, or that the search found late, can be seen by then.
const SURELY_FOUND: Duration = Duration::from_secs(3_600);

impl Work<'_> {
    /// One look at what stands there. That the request is gone is known from the request itself, and from nothing else.
    pub(super) async fn refresh(&self, copy: Copy) -> Result<Next, SinkError> {
        let Some(key) = copy.remote.key.clone() else { return Ok(Next::Nothing) };
        let status = match self.jsm.status(&key).await {
            Err(JsmError::Refused(404)) => return self.gone_there(&copy).await,
            other => other?,
        };
        let Some(copy) = self.stand_alone(copy, &key).await? else { return Ok(Next::Nothing) };
        let Some(copy) = self.attach(copy, &key).await? else { return Ok(Next::Nothing) };
        let Some(copy) = self.converse(copy, &key).await? else { return Ok(Next::Nothing) };
        let is_closed = self.whole.ticket.state == State::Closed.as_str();
        if copy.remote.status.as_deref() != Some(&status.name) {
            let remote = Remote { status: Some(status.name.clone()), ..copy.remote.clone() };
            if !is_closed {
                self.follow(&status).await?;
            }
            self.put(Some(&copy), CopyState::Delivered, &remote).await?;
        }
        Ok(if is_closed { Next::Nothing } else { Next::At(self.now.plus(POLL)) })
    }

    async fn gone_there(&self, copy: &Copy) -> Result<Next, SinkError> {
        tracing::warn!(tenant.id = %self.whole.ticket.tenant_id, "a copy of a ticket was deleted at the desk");
        self.put(Some(copy), CopyState::GoneThere, &copy.remote).await?;
        Ok(Next::Nothing)
    }

    /// Where an earlier try may have made a request that its search did not show yet, that one is deleted when it can be seen.
    async fn stand_alone(&self, copy: Copy, key: &str) -> Result<Option<Copy>, SinkError> {
        let Some(made_at) = copy.remote.made_at.filter(|_| copy.row.attempts > 1) else {
            return Ok(Some(copy));
        };
        if self.now < made_at.plus(SURELY_FOUND) {
            return Ok(Some(copy));
        }
        for other in self.jsm.find(&self.whole.ticket.number).await?.iter().filter(|found| *found != key) {
            tracing::warn!(tenant.id = %self.whole.ticket.tenant_id, "a second request of one ticket stood at the desk; it is deleted");
            self.jsm.delete(other).await?;
        }
        let remote = Remote { made_at: None, ..copy.remote.clone() };
        self.put(Some(&copy), CopyState::Delivered, &remote).await
    }

    /// What is missing there is attached, and what is no longer agreed to is deleted: done again, it does nothing.
    async fn attach(&self, copy: Copy, key: &str) -> Result<Option<Copy>, SinkError> {
        let payload = Payload::of(self.whole, &self.sinks.policy);
        let there = self.jsm.attachments(key).await?;
        self.detach(&there, &payload).await?;
        let mut remote = copy.remote.clone();
        remote.refused.retain(|_, at| self.now < at.plus(REFUSED_FOR));
        for attachment in &payload.attachments {
            let stands = there.iter().any(|there| there.name == attachment.name);
            if !stands
                && !remote.refused.contains_key(&attachment.name)
                && !self.takes(key, attachment).await?
            {
                remote.refused.insert(attachment.name.clone(), self.now);
            }
        }
        if remote == copy.remote {
            return Ok(Some(copy));
        }
        self.put(Some(&copy), CopyState::Delivered, &remote).await
    }

    async fn detach(&self, there: &[Attached], payload: &Payload) -> Result<(), SinkError> {
        let own = payload::prefix(&self.whole.ticket.number);
        for surplus in there.iter().filter(|there| there.name.starts_with(&own)) {
            if !payload.attachments.iter().any(|attachment| attachment.name == surplus.name) {
                self.jsm.delete_attachment(&surplus.id).await?;
            }
        }
        Ok(())
    }

    /// False when the desk does not take this file: it is read here alone then, and holds up nothing else.
    async fn takes(&self, key: &str, attachment: &Attachment) -> Result<bool, SinkError> {
        match self.jsm.attach(key, attachment).await {
            Err(JsmError::Refused(status)) => {
                tracing::warn!(
                    status,
                    "the desk takes no attachment of this kind; it is tried again tomorrow"
                );
                Ok(false)
            }
            other => Ok(other.map(|()| true)?),
        }
    }

    /// Moves the ticket as its copy was moved. What is solved here and is worked on there again was reopened. What cannot be done to
    /// it any more is left.
    async fn follow(&self, status: &Status) -> Result<(), SinkError> {
        let wanted = step(status);
        let is_solved = self.whole.ticket.state == State::Solved.as_str();
        if is_solved && is_open(status) && wanted != Some(Step::Solve) {
            self.step(Step::Reopen).await?;
        }
        match wanted {
            Some(wanted) => self.step(wanted).await,
            None => Ok(()),
        }
    }

    async fn step(&self, step: Step) -> Result<(), SinkError> {
        let (ticket, by) = (&self.whole.ticket, By { actor: Actor::Sink, staff: None });
        match self.sinks.tickets.step(ticket.tenant_id, ticket.id, by, step, None).await {
            Err(error) if !matches!(error.code(), Code::NotFound | Code::StateChanged) => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// What a status of the desk means here. A new one means nothing yet.
fn step(status: &Status) -> Option<Step> {
    match status.category.as_str() {
        "DONE" => Some(Step::Solve),
        _ if status.name.to_lowercase().contains("waiting for customer") => Some(Step::Ask),
        "INDETERMINATE" => Some(Step::Triage),
        _ => None,
    }
}

fn is_open(status: &Status) -> bool {
    matches!(status.category.as_str(), "NEW" | "INDETERMINATE")
}
