//! From a report to its ticket, in one transaction: the ticket, its items byte for byte as they were previewed, the consents,
//! the links, the mail that asks whether the address is right, and the word to other systems (IDALKO-19). What is outside may
//! be down. The same request again gets the same ticket.

use sha2::{Digest, Sha256};

use super::consent::{self, Consent};
use super::links::{self, TicketLink, TicketPurpose};
use super::{
    IDEMPOTENCY, ItemContent, REQUEST, State, TicketContent, Tickets, fence, internal, mails, number, people,
    wrong,
};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::bundle_items::{self, ItemRow};
use crate::db::consents::{self, ConsentRow};
use crate::db::ticket_mails::TicketMailKind;
use crate::db::tickets::{self, FrameRow, TicketRow};
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
}

impl Tickets {
    /// The answer that the same request got before. Another body under the same key is refused.
    pub async fn answered(&self, request: &Request) -> Result<Option<Submitted>, Error> {
        let (this, request) = (self.clone(), request.clone());
        self.db.read(move |conn| this.standing(conn, &request)).await
    }

    /// Stores a report and makes its ticket.
    pub async fn submit(&self, request: Request, report: Report) -> Result<Submitted, Error> {
        consent::check(&report.consents, &report.accepted.items).map_err(|why| wrong(why.to_string()))?;
        if report.accepted.items.iter().map(|item| item.content.len()).sum::<usize>() > BUNDLE_MAX {
            return Err(
                Error::new(Code::BodyTooLarge).with_detail(format!("items: at most {BUNDLE_MAX} bytes."))
            );
        }
        self.limits.report(request.tenant, &self.reporter_index(request.tenant, &request.account_id))?;
        let key = self.vault.data_key(request.tenant).await?;
        let rows = self.rows(&request, &report, &key)?;
        let this = self.clone();
        self.db.write(move |tx| this.store(tx, &request, rows)).await
    }

    fn standing(&self, conn: &mut Conn, request: &Request) -> Result<Option<Submitted>, Error> {
        let Some(row) = tickets::by_idempotency(conn, request.tenant, &self.idempotency_index(request))?
        else {
            return Ok(None);
        };
        if row.request_index != self.request_index(request) {
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
        })
    }

    fn idempotency_index(&self, request: &Request) -> Vec<u8> {
        let (tenant, key) = (request.tenant.as_i64().to_be_bytes(), request.key.0.as_bytes());
        self.vault.index().of(IDEMPOTENCY, &[&tenant, request.account_id.as_bytes(), key])
    }

    fn request_index(&self, request: &Request) -> Vec<u8> {
        self.vault.index().of(REQUEST, &[&request.tenant.as_i64().to_be_bytes(), &request.body])
    }

    /// Everything that is sealed is sealed here, outside the transaction that others wait for.
    fn rows(&self, request: &Request, report: &Report, key: &SealingKey) -> Result<Rows, Error> {
        let (now, tenant, accepted) = (self.clock.now(), request.tenant, &report.accepted);
        let Some(expires_at) = self.policy.ticket_expires_at(now, None) else {
            let detail = "The policy of this service keeps no support data.";
            return Err(Error::new(Code::NotFound).with_detail(detail));
        };
        let ticket_id = Id::new(now);
        let content = TicketContent {
            account_id: request.account_id.clone(),
            email: report.email.clone(),
            language: report.language,
            tier: accepted.tier,
            left_out: accepted.left_out.iter().map(ToString::to_string).collect(),
            missing: accepted.missing.clone(),
            tags: Vec::new(),
            close_reason: None,
            account_seen_at: None,
            confirmed_at: None,
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
            assignee_id: None,
            fingerprint_index: accepted
                .fingerprint
                .as_ref()
                .map(|print| self.fingerprint_index(tenant, print)),
            is_privacy: report.is_privacy,
            merged_into: None,
            reporter_index: self.reporter_index(tenant, &request.account_id),
            email_state: EmailState::Unconfirmed.as_str().to_owned(),
            idempotency_index: self.idempotency_index(request),
            request_index: self.request_index(request),
            message_root: Id::new(now),
            created_at: now.into(),
            updated_at: now.into(),
            closed_at: None,
            expires_at: expires_at.into(),
            sealed: content.seal(key, ticket_id)?,
        };
        Ok(Rows { now, ticket, items: items.collect::<Result<_, Error>>()?, consents: consents.collect() })
    }

    fn store(&self, tx: &mut Conn, request: &Request, rows: Rows) -> Result<Submitted, Error> {
        let Rows { now, mut ticket, items, consents } = rows;
        fence(tx, ticket.tenant_id)?;
        if let Some(standing) = self.standing(tx, request)? {
            return Ok(standing);
        }
        if tickets::count(tx, ticket.tenant_id)? >= TICKETS_MAX {
            return Err(Error::new(Code::LimitReached));
        }
        ticket.number = number::draw(tx)?;
        if !tickets::insert(tx, &ticket)? {
            // Somebody else sent the same request at the same moment.
            return self
                .standing(tx, request)?
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
        self.tell_staff(tx, &ticket, now)?;
        people::see_to_reports(tx, ticket.tenant_id, now)?;
        self.deliver(tx, ticket.tenant_id, ticket.id, now)?;
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
        }
    }
}

/// What one transaction stores.
struct Rows {
    now: Timestamp,
    ticket: TicketRow,
    items: Vec<ItemRow>,
    consents: Vec<ConsentRow>,
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
