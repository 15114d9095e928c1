//! What only administrators see, as the product itself says who they are: what is stored of their site, and until when.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use kept::policy::ClassName;
use kept::sandbox::{Event, Rest, Site, Who};
use kept::staff::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, code};

const SUMMARY: &str = "/api/v1/data/summary";

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_is_for_administrators_of_either_product() {
    let app = TestApp::start().await;
    for name in ["jira", "confluence"] {
        let site = installed(&app, name).await;
        let asked = async |who| app.get_with(SUMMARY, &site.context_token(site.user(who).as_deref())).await;
        assert_eq!(asked(Who::Admin).await.status, 200, "{name}");
        for who in [Who::Member, Who::Anonymous] {
            let answer = asked(who).await;
            assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"), "{name} {who:?}");
        }
        let stranger = app.get_with(SUMMARY, &site.context_token(Some("712020:nobody"))).await;
        assert_eq!((stranger.status, code(&stranger).as_str()), (403, "admin_required"), "{name}");
    }
    // The sandbox proves our tokens before it answers.
    let checks = permission_checks(&app);
    assert!(checks.len() >= 4 && checks.iter().all(|status| matches!(status, 200 | 404)), "{checks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_products_answer_is_believed_for_a_minute() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let asked = async |who| app.get_with(SUMMARY, &site.context_token(site.user(who).as_deref())).await;
    for _ in 0..3 {
        assert_eq!(asked(Who::Admin).await.status, 200);
        assert_eq!(asked(Who::Member).await.status, 403);
    }
    assert_eq!(permission_checks(&app).len(), 2, "once for each of them");
    app.advance(Duration::from_secs(59));
    asked(Who::Admin).await;
    assert_eq!(permission_checks(&app).len(), 2);
    app.advance(Duration::from_secs(2));
    asked(Who::Admin).await;
    assert_eq!(permission_checks(&app).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_does_not_answer_makes_the_page_wait_and_one_that_refuses_grants_nothing() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let token = site.context_token(site.user(Who::Admin).as_deref());
    let faults = app.sandbox.faults();
    faults.set_rest(Rest::TooManyRequests { retry_after: 37 });
    let answer = app.get_with(SUMMARY, &token).await;
    assert_eq!((answer.status, code(&answer).as_str()), (503, "host_unavailable"));
    assert_eq!(answer.header("retry-after"), Some("37"), "the product's own wait");
    for fault in [Rest::Down, Rest::Status(404), Rest::Status(500)] {
        faults.set_rest(fault);
        let answer = app.get_with(SUMMARY, &token).await;
        assert_eq!((answer.status, code(&answer).as_str()), (503, "host_unavailable"), "{fault:?}");
        assert_eq!(answer.header("retry-after"), Some("10"), "{fault:?}");
    }
    faults.clear();
    assert_eq!(app.get_with(SUMMARY, &token).await.status, 200, "a failure is not remembered");
    app.advance(Duration::from_secs(61));
    faults.set_rest(Rest::Status(403));
    let token = site.context_token(site.user(Who::Admin).as_deref());
    let answer = app.get_with(SUMMARY, &token).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_a_host_that_is_not_listed_is_not_followed() {
    let [listed, elsewhere] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let origin = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
    let (listed_at, elsewhere_at) = (origin(&listed), origin(&elsewhere));
    let app = TestApp::with(&[("KEPT_HOSTS", &listed_at)]).await;
    let host = std::thread::spawn(move || answer_with_redirect(&listed, &elsewhere_at));

    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let mut body = site.lifecycle_body(Event::Installed);
    body["baseUrl"] = json!(listed_at);
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    site.set_shared_secret(body["sharedSecret"].as_str());
    let answer = app.get_with(SUMMARY, &site.context_token(Some("somebody"))).await;
    assert_eq!((answer.status, code(&answer).as_str()), (503, "host_unavailable"));
    let asked = host.join().unwrap();
    assert!(asked.starts_with("POST /rest/api/3/permissions/check HTTP/1.1"), "{asked}");
    elsewhere.set_nonblocking(true).unwrap();
    assert_eq!(elsewhere.accept().err().unwrap().kind(), std::io::ErrorKind::WouldBlock, "nobody came");
}

/// A product that answers one request with a redirect. Returns the head of the request.
fn answer_with_redirect(listener: &TcpListener, to: &str) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    let mut head = vec![0; 4096];
    let length = stream.read(&mut head).unwrap();
    let answer =
        format!("HTTP/1.1 307 x\r\nlocation: {to}/rest/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).unwrap();
    String::from_utf8_lossy(&head[..length]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_counts_what_is_stored_and_says_until_when() {
    let app = TestApp::start().await;
    let (site, other) = (installed(&app, "jira").await, installed(&app, "other").await);
    let summary = async || {
        let answer = app.get_with(SUMMARY, &site.context_token(site.user(Who::Admin).as_deref())).await;
        answer.json()["classes"].clone()
    };
    let before = summary().await;
    assert_eq!(
        before[1],
        json!({"class": "operation", "records": 0, "bytes": 0, "oldestAt": null,
        "nextExpiryAt": null, "kinds": {}})
    );
    let first_at = app.clock.now();
    for number in 0..3 {
        site.webhook("jira:issue_updated", json!({"number": number})).await;
        app.advance(Duration::from_secs(60));
    }
    other.webhook("jira:issue_updated", json!({"number": "another tenant's"})).await;
    let after = summary().await;
    let (account, operation) = (&after[0], &after[1]);
    let classes: Vec<&Value> = after.as_array().unwrap().iter().map(|class| &class["class"]).collect();
    assert_eq!(
        classes,
        ["account", "operation", "uploaded", "session", "support", "audit"],
        "also those without records"
    );
    assert_eq!((&account["class"], &account["records"]), (&json!("account"), &json!(1)));
    assert_eq!((&account["oldestAt"], &account["nextExpiryAt"]), (&json!(first_at), &Value::Null));
    assert!(account["bytes"].as_i64().unwrap() > 100);
    assert_eq!((&operation["records"], &operation["kinds"]), (&json!(3), &json!({"webhook": 3})));
    assert_eq!(operation["oldestAt"], json!(first_at));
    assert_eq!(operation["nextExpiryAt"], json!(app.services.policy.kind_expires_at("webhook", first_at)));
    assert!(operation["bytes"].as_i64().unwrap() >= 3 * 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_to_look_that_ends_within_the_hour_is_no_date_on_which_records_go() {
    let app = TestApp::start().await;
    let (tenant, number) = app.tenant_with_ticket("jira").await;
    let lead = app.person("mara", Role::Lead).await;
    let path = format!("/console/api/v1/tickets/{number}/bundle");
    let why = json!({"reason": "to look for the cause"});
    assert_eq!(app.console(Some(&lead), "POST", &path, Some(why)).await.status, 200);
    let summary = app.services.tenancy.summary(tenant).await.unwrap();
    let audit = summary.classes.iter().find(|class| class.class == ClassName::Audit).unwrap();
    assert_eq!(audit.kinds.get("grant"), Some(&1), "{audit:?}");
    let soon = app.clock.now().plus(Duration::from_secs(86_400));
    assert!(audit.next_expiry_at.is_some_and(|at| at > soon), "{audit:?}");
    app.run_jobs().await;
}

async fn installed(app: &TestApp, name: &str) -> Site {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    site
}

/// The product's answers to our questions about permissions.
fn permission_checks(app: &TestApp) -> Vec<u16> {
    let recorded = app.sandbox.recorded().into_iter();
    let is_check = |path: &str| path.ends_with("/permissions/check") || path.ends_with("/rest/api/user");
    recorded.filter(|call| is_check(&call.path)).map(|call| call.status).collect()
}
