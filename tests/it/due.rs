//! `kept due`: what is due when, as an operator and a script see it.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use kept::db::due::{self, Window};
use kept::db::{Conn, Schema};
use kept::tenancy::Event;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::place::{code, stdout};
use crate::support::process::Environment;

const DAY: Duration = Duration::from_secs(86_400);

fn command(app: &TestApp) -> Environment {
    Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", &app.clock.now().to_string())
}

/// What is due on the day of this instant.
fn on(view: &Value, at: kept::clock::Timestamp) -> Value {
    let day: String = at.to_string().chars().take(10).collect();
    let days = view["days"].as_array().unwrap();
    days.iter().find(|one| one["day"] == *day).map_or(Value::Null, |one| one["due"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_told_by_the_day() {
    let app = TestApp::start().await;
    let empty = command(&app).json(&app.databases, &["due", "--json"]);
    assert_eq!((&empty["days"], &empty["overdue"]), (&json!([]), &json!({})));
    let (leaver, lapsed, ending) = (app.site("leaver"), app.site("lapsed"), app.site("ending"));
    for site in [&leaver, &lapsed, &ending] {
        site.install().await;
    }
    ending.webhook("jira:issue_updated", json!({"a": 1})).await;
    leaver.uninstall().await;
    let id = async |site| app.tenant(site).await.unwrap().tenant.id;
    let ends_at = app.clock.now().plus(DAY * 100);
    for (site, event) in [(&lapsed, Event::ErasureAsked), (&ending, Event::EndsOn(Some(ends_at)))] {
        app.services.tenancy.happened(id(site).await, event).await.unwrap();
    }
    app.run_jobs().await;
    let view = command(&app).json(&app.databases, &["due", "--within", "200", "--json"]);
    let due_at = app.tenant(&leaver).await.unwrap().tenant.due_at().unwrap();
    let policy = &app.services.policy;
    let asked = app.tenant(&lapsed).await.unwrap().tenant.due_at().unwrap();
    assert_eq!(on(&view, asked)["erasures"], 1, "{view:#}");
    assert_eq!(on(&view, due_at)["erasures"], 1, "{view:#}");
    assert_eq!(on(&view, policy.notice_before_erasure(due_at))["notices"], 1, "{view:#}");
    assert_eq!(on(&view, ends_at)["ends"], 1, "{view:#}");
    assert_eq!(on(&view, policy.notice_before_end(ends_at))["notices"], 1, "{view:#}");
    let expiry = policy.kind_expires_at("webhook", app.clock.now()).unwrap();
    assert_eq!(on(&view, expiry)["operation"], 1, "{view:#}");
    assert_eq!(view["overdue"], json!({}));

    let short = command(&app).json(&app.databases, &["due", "--within", "1", "--json"]);
    assert_eq!(short["days"].as_array().unwrap().len(), 1, "{short:#}");
    assert_eq!(code(&command(&app).run(&app.databases, &["due", "--within", "0"])), 2);

    // An early erasure of one that left comes before its due date, and is counted once.
    app.services.tenancy.happened(id(&leaver).await, Event::ErasureAsked).await.unwrap();
    let view = command(&app).json(&app.databases, &["due", "--within", "200", "--json"]);
    assert_eq!((&on(&view, asked)["erasures"], &on(&view, due_at)["erasures"]), (&json!(2), &Value::Null));

    let late = Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", "2027-01-01T00:00:00Z");
    let view = late.json(&app.databases, &["due", "--json"]);
    assert_eq!(
        (&view["overdue"]["erasures"], &view["overdue"]["operation"]),
        (&json!(2), &json!(1)),
        "{view:#}"
    );
    let table = stdout(&late.run(&app.databases, &["due"]));
    assert!(table.starts_with("due already: 2 erasures"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_and_what_another_policy_dated_is_found_by_indexes() {
    let app = TestApp::start().await;
    let window = Window { now: app.clock.now(), until: app.clock.now().plus(DAY * 30) };
    let mut queries = due::work_queries(window);
    queries.extend(due::expiry_queries(Schema::Main, window));
    for table in ["tenants", "suspicions"] {
        for side in ["<", ">"] {
            queries.push((table, format!("SELECT 1 FROM {table} WHERE due_policy {side} '2-abc' LIMIT 100")));
        }
    }
    for (what, sql) in queries {
        let explained = sql.clone();
        let plan = app.services.main.maintain(move |conn| Ok(explain(conn, &explained))).await.unwrap();
        let scans = |line: &&String| {
            // A look through the rows that an inner query found is none through a table.
            (line.starts_with("SCAN ") && !line.contains("SCAN first")) || line.contains("Seq Scan")
        };
        let bad: Vec<_> = plan.iter().filter(scans).collect();
        assert!(bad.is_empty(), "{what}: {sql}\n{plan:#?}");
    }
}

/// How the database would run it; on PostgreSQL as if tables were too large to be scanned.
fn explain(conn: &mut Conn, sql: &str) -> Vec<String> {
    match conn {
        Conn::Sqlite(conn) => {
            let plan = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load::<SqlitePlan>(conn);
            plan.unwrap().into_iter().map(|step| step.detail).collect()
        }
        Conn::Pg(conn) => {
            conn.batch_execute("SET enable_seqscan = off").unwrap();
            let plan = diesel::sql_query(format!("EXPLAIN {sql}")).load::<PostgresPlan>(conn);
            plan.unwrap().into_iter().map(|step| step.line).collect()
        }
    }
}

#[derive(QueryableByName)]
struct SqlitePlan {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresPlan {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_the_work_comes_first() {
    let app = TestApp::start().await;
    command(&app).run(&app.databases, &["erasures", "pause", "--reason", "a look"]);
    let shown = stdout(&command(&app).run(&app.databases, &["due"]));
    assert!(shown.starts_with("held by paused since "), "{shown}");
    let view = command(&app).json(&app.databases, &["due", "--json"]);
    assert_eq!(view["brakes"][0]["brake"], "paused");
}
