//! `POST /connect/enabled` and `POST /connect/disabled`: an administrator switches the app on or off.

use actix_web::{HttpResponse, web};

use super::{Services, no_content};
use crate::auth::TenantEvent;
use crate::connect::lifecycle::{Lifecycle, LifecycleEvent};
use crate::db::Change;
use crate::error::Error;
use crate::tenancy::Event;

type Call = TenantEvent<{ 64 * 1024 }>;

pub async fn enabled(call: Call, services: web::Data<Services>) -> Result<HttpResponse, Error> {
    switch(&call, &services, LifecycleEvent::Enabled, Event::Enabled).await
}

pub async fn disabled(call: Call, services: web::Data<Services>) -> Result<HttpResponse, Error> {
    switch(&call, &services, LifecycleEvent::Disabled, Event::Disabled).await
}

async fn switch(
    call: &Call,
    services: &Services,
    expected: LifecycleEvent,
    event: Event,
) -> Result<HttpResponse, Error> {
    Lifecycle::parse(call.body(), expected, &call.claims.iss, &services.settings.app_key)?;
    let id = call.tenant.id();
    services.tenancy.happened(id, event).await?;
    services.tenants.changed(Change::Tenant(id));
    Ok(no_content())
}
