//! Tickets of a site that has left, and where tickets are worked on in development.

use kept::sandbox::Site;
use kept::staff::Role;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::{installed, tenant_id};
use crate::support::console::{Person, Reported};
use crate::support::reports::{act, mailed, page, report, submit};

const API: &str = "/console/api/v1/tickets";

struct Desk {
    app: TestApp,
    site: Site,
    number: String,
    lead: Person,
}

impl Desk {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let site = installed(&app, "jira").await;
        let number = app.report(tenant_id(&app, &site).await, Reported::default()).await;
        let lead = app.person("lead", Role::Lead).await;
        app.run_jobs().await;
        Self { app, site, number, lead }
    }

    async fn call(&self, method: &str, what: &str, body: Value) -> (u16, String) {
        let path = format!("{API}/{}{what}", self.number);
        let body = (method != "GET").then_some(body);
        let answer = self.app.console(Some(&self.lead), method, &path, body).await;
        (answer.status, answer.body)
    }

    async fn ticket(&self) -> Value {
        serde_json::from_str(&self.call("GET", "", Value::Null).await.1).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_works_for_a_site_that_has_left_and_its_tickets_come_to_their_end() {
    let desk = Desk::open().await;
    assert_eq!(desk.ticket().await["siteHasLeft"], false);
    assert_eq!(desk.site.uninstall().await.status, 204);
    assert_eq!(desk.ticket().await["siteHasLeft"], true);
    let refused = [
        ("POST", "/replies", json!({"text": "We look into it."})),
        ("POST", "/notes", json!({"text": "A note."})),
        ("POST", "/state", json!({"step": "triage"})),
        ("PUT", "/priority", json!({"priority": "high"})),
        ("PUT", "/tags", json!({"tags": ["one"]})),
        ("PUT", "/development", json!({"issue": "KEPT-1", "fixedIn": null})),
    ];
    for (method, what, body) in refused {
        let (status, said) = desk.call(method, what, body).await;
        assert_eq!(status, 409, "{what}: {said}");
        assert!(said.contains("The site has left"), "{what}: {said}");
    }
    assert_eq!(desk.ticket().await["messages"], json!([]), "nothing of it was done");
    assert_eq!(desk.call("PUT", "/assignee", json!({"assignee": "lead"})).await.0, 204);
    let why = json!({"reason": "to see what it was about"});
    assert_eq!(desk.call("POST", "/bundle", why).await.0, 200, "what is there can be read");
    assert_eq!(
        desk.call("POST", "/state", json!({"step": "close", "reason": "The site has left."})).await.0,
        204
    );
    desk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_comes_back_is_worked_for_again() {
    let desk = Desk::open().await;
    assert_eq!(desk.site.uninstall().await.status, 204);
    assert_eq!(desk.site.install().await.status, 204);
    assert_eq!(desk.ticket().await["siteHasLeft"], false);
    assert_eq!(desk.call("POST", "/notes", json!({"text": "They are back."})).await.0, 204);
    desk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_has_the_key_of_an_issue_and_the_reporter_reads_the_version_that_it_is_fixed_in() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = tenant_id(&app, &site).await;
    let number = submit(&app, tenant, "ada", report(&app)).await.number;
    app.run_jobs().await;
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    let lead = app.person("lead", Role::Lead).await;
    let desk = Desk { app, site, number, lead };
    let put = async |body: Value| desk.call("PUT", "/development", body).await;
    assert_eq!(put(json!({"issue": "kept-12", "fixedIn": "1.4.2"})).await.0, 204);
    let ticket = desk.ticket().await;
    assert_eq!((&ticket["issue"], &ticket["fixedIn"]), (&json!("KEPT-12"), &json!("1.4.2")));
    let shown = page(&desk.app, &token).await.body;
    assert!(
        shown.contains("Fixed in version <strong>1.4.2</strong>") && !shown.contains("KEPT-12"),
        "{shown}"
    );
    // A reference has room for nothing of the report.
    for wrong in
        [json!({"issue": "KEPT-12 of ada", "fixedIn": null}), json!({"issue": null, "fixedIn": "for <ada>"})]
    {
        assert_eq!(put(wrong).await.0, 400);
    }
    assert_eq!(put(json!({"issue": null, "fixedIn": null})).await.0, 204);
    assert_eq!(desk.ticket().await["issue"], Value::Null);
    let entries = desk.app.services.audit.page(tenant, None, 50).await.unwrap();
    let linked = entries.iter().filter(|entry| entry.kind.as_str() == "development_linked").count();
    assert_eq!(linked, 2, "what was refused left none");
    desk.app.run_jobs().await;
}
