//! `GET …/alike`, `POST …/merge` and `DELETE …/merge`: tickets that report the same error, found by its fingerprint, letting one
//! follow another, and letting it stand by itself again. Both then go on the earlier of their days.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::super::{Services, no_content};
use super::reach::{self, Reached};
use super::read;
use crate::audit::AuditKind;
use crate::auth::staff::needs;
use crate::auth::{StaffCall, StaffCaller};
use crate::clock::Timestamp;
use crate::error::{Code, Error};

const BODY_MAX: usize = 4 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alike {
    number: String,
    state: String,
    is_merged: bool,
    created_at: Timestamp,
}

#[derive(Serialize)]
pub struct List {
    items: Vec<Alike>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Into {
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

pub async fn merge(
    call: StaffCall<needs::Triage, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let Into { into } = read(call.body())?;
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
    Ok(no_content())
}

pub async fn unmerge(
    caller: StaffCaller<needs::Triage>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let reached = Reached::of(&request, &caller, &services).await?;
    let Some(leader) = reached.row.merged_into else {
        let detail = "This ticket follows no other.";
        return Err(Error::new(Code::StateChanged).with_detail(detail));
    };
    let leader = services.tickets.find(reached.tenant(), leader).await?;
    let number = leader.map(|leader| leader.number).unwrap_or_default();
    services.tickets.unmerge(reached.deed(AuditKind::Unmerged)?.about(number)).await?;
    services.wake.notify_one();
    Ok(no_content())
}
