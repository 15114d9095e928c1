//! Good calls that come again, late, out of order, or with another body.

use std::time::Duration;

use kept::sandbox::Event;
use serde_json::{Value, json};

use super::{ATTACKERS_SECRET, Door, Target, UNAUTHENTICATED, standing, with};
use crate::support::{TestApp, code};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn row_17_a_page_load_that_comes_again_changes_nothing() {
    let target = Target::new().await;
    let token = target.sign(Door::Page, &target.claims(Door::Page));
    for _ in 0..3 {
        assert_eq!(target.knock(Door::Page, &token).await.status, 200);
        target.app.advance(MINUTE);
        target.untouched("a page load").await;
    }
    target.nothing_left("a page load calls nobody");
    target.app.advance(15 * MINUTE);
    let answer = target.knock(Door::Page, &token).await;
    target.refused(&answer, UNAUTHENTICATED, "after its life").await;
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_17_a_webhook_that_comes_again_is_stored_once() {
    let target = Target::new().await;
    let token = target.sign(Door::Webhook, &target.claims(Door::Webhook));
    let body = target.body(Door::Webhook);
    for _ in 0..3 {
        assert_eq!(target.knock_with(Door::Webhook, &token, body.clone()).await.status, 204);
    }
    assert_eq!(standing(&target.app, &target.site).await.webhooks, 1, "the same body is the same event");
    for (identifier, retry) in [("one", "1"), ("one", "2"), ("two", "1"), ("One", "1")] {
        let request = target.app.request("POST", Door::Webhook.path());
        let request = request.header("authorization", format!("JWT {token}"));
        let request = request.header("x-atlassian-webhook-identifier", identifier);
        let request = request.header("x-atlassian-webhook-retry", retry).body("{}");
        assert_eq!(crate::support::send(request).await.status, 204);
    }
    assert_eq!(standing(&target.app, &target.site).await.webhooks, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaked_install_token_brings_no_other_body() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let body = site.lifecycle_body(Event::Installed);
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    site.set_shared_secret(body["sharedSecret"].as_str());
    let target = Target { standing: standing(&app, &site).await, app, site };

    let attacks = [
        with(&body, "sharedSecret", json!(ATTACKERS_SECRET)),
        with(&body, "baseUrl", json!("https://other.atlassian.net")),
        with(&body, "anything", json!("else")),
    ];
    for attack in attacks {
        let answer = target.site.send_lifecycle(Event::Installed, &attack, &token).await;
        target.refused(&answer, UNAUTHENTICATED, "another body").await;
        let request = target.app.request("POST", &format!("/connect/installed?jwt={token}"));
        let answer = crate::support::send(request.body(attack.to_string())).await;
        target.refused(&answer, UNAUTHENTICATED, "another body, the token in the query").await;
    }
    let under = kept::sandbox::sign_hs256(ATTACKERS_SECRET, &target.site.context_claims(None));
    let answer = target.app.get_with("/api/v1/session", &under).await;
    target.refused(&answer, UNAUTHENTICATED, "the attacker's secret").await;

    assert_eq!(target.site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    target.untouched("the same pair again").await;
    target.app.advance(15 * MINUTE + MINUTE);
    let answer = target.site.send_lifecycle(Event::Installed, &body, &token).await;
    target.refused(&answer, UNAUTHENTICATED, "the same pair after its life").await;
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stays_bound_to_its_body_for_as_long_as_it_is_believed() {
    let target = Target::new().await;
    let claims = target.claims(Door::Installed);
    let token = target.sign(Door::Installed, &claims);
    let body = target.site.lifecycle_body(Event::Installed);
    assert_eq!(target.knock_with(Door::Installed, &token, Some(body)).await.status, 204);
    let end = claims["exp"].as_i64().unwrap();
    let target = Target { standing: standing(&target.app, &target.site).await, ..target };
    for seconds in [end - 1, end, end + 29, end + 30, end + 31, end + 3_600] {
        target.app.clock.set(kept::clock::Timestamp::from_seconds(seconds));
        // Another call in between prunes what has expired.
        let stranger = target.app.site("stranger");
        assert_eq!(stranger.notify(Event::Uninstalled).await.status, 204);
        let answer = target.knock(Door::Installed, &token).await;
        target.refused(&answer, UNAUTHENTICATED, &format!("at {seconds}")).await;
    }
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_another_spelling_is_not_another_token() {
    let target = Target::new().await;
    let token = target.sign(Door::Installed, &target.claims(Door::Installed));
    let body = target.site.lifecycle_body(Event::Installed);
    assert_eq!(target.knock_with(Door::Installed, &token, Some(body)).await.status, 204);
    let target = Target { standing: standing(&target.app, &target.site).await, ..target };
    // The last character of a 256-byte signature carries four bits that mean nothing.
    let (head, last) = token.split_at(token.len() - 1);
    for other in ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']) {
        if !last.starts_with(other) {
            let answer = target.knock(Door::Installed, &format!("{head}{other}")).await;
            target.refused(&answer, UNAUTHENTICATED, &format!("ends with {other}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_installation_never_replaces_a_secret() {
    let target = Target::new().await;
    let issued = target.claims(Door::Installed)["iat"].as_i64().unwrap();
    for earlier in [1, 10, 600] {
        let claims = with(&target.claims(Door::Installed), "iat", json!(issued - earlier));
        let answer = target.knock(Door::Installed, &target.sign(Door::Installed, &claims)).await;
        assert_eq!(answer.status, 204, "it is proven, only late: {}", answer.body);
        target.untouched("an older installation").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uninstallation_older_than_the_last_installation_is_ignored() {
    let target = Target::new().await;
    let old = target.sign(Door::Uninstalled, &target.claims(Door::Uninstalled));
    target.app.advance(MINUTE);
    assert_eq!(target.site.rotate_secret().await.status, 204);
    let target = Target { standing: standing(&target.app, &target.site).await, ..target };
    assert_eq!(target.knock(Door::Uninstalled, &old).await.status, 204);
    target.untouched("an older uninstallation").await;
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_older_than_the_uninstallation_brings_nobody_back() {
    let target = Target::new().await;
    let late = target.sign(Door::Installed, &target.claims(Door::Installed));
    target.app.advance(MINUTE);
    target.site.uninstall().await;
    assert_eq!(target.knock(Door::Installed, &late).await.status, 204);
    assert_eq!(target.app.state(&target.site).await, "marked");
    assert!(target.app.tenant(&target.site).await.unwrap().secrets.is_empty());
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uninstallation_that_comes_again_does_not_move_its_date() {
    let target = Target::new().await;
    let token = target.sign(Door::Uninstalled, &target.claims(Door::Uninstalled));
    let body = target.body(Door::Uninstalled);
    assert_eq!(target.knock_with(Door::Uninstalled, &token, body.clone()).await.status, 204);
    let left = standing(&target.app, &target.site).await;
    target.app.advance(MINUTE);
    assert_eq!(target.knock_with(Door::Uninstalled, &token, body).await.status, 204);
    assert_eq!(target.site.notify(Event::Uninstalled).await.status, 204, "and another of its kind");
    let after = standing(&target.app, &target.site).await;
    assert_eq!((after.row.due_at, after.row.marked_at), (left.row.due_at, left.row.marked_at));
    assert_eq!(after.jobs, left.jobs);
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_24_of_two_tenants_on_one_site_the_newest_wins() {
    let target = Target::new().await;
    let (old_key, old_token) = (target.site.client_key(), target.site.context_token(None));
    assert_eq!(target.site.import().await.status, 204);
    assert_eq!(target.app.state(&target.site).await, "active");
    let old = target.app.services.tenancy.find(&old_key).await.unwrap().unwrap();
    assert_eq!((old.tenant.state(), old.tenant.reason()), ("suspected", Some("superseded")));
    assert_eq!((old.secrets.len(), old.tenant.generation), (1, 1), "its data and its secret stay its own");
    let new = target.app.tenant(&target.site).await.unwrap();
    assert_ne!(new.tenant.id, old.tenant.id);
    assert_eq!(target.app.get_with("/api/v1/session", &old_token).await.status, 200);
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_25_switching_on_or_off_after_an_uninstallation_changes_nothing() {
    let target = Target::new().await;
    let secret = target.site.shared_secret().unwrap();
    let calls: Vec<(Event, Value, String)> = [Event::Disabled, Event::Enabled]
        .map(|event| {
            let token = target.site.lifecycle_token(event, &target.site.lifecycle_claims(event));
            (event, target.site.lifecycle_body(event), token)
        })
        .into();
    target.site.uninstall().await;
    let left = standing(&target.app, &target.site).await;
    for (event, body, token) in calls {
        let answer = target.site.send_lifecycle(event, &body, &token).await;
        assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED, "{event:?}");
        assert_eq!(standing(&target.app, &target.site).await, left);
    }
    // Even an event that somehow came through does not touch a marked tenant.
    let id = target.app.tenant(&target.site).await.unwrap().tenant.id;
    target.app.services.tenancy.happened(id, kept::tenancy::Event::Disabled).await.unwrap();
    assert_eq!(standing(&target.app, &target.site).await, left);
    let under = kept::sandbox::sign_hs256(&secret, &target.site.context_claims(None));
    assert_eq!(target.app.get_with("/api/v1/session", &under).await.status, 401);
    target.app.run_jobs().await;
}
