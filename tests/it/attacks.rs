//! Attacks on who is calling, sent over HTTP to the real service. A test named `row_…` is that row of connect.md §4.8.
//!
//! Every refusal is followed by a look at the tenant under attack: its row is as it was, and its secret still proves
//! requests.

mod addresses;
mod algorithms;
mod bodies;
mod claims;
mod forge;
mod installations;
mod key_ids;
mod key_server;
mod leaks;
mod limits;
mod replays;
mod sources;
mod tokens;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use kept::db::tenants::{self, SuspicionRow, TenantRow};
use kept::db::{DbError, webhooks};
use kept::sandbox::{Answer, Event, Site};
use serde_json::{Value, json};

use crate::support::{TestApp, code, send};

const UNAUTHENTICATED: (u16, &str) = (401, "unauthenticated");
/// What an attacker would like the tenant's secret to be.
const ATTACKERS_SECRET: &str = "the attacker's own shared secret, long enough";

/// A service with an installed tenant, and how that tenant stood before the attack.
struct Target {
    app: TestApp,
    site: Site,
    standing: Standing,
}

/// All that an attack could change.
#[derive(Debug, PartialEq)]
struct Standing {
    row: TenantRow,
    suspicions: Vec<SuspicionRow>,
    webhooks: i64,
    jobs: usize,
}

/// A route of each kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Page,
    Context,
    Webhook,
    Disabled,
    Installed,
    Uninstalled,
}

impl Door {
    const ALL: [Self; 6] =
        [Self::Page, Self::Context, Self::Webhook, Self::Disabled, Self::Installed, Self::Uninstalled];
    /// Opened with the tenant's secret.
    const TENANT: [Self; 4] = [Self::Page, Self::Context, Self::Webhook, Self::Disabled];
    /// Opened with Atlassian's key.
    const LIFECYCLE: [Self; 2] = [Self::Installed, Self::Uninstalled];
    /// Opened by a token for exactly this request.
    const URL_BOUND: [Self; 5] =
        [Self::Page, Self::Webhook, Self::Disabled, Self::Installed, Self::Uninstalled];

    const fn method(self) -> &'static str {
        if matches!(self, Self::Page | Self::Context) { "GET" } else { "POST" }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Page => "/app/admin?lic=active&issue=DEMO-1",
            Self::Context => "/api/v1/session",
            Self::Webhook => "/connect/webhooks/jira",
            Self::Disabled => "/connect/disabled",
            Self::Installed => "/connect/installed",
            Self::Uninstalled => "/connect/uninstalled",
        }
    }

    const fn event(self) -> Option<Event> {
        match self {
            Self::Page | Self::Context | Self::Webhook => None,
            Self::Disabled => Some(Event::Disabled),
            Self::Installed => Some(Event::Installed),
            Self::Uninstalled => Some(Event::Uninstalled),
        }
    }
}

impl Target {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let site = app.site("jira");
        assert_eq!(site.install().await.status, 204);
        app.sandbox.forget_recorded();
        let standing = standing(&app, &site).await;
        Self { app, site, standing }
    }

    /// Claims that open this door.
    fn claims(&self, door: Door) -> Value {
        match door {
            Door::Context => self.site.context_claims(None),
            Door::Page | Door::Webhook => self.site.url_claims(door.method(), door.path(), None),
            Door::Disabled => self.site.lifecycle_claims(Event::Disabled),
            Door::Installed => self.site.lifecycle_claims(Event::Installed),
            Door::Uninstalled => self.site.lifecycle_claims(Event::Uninstalled),
        }
    }

    /// Signs as the caller of this door does.
    fn sign(&self, door: Door, claims: &Value) -> String {
        if Door::LIFECYCLE.contains(&door) { self.sign_as_atlassian(claims) } else { self.site.sign(claims) }
    }

    fn sign_as_atlassian(&self, claims: &Value) -> String {
        self.app.sandbox.sign_rs256(Some(&self.app.sandbox.key_id()), claims)
    }

    /// A body that would do harm if the token were believed.
    fn body(&self, door: Door) -> Option<Value> {
        if door == Door::Webhook {
            return Some(json!({"webhookEvent": "jira:issue_updated"}));
        }
        let mut body = self.site.lifecycle_body(door.event()?);
        if door == Door::Installed {
            body["sharedSecret"] = json!(ATTACKERS_SECRET);
        }
        Some(body)
    }

    /// Sends an otherwise good request with this token in its header.
    async fn knock(&self, door: Door, token: &str) -> Answer {
        self.knock_with(door, token, self.body(door)).await
    }

    async fn knock_with(&self, door: Door, token: &str, body: Option<Value>) -> Answer {
        let mut request =
            self.app.request(door.method(), door.path()).header("authorization", format!("JWT {token}"));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        send(request).await
    }

    /// The door does not open for these claims, under a signature that is right.
    async fn refuses_claims(&self, door: Door, claims: &Value, what: &str) {
        let answer = self.knock(door, &self.sign(door, claims)).await;
        self.refused(&answer, UNAUTHENTICATED, &format!("{door:?}, {what}")).await;
    }

    /// The answer is this refusal, and the tenant is as it was.
    async fn refused(&self, answer: &Answer, expected: (u16, &str), what: &str) {
        assert_eq!(answer.status, expected.0, "{what}: {}", answer.body);
        assert_eq!(code(answer), expected.1, "{what}");
        self.untouched(what).await;
    }

    async fn untouched(&self, what: &str) {
        assert_eq!(standing(&self.app, &self.site).await, self.standing, "{what}");
        let session = self.app.get_with("/api/v1/session", &self.site.context_token(None)).await;
        assert_eq!(session.status, 200, "{what}: the secret still proves requests");
    }

    /// Nothing was asked of the key server, or of anybody else.
    fn nothing_left(&self, what: &str) {
        let left: Vec<String> = self.app.sandbox.recorded().into_iter().map(|call| call.path).collect();
        assert!(left.is_empty(), "{what}: {left:?}");
    }
}

async fn standing(app: &TestApp, site: &Site) -> Standing {
    let known = app.tenant(site).await.unwrap();
    let (id, jobs) = (known.tenant.id, app.jobs_of(&known).await.len());
    let read = app.services.main.read(move |conn| {
        let row = tenants::by_id(conn, id)?.unwrap();
        let (suspicions, stored) = (tenants::suspicions_of(conn, id)?, webhooks::stored(conn, id)?);
        Ok::<_, DbError>(Standing { row, suspicions, webhooks: stored.records, jobs })
    });
    read.await.unwrap()
}

/// The claims with one of them replaced.
fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut bent = claims.clone();
    bent[name] = value;
    bent
}

/// The claims without one of them.
fn without(claims: &Value, name: &str) -> Value {
    let mut bent = claims.clone();
    bent.as_object_mut().unwrap().remove(name);
    bent
}

/// Sends these bytes and no more, and returns the status of the first answer; 0 when the connection closed without one.
fn exchange(url: &str, request: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // Who is refused may find the connection closed before all was sent.
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_opens_for_its_own_caller() {
    for door in Door::ALL {
        let target = Target::new().await;
        let answer = target.knock(door, &target.sign(door, &target.claims(door))).await;
        assert!(answer.is_good(), "{door:?}: {}", answer.body);
        target.app.run_jobs().await;
    }
}
