//! `POST /api/v1/problem-reports`: a report, exactly as it was previewed, becomes a ticket. `GET` lists a user's own reports, and
//! for administrators those of their site (`?of=site`); `GET …/{id}` is one of them.
//!
//! The request is named by `Idempotency-Key`: sent again it gets the same answer, however often the connection broke.

use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::Services;
use super::problem_reports_view::{Listed, One};
use crate::auth::{ContextCall, ContextCaller, Gate};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::{AccountUse, Language};
use crate::support::{ItemName, Reporter, Sent};
use crate::tickets::submit::{IdempotencyKey, Report, Request, Submitted};
use crate::tickets::{Consent, Tickets};

/// All items in base64, and room for what stands beside them.
const BODY_MAX: usize = 12 * 1024 * 1024;
const LIMIT: usize = 20;
const LIMIT_MAX: usize = 100;
const ITEMS_MAX: usize = 32;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    preview_token: String,
    items: Vec<BodyItem>,
    email: String,
    language: Language,
    #[serde(default)]
    consents: Vec<String>,
    /// A matter of privacy.
    #[serde(default)]
    privacy: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BodyItem {
    name: ItemName,
    content: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    id: Id,
    number: String,
    state: String,
    /// Shows number and state to whoever has it; texts need the address to be confirmed.
    status_link: String,
    deleted_on: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    reports: Vec<Listed>,
    next_cursor: Option<String>,
}

pub async fn submit(
    call: ContextCall<BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let (tenant, account_id) = (call.tenant().id(), user(&call.caller)?);
    let request = Request::new(tenant, account_id, key(request.headers())?, call.body());
    // First of all: whoever heard no answer gets it, also when what they sent would be too old by now.
    if let Some(standing) = services.tickets.answered(&request).await? {
        return Ok(created(standing, &services.tickets));
    }
    let (body, sent) = read(call.body())?;
    let reporter = Reporter { tenant, account_id: account_id.to_owned() };
    let accepted = services.support.accept(&body.preview_token, sent, &reporter).await?;
    let report = Report {
        accepted,
        email: Address::parse(&body.email)
            .map_err(|_| wrong("email: expected a mail address such as name@example.com."))?,
        language: body.language,
        consents: consents(&body.consents)?,
        product: product(&call),
        is_privacy: body.privacy,
    };
    let submitted = services.tickets.submit(request, report).await?;
    services.wake.notify_one();
    tracing::info!(tenant.id = %tenant, "a problem was reported");
    Ok(created(submitted, &services.tickets))
}

fn product(call: &ContextCall<BODY_MAX>) -> String {
    let account = &call.tenant().known.account;
    account.get("productType", AccountUse::ContractAdministration).unwrap_or("jira").to_owned()
}

fn created(submitted: Submitted, tickets: &Tickets) -> HttpResponse {
    let Submitted { id, number, state, goes_at, status } = submitted;
    let status_link = tickets.address(status.expose());
    HttpResponse::Created().json(Answer { id, number, state, status_link, deleted_on: goes_at })
}

/// A user without a name is nobody, and cannot see a report again.
fn user(caller: &ContextCaller) -> Result<&str, Error> {
    let anonymous = || Error::unauthenticated(anyhow::anyhow!("an anonymous user reports nothing"));
    caller.account_id.as_deref().ok_or_else(anonymous)
}

fn key(headers: &HeaderMap) -> Result<IdempotencyKey, Error> {
    let wanted = "Idempotency-Key: expected 8 to 128 letters without spaces, another one for each report.";
    let mut values = headers.get_all("idempotency-key");
    let key = values.next().and_then(|value| IdempotencyKey::parse(value.to_str().ok()?));
    match (key, values.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(Error::new(Code::InvalidParameter).with_detail(wanted)),
    }
}

