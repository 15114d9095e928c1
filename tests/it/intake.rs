//! Tickets for people who called or wrote a letter: made by staff, seen by the customer, confirmed by the address like any other.

use kept::db::Id;
use kept::sandbox::{Answer, Site};
use kept::staff::Role;
use serde_json::{Value, json};

use crate::support::admin::{installed, tenant_id};
use crate::support::console::{ORIGIN, Person};
use crate::support::reports::{act, mailed, page, ticket_mails};
use crate::support::{TestApp, code, send};

const API: &str = "/console/api/v1";

async fn take_in(app: &TestApp, person: &Person, key: &str, body: &Value) -> Answer {
    let request = app.request("POST", &format!("{API}/tickets")).header("origin", ORIGIN);
    let request = request.header("x-kept-console", "1").header("cookie", &person.cookie);
    send(
        request
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(body.to_string()),
    )
    .await
}

fn told(site: &Site) -> Value {
    json!({
        "source": "phone", "product": "jira", "site": site.base_url(), "email": "rita@example.com", "language": "en",
        "severity": "high", "text": "You told us that <nothing> works since Monday.",
    })
}

async fn start() -> (TestApp, Site, Id) {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = tenant_id(&app, &site).await;
    (app, site, tenant)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_makes_a_ticket_for_a_caller_and_has_it_and_the_customer_sees_that() {
    let (app, site, tenant) = start().await;
    let agent = app.person("mara", Role::Agent).await;
    let made = take_in(&app, &agent, "a-call-on-monday", &told(&site)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let number = made.json()["number"].as_str().unwrap().to_owned();
    let again = take_in(&app, &agent, "a-call-on-monday", &told(&site)).await;
    assert_eq!((again.status, again.json()), (201, made.json()), "one call is one ticket");
    let shown = app.console(Some(&agent), "GET", &format!("{API}/tickets/{number}"), None).await.json();
    assert_eq!((&shown["source"], &shown["assignee"]), (&json!("phone"), &json!("mara")));
    assert_eq!((&shown["items"], &shown["consents"]), (&json!([]), &json!([])), "nobody sent a bundle");
    assert_eq!(shown["messages"].as_array().unwrap().len(), 1);
    let log = app.services.audit.page(tenant, None, 10).await.unwrap();
    let row = log.iter().find(|entry| entry.kind.as_str() == "taken_in").unwrap();
    assert_eq!(
        (row.detail.ticket.as_deref(), row.detail.about.as_deref()),
        (Some(number.as_str()), Some("phone"))
    );
    // No account is known, so none is told of to the product.
    assert!(app.services.tickets.people(tenant, None, 10).await.unwrap().is_empty());
    app.run_jobs().await;
    assert_eq!(ticket_mails(&app).len(), 1, "the question whether the address is right, and no more");
    let token = mailed(&app);
    assert!(
        !page(&app, &token).await.body.contains("since Monday"),
        "an address that was typed reads nothing"
    );
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    let read = page(&app, &token).await.body;
    assert!(read.contains("&#60;nothing&#62; works since Monday"), "{read}");
    assert_eq!(act(&app, &token, &[("do", "reply"), ("text", "On Tuesday too.")]).await.status, 303);
    assert_eq!(act(&app, &token, &[("do", "delete-now")]).await.status, 303);
    let gone = take_in(&app, &agent, "a-call-on-monday", &told(&site)).await;
    assert_eq!((gone.status, code(&gone).as_str()), (410, "report_deleted"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_about_a_call_is_said_and_nothing_is_stored() {
    let (app, site, tenant) = start().await;
    let lead = app.person("lead", Role::Lead).await;
    for (field, value, status, expected) in [
        ("source", "report", 400, "invalid_body"),
        ("source", "pigeon", 400, "invalid_body"),
        ("product", "bitbucket", 400, "invalid_body"),
        ("site", "nobody.atlassian.net", 404, "not_found"),
        ("site", "mailto:a@b.example", 400, "invalid_body"),
        ("email", "rita", 400, "invalid_body"),
        ("severity", "dire", 400, "invalid_body"),
        ("text", " ", 400, "invalid_body"),
    ] {
        let mut body = told(&site);
        body[field] = json!(value);
        let answer = take_in(&app, &lead, "a-call-on-monday", &body).await;
        assert_eq!((answer.status, code(&answer).as_str()), (status, expected), "{field}: {value}");
    }
    let mut secret = told(&site);
    secret["text"] = json!(format!("It says {}", site.shared_secret().unwrap()));
    let refused = take_in(&app, &lead, "a-call-on-monday", &secret).await;
    assert_eq!((refused.status, code(&refused).as_str()), (422, "secret_in_report"));
    assert!(
        app.services
            .tickets
            .page(tenant, None, kept::db::tickets::Standing::default(), None, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let auditor = app.person("auditor", Role::Auditor).await;
    assert_eq!(take_in(&app, &auditor, "a-call-on-monday", &told(&site)).await.status, 403);
    // A lead's ticket waits for whoever is given it.
    let made = take_in(&app, &lead, "a-call-on-monday", &told(&site)).await.json();
    let path = format!("{API}/tickets/{}", made["number"].as_str().unwrap());
    assert_eq!(app.console(Some(&lead), "GET", &path, None).await.json()["assignee"], Value::Null);
    app.run_jobs().await;
}
