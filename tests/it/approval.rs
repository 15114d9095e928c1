//! Reports that an administrator of the site has to approve before they leave it: until then they are there for whoever made them and
//! for the site, and for nobody else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kept::audit::AuditKind;
use kept::db::Id;
use kept::sandbox::{AccountState, Answer, ReceivedMail, Site, Who};
use kept::staff::Role;
use serde_json::{Value, json};

use crate::sinks::DESK;
use crate::support::admin::{call, call_as, installed, settings, tenant_id};
use crate::support::console::Person;
use crate::support::reports::{act, mailed, page, post, preview, step, ticket_mails, token_of, whole};
use crate::support::{TestApp, code};

const API: &str = "/console/api/v1";
const REPORTS: &str = "/api/v1/problem-reports";
const SUPPORT: &str = "help@vendor.example";
const MARK: &str = "The blue board does not load";

struct Held {
    app: TestApp,
    site: Site,
    tenant: Id,
    /// How many leads have signed in: a session does not outlast the days of these tests.
    leads: AtomicUsize,
}

impl Held {
    /// A site whose reports wait, and a vendor with a desk and a mailbox for its support.
    async fn start() -> Self {
        let app = TestApp::with(&[DESK.as_slice(), &[("KEPT_SUPPORT_EMAIL", SUPPORT)]].concat()).await;
        let site = installed(&app, "jira").await;
        let tenant = tenant_id(&app, &site).await;
        let held = Self { app, site, tenant, leads: AtomicUsize::new(0) };
        held.rule("approve").await;
        held
    }

    async fn rule(&self, rule: &str) {
        let rules =
            json!({"rule": rule, "tier": "minimal", "neverContent": false, "terms": [], "blocked": []});
        let change = settings(json!({"reports": rules}));
        let answer = call(&self.app, &self.site, "PUT", "/api/v1/settings", Some(change)).await;
        assert_eq!((answer.status, &answer.json()["reports"]["rule"]), (200, &json!(rule)));
    }

