//! How often a feature is used: counted per day, never per person.

use std::time::Duration;

use futures_util::future::join_all;
use kept::clock::Timestamp;
use kept::db::usage::{self, UsageRow};
use kept::db::{DbError, Id};
use kept::sandbox::{Answer, Site, Who};

use crate::support::{TestApp, code, send};

const DAY: Duration = Duration::from_secs(86_400);

async fn installed(app: &TestApp, name: &str) -> (Site, Id) {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    (site, id)
}

async fn used(app: &TestApp, site: &Site, who: Who, feature: &str) -> Answer {
    let token = site.context_token(site.user(who).as_deref());
    let request = app.request("POST", &format!("/api/v1/usage/{feature}"));
    send(request.header("authorization", format!("JWT {token}"))).await
}

async fn counters(app: &TestApp, tenant: Id) -> Vec<UsageRow> {
    let rows = app.services.main.read(move |conn| Ok::<_, DbError>(usage::of_tenant(conn, tenant)?));
    rows.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn website_13_a_use_is_counted_per_day_and_feature_whoever_it_was() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    for who in [Who::Admin, Who::Member, Who::Anonymous, Who::Admin] {
        let answer = used(&app, &site, who, "admin_page").await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    }
    used(&app, &site, Who::Admin, "export").await;
    app.advance(DAY);
    used(&app, &site, Who::Member, "admin_page").await;
    let today = app.clock.now().as_seconds() / 86_400;
    let counted: Vec<(i64, String, i64)> =
        counters(&app, tenant).await.into_iter().map(|row| (row.day, row.feature, row.uses)).collect();
    let expected = [(today - 1, "admin_page", 4), (today - 1, "export", 1), (today, "admin_page", 1)];
    assert_eq!(counted, expected.map(|(day, feature, uses)| (day, feature.to_owned(), uses)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_one_of_utc_and_its_counter_expires_counted_from_its_beginning() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    let midnight: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
    for at in [midnight.minus(Duration::from_millis(1)), midnight] {
        app.clock.set(at);
        used(&app, &site, Who::Admin, "export").await;
    }
    let days: Vec<(i64, Timestamp)> =
        counters(&app, tenant).await.into_iter().map(|row| (row.day, row.expires_at.into())).collect();
    let expires = |began| app.services.policy.feature_expires_at("export", began).unwrap();
    let day = midnight.as_seconds() / 86_400;
    assert_eq!(days, [(day - 1, expires(midnight.minus(DAY))), (day, expires(midnight))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn features_that_the_policy_does_not_name_are_not_counted() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    for feature in ["search:mia", "no_such_feature", "webhook", "draft"] {
        let answer = used(&app, &site, Who::Admin, feature).await;
        assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"), "{feature}");
    }
    assert_eq!(send(app.request("POST", "/api/v1/usage/export")).await.status, 401);
    assert_eq!(counters(&app, tenant).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_all_counted() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    let answers = join_all((0..40).map(|_| used(&app, &site, Who::Member, "report_page"))).await;
    assert!(answers.iter().all(|answer| answer.status == 204));
    assert_eq!(counters(&app, tenant).await[0].uses, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_17_a_browser_that_objects_to_being_tracked_is_not_counted() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    let token = site.context_token(site.user(Who::Member).as_deref());
    let used = async |header: &str, value: &str| {
        let request =
            app.request("POST", "/api/v1/usage/export").header("authorization", format!("JWT {token}"));
        assert_eq!(send(request.header(header, value)).await.status, 204);
    };
    used("sec-gpc", "1").await;
    assert_eq!(counters(&app, tenant).await, []);
    used("dnt", "1").await;
    assert_eq!(counters(&app, tenant).await, []);
    for (header, value) in [("sec-gpc", "0"), ("dnt", "0"), ("dnt", "unspecified")] {
        used(header, value).await;
    }
    assert_eq!(counters(&app, tenant).await[0].uses, 3, "whoever does not object");
}
