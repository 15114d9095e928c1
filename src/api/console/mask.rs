//! `POST /console/api/v1/tickets/{ticket}/mask`: masks a text for good in everything that was sent with a ticket and said about it.
//! Whoever has the bundle open may; the customer sees that it was done, and why.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::bundle::granted;
use super::reach::Reached;
use super::{reason, understood};
use crate::audit::AuditKind;
use crate::auth::StaffCall;
use crate::auth::staff::needs;
use crate::error::Error;

const BODY_MAX: usize = 8 * 1024;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MaskWish")]
pub struct Wanted {
    /// As it stands there, whatever its case and its white space.
    text: String,
    reason: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MaskedLater")]
pub struct View {
    places: usize,
    /// Pictures among what was sent, in which nothing can be masked.
    pictures: usize,
}

pub async fn mask(
    call: StaffCall<needs::Bundle, Wanted, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    granted(&reached, &request, &services).await?;
    let Wanted { text, reason: why } = understood(call.read())?;
    let deed = reached.deed(AuditKind::MaskedLater)?;
    let done = services.tickets.mask(deed, &text, reason(&why)?).await?;
    services.wake.notify_one();
    Ok(web::Json(View { places: done.places, pictures: done.pictures }))
}
