//! Operation data: what events leave behind, however they arrive, and what the app's own pages state.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::db::operation_records::{self, RecordRow};
use kept::db::{Db, DbError, Id, Millis, Schema};
use kept::operation::records::OWN_MAX;
use kept::operation::{Ingested, Put, Thing};
use kept::sandbox::{Answer, Edit, Site, Who};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::records::{Seen, deleted, link, of_kind, rows, seen, take, updated};
use crate::support::schema::columns_of;
use crate::support::tenants::install;
use crate::support::{TestApp, code};

const NOTHING: [Seen; 0] = [];

async fn installed(app: &TestApp, name: &str) -> (Site, Id) {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    (site, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_14_an_edit_leaves_the_latest_and_the_previous_version_and_a_trace_of_each_listed_field() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    for (summary, status) in [("One", "To Do"), ("Two", "In Progress"), ("Three", "Done")] {
        app.advance(Duration::from_secs(1));
        let edit = Edit {
            summary: Some(summary.into()),
            status: Some(status.into()),
            description: Some(format!("Not on the list: {summary}")),
            assignee: Some(Who::Admin),
        };
        let body = site.edit_issue("DEMO-2", &edit).unwrap();
        assert_eq!(site.webhook("jira:issue_updated", body).await.status, 204);
    }
    let copies = of_kind(&app, tenant, "issue_copy").await;
    let says = |slot: usize| (copies[slot].slot.as_str(), copies[slot].value["summary"].as_str().unwrap());
    assert_eq!((copies.len(), says(0), says(1)), (2, ("latest", "Three"), ("previous", "Two")));
    let latest = &copies[0].value;
    assert_eq!(
        (&latest["status"], &latest["project"]["key"]),
        (&json!({"id": "5", "name": "Done"}), &json!("DEMO"))
    );
    let traces = of_kind(&app, tenant, "field_trace").await;
    let fields: Vec<&Value> = traces.iter().map(|trace| &trace.value["field"]).collect();
    assert_eq!(fields.len(), 5, "status was To Do before: {fields:?}");
    assert!(traces.iter().all(|trace| trace.parent == copies[0].parent));
    let all = format!("{copies:?} {traces:?}");
    let person = Who::Admin.person().unwrap();
    for dropped in
        ["Not on the list", "description", "assignee", person.account_id, person.display_name, "http"]
    {
        assert!(!all.contains(dropped), "{dropped} in {all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_its_latest_and_previous_version_until_it_is_in_the_trash() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "confluence").await;
    for title in ["One", "Two"] {
        app.advance(Duration::from_secs(1));
        assert_eq!(site.webhook("page_updated", site.content_body("77", title)).await.status, 204);
    }
    let copies = of_kind(&app, tenant, "issue_copy").await;
    assert_eq!(
        copies[0].value,
        json!({"title": "Two", "version": 2, "spaceKey": "DEMO", "contentType": "page"})
    );
    assert_eq!((copies[1].slot.as_str(), &copies[1].value["title"]), ("previous", &json!("One")));
    app.advance(Duration::from_secs(1));
    assert_eq!(site.webhook("page_trashed", site.content_body("77", "Two")).await.status, 204);
    assert_eq!(seen(&app, tenant).await, NOTHING);
    site.webhook("page_updated", site.content_body("77", "Late")).await;
    assert_eq!(seen(&app, tenant).await, NOTHING, "a late event does not bring it back");
}

/// What one issue may go through, a link and the end of another issue included.
fn story() -> Vec<Value> {
    vec![
        updated(1_000, 1, 1, "One"),
        updated(2_000, 2, 1, "Two"),
        updated(2_000, 3, 1, "Two"),
        updated(2_000, 10, 1, "Three"),
        link("issuelink_created", 2_500, 7, [1, 2], "Blocks"),
        updated(2_600, 11, 2, "Another issue"),
        deleted(3_000, 2),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn events_out_of_order_end_as_events_in_order_do() {
    let app = TestApp::start().await;
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let mut orders = vec![story(), story().into_iter().rev().collect()];
    for _ in 0..60 {
        let tree = Just(story()).prop_shuffle().new_tree(&mut runner).unwrap();
        orders.push(proptest::strategy::ValueTree::current(&tree));
    }
    let mut expected = None;
    for (number, events) in orders.into_iter().enumerate() {
        let tenant = install(&app, number).await;
        for event in &events {
            take(&app, tenant, &event.to_string(), event).await;
        }
        let ended = seen(&app, tenant).await;
        let expected = expected.get_or_insert_with(|| ended.clone());
        assert_eq!(&ended, expected, "{events:#?}");
    }
    let expected = expected.unwrap();
    let copies: Vec<(&str, &Value)> = expected
        .iter()
        .filter(|seen| seen.kind == "issue_copy")
        .map(|seen| (seen.slot.as_str(), &seen.value["summary"]))
        .collect();
    assert_eq!(copies, [("latest", &json!("Three")), ("previous", &json!("Two"))]);
    assert!(expected.iter().all(|seen| seen.kind != "relation"), "the other end of the link is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_in_which_the_edits_of_an_issue_may_arrive_ends_alike() {
    let app = TestApp::start().await;
    let events = [
        updated(1_000, 1, 1, "One"),
        updated(2_000, 9, 1, "Two"),
        updated(2_000, 10, 1, "Three"),
        updated(4_000, 11, 1, "One"),
    ];
    let mut expected = None;
    for number in 0..24 {
        let (tenant, mut left, mut choice) = (install(&app, number).await, events.to_vec(), number);
        while !left.is_empty() {
            let event = left.remove(choice % left.len());
            choice /= left.len() + 1;
            take(&app, tenant, &event.to_string(), &event).await;
        }
        let ended = seen(&app, tenant).await;
        assert_eq!(&ended, expected.get_or_insert(ended.clone()), "way {number}");
    }
    let copies = expected.unwrap().into_iter().filter(|seen| seen.kind == "issue_copy");
    let said: Vec<Value> = copies.map(|copy| copy.value["summary"].clone()).collect();
    assert_eq!(said, ["One", "Three"], "the second of one instant has the higher number");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_twice_changes_nothing_also_under_another_identifier() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    let event = updated(1_000, 1, 1, "One");
    take(&app, tenant, "first", &event).await;
    let before = rows(&app, tenant).await;
    assert_eq!(take(&app, tenant, "first", &event).await, Ingested::Repeated);
    assert_eq!(rows(&app, tenant).await, before);
    let once = seen(&app, tenant).await;
    assert_eq!(take(&app, tenant, "second", &event).await, Ingested::Stored);
    assert_eq!(seen(&app, tenant).await, once);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_does_not_say_when_it_happened_never_beats_a_known_newer_one() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    let ahead = app.clock.now().as_millis() + 1;
    let unknown = |summary: &str| json!({"webhookEvent": "jira:issue_updated", "issue": {"id": "1", "fields": {"summary": summary}}});
    let by_issue = json!({"webhookEvent": "jira:issue_updated", "issue": {"id": "1", "fields":
        {"summary": "By issue", "updated": "2026-11-22T08:00:00.002+0000"}}});
    let latest = async || of_kind(&app, tenant, "issue_copy").await.remove(0).value["summary"].clone();
    take(&app, tenant, "1", &unknown("Unknown")).await;
    take(&app, tenant, "2", &updated(ahead, 1, 1, "Known")).await;
    take(&app, tenant, "3", &unknown("Unknown again")).await;
    assert_eq!(latest().await, "Known");
    take(&app, tenant, "4", &by_issue).await;
    assert_eq!(latest().await, "By issue");
    app.advance(Duration::from_millis(3));
    take(&app, tenant, "5", &unknown("Newest")).await;
    assert_eq!(latest().await, "Newest");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_issue_takes_everything_about_it_along_and_is_remembered_for_as_long_as_the_policy_says() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    let now = app.clock.now();
    let linked = link("issuelink_created", 1_100, 7, [1, 2], "Blocks");
    let cloned = link("issuelink_created", 1_100, 8, [2, 1], "Cloners");
    for event in [updated(1_000, 1, 1, "One"), updated(1_000, 2, 2, "Two"), linked.clone(), cloned] {
        take(&app, tenant, &event.to_string(), &event).await;
    }
    let one = Thing::issue(&json!(1)).unwrap();
    let state = async |subject: &str| {
        app.services.operation.put(tenant, "twin", subject, Some(&one), &json!(1)).await
    };
    assert_eq!(state("ours").await.unwrap(), Put::Stored);
    let kinds = |seen: &[Seen]| -> Vec<String> {
        seen.iter().map(|seen| format!("{} of {}", seen.kind, seen.parent.as_deref().unwrap())).collect()
    };
    let both = kinds(&seen(&app, tenant).await);
    assert_eq!(both.len(), 2 + 2 + 2 + 2 + 1, "{both:?}");

    assert_eq!(site.webhook("jira:issue_deleted", deleted(2_000, 1)).await.status, 204);
    let left = kinds(&seen(&app, tenant).await);
    assert_eq!(left, ["field_trace of issue:2", "issue_copy of issue:2"], "at once");
    for late in [updated(3_000, 3, 1, "Late"), link("issuelink_created", 3_000, 9, [1, 2], "Blocks"), linked]
    {
        take(&app, tenant, &format!("late {late}"), &late).await;
    }
    assert_eq!(state("ours").await.unwrap(), Put::Gone);
    assert_eq!(kinds(&seen(&app, tenant).await), left);

    app.clock.set(app.services.policy.tombstone_until(now).minus(Duration::from_millis(1)));
    take(&app, tenant, "still", &updated(3_000, 3, 1, "Late")).await;
    assert_eq!(of_kind(&app, tenant, "issue_copy").await.len(), 1);
    app.advance(Duration::from_millis(1));
    take(&app, tenant, "no longer", &updated(4_000, 4, 1, "Remembered no more")).await;
    assert_eq!(of_kind(&app, tenant, "issue_copy").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_takes_the_stored_events_along_and_late_ones_are_not_kept() {
    let app = TestApp::start().await;
    let (tenant, other) = (install(&app, 1).await, install(&app, 2).await);
    let events = async |tenant| {
        let stored =
            app.services.main.read(move |conn| Ok::<_, DbError>(kept::db::webhooks::stored(conn, tenant)?));
        stored.await.unwrap().records
    };
    let remark = json!({"webhookEvent": "comment_created", "timestamp": 1_500, "issue": {"id": "1"}, "comment": {"body": "Why?"}});
    let page = |event: &str| json!({"event": event, "timestamp": 1_500, "page": {"id": 1, "title": "Plans"}});
    for (id, event) in [
        ("one", updated(1_000, 1, 1, "One")),
        ("two", updated(1_000, 2, 2, "Two")),
        ("remark", remark.clone()),
        ("page", page("page_created")),
    ] {
        take(&app, tenant, id, &event).await;
        take(&app, other, id, &event).await;
    }
    assert_eq!(events(tenant).await, 4);
    take(&app, tenant, "gone", &deleted(2_000, 1)).await;
    assert_eq!(events(tenant).await, 3, "the other issue's, the page's, and that of the deletion");
    take(&app, tenant, "late", &updated(3_000, 3, 1, "Late")).await;
    take(&app, tenant, "late remark", &remark).await;
    assert_eq!(events(tenant).await, 3);
    take(&app, tenant, "trashed", &page("page_trashed")).await;
    assert_eq!(events(tenant).await, 3, "the page's own is gone, and another deletion is told");
    assert_eq!(events(other).await, 4, "nobody else's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_about_a_deletion_is_kept_without_the_last_state() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    take(&app, tenant, "gone", &deleted(2_000, 1)).await;
    let rows =
        app.services.main.read(move |conn| Ok::<_, DbError>(kept::db::webhooks::newest(conn, tenant, 10)?));
    let row = rows.await.unwrap().remove(0);
    let key = app.services.vault.data_key(tenant).await.unwrap();
    let kept = key.open(kept::vault::Label("webhook.payload"), row.id, &row.payload).unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept, json!({"timestamp": 2_000, "webhookEvent": "jira:issue_deleted", "gone": "issue:1"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_relations_and_a_clone_is_a_twin_seen_from_either_issue_until_the_link_goes() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    let mut event = updated(1_000, 1, 1, "One");
    event["issue"]["fields"]["issuelinks"] = json!([
        {"id": "7", "type": {"name": "Blocks"}, "outwardIssue": {"id": "2", "fields": {"summary": "Not ours"}}},
        {"id": "8", "type": {"name": "Cloners"}, "inwardIssue": {"id": "3"}},
    ]);
    take(&app, tenant, "issue", &event).await;
    let told = seen(&app, tenant).await;
    for event in [
        link("issuelink_created", 1_000, 7, [1, 2], "Blocks"),
        link("issuelink_created", 1_000, 8, [3, 1], "Cloners"),
    ] {
        take(&app, tenant, &event.to_string(), &event).await;
    }
    assert_eq!(seen(&app, tenant).await, told, "either event says the same");
    let twins = of_kind(&app, tenant, "twin").await;
    let parents: Vec<_> = twins.iter().map(|twin| twin.parent.as_deref().unwrap()).collect();
    assert_eq!(parents, ["issue:1", "issue:3"]);
    assert_eq!(
        twins[0].value,
        json!({"link": "link:8", "from": "issue:3", "to": "issue:1", "meaning": "Cloners"})
    );
    take(&app, tenant, "unlinked", &link("issuelink_deleted", 2_000, 8, [3, 1], "Cloners")).await;
    take(&app, tenant, "late", &event).await;
    assert_eq!(of_kind(&app, tenant, "twin").await, NOTHING);
    assert_eq!(of_kind(&app, tenant, "relation").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_08_no_field_that_the_policy_does_not_list_is_in_any_record() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    // As the statement has them; a policy that lists more is another statement.
    const LISTED: [&str; 17] = [
        "summary",
        "status",
        "issuetype",
        "project",
        "priority",
        "labels",
        "fixVersions",
        "components",
        "duedate",
        "resolution",
        "created",
        "updated",
        "parent",
        "title",
        "version",
        "spaceKey",
        "contentType",
    ];
    let text = "[a-zA-Z_]{1,20}";
    let value = prop::collection::btree_map(text, Just("leak-leak"), 0..4);
    let extra = prop::collection::btree_map(text, value, 0..12);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    for number in 0..64_u64 {
        let tree = extra.new_tree(&mut runner).unwrap();
        let mut event = updated(i64::try_from(number).unwrap(), number, number, "Listed");
        for name in ["description", "environment", "assignee", "attachment"] {
            event["issue"]["fields"][name] = json!("leak-leak");
        }
        for (name, members) in proptest::strategy::ValueTree::current(&tree) {
            let members = json!(members);
            if !LISTED.contains(&name.as_str()) {
                event["issue"]["fields"][&name] = json!("leak-leak");
                event["changelog"]["items"]
                    .as_array_mut()
                    .unwrap()
                    .push(json!({"fieldId": name, "toString": "leak-leak"}));
            }
            event["issue"][&name] = members.clone();
            event[format!("x{name}")] = members.clone();
            event["issue"]["fields"]["status"][format!("x{name}")] = members;
        }
        take(&app, tenant, &number.to_string(), &event).await;
    }
    let all = seen(&app, tenant).await;
    assert_eq!(all.len(), 128);
    assert!(!format!("{all:?}").contains("leak-leak"), "{all:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_09_what_no_kind_is_made_for_is_not_stored_as_operation_data() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    for (name, key) in
        [("comment_created", "DEMO-1"), ("worklog_created", "DEMO-1"), ("jira:version_released", "DEMO-2")]
    {
        let body = site.issue_body(name, key).unwrap();
        let token = site.url_token("POST", "/connect/webhooks/jira", None);
        assert_eq!(app.post_with("/connect/webhooks/jira", &token, body.to_string()).await.status, 204);
    }
    assert_eq!(seen(&app, tenant).await, NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_12_a_record_without_an_expiry_cannot_be_inserted() {
    let app = TestApp::start().await;
    for table in &kept::db::expiry::TABLES {
        let services = &app.services;
        let db = if table.schema == Schema::Main { &services.main } else { &services.keyring };
        let insert = insert_without_expiry(db, table.table);
        let refused = db.maintain_here(|conn| Ok(conn.batch_execute(&insert))).unwrap();
        let error = refused.expect_err(table.table).to_string();
        assert!(error.contains("expires_at"), "{}: {error}", table.table);
    }
}

/// Fills every column but the one that matters.
fn insert_without_expiry(db: &Db, table: &str) -> String {
    let mut columns = columns_of(db, table);
    columns.retain(|(name, _)| name != "expires_at");
    let value = |(name, sort): &(String, String)| match (sort.to_lowercase().as_str(), name.as_str()) {
        ("text", "slot") => "'only'",
        ("boolean", _) => "TRUE",
        ("text", _) => "'x'",
        ("blob", _) => "X'00'",
        ("bytea", _) => "'\\x00'",
        _ => "1",
    };
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<&str> = columns.iter().map(value).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_whose_erasure_has_begun_is_not_written_for() {
    let app = TestApp::start().await;
    let (_, tenant) = installed(&app, "jira").await;
    let freeze = format!(
        "UPDATE tenants SET standing = 'erasing', marked_at = 1, due_at = 1, due_policy = 'x', secret = NULL WHERE id = {tenant}"
    );
    app.services.main.maintain_here(|conn| Ok(conn.batch_execute(&freeze)?)).unwrap();
    let operation = &app.services.operation;
    let value = serde_json::value::RawValue::from_string("1".to_owned()).unwrap();
    assert_eq!(operation.put(tenant, "licence", "licence", None, &value).await.unwrap(), Put::Closed);
    assert_eq!(operation.upload(tenant, "key", &value).await.unwrap(), kept::operation::Uploaded::Closed);
    assert_eq!(operation.count_use(tenant, "admin_page").await.unwrap(), kept::operation::Counted::Closed);
    assert_eq!(take(&app, tenant, "1", &updated(1, 1, 1, "One")).await, Ingested::Repeated);
    assert_eq!(seen(&app, tenant).await, NOTHING);
}

async fn call(app: &TestApp, site: &Site, method: &str, path: &str, body: &str) -> Answer {
    let token = site.context_token(site.user(Who::Member).as_deref());
    let request = app.request(method, path).header("authorization", format!("JWT {token}"));
    crate::support::send(request.body(body.to_owned())).await
}

const DRAFT: &str = "/api/v1/operation/draft/page%201%2Fa";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_states_something_reads_it_back_and_takes_it_back() {
    let app = TestApp::start().await;
    let ((site, tenant), (other, _)) = (installed(&app, "jira").await, installed(&app, "other").await);
    assert_eq!(call(&app, &site, "GET", DRAFT, "").await.status, 404);
    let body = r#"{"text": "a draft", "n": 12345678901234567890.10}"#;
    let put = call(&app, &site, "PUT", DRAFT, body).await;
    assert_eq!((put.status, put.body.as_str()), (204, ""));
    let got = call(&app, &site, "GET", DRAFT, "").await;
    let now = app.clock.now();
    let expires_at = app.services.policy.kind_expires_at("draft", now).unwrap();
    let expected = format!(r#"{{"value":{body},"recordedAt":"{now}","expiresAt":"{expires_at}"}}"#);
    assert_eq!((got.status, got.body), (200, expected), "to the last digit");
    let kept = seen(&app, tenant).await;
    assert_eq!((kept.len(), kept[0].subject.as_str(), &kept[0].parent), (1, "page 1/a", &None));
    assert_eq!(call(&app, &other, "GET", DRAFT, "").await.status, 404, "another tenant's");
    for _ in 0..2 {
        assert_eq!(call(&app, &site, "DELETE", DRAFT, "").await.status, 204);
        assert_eq!(call(&app, &site, "GET", DRAFT, "").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_writes_the_kinds_that_are_its_own_and_no_other() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    take(&app, tenant, "1", &updated(1, 1, 1, "One")).await;
    for kind in ["issue_copy", "licence", "twin", "webhook", "no_such_kind", "DRAFT"] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = call(&app, &site, method, &format!("/api/v1/operation/{kind}/issue:1"), "1").await;
            assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"), "{method} {kind}");
        }
    }
    assert_eq!(of_kind(&app, tenant, "issue_copy").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_sends_has_limits() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    let path = |subject: &str| format!("/api/v1/operation/draft/{subject}");
    let largest = format!("\"{}\"", "x".repeat(64 * 1024 - 2));
    assert_eq!(call(&app, &site, "PUT", &path("a"), &largest).await.status, 204);
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    for (subject, body, expected) in [
        ("a".to_owned(), format!("{largest} "), (413, "body_too_large")),
        ("a".to_owned(), String::new(), (400, "invalid_body")),
        ("a".to_owned(), "{".to_owned(), (400, "invalid_body")),
        ("a".to_owned(), deep, (400, "invalid_body")),
        ("é".repeat(129), "1".to_owned(), (400, "invalid_parameter")),
    ] {
        let answer = call(&app, &site, "PUT", &path(&subject), &body).await;
        assert_eq!((answer.status, code(&answer).as_str()), expected);
    }
    assert_eq!(call(&app, &site, "PUT", &path(&"é".repeat(128)), "1").await.status, 204);
    fill(&app, tenant, OWN_MAX - 2).await;
    let answer = call(&app, &site, "PUT", &path("new"), "1").await;
    assert_eq!((answer.status, code(&answer).as_str()), (409, "limit_reached"));
    assert!(answer.body.contains("10000 records"), "{}", answer.body);
    assert_eq!(call(&app, &site, "PUT", &path("a"), "2").await.status, 204, "what is there may change");
    call(&app, &site, "DELETE", &path("a"), "").await;
    assert_eq!(call(&app, &site, "PUT", &path("new"), "1").await.status, 204);
}

/// Fills a tenant up with drafts that nobody can read.
async fn fill(app: &TestApp, tenant: Id, count: i64) {
    let (now, all) = (app.clock.now(), (0..count).collect::<Vec<i64>>());
    let expires_at: Millis = app.services.policy.kind_expires_at("draft", now).unwrap().into();
    for chunk in all.chunks(500) {
        let row = |number: &i64| RecordRow {
            tenant_id: tenant,
            kind: "draft".to_owned(),
            subject_index: number.to_be_bytes().to_vec(),
            slot: "only".to_owned(),
            id: Id::new(now),
            parent_index: None,
            ordered_at: 0,
            recorded_at: now.into(),
            expires_at,
            payload: vec![0; 40],
        };
        let rows: Vec<RecordRow> = chunk.iter().map(row).collect();
        let stored =
            app.services.main.write(move |tx| Ok::<_, DbError>(operation_records::replace_older(tx, &rows)?));
        stored.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_not_returned_though_nobody_has_swept_yet() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    assert_eq!(call(&app, &site, "PUT", DRAFT, "1").await.status, 204);
    let expires_at = app.services.policy.kind_expires_at("draft", app.clock.now()).unwrap();
    app.clock.set(expires_at.minus(Duration::from_millis(1)));
    assert_eq!(call(&app, &site, "GET", DRAFT, "").await.status, 200);
    app.clock.set(expires_at);
    assert_eq!(call(&app, &site, "GET", DRAFT, "").await.status, 404);
    assert_eq!(rows(&app, tenant).await.len(), 1, "it is there still");
    assert_eq!(call(&app, &site, "PUT", DRAFT, "2").await.status, 204, "and makes room");
    assert!(call(&app, &site, "GET", DRAFT, "").await.body.starts_with(r#"{"value":2,"#));
}
