//! `POST` and `GET /console/api/v1/tickets/{ticket}/bundle`, `POST …/downloads`: what was sent with a report. Looking into it
//! needs a reason, which the customer sees, and is possible for some minutes. Taking it out needs another one; passing it on to an
//! expert outside of the vendor also needs the reporter's consent.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::super::answer::{Raw, kinds};
use super::reach::Reached;
use super::{archive, reason, understood};
use crate::auth::staff::needs;
use crate::auth::{StaffCall, StaffCaller};
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::support::Described;
use crate::tickets::ItemContent;
use crate::tickets::read::Whole;

const BODY_MAX: usize = 4 * 1024;
const EXPERT_MAX: usize = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AccessReason")]
pub struct Why {
    reason: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DownloadReason")]
pub struct Wanted {
    reason: String,
    /// An expert outside of the vendor who gets it, as the customer will read it.
    #[serde(default)]
    expert: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccessGrant")]
pub struct Granted {
    until: Timestamp,
}

#[derive(Serialize, JsonSchema)]
pub struct Bundle {
    until: Timestamp,
    items: Vec<Shown>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BundleItem")]
struct Shown {
    item: Described,
    /// In base64.
    content: String,
}

/// Says why, and may look for a while.
pub async fn open(
    call: StaffCall<needs::Bundle, Why, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<Granted>, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let Why { reason: why } = understood(call.read())?;
    let grant = services.audit.grant(&reached.who, &reached.subject(), reason(&why)?).await?;
    Ok(web::Json(Granted { until: grant.until }))
}

pub async fn show(
    caller: StaffCaller<needs::Bundle>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<Bundle>, Error> {
    let reached = Reached::of(&request, &caller, &services).await?;
    let until = granted(&reached, &request, &services).await?;
    let whole = whole(&reached, &services).await?;
    let item =
        |item: &ItemContent| Shown { item: item.described.clone(), content: item.encoded().to_owned() };
    Ok(web::Json(Bundle { until, items: whole.items.iter().map(item).collect() }))
}

/// A zip file with the number of this download in it. The row is there before the first byte leaves.
pub async fn download(
    call: StaffCall<needs::Bundle, Wanted, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<Raw<kinds::Zip>, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    granted(&reached, &request, &services).await?;
    let Wanted { reason: why, expert } = understood(call.read())?;
    let (why, expert) = (reason(&why)?, expert.as_deref().map(expert_name).transpose()?);
    let whole = whole(&reached, &services).await?;
    let download = services.audit.download_for(&reached.who, &reached.subject(), why, expert).await?;
    let bytes = archive::zip(&whole, &download, &reached.who.name, expert)?;
    let name = format!("attachment; filename=\"{}-{}.zip\"", reached.row.number, download.id);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header(("x-kept-download", download.id.to_string()))
        .body(bytes)
        .into())
}

fn expert_name(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    let is_name = (1..=EXPERT_MAX).contains(&name.chars().count()) && !name.contains(char::is_control);
    let wrong = || {
        let detail = format!("expert: expected a name of 1 to {EXPERT_MAX} letters on one line.");
        Error::new(Code::InvalidBody).with_detail(detail)
    };
    is_name.then_some(name).ok_or_else(wrong)
}

/// Until when the bundle is open to this person. Whoever tries it without having said why is recorded.
pub(super) async fn granted(
    reached: &Reached<needs::Bundle>,
    request: &HttpRequest,
    services: &Services,
) -> Result<Timestamp, Error> {
    match services.audit.standing_grant(&reached.who, &reached.subject()).await? {
        Some(grant) => Ok(grant.until),
        None => {
            reached.record_refusal(request).await?;
            Err(Error::new(Code::GrantRequired))
        }
    }
}

async fn whole(reached: &Reached<needs::Bundle>, services: &Services) -> Result<Whole, Error> {
    let whole = services.tickets.whole(reached.tenant(), reached.row.id).await?;
    whole.ok_or_else(|| Error::new(Code::NotFound))
}
