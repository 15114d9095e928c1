//! `GET /console/api/v1/search?q=…`: over numbers, which are in clear, and over what was written about tickets. Texts are
//! sealed, so they are opened for this: those of one page of the queue at a time, never those of bundles. Whatever is found
//! leaves a row with its customer.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::queue::Asked;
use super::wrong;
use crate::audit::{AuditEvent, AuditKind, Who};
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::db::queue::{Listed, Snoozed};
use crate::db::tickets;
use crate::error::Error;
use crate::openapi::{Kind, Parameter, Parameters};
use crate::tickets::State;
use crate::tickets::read::messages;

const LETTERS: std::ops::RangeInclusive<usize> = 3..=100;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "FoundTicket")]
pub struct Found {
    number: String,
    #[schemars(with = "State")]
    state: String,
    /// `number`, `tags` or `messages`.
    place: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "FoundTickets")]
pub struct List {
    items: Vec<Found>,
    /// How many tickets were looked at; the rest is behind the cursor.
    searched: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub struct Sought;

impl Parameters for Sought {
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::query("q", Kind::Text, "What is looked for, 3 to 100 letters of it.").required()];
}

pub async fn search(
    caller: StaffCaller<needs::Queue>,
    query: Query<Asked>,
    sought: Query<Sought>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let needle = needle(&sought)?;
    let mut asked = Asked::parse(&query, &caller.account, &services).await?;
    // Whoever looks for a ticket wants to find it wherever it was put.
    asked.wanted.snoozed = Snoozed::Too;
    let (page, next_cursor) = asked.page(&services).await?;
    let (searched, who) = (page.len(), caller.who());
    let mut items = Vec::new();
    for listed in page {
        let place = if listed.number.to_lowercase().contains(&needle) {
            Some("number")
        } else {
            within(&services, &listed, &needle).await?
        };
        let Some(place) = place else { continue };
        if place != "number" {
            record(&services, &who, &listed).await?;
        }
        items.push(Found { number: listed.number, state: listed.state, place });
    }
    Ok(web::Json(List { items, searched, next_cursor }))
}

fn needle(sought: &Query<Sought>) -> Result<String, Error> {
    let text = sought.value("q").map(|value| value.trim().to_lowercase()).unwrap_or_default();
    let (least, most) = (LETTERS.start(), LETTERS.end());
    if LETTERS.contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(wrong("q", &format!("{least} to {most} letters")))
    }
}

/// Where in its texts a ticket has it. One that went meanwhile, or whose customer did, has nothing.
async fn within(services: &Services, listed: &Listed, needle: &str) -> Result<Option<&'static str>, Error> {
    let (tenant, id, needle) = (listed.tenant_id, listed.id, needle.to_owned());
    let Ok(key) = services.vault.data_key(tenant).await else { return Ok(None) };
    let own = services.tickets.clone();
    let has = move |text: &str| text.to_lowercase().contains(&needle);
    services
        .main
        .read(move |conn| {
            let Some(row) = tickets::find(conn, tenant, id)? else { return Ok::<_, Error>(None) };
            if own.open(&key, &row)?.tags.iter().any(|tag| has(tag)) {
                return Ok(Some("tags"));
            }
            let is_said = messages(conn, &row, &key)?.iter().any(|message| has(&message.text));
            Ok(is_said.then_some("messages"))
        })
        .await
}

async fn record(services: &Services, who: &Who, listed: &Listed) -> Result<(), Error> {
    let event = AuditEvent::by(who, listed.tenant_id, AuditKind::TicketsSearched);
    services.audit.write(event.on(listed.id, &listed.number)).await
}
