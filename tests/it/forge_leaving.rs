//! What must not undo that a customer left under Forge, and what must not hide it: calls that come late, the product's own
//! word, and installations that nobody calls for any more.

use std::time::Duration;

use kept::sandbox::{Event, ForgeEvent, ForgeModule, ForgeToken, Site, Who};
use serde_json::Value;

use crate::support::forge_sites::{id_of, of, state_of, tenants};
use crate::support::{TestApp, code};

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

/// Sends an event under a token with these claims, which may be older than now.
async fn send_with(site: &Site, event: &ForgeEvent, claims: &Value) -> u16 {
    let mut call = site.remote_call("POST", &event.path, &site.sign_forge(claims), Some(&event.body));
    call.headers.push(("x-forge-oauth-system".to_owned(), site.oauth_token(ForgeToken::App)));
    site.send(&call).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installed_of_connect_that_comes_late_does_not_undo_leaving_under_forge() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.move_to_forge().await;
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    let body = site.lifecycle_body(Event::Installed);
    app.advance(Duration::from_secs(10));
    let goes = site.pre_uninstall();
    assert_eq!(site.send_forge_event(&goes).await.status, 204);
    assert_eq!(app.state(&site).await, "marked");
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    assert_eq!(app.state(&site).await, "marked", "it was issued before the customer left");
    app.advance(MINUTE);
    assert_eq!(site.install().await.status, 204);
    assert_eq!(app.state(&site).await, "active", "what was issued after that is a return");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_an_installation_that_nobody_heard_of_does_not_undo_leaving() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.begin_move_to_forge();
    let event = site.lifecycle_event("avi:forge:installed:app");
    let claims = site.forge_claims(ForgeModule::LIFECYCLE);
    app.advance(Duration::from_secs(5));
    assert_eq!(site.notify(Event::Uninstalled).await.status, 204);
    assert_eq!(send_with(&site, &event, &claims).await, 204);
    assert_eq!(app.state(&site).await, "marked", "it was issued before the customer left");

    app.advance(MINUTE);
    site.set_installation_details(Some(404));
    site.send_forge_event(&event).await;
    assert_eq!(app.state(&site).await, "marked", "another try of an old event has a new token");
    site.set_installation_details(None);
    site.send_forge_event(&event).await;
    assert_eq!(app.state(&site).await, "active", "the product says that it is there");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn to_find_out_whose_an_installation_is_does_not_undo_that_they_left() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.begin_move_to_forge();
    site.withhold_client_key(true);
    site.send_forge_event(&site.lifecycle_event("avi:forge:installed:app")).await;
    app.advance(MINUTE);
    assert_eq!(site.notify(Event::Uninstalled).await.status, 204);
    site.withhold_client_key(false);
    let session = || site.invoke_remote(Who::Member, "GET", "/forge/api/v1/session", None);
    assert_eq!(session().await.status, 503);
    assert_eq!(app.state(&site).await, "marked", "a call that was under way says nothing of a return");
    app.advance(MINUTE * 10);
    session().await;
    assert_eq!(session().await.status, 200);
    assert_eq!(app.state(&site).await, "active");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_product_denies_day_after_day_goes_on_the_date_that_the_first_denial_set() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    site.set_installation_details(Some(404));
    app.advance(DAY);
    assert_eq!(site.call_daily().await.status, 204);
    app.run_jobs().await;
    let due_at = of(&app, &site).await.unwrap().tenant.due_at().expect("it has a date");
    while app.clock.now().plus(DAY) < due_at {
        app.advance(DAY);
        assert_eq!(site.call_daily().await.status, 204);
        app.run_jobs().await;
        let tenant = of(&app, &site).await.unwrap().tenant;
        assert_eq!((tenant.state(), tenant.due_at()), ("suspected", Some(due_at)));
    }
    app.live_until(due_at).await;
    assert!(tenants(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_nobody_calls_for_does_not_keep_the_tenant() {
    let app = TestApp::start().await;
    let (site, other) = (app.site("one"), app.site("two"));
    other.install_on_forge().await;
    site.install().await;
    site.move_to_forge().await;
    let id = id_of(&app, &site).await;
    site.renew_forge_installation();
    assert_eq!(site.send_forge_event(&site.lifecycle_event("avi:forge:installed:app")).await.status, 204);
    for _ in 0..4 {
        app.advance(DAY);
        // Forge calls for the second installation; the first one went without a word.
        assert_eq!((site.call_daily().await.status, other.call_daily().await.status), (204, 204));
        app.run_jobs().await;
    }
    assert_eq!(state_of(&app, &site).await, "active");
    assert_eq!(site.send_forge_event(&site.pre_uninstall()).await.status, 204);
    let left = app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant;
    assert_eq!(left.state(), "marked", "nobody is left who could say that they leave");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_the_same_however_its_name_is_written() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    let name = site.forge_installation_id();
    let bare = name.rsplit('/').next().unwrap().to_owned();
    for (count, written) in [bare.clone(), bare.to_uppercase(), name.to_uppercase()].iter().enumerate() {
        let mut event = site.lifecycle_event("avi:forge:installed:app");
        event.body["id"] = written.as_str().into();
        let answer = site.send_forge_event(&event).await;
        assert_eq!(answer.status, 204, "{written}: {}", answer.body);
        let mut claims = site.forge_claims(ForgeModule::LIFECYCLE);
        claims["app"]["installation"]["id"] = written.as_str().into();
        let app_id = claims["app"]["id"].as_str().unwrap().to_owned();
        claims["app"]["id"] = app_id.rsplit('/').next().unwrap().to_uppercase().into();
        let event = site.lifecycle_event("avi:forge:upgraded:app");
        assert_eq!(send_with(&site, &event, &claims).await, 204, "{written}");
        assert_eq!(tenants(&app).await.len(), 1, "{count}");
    }
    let mut event = site.lifecycle_event("avi:forge:installed:app");
    event.body["id"] = format!("x{bare}").into();
    let refused = site.send_forge_event(&event).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "tenant_mismatch"));
    app.run_jobs().await;
}
