//! Many at once at one door: first installations of one name, retries of one event, leaving and coming back.

use std::time::Duration;

use futures_util::future::join_all;
use kept::db::keyring::{self, KeyName};
use kept::db::{DbError, tenants, webhooks};
use kept::sandbox::{Event, Site, sign_hs256};
use kept::tenancy::KnownTenant;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::tenants::client_key;

const TENANTS: usize = 40;
const INSTALLS: usize = 24;
/// Whoever waits too long is told 503 and tries again, as a host does; not for ever.
const TRIES_MAX: usize = 20;
const QUARTER_HOUR: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// An installation that never answers anything: only its calls to us are of interest.
struct Caller<'a> {
    app: &'a TestApp,
    /// Lends its claims, which are then given another issuer.
    lender: Site,
}

impl<'a> Caller<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let lender = app.site("jira");
        lender.read_descriptor().await.unwrap();
        Self { app, lender }
    }

    fn body(tenant: usize, event: Event, secret: &str) -> Value {
        json!({
            "key": "kept", "clientKey": client_key(tenant), "eventType": event.name(), "productType": "jira",
            "baseUrl": format!("https://site-{tenant}.atlassian.net"), "sharedSecret": secret,
        })
    }

    /// Each call's token differs from all others by its `jti`.
    fn token(&self, tenant: usize, event: Event) -> String {
        let mut claims = self.lender.lifecycle_claims(event);
        claims["iss"] = json!(client_key(tenant));
        self.app.sandbox.sign_rs256(Some(&self.app.sandbox.key_id()), &claims)
    }

    async fn call(&self, token: &str, event: Event, body: &Value) -> u16 {
        self.app.post_with(&format!("/connect/{}", event.name()), token, body.to_string()).await.status
    }

    /// What a request proven with `secret` is told.
    async fn proven(&self, tenant: usize, secret: &str) -> u16 {
        let mut claims = self.lender.context_claims(None);
        claims["iss"] = json!(client_key(tenant));
        self.app.get_with("/api/v1/session", &sign_hs256(secret, &claims)).await.status
    }

    /// Which of these secrets prove a request of the tenant now.
    async fn proving(&self, tenant: usize, secrets: &[String]) -> Vec<String> {
        let mut proving = Vec::new();
        for secret in secrets {
            match self.proven(tenant, secret).await {
                200 => proving.push(secret.clone()),
                status => assert_eq!(status, 401),
            }
        }
        proving
    }

    async fn known(&self, tenant: usize) -> KnownTenant {
        self.app.services.tenancy.find(&client_key(tenant)).await.unwrap().unwrap()
    }
}

fn secrets_of(tenant: usize) -> Vec<String> {
    (0..INSTALLS).map(|number| format!("shared-secret-{tenant:04}-{number:04}")).collect()
}

/// Sorted, so that two lists compare.
fn in_use(known: &KnownTenant) -> Vec<String> {
    let mut secrets: Vec<_> = known.secrets.iter().map(|used| used.secret.expose().to_owned()).collect();
    secrets.sort();
    secrets
}

