//! What is stored is sealed: after a full run with a marker in every field of every payload, no byte that was written
//! anywhere tells one of them; and what no policy lists is not stored at all.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kept::sandbox::{Event, Product};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value};

use crate::support::marked::{Marked, Markers, live_through};
use crate::support::process::{self, Environment, Serving};
use crate::support::scan::Traces;
use crate::support::{TestApp, TestDatabases};

/// The fields that the policy lists, as `tenants show` prints them. The secret is kept apart and never printed.
const LISTED: [&str; 8] = [
    "key",
    "productType",
    "clientKey",
    "baseUrl",
    "entitlementNumber",
    "serviceEntitlementNumber",
    "oauthClientId",
    "installationId",
];
const NOTHING: [&str; 0] = [];

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_05_no_marker_of_any_payload_is_in_any_byte_that_was_written() {
    let (databases, sandbox, markers) = (TestDatabases::fresh(), process::sandbox().await, Markers::new());
    let environment = Environment::new(&databases, &sandbox).set("KEPT_LOG", "debug");
    environment.json(&databases, &["migrate", "--json"]);
    let serving = Serving::start(environment.command(&databases, &["serve"]));
    sandbox.set_app_url(&serving.url);
    let mut sites =
        [Product::Jira, Product::Confluence].map(|product| Marked::new(&sandbox, product, &markers));
    let mut sent = Vec::new();
    for marked in &mut sites {
        sent.push(live_through(marked).await);
    }

    let traces = sites.each_ref().map(|marked| marked.traces(&sandbox));
    if databases.main_url().starts_with("sqlite:") {
        let wal = databases.files().into_iter().find(|path| path.ends_with("kept.db-wal"));
        assert!(wal.is_some_and(|path| path.metadata().unwrap().len() > 0), "the WAL is looked at too");
    }
    for traces in &traces {
        assert_eq!(traces.in_everything(&databases), NOTHING, "while it runs");
    }
    let stopped = serving.stop();
    assert!(stopped.status.success(), "{}", stopped.stderr);
    for traces in &traces {
        assert_eq!(traces.in_everything(&databases), NOTHING, "after it ended");
        assert_eq!(traces.in_bytes(stopped.stderr.as_bytes()), NOTHING);
    }

    // It is all there, for whoever has the keys.
    for (marked, sent) in sites.iter().zip(&sent) {
        let shown = environment.json(&databases, &["tenants", "show", &marked.site.client_key(), "--json"]);
        for field in LISTED {
            assert_eq!(shown["account"][field], sent[field], "{field}");
        }
        let operation = &shown["classes"][1]["kinds"];
        assert_eq!(operation["webhook"], 4);
        for kind in ["issue_copy", "draft"] {
            assert!(operation[kind].as_i64().is_some_and(|records| records > 0), "{kind}: {operation}");
        }
        assert_eq!(shown["state"], "active");
    }
    assert_planted_markers_are_found(&databases, &markers, &traces[0]);
}

/// A search that finds nothing proves something only if it can find.
fn assert_planted_markers_are_found(databases: &TestDatabases, markers: &Markers, traces: &Traces) {
    let planted = databases.dir().join("data/logs/planted.bin");
    std::fs::write(&planted, [b"\xff\x00".as_slice(), markers.next().as_bytes(), b"\x00"].concat()).unwrap();
    let found = traces.in_everything(databases);
    assert!(found.len() == 1 && found[0].contains("planted.bin"), "{found:?}");
    std::fs::remove_file(planted).unwrap();

    let plant = format!(
        "CREATE TABLE planted (bytes {0}, words TEXT); INSERT INTO planted VALUES ({1}, 'x{2}');",
        if databases.main_url().starts_with("sqlite:") { "BLOB" } else { "BYTEA" },
        if databases.main_url().starts_with("sqlite:") {
            format!("CAST('{}' AS BLOB)", markers.next())
        } else {
            format!("convert_to('{}', 'UTF8')", markers.next())
        },
        data_encoding::BASE64.encode(markers.next().as_bytes()),
    );
    execute(databases, &plant);
    let found = traces.in_everything(databases);
    assert!(found.len() >= 2, "as bytes and as base64: {found:?}");
    execute(databases, "DROP TABLE planted");
}

fn execute(databases: &TestDatabases, sql: &str) {
    let url = databases.main_url();
    match url.strip_prefix("sqlite:") {
        Some(path) => SqliteConnection::establish(path).unwrap().batch_execute(sql).unwrap(),
        None => PgConnection::establish(&url).unwrap().batch_execute(sql).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_10_utoolity_05_only_listed_fields_are_stored_whatever_else_is_sent() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox);
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let install = async |extra: Map<String, Value>| {
        let mut body = site.lifecycle_body(Event::Installed);
        let known = body.as_object_mut().unwrap();
        for (name, value) in extra {
            known.entry(name).or_insert(value);
        }
        let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
        assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204, "{body}");
        let shown = environment.json(&app.databases, &["tenants", "show", &site.client_key(), "--json"]);
        (body, shown)
    };
    // Each case runs on this thread, which may wait for the runtime's others.
    let runtime = tokio::runtime::Handle::current();
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&extra_fields(), |extra| {
        let (sent, shown) = tokio::task::block_in_place(|| runtime.block_on(install(extra)));
        let account = shown["account"].as_object().unwrap();
        for (field, value) in account {
            prop_assert!(LISTED.contains(&field.as_str()), "{field} is stored");
            prop_assert_eq!(value, &sent[field]);
        }
        prop_assert!(account.len() >= 6, "the listed ones that were sent are stored");
        Ok(())
    });
    app.run_jobs().await;
    outcome.unwrap();
}

/// Any members, among them names that are almost the listed ones and names of people.
fn extra_fields() -> impl Strategy<Value = Map<String, Value>> {
    let near =
        ["clientkey", "ClientKey", "shared_secret", "base_url", "accountId", "email", "account", "user"];
    let name = prop_oneof!["[a-zA-Z_.-]{1,24}", proptest::sample::select(near.map(str::to_owned).to_vec())];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 16, 4, |inner| {
        let object = btree_map("[a-z]{1,8}", inner.clone(), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    btree_map(name, value, 0..12).prop_map(|fields| fields.into_iter().collect())
}
