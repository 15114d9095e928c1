//! From a report to its ticket, in one transaction: the ticket, its items byte for byte as they were previewed, the consents,
//! the links, the mail that asks whether the address is right, and the word to other systems (IDALKO-19). What is outside may
//! be down. The same request again gets the same ticket.

use sha2::{Digest, Sha256};

use super::consent::{self, Consent};
use super::development::Development;
use super::intake::Source;
use super::links::{self, TicketLink, TicketPurpose};
use super::{
    IDEMPOTENCY, ItemContent, REQUEST, State, TicketContent, Tickets, fence, fingerprint_index, internal,
    mails, number, people, reporter_index, wrong,
};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::bundle_items::{self, ItemRow};
use crate::db::consents::{self, ConsentRow};
use crate::db::ticket_mails::TicketMailKind;
use crate::db::tickets::{self, Approval, FrameRow, TicketRow};
use crate::db::{Conn, Id, text_enum};
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::{ClassName, Language};
use crate::support::Accepted;
use crate::vault::SealingKey;

/// What one installation may have open and closed at once.
const TICKETS_MAX: i64 = 5_000;
/// All items of a report together.
pub const BUNDLE_MAX: usize = 8 * 1024 * 1024;

text_enum! {
    /// What is known of the address that was typed.
    pub enum EmailState {
        Unconfirmed = "unconfirmed",
        Confirmed = "confirmed",
        /// The mail to it came back.
        Undeliverable = "undeliverable",
        /// It was confirmed, and the last mail to it came back. A full mailbox takes nobody's rights away (IDALKO-21).
        Bounced = "bounced",
    }
}

impl EmailState {
    /// Whether the address of this state was shown to be the reporter's.
    pub fn is_confirmed(stored: &str) -> bool {
        [Self::Confirmed, Self::Bounced].iter().any(|state| state.as_str() == stored)
    }

    /// The state after a mail to the address that was sent, or came back.
    pub fn after_mail(stored: &str, is_delivered: bool) -> Option<Self> {
        match (stored, is_delivered) {
            (stored, false) if Self::is_confirmed(stored) => Some(Self::Bounced),
            (_, false) => Some(Self::Undeliverable),
            (stored, true) if Self::is_confirmed(stored) => Some(Self::Confirmed),
            (_, true) => None,
        }
    }
}

text_enum! {
    /// How soon staff looks at it.
    pub enum Priority {
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

/// Which request this is: a client that heard no answer sends it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub tenant: Id,
    pub account_id: String,
    pub key: IdempotencyKey,
    pub body: [u8; 32],
}

/// A client's name for its request (`Idempotency-Key`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A structured string (RFC 8941), or the same without its quotes.
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text.trim();
        let inner = inner.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(inner);
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        ((8..=128).contains(&inner.len()) && inner.bytes().all(is_plain)).then(|| Self(inner.to_owned()))
    }
}

impl Request {
    pub fn new(tenant: Id, account_id: &str, key: IdempotencyKey, body: &[u8]) -> Self {
        Self { tenant, account_id: account_id.to_owned(), key, body: Sha256::digest(body).into() }
    }
}

/// A report that was held to its preview, and what the user typed beside it.
#[derive(Debug, Clone)]
pub struct Report {
    pub accepted: Accepted,
    pub email: Address,
    pub language: Language,
    pub consents: Vec<Consent>,
    pub product: String,
    /// A matter of privacy, which is kept apart from the others (WEBSITE-45).
    pub is_privacy: bool,
    /// Whether it follows the known problem with the same error.
    pub follow: bool,
}

/// What the user gets at once.
#[derive(Debug, Clone)]
pub struct Submitted {
    pub id: Id,
    pub number: String,
    pub state: String,
    pub goes_at: Timestamp,
    /// Shows number and state.
    pub status: Secret,
    /// Whether nobody at the vendor sees it before an administrator of the site has approved it.
    pub awaits_approval: bool,
}

impl Tickets {
    /// The answer that the same request got before. Another body under the same key is refused, and so is a request whose
    /// ticket has been deleted since: it must not come back because an answer was lost on the way.
    pub async fn answered(&self, request: &Request) -> Result<Option<Submitted>, Error> {
        let (this, request) = (self.clone(), request.clone());
        let key = self.vault.data_key(request.tenant).await?;
        let names = Names { named: idempotency_index(&key, &request), body: request_index(&key, &request) };
        self.db.read(move |conn| this.standing(conn, request.tenant, &names)).await
    }

    /// Stores a report and makes its ticket.
    pub async fn submit(&self, request: Request, report: Report) -> Result<Submitted, Error> {
        consent::check(&report.consents, &report.accepted.items).map_err(|why| wrong(why.to_string()))?;
        if report.accepted.items.iter().map(|item| item.content.len()).sum::<usize>() > BUNDLE_MAX {
            return Err(
                Error::new(Code::BodyTooLarge).with_detail(format!("items: at most {BUNDLE_MAX} bytes."))
            );
        }
        let key = self.vault.data_key(request.tenant).await?;
        self.limits.report(request.tenant, &reporter_index(&key, &request.account_id))?;
        let rows = self.rows(&request, &report, &Maker::Reporter, &key)?;
        let this = self.clone();
        self.db.write(move |tx| this.store(tx, rows, &key)).await
    }

