//! Whose an installation under Forge is, where that is not plain: what is told late, by the wrong one, or not at all; and what
//! operators see of it and can do.

use std::time::Duration;

use kept::db::Id;
use kept::policy::Language;
use kept::sandbox::{Site, Who};
use kept::tenancy::KnownTenant;
use kept::tenancy::settings::WantedSettings;
use kept::tenancy::timeline::TimelineKind;
use serde_json::json;

use crate::support::TestApp;
use crate::support::forge_sites::{id_of, note, of, state_of, tenants};
use crate::support::process::Environment;

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);

async fn by_connect(app: &TestApp, site: &Site) -> KnownTenant {
    app.tenant(site).await.expect("Connect's name leads to a tenant")
}

async fn mapping(app: &TestApp, tenant: Id) -> Vec<String> {
    let listed = app.services.tenancy.forge_of(tenant).await.unwrap();
    listed.into_iter().map(|known| known.mapping).collect()
}

/// A site that moves, and whose product does not say yet who it was. An hour later it may store things.
async fn open(app: &TestApp) -> (Site, Id, Id) {
    let site = app.site("jira");
    site.install().await;
    let before = by_connect(app, &site).await.tenant.id;
    site.begin_move_to_forge();
    site.withhold_client_key(true);
    assert_eq!(site.send_forge_event(&site.lifecycle_event("avi:forge:installed:app")).await.status, 503);
    app.advance(HOUR * 2);
    let between = id_of(app, &site).await;
    assert_ne!(before, between);
    (site, before, between)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installed_that_names_another_sites_installation_takes_nothing_from_it() {
    let app = TestApp::start().await;
    let (one, two) = (app.site("one"), app.site("two"));
    one.install().await;
    one.move_to_forge().await;
    assert_eq!(note(&one, "of the first").await, 204);
    two.install().await;
    let (first, second) = (id_of(&app, &one).await, by_connect(&app, &two).await.tenant.id);
    two.set_forge_installation(&one.forge_installation_id());
    two.begin_move_to_forge();
    app.advance(HOUR);
    assert_eq!(two.upgrade().await.status, 204);
    assert_eq!(id_of(&app, &one).await, first, "it leads where it led before");
    assert_eq!(mapping(&app, first).await, ["split"], "and somebody looks");
    assert_eq!((mapping(&app, second).await.len(), app.state(&two).await), (0, "active"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daily_call_makes_up_for_an_event_that_never_came() {
    for name in ["jira", "confluence"] {
        let app = TestApp::start().await;
        let site = app.site(name);
        site.install().await;
        let id = by_connect(&app, &site).await.tenant.id;
        site.begin_move_to_forge();
        site.withhold_client_key(true);
        assert_eq!(site.call_daily().await.status, 204);
        assert_eq!(state_of(&app, &site).await, "nothing", "nobody says whose it is");
        site.withhold_client_key(false);
        app.advance(DAY);
        assert_eq!(site.call_daily().await.status, 204);
        assert_eq!((id_of(&app, &site).await, tenants(&app).await), (id, vec![id]));
        assert_eq!(note(&site, "works").await, 204);
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_does_not_say_it_is_asked_every_day() {
    let app = TestApp::start().await;
    let (site, before, between) = open(&app).await;
    for _ in 0..5 {
        app.advance(DAY);
        assert_eq!(site.call_daily().await.status, 204);
        app.run_jobs().await;
    }
    assert_eq!(mapping(&app, between).await, ["open"]);
    site.withhold_client_key(false);
    app.advance(DAY);
    assert_eq!(site.call_daily().await.status, 204);
    assert_eq!((id_of(&app, &site).await, tenants(&app).await), (before, vec![before]));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_can_say_it_no_longer_is_not_asked_any_more() {
    let app = TestApp::start().await;
    let (site, _, between) = open(&app).await;
    let end = "2027-02-01T00:00:00Z".parse().unwrap();
    app.live_until(end).await;
    assert_eq!(mapping(&app, between).await, ["open"]);
    assert_eq!(site.call_daily().await.status, 204);
    assert_eq!(mapping(&app, between).await, ["settled"]);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_and_told_meanwhile_goes_along_where_it_is_stricter() {
    let app = TestApp::start().await;
    let (site, before, between) = open(&app).await;
    let tenancy = &app.services.tenancy;
    let wanted = |days: u32, ends_at| WantedSettings {
        contact: None,
        billing_cc: None,
        language: Language::En,
        retention_days: Some(days),
        subscription_ends_at: ends_at,
        reports: None,
    };
    let (soon, late) = (app.clock.now().plus(DAY * 20), app.clock.now().plus(DAY * 50));
    tenancy.change_settings(before, wanted(40, Some(late))).await.unwrap();
    tenancy.change_settings(between, wanted(30, Some(soon))).await.unwrap();
    app.run_jobs().await;
    site.withhold_client_key(false);
    site.set_licence(None);
    assert_eq!(site.call_daily().await.status, 204);
    assert_eq!(tenants(&app).await, [before]);
    let tenant = of(&app, &site).await.unwrap().tenant;
    assert_eq!((tenant.id, tenant.own_days, tenant.ends_at), (before, Some(30), Some(soon)));
    let timeline = tenancy.timeline(before, None, 50).await.unwrap().unwrap();
    let changed = timeline.events.iter().filter(|event| event.kind == TimelineKind::SettingsChanged.as_str());
    assert_eq!(changed.count(), 2, "what happened in between is told");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_asked_for_meanwhile_is_not_forgotten() {
    let app = TestApp::start().await;
    let (site, before, between) = open(&app).await;
    app.services.tenancy.happened(between, kept::tenancy::Event::ErasureAsked).await.unwrap();
    site.withhold_client_key(false);
    assert_eq!(site.call_daily().await.status, 204);
    assert_eq!(id_of(&app, &site).await, between, "people have to look whose erasure that is");
    assert_eq!(mapping(&app, between).await, ["split"]);
    let asked = app.services.tenancy.find_by_id(between).await.unwrap().unwrap().tenant;
    assert!(asked.is_asked() && tenants(&app).await.contains(&before));
    let due_at = asked.due_at().unwrap();
    app.live_until(due_at).await;
    assert_eq!(json!(tenants(&app).await), json!([before]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_does_not_ask_for_the_name_of_before_leaves_it_open() {
    let app = TestApp::start().await;
    app.sandbox.withhold_forge_scope("read:app-data:confluence");
    let sites = [app.site("jira"), app.site("confluence")];
    for (site, status) in sites.iter().zip([204, 503]) {
        site.install().await;
        site.begin_move_to_forge();
        let event = site.lifecycle_event("avi:forge:installed:app");
        assert_eq!(site.send_forge_event(&event).await.status, status, "{}", site.name());
    }
    let all = app.sandbox.forge_scopes().into_iter().chain(["read:app-data:confluence".to_owned()]);
    app.sandbox.set_forge_scopes(all.collect());
    assert_eq!(sites[1].retry_forge_events().await[0].status, 204);
    assert_eq!(id_of(&app, &sites[1]).await, by_connect(&app, &sites[1]).await.tenant.id);
    app.run_jobs().await;
}

/// Everything that the service asks with a token is among the scopes of its own manifest: without one of them it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn the_manifest_asks_for_what_the_pages_need() {
    let app = TestApp::start().await;
    for (name, scope) in [("jira", "read:jira-work"), ("confluence", "read:confluence-user")] {
        let site = app.site(name);
        site.install_on_forge().await;
        let summary = || site.invoke_remote(Who::Admin, "GET", "/forge/api/v1/data/summary", None);
        assert_eq!(summary().await.status, 200, "{name}");
        app.advance(Duration::from_secs(120));
        app.sandbox.withhold_forge_scope(scope);
        assert_eq!(summary().await.status, 403, "{name}");
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_who_has_not_arrived_and_place_what_nobody_else_can() {
    let app = TestApp::start().await;
    let (site, before, between) = open(&app).await;
    assert_eq!(note(&site, "of its own").await, 204);
    let waiting = app.site("waiting");
    waiting.install().await;
    let waits = by_connect(&app, &waiting).await.tenant.id;
    site.withhold_client_key(false);
    assert_eq!(site.call_daily().await.status, 204);
    assert_eq!(mapping(&app, between).await, ["split"]);
    app.run_jobs().await;

    let environment = Environment::new(&app.databases, &app.sandbox);
    let environment = environment.set("KEPT_BASE_URL", "https://app.example.com");
    let ids = |listed: &serde_json::Value| -> Vec<String> {
        listed.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let listed = |flag: &str| environment.json(&app.databases, &["tenants", "list", flag, "--json"]);
    let not_arrived = ids(&listed("--not-on-forge"));
    assert_eq!(not_arrived, [before.to_string(), waits.to_string()]);
    let split = listed("--split");
    assert_eq!(ids(&split), [between.to_string()]);
    let name = site.forge_installation_id();
    assert_eq!(split[0]["installations"][0]["installationId"], name);
    let checks = environment.run(&app.databases, &["doctor", "--json"]);
    let said = String::from_utf8(checks.stdout).unwrap();
    assert!(said.contains("`kept tenants join` gives one to its tenant"), "{said}");

    let arguments = ["tenants", "join", &name, &site.client_key(), "--json"];
    let joined = environment.json(&app.databases, &arguments);
    assert_eq!(joined["from"], between.to_string());
    assert_eq!((id_of(&app, &site).await, mapping(&app, before).await), (before, vec!["settled".to_owned()]));
    let former = app.services.tenancy.find_by_id(between).await.unwrap().unwrap().tenant;
    assert_eq!((former.state(), former.reason()), ("suspected", Some("superseded")));
    assert_eq!(joined["formerDueAt"], former.due_at().unwrap().to_string());
    assert_eq!(ids(&listed("--split")), [""; 0]);
    let again = environment.run(&app.databases, &arguments);
    assert_eq!(again.status.code(), Some(1), "it is not split any more");
    let checks = environment.run(&app.databases, &["doctor", "--json"]);
    let said = String::from_utf8(checks.stdout).unwrap();
    assert!(said.contains("step 3: 1 of 2 sites of Connect's have arrived"), "{said}");
    app.run_jobs().await;
}
