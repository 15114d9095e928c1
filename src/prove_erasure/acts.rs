//! What a made-up customer does, with the tag of the run in every text.

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::bail;
use serde_json::json;
use serde_json::value::to_raw_value;
use sha2::{Digest, Sha256};

use super::crowd::Act;
use super::world::World;
use crate::config::Secret;
use crate::operation::{Arrived, Identifier, Ingest, Put, Thing, Uploaded};
use crate::policy::{ClassName, Language};
use crate::tenancy::ReportRules;
use crate::tenancy::settings::WantedSettings;
use crate::tenancy::{Account, Address, Delivery, Event, Installation, Installed, Outcome};

impl World {
    pub async fn act(&self, customer: usize, act: Act) -> anyhow::Result<()> {
        match act {
            Act::Install | Act::Rotate => self.install(customer).await,
            Act::Configure(round) => self.configure(customer, round, None).await,
            Act::Upload { key, size } => self.upload(customer, key, size).await,
            Act::DropUpload { key } => {
                self.services.operation.delete_upload(self.tenant(customer)?, &self.key(key)).await?;
                Ok(())
            }
            Act::Put { subject, size } => self.put(customer, subject, size).await,
            Act::DropPut { subject } => {
                let (tenant, subject) = (self.tenant(customer)?, self.key(subject));
                self.services.operation.delete(tenant, self.kind(), &subject).await?;
                Ok(())
            }
            Act::Event { issue, size } => self.event(customer, issue, size).await,
            Act::DropIssue { issue } => {
                let event =
                    json!({"webhookEvent": "jira:issue_deleted", "issue": self.issue(customer, issue, 0)});
                self.ingest(customer, &event).await
            }
            Act::Use => {
                self.services.operation.count_use(self.tenant(customer)?, "admin_page").await?;
                Ok(())
            }
            Act::Report => self.report(customer).await,
            Act::Ask => {
                self.services.tenancy.happened(self.tenant(customer)?, Event::ErasureAsked).await?;
                Ok(())
            }
            Act::Uninstall => self.uninstall(customer).await,
        }
    }

    /// Sets a contact, and with `ends_in` the end of the subscription, of which a notice tells.
    pub async fn configure(
        &self,
        customer: usize,
        round: u32,
        ends_in: Option<Duration>,
    ) -> anyhow::Result<()> {
        let address = |what: &str| Address::parse(&format!("{}.{customer}.{what}@example.com", self.tag));
        let wanted = WantedSettings {
            contact: Some(address(&format!("contact{round}"))?),
            billing_cc: Some(address("billing")?),
            language: Language::En,
            retention_days: None,
            subscription_ends_at: ends_in.map(|span| self.services.clock.now().plus(span)),
            reports: Some(ReportRules {
                terms: vec![format!("{}.{customer}.term", self.tag)],
                ..ReportRules::default()
            }),
        };
        self.services.tenancy.change_settings(self.tenant(customer)?, wanted).await?;
        Ok(())
    }

    /// The first time it is a tenant that was not known before; then it brings another secret.
    async fn install(&self, customer: usize) -> anyhow::Result<()> {
        let (site, fields) = (format!("https://{}{customer}.example.net", self.tag), self.account(customer));
        let pairs = fields.iter().map(|(name, value)| (name.as_str(), Some(value.as_str())));
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let installation = Installation {
            account: Account::keep(&self.services.policy, pairs),
            site: ["jira".to_owned(), site],
            lasting_field: "installationId",
            secret: Secret::new(format!("{} the secret {serial} of {customer}", self.tag)),
            delivery: self.delivery(customer, "installed"),
            identity: self.identity(customer),
        };
        match self.services.tenancy.install(&installation).await? {
            Installed::First(id) => {
                let mut tenants = self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                tenants.insert(customer, id);
                Ok(())
            }
            Installed::Again(_) => Ok(()),
            Installed::Ignored => bail!("an installation was ignored"),
        }
    }

