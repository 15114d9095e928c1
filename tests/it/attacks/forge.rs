//! Attacks on the door of Forge: every check of connect.md §11.5, sent over HTTP to the real service.
//!
//! `doors.rs` knocks at all of them; the other files look closely at one kind of attack, at the doors of pages.
//! A refusal is one opaque 401. After it nobody was called but Forge's own keys, nothing was stored, and the same page still
//! opens for its own user.

mod claims;
mod crossing;
mod doors;
mod keys;
mod leaks;
mod product;
mod tokens;

use kept::db::tenants::{self, SuspicionRow, TenantRow};
use kept::db::{DbError, Id};
use kept::sandbox::{Answer, Site, Who};
use serde_json::Value;

use super::UNAUTHENTICATED;
use crate::support::forge::{call, installed};
use crate::support::{TestApp, code};

/// What is read, what is asked of the product, and what is stored.
const DOORS: [(&str, &str); 3] = [
    ("GET", "/forge/api/v1/session"),
    ("GET", "/forge/api/v1/data/summary"),
    ("PUT", "/forge/api/v1/storage/attack"),
];

/// A service with a tenant that has the app through Forge.
struct Remote {
    app: TestApp,
    site: Site,
    tenant: Id,
    standing: (TenantRow, Vec<SuspicionRow>),
}

impl Remote {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&'static str, &str)]) -> Self {
        let app = TestApp::with(settings).await;
        let site = app.site("jira");
        let tenant = installed(&app, &site).await;
        let standing = standing(&app, tenant).await;
        let remote = Self { app, site, tenant, standing };
        remote.opens().await;
        remote.app.sandbox.forget_recorded();
        remote
    }

    /// Claims that open every door.
    fn claims(&self) -> Value {
        self.site.forge_page_claims(Who::Admin)
    }

    fn sign(&self, claims: &Value) -> String {
        self.site.sign_forge(claims)
    }

    async fn knock(&self, (method, path): (&str, &str), token: &str) -> Answer {
        call(&self.site, token, method, path, Who::Admin).await
    }

    /// No door opens for these claims, under a signature that is right.
    async fn refuses_claims(&self, claims: &Value, what: &str) {
        self.refuses(&self.sign(claims), what).await;
    }

    async fn refuses(&self, token: &str, what: &str) {
        for door in DOORS {
            let answer = self.knock(door, token).await;
            self.refused(&answer, &format!("{door:?}, {what}")).await;
        }
    }

    async fn refused(&self, answer: &Answer, what: &str) {
        assert_eq!((answer.status, code(answer).as_str()), UNAUTHENTICATED, "{what}: {}", answer.body);
        assert_eq!(standing(&self.app, self.tenant).await, self.standing, "{what}");
        assert_eq!(self.called(), [""; 0], "{what}: nobody was called");
    }

    /// The door still opens, and nothing of an attack is behind it.
    async fn opens(&self) {
        let token = self.sign(&self.claims());
        let answer = self.knock(("GET", "/forge/api/v1/storage/attack"), &token).await;
        assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"), "{}", answer.body);
    }

    /// What was asked of anybody but Forge for its keys.
    fn called(&self) -> Vec<String> {
        let paths = self.app.sandbox.recorded().into_iter().map(|call| call.path);
        paths.filter(|path| !path.ends_with("/jwks.json")).collect()
    }
}

async fn standing(app: &TestApp, tenant: Id) -> (TenantRow, Vec<SuspicionRow>) {
    let read = app.services.main.read(move |conn| {
        Ok::<_, DbError>((tenants::by_id(conn, tenant)?.unwrap(), tenants::suspicions_of(conn, tenant)?))
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_opens_for_an_invocation_of_its_own_app() {
    let remote = Remote::new().await;
    for (door, status) in DOORS.into_iter().zip([200, 200, 204]) {
        let answer = remote.knock(door, &remote.sign(&remote.claims())).await;
        assert_eq!(answer.status, status, "{door:?}: {}", answer.body);
    }
    let stored = remote.knock(("GET", "/forge/api/v1/storage/attack"), &remote.sign(&remote.claims())).await;
    assert_eq!((stored.status, stored.body.as_str()), (200, "\"stored by an attacker\""));
    let session = remote.site.invoke_remote(Who::Admin, "GET", "/forge/api/v1/session", None).await.json();
    assert_eq!(session["accountId"].as_str(), remote.site.user(Who::Admin).as_deref());
    assert_eq!((&session["state"], &session["product"]), (&"active".into(), &"jira".into()));
}
