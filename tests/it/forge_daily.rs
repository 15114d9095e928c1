//! The call that Forge makes once a day for each installation: the licence, the installations that nobody calls for any more,
//! and the one that was said to go and is there.

use std::time::Duration;

use kept::sandbox::Site;
use kept::tenancy::{Reason, Tenant};
use serde_json::json;

use crate::support::TestApp;
use crate::support::forge_sites::{id_of, of};

const DAY: Duration = Duration::from_secs(86_400);

async fn on_forge(app: &TestApp, name: &str) -> Site {
    let site = app.site(name);
    assert_eq!(site.install_on_forge().await.status, 204);
    site
}

async fn tenant(app: &TestApp, site: &Site) -> Tenant {
    of(app, site).await.unwrap().tenant
}

/// Days go by in which Forge calls for these sites.
async fn days(app: &TestApp, sites: &[&Site], count: u32) {
    for _ in 0..count {
        app.advance(DAY);
        for site in sites {
            assert_eq!(site.call_daily().await.status, 204);
        }
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_licence_of_an_invocation_says_when_it_ends_and_that_it_has_lapsed() {
    let app = TestApp::start().await;
    let site = on_forge(&app, "jira").await;
    let ends_at = app.clock.now().plus(DAY * 20);
    let licence = |active: bool, ends_at: i64| {
        Some(json!({"active": active, "evaluation": true, "type": "COMMERCIAL",
            "supportEntitlementNumber": "SEN-1", "endsAt": ends_at}))
    };
    site.set_licence(licence(true, ends_at.as_millis()));
    days(&app, &[&site], 1).await;
    assert_eq!(tenant(&app, &site).await.ends_at, Some(ends_at));
    site.set_licence(licence(false, ends_at.as_millis()));
    days(&app, &[&site], 1).await;
    let lapsed = tenant(&app, &site).await;
    assert_eq!((lapsed.state(), lapsed.reason()), ("suspected", Some("lapsed")));
    let later = ends_at.plus(DAY * 365);
    site.set_licence(licence(true, later.as_millis()));
    days(&app, &[&site], 1).await;
    let renewed = tenant(&app, &site).await;
    assert_eq!((renewed.state(), renewed.ends_at), ("active", Some(later)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_nobody_calls_for_is_suspected_while_others_are_called_for() {
    let app = TestApp::start().await;
    let (silent, other) = (on_forge(&app, "one").await, on_forge(&app, "two").await);
    let patience = u32::try_from(app.services.policy.unreachable_for().as_secs() / 86_400).unwrap();
    days(&app, &[&other], patience).await;
    assert_eq!(tenant(&app, &silent).await.state(), "active", "not yet");
    days(&app, &[&other], 5).await;
    let suspected = tenant(&app, &silent).await;
    assert!(suspected.suspicions.contains_key(&Reason::Unreachable), "{suspected:?}");
    assert_eq!(tenant(&app, &other).await.state(), "active");
    days(&app, &[&silent], 1).await;
    assert_eq!(tenant(&app, &silent).await.state(), "active", "it is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_nobody_is_called_for_it_is_our_own_absence() {
    let app = TestApp::start().await;
    let (one, two) = (on_forge(&app, "one").await, on_forge(&app, "two").await);
    let patience = u32::try_from(app.services.policy.unreachable_for().as_secs() / 86_400).unwrap();
    app.live(patience * 2 + 5).await;
    assert_eq!((tenant(&app, &one).await.state(), tenant(&app, &two).await.state()), ("active", "active"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_product_does_not_know_any_more_is_suspected_and_not_marked() {
    let app = TestApp::start().await;
    let site = on_forge(&app, "jira").await;
    site.set_installation_details(Some(404));
    days(&app, &[&site], 1).await;
    let suspected = tenant(&app, &site).await;
    assert_eq!((suspected.state(), suspected.reason()), ("suspected", Some("unreachable")));
    site.set_installation_details(Some(503));
    days(&app, &[&site], 1).await;
    assert_eq!(tenant(&app, &site).await.state(), "active", "a fault of the product's own says nothing");
    site.set_installation_details(Some(404));
    days(&app, &[&site], 1).await;
    site.set_installation_details(None);
    days(&app, &[&site], 1).await;
    assert_eq!(tenant(&app, &site).await.state(), "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uninstall_that_did_not_come_to_pass_is_taken_back_when_the_product_says_so() {
    let app = TestApp::start().await;
    let site = on_forge(&app, "jira").await;
    let id = id_of(&app, &site).await;
    app.advance(DAY);
    site.send_forge_event(&site.pre_uninstall()).await;
    let state = || async { app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant };
    site.call_daily().await;
    assert_eq!(state().await.state(), "marked", "a call that was under way says nothing");
    app.advance(Duration::from_secs(3_600));
    site.set_installation_details(Some(404));
    site.call_daily().await;
    assert_eq!(state().await.state(), "marked", "the product does not know it");
    site.set_installation_details(None);
    site.call_daily().await;
    let back = state().await;
    assert_eq!((back.state(), back.generation), ("active", 2));
    assert_eq!(id_of(&app, &site).await, id);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_moved_is_not_doubted_because_its_host_refuses_the_secret_of_before() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.move_to_forge().await;
    site.set_shared_secret(None);
    let patience = u32::try_from(app.services.policy.unreachable_for().as_secs() / 86_400).unwrap();
    days(&app, &[&site], patience + 5).await;
    assert_eq!(tenant(&app, &site).await.state(), "active");
}
