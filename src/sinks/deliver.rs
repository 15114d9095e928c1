//! Brings the copy of one ticket up to date: made once, its attachments as they are agreed to now, its state brought back.

use std::sync::Arc;
use std::time::Duration;

use super::copies::{Copy, CopyState, Remote};
use super::jsm::{Jsm, JsmError, Status};
use super::payload::{self, Payload};
use super::{Next, SinkError, Sinks};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::tickets::read::Whole;
use crate::tickets::state::Step;
use crate::tickets::submit::EmailState;
use crate::tickets::work::By;
use crate::tickets::{Actor, State};
use crate::vault::{SealingKey, VaultError};

/// How long a try may stay unknown to the other system's own search: seconds to minutes, says its documentation.
pub const INDEX_LAG: Duration = Duration::from_secs(120);
/// How often the state of a copy is asked for.
pub const POLL: Duration = Duration::from_secs(300);

impl Sinks {
    /// One look at the copy of this ticket in this system.
    pub async fn deliver(
        &self,
        tenant: Id,
        ticket: Id,
        sink: &str,
        now: Timestamp,
    ) -> Result<Next, SinkError> {
        let Some(jsm) = self.jsm(sink) else { return Ok(Next::Nothing) };
        let key = match self.vault.data_key(tenant).await {
            Ok(key) => key,
            Err(VaultError::Shredded) => return Ok(Next::Nothing),
            Err(error) => return Err(Error::from(error).into()),
        };
        let Some(whole) = self.tickets.whole(tenant, ticket).await? else { return Ok(Next::Nothing) };
        let copy = self.copy(&whole.ticket, sink, &key).await?;
        let work = Work { sinks: self, jsm, sink, whole: &whole, key: &key, now };
        let next = match copy {
            Some(copy) if copy.is(CopyState::GoneThere) => Ok(Next::Nothing),
            Some(copy) if copy.remote.key.is_some() => work.refresh(copy).await,
            copy => work.make(copy).await,
        };
        match next {
            Err(SinkError::Unsure(until)) => Ok(Next::At(until)),
            other => other,
        }
    }
}

/// One ticket on its way to one system.
pub(super) struct Work<'a> {
    pub(super) sinks: &'a Sinks,
    pub(super) jsm: &'a Jsm,
    sink: &'a str,
    pub(super) whole: &'a Whole,
    pub(super) key: &'a Arc<SealingKey>,
    pub(super) now: Timestamp,
}

