//! An event of the product on its way in: read, freed of people, sealed, stored once.

use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::persons;
use crate::clock::Clock;
use crate::db::webhooks::{self, WebhookRow};
use crate::db::{Db, Id, tenants};
use crate::error::Error;
use crate::policy::Policy;
use crate::vault::{Label, Vault};

const IDENTIFIER: Label = Label("webhook.identifier");
const PAYLOAD: Label = Label("webhook.payload");

/// Whether the event was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ingested {
    Stored,
    /// It came before: the product tries again when it did not hear our answer.
    Repeated,
}

#[derive(Debug, thiserror::Error)]
pub enum MalformedEvent {
    #[error("the event is not a JSON object")]
    NotAnObject,
}

/// Takes events in.
#[derive(Clone)]
pub struct Ingest {
    db: Db,
    vault: Vault,
    policy: Arc<Policy>,
    clock: Clock,
}

impl Ingest {
    pub fn new(db: Db, vault: Vault, policy: Arc<Policy>, clock: Clock) -> Self {
        Self { db, vault, policy, clock }
    }

    /// Reads an event and takes the people out of it. An empty body is an event without details (`excludeBody`).
    pub fn parse(body: &[u8]) -> Result<Value, MalformedEvent> {
        if body.is_empty() {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        let mut event: Value = serde_json::from_slice(body).map_err(|_| MalformedEvent::NotAnObject)?;
        if !event.is_object() {
            return Err(MalformedEvent::NotAnObject);
        }
        persons::remove(&mut event);
        Ok(event)
    }

    /// Stores `event` sealed, with its expiry, unless the tenant's event of this identifier is stored already.
    pub async fn store(
        &self,
        tenant: Id,
        identifier: &Identifier<'_>,
        event: &Value,
    ) -> Result<Ingested, Error> {
        let now = self.clock.now();
        let id = Id::new(now);
        let key = match self.vault.cached_data_key(tenant) {
            Some(key) => key,
            None => self.vault.data_key(tenant).await?,
        };
        let row = WebhookRow {
            tenant_id: tenant,
            identifier_index: self.identifier_index(tenant, identifier),
            id,
            received_at: now.into(),
            expires_at: self.policy.kind_expires_at("webhook", now).unwrap_or(now).into(),
            payload: key.seal(PAYLOAD, id, event.to_string().as_bytes()),
        };
        let stored = self.db.write(move |tx| {
            // A tenant whose erasure has begun gets nothing more; the product need not try again.
            Ok::<_, Error>(tenants::fence(tx, tenant)? && webhooks::insert(tx, &row)?)
        });
        Ok(if stored.await? { Ingested::Stored } else { Ingested::Repeated })
    }

    fn identifier_index(&self, tenant: Id, identifier: &Identifier<'_>) -> Vec<u8> {
        let tenant = tenant.as_i64().to_be_bytes();
        match identifier {
            Identifier::Given(text) => {
                self.vault.index().of(IDENTIFIER, &[&tenant, b"given", text.as_bytes()])
            }
            Identifier::OfBody(body) => {
                self.vault.index().of(IDENTIFIER, &[&tenant, b"body", &Sha256::digest(body)])
            }
        }
    }
}

/// What makes two deliveries the same event.
#[derive(Debug, Clone, Copy)]
pub enum Identifier<'a> {
    /// The product's own identifier, the same on its retries.
    Given(&'a str),
    /// Without one, the same body is the same event.
    OfBody(&'a [u8]),
}
