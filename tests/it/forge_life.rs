//! The app's life at a site under Forge: installed, removed, and what comes late, twice or at once.

use std::time::Duration;

use futures_util::future::join_all;
use kept::db::{DbError, erase, ledger};
use kept::sandbox::{ForgeModule, Who};

use crate::support::forge_sites::{id_of, note, noted, of, rows_of, state_of, tenants};
use crate::support::source::{files, read};
use crate::support::{TestApp, code};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_only_forge_knows_lives_from_its_install_to_its_receipt() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    assert_eq!(site.install_on_forge().await.status, 204);
    let known = of(&app, &site).await.unwrap();
    assert_eq!((known.tenant.state(), known.tenant.generation, known.secrets.len()), ("active", 1, 0));
    assert_eq!(known.held_until, None, "nobody has a name of before");
    let fields: Vec<&str> = known.account.iter().map(|(name, _)| name).collect();
    assert_eq!(
        fields,
        ["baseUrl", "entitlementNumber", "installationId", "key", "productType", "serviceEntitlementNumber"]
    );
    let id = known.tenant.id;
    assert_eq!(note(&site, "a thing to keep").await, 204);
    assert!(noted(&site).await.contains("a thing to keep"));
    let issue = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
    let event = site.issue_event("avi:jira:updated:issue", &issue);
    assert_eq!(site.send_forge_event(&event).await.status, 204);

    app.advance(DAY);
    let due_at = app.due_after_leaving();
    assert_eq!(site.uninstall_on_forge().await.status, 204);
    let left = app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant;
    assert_eq!((left.state(), left.reason(), left.due_at()), ("marked", Some("left"), Some(due_at)));
    let refused = site.invoke_remote(Who::Member, "GET", "/forge/api/v1/session", None).await;
    assert_eq!((refused.status, code(&refused).as_str()), (401, "unauthenticated"));

    app.run_jobs().await;
    app.live_until(due_at).await;
    assert!(tenants(&app).await.is_empty());
    let tables = app.services.eraser.tables().to_vec();
    let left = app.services.main.read(move |conn| {
        let targets: Vec<_> = tables.iter().map(kept::erasure::OwnTable::target).collect();
        Ok::<_, DbError>(erase::counts(conn, &targets, id)?)
    });
    assert!(left.await.unwrap().iter().all(|count| *count == 0));
    let receipts = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, id)?));
    assert_eq!(receipts.await.unwrap().len(), 1);
}

