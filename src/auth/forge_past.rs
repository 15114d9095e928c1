//! Which tenant of before an installation under Forge belongs to: asked of the product with the token of an invocation, at the
//! first one and at every later one until it is known. Until then nothing is stored for the installation (tenancy/forge.rs).

use std::future::Future;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{CachedTenant, Gate};
use crate::clock::Timestamp;
use crate::connect::forge::{Invocation, Invoked, client_key, installation_details};
use crate::connect::host::{Acting, HostClient, HostError, Site};
use crate::db::{Change, Id};
use crate::error::{Code, Error};
use crate::tenancy::forge::{Belongs, Settled};
use crate::tenancy::{InstallError, KnownTenant, Tenancy};

/// Forge waits for five seconds at an event, and two questions may be asked at one.
const PATIENCE: Duration = Duration::from_secs(2);
/// When a page should ask again that waits for the answer.
const SOON: Duration = Duration::from_secs(5);

/// What the product says. It says nothing to an invocation without a token of the app.
pub async fn ask(host: &HostClient, invoked: &Invoked) -> Belongs {
    let answer = match site(invoked) {
        Some(site) => in_time(client_key::ask(host, &site)).await,
        None => None,
    };
    match answer {
        Some(Some(client_key)) => Belongs::To(client_key),
        Some(None) => Belongs::ToNobody,
        None if Timestamp::from_seconds(invoked.invocation.issued_at) < client_key::told_until() => {
            Belongs::Unknown
        }
        None => Belongs::Untold,
    }
}

/// Asks for an installation of an open past, and obeys the answer.
pub async fn settle(
    tenancy: &Tenancy,
    host: &HostClient,
    invoked: &Invoked,
) -> Result<Settled, InstallError> {
    let belongs = ask(host, invoked).await;
    let invocation = &invoked.invocation;
    let settled = tenancy.settle_forge(&invocation.installation_id, &belongs, invocation.issued_at).await?;
    tracing::info!(past = ?settled, "an installation of an open past was asked for");
    Ok(settled)
}

/// Whether the installation of an invocation stands; `None` when nobody says so.
pub async fn stands(host: &HostClient, app_id: &str, invoked: &Invoked) -> Option<bool> {
    let site = site(invoked)?;
    in_time(installation_details::stands(host, &site, app_id, &invoked.invocation)).await
}

/// Refuses what would be stored for an installation of an open past.
pub fn check_settled(known: &KnownTenant, now: Timestamp) -> Result<(), Error> {
    if known.held_until.is_none_or(|until| now >= until) {
        return Ok(());
    }
    let cause = anyhow::anyhow!("it is not known yet which tenant of before this installation belongs to");
    Err(Error::new(Code::Unavailable).retry_after(SOON).because(cause))
}

/// A page waits while the past is open. Each one that has a token of the app is an occasion to ask.
pub(super) async fn check_page(gate: &Gate, tenant: &CachedTenant, invoked: &Invoked) -> Result<(), Error> {
    let Err(wait) = check_settled(&tenant.known, gate.clock.now()) else { return Ok(()) };
    match settle(&gate.tenancy, &gate.host, invoked).await {
        Ok(Settled::Open(_)) => {}
        Ok(_) => gate.tenants.changed(Change::Everything),
        Err(error) => tracing::warn!(%error, "an installation of an open past cannot be settled"),
    }
    // It comes again at once, and finds whoever it is by then.
    Err(wait)
}

/// Refuses an event after which the past is still open: it comes again, and then there may be an answer.
pub async fn wait_if_open(tenancy: &Tenancy, invocation: &Invocation, now: Timestamp) -> Result<(), Error> {
    match tenancy.find_forge(&invocation.installation_id).await? {
        Some(known) => check_settled(&known, now),
        None => Ok(()),
    }
}

fn site(invoked: &Invoked) -> Option<Site> {
    let token = invoked.system_token.clone()?;
    let base = &invoked.invocation.api_base;
    Some(Site::of_invocation(place_of(&invoked.invocation), base, token, Acting::App))
}

/// A place among calls for an installation that may have no tenant yet.
fn place_of(invocation: &Invocation) -> Id {
    let name = Sha256::digest(invocation.installation_id.as_bytes());
    Id::from_i64(name.first_chunk().map_or(0, |head| i64::from_be_bytes(*head)))
}

async fn in_time<T>(asking: impl Future<Output = Result<T, HostError>>) -> Option<T> {
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    match answer {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::info!(%error, "the product did not answer about an installation");
            None
        }
        Err(_) => {
            tracing::info!("the product did not answer about an installation in time");
            None
        }
    }
}
