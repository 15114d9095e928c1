//! An early erasure: asked for by whoever saw what would go, taken back until it begins.

use std::time::Duration;

use kept::clock::Timestamp;
use kept::sandbox::{Site, Who};
use kept::staff::Role;
use kept::tenancy::Event;
use kept::tenancy::summary::{ClassSummary, Summary};
use serde_json::{Value, json};

use crate::support::admin::{call, call_as, installed, settings, tenant_id};
use crate::support::reports::{page, report, submit};
use crate::support::{TestApp, code};

const PATH: &str = "/api/v1/data/erasure";
const MINUTE: Duration = Duration::from_secs(60);

async fn preview(app: &TestApp, site: &Site) -> Value {
    let answer = call(app, site, "POST", PATH, Some(json!({"preview": true}))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn confirm(app: &TestApp, site: &Site, preview: &Value) -> (u16, Value) {
    let body = json!({"confirmation": preview["confirmation"]});
    let answer = call(app, site, "POST", PATH, Some(body)).await;
    (answer.status, answer.json())
}

/// When data that is asked for now is due to go.
fn due(app: &TestApp) -> Timestamp {
    app.services.policy.due_after_asking(app.clock.now())
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_22_an_administrator_has_everything_deleted_by_asking_and_may_take_it_back_until_it_begins()
{
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let asked = confirm(&app, &site, &preview(&app, &site).await).await;
    assert_eq!(asked, (202, json!({"dueAt": due(&app)})));
    let known = app.tenant(&site).await.unwrap().tenant;
    assert_eq!(
        (known.state(), known.reason(), known.due_at()),
        ("suspected", Some("asked"), Some(due(&app)))
    );
    let session = app.get_with("/api/v1/session", &site.context_token(None)).await.json();
    assert_eq!((&session["reason"], &session["dueAt"]), (&json!("asked"), &json!(due(&app))));

    // Asking again does not move the date.
    app.advance(MINUTE);
    let again = preview(&app, &site).await;
    assert_eq!(again["dueAt"], asked.1["dueAt"]);
    assert_eq!(confirm(&app, &site, &again).await, asked);

    assert_eq!(call(&app, &site, "DELETE", PATH, None).await.status, 204);
    assert_eq!(app.state(&site).await, "active");
    let answer = call(&app, &site, "DELETE", PATH, None).await;
    assert_eq!((answer.status, code(&answer).as_str()), (409, "nothing_to_undo"));

    let (status, answer) = confirm(&app, &site, &preview(&app, &site).await).await;
    assert_eq!((status, &answer["dueAt"]), (202, &json!(due(&app))));
    let id = tenant_id(&app, &site).await;
    app.advance(due(&app).since(app.clock.now()) - Duration::from_millis(1));
    app.run_jobs().await;
    app.services.tenancy.happened(id, Event::Due).await.unwrap();
    assert_eq!(app.state(&site).await, "suspected", "not a moment early");
    app.advance(MINUTE);
    app.run_jobs().await;
    app.services.tenancy.happened(id, Event::Due).await.unwrap();
    assert_eq!(app.state(&site).await, "nothing");
    assert_eq!(call(&app, &site, "DELETE", PATH, None).await.status, 401, "nothing brings it back");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_reported_goes_with_the_installation_and_every_page_says_that_day() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = tenant_id(&app, &site).await;
    let reported = submit(&app, tenant, "ada", report(&app)).await;
    let lead = app.person("mara", Role::Lead).await;
    let days = async || {
        let listed = call(&app, &site, "GET", "/api/v1/problem-reports?of=site", None).await.json();
        let path = format!("/api/v1/problem-reports/{}", reported.id);
        let one = call(&app, &site, "GET", &path, None).await.json();
        let queue = app.console(Some(&lead), "GET", "/console/api/v1/tickets", None).await.json();
        let path = format!("/console/api/v1/tickets/{}", reported.number);
        let ticket = app.console(Some(&lead), "GET", &path, None).await.json();
        let listed = listed["reports"][0]["deletedOn"].clone();
        [listed, one["deletedOn"].clone(), queue["items"][0]["goesAt"].clone(), ticket["goesAt"].clone()]
    };
    let own = json!(reported.goes_at);
    assert_eq!(days().await, [&own; 4].map(Clone::clone));
    confirm(&app, &site, &preview(&app, &site).await).await;
    let due = json!(due(&app));
    assert_ne!(due, own);
    assert_eq!(days().await, [&due; 4].map(Clone::clone));
    let shown = page(&app, reported.status.expose()).await.body;
    assert!(shown.contains("23 November 2026") && !shown.contains("21 January 2027"), "{shown}");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_31_a_preview_tells_what_is_stored_and_changes_nothing() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    for number in 0..3 {
        site.webhook("jira:issue_updated", json!({"issue": {"id": "1"}, "number": number})).await;
    }
    let before = app.tenant(&site).await.unwrap().tenant;
    let told = preview(&app, &site).await;
    let summary = call(&app, &site, "GET", "/api/v1/data/summary", None).await.json();
    let counts: Vec<Value> = summary["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| json!({"class": class["class"], "records": class["records"]}))
        .collect();
    assert_eq!(told["classes"], json!(counts));
    assert!(counts.contains(&json!({"class": "account", "records": 1})), "{counts:?}");
    assert_eq!(told["dueAt"], json!(due(&app)));
    assert_eq!(app.tenant(&site).await.unwrap().tenant, before);
    assert_eq!(preview(&app, &site).await, told, "looking twice is looking once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_no_longer_fits_when_what_was_seen_has_changed() {
    let app = TestApp::start().await;
    let (site, other) = (installed(&app, "jira").await, installed(&app, "confluence").await);
    let told = preview(&app, &site).await;
    let refused = async |told: &Value| {
        let (status, problem) = confirm(&app, &site, told).await;
        assert_eq!((status, &problem["code"]), (409, &json!("state_changed")));
        assert_eq!(app.tenant(&site).await.unwrap().tenant.reason(), None);
    };
    refused(&preview(&app, &other).await).await;
    refused(&json!({"confirmation": ""})).await;
    refused(&json!({"confirmation": told["confirmation"].as_str().unwrap().to_lowercase()})).await;

    let ends_at = app.clock.now().plus(MINUTE * 100_000);
    let set = settings(json!({"subscriptionEndsAt": ends_at}));
    call(&app, &site, "PUT", "/api/v1/settings", Some(set)).await;
    refused(&told).await;
    let told = preview(&app, &site).await;
    site.uninstall().await;
    app.run_jobs().await;
    site.install().await;
    refused(&told).await;

    // What comes by itself does not count, or a busy site could never confirm.
    let told = preview(&app, &site).await;
    site.webhook("jira:issue_updated", json!({"issue": {"id": "1"}})).await;
    assert_eq!(confirm(&app, &site, &told).await.0, 202);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_entered_counts_and_what_comes_by_itself_does_not() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = app.tenant(&site).await.unwrap().tenant;
    let of = |counts: &[(&str, i64)]| {
        let class = |(class, records): &(&str, i64)| ClassSummary {
            class: class.parse().unwrap(),
            records: *records,
            bytes: 1,
            oldest_at: None,
            next_expiry_at: None,
            kinds: Default::default(),
        };
        app.services.tenancy.confirmation(&tenant, &Summary { classes: counts.iter().map(class).collect() })
    };
    let seen = of(&[("account", 1), ("operation", 3), ("uploaded", 2), ("session", 9)]);
    assert_eq!(seen, of(&[("account", 1), ("operation", 4), ("uploaded", 2), ("session", 10)]));
    assert_ne!(seen, of(&[("account", 1), ("operation", 3), ("uploaded", 3), ("session", 9)]));
    assert_ne!(seen, of(&[("account", 1), ("operation", 3), ("uploaded", 2), ("support", 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_administrator_asks_and_only_in_the_words_of_the_contract() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    for (method, body) in [("POST", Some(r#"{"preview":true}"#.to_owned())), ("DELETE", None)] {
        let answer = call_as(&app, &site, Who::Member, method, PATH, body).await;
        assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"), "{method}");
    }
    for body in [
        "",
        "{}",
        "[]",
        r#"{"preview":false}"#,
        r#"{"preview":"yes"}"#,
        r#"{"confirmation":null}"#,
        r#"{"preview":true,"confirmation":"x"}"#,
        r#"{"confirmation":7}"#,
        r#"{"preview":true,"more":1}"#,
    ] {
        let answer = call_as(&app, &site, Who::Admin, "POST", PATH, Some(body.to_owned())).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{body}");
    }
    let answer = call_as(&app, &site, Who::Admin, "POST", PATH, Some(" ".repeat(2_000))).await;
    assert_eq!((answer.status, code(&answer).as_str()), (413, "body_too_large"));
    assert_eq!(app.tenant(&site).await.unwrap().tenant.reason(), None);
}
