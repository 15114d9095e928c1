//! The real service on databases of its own and a clock that is moved: what acts and looks are made of.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::fault::{Fault, simulated};
use super::life::Act;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::{Clock, Timestamp};
use crate::config::{Reads, Secret, Settings};
use crate::db::Id;
use crate::jobs::Worker;
use crate::operation::{Arrived, Identifier, Ingest, Uploaded};
use crate::policy::Language;
use crate::tenancy::settings::WantedSettings;
use crate::tenancy::{Account, Address, Delivery, Event, Installation, Installed, Outcome};

const DAY: Duration = Duration::from_secs(86_400);
/// Jobs that run at once, so that commits are made in groups.
const AT_ONCE: usize = 32;

pub struct World {
    pub services: Services,
    began: Timestamp,
    worker: Worker,
    /// The tenants of each customer, in order.
    tenants: Mutex<HashMap<usize, Vec<Id>>>,
}

impl World {
    /// Opens new databases in `folder` under this policy, at `began`.
    pub async fn open(
        folder: &Path,
        policy: &Path,
        began: Timestamp,
        fault: Option<Fault>,
    ) -> anyhow::Result<Self> {
        let values = HashMap::from([
            ("KEPT_DATA_DIR", folder.display().to_string()),
            ("KEPT_POLICY", policy.display().to_string()),
        ]);
        let settings = Settings::from_lookup(|name| values.get(name).cloned())?;
        let settings = Settings { clock: Clock::manual(began), reads: Reads::Here, ..settings };
        app::open_databases(&settings, Databases::PrepareAll).await?;
        let services = app::open_services(settings, Databases::AsTheyAre).await?;
        let worker = fault.map_or_else(
            || Worker::with(app::environment(&services), simulated),
            |fault| fault.worker(&services),
        );
        worker.schedule_recurring().await?;
        Ok(Self { services, began, worker, tenants: Mutex::default() })
    }

    pub fn at(&self, day: u32) -> Timestamp {
        self.began.plus(DAY * day)
    }

    pub fn set_day(&self, day: u32) {
        self.services.clock.set(self.at(day));
    }

    /// Runs what is due. Returns how many jobs ran.
    pub async fn work(&self) -> anyhow::Result<usize> {
        Ok(self.worker.drain_at_once(AT_ONCE).await?)
    }

    pub fn tenant(&self, customer: usize, index: usize) -> anyhow::Result<Id> {
        let tenants = self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tenants.get(&customer).and_then(|ids| ids.get(index)).copied().context("no such tenant")
    }

    fn newest(&self, customer: usize) -> anyhow::Result<Id> {
        let tenants = self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tenants.get(&customer).and_then(|ids| ids.last()).copied().context("no tenant yet")
    }

    pub async fn act(&self, customer: usize, day: u32, act: Act, is_new: bool) -> anyhow::Result<()> {
        match act {
            Act::Install => self.install(customer, day, is_new).await,
            Act::Configure { contact, ends_on, own_days } => {
                self.configure(customer, contact, ends_on, own_days).await
            }
            Act::Event => self.event(customer, day).await,
            Act::Upload => self.upload(customer).await,
            Act::Use => {
                self.services.operation.count_use(self.newest(customer)?, "admin_page").await?;
                Ok(())
            }
            Act::Uninstall => self.uninstall(customer, day).await,
            Act::AskForErasure => self.happen(customer, Event::ErasureAsked).await,
            Act::UndoErasure => self.happen(customer, Event::ErasureUndone).await,
        }
    }

    async fn install(&self, customer: usize, day: u32, is_new: bool) -> anyhow::Result<()> {
        let (identity, site) = (identity(customer), format!("https://site-{customer}.example.net"));
        // Every third customer has moved to Forge, and has a name there too.
        let installation = customer.is_multiple_of(3).then(|| format!("installation-{customer}"));
        let fields = [
            ("installationId", installation.as_deref()),
            ("clientKey", Some(identity.as_str())),
            ("baseUrl", Some(site.as_str())),
            ("entitlementNumber", Some("E-1")),
        ];
        let installation = Installation {
            account: Account::keep(&self.services.policy, fields),
            site: ["jira".to_owned(), site.clone()],
            lasting_field: "installationId",
            secret: Secret::new(format!("the secret of customer {customer}")),
            delivery: self.delivery(customer, day, "installed"),
            identity: identity.clone(),
        };
        let installed = self.services.tenancy.install(&installation).await?;
        match installed {
            Installed::First(id) if is_new => {
                let mut tenants = self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                tenants.entry(customer).or_default().push(id);
                Ok(())
            }
            Installed::Again(id) if !is_new && id == self.newest(customer)? => Ok(()),
            other => bail!(
                "expected {}, found {other:?}",
                if is_new { "a new tenant" } else { "the former tenant" }
            ),
        }
    }

    async fn configure(
        &self,
        customer: usize,
        contact: bool,
        ends_on: Option<u32>,
        own_days: Option<u32>,
    ) -> anyhow::Result<()> {
        let contact =
            contact.then(|| Address::parse(&format!("admin-{customer}@example.com"))).transpose()?;
        let wanted = WantedSettings {
            contact,
            billing_cc: None,
            language: Language::En,
            retention_days: own_days,
            subscription_ends_at: ends_on.map(|day| self.at(day)),
            reports: None,
        };
        self.services.tenancy.change_settings(self.newest(customer)?, wanted).await?;
        Ok(())
    }

    async fn event(&self, customer: usize, day: u32) -> anyhow::Result<()> {
        let body = format!(r#"{{"webhookEvent": "jira:issue_updated", "issue": {{"id": "{customer}"}}}}"#);
        let identifier = format!("{customer} {day}");
        let event = Ingest::parse(body.as_bytes())?;
        let arrived = Arrived { identifier: Identifier::Given(&identifier), name: None, event: &event };
        self.services.ingest.store(self.newest(customer)?, &arrived).await?;
        Ok(())
    }

    async fn upload(&self, customer: usize) -> anyhow::Result<()> {
        let value = RawValue::from_string("{\"colour\": \"blue\"}".to_owned())?;
        match self.services.operation.upload(self.newest(customer)?, "preferences", &value).await? {
            Uploaded::Stored => Ok(()),
            other => bail!("an upload was not stored: {other:?}"),
        }
    }

    async fn uninstall(&self, customer: usize, day: u32) -> anyhow::Result<()> {
        let delivery = self.delivery(customer, day, "uninstalled");
        match self.services.tenancy.uninstall(&identity(customer), delivery).await? {
            Outcome::Done(_) => Ok(()),
            other => bail!("an uninstallation was {other:?}"),
        }
    }

    async fn happen(&self, customer: usize, event: Event) -> anyhow::Result<()> {
        self.services.tenancy.happened(self.newest(customer)?, event).await?;
        Ok(())
    }

    fn delivery(&self, customer: usize, day: u32, what: &str) -> Delivery {
        let now = self.at(day);
        Delivery {
            token_hash: Sha256::digest(format!("{what} {customer} {day}")).to_vec(),
            body_hash: Vec::new(),
            expires_at: now.plus(Duration::from_secs(900)),
            issued_at: now.as_seconds(),
        }
    }
}

fn identity(customer: usize) -> String {
    format!("customer-{customer}")
}
