//! Tickets that are put away until a time, and by when each should get its first answer.

use std::time::Duration;

use kept::clock::Timestamp;
use kept::db::Id;
use kept::staff::Role;
use kept::support::Severity;
use kept::tickets::work::After;
use serde_json::{Value, json};

use crate::support::console::{Person, Reported, cookie};
use crate::support::reports::{act, answer, confirm, mailed, report, submit};
use crate::support::{TestApp, code};

const API: &str = "/console/api/v1";
const HOUR: Duration = Duration::from_secs(3_600);

struct Desk {
    app: TestApp,
    tenant: Id,
    lead: Person,
}

impl Desk {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let site = app.site("one");
        site.install().await;
        let tenant = app.tenant(&site).await.unwrap().tenant.id;
        let lead = app.person("lead", Role::Lead).await;
        Self { app, tenant, lead }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.app.console(Some(&self.lead), "GET", &format!("{API}/{path}"), None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    async fn listed(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("tickets?{query}")).await;
        let numbers = page["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap());
        numbers.map(str::to_owned).collect()
    }

    async fn snooze(&self, number: &str, until: Option<Timestamp>) -> (u16, String) {
        let until = until.map(|until| until.to_string());
        let path = format!("{API}/tickets/{number}/snooze");
        let answer = self.app.console(Some(&self.lead), "PUT", &path, Some(json!({ "until": until }))).await;
        let code = if answer.status < 300 { String::new() } else { code(&answer) };
        (answer.status, code)
    }

    /// Sessions end while time passes.
    async fn pass(&mut self, time: Duration) {
        self.app.advance(time);
        self.lead.cookie = cookie(&self.app.sign_in_again(&self.lead).await);
    }

    async fn id(&self, number: &str) -> Id {
        self.app.services.audit.subject(number).await.unwrap().unwrap().ticket
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snoozed_ticket_is_out_of_the_queue_until_its_time_and_only_there() {
    let mut desk = Desk::start().await;
    let one = desk.app.report(desk.tenant, Reported::default()).await;
    let other = desk.app.report(desk.tenant, Reported::default()).await;
    let until = desk.app.clock.now().plus(HOUR * 4);
    assert_eq!(desk.snooze(&one, Some(until)).await, (204, String::new()));
    assert_eq!(desk.listed("").await, std::slice::from_ref(&other));
    assert_eq!(desk.get("counts").await["states"]["received"], 1, "what is counted is what is shown");
    assert_eq!(desk.listed("snoozed=true").await, std::slice::from_ref(&one));
    assert_eq!(desk.listed("snoozed=any").await, [one.clone(), other.clone()]);
    let shown = desk.get(&format!("tickets/{one}")).await;
    assert_eq!(shown["snoozedUntil"], until.to_string());
    let found = desk.get(&format!("search?q={one}")).await;
    assert_eq!(found["items"][0]["number"], one.as_str(), "whoever looks for it finds it");
    let entries = desk.app.services.audit.page(desk.tenant, None, 50).await.unwrap();
    let put_away = entries.iter().find(|entry| entry.kind.as_str() == "snoozed").unwrap();
    assert_eq!(put_away.detail.about.as_deref(), Some(format!("until {until}").as_str()));
    // It comes back by the clock alone.
    desk.pass(HOUR * 4).await;
    assert_eq!(desk.listed("").await, [one.clone(), other]);
    // Not into the past, not beyond its day, and not when it is over.
    let goes_at: Timestamp =
        desk.get(&format!("tickets/{one}")).await["goesAt"].as_str().unwrap().parse().unwrap();
    for wrong in [desk.app.clock.now(), goes_at] {
        assert_eq!(desk.snooze(&one, Some(wrong)).await, (400, "invalid_body".to_owned()), "{wrong}");
    }
    for snoozed in ["snoozed=1", "overdue=1"] {
        let path = format!("{API}/tickets?{snoozed}");
        assert_eq!(desk.app.console(Some(&desk.lead), "GET", &path, None).await.status, 400, "{snoozed}");
    }
    let soon = Some(desk.app.clock.now().plus(HOUR));
    assert_eq!(desk.snooze(&one, soon).await.0, 204);
    assert_eq!(desk.snooze(&one, None).await.0, 204);
    assert_eq!(desk.listed("snoozed=true").await, [""; 0], "it may be put back by hand");
    let close = json!({"step": "close", "reason": "answered"});
    let path = format!("{API}/tickets/{one}/state");
    assert_eq!(desk.app.console(Some(&desk.lead), "POST", &path, Some(close)).await.status, 204);
    assert_eq!(desk.snooze(&one, soon).await, (409, "state_changed".to_owned()));
    desk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snoozed_ticket_wakes_early_when_its_reporter_answers_or_its_state_changes() {
    let desk = Desk::start().await;
    let submitted = submit(&desk.app, desk.tenant, "ada", report(&desk.app)).await;
    confirm(&desk.app, desk.tenant, submitted.id).await;
    desk.app.run_jobs().await;
    let until = || Some(desk.app.clock.now().plus(HOUR * 4));
    assert_eq!(desk.snooze(&submitted.number, until()).await.0, 204);
    // What staff says itself wakes nothing: it waits for the reporter.
    answer(&desk.app, desk.tenant, submitted.id, "Does it work now?", After::Unchanged).await;
    assert_eq!(desk.listed("").await, [""; 0]);
    let token = mailed(&desk.app);
    assert_eq!(act(&desk.app, &token, &[("do", "reply"), ("text", "It does not.")]).await.status, 303);
    assert_eq!(desk.listed("").await, std::slice::from_ref(&submitted.number));
    assert_eq!(desk.snooze(&submitted.number, until()).await.0, 204);
    let path = format!("{API}/tickets/{}/state", submitted.number);
    let moved = desk.app.console(Some(&desk.lead), "POST", &path, Some(json!({"step": "ask"}))).await;
    assert_eq!(moved.status, 204, "{}", moved.body);
    assert_eq!(desk.listed("").await, [submitted.number]);
    desk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_is_due_by_the_policys_goal_and_counted_until_it_is_given() {
    let mut desk = Desk::start().await;
    let goal = |severity: &str| desk.app.services.policy.respond_by(desk.app.clock.now(), severity).unwrap();
    let due = [goal("blocking"), goal("normal")];
    assert!(due[0] < due[1], "what blocks is answered first");
    let slight = desk.app.report(desk.tenant, Reported::default()).await;
    let blocking = Reported { severity: Severity::Blocking, ..Reported::default() };
    let blocking = desk.app.report(desk.tenant, blocking).await;
    let page = desk.get("tickets?sort=due").await;
    let told: Vec<(&str, &str)> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["number"].as_str().unwrap(), item["dueAt"].as_str().unwrap()))
        .collect();
    let (first, second) = (due[0].to_string(), due[1].to_string());
    assert_eq!(told, [(blocking.as_str(), first.as_str()), (slight.as_str(), second.as_str())]);
    assert_eq!(desk.listed("overdue=true").await, [""; 0]);
    let metric = async |desk: &Desk| {
        let all = desk.app.get(&format!("{}/metrics", desk.app.admin_url)).await.body;
        all.lines().find(|line| line.starts_with("kept_answers_overdue ")).unwrap().to_owned()
    };
    assert_eq!(metric(&desk).await, "kept_answers_overdue 0.0");
    desk.pass(due[0].since(desk.app.clock.now())).await;
    assert_eq!(desk.listed("overdue=true").await, std::slice::from_ref(&blocking));
    assert_eq!(desk.get("counts").await["overdue"], 1);
    assert_eq!(metric(&desk).await, "kept_answers_overdue 1.0");
    // Answered, and it stays answered; a later answer changes nothing.
    let at = desk.app.clock.now();
    let ticket = desk.id(&blocking).await;
    answer(&desk.app, desk.tenant, ticket, "We look.", After::Asked).await;
    desk.pass(HOUR).await;
    answer(&desk.app, desk.tenant, ticket, "It is mended.", After::Unchanged).await;
    let shown = desk.get(&format!("tickets/{blocking}")).await;
    assert_eq!((&shown["respondBy"], &shown["respondedAt"]), (&json!(first), &json!(at.to_string())));
    assert_eq!(metric(&desk).await, "kept_answers_overdue 0.0");
    assert_eq!(desk.listed("sort=due").await, [slight.clone(), blocking], "what is answered is due no more");
    // What was closed without an answer waits for none.
    let close = json!({"step": "close", "reason": "a duplicate"});
    let path = format!("{API}/tickets/{slight}/state");
    assert_eq!(desk.app.console(Some(&desk.lead), "POST", &path, Some(close)).await.status, 204);
    desk.pass(due[1].since(due[0])).await;
    assert_eq!(metric(&desk).await, "kept_answers_overdue 0.0");
    desk.app.run_jobs().await;
}

/// A policy that names no goal promises none, and nothing is ever late by it.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_goal_in_the_policy_nothing_is_due_and_the_statement_names_none() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let policy = std::fs::read_to_string(format!("{folder}/utoolity.toml")).unwrap();
    let policy = kept::policy::Policy::parse(&policy, "utoolity.toml").unwrap();
    let now = kept::clock::Timestamp::from_seconds(1_700_000_000);
    assert_eq!(policy.respond_by(now, "blocking"), None);
    let said = policy.statement(kept::policy::Language::En, now.day()).to_string();
    assert!(!said.contains("first answer"), "{said}");
}
