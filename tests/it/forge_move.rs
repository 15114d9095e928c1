//! A site moves from Connect to Forge: the same customer, the same data, the same clocks, one tenant; whoever tells it, in
//! whichever order, and however late.

use std::time::Duration;

use kept::sandbox::{Event, Who};
use kept::tenancy::KnownTenant;
use serde_json::json;

use crate::support::forge_sites::{id_of, note, noted, of, rows_of, state_of, tenants};
use crate::support::process::Environment;
use crate::support::{TestApp, code};

const DAY: Duration = Duration::from_secs(86_400);

async fn by_connect(app: &TestApp, site: &kept::sandbox::Site) -> KnownTenant {
    app.tenant(site).await.expect("Connect's name leads to a tenant")
}

/// Stores a note through the page under Connect.
async fn noted_before(app: &TestApp, site: &kept::sandbox::Site) {
    let token = site.context_token(site.user(Who::Member).as_deref());
    let request = app.request("PUT", "/api/v1/storage/note").header("authorization", format!("JWT {token}"));
    let stored = crate::support::send(request.json(&json!({"text": "from before"}))).await;
    assert_eq!(stored.status, 204, "{}", stored.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_moves_keeps_its_data_and_its_clocks_and_leaves_as_before() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    noted_before(&app, &site).await;
    let before = by_connect(&app, &site).await;
    app.advance(DAY);
    assert_eq!(site.move_to_forge().await.status, 204);
    let after = of(&app, &site).await.unwrap();
    assert_eq!(after.tenant, before.tenant, "nothing of its life has changed");
    assert_eq!(after.installed_at, before.installed_at);
    assert_eq!(tenants(&app).await, [before.tenant.id]);
    assert!(noted(&site).await.contains("from before"));
    let name = after.account.iter().find(|(name, _)| *name == "installationId").map(|(_, value)| value);
    assert_eq!(name, Some(site.forge_installation_id().as_str()));
    let has_url = |known: &KnownTenant| known.account.iter().any(|(_, value)| value == site.base_url());
    assert!(has_url(&before) && has_url(&after), "what Connect said of it stays");

    app.advance(DAY);
    let due_at = app.due_after_leaving();
    assert_eq!(site.uninstall_on_forge().await.status, 204);
    let left = by_connect(&app, &site).await;
    assert_eq!((left.tenant.state(), left.tenant.due_at()), ("marked", Some(due_at)));
    assert!(left.secrets.is_empty());
    app.run_jobs().await;
    app.live_until(due_at).await;
    assert!(tenants(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_products_answer_alone_leads_to_the_tenant_of_before() {
    for name in ["jira", "confluence"] {
        let app = TestApp::start().await;
        let site = app.site(name);
        site.install().await;
        let id = by_connect(&app, &site).await.tenant.id;
        site.begin_move_to_forge();
        let event = site.lifecycle_event("avi:forge:installed:app");
        assert_eq!(site.send_forge_event(&event).await.status, 204);
        assert_eq!((id_of(&app, &site).await, tenants(&app).await), (id, vec![id]));
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_left_comes_back_through_forge() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let id = by_connect(&app, &site).await.tenant.id;
    site.uninstall().await;
    app.run_jobs().await;
    app.advance(DAY * 10);
    site.begin_move_to_forge();
    assert_eq!(site.send_forge_event(&site.lifecycle_event("avi:forge:installed:app")).await.status, 204);
    let back = of(&app, &site).await.unwrap().tenant;
    assert_eq!((back.id, back.state(), back.generation), (id, "active", 2));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_product_does_not_say_whose_it_is_everything_waits_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let id = by_connect(&app, &site).await.tenant.id;
    site.begin_move_to_forge();
    site.withhold_client_key(true);
    let event = site.lifecycle_event("avi:forge:installed:app");
    let waits = site.send_forge_event(&event).await;
    assert_eq!((waits.status, code(&waits).as_str()), (503, "unavailable"));
    let between = id_of(&app, &site).await;
    assert_ne!(between, id);
    assert_eq!(note(&site, "too early").await, 503);
    let issue = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
    let early = site.issue_event("avi:jira:updated:issue", &issue);
    assert_eq!(site.send_forge_event(&early).await.status, 503);

    site.withhold_client_key(false);
    let again = site.retry_forge_events().await;
    assert_eq!(again.iter().map(|answer| answer.status).collect::<Vec<_>>(), [204, 204]);
    assert_eq!((id_of(&app, &site).await, tenants(&app).await), (id, vec![id]));
    let key = app.services.vault.data_key(between).await;
    assert!(
        matches!(key, Err(kept::vault::VaultError::Shredded)),
        "what stood in between is gone with its key"
    );
    assert_eq!(note(&site, "in time").await, 204);
    assert_eq!(app.tenant(&site).await.unwrap().tenant.state(), "active");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_an_occasion_to_ask_whose_it_is() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let id = by_connect(&app, &site).await.tenant.id;
    site.begin_move_to_forge();
    site.withhold_client_key(true);
    site.send_forge_event(&site.lifecycle_event("avi:forge:installed:app")).await;
    site.withhold_client_key(false);
    assert_eq!(note(&site, "asks").await, 503, "it is told to come again");
    assert_eq!(note(&site, "comes again").await, 204);
    assert_eq!((id_of(&app, &site).await, tenants(&app).await), (id, vec![id]));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_longer_than_an_hour_and_what_is_said_later_moves_no_data() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    noted_before(&app, &site).await;
    let id = by_connect(&app, &site).await.tenant.id;
    site.begin_move_to_forge();
    site.withhold_client_key(true);
    assert_eq!(site.send_forge_event(&site.lifecycle_event("avi:forge:installed:app")).await.status, 503);
    app.advance(Duration::from_secs(3_600));
    assert_eq!(note(&site, "of its own").await, 204);
    let own = id_of(&app, &site).await;

    site.withhold_client_key(false);
    assert_eq!(site.call_daily().await.status, 204);
    assert_eq!(id_of(&app, &site).await, own, "both have data, and neither is given to the other");
    let listed = app.services.tenancy.forge_of(own).await.unwrap();
    assert_eq!(listed[0].mapping, "split");
    assert_eq!(site.upgrade().await.status, 204, "Connect's own call is taken all the same");
    assert_eq!((id_of(&app, &site).await, by_connect(&app, &site).await.tenant.id), (own, id));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_site_that_both_sides_install_is_one_tenant_in_either_order() {
    for forge_first in [true, false] {
        let app = TestApp::start().await;
        let site = app.site("jira");
        site.begin_move_to_forge();
        let event = site.lifecycle_event("avi:forge:installed:app");
        if forge_first {
            assert_eq!(site.send_forge_event(&event).await.status, 204);
            assert_eq!(note(&site, "before Connect").await, 204);
            assert_eq!(site.install().await.status, 204);
            assert!(noted(&site).await.contains("before Connect"));
        } else {
            assert_eq!(site.install().await.status, 204);
            assert_eq!(site.send_forge_event(&event).await.status, 204);
        }
        let known = by_connect(&app, &site).await;
        assert_eq!(tenants(&app).await, [known.tenant.id]);
        assert_eq!((id_of(&app, &site).await, known.secrets.len()), (known.tenant.id, 1));
        assert_eq!(rows_of(&app, known.tenant.id).await, 1);
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_tenant_goes_when_connect_says_whose_installation_it_has() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let id = by_connect(&app, &site).await.tenant.id;
    assert_eq!(site.install_on_forge().await.status, 204, "the product knows of nobody");
    assert_ne!(id_of(&app, &site).await, id);
    site.begin_move_to_forge();
    assert_eq!(site.upgrade().await.status, 204);
    assert_eq!((id_of(&app, &site).await, tenants(&app).await), (id, vec![id]));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_installation_is_never_overwritten_with_nothing() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.move_to_forge().await;
    let id = id_of(&app, &site).await;
    app.advance(DAY);
    let mut body = site.lifecycle_body(Event::Installed);
    body.as_object_mut().unwrap().remove("installationId");
    body["baseUrl"] = json!(format!("{}/site/renamed", app.sandbox.url()));
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    assert_eq!(id_of(&app, &site).await, id);
    let known = by_connect(&app, &site).await;
    assert!(known.account.iter().any(|(name, value)| name == "installationId" && !value.is_empty()));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_takes_the_installation_to_the_new_tenant() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.move_to_forge().await;
    let old = id_of(&app, &site).await;
    app.advance(DAY);
    assert_eq!(site.import().await.status, 204);
    let new = by_connect(&app, &site).await.tenant.id;
    assert_ne!(new, old);
    assert_eq!(id_of(&app, &site).await, new);
    let former = app.services.tenancy.find_by_id(old).await.unwrap().unwrap().tenant;
    assert_eq!((former.state(), former.reason()), ("suspected", Some("superseded")));
    assert_eq!(state_of(&app, &site).await, "active");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_find_a_tenant_by_its_installation_and_see_what_is_known_of_it() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.move_to_forge().await;
    let environment = Environment::new(&app.databases, &app.sandbox);
    let name = site.forge_installation_id();
    let shown = environment.json(&app.databases, &["tenants", "show", &name, "--json"]);
    assert_eq!(shown["clientKey"], site.client_key());
    let known = &shown["installations"][0];
    assert_eq!((&known["installationId"], &known["mapping"]), (&json!(name), &json!("settled")));
    assert_eq!((&known["apiBaseUrl"], &known["removedAt"]), (&json!(site.api_base_url()), &json!(null)));
    let name = name.rsplit('/').next().unwrap();
    assert_eq!(shown, environment.json(&app.databases, &["tenants", "show", name, "--json"]));
    app.run_jobs().await;
}
