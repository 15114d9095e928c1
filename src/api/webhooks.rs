//! `POST /connect/webhooks/{jira|confluence}`: an event of the product, stored once (connect.md §12.5).

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes};
use serde_json::Value;

use super::Services;
use super::answer::NoContent;
use crate::auth::{Query, TenantEvent};
use crate::error::{Code, Error};
use crate::openapi::{Kind, Parameter, Parameters};
use crate::operation::{Arrived, Identifier, Ingest};

/// Larger events are dropped by the product itself.
type Call = TenantEvent<{ 25 * 1024 * 1024 }>;
/// No honest identifier is longer.
const IDENTIFIER_MAX: usize = 255;
/// A larger body is read beside the threads that answer requests.
const READ_AT_ONCE_MAX: usize = 64 * 1024;

/// Confluence does not always say in the body what happened, so our descriptor has an address for each event. The token
/// covers the query.
pub struct Named;

impl Parameters for Named {
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::query("event", Kind::Text, "What happened, where the body does not say so.")];
}

pub async fn handle(
    call: Call,
    named: Query<Named>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let body = call.body();
    let given = request.headers().get("x-atlassian-webhook-identifier").and_then(|value| value.to_str().ok());
    let identifier = match given.map(str::trim).filter(|given| !given.is_empty()) {
        Some(given) if given.len() > IDENTIFIER_MAX => {
            return Err(Error::new(Code::InvalidParameter).with_detail("The webhook identifier is too long."));
        }
        Some(given) => Identifier::Given(given),
        None => Identifier::OfBody(body),
    };
    let event = read_event(body.clone()).await?;
    let name = named.value("event");
    let arrived = Arrived { identifier, name: name.as_deref(), event: &event };
    services.ingest.store(call.tenant.id(), &arrived).await?;
    Ok(NoContent)
}

/// A large event takes long to read, and the thread that reads it answers nobody else.
pub(super) async fn read_event(body: Bytes) -> Result<Value, Error> {
    let parsed = if body.len() <= READ_AT_ONCE_MAX {
        Ingest::parse(&body)
    } else {
        let reading = tokio::task::spawn_blocking(move || Ingest::parse(&body));
        reading.await.map_err(|error| Error::new(Code::Internal).because(error))?
    };
    parsed.map_err(|error| {
        Error::new(Code::InvalidBody).with_detail("The body is not a JSON object.").because(error)
    })
}
