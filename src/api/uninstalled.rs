//! `POST /connect/uninstalled`: the customer leaves. The mark and the jobs are on disk before the answer (IDALKO-28).

use actix_web::{HttpResponse, web};

use super::{Services, installed, no_content};
use crate::auth::LifecycleCall;
use crate::connect::lifecycle::{Lifecycle, LifecycleEvent};
use crate::db::Change;
use crate::error::Error;
use crate::tenancy::Outcome;

pub async fn handle(call: LifecycleCall, services: web::Data<Services>) -> Result<HttpResponse, Error> {
    let app_key = &services.settings.app_key;
    let body = Lifecycle::parse(call.body(), LifecycleEvent::Uninstalled, &call.claims.iss, app_key)?;
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
    Ok(no_content())
}