async fn keys(app: &TestApp) -> (usize, usize) {
    let all = app
        .services
        .keyring
        .read(|conn| Ok::<_, DbError>(keyring::under_other_master(conn, "any", 10_000)?))
        .await
        .unwrap();
    let count = |wanted: fn(&KeyName) -> bool| all.iter().filter(|(name, _)| wanted(name)).count();
    (count(|name| matches!(name, KeyName::Data(_))), count(|name| matches!(name, KeyName::Secret(..))))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_first_installations_at_once_one_stands_and_its_secret_is_the_one_that_proves() {
    let app = TestApp::start().await;
    let caller = Caller::new(&app).await;
    let mut calls: Vec<_> = (0..TENANTS)
        .flat_map(|tenant| secrets_of(tenant).into_iter().map(move |secret| (tenant, secret)))
        .map(|(tenant, secret)| {
            let token = caller.token(tenant, Event::Installed);
            (token, Caller::body(tenant, Event::Installed, &secret))
        })
        .collect();
    for _ in 0..TRIES_MAX {
        if calls.is_empty() {
            break;
        }
        let answers = join_all(calls.iter().map(|(token, body)| caller.call(token, Event::Installed, body)));
        let answers = answers.await;
        assert!(answers.iter().all(|status| [204, 503].contains(status)), "{answers:?}");
        let mut answers = answers.into_iter();
        calls.retain(|_| answers.next() == Some(503));
    }
    assert!(calls.is_empty(), "everybody was answered in the end");
    let rows = app.services.main.read(|conn| Ok::<_, DbError>(tenants::count(conn)?)).await.unwrap();
    assert_eq!(rows, TENANTS as i64);
    for tenant in 0..TENANTS {
        let standing = caller.known(tenant).await;
        assert_eq!((standing.tenant.state(), standing.secrets.len()), ("active", 2), "one and its former");
        assert_eq!(caller.proving(tenant, &secrets_of(tenant)).await, in_use(&standing));
    }
    app.advance(QUARTER_HOUR);
    for tenant in 0..TENANTS {
        let current = caller.known(tenant).await.secrets[0].secret.expose().to_owned();
        assert_eq!(caller.proving(tenant, &secrets_of(tenant)).await, [current]);
    }
    app.run_jobs().await;
    app.advance(HOUR);
    app.run_jobs().await;
    assert_eq!(keys(&app).await, (TENANTS, TENANTS), "every key that is left belongs to a tenant");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_at_once_is_stored_once() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let deliveries = (0..300).map(|number| {
        let site = site.clone();
        async move {
            let body = json!({"issue": {"id": "10001", "key": "DEMO-1"}, "number": number % 150});
            site.webhook_as(&format!("event-{}", number % 150), "jira:issue_updated", body).await.status
        }
    });
    assert_eq!(join_all(deliveries).await, vec![204; 300]);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    let stored = app.services.main.read(move |conn| Ok::<_, DbError>(webhooks::stored(conn, id)?));
    assert_eq!(stored.await.unwrap().records, 150);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_and_coming_back_at_once_ends_in_one_of_the_two() {
    let app = TestApp::start().await;
    let caller = Caller::new(&app).await;
    for round in 0..20 {
        let secrets: Vec<String> = (0..4).map(|number| format!("secret-{round:04}-{number:08}")).collect();
        let mut calls = Vec::new();
        for secret in &secrets {
            for event in [Event::Installed, Event::Uninstalled] {
                calls.push((caller.token(0, event), event, Caller::body(0, event, secret)));
            }
        }
        let answers = join_all(calls.iter().map(|(token, event, body)| caller.call(token, *event, body)));
        assert_eq!(answers.await, vec![204; calls.len()]);
        let known = caller.known(0).await;
        if known.tenant.state() == "marked" {
            assert!(known.secrets.is_empty());
            assert_eq!(caller.proving(0, &secrets).await, [""; 0]);
            let mut waiting = app.jobs_of(&known).await;
            waiting.retain(|job| job.generation == known.tenant.generation);
            let mut waiting: Vec<_> = waiting.into_iter().map(|job| job.kind).collect();
            // The question whether the host still knows us was asked for by the installation; it finds nothing to ask.
            waiting.retain(|kind| !["destroy_secret", "probe"].contains(&kind.as_str()));
            assert_eq!(waiting, ["notice", "erase"], "jobs of the generation that left");
        } else {
            assert_eq!(known.tenant.state(), "active");
            assert_eq!(caller.proving(0, &secrets).await, in_use(&known));
        }
        app.advance(Duration::from_secs(1));
        app.run_jobs().await;
    }
    app.advance(QUARTER_HOUR);
    app.run_jobs().await;
    let secrets = caller.known(0).await.secrets.len();
    assert_eq!(keys(&app).await, (1, secrets), "no key of a replaced secret is left");
}