/// A field that is not listed is dropped before anything is stored, every statement says.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_of_an_installation_is_named_in_every_statement_and_in_the_data_map() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    let listed = app.services.tenancy.forge_of(id_of(&app, &site).await).await.unwrap();
    let stored = serde_json::to_value(&listed[0].installation).unwrap();
    let fields: Vec<&String> = stored.as_object().unwrap().keys().collect();
    assert_eq!(fields.len(), 4, "{fields:?}");
    let policies = files("policies", "toml").into_iter();
    let policies = policies.filter(|path| !path.ends_with("datamap.toml") && !path.ends_with("proofs.toml"));
    let map = read("policies/datamap.toml");
    let sealed = map.lines().find(|line| line.contains("sealed = \"forge.installation\"")).unwrap();
    for path in policies {
        let policy = kept::policy::Policy::load(&path).unwrap();
        for field in &fields {
            assert!(policy.keeps_account_field(field), "{}: {field}", path.display());
            assert!(sealed.contains(&format!("\"{field}\"")), "the data map: {field}");
        }
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_brings_an_installation_back_whose_erasure_has_begun() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    let id = id_of(&app, &site).await;
    app.services.tenancy.happened(id, kept::tenancy::Event::ErasureAsked).await.unwrap();
    let due_at = app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant.due_at().unwrap();
    app.live_until(due_at).await;
    assert_eq!(state_of(&app, &site).await, "nothing", "its name leads nowhere, though the app is installed");
    assert_eq!(site.call_daily().await.status, 204);
    assert!(tenants(&app).await.is_empty(), "what was erased on request stays so");
    assert_eq!(site.upgrade_on_forge().await.status, 204);
    let again = id_of(&app, &site).await;
    assert_ne!(again, id, "installed anew it starts empty");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_late_or_twice_changes_nothing() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    let goes = site.pre_uninstall();
    assert_eq!(site.send_forge_event(&goes).await.status, 204, "a stranger may go");
    site.install_on_forge().await;
    let installed_now = site.lifecycle_event("avi:forge:installed:app");
    assert_eq!(site.send_forge_event(&installed_now).await.status, 204);
    let known = of(&app, &site).await.unwrap().tenant;
    assert_eq!((known.generation, rows_of(&app, known.id).await), (1, 1));

    app.advance(DAY);
    let due_at = app.due_after_leaving();
    site.send_forge_event(&goes).await;
    app.advance(DAY);
    assert_eq!(site.send_forge_event(&goes).await.status, 204);
    assert_eq!(site.send_forge_event(&installed_now).await.status, 204, "an id is not given twice");
    assert_eq!(site.upgrade_on_forge().await.status, 204);
    let left = app.services.tenancy.find_by_id(known.id).await.unwrap().unwrap().tenant;
    assert_eq!((left.state(), left.due_at(), left.generation), ("marked", Some(due_at), 1));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_speaks_of_another_installation_or_of_nothing_known_is_refused() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    let mut event = site.lifecycle_event("avi:forge:installed:app");
    event.body["id"] = "ari:cloud:ecosystem::installation/00000000-0000-4000-8000-000000000000".into();
    let refused = site.send_forge_event(&event).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "tenant_mismatch"));
    let event = site.lifecycle_event("avi:forge:danced:app");
    let refused = site.send_forge_event(&event).await;
    assert_eq!((refused.status, code(&refused).as_str()), (400, "invalid_body"));
    assert!(tenants(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_installation_of_another_environment_is_none() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    let mut claims = site.forge_claims(ForgeModule::LIFECYCLE);
    claims["app"]["environment"]["id"] = "ari:cloud:ecosystem::environment/another".into();
    let event = site.lifecycle_event("avi:forge:upgraded:app");
    let call = site.remote_call("POST", &event.path, &site.sign_forge(&claims), Some(&event.body));
    let refused = site.send(&call).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "tenant_mismatch"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_of_several_installations_takes_the_tenant_along() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let id = app.tenant(&site).await.unwrap().tenant.id;
    assert_eq!(site.move_to_forge().await.status, 204);
    let first = site.forge_installation_id();
    let second = site.renew_forge_installation();
    assert_eq!(site.send_forge_event(&site.lifecycle_event("avi:forge:installed:app")).await.status, 204);
    assert_eq!((id_of(&app, &site).await, rows_of(&app, id).await), (id, 2));

    app.advance(DAY);
    site.send_forge_event(&site.pre_uninstall()).await;
    assert_eq!(state_of(&app, &site).await, "nothing", "this one is gone");
    assert_eq!(app.state(&site).await, "active", "and the other one stands");
    site.set_forge_installation(&first);
    assert_eq!(state_of(&app, &site).await, "active");
    site.send_forge_event(&site.pre_uninstall()).await;
    let left = app.services.tenancy.find_by_id(id).await.unwrap().unwrap();
    assert_eq!((left.tenant.state(), left.secrets.len()), ("marked", 0), "Connect's secret goes too");
    assert_ne!(first, second);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uninstall_that_both_sides_tell_of_is_one_in_either_order_and_twice() {
    for forge_first in [true, false] {
        let app = TestApp::start().await;
        let site = app.site("jira");
        site.install().await;
        site.move_to_forge().await;
        let id = id_of(&app, &site).await;
        app.advance(DAY);
        let due_at = app.due_after_leaving();
        let goes = site.pre_uninstall();
        for round in 0..2 {
            if forge_first {
                assert_eq!(site.send_forge_event(&goes).await.status, 204, "{round}");
                assert_eq!(site.notify(kept::sandbox::Event::Uninstalled).await.status, 204);
            } else {
                assert_eq!(site.notify(kept::sandbox::Event::Uninstalled).await.status, 204);
                assert_eq!(site.send_forge_event(&goes).await.status, 204);
            }
            let left = app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant;
            assert_eq!((left.state(), left.due_at(), left.generation), ("marked", Some(due_at), 1));
            app.advance(Duration::from_secs(60));
        }
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_first_calls_at_once_make_one_tenant() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.begin_move_to_forge();
    let event = site.lifecycle_event("avi:forge:installed:app");
    let events = join_all((0..8).map(|_| site.send_forge_event(&event)));
    let (events, connect) = tokio::join!(events, site.install());
    assert!(connect.is_good(), "{}", connect.body);
    assert!(events.iter().all(kept::sandbox::Answer::is_good), "{events:?}");
    let all = tenants(&app).await;
    assert_eq!(all.len(), 1);
    assert_eq!((id_of(&app, &site).await, app.tenant(&site).await.unwrap().tenant.id), (all[0], all[0]));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_issued_before_the_newest_event_undoes_nothing() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    app.advance(Duration::from_secs(30));
    assert_eq!(site.upgrade_on_forge().await.status, 204);
    let mut claims = site.forge_claims(ForgeModule::PRE_UNINSTALL);
    for name in ["iat", "nbf", "exp"] {
        claims[name] = (claims[name].as_i64().unwrap() - 10).into();
    }
    let event = site.pre_uninstall();
    let call = site.remote_call("POST", &event.path, &site.sign_forge(&claims), Some(&event.body));
    assert_eq!(site.send(&call).await.status, 204);
    assert_eq!(state_of(&app, &site).await, "active");
    app.run_jobs().await;
}
