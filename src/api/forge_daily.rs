//! `POST /forge/daily`: Forge calls once a day for each installation. The call shows that it is there, brings the licence, and
//! has a token with which the product can be asked what is not known yet, and told whose account ids are stored.
//!
//! A token opens its own installation alone, so an installation that is gone cannot be asked for: that it is gone shows in that
//! nobody calls for it any more, which `jobs/probe.rs` looks at.

use std::time::Duration;

use actix_web::web;

use super::answer::NoContent;
use super::{Services, forge_facts, forge_lifecycle, installed};
use crate::auth::{ForgeEvent, forge_past, office_of_invocation};
use crate::connect::forge::Invoked;
use crate::db::{Change, Id};
use crate::error::Error;
use crate::tenancy::forge::{Belongs, Seen, Settled};

type Call = ForgeEvent<{ 64 * 1024 }>;

/// Forge waits for five seconds, and other questions are asked before.
const PATIENCE: Duration = Duration::from_secs(1);

pub async fn handle(call: Call, services: web::Data<Services>) -> Result<NoContent, Error> {
    // First of all: what the product denies is not seen, so that the date of its suspicion stands.
    let is_there = forge_lifecycle::is_there(&services, &call.invoked).await;
    let invocation = &call.invoked.invocation;
    let (name, issued_at) = (&invocation.installation_id, invocation.issued_at);
    let seen = services.tenancy.seen_forge(name, issued_at, is_there).await.map_err(installed::refuse)?;
    match seen {
        Seen::Standing { tenant, is_open } => stands(&services, &call, tenant, is_open).await?,
        Seen::Denied(tenant) => {
            services.tenants.changed(Change::Tenant(tenant));
            services.wake.notify_one();
            // Nobody said that the customer leaves: a suspicion has its date.
            tracing::warn!(tenant.id = %tenant, "the product does not know an installation that it calls for");
        }
        Seen::Left(tenant) => left(&services, &call.invoked, tenant, is_there).await?,
        Seen::UnderWay => tracing::info!("a call for an installation was under way when it went"),
        Seen::Nobody => missed(&services, &call, is_there).await?,
    }
    Ok(NoContent)
}

async fn stands(services: &Services, call: &Call, tenant: Id, is_open: bool) -> Result<(), Error> {
    services.tenants.changed(Change::Tenant(tenant));
    let settled = if is_open { settle(services, &call.invoked).await? } else { Settled::Stays(tenant) };
    // For as long as pages wait, nothing is stored for an installation of which nobody knows whose it is.
    let is_held = || {
        let now = services.clock.now();
        call.tenant.as_deref().is_none_or(|tenant| forge_past::check_settled(&tenant.known, now).is_err())
    };
    match settled.tenant() {
        Some(_) if matches!(settled, Settled::Open(_)) && is_held() => Ok(()),
        Some(tenant) => {
            forge_facts::licence(services, tenant, &call.invoked.invocation).await?;
            report_accounts(services, &call.invoked, tenant).await
        }
        None => Ok(()),
    }
}

/// Nothing but a token of a call proves us where account ids are reported, so they are reported now.
async fn report_accounts(services: &Services, invoked: &Invoked, tenant: Id) -> Result<(), Error> {
    let Some(forge) = &services.settings.forge else { return Ok(()) };
    match office_of_invocation(&services.host, tenant, &forge.accounts_url, invoked) {
        Some(office) => services.tickets.report_accounts_now(tenant, office.as_ref(), PATIENCE).await,
        None => Ok(()),
    }
}

async fn settle(services: &Services, invoked: &Invoked) -> Result<Settled, Error> {
    let settled = forge_past::settle(&services.tenancy, &services.host, invoked).await;
    services.tenants.changed(Change::Everything);
    settled.map_err(installed::refuse)
}

/// The customer left, and is called for all the same: if the product says that the app is there, they are back.
async fn left(
    services: &Services,
    invoked: &Invoked,
    tenant: Id,
    is_there: Option<bool>,
) -> Result<(), Error> {
    if is_there != Some(true) {
        tracing::warn!(tenant.id = %tenant, "a call for an installation that went");
        return Ok(());
    }
    let invocation = &invoked.invocation;
    let back = services.tenancy.returned_forge(&invocation.installation_id, invocation.issued_at).await;
    if let Seen::Standing { tenant, .. } = back.map_err(installed::refuse)? {
        services.tenants.changed(Change::Tenant(tenant));
        services.wake.notify_one();
        tracing::warn!(tenant.id = %tenant, "an installation that was said to go is there");
    }
    Ok(())
}

/// Nobody knows the installation. Its event may never have come: where the product knows it by a name of before that leads to
/// somebody, it is theirs. Without one it may be what was erased on request while the app was installed, which stays so until
/// it is installed again.
async fn missed(services: &Services, call: &Call, is_there: Option<bool>) -> Result<(), Error> {
    let belongs = forge_past::ask(&services.host, &call.invoked).await;
    let is_known = match &belongs {
        Belongs::To(identity) => services.tenancy.find(identity).await?.is_some(),
        Belongs::ToNobody | Belongs::Unknown | Belongs::Untold => false,
    };
    if !is_known {
        tracing::info!("a call for an installation that nobody knows");
        return Ok(());
    }
    tracing::warn!("an installation is called for whose event never came: the product says whose it is");
    forge_lifecycle::store(call, services, belongs, is_there == Some(true)).await
}
