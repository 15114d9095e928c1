//! What is done about a ticket: `PUT …/assignee`, `…/priority`, `…/privacy`, `…/snooze`, `…/tags`, `POST …/notes`, `…/replies`, `…/followers/replies`,
//! `…/state`.
//! Each is stored together with its record, or not at all.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::super::answer::NoContent;
use super::reach::Reached;
use super::{reason, understood};
use crate::audit::AuditKind;
use crate::auth::StaffCall;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::{DbError, Id, canned_replies};
use crate::error::{Code, Error};
use crate::staff::{Permission, StaffName, replies};
use crate::tickets::state::Step;
use crate::tickets::submit::Priority;
use crate::tickets::work::{After, Answer};

const SHORT_MAX: usize = 4 * 1024;
const TEXT_MAX: usize = 64 * 1024;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AssigneeChange")]
pub struct AssigneeBody {
    assignee: Option<StaffName>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PriorityChange")]
pub struct PriorityBody {
    #[schemars(with = "Priority")]
    priority: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PrivacyChange")]
pub struct PrivacyBody {
    is_privacy: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SnoozeChange")]
pub struct SnoozeBody {
    until: Option<Timestamp>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TagsChange")]
pub struct TagsBody {
    tags: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Note")]
pub struct NoteBody {
    text: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Reply")]
pub struct ReplyBody {
    text: String,
    /// `asked`: the ticket waits for the reporter. `solved`. Without it the state stays.
    #[serde(default)]
    after: Option<String>,
    /// How many messages the page showed. If there are more by now, nothing is sent.
    #[serde(default)]
    seen: Option<usize>,
}

impl ReplyBody {
    fn answer(self) -> Result<Answer, Error> {
        Ok(Answer { text: self.text, after: After::parse(self.after.as_deref())?, seen: self.seen })
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TicketStep")]
pub struct StateBody {
    #[schemars(with = "Step")]
    step: String,
    #[serde(default)]
    reason: Option<String>,
}

/// A canned reply for one ticket.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FilledReply")]
pub struct Filled {
    text: String,
    language: String,
    /// What the answer would bring about: `asked`, `solved`, or nothing.
    after: Option<String>,
}

/// Whoever gets a ticket must be able to work on it.
pub async fn assign(
    call: StaffCall<needs::Triage, AssigneeBody, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let AssigneeBody { assignee } = understood(call.read())?;
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
    Ok(NoContent)
}

pub async fn prioritise(
    call: StaffCall<needs::Ticket, PriorityBody, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let PriorityBody { priority } = understood(call.read())?;
    let words: Vec<&str> = Priority::ALL.iter().map(|priority| priority.as_str()).collect();
    let priority: Priority =
        priority.parse().map_err(|_| wrong(&format!("priority: expected one of {}.", words.join(", "))))?;
    let deed = reached.deed(AuditKind::Prioritised)?.about(priority.as_str());
    services.tickets.set_priority(deed, priority).await?;
    Ok(NoContent)
}

pub async fn set_privacy(
    call: StaffCall<needs::Triage, PrivacyBody, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let PrivacyBody { is_privacy } = understood(call.read())?;
    let about = if is_privacy { "privacy" } else { "not privacy" };
    services.tickets.set_privacy(reached.deed(AuditKind::Tagged)?.about(about), is_privacy).await?;
    Ok(NoContent)
}

pub async fn snooze(
    call: StaffCall<needs::Ticket, SnoozeBody, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let SnoozeBody { until } = understood(call.read())?;
    let about = until.map_or_else(|| "not any more".to_owned(), |until| format!("until {until}"));
    services.tickets.snooze(reached.deed(AuditKind::Snoozed)?.about(about), until).await?;
    Ok(NoContent)
}

pub async fn tag(
    call: StaffCall<needs::Ticket, TagsBody, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let TagsBody { tags } = understood(call.read())?;
    services.tickets.set_tags(reached.deed(AuditKind::Tagged)?, tags).await?;
    Ok(NoContent)
}

/// For staff alone.
pub async fn note(
    call: StaffCall<needs::Ticket, NoteBody, TEXT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let NoteBody { text } = understood(call.read())?;
    services.tickets.note(reached.deed(AuditKind::NoteAdded)?, &text).await?;
    Ok(NoContent)
}

/// Answers the reporter.
pub async fn reply(
    call: StaffCall<needs::Ticket, ReplyBody, TEXT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let answer = understood(call.read())?.answer()?;
    services.support.check_reply(reached.tenant(), &answer.text).await?;
    services.tickets.answer(reached.deed(AuditKind::Replied)?, answer).await?;
    services.wake.notify_one();
    Ok(NoContent)
}

/// Answers the reporters of this ticket and of all that follow it.
pub async fn reply_to_all(
    call: StaffCall<needs::Problem, ReplyBody, TEXT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let answer = understood(call.read())?.answer()?;
    services.support.check_reply(reached.tenant(), &answer.text).await?;
    let deed = reached.deed(AuditKind::Replied)?.about("with its followers");
    services.tickets.answer_all(deed, answer).await?;
    services.wake.notify_one();
    Ok(NoContent)
}

/// A canned reply with everything filled in, to be read over before it is sent.
pub async fn draft(
    caller: crate::auth::StaffCaller<needs::Ticket>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<Filled>, Error> {
    let reached = Reached::of(&request, &caller, &services).await?;
    let id: Option<Id> = request.match_info().get("id").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Error::new(Code::NotFound))?;
    let row = services.main.read(move |conn| Ok::<_, DbError>(canned_replies::by_id(conn, id)?)).await?;
    let row = row.ok_or_else(|| Error::new(Code::NotFound))?;
    let (number, product) = (reached.row.number.as_str(), reached.row.product.as_str());
    let text = replies::fill(&row.body, replies::Values { number, product, agent: &reached.who.name });
    Ok(web::Json(Filled { text, language: row.language, after: row.after_state }))
}

/// Moves the ticket, and those that follow it. Closing needs a reason.
pub async fn step(
    call: StaffCall<needs::Problem, StateBody, SHORT_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let StateBody { step, reason: why } = understood(call.read())?;
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
    Ok(NoContent)
}

fn wrong(detail: &str) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}
