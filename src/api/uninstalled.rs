//! `POST /connect/uninstalled`: the customer leaves. The mark and the jobs are on disk before the answer (IDALKO-28).

use actix_web::web;

use super::answer::NoContent;
use super::{Services, installed};
use crate::auth::LifecycleCall;
use crate::connect::lifecycle::{Lifecycle, LifecycleEvent};
use crate::db::Change;
use crate::error::Error;
use crate::tenancy::Outcome;

pub async fn handle(call: LifecycleCall, services: web::Data<Services>) -> Result<NoContent, Error> {
    let app_key = &services.settings.app_key;
    let body = Lifecycle::parse(call.body(), LifecycleEvent::Uninstalled, &call.claims.iss, app_key)?;
    installed::check_is_here(&services, body.client_key()).await?;
    let left =
        services.tenancy.uninstall(body.client_key(), call.delivery()).await.map_err(installed::refuse)?;
    match left {
        Outcome::Done(id) => {
            services.tenants.changed(Change::Tenant(id));
            services.wake.notify_one();
            tracing::info!(tenant.id = %id, "uninstalled");
        }
        // A stranger who leaves leaves nothing; the host need not try again.
        Outcome::Unknown => tracing::info!("an unknown tenant uninstalled"),
        Outcome::Ignored => tracing::info!("an uninstallation came again, or too late"),
    }
    Ok(NoContent)
}
