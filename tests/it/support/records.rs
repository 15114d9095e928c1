//! What is stored as operation data, opened with the tenant's key.

use diesel::prelude::*;
use kept::db::operation_records::RecordRow;
use kept::db::schema::operation_records;
use kept::db::{DbError, Id};
use kept::operation::records::open;
use kept::operation::{Arrived, Identifier, Ingest, Ingested};
use serde_json::{Value, json};

use super::TestApp;

/// A record as a test looks at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub kind: String,
    pub slot: String,
    pub subject: String,
    pub parent: Option<String>,
    pub ordered_at: i64,
    pub value: Value,
}

pub async fn rows(app: &TestApp, tenant: Id) -> Vec<RecordRow> {
    let rows = app.services.main.read(move |conn| {
        let all = operation_records::table.filter(operation_records::tenant_id.eq(tenant));
        Ok::<_, DbError>(all.select(RecordRow::as_select()).load(conn)?)
    });
    rows.await.unwrap()
}

/// Every record of a tenant, in an order that says nothing about when it came.
pub async fn seen(app: &TestApp, tenant: Id) -> Vec<Seen> {
    let key = app.services.vault.data_key(tenant).await.unwrap();
    let seen = |row: RecordRow| {
        let record = open(&key, &row).unwrap();
        Seen {
            value: serde_json::from_str(record.value.get()).unwrap(),
            kind: row.kind,
            slot: row.slot,
            subject: record.subject,
            parent: record.parent,
            ordered_at: row.ordered_at,
        }
    };
    let mut all: Vec<Seen> = rows(app, tenant).await.into_iter().map(seen).collect();
    all.sort_by_key(|seen| (seen.kind.clone(), seen.subject.clone(), seen.slot.clone()));
    all
}

/// Those of one kind.
pub async fn of_kind(app: &TestApp, tenant: Id, kind: &str) -> Vec<Seen> {
    let mut all = seen(app, tenant).await;
    all.retain(|seen| seen.kind == kind);
    all
}

/// Takes an event in, past HTTP.
pub async fn take(app: &TestApp, tenant: Id, identifier: &str, event: &Value) -> Ingested {
    let event = Ingest::parse(event.to_string().as_bytes()).unwrap();
    let arrived = Arrived { identifier: Identifier::Given(identifier), name: None, event: &event };
    app.services.ingest.store(tenant, &arrived).await.unwrap()
}

/// An issue that was changed at an instant.
pub fn updated(at: i64, changelog: u64, issue: u64, summary: &str) -> Value {
    json!({
        "timestamp": at, "webhookEvent": "jira:issue_updated",
        "issue": {"id": issue.to_string(), "fields": {"summary": summary}},
        "changelog": {"id": changelog.to_string(), "items": [
            {"field": "Summary", "fieldId": "summary", "from": null, "fromString": "", "to": null, "toString": summary},
            {"field": "Rank", "fieldId": "customfield_10019", "toString": "Ranked higher"},
        ]},
    })
}

pub fn deleted(at: i64, issue: u64) -> Value {
    json!({"timestamp": at, "webhookEvent": "jira:issue_deleted",
        "issue": {"id": issue.to_string(), "fields": {"summary": "The last state"}}})
}

/// `event` is `issuelink_created` or `issuelink_deleted`.
pub fn link(event: &str, at: i64, id: u64, ends: [u64; 2], meaning: &str) -> Value {
    json!({"timestamp": at, "webhookEvent": event, "issueLink": {"id": id, "sourceIssueId": ends[0],
        "destinationIssueId": ends[1], "issueLinkType": {"id": 10_001, "name": meaning}}})
}
