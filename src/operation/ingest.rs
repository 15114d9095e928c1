//! An event of the product on its way in: read, freed of people, sealed, stored once.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::news::Writing;
use super::reading::{self, News};
use super::{Operation, persons};
use crate::db::webhooks::{self, WebhookRow};
use crate::db::{DbResult, Id, tenants};
use crate::error::Error;
use crate::vault::{Label, SealingKey};

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
    operation: Operation,
}

/// An event as it came, people taken out.
pub struct Arrived<'a> {
    pub identifier: Identifier<'a>,
    /// What the address says that it is, for products that do not say it in the body.
    pub name: Option<&'a str>,
    pub event: &'a Value,
}

impl Ingest {
    pub fn new(operation: Operation) -> Self {
        Self { operation }
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

    /// Stores an event sealed, with its expiry, unless the tenant's event of this identifier is stored already; and in the
    /// same transaction what it tells about issues and pages.
    pub async fn store(&self, tenant: Id, arrived: &Arrived<'_>) -> Result<Ingested, Error> {
        let operation = self.operation.clone();
        let (key, now) = (operation.key(tenant).await?, operation.clock.now());
        let reading = reading::read(arrived.event, arrived.name, &operation.policy, now);
        let id = Id::new(now);
        let row = WebhookRow {
            tenant_id: tenant,
            identifier_index: identifier_index(&key, &arrived.identifier),
            id,
            received_at: now.into(),
            expires_at: operation.policy.kind_expires_at("webhook", now).unwrap_or(now).into(),
            payload: key.seal(PAYLOAD, id, kept_of(arrived.event, &reading.news).as_bytes()),
            parent_index: reading.parent().map(|thing| thing.index(&key)),
        };
        let prepared = Writing { operation: &operation, key: &key, tenant, now }.prepare(&reading)?;
        let stored = self.operation.db.write(move |tx| -> DbResult<bool> {
            // A tenant whose erasure has begun gets nothing more; the product need not try again.
            let is_new = tenants::fence(tx, tenant)? && webhooks::insert(tx, &row)?;
            if is_new {
                let writing = Writing { operation: &operation, key: &key, tenant, now };
                writing.apply(tx, prepared)?;
                writing.forget_if_late(tx, row.parent_index.as_deref())?;
            }
            Ok(is_new)
        });
        Ok(if stored.await? { Ingested::Stored } else { Ingested::Repeated })
    }
}

fn identifier_index(key: &SealingKey, identifier: &Identifier<'_>) -> Vec<u8> {
    match identifier {
        Identifier::Given(text) => key.index(IDENTIFIER, &[b"given", text.as_bytes()]),
        Identifier::OfBody(body) => key.index(IDENTIFIER, &[b"body", &Sha256::digest(body)]),
    }
}

/// An event that tells of a deletion brings the last state of what was deleted. That is over.
fn kept_of(event: &Value, news: &News) -> String {
    match news {
        News::Gone(thing) => {
            json!({"timestamp": event["timestamp"], "webhookEvent": event["webhookEvent"], "gone": thing.as_str()})
                .to_string()
        }
        _ => event.to_string(),
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
