//! Account ids that are stored are told to the product once a cycle, and whose account is closed is forgotten.

use std::collections::BTreeSet;
use std::time::Duration;

use kept::clock::Timestamp;
use kept::db::jobs::JobRow;
use kept::db::{DbError, Id, sink_copies};
use kept::sandbox::{AccountState, Rest, Site};
use kept::tickets::Tickets;
use kept::tickets::submit::{IdempotencyKey, Request};

use crate::support::TestApp;
use crate::support::admin::{installed, tenant_id};
use crate::support::reports::{copy, report, submit};

const DAY: Duration = Duration::from_secs(86_400);

async fn start() -> (TestApp, Site, Id) {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = tenant_id(&app, &site).await;
    (app, site, tenant)
}

fn ids(site: &Site) -> Vec<Vec<String>> {
    let ids = |call: Vec<(String, String)>| call.into_iter().map(|(id, _)| id).collect();
    site.reported_accounts().into_iter().map(ids).collect()
}

async fn planned(app: &TestApp) -> Vec<JobRow> {
    app.jobs().await.into_iter().filter(|job| job.kind == "report_accounts").collect()
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
async fn each_account_is_reported_once_a_cycle_with_the_time_of_its_oldest_report() {
    let (app, site, tenant) = start().await;
    let first = app.clock.now();
    submit(&app, tenant, "712020:ada", report(&app)).await;
    app.live(1).await;
    submit(&app, tenant, "712020:ada", report(&app)).await;
    submit(&app, tenant, "712020:grace", report(&app)).await;
    assert!(ids(&site).is_empty());
    app.live(6).await;
    let reported: BTreeSet<_> = site.reported_accounts().concat().into_iter().collect();
    let at = |id: &str, at: Timestamp| (id.to_owned(), at.to_string());
    assert_eq!(
        reported,
        BTreeSet::from([at("712020:ada", first), at("712020:grace", first.plus(DAY))]),
        "within a week after the first one was stored"
    );
    assert_eq!(site.reported_accounts().len(), 1);

    // The product may want it more often.
    site.set_cycle(Some(2));
    app.live(7).await;
    let before = site.reported_accounts().len();
    app.live(4).await;
    assert_eq!(site.reported_accounts().len() - before, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reported_where_no_account_id_is_stored() {
    let (app, site, _) = start().await;
    app.live(10).await;
    assert!(ids(&site).is_empty() && planned(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_account_is_closed_is_forgotten_everywhere_and_nobody_else() {
    let (app, site, tenant) = start().await;
    let closed = submit(&app, tenant, "712020:ada", report(&app)).await.id;
    let also = submit(&app, tenant, "712020:ada", report(&app)).await.id;
    let other = submit(&app, tenant, "712020:grace", report(&app)).await.id;
    copy(&app, tenant, closed, "desk").await;
    site.set_account("712020:ada", Some(AccountState::Closed));
    // Somebody who was not reported is nobody's business.
    site.set_account("712020:eve", Some(AccountState::Closed));
    app.live(7).await;
    assert_eq!(tickets(&app, tenant).await, [other], "not {closed} and {also}");
    let asked = app
        .services
        .main
        .read(move |conn| Ok::<_, DbError>(sink_copies::erasures_of_tenant(conn, tenant)?))
        .await
        .unwrap();
    assert_eq!(asked.len(), 1, "the copy elsewhere has to go, too");
    app.live(7).await;
    assert_eq!(ids(&site).last().unwrap(), &["712020:grace"], "who is forgotten is not reported");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_counts_as_new_from_then_on() {
    let (app, site, tenant) = start().await;
    submit(&app, tenant, "712020:ada", report(&app)).await;
    site.set_account("712020:ada", Some(AccountState::Updated));
    app.live(7).await;
    site.set_account("712020:ada", None);
    let (_, first) = site.reported_accounts()[0][0].clone();
    app.live(7).await;
    let calls = site.reported_accounts();
    let (_, second) = calls.last().unwrap()[0].clone();
    assert!(second.parse::<Timestamp>().unwrap() > first.parse().unwrap(), "{calls:?}");
    assert_eq!(tickets(&app, tenant).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_accounts_are_reported_some_at_a_time_and_go_on_after_a_failure() {
    let (app, site, tenant) = start().await;
    let all: BTreeSet<String> = (0..170).map(|number| format!("712020:person-{number}")).collect();
    // So many reports at once are more than one service takes, so several take them.
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
    // An id that the host would refuse keeps nobody from being reported.
    submit(&app, tenant, "unknown", report(&app)).await;
    app.run_jobs().await;
    let first: Timestamp = planned(&app).await[0].run_at.into();
    app.live_until(first).await;
    assert_eq!(ids(&site).len(), 1);
    app.sandbox.faults().set_rest(Rest::Down);
    app.live_until(first.plus(Duration::from_secs(600))).await;
    assert_eq!(ids(&site).len(), 1);
    app.sandbox.faults().clear();
    for _ in 0..6 {
        app.advance(Duration::from_secs(1_200));
        app.run_jobs().await;
    }
    let calls = ids(&site);
    assert!(calls.len() == 3 && calls.iter().all(|call| call.len() <= 90), "{calls:?}");
    let told: Vec<String> = calls.concat();
    assert_eq!((told.len(), told.into_iter().collect::<BTreeSet<_>>()), (all.len(), all));
    assert_eq!(planned(&app).await.len(), 1, "and again in the next cycle");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_refuses_or_is_busy_is_asked_again_and_whoever_has_left_is_not_asked() {
    let (app, site, tenant) = start().await;
    submit(&app, tenant, "712020:ada", report(&app)).await;
    app.run_jobs().await;
    for (fault, wait) in [
        (Rest::TooManyRequests { retry_after: 120 }, Duration::from_secs(120)),
        (Rest::Status(503), Duration::from_secs(3_600)),
        (Rest::Status(400), DAY),
        (Rest::Status(401), DAY),
    ] {
        let due: Timestamp = planned(&app).await[0].run_at.into();
        app.sandbox.faults().set_rest(fault);
        app.live_until(due).await;
        let next: Timestamp = planned(&app).await[0].run_at.into();
        assert_eq!(next, due.plus(wait), "{fault:?}");
    }
    app.sandbox.faults().clear();
    assert_eq!(site.uninstall().await.status, 204);
    app.live(14).await;
    assert!(ids(&site).is_empty());
    assert_eq!(planned(&app).await.len(), 1, "should they come back, it goes on");
}
