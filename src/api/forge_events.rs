//! `POST /forge/events/{jira|confluence}`: an event of the product, as a trigger brings it, stored like a webhook of Connect.

use actix_web::web;

use super::answer::NoContent;
use super::{Services, webhooks};
use crate::auth::{ForgeEvent, forge_past};
use crate::connect::forge::events;
use crate::error::Error;
use crate::operation::{Arrived, Identifier};
use crate::tenancy::Standing;

/// As large as an event under Connect may be.
type Call = ForgeEvent<{ 25 * 1024 * 1024 }>;

pub async fn handle(call: Call, services: web::Data<Services>) -> Result<NoContent, Error> {
    let Some(tenant) = &call.tenant else {
        tracing::info!("an event of an installation that nobody knows");
        return Ok(NoContent);
    };
    if tenant.known.tenant.standing != Standing::Active {
        // Nothing is stored for somebody who left; the product need not try again.
        return Ok(NoContent);
    }
    forge_past::check_settled(&tenant.known, services.clock.now())?;
    let event = events::as_webhook(webhooks::read_event(call.body().clone()).await?);
    // A try has no name of its own here: the same event is the same text, without how often it was tried.
    let text = event.to_string();
    let arrived = Arrived { identifier: Identifier::OfBody(text.as_bytes()), name: None, event: &event };
    services.ingest.store(tenant.id(), &arrived).await?;
    Ok(NoContent)
}
