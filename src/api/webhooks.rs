//! `POST /connect/webhooks/{jira|confluence}`: an event of the product, stored once (connect.md §12.5).

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Services, no_content};
use crate::auth::TenantEvent;
use crate::error::{Code, Error};
use crate::operation::{Identifier, Ingest};

/// Larger events are dropped by the product itself.
type Call = TenantEvent<{ 25 * 1024 * 1024 }>;
/// No honest identifier is longer.
const IDENTIFIER_MAX: usize = 255;

pub async fn handle(
    call: Call,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let body = call.body();
    let given = request.headers().get("x-atlassian-webhook-identifier").and_then(|value| value.to_str().ok());
    let identifier = match given.map(str::trim).filter(|given| !given.is_empty()) {
        Some(given) if given.len() > IDENTIFIER_MAX => {
            return Err(Error::new(Code::InvalidParameter).with_detail("The webhook identifier is too long."));
        }
        Some(given) => Identifier::Given(given),
        None => Identifier::OfBody(body),
    };
    let event = Ingest::parse(body).map_err(|error| {
        Error::new(Code::InvalidBody).with_detail("The body is not a JSON object.").because(error)
    })?;
    services.ingest.store(call.tenant.id(), &identifier, &event).await?;
    Ok(no_content())
}
