//! What is done about a ticket: `PUT …/assignee`, `…/priority`, `…/privacy`, `…/tags`, `POST …/notes`, `…/replies`, `…/state`.
//! Each is stored together with its record, or not at all.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::super::{Services, no_content};
use super::reach::Reached;
use super::{read, reason};
use crate::audit::AuditKind;
use crate::auth::StaffCall;
use crate::auth::staff::needs;
use crate::db::{DbError, Id, canned_replies};
use crate::error::{Code, Error};
use crate::staff::{Permission, StaffName, replies};
use crate::tickets::state::Step;
use crate::tickets::submit::Priority;
use crate::tickets::work::{After, Answer};

const SHORT_MAX: usize = 4 * 1024;
const TEXT_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssigneeBody {
    assignee: Option<StaffName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriorityBody {
    priority: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PrivacyBody {
    is_privacy: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TagsBody {
    tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplyBody {
    text: String,
    /// `asked`: the ticket waits for the reporter. `solved`. Without it the state stays.
    #[serde(default)]
    after: Option<String>,
    /// How many messages the page showed. If there are more by now, nothing is sent.
    #[serde(default)]
    seen: Option<usize>,
    /// Whether the tickets that follow this one are answered too.
    #[serde(default)]
    to_followers: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StateBody {
    step: String,
    #[serde(default)]
    reason: Option<String>,
}

/// Whoever gets a ticket must be able to work on it.
pub async fn assign(
    call: StaffCall<needs::Triage, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let AssigneeBody { assignee } = read(call.body())?;
    let account = match &assignee {
        None => None,
        Some(name) => {
            let found = services.staff.by_name(name).await?;
            let is_fit = |account: &crate::staff::Account| {
                account.is_usable(services.clock.now()) && account.role.may(Permission::Ticket)
            };
            let unfit = || wrong("assignee: expected somebody who works on tickets, or null.");
            Some(found.filter(is_fit).ok_or_else(unfit)?)
        }
    };
    let name = account.as_ref().map_or("nobody", |account| account.name.as_str()).to_owned();
    let deed = reached.deed(AuditKind::Assigned)?.about(name);
    services.tickets.assign(deed, account.map(|account| account.id)).await?;
    Ok(no_content())
}

pub async fn prioritise(
    call: StaffCall<needs::Ticket, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let PriorityBody { priority } = read(call.body())?;
    let words: Vec<&str> = Priority::ALL.iter().map(|priority| priority.as_str()).collect();
    let priority: Priority =
        priority.parse().map_err(|_| wrong(&format!("priority: expected one of {}.", words.join(", "))))?;
    let deed = reached.deed(AuditKind::Prioritised)?.about(priority.as_str());
    services.tickets.set_priority(deed, priority).await?;
    Ok(no_content())
}

pub async fn set_privacy(
    call: StaffCall<needs::Triage, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let PrivacyBody { is_privacy } = read(call.body())?;
    let about = if is_privacy { "privacy" } else { "not privacy" };
    services.tickets.set_privacy(reached.deed(AuditKind::Tagged)?.about(about), is_privacy).await?;
    Ok(no_content())
}

pub async fn tag(
    call: StaffCall<needs::Ticket, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let TagsBody { tags } = read(call.body())?;
    services.tickets.set_tags(reached.deed(AuditKind::Tagged)?, tags).await?;
    Ok(no_content())
}

/// For staff alone.
pub async fn note(
    call: StaffCall<needs::Ticket, TEXT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let NoteBody { text } = read(call.body())?;
    services.tickets.note(reached.deed(AuditKind::NoteAdded)?, &text).await?;
    Ok(no_content())
}

/// Answers the reporter.
pub async fn reply(
    call: StaffCall<needs::Ticket, TEXT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let ReplyBody { text, after, seen, to_followers } = read(call.body())?;
    let after = match after.as_deref() {
        None => After::Unchanged,
        Some("asked") => After::Asked,
        Some("solved") => After::Solved,
        Some(_) => return Err(wrong("after: expected \"asked\", \"solved\", or nothing.")),
    };
    services.support.check_reply(reached.tenant(), &text).await?;
    let deed = reached.deed(AuditKind::Replied)?;
    let deed = if to_followers { deed.about("with its followers") } else { deed };
    services.tickets.answer(deed, Answer { text, after, seen, to_followers }).await?;
    services.wake.notify_one();
    Ok(no_content())
}

/// A canned reply with everything filled in, to be read over before it is sent.
pub async fn draft(
    caller: crate::auth::StaffCaller<needs::Ticket>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &caller, &services).await?;
    let id: Option<Id> = request.match_info().get("id").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Error::new(Code::NotFound))?;
    let row = services.main.read(move |conn| Ok::<_, DbError>(canned_replies::by_id(conn, id)?)).await?;
    let row = row.ok_or_else(|| Error::new(Code::NotFound))?;
    let (number, product) = (reached.row.number.as_str(), reached.row.product.as_str());
    let text = replies::fill(&row.body, replies::Values { number, product, agent: &reached.who.name });
    Ok(HttpResponse::Ok().json(serde_json::json!({ "text": text, "language": row.language })))
}

/// Moves the ticket. Closing needs a reason.
pub async fn step(
    call: StaffCall<needs::Ticket, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let StateBody { step, reason: why } = read(call.body())?;
    let words: Vec<&str> = Step::ALL.iter().map(|step| step.as_str()).collect();
    let step: Step =
        step.parse().map_err(|_| wrong(&format!("step: expected one of {}.", words.join(", "))))?;
    let why = why.as_deref().map(reason).transpose()?;
    if step == Step::Close && why.is_none() {
        return Err(wrong("reason: is missing; say why it is closed."));
    }
    let kind = if step == Step::Close { AuditKind::Closed } else { AuditKind::StateChanged };
    let deed = reached.deed(kind)?.about(step.as_str()).because(why);
    services.tickets.step_by(deed, step, why.map(str::to_owned)).await?;
    services.wake.notify_one();
    Ok(no_content())
}

fn wrong(detail: &str) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}
