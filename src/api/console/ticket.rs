//! `GET /console/api/v1/tickets/{ticket}`: what a ticket says, without what was sent with it. Looking at it leaves a row.

use std::time::Duration;

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::queue::names;
use super::reach::Reached;
use crate::audit::AuditKind;
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::db::ticket_messages::MessageKind;
use crate::db::tickets::TicketRow;
use crate::db::{Id, audit};
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::support::{Described, ItemName, Lacking, Media, Severity, Tier};
use crate::tickets::State;
use crate::tickets::read::{Message, Whole, earlier};
use crate::tickets::submit::Priority;

/// Somebody who goes back to a ticket within this time is still reading it.
const ONE_READING: Duration = Duration::from_secs(15 * 60);

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Ticket")]
pub struct View {
    number: String,
    #[schemars(with = "State")]
    state: String,
    #[schemars(with = "Severity")]
    severity: String,
    #[schemars(with = "Priority")]
    priority: String,
    product: String,
    /// How it came to us: `report`, `phone`, `letter`.
    source: String,
    tenant: Id,
    assignee: Option<String>,
    is_privacy: bool,
    /// The number of the ticket that this one follows.
    merged_into: Option<String>,
    /// The numbers of those that follow it.
    followers: Vec<String>,
    /// What whoever reports the same error is told; and whether there is an error that others could report.
    known: Option<String>,
    names_error: bool,
    email: String,
    language: Language,
    tier: Tier,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
    close_reason: Option<String>,
    /// The key of the issue by which it is worked on in development, and the version in which it is fixed.
    issue: Option<String>,
    fixed_in: Option<String>,
    goes_at: Timestamp,
    /// Whether its site has left: then the ticket can be read, handed over, closed, masked and deleted.
    site_has_left: bool,
    /// While it is put away.
    snoozed_until: Option<Timestamp>,
    /// By when staff wants to give the first answer, and when it did.
    respond_by: Option<Timestamp>,
    responded_at: Option<Timestamp>,
    is_overdue: bool,
    tags: Vec<String>,
    messages: Vec<Said>,
    /// What was sent, without its content: that needs a reason.
    items: Vec<Described>,
    left_out: Vec<String>,
    /// What there was not at the time of the report, and why.
    missing: Vec<Lacking>,
    consents: Vec<Agreed>,
    /// Until when the caller may look into the bundle.
    granted_until: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TicketMessage")]
struct Said {
    kind: MessageKind,
    at: Timestamp,
    /// Whoever wrote it at the vendor.
    author: Option<String>,
    text: String,
    /// What came with it. Looking into it needs a reason, as everything that was sent.
    files: Vec<SentFile>,
}

#[derive(Serialize, JsonSchema)]
struct SentFile {
    name: ItemName,
    media: Media,
    bytes: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TicketConsent")]
struct Agreed {
    item: String,
    statement_version: i64,
    given_at: Timestamp,
    withdrawn_at: Option<Timestamp>,
}

pub async fn show(
    caller: StaffCaller<needs::Ticket>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let reached = Reached::of(&request, &caller, &services).await?;
    // What cannot be recorded is not shown.
    record_reading(&reached, &services).await?;
    let whole = services.tickets.whole(reached.tenant(), reached.row.id).await?;
    let whole = whole.ok_or_else(|| Error::new(Code::NotFound))?;
    let granted = services.audit.standing_grant(&reached.who, &reached.subject()).await?;
    let leader = leader(&whole.ticket, &services).await?;
    let names = names(&services).await?;
    let name_of = |id: Option<Id>| id.and_then(|id| names.get(&id).cloned());
    let site_goes_at = services.tickets.site_goes_at(reached.tenant()).await?;
    let (row, now) = (&whole.ticket, services.clock.now());
    Ok(web::Json(View {
        number: row.number.clone(),
        state: row.state.clone(),
        severity: row.severity.clone(),
        priority: row.priority.clone(),
        product: row.product.clone(),
        source: row.source.clone(),
        tenant: row.tenant_id,
        assignee: name_of(row.assignee_id),
        is_privacy: row.is_privacy,
        merged_into: leader,
        followers: services.tickets.followers(row.tenant_id, row.id).await?,
        known: whole.content.known.clone().filter(|_| row.is_known_problem),
        names_error: row.fingerprint_index.is_some(),
        email: row.email_state.clone(),
        language: whole.content.language,
        tier: whole.content.tier,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
        closed_at: row.closed_at.map(Timestamp::from),
        close_reason: whole.content.close_reason.clone(),
        issue: whole.content.development.issue.clone(),
        fixed_in: whole.content.development.fixed_in.clone(),
        site_has_left: services.tickets.has_site_left(reached.tenant()).await?,
        goes_at: earlier(row.expires_at.into(), site_goes_at),
        snoozed_until: row.snoozed_until.map(Timestamp::from).filter(|until| *until > now),
        is_overdue: is_overdue(row, now),
        respond_by: row.respond_by.map(Timestamp::from),
        responded_at: row.responded_at.map(Timestamp::from),
        tags: whole.content.tags.clone(),
        messages: whole
            .messages
            .iter()
            .map(|message| shown(message, &whole, name_of(message.row.author_id)))
            .collect(),
        items: whole.items.iter().map(|item| item.described.clone()).collect(),
        left_out: whole.content.left_out.clone(),
        missing: whole.content.missing.clone(),
        consents: consents(&whole),
        granted_until: granted.map(|grant| grant.until),
    }))
}

fn is_overdue(row: &TicketRow, now: Timestamp) -> bool {
    let waits = row.responded_at.is_none() && row.closed_at.is_none();
    waits && row.respond_by.is_some_and(|by| Timestamp::from(by) <= now)
}

fn shown(message: &Message, whole: &Whole, author: Option<String>) -> Said {
    let files = whole.files_of(message.row.id);
    let file = |file: &Described| SentFile { name: file.name, media: file.media, bytes: file.bytes };
    let files = files.map(file).collect();
    Said { kind: message.kind, at: message.row.at.into(), author, text: message.text.clone(), files }
}

fn consents(whole: &Whole) -> Vec<Agreed> {
    let consents = whole.consents.iter().map(|consent| Agreed {
        item: consent.item.clone(),
        statement_version: consent.statement_version,
        given_at: consent.given_at.into(),
        withdrawn_at: consent.withdrawn_at.map(Timestamp::from),
    });
    consents.collect()
}

async fn leader(row: &TicketRow, services: &Services) -> Result<Option<String>, Error> {
    let Some(leader) = row.merged_into else { return Ok(None) };
    Ok(services.tickets.find(row.tenant_id, leader).await?.map(|leader| leader.number))
}

/// One row for one reading, however often the page asks.
async fn record_reading(reached: &Reached<needs::Ticket>, services: &Services) -> Result<(), Error> {
    let (tenant, ticket, staff) = (reached.tenant(), reached.row.id, reached.who.id);
    let since = services.clock.now().minus(ONE_READING).into();
    let kind = AuditKind::TicketRead.as_str();
    let is_known = services
        .main
        .read(move |conn| Ok::<_, DbError>(audit::has_done(conn, tenant, ticket, staff, kind, since)?))
        .await?;
    if is_known { Ok(()) } else { services.audit.write(reached.event(AuditKind::TicketRead)).await }
}