    /// Every field of the account that the policy lists.
    fn account(&self, customer: usize) -> Vec<(String, String)> {
        let fields = self.services.policy.class(ClassName::Account).map(|class| class.fields.as_slice());
        let value = |name: &String| match name.as_str() {
            "clientKey" => self.identity(customer),
            "baseUrl" => format!("https://{}{customer}.example.net", self.tag),
            name => format!("{}-{customer}-{name}", self.tag),
        };
        fields.unwrap_or_default().iter().map(|name| (name.clone(), value(name))).collect()
    }

    async fn upload(&self, customer: usize, key: u32, size: u32) -> anyhow::Result<()> {
        let value = to_raw_value(&json!({ "note": self.words(customer, size) }))?;
        match self.services.operation.upload(self.tenant(customer)?, &self.key(key), &value).await? {
            Uploaded::Stored => Ok(()),
            other => bail!("an upload was not stored: {other:?}"),
        }
    }

    async fn put(&self, customer: usize, subject: u32, size: u32) -> anyhow::Result<()> {
        let (tenant, subject, value) =
            (self.tenant(customer)?, self.key(subject), self.words(customer, size));
        let thing: Option<&Thing> = None;
        match self.services.operation.put(tenant, self.kind(), &subject, thing, &value).await? {
            Put::Stored => Ok(()),
            other => bail!("a record was not stored: {other:?}"),
        }
    }

    async fn event(&self, customer: usize, issue: u32, size: u32) -> anyhow::Result<()> {
        let words = self.words(customer, size);
        let item = json!({"field": "summary", "fieldId": "summary", "fromString": words, "toString": words});
        let serial = self.serial.fetch_add(1, Ordering::Relaxed).to_string();
        let event = json!({
            "timestamp": self.services.clock.now().as_millis(),
            "webhookEvent": "jira:issue_updated",
            "issue": self.issue(customer, issue, size),
            "changelog": {"id": serial, "items": [item]},
        });
        self.ingest(customer, &event).await
    }

    fn issue(&self, customer: usize, issue: u32, size: u32) -> serde_json::Value {
        let fields = json!({ "summary": self.words(customer, size), "status": self.words(customer, 20) });
        json!({ "id": format!("{customer}{issue}"), "key": format!("K-{issue}"), "fields": fields })
    }

    async fn ingest(&self, customer: usize, event: &serde_json::Value) -> anyhow::Result<()> {
        let identifier = format!("{} {}", self.tag, self.serial.fetch_add(1, Ordering::Relaxed));
        let event = Ingest::parse(event.to_string().as_bytes())?;
        let arrived = Arrived { identifier: Identifier::Given(&identifier), name: None, event: &event };
        self.services.ingest.store(self.tenant(customer)?, &arrived).await?;
        Ok(())
    }

    async fn uninstall(&self, customer: usize) -> anyhow::Result<()> {
        let delivery = self.delivery(customer, "uninstalled");
        match self.services.tenancy.uninstall(&self.identity(customer), delivery).await? {
            Outcome::Done(_) => Ok(()),
            other => bail!("an uninstallation was {other:?}"),
        }
    }

    fn delivery(&self, customer: usize, what: &str) -> Delivery {
        let (now, serial) = (self.services.clock.now(), self.serial.fetch_add(1, Ordering::Relaxed));
        Delivery {
            token_hash: Sha256::digest(format!("{what} {customer} {serial}")).to_vec(),
            body_hash: Vec::new(),
            expires_at: now.plus(Duration::from_secs(900)),
            issued_at: now.as_seconds(),
        }
    }

    fn identity(&self, customer: usize) -> String {
        format!("{}-customer-{customer}", self.tag)
    }

    fn key(&self, number: u32) -> String {
        format!("{}-key-{number}", self.tag)
    }

    /// A kind of record that the policy lets the app state by itself.
    fn kind(&self) -> &str {
        self.services.policy.own_kinds().next().unwrap_or("licence")
    }

    /// About so many bytes, with the tag all over.
    fn words(&self, customer: usize, size: u32) -> String {
        let word = format!("{}-{customer} ", self.tag);
        word.repeat(usize::try_from(size).unwrap_or(0) / word.len() + 1)
    }
}
