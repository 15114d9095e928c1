//! What operators see in the console: installations without what they are called, what is due, what is stuck, and proofs of what
//! has gone. And the page of the console itself.

use std::time::Duration;

use kept::clock::Timestamp;
use kept::db::jobs::{self, JobKind, NewJob};
use kept::db::{DbError, Id};
use kept::sandbox::{Answer, Who};
use kept::staff::Role;
use kept::tenancy::Event;
use kept::vault::PublicKeys;
use serde_json::{Value, json};

use crate::support::console::{Person, Reported, cookie};
use crate::support::{TestApp, code, send};

const API: &str = "/console/api/v1";
const DAY: Duration = Duration::from_secs(86_400);

fn body(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

async fn get(app: &TestApp, person: &Person, path: &str) -> Value {
    body(&app.console(Some(person), "GET", &format!("{API}{path}"), None).await)
}

/// The same person, signed in once more: a session is shorter than what is waited for.
async fn again(app: &TestApp, mut person: Person) -> Person {
    person.cookie = cookie(&app.sign_in_again(&person).await);
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_of_the_console_answers_with_one_page_that_holds_nothing_and_stands_in_no_frame() {
    let app = TestApp::start().await;
    let mut pages = Vec::new();
    for address in kept::web::console::ADDRESSES {
        let path = address.replace("{ticket}", "7KQX-M2PD").replace("{id}", "12");
        let page = app.get(&format!("{}{path}", app.url)).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("http"), "nothing from elsewhere: {policy}");
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("set-cookie"), None, "whoever opens it gets no cookie");
        assert!(!page.body.contains("all.js") && !page.body.contains("<script>"), "{}", page.body);
        pages.push(page.body);
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "the address changes nothing in it");
    assert!(pages[0].contains("Loading…") && pages[0].contains("<noscript>"), "{}", pages[0]);
    let german = app.get(&format!("{}/console?lang=de", app.url)).await.body;
    assert!(german.contains("<html lang=\"de\"") && german.contains("Wird geladen …"), "{german}");
    for file in pages[0].split('"').filter(|part| part.starts_with("/assets/")) {
        assert_eq!(app.get(&format!("{}{file}", app.url)).await.status, 200, "{file}");
    }
    assert_eq!(app.get(&format!("{}/console/nothing", app.url)).await.status, 404);
    for under_the_api in ["/console/api", "/console/api/v1", "/console/api/v1/nothing"] {
        let answer = send(app.request("GET", under_the_api)).await;
        assert_eq!((answer.status, code(&answer).as_str()), (401, "unauthenticated"), "{under_the_api}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_counted_by_state_with_the_filters_of_the_queue_and_agents_have_their_own_counted() {
    let app = TestApp::start().await;
    let (tenant, own) = app.tenant_with_ticket("one").await;
    let other = app.report(tenant, Reported::default()).await;
    app.report(tenant, Reported { is_privacy: true, ..Reported::default() }).await;
    let (lead, agent) = (app.person("lead", Role::Lead).await, app.person("agent", Role::Agent).await);
    app.assign(&lead, &own, "agent").await;
    let path = format!("{API}/tickets/{other}/state");
    app.console(Some(&lead), "POST", &path, Some(json!({"step": "triage"}))).await;
    let all = json!({"received": 1, "triaged": 1, "waiting": 0, "solved": 0, "closed": 0});
    assert_eq!(get(&app, &lead, "/counts").await["states"], all);
    assert_eq!(get(&app, &lead, "/counts?state=triaged").await["states"], all, "each state has its number");
    assert_eq!(get(&app, &lead, "/counts?assignee=none").await["states"]["received"], 0);
    assert_eq!(get(&app, &lead, "/counts?privacy=true").await["states"]["received"], 1);
    let theirs = get(&app, &agent, "/counts?assignee=none").await;
    assert_eq!((&theirs["states"]["received"], &theirs["states"]["triaged"]), (&json!(1), &json!(0)));
    let wrong = app.console(Some(&lead), "GET", &format!("{API}/counts?severity=x"), None).await;
    assert_eq!(wrong.status, 400);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn installations_are_listed_without_what_they_are_called_and_opening_one_leaves_a_row_that_its_administrators_see()
 {
    let app = TestApp::start().await;
    let (site, gone) = (app.site("one"), app.site("two"));
    for site in [&site, &gone] {
        assert_eq!(site.install().await.status, 204);
    }
    assert_eq!(gone.uninstall().await.status, 204);
    let tenant = app.tenant(&site).await.unwrap().tenant.id;
    let operator = app.person("otto", Role::Operator).await;

    let first = get(&app, &operator, "/tenants?limit=1").await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = get(&app, &operator, &format!("/tenants?limit=1&cursor={cursor}")).await;
    assert_eq!(
        (&first["items"][0]["state"], &second["items"][0]["state"]),
        (&json!("active"), &json!("marked"))
    );
    assert_eq!(second["items"][0]["reason"], "left");
    let due: Timestamp = second["items"][0]["dueAt"].as_str().unwrap().parse().unwrap();
    assert!(due > app.clock.now());
    let list = get(&app, &operator, "/tenants").await.to_string();
    let opened = get(&app, &operator, &format!("/tenants/{tenant}")).await;
    let base_url = opened["site"].as_str().unwrap();
    assert!(!list.contains(base_url) && !list.contains("jira"), "nothing sealed is opened for it: {list}");
    assert_eq!((&opened["product"], &opened["erasure"]), (&json!("jira"), &Value::Null));
    assert!(opened["classes"].as_array().unwrap().iter().any(|class| class["class"] == "account"));

    let token = site.context_token(site.user(Who::Admin).as_deref());
    let log = app.get_with("/api/v1/access-log", &token).await;
    let log: Value = serde_json::from_str(&log.body).unwrap();
    assert_eq!((&log["items"][0]["kind"], &log["items"][0]["who"]), (&json!("tenant_read"), &json!("otto")));
    for nobody in ["12", "x", "-1"] {
        let answer = app.console(Some(&operator), "GET", &format!("{API}/tenants/{nobody}"), None).await;
        assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"), "{nobody}");
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_counted_per_day_and_a_receipt_is_there_as_it_was_signed() {
    let app = TestApp::start().await;
    let site = app.site("one");
    assert_eq!(site.install().await.status, 204);
    let tenant = app.tenant(&site).await.unwrap().tenant.id;
    app.services.tenancy.happened(tenant, Event::ErasureAsked).await.unwrap();
    let operator = app.person("otto", Role::Operator).await;
    let due = get(&app, &operator, "/due?days=30").await;
    let erasures: u64 = due["days"]
        .as_array()
        .unwrap()
        .iter()
        .chain([&json!({"due": due["overdue"]})])
        .filter_map(|day| day["due"]["erasures"].as_u64())
        .sum();
    assert_eq!(erasures, 1, "{due}");
    for wrong in ["days=0", "days=1001", "days=x"] {
        let answer = app.console(Some(&operator), "GET", &format!("{API}/due?{wrong}"), None).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    assert_eq!(get(&app, &operator, "/receipts").await["items"], json!([]));
    app.live(2).await;

    let operator = again(&app, operator).await;
    let receipts = get(&app, &operator, "/receipts").await;
    let receipt = &receipts["items"][0];
    assert_eq!((&receipt["tenant"], &receipt["number"]), (&json!(tenant.to_string()), &json!(0)));
    let keys = send(app.request("GET", "/.well-known/kept-keys.json")).await.body;
    let keys: PublicKeys = serde_json::from_str(&keys).unwrap();
    kept::erasure::Signed::verify(receipt["document"].as_str().unwrap(), &keys).unwrap();
    assert_eq!(get(&app, &operator, "/receipts?limit=1&cursor=0.0").await["items"], json!([]));
    let wrong = app.console(Some(&operator), "GET", &format!("{API}/receipts?cursor=1"), None).await;
    assert_eq!(wrong.status, 400);
    assert_eq!(get(&app, &operator, "/erasures").await["underWay"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_under_way_is_seen_with_its_step_and_its_brakes_and_nothing_of_its_account_is_read() {
    let app = TestApp::start().await;
    let site = app.site("one");
    assert_eq!(site.install().await.status, 204);
    let tenant = app.tenant(&site).await.unwrap().tenant.id;
    app.services.tenancy.happened(tenant, Event::ErasureAsked).await.unwrap();
    app.services.tenancy.pause_erasures("to look at it").await.unwrap();
    let operator = app.person("otto", Role::Operator).await;
    let held = get(&app, &operator, "/erasures").await;
    assert_eq!(held["brakes"][0]["brake"], "paused");
    app.services.tenancy.resume_erasures("looked at").await.unwrap();
    app.advance(DAY);
    let operator = again(&app, operator).await;
    while get(&app, &operator, "/erasures").await["underWay"] == json!([]) {
        assert!(app.services.eraser.advance(tenant, 1).await.is_ok());
    }
    let under_way = get(&app, &operator, "/erasures").await;
    assert_eq!(under_way["underWay"][0]["tenant"], tenant.to_string());
    let opened = get(&app, &operator, &format!("/tenants/{tenant}")).await;
    assert_eq!((&opened["state"], &opened["site"]), (&json!("erasing"), &Value::Null));
    assert_eq!(opened["erasure"]["step"], under_way["underWay"][0]["step"]);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_is_seen_and_tried_again_by_an_operator_and_the_vendor_has_a_row_of_it() {
    let app = TestApp::start().await;
    let operator = app.person("otto", Role::Operator).await;
    let now = app.clock.now();
    // A notice for a tenant that is not there is done at once; it is buried as if it had failed.
    let job = NewJob {
        kind: JobKind::Notice,
        tenant: Id::new(now),
        generation: 1,
        discriminator: "end".to_owned(),
        run_at: now,
    };
    app.services
        .main
        .write(move |tx| {
            jobs::enqueue(tx, now, &job)?;
            let claimed = jobs::claim(tx, &[JobKind::Notice], now, now.plus(DAY), 1)?;
            for job in &claimed {
                jobs::bury(tx, job, now, "failed for good")?;
            }
            Ok::<_, DbError>(())
        })
        .await
        .unwrap();
    let shown = get(&app, &operator, "/jobs").await;
    assert_eq!((&shown["counts"]["dead"], &shown["dead"][0]["kind"]), (&json!(1), &json!("notice")));
    assert_eq!(shown["dead"][0]["lastError"], "failed for good");
    let path = format!("{API}/jobs/{}/retry", shown["dead"][0]["id"].as_str().unwrap());
    let lead = app.person("lead", Role::Lead).await;
    assert_eq!(app.console(Some(&lead), "POST", &path, None).await.status, 403);
    assert_eq!(app.console(Some(&operator), "POST", &path, None).await.status, 204);
    assert_eq!(get(&app, &operator, "/jobs").await["counts"]["dead"], 0);
    let entries = app.services.audit.page(Id::NONE, None, 10).await.unwrap();
    assert_eq!((entries[0].kind.as_str(), entries[0].detail.who.as_deref()), ("job_retried", Some("otto")));
    let twice = app.console(Some(&operator), "POST", &path, None).await;
    assert_eq!((twice.status, code(&twice).as_str()), (404, "not_found"), "nothing is dead any more");
    let entries = app.services.audit.page(Id::NONE, None, 10).await.unwrap();
    let retried = entries.iter().filter(|entry| entry.kind.as_str() == "job_retried").count();
    assert_eq!(retried, 1, "what was not done leaves no row");
    app.run_jobs().await;
}
