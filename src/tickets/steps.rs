//! A ticket moves, and those that follow it with it: by staff, or by another system that has a copy.

use super::deed::{Deed, Doing};
use super::reporter::{add_state, message_text, refused, state_of};
use super::state::{self, Actor, State, Step};
use super::work::By;
use super::{Tickets, hold, lock, mails, wrong};
use crate::clock::Timestamp;
use crate::db::ticket_mails::TicketMailKind;
use crate::db::tickets::{self, FrameRow, TicketRow};
use crate::db::{Conn, Id};
use crate::error::{Code, Error};
use crate::staff::needs;
use crate::vault::SealingKey;

impl Tickets {
    /// Moves the ticket, and those that were merged into it. The reporters are told.
    pub async fn step_by(
        &self,
        deed: Deed<needs::Problem>,
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
        self.carry_out(deed.with_followers(), move |doing, tx, row| {
            let Doing { tickets, key, by, now, .. } = doing;
            let moving = Moving { tickets, key, by: *by, step, reason: reason.as_deref(), now: *now };
            moving.all(tx, row, |tx, follower| doing.record_with_follower(tx, follower))
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
                hold::problem(tx, tenant, ticket)?;
                let row = lock(tx, tenant, ticket)?;
                let moving = Moving { tickets: &this, key: &key, by, step, reason: reason.as_deref(), now };
                moving.all(tx, row, |_, _| Ok(()))
            })
            .await
    }
}

/// A step that somebody takes.
struct Moving<'a> {
    tickets: &'a Tickets,
    key: &'a SealingKey,
    by: By,
    step: Step,
    reason: Option<&'a str>,
    now: Timestamp,
}

impl Moving<'_> {
    /// All of them are held. Those that follow it are recorded as they are moved.
    fn all(
        &self,
        tx: &mut Conn,
        row: TicketRow,
        record: impl Fn(&mut Conn, &TicketRow) -> Result<(), Error>,
    ) -> Result<State, Error> {
        let followers = tickets::merged_into(tx, row.tenant_id, row.id)?;
        let state = self.one(tx, row)?;
        for follower in followers {
            let before = state_of(&follower)?;
            // One that cannot follow stays where it is.
            if state::next(before, self.step, self.by.actor).is_ok_and(|after| after != before) {
                record(tx, &follower)?;
                self.one(tx, follower)?;
            }
        }
        Ok(state)
    }

    fn one(&self, tx: &mut Conn, row: TicketRow) -> Result<State, Error> {
        let before = state_of(&row)?;
        let after = state::next(before, self.step, self.by.actor).map_err(refused)?;
        if after == before {
            return Ok(after);
        }
        let (state, updated_at) = (after.as_str().to_owned(), self.now.into());
        let mut row = TicketRow { state, updated_at, snoozed_until: None, ..row };
        if after == State::Closed {
            row = self.closed(tx, row)?;
        }
        tickets::update(tx, &row)?;
        add_state(tx, &row, (self.by.staff, after), self.key, self.now)?;
        mails::plan(tx, &row, TicketMailKind::State, self.now)?;
        self.tickets.deliver(tx, row.tenant_id, row.id, self.now)?;
        Ok(after)
    }

    /// From its closing on, its time is short.
    fn closed(&self, tx: &mut Conn, row: TicketRow) -> Result<TicketRow, Error> {
        let now = self.now;
        let mut content = self.tickets.open(self.key, &row)?;
        content.close_reason = self.reason.map(str::to_owned);
        let by_policy = self.tickets.policy.ticket_expires_at(row.created_at.into(), Some(now));
        // It may have been given an earlier day by a merge.
        let expires_at = by_policy.unwrap_or(now).min(row.expires_at.into());
        tickets::set_expiry(tx, row.tenant_id, row.id, expires_at)?;
        if let Some(frame) = tickets::frame(tx, row.tenant_id, row.id)? {
            tickets::update_frame(tx, &FrameRow { closed_at: Some(now.into()), ..frame })?;
        }
        let (sealed, closed_at) = (content.seal(self.key, row.id)?, Some(now.into()));
        let is_known_problem = false;
        Ok(TicketRow { sealed, closed_at, expires_at: expires_at.into(), is_known_problem, ..row })
    }
}
