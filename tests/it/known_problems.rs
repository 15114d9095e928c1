//! Known problems: whoever is about to report an error that somebody of the same site reported before is told what is known of
//! it, and may let their report follow that one.

use kept::db::Id;
use kept::sandbox::{Answer, Site};
use kept::staff::Role;
use serde_json::{Value, json};

use crate::support::admin::{installed, tenant_id};
use crate::support::console::Person;
use crate::support::reports::{post, preview, whole};
use crate::support::{TestApp, code};

const API: &str = "/console/api/v1";

struct Known {
    app: TestApp,
    site: Site,
    tenant: Id,
    lead: Person,
}

impl Known {
    /// A site of which the log names two errors of one kind.
    async fn start() -> Self {
        let app = TestApp::start().await;
        let site = installed(&app, "jira").await;
        let tenant = tenant_id(&app, &site).await;
        let line = |id: &str| {
            json!({"timestamp": app.clock.now(), "level": "INFO",
            "fields": {"message": "request refused", "tenant.id": tenant.to_string(), "code": "not_found",
                "status": 404, "cause": "gone (at src/api/x.rs:7)"},
            "target": "kept::web::finish", "span": {"request.id": id, "name": "request"}})
            .to_string()
        };
        let dir = app.services.settings.log_dir.clone();
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("app-2026-11-22.log"), [line("aa11"), line("bb22")].join("\n")).unwrap();
        let lead = app.person("lead", Role::Lead).await;
        Self { app, site, tenant, lead }
    }

    async fn look(&self, error_id: Option<&str>) -> Value {
        let draft = json!({"description": "It broke", "tier": "minimal", "errorId": error_id});
        let draft = match error_id {
            Some(_) => draft,
            None => json!({"description": "It broke", "tier": "minimal"}),
        };
        preview(&self.app, &self.site, draft).await
    }

    async fn report(&self, key: &str, seen: &Value, follow: bool) -> Value {
        let mut body = whole(seen);
        body["follow"] = json!(follow);
        let answer = post(&self.app, &self.site, key, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    async fn say(&self, number: &str, text: Option<&str>) -> Answer {
        let path = format!("{API}/tickets/{number}/known");
        self.app.console(Some(&self.lead), "PUT", &path, Some(json!({ "text": text }))).await
    }

    async fn ticket(&self, number: &str) -> Value {
        self.app.console(Some(&self.lead), "GET", &format!("{API}/tickets/{number}"), None).await.json()
    }
}

const SENTENCE: &str = "Boards with more than 100 cards do not load; we mend it this week.";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reports_the_same_error_reads_what_is_known_and_may_follow_it() {
    let known = Known::start().await;
    let first = known.report("the-first-report", &known.look(Some("aa11")).await, false).await;
    let leader = first["number"].as_str().unwrap();
    assert_eq!(known.look(Some("bb22")).await.get("knownProblem"), None, "nobody has said anything yet");
    let said = known.say(leader, Some(SENTENCE)).await;
    assert_eq!(said.status, 204, "{}", said.body);
    assert_eq!(known.ticket(leader).await["known"], SENTENCE);
    let seen = known.look(Some("bb22")).await;
    assert_eq!(seen["knownProblem"]["text"], SENTENCE);
    assert_eq!(known.look(None).await.get("knownProblem"), None, "without an error nothing is the same");
    // Reported all the same: alone, or as one that follows.
    let alone = known.report("a-report-by-itself", &seen, false).await;
    assert_eq!(known.ticket(alone["number"].as_str().unwrap()).await["mergedInto"], Value::Null);
    known.app.advance(std::time::Duration::from_secs(600));
    let follows = known.report("a-report-that-follows", &known.look(Some("bb22")).await, true).await;
    let shown = known.ticket(follows["number"].as_str().unwrap()).await;
    assert_eq!((&shown["mergedInto"], &shown["goesAt"]), (&json!(leader), &first["deletedOn"]));
    assert_eq!(follows["deletedOn"], first["deletedOn"], "the reporter is told the day that it really goes");
    let answer = json!({"text": "It is mended."});
    let path = format!("{API}/tickets/{leader}/followers/replies");
    assert_eq!(known.app.console(Some(&known.lead), "POST", &path, Some(answer)).await.status, 204);
    let told = known.ticket(follows["number"].as_str().unwrap()).await;
    assert!(told["messages"].to_string().contains("It is mended."), "{told}");
    // What is over is known no more.
    let close = json!({"step": "close", "reason": "mended in 2.1"});
    let path = format!("{API}/tickets/{leader}/state");
    assert_eq!(known.app.console(Some(&known.lead), "POST", &path, Some(close)).await.status, 204);
    let seen = known.look(Some("aa11")).await;
    assert_eq!(seen.get("knownProblem"), None);
    let late = known.report("one-that-comes-late", &seen, true).await;
    assert_eq!(known.ticket(late["number"].as_str().unwrap()).await["mergedInto"], Value::Null);
    let log = known.app.services.audit.page(known.tenant, None, 50).await.unwrap();
    assert!(
        log.iter().any(|entry| entry.kind.as_str() == "known_problem"),
        "the customer sees that it was said"
    );
    known.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_one_sentence_about_an_error_that_others_can_have() {
    let known = Known::start().await;
    let first = known.report("the-first-report", &known.look(Some("aa11")).await, false).await;
    let other = known.report("without-an-error", &known.look(None).await, false).await;
    let (first, other) = (first["number"].as_str().unwrap(), other["number"].as_str().unwrap());
    for wrong in ["", "  ", "two\nlines", &"x".repeat(301)] {
        let answer = known.say(first, Some(wrong)).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{wrong:?}");
    }
    let secret = format!("It says {}", known.site.shared_secret().unwrap());
    let answer = known.say(first, Some(&secret)).await;
    assert_eq!((answer.status, code(&answer).as_str()), (422, "secret_in_report"));
    let answer = known.say(other, Some(SENTENCE)).await;
    assert_eq!((answer.status, code(&answer).as_str()), (409, "state_changed"));
    assert_eq!(known.say(first, Some(SENTENCE)).await.status, 204);
    assert_eq!(known.say(first, None).await.status, 204, "it may be taken back");
    assert_eq!(known.look(Some("bb22")).await.get("knownProblem"), None);
    known.app.run_jobs().await;
}
