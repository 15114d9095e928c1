//! Mails about tickets. What is to be said is planned in the transaction that causes it; the mail is written and claimed in
//! another, sent outside of it, and what became of it is stored in a third. After a crash in between, the mail that was claimed
//! is sent again under the same `Message-ID`. None holds a text of anybody: what we could not delete later is not sent.

use super::links::{self, TicketLink, TicketPurpose};
use super::submit::EmailState;
use super::{TicketContent, Tickets, enqueue, internal};
use crate::clock::Timestamp;
use crate::db::jobs::JobKind;
use crate::db::ticket_mails::{self, TicketMailKind, TicketMailRow, TicketMailState};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, Id, tenants};
use crate::error::Error;
use crate::mail::{self, AboutTicket, Facts, Links, Mail};
use crate::policy::{AccountUse, ClassName};
use crate::vault::{Label, SealingKey, Unsealable, VaultError};

const MAIL: Label = Label("ticket.mail");

/// Plans a mail about this ticket. Nothing but the question whether it is theirs goes to an address that is not confirmed.
pub(super) fn plan(
    tx: &mut Conn,
    ticket: &TicketRow,
    kind: TicketMailKind,
    now: Timestamp,
) -> Result<(), Error> {
    let is_confirmed = EmailState::is_confirmed(&ticket.email_state);
    if is_confirmed || kind == TicketMailKind::Confirm {
        plan_as(tx, ticket, Id::new(now), kind, now)
    } else {
        Ok(())
    }
}

/// The same under an id that is known already.
pub(super) fn plan_as(
    tx: &mut Conn,
    ticket: &TicketRow,
    id: Id,
    kind: TicketMailKind,
    now: Timestamp,
) -> Result<(), Error> {
    let row = TicketMailRow {
        tenant_id: ticket.tenant_id,
        id,
        ticket_id: ticket.id,
        kind: kind.as_str().to_owned(),
        state: TicketMailState::Planned.as_str().to_owned(),
        recorded_at: now.into(),
        settled_at: None,
        expires_at: ticket.expires_at,
        sealed: None,
    };
    ticket_mails::insert(tx, &row)?;
    enqueue(tx, JobKind::TicketMail, ticket.tenant_id, id.to_string(), now)
}

/// What is known before a transaction that writes a mail.
pub struct Writer {
    pub(super) key: std::sync::Arc<SealingKey>,
    app_key: String,
}

impl Writer {
    /// The mail as it is kept until it has left.
    pub(super) fn sealed(&self, id: Id, mail: &Mail) -> Result<Vec<u8>, Error> {
        Ok(self.key.seal(MAIL, id, &serde_json::to_vec(mail).map_err(internal)?))
    }
}

/// A mail that is to leave now.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub row: TicketMailRow,
    pub mail: Mail,
}

impl Outgoing {
    /// Whether it goes to the vendor's own support.
    pub fn is_to_staff(&self) -> bool {
        self.row.kind == TicketMailKind::Staff.as_str()
    }
}

