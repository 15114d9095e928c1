//! `GET /console/api/v1/tickets/{ticket}`: what a ticket says, without what was sent with it. Looking at it leaves a row.

use std::time::Duration;

use actix_web::{HttpRequest, web};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::Services;
use super::queue::names;
use super::reach::Reached;
use crate::audit::AuditKind;
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::db::tickets::TicketRow;
use crate::db::{Id, audit};
use crate::error::{Code, Error};
use crate::support::Lacking;
use crate::tickets::read::{Message, Whole};

/// Somebody who goes back to a ticket within this time is still reading it.
const ONE_READING: Duration = Duration::from_secs(15 * 60);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    number: String,
    state: String,
    severity: String,
    priority: String,
    product: String,
    tenant: Id,
    assignee: Option<String>,
    is_privacy: bool,
    /// The number of the ticket that this one follows.
    merged_into: Option<String>,
    /// The numbers of those that follow it.
    followers: Vec<String>,
    email: String,
    language: &'static str,
    tier: &'static str,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
    close_reason: Option<String>,
    goes_at: Timestamp,
    tags: Vec<String>,
    messages: Vec<Value>,
    /// What was sent, without its content: that needs a reason.
    items: Vec<Value>,
    left_out: Vec<String>,
    /// What there was not at the time of the report, and why.
    missing: Vec<Lacking>,
    consents: Vec<Value>,
    /// Until when the caller may look into the bundle.
    granted_until: Option<Timestamp>,
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
    let row = &whole.ticket;
    Ok(web::Json(View {
        number: row.number.clone(),
        state: row.state.clone(),
        severity: row.severity.clone(),
        priority: row.priority.clone(),
        product: row.product.clone(),
        tenant: row.tenant_id,
        assignee: name_of(row.assignee_id),
        is_privacy: row.is_privacy,
        merged_into: leader,
        followers: services.tickets.followers(row.tenant_id, row.id).await?,
        email: row.email_state.clone(),
        language: match whole.content.language {
            crate::policy::Language::De => "de",
            crate::policy::Language::En => "en",
        },
        tier: whole.content.tier.as_str(),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
        closed_at: row.closed_at.map(Timestamp::from),
        close_reason: whole.content.close_reason.clone(),
        goes_at: row.expires_at.into(),
        tags: whole.content.tags.clone(),
        messages: whole
            .messages
            .iter()
            .map(|message| shown(message, name_of(message.row.author_id)))
            .collect(),
        items: whole.items.iter().map(|item| json!(item.described)).collect(),
        left_out: whole.content.left_out.clone(),
        missing: whole.content.missing.clone(),
        consents: consents(&whole),
        granted_until: granted.map(|grant| grant.until),
    }))
}

fn shown(message: &Message, author: Option<String>) -> Value {
    json!({
        "kind": message.kind.as_str(), "at": Timestamp::from(message.row.at), "author": author, "text": message.text,
    })
}

fn consents(whole: &Whole) -> Vec<Value> {
    let consents = whole.consents.iter().map(|consent| {
        json!({
            "item": consent.item,
            "statementVersion": consent.statement_version,
            "givenAt": Timestamp::from(consent.given_at),
            "withdrawnAt": consent.withdrawn_at.map(Timestamp::from),
        })
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
