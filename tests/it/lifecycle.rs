//! Installations, departures and returns, as a host reports them.

use std::time::Duration;

use kept::sandbox::Event;
use kept::tenancy::Event as TenantEvent;

use crate::support::{TestApp, code, start};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(flavor = "multi_thread")]
async fn an_install_makes_a_tenant_whose_requests_are_proven() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    assert_eq!(app.state(&site).await, "nothing");
    assert_eq!(site.install().await.status, 204);
    assert_eq!(app.state(&site).await, "active");
    let page = app.get(&page_url(&app, &site)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let session = app.get_with("/api/v1/session", &site.context_token(Some("5b10a"))).await;
    assert_eq!(session.status, 200);
    assert_eq!(session.json()["accountId"], "5b10a");
    assert_eq!(session.json()["state"], "active");
    assert_eq!(session.json()["since"], start().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_28_an_uninstall_marks_the_tenant_and_queues_erasure_and_notice() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    app.advance(DAY);
    let token = site.context_token(None);
    assert_eq!(site.uninstall().await.status, 204);
    let known = app.tenant(&site).await.unwrap();
    assert_eq!((known.tenant.state(), known.tenant.reason()), ("marked", Some("left")));
    assert_eq!(known.tenant.due_at(), Some(app.due_after_leaving()));
    assert!(known.secrets.is_empty(), "the secret is gone");
    let mut waiting: Vec<String> = app
        .jobs_of(&known)
        .await
        .into_iter()
        .map(|job| format!("{} {}", job.kind, job.discriminator))
        .collect();
    waiting.retain(|job| !job.starts_with("destroy_secret") && !job.starts_with("probe"));
    assert_eq!(waiting, ["notice erasure", "erase left"]);
    let answer = app.get_with("/api/v1/session", &token).await;
    assert_eq!((answer.status, code(&answer).as_str()), (401, "unauthenticated"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_re_install_within_the_grace_period_brings_the_tenant_back() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let before = app.tenant(&site).await.unwrap().tenant;
    site.uninstall().await;
    app.run_jobs().await;
    app.advance(DAY * 100);
    assert_eq!(site.install().await.status, 204);
    let after = app.tenant(&site).await.unwrap().tenant;
    assert_eq!((after.id, after.generation, after.state()), (before.id, 2, "active"));
    assert_eq!(app.get(&page_url(&app, &site)).await.status, 200);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_re_install_after_the_grace_period_finds_its_data_until_the_erasure_begins_and_nothing_after() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let first = app.tenant(&site).await.unwrap().tenant;
    site.uninstall().await;
    app.advance(DAY * 151);
    assert_eq!(site.install().await.status, 204);
    let second = app.tenant(&site).await.unwrap().tenant;
    assert_eq!((second.id, second.generation, second.state()), (first.id, 2, "active"), "not erased yet");

    site.uninstall().await;
    app.advance(DAY * 151);
    app.services.tenancy.happened(first.id, TenantEvent::Due).await.unwrap();
    assert_eq!(app.state(&site).await, "nothing", "the name leads nowhere any more");
    assert_eq!(site.install().await.status, 204);
    let third = app.tenant(&site).await.unwrap().tenant;
    assert_ne!(third.id, first.id);
    assert_eq!((third.generation, third.state()), (1, "active"), "it starts empty");
    let erasing = app.services.tenancy.find_by_id(first.id).await.unwrap().unwrap();
    assert_eq!((erasing.tenant.state(), erasing.secrets.len()), ("erasing", 0), "nothing brings it back");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_disabled_does_not_touch_a_marked_tenant_and_a_stranger_may_leave() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let (body, claims) = (site.lifecycle_body(Event::Disabled), site.lifecycle_claims(Event::Disabled));
    let token = site.lifecycle_token(Event::Disabled, &claims);
    site.uninstall().await;
    assert_eq!(site.send_lifecycle(Event::Disabled, &body, &token).await.status, 401, "its secret is gone");
    assert_eq!(app.state(&site).await, "marked");

    let stranger = app.site("stranger");
    assert_eq!(stranger.notify(Event::Uninstalled).await.status, 204);
    assert_eq!(app.state(&stranger).await, "nothing");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_import_makes_the_old_tenant_suspected_until_it_is_heard_of() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let (old_key, old_url_token) = (site.client_key(), site.context_token(None));
    assert_eq!(site.import().await.status, 204);
    let old = app.services.tenancy.find(&old_key).await.unwrap().unwrap();
    assert_eq!((old.tenant.state(), old.tenant.reason()), ("suspected", Some("superseded")));
    assert_eq!(app.state(&site).await, "active");
    assert_eq!(app.get_with("/api/v1/session", &old_url_token).await.status, 200, "its pages still answer");
    let old = app.services.tenancy.find(&old_key).await.unwrap().unwrap();
    assert_eq!(old.tenant.state(), "active", "a proven request clears the suspicion");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_app_has_no_pages_and_goes_on_hearing_of_its_life_cycle() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    assert_eq!(site.disable().await.status, 204);
    let answer = app.get_with("/api/v1/session", &site.context_token(None)).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "tenant_disabled"));
    assert_eq!(site.enable().await.status, 204);
    assert_eq!(app.get_with("/api/v1/session", &site.context_token(None)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_proves_requests_under_way_for_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let old_secret = site.shared_secret().unwrap();
    assert_eq!(site.rotate_secret().await.status, 204);
    let under = |secret: &str| kept::sandbox::sign_hs256(secret, &site.context_claims(None));
    assert_eq!(app.get_with("/api/v1/session", &site.context_token(None)).await.status, 200);
    assert_eq!(app.get_with("/api/v1/session", &under(&old_secret)).await.status, 200);
    app.advance(Duration::from_secs(15 * 60));
    assert_eq!(app.get_with("/api/v1/session", &under(&old_secret)).await.status, 401);
    assert_eq!(app.get_with("/api/v1/session", &site.context_token(None)).await.status, 200);
    app.run_jobs().await;
    assert_eq!(app.tenant(&site).await.unwrap().secrets.len(), 1, "the former secret's key was destroyed");
}

/// The admin page's URL at the test's address; the descriptor names the public one.
fn page_url(app: &TestApp, site: &kept::sandbox::Site) -> String {
    let path = site.page_path("/app/admin");
    format!("{}{path}&jwt={}", app.url, site.url_token("GET", &path, None))
}