fn read(bytes: &[u8]) -> Result<(Body, Vec<Sent>), Error> {
    // What serde says of a wrong body may repeat what stands in it.
    let body: Body = serde_json::from_slice(bytes).map_err(|error| {
        wrong("The body: expected previewToken, items, email, language and consents.").because(error)
    })?;
    if body.items.len() > ITEMS_MAX {
        return Err(wrong("items: too many."));
    }
    let decode = |item: &BodyItem| {
        let content = data_encoding::BASE64.decode(item.content.as_bytes());
        let content = content.map_err(|_| wrong("items: expected content in base64."))?;
        Ok(Sent { name: item.name, content })
    };
    let sent = body.items.iter().map(decode).collect::<Result<_, Error>>()?;
    Ok((body, sent))
}

fn consents(words: &[String]) -> Result<Vec<Consent>, Error> {
    let read = |word: &String| {
        word.parse()
            .map_err(|_| wrong("consents: expected names of items, \"administrators\" or \"experts\"."))
    };
    words.iter().take(ITEMS_MAX).map(read).collect()
}

fn wrong(detail: &str) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}

pub async fn list(
    caller: ContextCaller,
    request: HttpRequest,
    services: web::Data<Services>,
    gate: web::Data<Gate>,
) -> Result<web::Json<Page>, Error> {
    let wanted = wanted(request.query_string())?;
    let account_id = user(&caller)?;
    if wanted.of_site && !gate.admins.is_admin(&gate, &caller.tenant, account_id).await? {
        return Err(Error::new(Code::AdminRequired));
    }
    let reporter = (!wanted.of_site).then_some(account_id);
    let limit = i64::try_from(wanted.limit + 1).unwrap_or(i64::MAX);
    let mut rows = services.tickets.page(caller.tenant.id(), reporter, wanted.before, limit).await?;
    let has_more = rows.len() > wanted.limit;
    rows.truncate(wanted.limit);
    let next_cursor = rows.last().filter(|_| has_more).map(|row| row.id.to_string());
    let listed = |row| Listed::of(row, services.tickets.is_reporter(row, account_id));
    Ok(web::Json(Page { reports: rows.iter().map(listed).collect(), next_cursor }))
}

pub async fn one(
    caller: ContextCaller,
    request: HttpRequest,
    services: web::Data<Services>,
    gate: web::Data<Gate>,
) -> Result<web::Json<One>, Error> {
    let (tenant, account_id) = (caller.tenant.id(), user(&caller)?);
    let absent = || Error::new(Code::NotFound);
    let id = request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or_else(absent)?;
    let whole = services.tickets.whole(tenant, id).await?.ok_or_else(absent)?;
    let is_own = services.tickets.is_reporter(&whole.ticket, account_id);
    // To everybody else it is not there.
    if !is_own && !gate.admins.is_admin(&gate, &caller.tenant, account_id).await? {
        return Err(absent());
    }
    let may_read = is_own || whole.agrees(Consent::Administrators);
    Ok(web::Json(One::of(&whole, is_own, may_read)))
}

struct Wanted {
    of_site: bool,
    limit: usize,
    before: Option<Id>,
}

fn wanted(query: &str) -> Result<Wanted, Error> {
    let wrong = |detail: String| Error::new(Code::InvalidParameter).with_detail(detail);
    let mut wanted = Wanted { of_site: false, limit: LIMIT, before: None };
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "of" => match value.as_ref() {
                "site" => wanted.of_site = true,
                "me" => wanted.of_site = false,
                _ => return Err(wrong("of: expected me or site.".to_owned())),
            },
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                wanted.limit =
                    limit.ok_or_else(|| wrong(format!("limit: expected a number from 1 to {LIMIT_MAX}.")))?;
            }
            "cursor" => {
                let before = value
                    .parse()
                    .map_err(|_| wrong("cursor: expected one that an answer gave.".to_owned()))?;
                wanted.before = Some(before);
            }
            _ => {}
        }
    }
    Ok(wanted)
}