    async fn report(&self, key: &str, more: Value) -> Value {
        let seen = preview(
            &self.app,
            &self.site,
            json!({"description": MARK, "tier": "minimal", "severity": "high"}),
        )
        .await;
        let mut body = whole(&seen);
        more.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
        let answer = post(&self.app, &self.site, key, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    async fn decide(&self, who: Who, report: &Value, decision: Value) -> Answer {
        let path = format!("{REPORTS}/{}/decision", report["id"].as_str().unwrap());
        call_as(&self.app, &self.site, who, "POST", &path, Some(decision.to_string())).await
    }

    async fn approve(&self, report: &Value) -> Answer {
        self.decide(Who::Admin, report, json!({"decision": "approve"})).await
    }

    async fn refuse(&self, report: &Value, reason: &str) -> Answer {
        self.decide(Who::Admin, report, json!({"decision": "refuse", "reason": reason})).await
    }

    async fn one(&self, who: Who, report: &Value) -> Value {
        let path = format!("{REPORTS}/{}", report["id"].as_str().unwrap());
        call_as(&self.app, &self.site, who, "GET", &path, None).await.json()
    }

    async fn waiting(&self) -> Vec<Value> {
        let path = format!("{REPORTS}?of=site&approval=waiting");
        let page = call(&self.app, &self.site, "GET", &path, None).await.json();
        page["reports"].as_array().unwrap().clone()
    }

    async fn lead(&self) -> Person {
        let name = format!("lead{}", self.leads.fetch_add(1, Ordering::Relaxed));
        self.app.person(&name, Role::Lead).await
    }

    async fn staff(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.as_lead(&self.lead().await, method, path, body).await
    }

    async fn as_lead(&self, lead: &Person, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.app.console(Some(lead), method, &format!("{API}{path}"), body).await
    }

    fn to_staff(&self) -> Vec<ReceivedMail> {
        self.app.sandbox.mails().into_iter().filter(|mail| mail.recipients == [SUPPORT]).collect()
    }

    /// How many of everything that the vendor sees there is of this report.
    async fn seen_by_vendor(&self, number: &str) -> Vec<&'static str> {
        let lead = self.lead().await;
        let in_list = async |path: &str| self.as_lead(&lead, "GET", path, None).await.body.contains(number);
        let mut seen = Vec::new();
        let mut note = |is_seen: bool, what| seen.extend(is_seen.then_some(what));
        note(in_list("/tickets").await, "queue");
        note(in_list(&format!("/search?q={number}")).await, "search for a number");
        note(in_list("/search?q=blue%20board").await, "search for a text");
        note(self.as_lead(&lead, "GET", &format!("/tickets/{number}"), None).await.status != 404, "ticket");
        let why = json!({"reason": "to look into it"});
        let path = format!("/tickets/{number}/bundle");
        note(self.as_lead(&lead, "POST", &path, Some(why)).await.status != 404, "bundle");
        let path = format!("/tickets/{number}/state");
        let triage = json!({"step": "triage"});
        note(self.as_lead(&lead, "POST", &path, Some(triage)).await.status != 404, "step");
        let counts = self.as_lead(&lead, "GET", "/counts", None).await.json();
        let all: i64 = counts["states"].as_object().unwrap().values().filter_map(Value::as_i64).sum();
        note(all + counts["overdue"].as_i64().unwrap() > 0, "counts");
        let metrics = self.app.get(&format!("{}/metrics", self.app.admin_url)).await.body;
        note(!metrics.contains("\nkept_answers_overdue 0.0"), "metrics");
        note(!self.to_staff().is_empty(), "mail to support");
        note(!self.app.sandbox.desk().requests().is_empty(), "desk");
        note(!self.app.sandbox.desk().customers().is_empty(), "customer of the desk");
        seen
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_its_site_is_there_for_its_reporter_and_nobody_at_the_vendor_sees_any_of_it() {
    let held = Held::start().await;
    let sent = held.report("a-report-that-waits", json!({})).await;
    let number = sent["number"].as_str().unwrap();
    assert_eq!(sent["awaitsApproval"], true);
    held.app.run_jobs().await;
    let seen = page(&held.app, &token_of(sent["statusLink"].as_str().unwrap())).await;
    assert!(seen.body.contains("waits for an administrator of your site"), "{}", seen.body);
    // Its reporter confirms the address, writes more, and still nobody else hears of it, however long it waits.
    let token = mailed(&held.app);
    assert_eq!(act(&held.app, &token, &[("do", "confirm")]).await.status, 303);
    assert_eq!(
        act(&held.app, &token, &[("do", "reply"), ("text", "and the blue board blinks")]).await.status,
        303
    );
    for _ in 0..4 {
        held.app.advance(Duration::from_secs(86_400));
        held.app.run_jobs().await;
        assert_eq!(held.seen_by_vendor(number).await, [""; 0]);
    }
    let shown = page(&held.app, &token).await.body;
    assert!(shown.contains(MARK) && shown.contains("blue board blinks"), "{shown}");
    // The same request once more is the same report, which still waits.
    let mine = call_as(&held.app, &held.site, Who::Member, "GET", REPORTS, None).await.json();
    assert_eq!(mine["reports"][0]["approval"], "waiting");
    held.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_approves_is_from_then_on_a_report_like_any_other() {
    let held = Held::start().await;
    let sent = held.report("a-report-to-approve", json!({})).await;
    let number = sent["number"].as_str().unwrap();
    held.app.run_jobs().await;
    act(&held.app, &mailed(&held.app), &[("do", "confirm")]).await;
    let received = async || {
        let path = format!("{REPORTS}?of=site&state=received");
        call(&held.app, &held.site, "GET", &path, None).await.json()["reports"].as_array().unwrap().len()
    };
    assert_eq!(received().await, 0, "what has not left the site is in no state of the vendor's");
    held.app.advance(Duration::from_secs(3 * 86_400));
    held.app.run_jobs().await;
    let approved_at = held.app.clock.now();
    assert_eq!(held.approve(&sent).await.status, 204);
    assert_eq!(held.approve(&sent).await.status, 204, "once more changes nothing");
    assert_eq!(received().await, 1);
    let unknown = call(&held.app, &held.site, "GET", &format!("{REPORTS}?of=site&state=lost"), None).await;
    assert_eq!((unknown.status, code(&unknown).as_str()), (400, "invalid_parameter"));
    let late = held.refuse(&sent, "after all").await;
    assert_eq!((late.status, code(&late).as_str()), (409, "state_changed"));
    held.app.run_jobs().await;
    let ticket = held.staff("GET", &format!("/tickets/{number}"), None).await.json();
    let due = held.app.services.policy.respond_by(approved_at, "high").unwrap();
    assert_eq!(ticket["respondBy"], json!(due), "the vendor's time begins when the vendor hears of it");
    assert!(held.staff("GET", "/tickets", None).await.body.contains(number));
    assert_eq!((held.to_staff().len(), held.app.sandbox.desk().requests().len()), (1, 1));
    let told = ticket_mails(&held.app);
    assert!(told.iter().any(|mail| mail.text.contains("has approved your report")), "{told:?}");
    // Its reporter and its site see that, when and by whom; the record has no name.
    let one = held.one(Who::Admin, &sent).await;
    let admin = held.site.user(Who::Admin).unwrap();
    assert_eq!(one["decided"], json!({"at": approved_at, "byYou": true, "by": admin}));
    assert_eq!(one["approval"], "approved");
    assert_eq!(held.one(Who::Member, &sent).await["decided"], json!({"at": approved_at, "byYou": false}));
    let log = held.app.services.audit.page(held.tenant, None, 50).await.unwrap();
    let entries: Vec<_> = log.iter().filter(|entry| entry.kind == AuditKind::ReportApproved).collect();
    assert_eq!(entries.len(), 1, "two approvals are one");
    assert_eq!(entries[0].detail.who.as_deref(), Some("administrator"));
    assert!(!serde_json::to_string(&log).unwrap().contains(&admin));
    step(
        &held.app,
        held.tenant,
        sent["id"].as_str().unwrap().parse().unwrap(),
        kept::tickets::state::Step::Triage,
        None,
    )
    .await
    .unwrap();
    held.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_goes_at_once_and_its_reporter_is_told_and_reads_why() {
    let held = Held::start().await;
    let sent = held.report("a-report-to-refuse", json!({"consents": ["administrators"]})).await;
    let number = sent["number"].as_str().unwrap();
    held.app.run_jobs().await;
    let token = mailed(&held.app);
    act(&held.app, &token, &[("do", "confirm")]).await;
    act(&held.app, &token, &[("do", "reply"), ("text", "one word more")]).await;
    assert!(
        held.one(Who::Admin, &sent).await["content"]["items"]
            .as_array()
            .is_some_and(|items| !items.is_empty())
    );
    let refused_at = held.app.clock.now();
    assert_eq!(held.refuse(&sent, "Ask our own <b>helpdesk</b> first.").await.status, 204);
    assert_eq!(held.refuse(&sent, "another sentence").await.status, 204, "once more changes nothing");
    let late = held.approve(&sent).await;
    assert_eq!((late.status, code(&late).as_str()), (409, "state_changed"));
    held.app.run_jobs().await;
    let told = ticket_mails(&held.app);
    let mail = &told.last().unwrap().text;
    assert!(mail.contains("did not let your report") && !mail.contains("helpdesk"), "{mail}");
    let shown = page(&held.app, &token).await.body;
    assert!(shown.contains("held back by an administrator of your site"), "{shown}");
    assert!(
        shown.contains("Ask our own &#60;b&#62;helpdesk") || shown.contains("Ask our own &lt;b&gt;helpdesk"),
        "{shown}"
    );
    assert!(!shown.contains(MARK) && !shown.contains("one word more") && !shown.contains("another sentence"));
    let stranger = page(&held.app, &token_of(sent["statusLink"].as_str().unwrap())).await.body;
    assert!(stranger.contains("held back") && !stranger.contains("helpdesk"), "{stranger}");
    let one = held.one(Who::Admin, &sent).await;
    assert_eq!(
        (&one["items"], &one["messages"], &one["approval"]),
        (&json!(0), &json!(0), &json!("refused"))
    );
    let answer = act(&held.app, &token, &[("do", "reply"), ("text", "but")]).await;
    assert_eq!(answer.status, 409, "it is over");
    assert_eq!(held.seen_by_vendor(number).await, [""; 0]);
    // It goes like a closed report.
    let id: Id = sent["id"].as_str().unwrap().parse().unwrap();
    let created = held.app.services.tickets.find(held.tenant, id).await.unwrap().unwrap().created_at;
    let goes_at = held.app.services.policy.ticket_expires_at(created.into(), Some(refused_at)).unwrap();
    assert_eq!(one["deletedOn"], json!(goes_at));
    held.app.live_until(goes_at.plus(Duration::from_secs(86_400))).await;
    assert!(held.app.services.tickets.find(held.tenant, id).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_can_be_deleted_by_its_reporter_and_what_waits_too() {
    let held = Held::start().await;
    for refuse in [false, true] {
        let sent = held.report(&format!("a-report-{refuse}"), json!({})).await;
        held.app.run_jobs().await;
        let token = mailed(&held.app);
        act(&held.app, &token, &[("do", "confirm")]).await;
        if refuse {
            assert_eq!(held.refuse(&sent, "").await.status, 204, "without a sentence");
        }
        assert_eq!(act(&held.app, &token, &[("do", "delete-now")]).await.status, 303);
        held.app.run_jobs().await;
        let gone = held.approve(&sent).await;
        assert_eq!((gone.status, code(&gone).as_str()), (404, "not_found"));
        assert!(page(&held.app, &token).await.body.contains("deleted"));
    }
    assert!(held.waiting().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_lets_leave_what_is_agreed_to_at_that_moment() {
    let held = Held::start().await;
    let file = data_encoding::BASE64.encode(b"only a text");
    let draft = json!({"description": MARK, "tier": "minimal",
        "attachments": [{"name": "log.txt", "base64": file}]});
    let body = whole(&preview(&held.app, &held.site, draft).await);
    let sent = post(&held.app, &held.site, "a-report-with-a-file", &body).await.json();
    held.app.run_jobs().await;
    let token = mailed(&held.app);
    act(&held.app, &token, &[("do", "confirm")]).await;
    assert_eq!(act(&held.app, &token, &[("do", "withdraw"), ("consent", "attachment-1")]).await.status, 303);
    assert_eq!(held.approve(&sent).await.status, 204);
    held.app.run_jobs().await;
    let there = held.app.sandbox.desk().requests();
    assert_eq!((there.len(), there[0].attachments.len()), (1, 0), "{there:?}");
    let path = format!("/tickets/{}", sent["number"].as_str().unwrap());
    let ticket = held.staff("GET", &path, None).await.json();
    assert!(!ticket["items"].to_string().contains("attachment-1"), "{ticket}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_rule_is_for_reports_to_come_and_a_page_is_told_before_anything_is_sent() {
    let held = Held::start().await;
    let draft = json!({"description": MARK, "tier": "minimal"});
    assert_eq!(preview(&held.app, &held.site, draft.clone()).await["needsApproval"], true);
    let waits = held.report("a-report-that-waits", json!({})).await;
    held.rule("allow").await;
    let seen = preview(&held.app, &held.site, draft.clone()).await;
    assert_eq!(seen["needsApproval"], false);
    let free = held.report("a-report-that-leaves", json!({})).await;
    assert_eq!(free["awaitsApproval"], false);
    held.app.run_jobs().await;
    let queue = held.staff("GET", "/tickets", None).await.body;
    assert!(queue.contains(free["number"].as_str().unwrap()), "{queue}");
    assert!(!queue.contains(waits["number"].as_str().unwrap()), "{queue}");
    assert_eq!(held.waiting().await.len(), 1);
    // What was previewed under one rule is stored under the one that holds when it arrives.
    held.rule("approve").await;
    let late = post(&held.app, &held.site, "seen-before-the-rule", &whole(&seen)).await.json();
    assert_eq!(late["awaitsApproval"], true);
    held.rule("forbid").await;
    let forbidden = post(&held.app, &held.site, "one-too-many", &whole(&seen)).await;
    assert_eq!((forbidden.status, code(&forbidden).as_str()), (403, "reports_forbidden"));
    assert_eq!(held.waiting().await.len(), 2, "those that wait can still be approved");
    assert_eq!(held.approve(&waits).await.status, 204);
    held.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_decides_about_goes_on_its_day_and_nobody_has_heard_of_it() {
    let held = Held::start().await;
    let sent = held.report("a-report-for-nobody", json!({})).await;
    let goes_at = sent["deletedOn"].as_str().unwrap().parse().unwrap();
    let number = sent["number"].as_str().unwrap();
    held.app.live_until(goes_at).await;
    held.app.advance(Duration::from_secs(86_400));
    held.app.run_jobs().await;
    assert_eq!(held.approve(&sent).await.status, 404);
    assert!(held.to_staff().is_empty() && held.app.sandbox.desk().requests().is_empty(), "{number}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_a_site_that_has_left() {
    let held = Held::start().await;
    let sent = held.report("a-report-too-late", json!({})).await;
    held.app.run_jobs().await;
    // The request was under way when the app was removed.
    let (id, admin) = (sent["id"].as_str().unwrap().parse().unwrap(), held.site.user(Who::Admin).unwrap());
    assert_eq!(held.site.uninstall().await.status, 204);
    let late =
        held.app.services.tickets.decide(held.tenant, id, &admin, kept::tickets::approval::Decision::Approve);
    assert_eq!(late.await.unwrap_err().code(), kept::error::Code::StateChanged);
    held.app.run_jobs().await;
    assert_eq!(held.seen_by_vendor(sent["number"].as_str().unwrap()).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_decide_and_each_about_their_own_site() {
    let held = Held::start().await;
    let sent = held.report("a-report-of-ours", json!({})).await;
    let refused = held.decide(Who::Member, &sent, json!({"decision": "approve"})).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "admin_required"));
    let other = installed(&held.app, "confluence").await;
    let path = format!("{REPORTS}/{}/decision", sent["id"].as_str().unwrap());
    let foreign = call(&held.app, &other, "POST", &path, Some(json!({"decision": "approve"}))).await;
    assert_eq!((foreign.status, code(&foreign).as_str()), (404, "not_found"));
    for wrong in [json!({}), json!({"decision": "perhaps"}), json!({"decision": "approve", "more": 1})] {
        let answer = held.decide(Who::Admin, &sent, wrong.clone()).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{wrong}");
    }
    let long = held.refuse(&sent, &"x".repeat(10_001)).await;
    assert!(matches!(long.status, 400 | 413), "{}", long.status);
    assert_eq!(held.waiting().await.len(), 1);
    // Whoever never had to wait is no matter of theirs.
    held.rule("allow").await;
    let free = held.report("a-report-that-is-free", json!({})).await;
    let answer = held.refuse(&free, "no").await;
    assert_eq!((answer.status, code(&answer).as_str()), (409, "state_changed"));
    held.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_waits_is_no_duplicate_and_follows_a_known_problem_only_once_it_has_left() {
    let held = Held::start().await;
    held.rule("allow").await;
    let print = Some("the-same-error");
    let own = |follow| crate::support::console::Reported { fingerprint: print, follow, ..Default::default() };
    let leader = held.app.report(held.tenant, own(false)).await;
    let say = json!({"text": "We know of it."});
    assert_eq!(held.staff("PUT", &format!("/tickets/{leader}/known"), Some(say)).await.status, 204);
    held.rule("approve").await;
    held.app.advance(Duration::from_secs(60));
    let waits = held.app.report(held.tenant, own(true)).await;
    let view = held.staff("GET", &format!("/tickets/{leader}"), None).await.json();
    assert_eq!(view["followers"], json!([]));
    let alike = held.staff("GET", &format!("/tickets/{leader}/alike"), None).await.body;
    assert!(!alike.contains(&waits), "{alike}");
    let merge = held.staff("POST", &format!("/tickets/{leader}/merge"), Some(json!({"into": waits}))).await;
    assert_eq!((merge.status, code(&merge).as_str()), (404, "not_found"));
    let listed = held.waiting().await;
    assert_eq!(held.approve(&listed[0]).await.status, 204);
    let view = held.staff("GET", &format!("/tickets/{leader}"), None).await.json();
    assert_eq!(view["followers"], json!([waits]));
    held.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_decided_is_reported_to_the_product_and_forgotten_when_their_account_is_closed() {
    let held = Held::start().await;
    let sent = held.report("a-report-to-approve", json!({})).await;
    assert_eq!(held.approve(&sent).await.status, 204);
    let admin = held.site.user(Who::Admin).unwrap();
    held.site.set_account(&admin, Some(AccountState::Closed));
    held.app.live(7).await;
    let reported = format!("{:?}", held.site.reported_accounts());
    assert!(reported.contains(&admin), "{reported}");
    let one = held.one(Who::Admin, &sent).await;
    assert_eq!(one["approval"], "approved", "the report is its reporter's, and stays");
    assert_eq!((one["decided"].get("by"), &one["decided"]["byYou"]), (None, &json!(false)));
    let before = held.site.reported_accounts().len();
    held.app.live(7).await;
    let later = format!("{:?}", &held.site.reported_accounts()[before..]);
    assert!(!later.contains(&admin), "{later}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_goes_through_forge() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    let forge = async |who, method: &str, path: &str, body: Option<Value>| {
        let answer = site.invoke_remote(who, method, &format!("/forge{path}"), body.as_ref()).await;
        (answer.status, answer.json())
    };
    let rules =
        json!({"rule": "approve", "tier": "minimal", "neverContent": false, "terms": [], "blocked": []});
    let change = settings(json!({"reports": rules}));
    assert_eq!(forge(Who::Admin, "PUT", "/api/v1/settings", Some(change)).await.0, 200);
    let draft = json!({"description": MARK, "tier": "minimal"});
    let (_, seen) = forge(Who::Member, "POST", "/api/v1/problem-reports/preview", Some(draft)).await;
    assert_eq!(seen["needsApproval"], true, "{seen}");
    let headers = [("idempotency-key".to_owned(), "a-report-through-forge".to_owned())];
    let module = kept::sandbox::ForgeModule::report_page(site.product());
    let path = "/forge/api/v1/problem-reports";
    let sent = site.invoke_from(module, Who::Member, "POST", path, &headers, Some(&whole(&seen))).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let decide = format!("/api/v1/problem-reports/{id}/decision");
    let say = json!({"decision": "approve"});
    assert_eq!(forge(Who::Member, "POST", &decide, Some(say.clone())).await.0, 403);
    let (_, list) = forge(Who::Admin, "GET", "/api/v1/problem-reports?of=site&approval=waiting", None).await;
    assert_eq!(list["reports"][0]["id"], id);
    assert_eq!(forge(Who::Admin, "POST", &decide, Some(say)).await.0, 204);
    let (_, one) = forge(Who::Admin, "GET", &format!("/api/v1/problem-reports/{id}"), None).await;
    assert_eq!(one["approval"], "approved");
    app.run_jobs().await;
}