    pub(super) fn standing(
        &self,
        conn: &mut Conn,
        tenant: Id,
        names: &Names,
    ) -> Result<Option<Submitted>, Error> {
        let Some(row) = tickets::by_idempotency(conn, tenant, &names.named)? else {
            return match tickets::frame_by_request(conn, tenant, &names.named)? {
                Some(frame) => Err(deleted(&frame)),
                None => Ok(None),
            };
        };
        if row.request_index != names.body {
            let detail = "Idempotency-Key: was used for another report; use another one.";
            return Err(Error::new(Code::StateChanged).with_detail(detail));
        }
        self.submitted(conn, &row).map(Some)
    }

    fn submitted(&self, conn: &mut Conn, row: &TicketRow) -> Result<Submitted, Error> {
        let link = TicketLink { tenant: row.tenant_id, ticket: row.id, purpose: TicketPurpose::Status };
        Ok(Submitted {
            id: row.id,
            number: row.number.clone(),
            state: row.state.clone(),
            goes_at: row.expires_at.into(),
            status: links::token(conn, &self.vault, &link)?,
            awaits_approval: row.is(Approval::Waiting),
        })
    }

    /// Everything that is sealed is sealed here, outside the transaction that others wait for.
    pub(super) fn rows(
        &self,
        request: &Request,
        report: &Report,
        maker: &Maker,
        key: &SealingKey,
    ) -> Result<Rows, Error> {
        let (now, tenant, accepted) = (self.clock.now(), request.tenant, &report.accepted);
        let Some(expires_at) = self.policy.ticket_expires_at(now, None) else {
            let detail = "The policy of this service keeps no support data.";
            return Err(Error::new(Code::NotFound).with_detail(detail));
        };
        let ticket_id = Id::new(now);
        let content = TicketContent {
            development: Development::default(),
            account_id: maker.is_reporter().then(|| request.account_id.clone()),
            email: report.email.clone(),
            language: report.language,
            tier: accepted.tier,
            left_out: accepted.left_out.iter().map(ToString::to_string).collect(),
            missing: accepted.missing.clone(),
            tags: Vec::new(),
            close_reason: None,
            known: None,
            account_seen_at: None,
            confirmed_at: None,
            follow: report.follow,
            decided: None,
        };
        let items = accepted.items.iter().enumerate().map(|(position, item)| {
            let id = Id::new(now);
            Ok(ItemRow {
                tenant_id: tenant,
                ticket_id,
                id,
                position: i64::try_from(position).unwrap_or(i64::MAX),
                at: now.into(),
                expires_at: expires_at.into(),
                bytes: i64::try_from(item.content.len()).unwrap_or(i64::MAX),
                sealed: ItemContent::of(item).seal(key, id)?,
                message_id: None,
            })
        });
        let consents = report.consents.iter().map(|consent| ConsentRow {
            tenant_id: tenant,
            ticket_id,
            id: Id::new(now),
            item: consent.to_string(),
            statement_version: accepted.statement_version,
            given_at: now.into(),
            withdrawn_at: None,
            expires_at: expires_at.into(),
        });
        let ticket = TicketRow {
            tenant_id: tenant,
            id: ticket_id,
            number: String::new(),
            state: State::Received.as_str().to_owned(),
            severity: accepted.severity.as_str().to_owned(),
            priority: Priority::Normal.as_str().to_owned(),
            product: report.product.clone(),
            region: self.region().to_owned(),
            assignee_id: maker.assignee(),
            fingerprint_index: accepted.fingerprint.as_ref().map(|print| fingerprint_index(key, print)),
            is_privacy: report.is_privacy,
            merged_into: None,
            reporter_index: match maker {
                Maker::Reporter => reporter_index(key, &request.account_id),
                // Of a caller nobody knows which other tickets are theirs.
                Maker::Staff { .. } => reporter_index(key, &format!("ticket:{ticket_id}")),
            },
            email_state: EmailState::Unconfirmed.as_str().to_owned(),
            idempotency_index: idempotency_index(key, request),
            request_index: request_index(key, request),
            message_root: Id::new(now),
            created_at: now.into(),
            updated_at: now.into(),
            closed_at: None,
            expires_at: expires_at.into(),
            sealed: content.seal(key, ticket_id)?,
            snoozed_until: None,
            respond_by: self.policy.respond_by(now, accepted.severity.as_str()).map(Into::into),
            responded_at: None,
            source: maker.source().as_str().to_owned(),
            is_known_problem: false,
            approval: None,
            decider_index: None,
        };
        let follow = report.follow;
        Ok(Rows {
            now,
            ticket,
            follow,
            items: items.collect::<Result<_, Error>>()?,
            consents: consents.collect(),
        })
    }