impl Tickets {
    /// `None` when the tenant is gone.
    pub async fn writer(&self, tenant: Id) -> Result<Option<Writer>, Error> {
        let known = match self.tenancy.find_by_id(tenant).await {
            Ok(Some(known)) => known,
            Ok(None) | Err(VaultError::Shredded) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let app_key =
            known.account.get("key", AccountUse::ContractAdministration).unwrap_or_default().to_owned();
        Ok(Some(Writer { key: self.vault.data_key(tenant).await?, app_key }))
    }

    /// Writes and claims the mail, if it is still to be sent.
    pub async fn claim_mail(&self, tenant: Id, mail: Id) -> Result<Option<Outgoing>, Error> {
        let Some(writer) = self.writer(tenant).await? else { return Ok(None) };
        let this = self.clone();
        self.db.write(move |tx| this.claim(tx, tenant, mail, &writer)).await
    }

    fn claim(&self, tx: &mut Conn, tenant: Id, mail: Id, writer: &Writer) -> Result<Option<Outgoing>, Error> {
        if !tenants::fence(tx, tenant)? {
            return Ok(None);
        }
        let Some(row) = ticket_mails::lock(tx, tenant, mail)? else { return Ok(None) };
        if row.settled_at.is_some() {
            return Ok(None);
        }
        if let Some(sealed) = &row.sealed {
            let plain = writer.key.open(MAIL, row.id, sealed).map_err(VaultError::from)?;
            let mail = serde_json::from_slice(&plain).map_err(|_| VaultError::Unsealable(Unsealable))?;
            return Ok(Some(Outgoing { row, mail }));
        }
        let Some(ticket) = tickets::find(tx, tenant, row.ticket_id)? else { return Ok(None) };
        let Some((mail, sealed)) = self.written(tx, &ticket, &row, writer)? else { return Ok(None) };
        let row = TicketMailRow {
            state: TicketMailState::Sending.as_str().to_owned(),
            sealed: Some(sealed),
            ..row
        };
        ticket_mails::update(tx, &row)?;
        Ok(Some(Outgoing { row, mail }))
    }

    fn written(
        &self,
        tx: &mut Conn,
        ticket: &TicketRow,
        row: &TicketMailRow,
        writer: &Writer,
    ) -> Result<Option<(Mail, Vec<u8>)>, Error> {
        let planned_at = row.recorded_at.into();
        let kind: TicketMailKind =
            row.kind.parse().map_err(|word: String| internal(anyhow::anyhow!(word)))?;
        if kind == TicketMailKind::Staff {
            return self.write_to_staff(ticket, row.id, planned_at, writer);
        }
        let content = self.open(&writer.key, ticket)?;
        self.write(tx, ticket, &content, kind, row.id, planned_at, writer).map(Some)
    }

    /// The last mail of a ticket that is about to go: written at once, since nothing of it can be read later.
    pub(super) fn write_last(
        &self,
        tx: &mut Conn,
        ticket: &TicketRow,
        writer: &Writer,
        now: Timestamp,
    ) -> Result<TicketMailRow, Error> {
        let (content, id) = (self.open(&writer.key, ticket)?, Id::new(now));
        let (_, sealed) = self.write(tx, ticket, &content, TicketMailKind::Deleted, id, now, writer)?;
        Ok(TicketMailRow {
            tenant_id: ticket.tenant_id,
            id,
            ticket_id: ticket.id,
            kind: TicketMailKind::Deleted.as_str().to_owned(),
            state: TicketMailState::Sending.as_str().to_owned(),
            recorded_at: now.into(),
            settled_at: None,
            expires_at: ticket.expires_at,
            sealed: Some(sealed),
        })
    }

    #[expect(clippy::too_many_arguments, reason = "what a mail says comes from as many places")]
    fn write(
        &self,
        tx: &mut Conn,
        ticket: &TicketRow,
        content: &TicketContent,
        kind: TicketMailKind,
        id: Id,
        planned_at: Timestamp,
        writer: &Writer,
    ) -> Result<(Mail, Vec<u8>), Error> {
        let link =
            TicketLink { tenant: ticket.tenant_id, ticket: ticket.id, purpose: TicketPurpose::Conversation };
        let token = links::token(tx, &self.vault, &link)?;
        let about = AboutTicket {
            kind: kind.as_str().to_owned(),
            number: ticket.number.clone(),
            state: ticket.state.clone(),
            goes_at: ticket.expires_at.into(),
            confirm_until: self.policy.confirmable_until(planned_at),
            link: self.address(token.expose()),
        };
        let links = Links { statement: format!("{}/privacy", self.base_url), ..Links::default() };
        let facts = Facts { app_key: writer.app_key.clone(), site: None, links };
        let rendered =
            mail::render_ticket(&about, &facts, content.language, &self.policy).map_err(internal)?;
        let mail = Mail {
            key: mail::ticket_key(id),
            date: planned_at,
            to: content.email.clone(),
            cc: None,
            language: content.language,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            attachment: None,
            thread: (id != ticket.message_root).then(|| mail::ticket_key(ticket.message_root)),
        };
        let sealed = writer.sealed(id, &mail)?;
        Ok((mail, sealed))
    }

    /// The address of a ticket's page.
    pub fn address(&self, token: &str) -> String {
        format!("{}/status/{token}", self.base_url)
    }

    /// Stores that the mail has left, or never will. Its text goes, and its row stays as a record that it was sent.
    pub async fn settle_mail(&self, outgoing: &Outgoing, is_delivered: bool) -> Result<(), Error> {
        let (this, row, now) = (self.clone(), outgoing.row.clone(), self.clock.now());
        self.db.write(move |tx| this.settle(tx, row, is_delivered, now)).await
    }

    fn settle(
        &self,
        tx: &mut Conn,
        row: TicketMailRow,
        is_delivered: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (tenant, ticket) = (row.tenant_id, row.ticket_id);
        if !tenants::fence(tx, tenant)? {
            return Ok(());
        }
        // The ticket first, as whoever deletes it does: two that wait for each other would wait for ever.
        let is_about_reporter = row.kind != TicketMailKind::Staff.as_str();
        let ticket = if is_about_reporter { tickets::lock(tx, tenant, ticket)? } else { None };
        let Some(standing) = ticket_mails::lock(tx, tenant, row.id)?.filter(|row| row.settled_at.is_none())
        else {
            return Ok(());
        };
        let state = if is_delivered { TicketMailState::Sent } else { TicketMailState::Undeliverable };
        let recorded_at = Timestamp::from(standing.recorded_at);
        let expires_at = self.policy.expires_at(ClassName::Audit, recorded_at);
        ticket_mails::update(
            tx,
            &TicketMailRow {
                state: state.as_str().to_owned(),
                settled_at: Some(now.into()),
                expires_at: expires_at.map_or(standing.expires_at, Into::into),
                sealed: None,
                ..standing
            },
        )?;
        let after = ticket.as_ref().and_then(|row| EmailState::after_mail(&row.email_state, is_delivered));
        if let (Some(ticket), Some(after)) = (ticket, after.map(EmailState::as_str))
            && ticket.email_state != after
        {
            tickets::update(tx, &TicketRow { email_state: after.to_owned(), ..ticket })?;
        }
        Ok(())
    }
}
