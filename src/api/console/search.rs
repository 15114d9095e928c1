//! `GET /console/api/v1/search?q=…`: over the numbers of all tickets, which are in clear, and over what was written about some.
//! Texts are sealed, so they are opened for this: those of one page of the queue at a time, never those of bundles. That leaves a
//! row with each customer whose texts were opened, and one with each ticket that was found by them.

use std::collections::BTreeMap;

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::queue::Asked;
use super::wrong;
use crate::audit::{AuditEvent, AuditKind, Who};
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::db::queue::{self, Listed, Snoozed, Sort, Wanted};
use crate::db::{DbError, Id, tickets};
use crate::error::Error;
use crate::openapi::{Kind, Parameter, Parameters};
use crate::tickets::read::messages;
use crate::tickets::{State, number};

const LETTERS: std::ops::RangeInclusive<usize> = 3..=100;
/// Tickets that are found by a part of their number. Whoever has more of them in view types another letter.
const NUMBERS_MAX: i64 = 50;

/// Whose texts were opened, and in which of their tickets something was found.
type Opened = BTreeMap<Id, Vec<(Id, String)>>;

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
    if query.value("privacy").is_none() {
        asked.wanted.is_privacy = None;
    }
    let mut items = by_number(&services, &asked, &needle).await?;
    let (page, next_cursor) = asked.page(&services).await?;
    let searched = page.len();
    items.extend(by_texts(&services, &caller.who(), page, &needle).await?);
    Ok(web::Json(List { items, searched, next_cursor }))
}

/// With a part of their number, which is in clear: those of all states and filters, told with the first page.
async fn by_number(services: &Services, asked: &Asked, needle: &str) -> Result<Vec<Found>, Error> {
    let part = needle.to_uppercase();
    if asked.after.is_some() || !part.chars().all(|letter| letter == '-' || number::is_letter(letter)) {
        return Ok(Vec::new());
    }
    // Whose tickets they may see is no filter.
    let Wanted { assignee, now, .. } = asked.wanted;
    let assignee = assignee.filter(|_| asked.is_confined);
    let wanted = Wanted { assignee, now, snoozed: Snoozed::Too, number: Some(part), ..Wanted::default() };
    let page = services
        .main
        .read(move |conn| Ok::<_, DbError>(queue::page(conn, &wanted, Sort::Age, true, None, NUMBERS_MAX)?));
    let found = page.await?.into_iter();
    Ok(found.map(|listed| Found { number: listed.number, state: listed.state, place: "number" }).collect())
}

/// With something in their texts. It is recorded before it is told.
async fn by_texts(
    services: &Services,
    who: &Who,
    page: Vec<Listed>,
    needle: &str,
) -> Result<Vec<Found>, Error> {
    let (mut items, mut opened) = (Vec::new(), Opened::new());
    for listed in page.into_iter().filter(|listed| !has_number(&listed.number, needle)) {
        let found = within(services, &listed, needle).await?;
        let hits = opened.entry(listed.tenant_id).or_default();
        let Some(place) = found else { continue };
        hits.push((listed.id, listed.number.clone()));
        items.push(Found { number: listed.number, state: listed.state, place });
    }
    record(services, who, opened).await?;
    Ok(items)
}

fn has_number(number: &str, needle: &str) -> bool {
    number.contains(&needle.to_uppercase())
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

/// Also where nothing was found: that something stands in no text of a customer is an answer about them.
async fn record(services: &Services, who: &Who, opened: Opened) -> Result<(), Error> {
    for (tenant, hits) in opened {
        let event = || AuditEvent::by(who, tenant, AuditKind::TicketsSearched);
        if hits.is_empty() {
            services.audit.write(event()).await?;
        }
        for (id, number) in hits {
            services.audit.write(event().on(id, &number)).await?;
        }
    }
    Ok(())
}
