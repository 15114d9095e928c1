//! Makes the copy of one ticket, once; what is made is kept up to date in `refresh.rs`.

use std::sync::Arc;
use std::time::Duration;

use super::copies::{Copy, CopyState, Remote};
use super::jsm::{Jsm, JsmError};
use super::payload::Payload;
use super::{Next, SinkError, Sinks};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::Error;
use crate::tickets::State;
use crate::tickets::read::Whole;
use crate::tickets::submit::EmailState;
use crate::vault::{SealingKey, VaultError};

/// How long a try may stay unknown to the other system's own search: seconds to minutes, says its documentation.
pub const INDEX_LAG: Duration = Duration::from_secs(120);
/// After so many tries in a row on somebody's behalf that the desk failed, it gets the ticket without that. Between two of them
/// lie minutes, so what was only a moment's fault is over by then; a reporter's name over there is worth no longer wait.
pub const ON_BEHALF_TRIES: u32 = 3;

impl Sinks {
    /// One look at the copy of this ticket in this system, after so many in a row that failed.
    pub async fn deliver(
        &self,
        tenant: Id,
        ticket: Id,
        sink: &str,
        (now, failures): (Timestamp, u32),
    ) -> Result<Next, SinkError> {
        let Some(jsm) = self.jsm(sink) else { return Ok(Next::Nothing) };
        let key = match self.vault.data_key(tenant).await {
            Ok(key) => key,
            Err(VaultError::Shredded) => return Ok(Next::Nothing),
            Err(error) => return Err(Error::from(error).into()),
        };
        let Some(whole) = self.tickets.whole(tenant, ticket).await? else { return Ok(Next::Nothing) };
        // What waits for its site's word leaves for nobody.
        if !whole.ticket.has_left() {
            return Ok(Next::Nothing);
        }
        let copy = self.copy(&whole.ticket, sink, &key).await?;
        let work = Work { sinks: self, jsm, sink, whole: &whole, key: &key, now, failures };
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
    pub(super) sink: &'a str,
    pub(super) whole: &'a Whole,
    pub(super) key: &'a Arc<SealingKey>,
    pub(super) now: Timestamp,
    /// Looks in a row that failed before this one.
    failures: u32,
}

impl Work<'_> {
    fn is_confirmed(&self) -> bool {
        EmailState::is_confirmed(&self.whole.ticket.email_state)
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
            if let Some(key) = self.jsm.find(&ticket.number).await?.into_iter().next() {
                return self.made(copy, key).await;
            }
        }
        let tried = copy.as_ref().map_or(0, |copy| copy.remote.tried_on_behalf);
        let customer = self.customer(tried).await?;
        let remote = Remote {
            number: ticket.number.clone(),
            customer: customer.clone(),
            tried_on_behalf: tried + u32::from(customer.is_some()),
            ..Remote::default()
        };
        let Some(claimed) = self.put(copy.as_ref(), CopyState::Sending, &remote).await? else {
            return Ok(Next::Nothing);
        };
        match self.create(customer.as_deref()).await {
            Ok(key) => self.made(&claimed, key).await,
            Err(error) => {
                if error.is_sure() {
                    let remote = Remote { tried_on_behalf: tried, ..remote };
                    self.put(Some(&claimed), CopyState::NotTaken, &remote).await?;
                    return Err(error.into());
                }
                tracing::warn!(tenant.id = %ticket.tenant_id, %error, "nobody knows whether the desk took a ticket; it is looked for before the next try");
                Ok(Next::At(self.now.plus(INDEX_LAG)))
            }
        }
    }

    /// On whose behalf it is, if that can be had at all: a ticket is worth more than its reporter's name over there.
    async fn customer(&self, tried: u32) -> Result<Option<String>, SinkError> {
        if !self.is_confirmed() {
            return Ok(None);
        }
        if tried >= ON_BEHALF_TRIES {
            tracing::warn!(
                tried,
                "the desk fails on behalf of others; the ticket is raised on nobody's behalf"
            );
            return Ok(None);
        }
        match self.jsm.customer(self.whole.content.email.as_str()).await {
            Ok(account_id) => Ok(Some(account_id)),
            Err(JsmError::Refused(status)) => {
                tracing::warn!(status, "the desk makes no customer; the ticket is raised on nobody's behalf");
                Ok(None)
            }
            Err(error) if self.failures >= ON_BEHALF_TRIES && is_own_fault(&error) => {
                tracing::warn!(%error, "the desk finds no customers; the ticket is raised on nobody's behalf");
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
        let remote = Remote { key: Some(key), made_at: Some(self.now), ..copy.remote.clone() };
        match self.put(Some(copy), CopyState::Delivered, &remote).await? {
            Some(copy) => self.refresh(copy).await,
            // It went meanwhile; whoever forgets it finds it by its number.
            None => Ok(Next::Nothing),
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

/// Whether a desk that can be reached, and asks for no time, still has no answer.
const fn is_own_fault(error: &JsmError) -> bool {
    matches!(error, JsmError::Failed(_) | JsmError::Unanswered(_) | JsmError::Unreadable)
}
