//! Reports that need an administrator of their site before they leave it. Until then such a report is stored, and its reporter has
//! number, link and day, but nobody at the vendor sees it and no other system hears of it. Approved, it is from that moment on what
//! any other report is from its first one. Refused, what was sent goes at once: it was for somebody who is not to have it. What is
//! left for the time of a closed report is what its reporter is told.

use super::intake::Source;
use super::reporter::{changed, message_text};
use super::{Decided, State, Tickets, internal, lock, mails, people};
use crate::audit::{AuditEvent, AuditKind};
use crate::clock::Timestamp;
use crate::db::ticket_mails::TicketMailKind;
use crate::db::tickets::{self, Approval, FrameRow, TicketRow};
use crate::db::{Conn, Id, tenants};
use crate::error::{Code, Error};
use crate::tenancy::ReportRule;
use crate::vault::SealingKey;

/// What an administrator says to a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Approve,
    /// With a sentence to its reporter, if they like.
    Refuse(Option<String>),
}

impl Decision {
    fn approval(&self) -> Approval {
        match self {
            Self::Approve => Approval::Approved,
            Self::Refuse(_) => Approval::Refused,
        }
    }
}

impl Tickets {
    /// Lets a report leave its site, or sees to it that it never does. The same once more changes nothing; the opposite is refused.
    pub async fn decide(&self, tenant: Id, ticket: Id, by: &str, decision: Decision) -> Result<(), Error> {
        let decision = match decision {
            Decision::Refuse(Some(reason)) => Decision::Refuse(Some(message_text(&reason)?)),
            other => other,
        };
        let (this, by, key) = (self.clone(), by.to_owned(), self.vault.data_key(tenant).await?);
        self.db.write(move |tx| this.decided(tx, (tenant, ticket), &by, &decision, &key)).await
    }

    fn decided(
        &self,
        tx: &mut Conn,
        (tenant, ticket): (Id, Id),
        by: &str,
        decision: &Decision,
        key: &SealingKey,
    ) -> Result<(), Error> {
        let row = lock(tx, tenant, ticket)?;
        if row.is(decision.approval()) {
            return Ok(());
        }
        if !row.is(Approval::Waiting) {
            return Err(changed("This report does not wait for an administrator any more, or never did."));
        }
        check_installed(tx, tenant)?;
        let now = self.clock.now();
        let mut content = self.open(key, &row)?;
        content.decided = Some(Decided { at: now, by: Some(by.to_owned()), by_seen_at: None });
        if let Decision::Refuse(reason) = decision {
            content.close_reason = reason.clone();
        }
        let row = TicketRow {
            approval: Some(decision.approval().as_str().to_owned()),
            decider_index: Some(super::reporter_index(key, by)),
            updated_at: now.into(),
            sealed: content.seal(key, row.id)?,
            ..row
        };
        let row = match decision {
            Decision::Approve => self.approved(tx, row, content.follow, now)?,
            Decision::Refuse(_) => self.refused(tx, row, now)?,
        };
        people::see_to_reports(tx, tenant, now)?;
        self.audit.record(tx, key, &event(&row, decision))?;
        Ok(())
    }

    fn approved(
        &self,
        tx: &mut Conn,
        mut row: TicketRow,
        follow: bool,
        now: Timestamp,
    ) -> Result<TicketRow, Error> {
        // The vendor hears of it now, and is not late before.
        row.respond_by = self.policy.respond_by(now, &row.severity).map(Into::into);
        // Whoever holds the known one never waits for this: nobody but its reporter and its site reaches it before this moment.
        if follow {
            self.follow_known(tx, &mut row)?;
        }
        tickets::update(tx, &row)?;
        mails::plan(tx, &row, TicketMailKind::Approved, now)?;
        self.pass_on(tx, &row, now)?;
        Ok(row)
    }

    fn refused(&self, tx: &mut Conn, row: TicketRow, now: Timestamp) -> Result<TicketRow, Error> {
        tickets::delete_contents(tx, row.tenant_id, row.id)?;
        let by_policy = self.policy.ticket_expires_at(row.created_at.into(), Some(now));
        let expires_at = by_policy.unwrap_or(now).min(row.expires_at.into());
        let (state, closed_at) = (State::Closed.as_str().to_owned(), Some(now.into()));
        let row = TicketRow { state, closed_at, expires_at: expires_at.into(), ..row };
        tickets::update(tx, &row)?;
        tickets::set_expiry(tx, row.tenant_id, row.id, expires_at)?;
        if let Some(frame) = tickets::frame(tx, row.tenant_id, row.id)? {
            tickets::update_frame(tx, &FrameRow { closed_at, ..frame })?;
        }
        mails::plan(tx, &row, TicketMailKind::Refused, now)?;
        Ok(row)
    }

    /// Lets a report that is about to be stored wait, where its site rules so. What staff writes down for a caller is there already.
    pub(super) fn hold_back(
        &self,
        tx: &mut Conn,
        ticket: &mut TicketRow,
        key: &SealingKey,
    ) -> Result<(), Error> {
        if ticket.source != Source::Report.as_str() {
            return Ok(());
        }
        match self.tenancy.report_rules(tx, ticket.tenant_id, key)?.rule {
            ReportRule::Allow => {}
            ReportRule::Approve => {
                ticket.approval = Some(Approval::Waiting.as_str().to_owned());
                ticket.respond_by = None;
            }
            ReportRule::Forbid => return Err(Error::new(Code::ReportsForbidden)),
        }
        Ok(())
    }

    /// The vendor's people and other systems hear of a report.
    pub(super) fn pass_on(&self, tx: &mut Conn, ticket: &TicketRow, now: Timestamp) -> Result<(), Error> {
        if ticket.source == Source::Report.as_str() {
            self.tell_staff(tx, ticket, now)?;
        }
        self.deliver(tx, ticket.tenant_id, ticket.id, now)?;
        if ticket.merged_into.is_some() {
            // All that was stored of it goes with the one that it follows.
            tickets::set_expiry(tx, ticket.tenant_id, ticket.id, ticket.expires_at.into())?;
        }
        Ok(())
    }
}

/// A site that has left gives nothing more to anybody, whatever was on its way to us when it did.
fn check_installed(tx: &mut Conn, tenant: Id) -> Result<(), Error> {
    let row =
        tenants::by_id(tx, tenant)?.ok_or_else(|| internal(anyhow::anyhow!("a ticket has no tenant")))?;
    if row.standing == "active" {
        return Ok(());
    }
    Err(changed("The app is not installed any more; what waits goes with the data of the site."))
}

/// Which administrator it was stands with the ticket, where it can be taken out; a record can never be changed.
fn event(row: &TicketRow, decision: &Decision) -> AuditEvent {
    let kind = match decision {
        Decision::Approve => AuditKind::ReportApproved,
        Decision::Refuse(_) => AuditKind::ReportRefused,
    };
    let mut event = AuditEvent::of_nobody(kind).on(row.id, &row.number);
    event.tenant = row.tenant_id;
    event.detail.who = Some("administrator".to_owned());
    event
}
