//! Tickets that staff makes for somebody who called or wrote a letter. There is no bundle and nobody agreed to one; what they said is
//! the first message. Their address is typed here and is confirmed by the mailed link like any other: until then it reads nothing.
//! Whose account it is nobody knows, so no other ticket is taken for theirs.

use super::reporter::{add_message, message_text};
use super::submit::{Maker, Names, Report, Request, Submitted};
use super::{Tickets, fence, lock};
use crate::audit::{AuditEvent, AuditKind, Who};
use crate::db::ticket_messages::MessageKind;
use crate::db::{Conn, Id, text_enum};
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::Language;
use crate::staff::{Needs, Role, needs};
use crate::support::{Accepted, Severity, Tier};

text_enum! {
    /// How a problem came to us.
    pub enum Source {
        /// By a report from the product.
        Report = "report",
        Phone = "phone",
        Letter = "letter",
    }
}

/// What somebody said, and how they are reached.
#[derive(Debug, Clone)]
pub struct Told {
    pub source: Source,
    pub product: String,
    pub email: Address,
    pub language: Language,
    pub severity: Severity,
    pub text: String,
    pub is_privacy: bool,
}

/// Somebody of the vendor who may take in what others tell.
pub struct Intake {
    who: Who,
    role: Role,
}

impl Intake {
    /// Nothing, where the role does not allow it.
    pub fn new(who: Who, role: Role) -> Result<Self, Error> {
        if !role.may(needs::Intake::PERMISSION) {
            return Err(Error::new(Code::NotPermitted));
        }
        Ok(Self { who, role })
    }

    /// Whoever reaches nothing but their own tickets has the one that they made.
    fn assignee(&self) -> Option<Id> {
        self.role.is_confined().then_some(self.who.id)
    }

    /// Who asks, among those who send requests: nobody of the product has such a name.
    pub fn requester(&self) -> String {
        format!("staff:{}", self.who.id)
    }
}

impl Tickets {
    /// Makes a ticket, with a record of it that the customer's administrators see.
    pub async fn take_in(&self, intake: Intake, request: Request, told: Told) -> Result<Submitted, Error> {
        let text = message_text(&told.text)?;
        let key = self.vault.data_key(request.tenant).await?;
        self.limits.report(request.tenant, &super::reporter_index(&key, &request.account_id))?;
        let maker = Maker::Staff { source: told.source, assignee: intake.assignee() };
        let source = told.source;
        let rows = self.rows(&request, &report(told, self.clock.now()), &maker, &key)?;
        let (this, now) = (self.clone(), self.clock.now());
        let store = move |tx: &mut Conn| {
            fence(tx, request.tenant)?;
            if let Some(standing) = this.standing(tx, request.tenant, &Names::of(&rows.ticket))? {
                return Ok(standing);
            }
            let made = this.store(tx, rows, &key)?;
            let row = lock(tx, request.tenant, made.id)?;
            add_message(tx, &row, MessageKind::StaffReply, Some(intake.who.id), text, &key, now)?;
            let event = AuditEvent::by(&intake.who, request.tenant, AuditKind::TakenIn);
            this.audit.record(tx, &key, &event.on(row.id, &row.number).about(source.as_str()))?;
            Ok(made)
        };
        self.db.write(store).await
    }
}

fn report(told: Told, now: crate::clock::Timestamp) -> Report {
    let accepted = Accepted {
        tier: Tier::Minimal,
        severity: told.severity,
        fingerprint: None,
        items: Vec::new(),
        left_out: Vec::new(),
        missing: Vec::new(),
        statement_version: 0,
        made_at: now,
    };
    Report {
        accepted,
        email: told.email,
        language: told.language,
        consents: Vec::new(),
        product: told.product,
        is_privacy: told.is_privacy,
        follow: false,
    }
}