    pub(super) fn store(&self, tx: &mut Conn, rows: Rows, key: &SealingKey) -> Result<Submitted, Error> {
        let Rows { now, mut ticket, items, consents, follow } = rows;
        fence(tx, ticket.tenant_id)?;
        let (tenant, names) = (ticket.tenant_id, Names::of(&ticket));
        if let Some(standing) = self.standing(tx, tenant, &names)? {
            return Ok(standing);
        }
        if tickets::count(tx, ticket.tenant_id)? >= TICKETS_MAX {
            return Err(Error::new(Code::LimitReached));
        }
        self.hold_back(tx, &mut ticket, key)?;
        if follow && ticket.has_left() {
            self.follow_known(tx, &mut ticket)?;
        }
        ticket.number = number::draw(tx)?;
        if !tickets::insert(tx, &ticket)? {
            // Somebody else sent the same request at the same moment.
            return self
                .standing(tx, tenant, &names)?
                .ok_or_else(|| internal(anyhow::anyhow!("a ticket is not there")));
        }
        items.iter().try_for_each(|item| bundle_items::insert(tx, item))?;
        consents.iter().try_for_each(|consent| consents::insert(tx, consent))?;
        let frame = self.frame(&ticket, &items, now);
        tickets::insert_frame(tx, &frame)?;
        for purpose in TicketPurpose::ALL {
            let link = TicketLink { tenant: ticket.tenant_id, ticket: ticket.id, purpose: *purpose };
            links::issue(tx, &self.vault, &link, now, frame.expires_at.into())?;
        }
        mails::plan_as(tx, &ticket, ticket.message_root, TicketMailKind::Confirm, now)?;
        people::see_to_reports(tx, ticket.tenant_id, now)?;
        if ticket.has_left() {
            self.pass_on(tx, &ticket, now)?;
        }
        self.submitted(tx, &ticket)
    }

    /// What is left to see of it later is there from the beginning.
    fn frame(&self, ticket: &TicketRow, items: &[ItemRow], now: Timestamp) -> FrameRow {
        let goes_at = Timestamp::from(ticket.expires_at);
        let expires_at = self.policy.expires_at(ClassName::Audit, now).unwrap_or(goes_at).max(goes_at);
        FrameRow {
            tenant_id: ticket.tenant_id,
            ticket_id: ticket.id,
            id: Id::new(now),
            number: ticket.number.clone(),
            recorded_at: now.into(),
            closed_at: None,
            goes_at: goes_at.into(),
            gone_at: None,
            items: i64::try_from(items.len()).unwrap_or(i64::MAX),
            bytes: items.iter().map(|item| item.bytes).sum(),
            messages: 0,
            expires_at: expires_at.into(),
            request_index: Some(ticket.idempotency_index.clone()),
        }
    }
}

/// What a request is known by again.
pub(super) struct Names {
    named: Vec<u8>,
    body: Vec<u8>,
}

impl Names {
    pub(super) fn of(ticket: &TicketRow) -> Self {
        Self { named: ticket.idempotency_index.clone(), body: ticket.request_index.clone() }
    }
}

fn idempotency_index(key: &SealingKey, request: &Request) -> Vec<u8> {
    key.index(IDEMPOTENCY, &[request.account_id.as_bytes(), request.key.0.as_bytes()])
}

fn request_index(key: &SealingKey, request: &Request) -> Vec<u8> {
    key.index(REQUEST, &[&request.body])
}

fn deleted(frame: &FrameRow) -> Error {
    let detail =
        format!("It had the number {}. What is reported anew needs another Idempotency-Key.", frame.number);
    Error::new(Code::ReportDeleted).with_detail(detail)
}

/// Who makes a ticket.
pub(super) enum Maker {
    Reporter,
    /// For somebody who told it to them.
    Staff {
        source: Source,
        assignee: Option<Id>,
    },
}

impl Maker {
    fn is_reporter(&self) -> bool {
        matches!(self, Self::Reporter)
    }

    fn source(&self) -> Source {
        match self {
            Self::Reporter => Source::Report,
            Self::Staff { source, .. } => *source,
        }
    }

    fn assignee(&self) -> Option<Id> {
        match self {
            Self::Reporter => None,
            Self::Staff { assignee, .. } => *assignee,
        }
    }
}

/// What one transaction stores.
pub(super) struct Rows {
    now: Timestamp,
    pub(super) ticket: TicketRow,
    items: Vec<ItemRow>,
    consents: Vec<ConsentRow>,
    follow: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_request_is_a_plain_word_with_or_without_quotes() {
        let key = |text| IdempotencyKey::parse(text);
        assert_eq!(
            key("\"8e03978e-40d5-43dd-bc93-6894a57f9324\""),
            key("8e03978e-40d5-43dd-bc93-6894a57f9324")
        );
        assert!(key("8e03978e-40d5-43dd-bc93-6894a57f9324").is_some());
        for bad in
            ["", "short", "\"\"", "two words of it", "a\"b\"c\"d\"e", &"x".repeat(129), "letters-é-more"]
        {
            assert_eq!(key(bad), None, "{bad:?}");
        }
    }
}
