//! What administrators see of their installation's life, and of what comes.

use std::time::Duration;

use kept::clock::Timestamp;
use kept::db::{DbError, Id, timeline};
use kept::sandbox::Site;
use kept::tenancy::{Event, Reason};
use serde_json::{Value, json};

use crate::support::admin::{call, installed, settings, tenant_id};
use crate::support::{TestApp, code};

const PATH: &str = "/api/v1/timeline";
const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_is_on_the_timeline_once_and_in_order() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let id = tenant_id(&app, &site).await;
    let happened = async |event| app.services.tenancy.happened(id, event).await.unwrap();
    site.disable().await;
    site.enable().await;
    let ends_at = app.clock.now().plus(DAY * 60);
    let set = settings(json!({"contact": "admin@customer.example", "subscriptionEndsAt": ends_at}));
    for _ in 0..2 {
        assert_eq!(call(&app, &site, "PUT", "/api/v1/settings", Some(set.clone())).await.status, 200);
    }
    assert_eq!(call(&app, &site, "GET", "/api/v1/data/export", None).await.status, 200);
    for event in [Event::Suspected(Reason::Lapsed), Event::Suspected(Reason::Unreachable)] {
        happened(event).await;
        happened(event).await;
    }
    happened(Event::Verified).await;
    happened(Event::LicenceRenewed).await;
    happened(Event::ErasureAsked).await;
    happened(Event::ErasureUndone).await;
    app.advance(DAY);
    site.uninstall().await;
    app.run_jobs().await;
    for event in [Event::ErasureAsked, Event::ErasureAsked, Event::ErasureUndone, Event::Disabled] {
        happened(event).await;
    }
    app.advance(DAY);
    site.install().await;
    app.advance(DAY);
    site.rotate_secret().await;

    let told = words(&call(&app, &site, "GET", PATH, None).await.json());
    let expected = [
        "reinstalled",
        "erasure_undone",
        "erasure_asked",
        "uninstalled",
        "erasure_undone",
        "erasure_asked",
        "suspicion_cleared lapsed",
        "suspicion_cleared unreachable",
        "suspected unreachable",
        "suspected lapsed",
        "exported",
        "settings_changed",
        "subscription_ends",
        "enabled",
        "disabled",
        "installed",
    ];
    assert_eq!(told, expected);

    site.uninstall().await;
    app.advance(DAY * 151);
    app.run_jobs().await;
    happened(Event::Due).await;
    let rows = rows(&app, id).await;
    // Once it is erased, nothing of it is left, this row included.
    if let Some(last) = rows.first() {
        assert_eq!((last.kind.as_str(), last.detail.as_deref()), ("erasure_due", Some("left")));
        let expires_at = app.services.policy.expires_at(kept::policy::ClassName::Audit, last.at.into());
        assert_eq!(Some(Timestamp::from(last.expires_at)), expires_at);
    }
}

async fn rows(app: &TestApp, id: Id) -> Vec<timeline::TimelineRow> {
    let all = move |conn: &mut kept::db::Conn| timeline::page(conn, id, Id::from_i64(i64::MAX), 100);
    app.services.main.read(move |conn| Ok::<_, DbError>(all(conn)?)).await.unwrap()
}

/// Kind and detail of each event.
fn words(timeline: &Value) -> Vec<String> {
    let events = timeline["events"].as_array().unwrap().iter();
    let word = |event: &Value| match event["detail"].as_str() {
        Some(detail) => format!("{} {detail}", event["kind"].as_str().unwrap()),
        None => event["kind"].as_str().unwrap().to_owned(),
    };
    events.map(word).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_is_read_page_by_page() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    for _ in 0..4 {
        site.disable().await;
        app.advance(Duration::from_secs(1));
        site.enable().await;
    }
    let whole = call(&app, &site, "GET", PATH, None).await.json();
    assert_eq!((whole["events"].as_array().map(Vec::len), &whole["next"]), (Some(9), &Value::Null));
    let (mut gathered, mut query) = (Vec::new(), "?limit=4".to_owned());
    loop {
        let page = call(&app, &site, "GET", &format!("{PATH}{query}"), None).await.json();
        gathered.extend(page["events"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=4&cursor={next}");
    }
    assert_eq!(json!(gathered), whole["events"]);
    let exact = call(&app, &site, "GET", &format!("{PATH}?limit=9"), None).await.json();
    assert_eq!(exact["next"], Value::Null, "a last page that is full is the last one");
    for query in ["?limit=0", "?limit=201", "?limit=x", "?limit=-1", "?cursor=x", "?cursor=", "?limit="] {
        let answer = call(&app, &site, "GET", &format!("{PATH}{query}"), None).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_parameter"), "{query}");
    }
    let other = installed(&app, "confluence").await;
    let of_other = call(&app, &other, "GET", PATH, None).await.json();
    assert_eq!(words(&of_other), ["installed"], "each tenant has its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_follows_from_the_tenant_and_the_policy() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let (policy, id) = (app.services.policy.clone(), tenant_id(&app, &site).await);
    assert_eq!(upcoming(&app, &site).await, json!([]), "nothing, while nothing is known");

    let ends_at = app.clock.now().plus(DAY * 60);
    let set = settings(json!({"subscriptionEndsAt": ends_at}));
    call(&app, &site, "PUT", "/api/v1/settings", Some(set)).await;
    let due_at = policy.due(&kept::policy::Departure {
        left_at: ends_at,
        subscription_end: Some(ends_at),
        own_days: None,
    });
    let expected = json!([
        {"at": policy.notice_before_end(ends_at), "kind": "notice_before_end"},
        {"at": policy.notice_before_erasure(due_at.at), "kind": "notice_before_erasure"},
        {"at": due_at.at, "kind": "erasure"},
    ]);
    assert_eq!(upcoming(&app, &site).await, expected);

    app.services.tenancy.happened(id, Event::ErasureAsked).await.unwrap();
    let asked = json!({"at": policy.due_after_asking(app.clock.now()), "kind": "erasure"});
    assert_eq!(upcoming(&app, &site).await[0], asked, "and no notice before it");
    app.services.tenancy.happened(id, Event::ErasureUndone).await.unwrap();

    app.advance(DAY * 55);
    app.run_jobs().await;
    assert_eq!(
        upcoming(&app, &site).await,
        json!([expected[1], expected[2]]),
        "a notice of the past is past"
    );
}

async fn upcoming(app: &TestApp, site: &Site) -> Value {
    // The session in memory is of no matter: what comes is read from the database.
    call(app, site, "GET", PATH, None).await.json()["upcoming"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaving_would_mean_is_what_leaving_means() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    call(&app, &site, "PUT", "/api/v1/settings", Some(settings(json!({"retentionDays": 20})))).await;
    let (policy, id) = (app.services.policy.clone(), tenant_id(&app, &site).await);
    let told = call(&app, &site, "GET", PATH, None).await.json()["ifUninstalled"].clone();
    site.uninstall().await;
    let tenant = app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant;
    let due_at = tenant.due_at().unwrap();
    let expected = json!([
        {"at": policy.notice_before_erasure(due_at), "kind": "notice_before_erasure"},
        {"at": due_at, "kind": "erasure"},
        {"at": policy.unreadable_everywhere_at(due_at), "kind": "unreadable_everywhere"},
        {"at": policy.backups_gone_at(due_at).unwrap(), "kind": "backups_gone"},
    ]);
    assert_eq!(told, expected);
    app.run_jobs().await;
}