impl Work<'_> {
    fn is_confirmed(&self) -> bool {
        self.whole.ticket.email_state == EmailState::Confirmed.as_str()
    }

    /// Makes the copy, unless an earlier try has.
    async fn make(&self, copy: Option<Copy>) -> Result<Next, SinkError> {
        let ticket = &self.whole.ticket;
        if copy.is_none() && ticket.state == State::Closed.as_str() {
            return Ok(Next::Nothing);
        }
        // Whoever typed somebody else's address must not make an account for them over there. The console has it meanwhile.
        let confirmable_until = self.sinks.policy.confirmable_until(ticket.created_at.into());
        if copy.is_none() && !self.is_confirmed() && self.now < confirmable_until {
            return Ok(Next::At(confirmable_until));
        }
        if let Some(copy) = copy.as_ref().filter(|copy| copy.is(CopyState::Sending)) {
            let found_from = Timestamp::from(copy.row.updated_at).plus(INDEX_LAG);
            if self.now < found_from {
                return Ok(Next::At(found_from));
            }
            if let Some(key) = self.jsm.find(&ticket.number).await? {
                return self.made(copy, key).await;
            }
        }
        let customer = self.customer().await?;
        let remote =
            Remote { number: ticket.number.clone(), customer: customer.clone(), ..Remote::default() };
        let Some(claimed) = self.put(copy.as_ref(), CopyState::Sending, &remote).await? else {
            return Ok(Next::Nothing);
        };
        match self.create(customer.as_deref()).await {
            Ok(key) => self.made(&claimed, key).await,
            Err(error) => {
                if error.is_sure() {
                    self.put(Some(&claimed), CopyState::NotTaken, &remote).await?;
                    return Err(error.into());
                }
                tracing::warn!(tenant.id = %ticket.tenant_id, %error, "nobody knows whether the desk took a ticket; it is looked for before the next try");
                Ok(Next::At(self.now.plus(INDEX_LAG)))
            }
        }
    }

    /// On whose behalf it is, if that can be had at all: a ticket is worth more than its reporter's name over there.
    async fn customer(&self) -> Result<Option<String>, SinkError> {
        if !self.is_confirmed() {
            return Ok(None);
        }
        match self.jsm.customer(self.whole.content.email.as_str()).await {
            Ok(account_id) => Ok(Some(account_id)),
            Err(JsmError::Refused(status)) => {
                tracing::warn!(status, "the desk makes no customer; the ticket is raised on nobody's behalf");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn create(&self, customer: Option<&str>) -> Result<String, JsmError> {
        let payload = Payload::of(self.whole, &self.sinks.policy);
        match self.jsm.create(&payload, customer).await {
            Err(JsmError::Refused(status)) if customer.is_some() && matches!(status, 400 | 403) => {
                tracing::warn!(
                    status,
                    "the desk lets nobody raise on behalf; the ticket is raised on nobody's behalf"
                );
                self.jsm.create(&payload, None).await
            }
            other => other,
        }
    }

    async fn made(&self, copy: &Copy, key: String) -> Result<Next, SinkError> {
        let remote = Remote { key: Some(key), ..copy.remote.clone() };
        match self.put(Some(copy), CopyState::Delivered, &remote).await? {
            Some(copy) => self.refresh(copy).await,
            // It went meanwhile; whoever forgets it finds it by its number.
            None => Ok(Next::Nothing),
        }
    }

    /// Attachments there, replies both ways, state back.
    async fn refresh(&self, copy: Copy) -> Result<Next, SinkError> {
        let Some(key) = copy.remote.key.clone() else { return Ok(Next::Nothing) };
        match self.refresh_at(copy.clone(), &key).await {
            Err(SinkError::Jsm(JsmError::Refused(404))) => {
                tracing::warn!(tenant.id = %self.whole.ticket.tenant_id, "a copy of a ticket was deleted at the desk");
                self.put(Some(&copy), CopyState::GoneThere, &copy.remote).await?;
                Ok(Next::Nothing)
            }
            other => other,
        }
    }

    async fn refresh_at(&self, copy: Copy, key: &str) -> Result<Next, SinkError> {
        self.attach(key).await?;
        let Some(copy) = self.converse(copy, key).await? else { return Ok(Next::Nothing) };
        let status = self.jsm.status(key).await?;
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

    /// What is missing there is attached, and what is no longer agreed to is deleted: done again, it does nothing.
    async fn attach(&self, key: &str) -> Result<(), SinkError> {
        let payload = Payload::of(self.whole, &self.sinks.policy);
        let own = payload::prefix(&self.whole.ticket.number);
        let there = self.jsm.attachments(key).await?;
        for surplus in there.iter().filter(|there| there.name.starts_with(&own)) {
            if !payload.attachments.iter().any(|attachment| attachment.name == surplus.name) {
                self.jsm.delete_attachment(&surplus.id).await?;
            }
        }
        for attachment in &payload.attachments {
            if !there.iter().any(|there| there.name == attachment.name) {
                self.jsm.attach(key, attachment).await?;
            }
        }
        Ok(())
    }

    /// Moves the ticket as its copy was moved. What cannot be done to it any more is left.
    async fn follow(&self, status: &Status) -> Result<(), SinkError> {
        let Some(step) = step(status) else { return Ok(()) };
        let (ticket, by) = (&self.whole.ticket, By { actor: Actor::Sink, staff: None });
        match self.sinks.tickets.step(ticket.tenant_id, ticket.id, by, step, None).await {
            Err(error) if !matches!(error.code(), Code::NotFound | Code::StateChanged) => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub(super) async fn put(
        &self,
        before: Option<&Copy>,
        state: CopyState,
        remote: &Remote,
    ) -> Result<Option<Copy>, SinkError> {
        let (place, news) = ((self.sink, before), (state, remote));
        self.stored(self.sinks.put(&self.whole.ticket, place, news, (self.key, self.now)).await?)
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
