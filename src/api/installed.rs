//! `POST /connect/installed`: an installation, an upgrade, a rotated secret, a renamed site.

use actix_web::web;

use super::Services;
use super::answer::NoContent;
use crate::auth::LifecycleCall;
use crate::connect::lifecycle::{Lifecycle, LifecycleEvent};
use crate::connect::token::TokenError;
use crate::db::Change;
use crate::error::Error;
use crate::tenancy::{Account, InstallError, Installation, Installed, moving};

pub async fn handle(call: LifecycleCall, services: web::Data<Services>) -> Result<NoContent, Error> {
    let app_key = &services.settings.app_key;
    let body = Lifecycle::parse(call.body(), LifecycleEvent::Installed, &call.claims.iss, app_key)?;
    body.check_host(&services.settings.hosts)?;
    if let Some(to) = services.tenancy.elsewhere(body.client_key(), call.claims.iat).await? {
        return Err(moving::moved(&to));
    }
    let installation = Installation {
        identity: body.client_key().to_owned(),
        site: body.site(),
        account: Account::keep(&services.policy, body.fields()),
        lasting_field: "installationId",
        secret: body.secret()?,
        delivery: call.delivery(),
    };
    let installed = services.tenancy.install(&installation).await.map_err(refuse)?;
    match installed {
        Installed::First(id) | Installed::Again(id) => {
            services.tenants.changed(Change::Tenant(id));
            services.wake.notify_one();
            tracing::info!(tenant.id = %id, first = matches!(installed, Installed::First(_)), "installed");
        }
        Installed::Ignored => tracing::info!("an installation came again, or too late"),
    }
    Ok(NoContent)
}

/// What lives in another region must not end here unheard of there.
pub async fn check_is_here(services: &Services, identity: &str) -> Result<(), Error> {
    match services.tenancy.moved_from_here(identity).await? {
        Some((_, to)) => Err(moving::moved(&to)),
        None => Ok(()),
    }
}

pub fn refuse(error: InstallError) -> Error {
    match error {
        InstallError::OtherBody => Error::unauthenticated(TokenError::OtherBody),
        InstallError::NotBegun(error) | InstallError::Failed(error) => error,
        InstallError::LostRace => Error::new(crate::error::Code::Unavailable).because(error),
    }
}
