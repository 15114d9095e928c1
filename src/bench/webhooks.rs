//! Stored webhooks, as Jira sends them.

use std::io::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use super::child::Child;
use super::load::Requests;
use super::report::{Report, Row};
use super::tenants::Tenant;
use super::{Bench, floor_rows, pages};
use crate::connect::qsh::Qsh;
use crate::operation::Ingest;
use crate::sandbox::sign_hs256;

const PATH: &str = "/connect/webhooks/jira";
const IDENTIFIER: &str = "x-atlassian-webhook-identifier: ";

/// One request head for each tenant, and one body for all. Identifiers are counted on, so that no two are the same.
struct Webhooks {
    heads: Vec<Box<[u8]>>,
    body: Vec<u8>,
    /// What the identifiers of this run begin with.
    run: &'static str,
}

impl Requests for Webhooks {
    fn write(&self, nth: u64, out: &mut Vec<u8>) {
        let index = usize::try_from(nth).unwrap_or_default() % self.heads.len();
        out.extend(self.heads.get(index).map(|head| &head[..]).unwrap_or_default());
        // Writing to memory does not fail.
        let _ = write!(out, "{IDENTIFIER}{}-{nth:032x}\r\n\r\n", self.run);
        out.extend(&self.body);
    }
}

impl Webhooks {
    fn sign(tenants: &[Tenant], run: &'static str) -> anyhow::Result<Self> {
        let body = event().to_string().into_bytes();
        let qsh = Qsh::of("POST", PATH, None)?;
        let head = |tenant: &Tenant| {
            let mut claims = pages::claims(tenant, qsh.as_str());
            claims.as_object_mut().map(|claims| (claims.remove("sub"), claims.remove("context")));
            let head = format!(
                "POST {PATH} HTTP/1.1\r\nHost: app.example.com\r\nUser-Agent: Atlassian Webhook HTTP Client\r\n\
                 Accept: */*\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: {}\r\n\
                 Authorization: JWT {}\r\nx-atlassian-webhook-flow: Primary\r\n",
                body.len(),
                sign_hs256(&tenant.secret, &claims),
            );
            head.into_bytes().into_boxed_slice()
        };
        Ok(Self { heads: tenants.iter().map(head).collect(), body, run })
    }
}

pub async fn measure(bench: &Bench<'_>, server: &Child, report: &mut Report) -> anyhow::Result<()> {
    let floor =
        pages::floor(bench, server, Arc::new(Webhooks::sign(&bench.tenants, "floor")?), "webhook").await?;
    let floor = report.add(Row::of("bare answer: reads 2 KB, 204", &floor));
    let payload = sealed_length()?;
    let one = floor_rows::measure(bench, 1, payload).await?;
    report.add(Row::of("row by hand, 1 in a commit", &one).noting("latency of a commit".to_owned()));
    let many = floor_rows::measure(bench, floor_rows::GROUP, payload).await?;
    let note = "latency of a commit".to_owned();
    let rows = report.add(Row::of("row by hand, 64 in a commit", &many).noting(note));

    let commits = Commits::read(bench)?;
    let measured = pages::window(bench, server, Arc::new(Webhooks::sign(&bench.tenants, "real")?)).await?;
    let commits = Commits::read(bench)?.since(commits);
    let per_commit = measured.0.done.checked_div(commits).unwrap_or_default();
    let row = Row::of("webhook stored", &measured).above(floor + rows);
    report.add(row.noting(format!("floor: answer + row of 64; {per_commit} rows in a commit")));
    Ok(())
}

/// How many transactions the database has seen, as SQLite itself counts them.
#[derive(Clone, Copy)]
struct Commits(u32);

impl Commits {
    /// The third word of the index beside the write-ahead log counts transactions
    /// (<https://www.sqlite.org/walformat.html>, `iChange`).
    fn read(bench: &Bench<'_>) -> anyhow::Result<Self> {
        let index = std::fs::read(bench.place.file("kept.db-shm"))?;
        let word = index.get(8..12).and_then(|word| word.try_into().ok()).unwrap_or_default();
        Ok(Self(u32::from_ne_bytes(word)))
    }

    fn since(self, before: Self) -> u64 {
        u64::from(self.0.wrapping_sub(before.0))
    }
}

/// How long the event is once people are taken out and it is sealed: 30 bytes of header, nonce and tag.
fn sealed_length() -> anyhow::Result<usize> {
    Ok(Ingest::parse(event().to_string().as_bytes())?.to_string().len() + 30)
}

/// An edit of an issue with what Jira sends along; the people in it are taken out before it is stored.
fn event() -> Value {
    let person = |name: &str| {
        json!({
            "self": "https://bench.atlassian.net/rest/api/2/user?accountId=5b10a2844c20165700ede21g",
            "accountId": "5b10a2844c20165700ede21g", "displayName": name, "active": true,
            "timeZone": "Europe/Berlin", "accountType": "atlassian",
        })
    };
    json!({
        "timestamp": 1_800_000_000_000_i64, "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_generic", "user": person("Mia Krystof"),
        "issue": {
            "id": "10002", "self": "https://bench.atlassian.net/rest/api/2/10002", "key": "DEMO-1",
            "fields": {
                "summary": "The export stops at the second page when a filter is set",
                "description": "Steps: open the list, set a filter, export.\nExpected: all pages. Seen: the first one.",
                "created": "2026-11-20T10:00:00.000+0000", "updated": "2026-11-22T10:00:00.000+0000",
                "status": {"id": "3", "name": "In Progress", "statusCategory": {"id": 4, "key": "indeterminate"}},
                "issuetype": {"id": "10001", "name": "Bug", "subtask": false},
                "project": {"id": "10000", "key": "DEMO", "name": "Demonstration", "projectTypeKey": "software"},
                "priority": {"id": "3", "name": "Medium"}, "labels": ["export", "filter"],
                "assignee": person("Mia Krystof"), "reporter": person("Emma Richards"),
                "customfield_10016": 3.0, "customfield_10020": null, "customfield_10021": null,
                "components": [{"id": "10000", "name": "Export"}], "fixVersions": [], "subtasks": [],
            },
        },
        "changelog": {"id": "10124", "items": [{
            "field": "status", "fieldtype": "jira", "fieldId": "status", "from": "1", "fromString": "To Do",
            "to": "3", "toString": "In Progress",
        }]},
    })
}
