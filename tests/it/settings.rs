//! What administrators set: taken whole or not at all, sealed, and obeyed.

use std::time::Duration;

use kept::db::Id;
use kept::error::Error;
use kept::sandbox::Who;
use kept::tenancy::settings::contact_is_undeliverable;
use serde_json::{Value, json};

use crate::support::admin::{call, call_as, installed, no_settings, settings, tenant_id};
use crate::support::process::Environment as ProcessEnvironment;
use crate::support::scan::Traces;
use crate::support::{TestApp, code};

const PATH: &str = "/api/v1/settings";
const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_set_whole_and_read_back_as_they_stand() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let most = app.services.policy.own_days_max();
    let stand = |set: Value, state: &str| {
        let mut stand = settings(set);
        stand["retentionDaysMax"] = json!(most);
        stand["contactState"] = json!(state);
        stand["reports"] =
            json!({"rule": "allow", "tier": "minimal", "neverContent": false, "terms": [], "blocked": []});
        stand
    };
    let read = async || call(&app, &site, "GET", PATH, None).await;
    assert_eq!((read().await.status, read().await.json()), (200, stand(json!({}), "missing")));
    assert_eq!(session(&app, &site).await, "missing");

    let ends_at = app.clock.now().plus(DAY * 40);
    let set = json!({"contact": "admin@customer.example", "billingCc": "Bills@Customer.Example", "language": "de",
        "retentionDays": 20, "subscriptionEndsAt": ends_at});
    let answer = call(&app, &site, "PUT", PATH, Some(settings(set.clone()))).await;
    let mut expected = stand(set, "set");
    expected["billingCc"] = json!("Bills@customer.example");
    assert_eq!((answer.status, answer.json()), (200, expected.clone()));
    assert_eq!(read().await.json(), expected);
    assert_eq!(session(&app, &site).await, "set", "the tenant in memory knows it too");
    // What was read may be sent back as it is.
    assert_eq!(call(&app, &site, "PUT", PATH, Some(read().await.json())).await.json(), expected);

    let answer = call(&app, &site, "PUT", PATH, Some(no_settings())).await;
    assert_eq!(answer.json(), stand(json!({}), "missing"));
    assert_eq!(session(&app, &site).await, "missing");
    app.run_jobs().await;
}

