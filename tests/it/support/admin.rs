//! An administrator's calls, and the links that a mail would bring them.

use kept::config::Secret;
use kept::db::Id;
use kept::sandbox::{Answer, Site, Who};
use kept::tenancy::links::{self, Purpose};
use serde_json::{Value, json};

use super::{TestApp, send};
use kept::clock::Timestamp;

/// An installed site.
pub async fn installed(app: &TestApp, name: &str) -> Site {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    site
}

/// A call of the administrator's page.
pub async fn call(app: &TestApp, site: &Site, method: &str, path: &str, body: Option<Value>) -> Answer {
    call_as(app, site, Who::Admin, method, path, body.map(|body| body.to_string())).await
}

pub async fn call_as(
    app: &TestApp,
    site: &Site,
    who: Who,
    method: &str,
    path: &str,
    body: Option<String>,
) -> Answer {
    let token = site.context_token(site.user(who).as_deref());
    let request = app.request(method, path).header("authorization", format!("JWT {token}"));
    send(request.header("content-type", "application/json").body(body.unwrap_or_default())).await
}

/// Settings in which nothing is set.
pub fn no_settings() -> Value {
    json!({"contact": null, "billingCc": null, "language": "en", "retentionDays": null, "subscriptionEndsAt": null})
}

/// The same with some members changed.
pub fn settings(changed: Value) -> Value {
    let mut settings = no_settings();
    for (name, value) in changed.as_object().unwrap() {
        settings[name] = value.clone();
    }
    settings
}

pub async fn tenant_id(app: &TestApp, site: &Site) -> Id {
    app.tenant(site).await.unwrap().tenant.id
}

/// A link for the tenant as it is now, as a mail would bring it.
pub async fn link(app: &TestApp, id: Id, purpose: Purpose, expires_at: Timestamp) -> Secret {
    let tenant = app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant;
    let (vault, now) = (app.services.vault.clone(), app.clock.now());
    let issued =
        app.services.main.write(move |tx| links::issue(tx, &vault, &tenant, purpose, now, expires_at));
    issued.await.unwrap()
}

/// Looks at the page behind a link.
pub async fn look(app: &TestApp, token: &str) -> Answer {
    app.get(&format!("{}/erasure/{token}", app.url)).await
}

/// Presses its button.
pub async fn press(app: &TestApp, token: &str, confirm: &str) -> Answer {
    let request = app.request("POST", &format!("/erasure/{token}"));
    let form = format!("confirm={confirm}");
    send(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
}
