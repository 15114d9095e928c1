//! What has a date goes on that date: not a moment earlier, and with the next sweep after it.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use kept::clock::Timestamp;
use kept::db::expiry::{self, TABLES, delete_sql, oldest_sql, walk_sql};
use kept::db::webhooks::{self, WebhookRow};
use kept::db::{Conn, Db, DbError, Id, Millis, Schema};
use kept::jobs::sweep_expired::{INTERVAL, SweepReport, sweep};
use kept::operation::Put;
use kept::policy::ClassName;
use kept::policy::model::Class;
use serde_json::json;

use crate::support::records::{deleted, link, take, updated};
use crate::support::schema::select;
use crate::support::tenants::install;
use crate::support::{TestApp, TestDatabases};

const MOMENT: Duration = Duration::from_millis(1);

/// What `sql` counts.
fn count(db: &Db, sql: &str) -> usize {
    let of = |number: &str| format!("SELECT CAST(({sql}) AS {number}) AS name, '' AS sort");
    select(db, &of("TEXT"), &of("TEXT"))[0].0.parse().unwrap()
}

/// One record of each kind, with the instant at which it has to go and how to count it.
async fn one_of_each(app: &TestApp, tenant: Id) -> Vec<(String, Timestamp, String)> {
    let (policy, now) = (app.services.policy.clone(), app.clock.now());
    for event in [
        updated(1_000, 1, 1, "One"),
        link("issuelink_created", 1_000, 7, [1, 2], "Blocks"),
        link("issuelink_created", 1_000, 8, [1, 2], "Cloners"),
        deleted(1_000, 9),
    ] {
        take(app, tenant, &event.to_string(), &event).await;
    }
    for kind in ["licence", "draft"] {
        let put = app.services.operation.put(tenant, kind, "subject", None, &json!({"a": 1})).await;
        assert_eq!(put.unwrap(), Put::Stored);
    }
    let class = |name| -> &Class { policy.class(name).unwrap() };
    let days = |class: &Class, kind: &str| {
        Duration::from_secs(u64::from(class.kinds[kind].retention.days.unwrap()) * 86_400)
    };
    let operation = class(ClassName::Operation);
    let mut all: Vec<(String, Timestamp, String)> = operation
        .kinds
        .keys()
        .filter(|kind| *kind != "webhook")
        .map(|kind| {
            let sql = format!("SELECT COUNT(*) FROM operation_records WHERE kind = '{kind}'");
            (kind.clone(), now.plus(days(operation, kind)), sql)
        })
        .collect();
    let session = class(ClassName::Session);
    let day_began = Timestamp::from_seconds(now.as_seconds() / 86_400 * 86_400);
    for feature in session.kinds.keys() {
        app.services.operation.count_use(tenant, feature).await.unwrap();
        let sql = format!("SELECT COUNT(*) FROM usage_counters WHERE feature = '{feature}'");
        all.push((feature.clone(), day_began.plus(days(session, feature)), sql));
    }
    let webhook = now.plus(days(operation, "webhook"));
    all.push(("webhook".to_owned(), webhook, "SELECT COUNT(*) FROM webhooks".to_owned()));
    let tombstone = policy.tombstone_until(now);
    all.push(("tombstone".to_owned(), tombstone, "SELECT COUNT(*) FROM tombstones".to_owned()));
    all.sort_by_key(|(_, expires_at, _)| *expires_at);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_13_each_kind_is_there_until_its_last_moment_and_gone_with_the_next_sweep() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    let all = one_of_each(&app, tenant).await;
    assert!(all.len() >= 10, "{all:?}");
    let main = &app.services.main;
    for (kind, expires_at, sql) in &all {
        app.clock.set(expires_at.minus(MOMENT));
        app.run_jobs().await;
        assert!(count(main, sql) > 0, "{kind} is there until {expires_at}");
        app.clock.set(expires_at.plus(INTERVAL));
        app.run_jobs().await;
        assert_eq!(count(main, sql), 0, "{kind} is gone after {expires_at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_with_an_expiry_is_swept_and_has_an_index_on_it() {
    let app = TestApp::start().await;
    let services = &app.services;
    for (db, schema) in [(&services.main, Schema::Main), (&services.keyring, Schema::Keyring)] {
        let names = |rows: Vec<(String, String)>| -> BTreeSet<String> {
            rows.into_iter().map(|(name, _)| name).collect()
        };
        let live = names(select(
            db,
            "SELECT tables.name AS name, '' AS sort FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns \
             WHERE tables.type = 'table' AND columns.name = 'expires_at'",
            "SELECT table_name::text AS name, '' AS sort FROM information_schema.columns \
             WHERE table_schema = current_schema() AND column_name = 'expires_at'",
        ));
        let listed: BTreeSet<String> = expiry::tables(schema).map(|table| table.table.to_owned()).collect();
        assert_eq!(live, listed, "db/expiry.rs lists every table with a column expires_at, and no other");
        let indexes = names(select(
            db,
            "SELECT name AS name, '' AS sort FROM sqlite_master WHERE type = 'index'",
            "SELECT indexname::text AS name, '' AS sort FROM pg_indexes WHERE schemaname = current_schema()",
        ));
        assert!(listed.iter().all(|table| indexes.contains(&format!("{table}_by_expiry"))), "{indexes:?}");
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
    detail: String,
}

/// How the engine would run `sql`, line by line.
fn plan(conn: &mut Conn, sql: &str) -> Vec<String> {
    let address = if matches!(conn, Conn::Pg(_)) { "'(0,0)'" } else { "7" };
    let sql = sql
        .replace("$2::tid", &format!("{address}::tid"))
        .replace("CAST($2 AS", &format!("CAST({address} AS"));
    let sql = ["$1", "$2", "$3"].iter().fold(sql, |sql, name| sql.replace(name, "500"));
    match conn {
        Conn::Sqlite(conn) => {
            let plan: Vec<SqlitePlan> =
                diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).unwrap();
            plan.into_iter().map(|line| line.detail).collect()
        }
        Conn::Pg(conn) => {
            let plan: Vec<PostgresPlan> = diesel::sql_query(format!("EXPLAIN {sql}")).load(conn).unwrap();
            plan.into_iter().map(|line| line.detail).collect()
        }
    }
}

/// Does this line of a plan read a whole table, or sort one?
fn is_scan(line: &str) -> bool {
    let line = line.trim();
    line.contains("Seq Scan")
        || line.contains("TEMP B-TREE")
        || line.starts_with("SCAN ") && line != "SCAN CONSTANT ROW"
}

/// Refuses a plan that reads a whole table, or sorts one.
fn assert_by_index(conn: &mut Conn, sql: &str, tables: &[&str]) {
    let plan = plan(conn, sql);
    assert!(!plan.iter().any(|line| is_scan(line)), "{sql}\n{}", plan.join("\n"));
    for table in tables {
        assert!(
            plan.iter().any(|line| line.contains(&format!("{table}_by_expiry"))),
            "{sql}\n{}",
            plan.join("\n")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_of_a_sweep_reads_a_whole_table() {
    let app = TestApp::start().await;
    let services = &app.services;
    for (db, schema) in [(&services.main, Schema::Main), (&services.keyring, Schema::Keyring)] {
        let looked = db.maintain_here(|conn| {
            if let Conn::Pg(conn) = conn {
                // The tables are empty, and an empty one is read as a whole by any sensible planner.
                conn.batch_execute("SET enable_seqscan = off")?;
            }
            let all: Vec<&str> = expiry::tables(schema).map(|table| table.table).collect();
            assert_by_index(conn, &oldest_sql(schema), &all);
            for table in expiry::tables(schema) {
                assert_by_index(conn, &delete_sql(conn, table), &[table.table]);
                if let Some(sql) = walk_sql(conn, table) {
                    assert_by_index(conn, &sql, &[table.table]);
                }
            }
            Ok(())
        });
        looked.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_many_rows_the_index_is_what_the_planner_chooses_by_itself() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    expire_at(&app, tenant, (0..6_000).map(|at| Timestamp::from_millis(1_000 + at))).await;
    let looked = app.services.main.maintain_here(|conn| {
        conn.batch_execute("ANALYZE webhooks")?;
        let table = &TABLES[0];
        assert_eq!(table.table, "webhooks");
        let walk = walk_sql(conn, table).unwrap().replace("> ($1", "> (6900");
        let (delete, oldest) = (delete_sql(conn, table), "SELECT MIN(expires_at) FROM webhooks");
        for sql in [delete.as_str(), &walk, oldest] {
            let plan = plan(conn, sql);
            let shown = plan.join("\n");
            assert!(shown.contains("webhooks_by_expiry"), "{sql}\n{shown}");
            // The one tenant may well be read as a whole: once the server has counted them, that is the shorter way.
            let is_long = |line: &String| is_scan(line) && !line.contains("tenants");
            assert!(!plan.iter().any(is_long), "{sql}\n{shown}");
        }
        Ok(())
    });
    looked.unwrap();
}

/// Stores an event for each of these dates.
async fn expire_at(app: &TestApp, tenant: Id, dates: impl Iterator<Item = Timestamp>) {
    let (now, dates) = (app.clock.now(), dates.collect::<Vec<_>>());
    for chunk in dates.chunks(500) {
        let row = |expires_at: &Timestamp| {
            let id = Id::new(now);
            let (identifier_index, expires_at) =
                (id.as_i64().to_be_bytes().to_vec(), Millis::from(*expires_at));
            WebhookRow {
                tenant_id: tenant,
                identifier_index,
                id,
                received_at: now.into(),
                expires_at,
                payload: vec![0; 40],
                parent_index: None,
            }
        };
        let rows: Vec<WebhookRow> = chunk.iter().map(row).collect();
        let stored = app.services.main.write(move |tx| {
            rows.iter().try_for_each(|row| webhooks::insert(tx, row).map(drop))?;
            Ok::<_, DbError>(())
        });
        stored.await.unwrap();
    }
}

async fn swept(app: &TestApp) -> SweepReport {
    sweep(&app.services.main, &app.services.vault, &app.services.policy, app.clock.now()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_bounded_and_takes_the_oldest_and_a_sweep_says_how_late_it_was() {
    let app = TestApp::start().await;
    let (tenant, now) = (install(&app, 1).await, app.clock.now());
    // The newest are stored first.
    expire_at(&app, tenant, (0..1_203).map(|minutes| now.minus(Duration::from_secs(60 * minutes)))).await;
    expire_at(&app, tenant, [now.plus(MOMENT)].into_iter()).await;
    let main = &app.services.main;
    let one = main.write(move |tx| Ok::<_, DbError>(expiry::delete_due(tx, &TABLES[0], now)?)).await.unwrap();
    assert_eq!(one, 500);
    let oldest = now.minus(Duration::from_secs(60 * 702));
    assert_eq!(
        count(main, "SELECT MIN(expires_at) FROM webhooks"),
        usize::try_from(oldest.as_millis()).unwrap()
    );
    let report = swept(&app).await;
    let webhooks = report.tables["webhooks"];
    assert_eq!((webhooks.rows, webhooks.overdue, report.is_done), (703, Duration::from_secs(60 * 702), true));
    assert_eq!(count(main, "SELECT COUNT(*) FROM webhooks"), 1, "what is due a moment later stays");
    assert!(swept(&app).await.tables.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_is_swept_too() {
    let app = TestApp::start().await;
    let (now, keyring) = (app.clock.now(), &app.services.keyring);
    for (number, expires_at) in [(1, now), (2, now.plus(MOMENT))] {
        let receipt =
            format!("INSERT INTO receipts VALUES ({number}, 0, 1, {}, '{{}}')", expires_at.as_millis());
        keyring.maintain_here(|conn| Ok(conn.batch_execute(&receipt)?)).unwrap();
    }
    assert_eq!(swept(&app).await.tables["receipts"].rows, 1);
    assert_eq!(count(keyring, "SELECT COUNT(*) FROM receipts"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_due_nothing_is_written() {
    let app = TestApp::on(TestDatabases::sqlite(), &[]).await;
    let (tenant, now) = (install(&app, 1).await, app.clock.now());
    expire_at(&app, tenant, [now.plus(MOMENT)].into_iter()).await;
    let path = app.databases.main_url().replace("sqlite:", "");
    let mut watching = SqliteConnection::establish(&path).unwrap();
    let mut version = || {
        let version =
            diesel::sql_query("SELECT CAST(data_version AS TEXT) AS detail FROM pragma_data_version");
        version.get_result::<SqlitePlan>(&mut watching).unwrap().detail
    };
    let before = version();
    assert!(swept(&app).await.tables.is_empty());
    assert_eq!(version(), before);
    app.advance(MOMENT);
    assert_eq!(swept(&app).await.tables["webhooks"].rows, 1);
    assert_ne!(version(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_does_not_end_has_deleted_nothing_and_the_next_sweep_takes_it() {
    let app = TestApp::start().await;
    let (tenant, now) = (install(&app, 1).await, app.clock.now());
    expire_at(&app, tenant, (0..30).map(|_| now)).await;
    let main = &app.services.main;
    let failed = main.write(move |tx| {
        assert_eq!(expiry::delete_due(tx, &TABLES[0], now)?, 30);
        Err::<(), _>(DbError::Busy)
    });
    failed.await.unwrap_err();
    assert_eq!(count(main, "SELECT COUNT(*) FROM webhooks"), 30);
    assert_eq!(swept(&app).await.tables["webhooks"].rows, 30);
}

/// Starts again on the same databases under another policy, and lets what comes with a start be done.
async fn under_policy(mut app: TestApp, changes: &[(&str, &str)]) -> TestApp {
    let text = include_str!("../../policies/default.toml").to_owned();
    let text = changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let (databases, clock) = (std::mem::take(&mut app.databases), app.clock.clone());
    drop(app);
    let path = databases.dir().join("other.toml");
    std::fs::write(&path, text).unwrap();
    let app = TestApp::at(databases, clock, &[("KEPT_POLICY", &path.display().to_string())]).await;
    app.advance(Duration::from_secs(60));
    app.run_jobs().await;
    app
}

fn expiries(app: &TestApp) -> Vec<(String, String)> {
    let sql = "SELECT kind AS name, CAST(MAX(expires_at) AS TEXT) AS sort FROM operation_records GROUP BY kind \
               UNION ALL SELECT feature, CAST(expires_at AS TEXT) FROM usage_counters \
               UNION ALL SELECT 'tombstone', CAST(expires_at AS TEXT) FROM tombstones \
               UNION ALL SELECT 'webhook', CAST(MAX(expires_at) AS TEXT) FROM webhooks ORDER BY name";
    select(&app.services.main, sql, sql)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_later_policy_gives_a_shorter_time_the_shorter_one_holds_and_a_longer_one_changes_nothing() {
    let app = TestApp::start().await;
    let (tenant, now) = (install(&app, 1).await, app.clock.now());
    one_of_each(&app, tenant).await;
    // More than a batch, and all of them with one date.
    expire_at(&app, tenant, (0..1_100).map(|_| now.plus(Duration::from_secs(9 * 86_400)))).await;
    let before = expiries(&app);
    let app = under_policy(app, &[("retention = { days = 30,", "retention = { days = 31,")]).await;
    assert_eq!(expiries(&app), before, "a longer time is for what comes");

    let shorter = [
        ("retention = { days = 14,", "retention = { days = 6,"),
        ("retention = { days = 30,", "retention = { days = 3,"),
        ("retention = { days = 92,", "retention = { days = 2,"),
        ("tombstone_hours = 24", "tombstone_hours = 1"),
    ];
    let app = under_policy(app, &shorter).await;
    let day_began = now.as_millis() / 86_400_000 * 86_400_000;
    let hours = |from: i64, hours: i64| (from + hours * 3_600_000).to_string();
    let expected: Vec<(String, String)> = before
        .into_iter()
        .map(|(kind, expires_at)| {
            let expires_at = match kind.as_str() {
                "webhook" => hours(now.as_millis(), 6 * 24),
                "issue_copy" => hours(now.as_millis(), 3 * 24),
                "admin_page" => hours(day_began, 2 * 24),
                "tombstone" => hours(now.as_millis(), 1),
                _ => expires_at,
            };
            (kind, expires_at)
        })
        .collect();
    assert_eq!(expiries(&app), expected);
    let late = format!("SELECT COUNT(*) FROM webhooks WHERE expires_at > {}", hours(now.as_millis(), 6 * 24));
    assert_eq!(count(&app.services.main, &late), 0, "all of them, not the first batch alone");
}

/// Going through all that is stored costs as much as is stored.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_adopted_until_its_roll_out_is_over_and_again_when_another_one_was_in_force() {
    let app = TestApp::start().await;
    let (tenant, now) = (install(&app, 1).await, app.clock.now());
    let late = now.plus(Duration::from_secs(400 * 86_400));
    let is_late = format!("SELECT COUNT(*) FROM webhooks WHERE expires_at = {}", late.as_millis());
    // A process of another policy writes a date that this one does not give.
    expire_at(&app, tenant, std::iter::once(late)).await;
    app.live(1).await;
    assert_eq!(count(&app.services.main, &is_late), 0, "it may still be running");
    app.live(2).await;
    expire_at(&app, tenant, std::iter::once(late)).await;
    app.live(2).await;
    assert_eq!(count(&app.services.main, &is_late), 1, "nobody looks any more");
    let app = under_policy(app, &[("retention = { days = 30,", "retention = { days = 31,")]).await;
    assert_eq!(count(&app.services.main, &is_late), 0, "another policy looks at all of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_14_a_kind_that_the_policy_names_no_more_goes_at_once_and_nothing_of_it_is_stored() {
    let app = TestApp::start().await;
    let tenant = install(&app, 1).await;
    one_of_each(&app, tenant).await;
    let changes = [
        ("[classes.operation.kinds.draft]", "[classes.operation.kinds.sketch]"),
        ("[classes.session.kinds.export]", "[classes.session.kinds.import]"),
    ];
    let app = under_policy(app, &changes).await;
    app.advance(INTERVAL);
    app.run_jobs().await;
    let left: Vec<String> = expiries(&app).into_iter().map(|(kind, _)| kind).collect();
    assert!(left.contains(&"licence".to_owned()) && left.contains(&"admin_page".to_owned()), "{left:?}");
    assert!(!left.contains(&"draft".to_owned()) && !left.contains(&"export".to_owned()), "{left:?}");
    let operation = &app.services.operation;
    assert_eq!(operation.put(tenant, "draft", "subject", None, &json!(1)).await.unwrap(), Put::Unnamed);
    assert_eq!(expiries(&app).len(), left.len());
    // A class that is there for no purpose is no policy at all.
    let without = include_str!("../../policies/default.toml").replace("[\"improvement\"]", "[]");
    let refused = kept::policy::Policy::parse(&without, "p.toml").unwrap_err().to_string();
    assert!(refused.contains("has no purpose, and nothing may be kept without one"), "{refused}");
}
