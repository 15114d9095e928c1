//! `GET …/alike`, `POST …/merge`, `DELETE …/merge` and `PUT …/known`: tickets that report the same error, found by its fingerprint, letting one
//! follow another, and letting it stand by itself again. Both then go on the earlier of their days.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::super::answer::NoContent;
use super::reach::{self, Reached};
use super::understood;
use crate::audit::AuditKind;
use crate::auth::staff::needs;
use crate::auth::{StaffCall, StaffCaller};
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::tickets::State;

const BODY_MAX: usize = 4 * 1024;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AlikeTicket")]
pub struct Alike {
    number: String,
    #[schemars(with = "State")]
    state: String,
    is_merged: bool,
    created_at: Timestamp,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlikeTickets")]
pub struct List {
    items: Vec<Alike>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KnownProblemChange")]
pub struct KnownBody {
    text: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MergeInto")]
pub struct Into {
    into: String,
}

pub async fn suggest(
    caller: StaffCaller<needs::Triage>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let reached = Reached::of(&request, &caller, &services).await?;
    let alike = services.tickets.alike(reached.tenant(), reached.row.id).await?;
    let items = alike.into_iter().map(|row| Alike {
        is_merged: row.merged_into.is_some(),
        created_at: row.created_at.into(),
        number: row.number,
        state: row.state,
    });
    Ok(web::Json(List { items: items.collect() }))
}

/// What whoever reports the same error reads before they do.
pub async fn known(
    call: StaffCall<needs::Triage, KnownBody, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let KnownBody { text } = understood(call.read())?;
    if let Some(text) = &text {
        services.support.check_reply(reached.tenant(), text).await?;
    }
    let about = if text.is_some() { "said" } else { "taken back" };
    services.tickets.set_known(reached.deed(AuditKind::KnownProblem)?.about(about), text.as_deref()).await?;
    Ok(NoContent)
}

pub async fn merge(
    call: StaffCall<needs::Triage, Into, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let Into { into } = understood(call.read())?;
    let leader = reach::find(&services, into.to_uppercase()).await?;
    // What one customer sent is never joined with another one's.
    if leader.tenant_id != reached.tenant() {
        return Err(
            Error::new(Code::InvalidBody).with_detail("into: expected a ticket of the same customer.")
        );
    }
    let deed = reached.deed(AuditKind::Merged)?.about(leader.number.clone());
    services.tickets.merge(deed, leader.id).await?;
    services.wake.notify_one();
    Ok(NoContent)
}

pub async fn unmerge(
    caller: StaffCaller<needs::Triage>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &caller, &services).await?;
    let Some(leader) = reached.row.merged_into else {
        let detail = "This ticket follows no other.";
        return Err(Error::new(Code::StateChanged).with_detail(detail));
    };
    let leader = services.tickets.find(reached.tenant(), leader).await?;
    let number = leader.map(|leader| leader.number).unwrap_or_default();
    services.tickets.unmerge(reached.deed(AuditKind::Unmerged)?.about(number)).await?;
    services.wake.notify_one();
    Ok(NoContent)
}
