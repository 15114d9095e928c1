//! Whose account ids are stored of a site that has the app under Forge alone: reported with the token of the daily call, since nothing
//! else proves us there.

use std::collections::BTreeSet;
use std::time::Duration;

use kept::db::Id;
use kept::sandbox::{AccountState, Rest, Site};
use kept::tickets::Tickets;
use kept::tickets::submit::{IdempotencyKey, Request};

use crate::support::TestApp;
use crate::support::forge_sites::id_of;
use crate::support::reports::{report, submit};
use crate::support::scan::Traces;

const DAY: Duration = Duration::from_secs(86_400);

async fn start() -> (TestApp, Site, Id) {
    let app = TestApp::start().await;
    let site = app.site("jira");
    assert_eq!(site.install_on_forge().await.status, 204);
    let tenant = id_of(&app, &site).await;
    (app, site, tenant)
}

async fn days(app: &TestApp, site: &Site, count: u32) {
    for _ in 0..count {
        app.advance(DAY);
        assert_eq!(site.call_daily().await.status, 204);
        app.run_jobs().await;
    }
}

fn ids(site: &Site) -> Vec<Vec<String>> {
    let ids = |call: Vec<(String, String)>| call.into_iter().map(|(id, _)| id).collect();
    site.reported_accounts().into_iter().map(ids).collect()
}

async fn tickets(app: &TestApp, tenant: Id) -> Vec<Id> {
    let page = app
        .services
        .tickets
        .page(tenant, None, kept::db::tickets::Standing::default(), None, 1_000)
        .await
        .unwrap();
    page.into_iter().map(|ticket| ticket.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_account_of_a_site_under_forge_alone_is_reported_once_a_cycle_and_whoever_closed_it_is_forgotten()
 {
    let (app, site, tenant) = start().await;
    submit(&app, tenant, "712020:ada", report(&app)).await;
    let other = submit(&app, tenant, "712020:grace", report(&app)).await.id;
    days(&app, &site, 4).await;
    assert!(ids(&site).is_empty(), "it is not time yet");
    days(&app, &site, 3).await;
    let expected: BTreeSet<String> = ["712020:ada", "712020:grace"].map(str::to_owned).into();
    let told: BTreeSet<String> = ids(&site).concat().into_iter().collect();
    assert_eq!((ids(&site).len(), told), (1, expected), "within a week after the first one was stored");

    site.set_account("712020:ada", Some(AccountState::Closed));
    days(&app, &site, 7).await;
    assert_eq!((ids(&site).len(), tickets(&app, tenant).await), (2, vec![other]));
    days(&app, &site, 7).await;
    assert_eq!(ids(&site).last().unwrap(), &["712020:grace"], "who is forgotten is not reported");
    assert_eq!(Traces::of(["forge-oauth."]).in_everything(&app.databases), [""; 0], "no token is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_accounts_are_reported_some_at_a_time_and_go_on_with_the_next_call_after_a_failure() {
    let (app, site, tenant) = start().await;
    let all: BTreeSet<String> = (0..170).map(|number| format!("712020:person-{number}")).collect();
    for some in all.iter().collect::<Vec<_>>().chunks(50) {
        let services = &app.services;
        let (db, vault, tenancy) = (services.main.clone(), services.vault.clone(), services.tenancy.clone());
        let tickets =
            Tickets::new(db, vault, tenancy, app.clock.clone(), "https://app.example.com", Vec::new());
        for account in some {
            let key = IdempotencyKey::parse(&format!("key-{account}")).unwrap();
            let request = Request::new(tenant, account, key, account.as_bytes());
            tickets.submit(request, report(&app)).await.unwrap();
        }
    }
    app.run_jobs().await;
    app.sandbox.withhold_forge_scope("report:personal-data");
    days(&app, &site, 7).await;
    assert!(ids(&site).is_empty(), "a manifest that does not ask for it may not report");
    let mut scopes = app.sandbox.forge_scopes();
    scopes.push("report:personal-data".to_owned());
    app.sandbox.set_forge_scopes(scopes);
    app.sandbox.faults().set_rest(Rest::Status(503));
    days(&app, &site, 1).await;
    app.sandbox.faults().clear();
    days(&app, &site, 3).await;
    let calls = ids(&site);
    assert!(calls.iter().all(|call| call.len() <= 90), "{calls:?}");
    let told: BTreeSet<String> = calls.concat().into_iter().collect();
    assert_eq!((calls.len(), told), (3, all));
    days(&app, &site, 3).await;
    assert_eq!(ids(&site).len(), 3, "once a cycle");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_of_both_is_reported_where_it_can_be() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    site.move_to_forge().await;
    let tenant = id_of(&app, &site).await;
    submit(&app, tenant, "712020:ada", report(&app)).await;
    // Connect's host no longer believes the secret of before.
    site.set_shared_secret(None);
    days(&app, &site, 8).await;
    assert_eq!(ids(&site).concat(), ["712020:ada"]);
    site.set_account("712020:ada", Some(AccountState::Closed));
    days(&app, &site, 8).await;
    assert!(tickets(&app, tenant).await.is_empty());
}
