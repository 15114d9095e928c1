//! Events of the product: stored once, without people, sealed, for a while.

use diesel::connection::SimpleConnection;
use kept::db::webhooks::{self, WebhookRow};
use kept::db::{Conn, DbError};
use kept::sandbox::{Answer, Call, Delivery, Edit, Site, Who};
use kept::vault::Label;
use serde_json::{Value, json};

use crate::support::{TestApp, code};

const JIRA: &str = "/connect/webhooks/jira";

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_under_one_identifier_is_stored_once() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    for number in 1..=3 {
        let answer = post(&site, JIRA, Some("same"), &json!({"number": number}).to_string()).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    }
    assert_eq!(payloads(&app, &site).await, [json!({"number": 1})], "the first one stands");
    post(&site, JIRA, Some("other"), r#"{"number":1}"#).await;
    assert_eq!(stored(&app, &site).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_identifier_the_same_body_is_the_same_event() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    for body in [r#"{"number":1}"#, r#"{"number":1}"#, r#"{"number":2}"#] {
        assert_eq!(post(&site, JIRA, None, body).await.status, 204);
    }
    assert_eq!(post(&site, JIRA, Some(" "), r#"{"number":2}"#).await.status, 204, "a blank one is none");
    assert_eq!(stored(&app, &site).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_may_have_the_same_identifier() {
    let app = TestApp::start().await;
    let (one, two) = (installed(&app, "jira").await, installed(&app, "second").await);
    for site in [&one, &two] {
        assert_eq!(post(site, JIRA, Some("same"), r#"{"a":1}"#).await.status, 204);
        assert_eq!(stored(&app, site).await.len(), 1);
    }
    let indexes =
        [&stored(&app, &one).await[0].identifier_index, &stored(&app, &two).await[0].identifier_index];
    assert_ne!(indexes[0], indexes[1], "and nobody sees that they have");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_that_no_product_sends_is_refused() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let answer = post(&site, JIRA, Some(&"x".repeat(256)), "{}").await;
    assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_parameter"));
    assert_eq!(post(&site, JIRA, Some(&"x".repeat(255)), "{}").await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_person_of_a_jira_event_is_stored() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let edit = Edit { assignee: Some(Who::Admin), status: Some("Done".into()), ..Edit::default() };
    let body = site.edit_issue("DEMO-2", &edit).unwrap();
    assert!(knows_somebody(&body), "the product names people");
    assert_eq!(site.webhook("jira:issue_updated", body).await.status, 204);
    let comment = site.issue_body("comment_created", "DEMO-1").unwrap();
    post(&site, JIRA, None, &comment.to_string()).await;
    let stored = payloads(&app, &site).await;
    assert_eq!(stored.len(), 2);
    for event in &stored {
        assert!(!knows_somebody(event), "{event:#}");
    }
    let issue = &stored[1]["issue"];
    assert_eq!((&issue["key"], &issue["fields"]["status"]["name"]), (&json!("DEMO-2"), &json!("Done")));
    assert_eq!(stored[0]["comment"]["body"], "A comment.");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_person_of_a_confluence_event_is_stored() {
    let app = TestApp::start().await;
    let site = installed(&app, "confluence").await;
    let body = site.content_body("77", "A page");
    assert!(knows_somebody(&body));
    assert_eq!(site.webhook("page_created", body).await.status, 204);
    let stored = payloads(&app, &site).await;
    assert!(!knows_somebody(&stored[0]), "{:#}", stored[0]);
    assert_eq!(stored[0]["page"]["title"], "A page");
}

fn knows_somebody(event: &Value) -> bool {
    let text = event.to_string();
    [Who::Admin, Who::Member].iter().filter_map(|who| who.person()).any(|person| {
        [person.account_id, person.display_name, person.email].iter().any(|trace| text.contains(trace))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_12_an_event_expires_when_the_policy_says_counted_from_its_receipt() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    app.advance(std::time::Duration::from_millis(1_234));
    let received_at = app.clock.now();
    site.webhook("jira:issue_created", json!({"timestamp": 1})).await;
    let rows = stored(&app, &site).await;
    assert_eq!(rows[0].received_at, received_at.into());
    assert_eq!(
        rows[0].expires_at,
        app.services.policy.kind_expires_at("webhook", received_at).unwrap().into()
    );
    assert!(rows[0].expires_at > rows[0].received_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_body_is_an_event() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    assert_eq!(post(&site, JIRA, Some("empty"), "").await.status, 204);
    assert_eq!(payloads(&app, &site).await, [json!({})]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json_object_is_refused_and_not_stored() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let deep = format!("{}{}", "{\"a\":".repeat(500), "}".repeat(500));
    for body in ["[]", "null", "\"text\"", "{", "{\"a\":1}x", &deep] {
        let answer = post(&site, JIRA, Some("bad"), body).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{body:.20}");
    }
    let token = site.url_token("POST", JIRA, None);
    let answer = app.post_with(JIRA, &token, b"{\"a\":\"\xff\"}".to_vec()).await;
    assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "not UTF-8");
    assert!(stored(&app, &site).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_the_product_is_asked_to_come_back_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    post(&site, JIRA, Some("first"), "{}").await;
    rename(&app, "webhooks", "webhooks_away");
    let answer = site.webhook("jira:issue_updated", json!({"timestamp": 1})).await;
    assert_eq!((answer.status, code(&answer).as_str()), (503, "unavailable"));
    assert!(answer.header("retry-after").is_some_and(|wait| wait.parse::<u64>().is_ok_and(|wait| wait > 0)));
    rename(&app, "webhooks_away", "webhooks");
    let retried: Vec<u16> = site.retry_webhooks().await.iter().map(|answer| answer.status).collect();
    assert_eq!(retried, [204]);
    assert_eq!(stored(&app, &site).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_disabled_tenant_are_stored_and_those_of_one_that_left_are_refused() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    site.disable().await;
    assert_eq!(post(&site, JIRA, Some("disabled"), "{}").await.status, 204);
    assert_eq!(stored(&app, &site).await.len(), 1);
    let late = delivery(&site, "late");
    let token = site.url_token("POST", JIRA, None);
    site.uninstall().await;
    let answer = app.post_with(JIRA, &token, late.body).await;
    assert_eq!((answer.status, code(&answer).as_str()), (401, "unauthenticated"));
    assert_eq!(stored(&app, &site).await.len(), 1);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_product_route_does_not_open_the_other() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let token = site.url_token("POST", JIRA, None);
    let answer = app.post_with("/connect/webhooks/confluence", &token, "{}").await;
    assert_eq!(answer.status, 401);
}

async fn installed(app: &TestApp, name: &str) -> Site {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    site
}

fn delivery(site: &Site, identifier: &str) -> Delivery {
    site.deliveries(identifier, "jira:issue_updated", &json!({})).remove(0)
}

async fn post(site: &Site, path: &str, identifier: Option<&str>, body: &str) -> Answer {
    let header = |value: &str| ("x-atlassian-webhook-identifier".to_owned(), value.to_owned());
    let call = Call {
        method: "POST".to_owned(),
        path: path.to_owned(),
        token: Some(site.url_token("POST", path, None)),
        headers: identifier.into_iter().map(header).collect(),
        body: Some(body.to_owned()),
        ..Call::default()
    };
    site.send(&call).await
}

/// The site's events as they are stored, newest first.
async fn stored(app: &TestApp, site: &Site) -> Vec<WebhookRow> {
    let id = app.tenant(site).await.unwrap().tenant.id;
    let rows = app.services.main.read(move |conn| Ok::<_, DbError>(webhooks::newest(conn, id, 100)?));
    rows.await.unwrap()
}

/// The same, opened with the tenant's key.
async fn payloads(app: &TestApp, site: &Site) -> Vec<Value> {
    let rows = stored(app, site).await;
    let id = app.tenant(site).await.unwrap().tenant.id;
    let key = app.services.vault.data_key(id).await.unwrap();
    let open = |row: &WebhookRow| key.open(Label("webhook.payload"), row.id, &row.payload).unwrap();
    rows.iter().map(|row| serde_json::from_slice(&open(row)).unwrap()).collect()
}

fn rename(app: &TestApp, from: &str, to: &str) {
    let sql = format!("ALTER TABLE {from} RENAME TO {to}");
    let renamed = app.services.main.maintain_here(|conn| match conn {
        Conn::Pg(conn) => Ok(conn.batch_execute(&sql)?),
        Conn::Sqlite(conn) => Ok(conn.batch_execute(&sql)?),
    });
    renamed.unwrap();
}
