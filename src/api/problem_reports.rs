//! `POST /api/v1/problem-reports`: a report, exactly as it was previewed, becomes a ticket. `GET …/{id}` is one of them.
//! `POST …/{id}/decision` is an administrator's word about one that waits for it.
//!
//! The request is named by `Idempotency-Key`: sent again it gets the same answer, however often the connection broke.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Services;
use super::answer::{Created, NoContent};
use super::problem_reports_view::One;
use super::request_name::RequestName;
use super::value::understood;
use crate::auth::{AdminCall, ContextCall, ContextCaller, Gate};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::{AccountUse, Language};
use crate::support::{ItemName, Reporter, Sent};
use crate::tickets::approval::Decision;
use crate::tickets::submit::{Report, Request, Submitted};
use crate::tickets::{Consent, State, Tickets};

/// All items in base64, and room for what stands beside them.
const BODY_MAX: usize = 12 * 1024 * 1024;
const ITEMS_MAX: usize = 32;
/// A sentence, and room for how it is written.
const DECISION_MAX: usize = 8 * 1024;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Report")]
pub struct Body {
    preview_token: String,
    items: Vec<BodyItem>,
    email: String,
    language: Language,
    #[serde(default)]
    consents: Vec<String>,
    /// A matter of privacy.
    #[serde(default)]
    privacy: bool,
    /// Whether it follows the known problem that the preview told of.
    #[serde(default)]
    follow: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ReportItem")]
struct BodyItem {
    name: ItemName,
    content: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportSent")]
pub struct Answer {
    id: Id,
    number: String,
    #[schemars(with = "State")]
    state: String,
    /// Shows number and state to whoever has it; texts need the address to be confirmed.
    status_link: String,
    deleted_on: Timestamp,
    /// Whether nobody at the vendor sees it before an administrator of the site has approved it.
    awaits_approval: bool,
}

pub async fn submit(
    call: ContextCall<Body, BODY_MAX>,
    named: RequestName,
    services: web::Data<Services>,
) -> Result<Created<Answer>, Error> {
    let (tenant, account_id) = (call.tenant().id(), user(&call.caller)?);
    let request = Request::new(tenant, account_id, named.key()?, call.body());
    // First of all: whoever heard no answer gets it, also when what they sent would be too old by now.
    if let Some(standing) = services.tickets.answered(&request).await? {
        return Ok(created(standing, &services.tickets));
    }
    let (body, sent) = read(&call)?;
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
        follow: body.follow,
    };
    let submitted = services.tickets.submit(request, report).await?;
    services.wake.notify_one();
    tracing::info!(tenant.id = %tenant, "a problem was reported");
    Ok(created(submitted, &services.tickets))
}

fn product(call: &ContextCall<Body, BODY_MAX>) -> String {
    let account = &call.tenant().known.account;
    account.get("productType", AccountUse::ContractAdministration).unwrap_or("jira").to_owned()
}

fn created(submitted: Submitted, tickets: &Tickets) -> Created<Answer> {
    let Submitted { id, number, state, goes_at, status, awaits_approval } = submitted;
    let status_link = tickets.address(status.expose());
    Created(Answer { id, number, state, status_link, deleted_on: goes_at, awaits_approval })
}

/// A user without a name is nobody, and cannot see a report again.
pub(super) fn user(caller: &ContextCaller) -> Result<&str, Error> {
    let anonymous = || Error::unauthenticated(anyhow::anyhow!("an anonymous user reports nothing"));
    caller.account_id.as_deref().ok_or_else(anonymous)
}

fn read(call: &ContextCall<Body, BODY_MAX>) -> Result<(Body, Vec<Sent>), Error> {
    // What serde says of a wrong body may repeat what stands in it.
    let body = call.read().map_err(|error| {
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
    let is_own = whole.ticket.reporter_index == services.tickets.reporter(tenant, account_id).await?;
    // To everybody else it is not there.
    if !is_own && !caller.administers(&gate, account_id).await? {
        return Err(absent());
    }
    let may_read = is_own || whole.agrees(Consent::Administrators);
    let site_goes_at = services.tickets.site_goes_at(tenant).await?;
    Ok(web::Json(One::of(&whole, account_id, is_own, may_read, site_goes_at)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "decision", rename_all = "lowercase", deny_unknown_fields)]
#[schemars(rename = "ReportDecision")]
pub enum Said {
    Approve {},
    Refuse {
        /// What its reporter reads of why.
        #[serde(default)]
        reason: Option<String>,
    },
}

/// An administrator lets a report leave the site, or does not.
pub async fn decide(
    call: AdminCall<Said, DECISION_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let decision = match understood(serde_json::from_slice(call.body()))? {
        Said::Approve {} => Decision::Approve,
        Said::Refuse { reason } => Decision::Refuse(reason.filter(|reason| !reason.trim().is_empty())),
    };
    let absent = || Error::new(Code::NotFound);
    let id = request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or_else(absent)?;
    let tenant = call.caller.tenant.id();
    services.tickets.decide(tenant, id, &call.caller.account_id, decision).await?;
    services.wake.notify_one();
    tracing::info!(tenant.id = %tenant, "an administrator decided about a report");
    Ok(NoContent)
}