async fn session(app: &TestApp, site: &kept::sandbox::Site) -> String {
    let answer = app.get_with("/api/v1/session", &site.context_token(None)).await;
    answer.json()["contactState"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_user_is_told_where_the_data_of_their_site_is_kept() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let member = site.context_token(site.user(Who::Member).as_deref());
    let session = app.get_with("/api/v1/session", &member).await.json();
    let place = &app.services.policy.document().location.place;
    assert_eq!(session["location"], json!({"en": place.en, "de": place.de}));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_about_to_report_is_told_first_whether_that_may_leave_the_site() {
    const RULE: &str = "/api/v1/problem-reports/rule";
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let told = async || {
        let member = site.context_token(site.user(Who::Member).as_deref());
        app.get_with(RULE, &member).await.json()
    };
    let taken = |rule: &str| json!({"rule": rule, "isPaused": false, "isAnonymous": false});
    assert_eq!(told().await, taken("allow"));
    for rule in ["approve", "forbid"] {
        let ruled = json!({"rule": rule, "tier": "minimal", "neverContent": false, "terms": ["Zebra"], "blocked": []});
        let answer = call(&app, &site, "PUT", PATH, Some(settings(json!({"reports": ruled})))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(told().await, taken(rule), "and not which terms are masked");
    }
    let pause = ["reports", "pause", "--reason", "the desk is away"];
    let paused = ProcessEnvironment::new(&app.databases, &app.sandbox).run(&app.databases, &pause);
    assert!(paused.status.success());
    assert_eq!(told().await["isPaused"], true);
    let anonymous = app.get_with(RULE, &site.context_token(None)).await;
    assert_eq!(anonymous.json()["isAnonymous"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_member_is_named_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let good = settings(json!({"contact": "admin@customer.example", "retentionDays": 20}));
    assert_eq!(call(&app, &site, "PUT", PATH, Some(good)).await.status, 200);
    let before = call(&app, &site, "GET", PATH, None).await.json();
    let most = app.services.policy.own_days_max();
    let now = app.clock.now();
    let wrong = [
        ("contact", json!("")),
        ("contact", json!("admin")),
        ("contact", json!("admin@customer.example\r\nBcc: everybody@customer.example")),
        ("contact", json!("a@customer.example, b@customer.example")),
        ("contact", json!(["admin@customer.example"])),
        ("contact", json!(format!("{}@customer.example", "a".repeat(65)))),
        ("billingCc", json!("bills at customer.example")),
        ("billingCc", json!(7)),
        ("language", Value::Null),
        ("language", json!("fr")),
        ("language", json!("EN")),
        ("retentionDays", json!(0)),
        ("retentionDays", json!(-1)),
        ("retentionDays", json!(most + 1)),
        ("retentionDays", json!(2.5)),
        ("retentionDays", json!("20")),
        ("retentionDays", json!(u64::MAX)),
        ("subscriptionEndsAt", json!("tomorrow")),
        ("subscriptionEndsAt", json!("2027-05-22")),
        ("subscriptionEndsAt", json!(now)),
        ("subscriptionEndsAt", json!(now.minus(DAY))),
        ("subscriptionEndsAt", json!(now.plus(DAY * 20_000))),
    ];
    for (member, value) in wrong {
        let body = settings(json!({member: value}));
        let answer = call(&app, &site, "PUT", PATH, Some(body)).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{member} {value}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(&format!("{member}: expected ")), "{member} {value}: {detail}");
    }
    for member in no_settings().as_object().unwrap().keys() {
        let mut body = no_settings();
        body.as_object_mut().unwrap().remove(member);
        let answer = call(&app, &site, "PUT", PATH, Some(body)).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "without {member}");
        assert_eq!(answer.json()["detail"], format!("{member}: is missing."));
    }
    for (body, status) in [("", 400), ("[]", 400), ("null", 400), ("{", 400), (&"x".repeat(70_000), 413)] {
        let answer = call_as(&app, &site, Who::Admin, "PUT", PATH, Some(body.to_owned())).await;
        assert_eq!(answer.status, status, "{body:.10}");
    }
    assert_eq!(call(&app, &site, "GET", PATH, None).await.json(), before);
    for (days, status) in [(1, 200), (most, 200)] {
        let body = settings(json!({"retentionDays": days}));
        assert_eq!(call(&app, &site, "PUT", PATH, Some(body)).await.status, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_for_administrators_alone() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let body = Some(no_settings().to_string());
    for method in ["GET", "PUT"] {
        for who in [Who::Member, Who::Anonymous] {
            let answer = call_as(&app, &site, who, method, PATH, body.clone()).await;
            assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"), "{method} {who:?}");
        }
        let answer = crate::support::send(app.request(method, PATH).body("x".repeat(100_000))).await;
        assert_eq!(answer.status, 401, "who is calling comes before what is sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_mail_does_not_reach_is_believed_again_only_when_it_is_another_one() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let id = tenant_id(&app, &site).await;
    let put = async |set: Value| call(&app, &site, "PUT", PATH, Some(settings(set))).await.json();
    put(json!({"contact": "old@customer.example"})).await;
    let former = app.services.tenancy.settings(id).await.unwrap().unwrap().version;
    put(json!({"contact": "new@customer.example"})).await;
    assert!(!undeliverable(&app, id, former).await, "the mail went to the former contact");
    assert_eq!(session(&app, &site).await, "set");

    let version = app.services.tenancy.settings(id).await.unwrap().unwrap().version;
    assert!(undeliverable(&app, id, version).await);
    assert!(!undeliverable(&app, id, version).await, "once");
    app.services.tenants.changed(kept::db::Change::Tenant(id));
    assert_eq!(session(&app, &site).await, "undeliverable");
    let german = put(json!({"contact": "new@customer.example", "language": "de"})).await;
    assert_eq!(german["contactState"], "undeliverable", "the same contact is believed as little as before");
    assert_eq!(put(json!({"contact": "newer@customer.example"})).await["contactState"], "set");
    assert_eq!(put(json!({})).await["contactState"], "missing");
}

async fn undeliverable(app: &TestApp, id: Id, version: Id) -> bool {
    let now = app.clock.now();
    let marked = app.services.main.write(move |tx| contact_is_undeliverable(tx, id, version, now));
    Result::<bool, Error>::unwrap(marked.await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_retention_and_an_end_of_the_subscription_are_obeyed() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let ends_at = app.clock.now().plus(DAY * 30);
    let both = settings(json!({"retentionDays": 7, "subscriptionEndsAt": ends_at}));
    call(&app, &site, "PUT", PATH, Some(both.clone())).await;
    let known = app.tenant(&site).await.unwrap();
    assert_eq!((known.tenant.ends_at, known.tenant.own_days), (Some(ends_at), Some(7)));
    let waiting: Vec<String> = app.jobs_of(&known).await.into_iter().map(|job| job.discriminator).collect();
    assert!(["end", "ends"].iter().all(|job| waiting.contains(&(*job).to_owned())), "{waiting:?}");

    app.advance(DAY * 31);
    app.run_jobs().await;
    // An end that is over is still what stands: whoever saves the page again is not told off for it.
    assert_eq!(call(&app, &site, "PUT", PATH, Some(both)).await.status, 200);
    site.uninstall().await;
    let left = app.tenant(&site).await.unwrap().tenant;
    assert!(left.due_at().unwrap() <= app.clock.now().plus(DAY * 7), "{:?}", left.due_at());
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_nowhere_in_clear() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let set = json!({"contact": "mk01234567@customer.example", "billingCc": "mk89abcdef@customer.example"});
    call(&app, &site, "PUT", PATH, Some(settings(set))).await;
    let traces = Traces::of(["mk01234567", "mk89abcdef", "customer.example"]);
    assert_eq!(traces.in_everything(&app.databases), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_for_reports_are_set_kept_by_whoever_leaves_them_out_and_sealed() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let rules = json!({"rule": "forbid", "tier": "full", "neverContent": true, "terms": ["Projekt Zebra", "ÄÖ"], "blocked": []});
    let answer = call(&app, &site, "PUT", PATH, Some(settings(json!({"reports": rules})))).await;
    assert_eq!((answer.status, &answer.json()["reports"]), (200, &rules));
    let answer = call(&app, &site, "PUT", PATH, Some(settings(json!({"language": "de"})))).await;
    assert_eq!((answer.status, &answer.json()["reports"]), (200, &rules), "left out");
    let with = |changed: Value| {
        let mut rules = rules.clone();
        changed.as_object().unwrap().iter().for_each(|(name, value)| rules[name] = value.clone());
        rules
    };
    let too_many: Vec<String> = (0..101).map(|number| format!("term {number}")).collect();
    for wrong in [
        Value::Null,
        json!({}),
        with(json!({"rule": "yes"})),
        with(json!({"allowed": true})),
        with(json!({"tier": "everything"})),
        with(json!({"more": 1})),
        with(json!({"terms": ["x"]})),
        with(json!({"terms": [" x "]})),
        with(json!({"terms": ["a".repeat(101)]})),
        with(json!({"terms": too_many})),
    ] {
        let answer = call(&app, &site, "PUT", PATH, Some(settings(json!({"reports": wrong})))).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{wrong}");
        assert!(answer.json()["detail"].as_str().unwrap().starts_with("reports"), "{wrong}");
    }
    assert_eq!(call(&app, &site, "GET", PATH, None).await.json()["reports"], rules);
    let traces = Traces::of(["Projekt Zebra"]);
    assert_eq!(traces.in_everything(&app.databases), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_are_tried_on_a_text_before_they_are_set_and_nothing_of_it_is_stored() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let path = format!("{PATH}/mask");
    let mask = async |body: Value| call(&app, &site, "POST", &path, Some(body)).await;
    let text = "Bluebird hangs for mk77abcdef@customer.example. bluebird!";
    let answer = mask(json!({"text": text, "terms": ["Bluebird"]})).await;
    let shown = "<term-1> hangs for <email-1>. <term-1>!";
    assert_eq!((answer.status, answer.json()), (200, json!({"text": shown, "masked": 3})));
    for wrong in [
        json!({}),
        json!({"text": "x", "terms": ["x"]}),
        json!({"text": "x".repeat(5_001), "terms": []}),
        json!({"text": "x", "terms": [], "more": 1}),
    ] {
        let answer = mask(wrong.clone()).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{wrong}");
    }
    let body = json!({"text": text, "terms": []}).to_string();
    assert_eq!(call_as(&app, &site, Who::Member, "POST", &path, Some(body)).await.status, 403);
    assert_eq!(Traces::of(["mk77abcdef"]).in_everything(&app.databases), [""; 0]);
}
