//! The real service on databases of its own and a clock that is moved. Every text that a customer gives it carries the tag
//! of this run, so that one search finds whatever was written in clear.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::future;
use futures_util::stream::{self, StreamExt};

use super::crowd::Acted;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::config::{DatabaseUrl, Settings};
use crate::db::{self, Id, proof};
use crate::jobs::Worker;
use crate::simulate::simulated;

/// Customers that act at once, so that commits are made in groups.
const AT_ONCE: usize = 64;
const WORKERS: usize = 8;
/// Long enough that its base64 is unmistakable at every alignment.
const TAG_BYTES: usize = 8;

pub struct World {
    pub services: Services,
    /// Is in every text that a customer gives.
    pub tag: String,
    workers: Vec<Worker>,
    pub(super) tenants: Mutex<HashMap<usize, Id>>,
    /// Tells events and deliveries apart.
    pub(super) serial: AtomicU64,
}

impl World {
    /// Opens new databases. What is there already is not ours to fill.
    pub async fn open(settings: Settings) -> anyhow::Result<Self> {
        check_empty(&settings).await?;
        app::open_databases(&settings, Databases::PrepareAll).await?;
        let services = app::open_services(settings, Databases::AsTheyAre).await?;
        let worker = || Worker::with(app::environment(&services), simulated);
        let workers: Vec<Worker> = (0..WORKERS).map(|_| worker()).collect();
        if let Some(worker) = workers.first() {
            worker.schedule_recurring().await?;
        }
        Ok(Self { tag: tag()?, workers, services, tenants: Mutex::default(), serial: AtomicU64::new(0) })
    }

    /// Lets time pass, and the worker work.
    pub async fn advance(&self, duration: Duration) -> anyhow::Result<()> {
        self.services.clock.advance(duration);
        self.work().await
    }

    /// Runs what is due.
    pub async fn work(&self) -> anyhow::Result<()> {
        future::try_join_all(self.workers.iter().map(Worker::drain)).await?;
        self.post()
    }

    /// Takes the mails out of the outbox: they have left the machine.
    pub fn post(&self) -> anyhow::Result<()> {
        let outbox = self.services.settings.data_dir.join("outbox");
        match std::fs::remove_dir_all(&outbox) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot empty {}", outbox.display()))
            }
            _ => Ok(()),
        }
    }

    pub fn tenant(&self, customer: usize) -> anyhow::Result<Id> {
        let tenants = self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tenants.get(&customer).copied().context("no such customer")
    }

    /// Does all of these, many at once. `progress` hears how many are done.
    pub async fn act_all(&self, acts: &[Acted], progress: impl Fn(usize)) -> anyhow::Result<()> {
        let mut acting = stream::iter(acts.iter().copied())
            .map(|(customer, act)| async move {
                let done = self.act(customer, act).await;
                done.with_context(|| format!("customer {customer}: {act:?}"))
            })
            .buffer_unordered(AT_ONCE);
        let mut count = 0;
        while let Some(done) = acting.next().await {
            done?;
            count += 1;
            progress(count);
        }
        Ok(())
    }
}

/// What stands already is somebody's.
async fn check_empty(settings: &Settings) -> anyhow::Result<()> {
    for (url, option) in [(&settings.database_url, "--database"), (&settings.keyring_url, "--keyring")] {
        if matches!(url, DatabaseUrl::Sqlite(_)) {
            continue;
        }
        let looked_at = url.clone();
        let look = move || db::look(&looked_at, |conn| Ok(proof::is_empty(conn)?));
        if !tokio::task::spawn_blocking(look).await.context("looking at a database panicked")?? {
            bail!(
                "{option}: {url} is not empty, and what is in it is not to be touched: name an empty database or schema"
            );
        }
    }
    Ok(())
}

fn tag() -> anyhow::Result<String> {
    let mut random = [0_u8; TAG_BYTES];
    aws_lc_rs::rand::fill(&mut random).context("the system gives random bytes")?;
    Ok(format!("kc{}", data_encoding::HEXLOWER.encode(&random)))
}
