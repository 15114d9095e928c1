//! The installations of a run, put where the service will find them by the same code that an installation runs through.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use data_encoding::HEXLOWER;
use futures_util::{StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};

use super::place::Place;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::Stopwatch;
use crate::config::Secret;
use crate::tenancy::{Account, Delivery, Installation, Installed};

/// Installations under way at once: enough to fill the writer's groups, fewer than it lets wait.
const AT_ONCE: usize = 400;

/// An installation, as the product knows it.
pub struct Tenant {
    pub client_key: String,
    pub secret: String,
    pub site: String,
}

impl Tenant {
    /// All runs have the same tenants; nothing here protects anything.
    fn number(number: u32) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(number.to_be_bytes()));
        Self {
            client_key: format!("{number:08x}-b0b0-4000-8000-{}", hash.get(..12).unwrap_or_default()),
            // As long as the secrets that hosts send.
            secret: format!("ATCO{hash}{hash}"),
            site: format!("https://bench-{number}.atlassian.net"),
        }
    }
}

/// Installs so many tenants, and says how long it took.
pub async fn install(place: &Place, count: u32) -> anyhow::Result<(Arc<[Tenant]>, Duration)> {
    let tenants: Arc<[Tenant]> = (0..count).map(Tenant::number).collect();
    let watch = Stopwatch::start();
    let services = app::open_services(place.settings()?, Databases::PrepareAll).await?;
    let installing = futures_util::stream::iter(&*tenants).map(|tenant| install_one(&services, tenant));
    installing.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok((tenants, watch.elapsed()))
}

async fn install_one(services: &Services, tenant: &Tenant) -> anyhow::Result<()> {
    let now = services.clock.now();
    let installation = Installation {
        identity: tenant.client_key.clone(),
        site: ["jira".to_owned(), tenant.site.clone()],
        account: Account::keep(
            &services.policy,
            [
                ("key", Some(services.settings.app_key.as_str())),
                ("clientKey", Some(&tenant.client_key)),
                ("baseUrl", Some(&tenant.site)),
                ("productType", Some("jira")),
            ],
        ),
        lasting_field: "installationId",
        secret: Secret::new(tenant.secret.as_str()),
        delivery: Delivery {
            token_hash: Sha256::digest(tenant.client_key.as_bytes()).to_vec(),
            body_hash: Sha256::digest(tenant.site.as_bytes()).to_vec(),
            expires_at: now.plus(Duration::from_secs(180)),
            issued_at: now.as_seconds(),
        },
    };
    let installed = services.tenancy.install(&installation).await.context("a tenant was not installed")?;
    anyhow::ensure!(matches!(installed, Installed::First(_)), "a tenant was there already");
    Ok(())
}
