//! `POST /connect/enabled` and `POST /connect/disabled`: an administrator switches the app on or off.

use actix_web::web;

use super::Services;
use super::answer::NoContent;
use crate::auth::TenantEvent;
use crate::connect::lifecycle::{Lifecycle, LifecycleEvent};
use crate::db::Change;
use crate::error::Error;
use crate::tenancy::Event;

type Call = TenantEvent<{ 64 * 1024 }>;

pub async fn enabled(call: Call, services: web::Data<Services>) -> Result<NoContent, Error> {
    switch(&call, &services, LifecycleEvent::Enabled, Event::Enabled).await
}

pub async fn disabled(call: Call, services: web::Data<Services>) -> Result<NoContent, Error> {
    switch(&call, &services, LifecycleEvent::Disabled, Event::Disabled).await
}

async fn switch(
    call: &Call,
    services: &Services,
    expected: LifecycleEvent,
    event: Event,
) -> Result<NoContent, Error> {
    Lifecycle::parse(call.body(), expected, &call.claims.iss, &services.settings.app_key)?;
    let id = call.tenant.id();
    services.tenancy.happened(id, event).await?;
    services.tenants.changed(Change::Tenant(id));
    Ok(NoContent)
}
