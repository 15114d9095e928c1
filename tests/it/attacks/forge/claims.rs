//! What an invocation claims: whom it is for, when, from where, and that it counts once.

use kept::sandbox::{ForgeModule, Who};
use serde_json::{Value, json};

use super::super::{with, without};
use super::{DOORS, Remote};

/// The claims with one of the members of `app` replaced, which is named by its path.
fn with_app(claims: &Value, path: &[&str], value: Value) -> Value {
    let mut bent = claims.clone();
    let mut at = &mut bent["app"];
    for name in path {
        at = &mut at[*name];
    }
    *at = value;
    bent
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_of_another_app_is_refused() {
    let remote = Remote::new().await;
    let ours = remote.app.sandbox.forge_app_id();
    let other = "ari:cloud:ecosystem::app/11111111-1f32-48bb-8c52-5877dab48107";
    for aud in [
        json!(other),
        json!([ours]),
        json!([other, ours]),
        json!(format!("{ours}/")),
        json!(format!("{ours}1")),
        json!(ours.to_uppercase()),
        json!(ours.rsplit('/').next().unwrap()),
        json!(""),
        json!(null),
        json!({"id": ours}),
    ] {
        remote.refuses_claims(&with(&remote.claims(), "aud", aud.clone()), &aud.to_string()).await;
    }
    remote.refuses_claims(&with_app(&remote.claims(), &["id"], json!(other)), "another app.id").await;
    for iss in [json!("forge/other"), json!("forge/invocation-token/"), json!(null), json!(["forge"])] {
        remote.refuses_claims(&with(&remote.claims(), "iss", iss.clone()), &iss.to_string()).await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_this_deployment_does_not_serve_is_refused() {
    let remote = Remote::with(&[("KEPT_FORGE_ENVIRONMENTS", "PRODUCTION")]).await;
    for kind in ["DEVELOPMENT", "STAGING", "production", "PRODUCTION ", ""] {
        let claims = with_app(&remote.claims(), &["environment", "type"], json!(kind));
        remote.refuses_claims(&claims, kind).await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_made_for_another_module_does_not_open_a_page() {
    let remote = Remote::new().await;
    for module in [
        ForgeModule::LIFECYCLE,
        ForgeModule::PRE_UNINSTALL,
        ForgeModule::JIRA_EVENTS,
        ForgeModule::DAILY,
        ForgeModule("jira:adminPage", "kept-lifecycle"),
        ForgeModule("core:trigger", "kept-admin-jira"),
        ForgeModule("jira:adminPage", "kept-admin-jira-2"),
        ForgeModule("jira:adminPage", ""),
    ] {
        let claims = remote.site.forge_claims(module);
        remote.refuses_claims(&claims, &format!("{module:?}")).await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_past_or_of_the_future_is_refused() {
    let remote = Remote::new().await;
    let now = remote.app.clock.now().as_seconds();
    let at = |iat: i64, exp: i64| {
        let claims = with(&remote.claims(), "iat", json!(iat));
        with(&with(&claims, "nbf", json!(iat)), "exp", json!(exp))
    };
    remote.refuses_claims(&at(now - 36, now - 11), "expired eleven seconds ago").await;
    remote.refuses_claims(&at(now - 35, now - 10), "expired ten seconds ago").await;
    remote.refuses_claims(&at(now + 11, now + 36), "begins in eleven seconds").await;
    remote.refuses_claims(&with(&remote.claims(), "nbf", json!(now + 11)), "nbf in the future").await;
    remote.refuses_claims(&with(&remote.claims(), "exp", json!(now + 301)), "lives too long").await;
    remote.refuses_claims(&with(&remote.claims(), "exp", json!(i64::MAX)), "lives for ever").await;
    remote.refuses_claims(&with(&remote.claims(), "iat", json!(i64::MIN)), "as old as time").await;
    for good in [at(now - 34, now - 9), at(now + 10, now + 35)] {
        let answer = remote.knock(DOORS[0], &remote.sign(&good)).await;
        assert_eq!(answer.status, 200, "clocks may differ by that much: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_lacks_something_or_has_it_in_another_form_is_refused() {
    let remote = Remote::new().await;
    for name in ["iss", "aud", "iat", "nbf", "exp", "jti", "app"] {
        remote.refuses_claims(&without(&remote.claims(), name), &format!("no {name}")).await;
        remote.refuses_claims(&with(&remote.claims(), name, json!(null)), &format!("{name} is null")).await;
        remote.refuses_claims(&with(&remote.claims(), name, json!([])), &format!("{name} is a list")).await;
    }
    for name in ["id", "installationId", "apiBaseUrl", "environment", "module"] {
        let mut claims = remote.claims();
        claims["app"].as_object_mut().unwrap().remove(name);
        remote.refuses_claims(&claims, &format!("no app.{name}")).await;
    }
    let now = remote.app.clock.now().as_seconds();
    for (name, value) in [
        ("exp", json!((now + 25).to_string())),
        ("iat", json!(true)),
        ("nbf", json!(1e300)),
        ("jti", json!("")),
        ("jti", json!("two words")),
        ("jti", json!("a".repeat(300))),
        ("jti", json!(7)),
    ] {
        remote
            .refuses_claims(&with(&remote.claims(), name, value.clone()), &format!("{name}: {value}"))
            .await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_is_unknown_or_contradicts_itself_is_refused() {
    let remote = Remote::new().await;
    let other = "ari:cloud:ecosystem::installation/11111111-2222-4333-a444-555555555555";
    let mut unknown = with_app(&remote.claims(), &["installationId"], json!(other));
    unknown["app"]["installation"]["id"] = json!(other);
    remote.refuses_claims(&unknown, "unknown").await;
    for claims in [
        with_app(&remote.claims(), &["installationId"], json!(other)),
        with_app(&remote.claims(), &["installation", "id"], json!(other)),
        with_app(&remote.claims(), &["installationId"], json!("")),
        with(&remote.claims(), "context", json!({"cloudId": "another-site"})),
    ] {
        remote.refuses_claims(&claims, &claims["app"]["installationId"].to_string()).await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_counts_once() {
    let remote = Remote::new().await;
    let claims = remote.claims();
    let token = remote.sign(&claims);
    assert_eq!(remote.knock(DOORS[0], &token).await.status, 200);
    remote.refuses(&token, "the same again").await;
    // Another signature does not make another invocation of it, nor does another place in it.
    let again = with(&claims, "principal", json!(remote.site.user(Who::Member)));
    remote.refuses_claims(&again, "the same name in another token").await;
    remote.app.advance(std::time::Duration::from_secs(34));
    remote.refuses(&token, "at the end of its leeway").await;
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_come_at_once_with_one_token_one_gets_in() {
    let remote = Remote::new().await;
    let token = remote.sign(&remote.claims());
    let knocks = (0..20).map(|_| remote.knock(DOORS[0], &token));
    let answers = futures_util::future::join_all(knocks).await;
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((good, answers.iter().filter(|answer| answer.status == 401).count()), (1, 19));
}
