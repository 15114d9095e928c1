//! The data map beside what is there: the columns of both databases, the lines of both logs, what goes out. Whatever is
//! in one and not in the other stops a start, or fails here.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;

use diesel::connection::SimpleConnection;
use kept::config::DatabaseUrl;
use kept::db::{Db, DbError, columns};
use kept::policy::datamap::{DataMap, Database, Engine};
use kept::sandbox::{Event, Product, Who};
use serde_json::{Value, json};

use crate::support::marked::{Marked, Markers, live_through};
use crate::support::process::{self, Environment, Serving};
use crate::support::source::sources;
use crate::support::{TestApp, TestDatabases};

async fn differences(db: &Db, database: Database) -> Vec<String> {
    let live = db.read(|conn| Ok::<_, DbError>(columns::live(conn)?)).await.unwrap();
    let engine = match db.url() {
        DatabaseUrl::Sqlite(_) => Engine::Sqlite,
        DatabaseUrl::Postgres(_) => Engine::Postgres,
    };
    DataMap::builtin().unwrap().differences(database, engine, &live)
}

async fn execute(db: &Db, sql: &'static str) {
    db.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(sql)?)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_09_every_column_of_both_databases_has_a_class() {
    let app = TestApp::start().await;
    assert_eq!(differences(&app.services.main, Database::Main).await, [""; 0]);
    assert_eq!(differences(&app.services.keyring, Database::Keyring).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_09_a_column_without_a_class_stops_the_start_with_the_line_to_add() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox);
    let (main, keyring) = (&app.services.main, &app.services.keyring);
    for (db, database, change, undo, said) in [
        (
            main,
            Database::Main,
            "ALTER TABLE tenants ADD COLUMN new_column TEXT",
            "ALTER TABLE tenants DROP COLUMN new_column",
            "policies/datamap.toml: add under [main.tenants]: new_column = \"account\"",
        ),
        (
            keyring,
            Database::Keyring,
            "ALTER TABLE receipts ADD COLUMN seen_by TEXT",
            "ALTER TABLE receipts DROP COLUMN seen_by",
            "policies/datamap.toml: add under [keyring.receipts]: seen_by = \"ledger\"",
        ),
        (
            main,
            Database::Main,
            "CREATE TABLE planted (words TEXT)",
            "DROP TABLE planted",
            "add [tables.main.planted] with class and erasure, and [main.planted] with the class of each column: words",
        ),
        (
            main,
            Database::Main,
            "ALTER TABLE brakes RENAME COLUMN measure TO measured",
            "ALTER TABLE brakes RENAME COLUMN measured TO measure",
            "remove under [main.brakes]: measure, because there is no such column",
        ),
    ] {
        execute(db, change).await;
        let found = differences(db, database).await;
        assert!(found.iter().any(|line| line.contains(said)), "{found:?}");
        // Should it start after all, it must not serve for ever.
        let output = environment.wrap(&app.databases, &["timeout", "20"], &["serve"]).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
        execute(db, undo).await;
        assert_eq!(differences(db, database).await, [""; 0]);
    }
}

/// Sealed to be given away, and in no column.
const NEVER_STORED: [&str; 1] = ["support.preview"];

/// Every label that a value or a blind index is made with stands in the map: what is sealed and not listed there would be
/// in no export.
#[test]
fn every_label_of_a_sealed_value_is_in_the_map() {
    let map = DataMap::builtin().unwrap();
    let listed: BTreeSet<&str> = map.labels().collect();
    let sources = sources();
    let lines = sources.iter().flat_map(|source| source.lines.iter().map(|(_, line)| line.as_str()));
    let used: BTreeSet<&str> =
        lines.filter_map(|line| line.split("Label(\"").nth(1)?.split('"').next()).collect();
    assert!(used.len() >= 6, "{used:?}");
    let unlisted: Vec<_> = used.difference(&listed).filter(|label| !NEVER_STORED.contains(label)).collect();
    assert!(unlisted.is_empty(), "policies/datamap.toml: no column is sealed = or index = {unlisted:?}");
}

/// Names of all members, nested ones after a dot; what is in a list once for all its items.
fn names(value: &Value, prefix: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                names(value, &format!("{prefix}.{name}"), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, prefix, found)),
        _ => drop(found.insert(prefix.trim_start_matches('.').to_owned())),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_real_log_line_is_in_the_map() {
    let (databases, sandbox, markers) = (TestDatabases::fresh(), process::sandbox().await, Markers::new());
    let environment = Environment::new(&databases, &sandbox).set("KEPT_LOG", "debug");
    environment.json(&databases, &["migrate", "--json"]);
    let serving = Serving::start(environment.command(&databases, &["serve"]));
    sandbox.set_app_url(&serving.url);
    live_through(&mut Marked::new(&sandbox, Product::Jira, &markers)).await;
    serving.stop();
    for (stream, is_whole) in [("access-log", true), ("app-log", false)] {
        let written = fields_of_stream(&databases, stream.trim_end_matches("-log"));
        let map = DataMap::builtin().unwrap().log_fields(stream).unwrap();
        let unmapped: Vec<_> = written.iter().filter(|name| !map.contains_key(*name)).collect();
        assert!(unmapped.is_empty(), "policies/datamap.toml: add under [logs.{stream}]: {unmapped:?}");
        // Not every run writes each field of the application log; a line of the other one is always whole.
        let unwritten: Vec<_> = map.keys().filter(|name| is_whole && !written.contains(*name)).collect();
        assert!(unwritten.is_empty(), "policies/datamap.toml: remove under [logs.{stream}]: {unwritten:?}");
    }
}

/// The files of a stream, whatever their day: `app.log`, `access.2026-11-22.log`.
fn fields_of_stream(databases: &TestDatabases, stream: &str) -> BTreeSet<String> {
    let is_of_stream = |name: &str| name.starts_with(stream) && name.ends_with(".log");
    let files = databases
        .files()
        .into_iter()
        .filter(|path| is_of_stream(&path.file_name().unwrap().to_string_lossy()));
    let text: String = files.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert!(text.lines().count() > 20, "{stream}");
    let mut found = BTreeSet::new();
    text.lines().for_each(|line| names(&serde_json::from_str(line).unwrap(), "", &mut found));
    found
}

/// What the product is asked, byte by byte: the body, the query and our own token hold what the map says and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_to_the_product_holds_what_the_map_says() {
    let product = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", product.local_addr().unwrap());
    let hosts = format!("{origin},http://127.0.0.1");
    let app = TestApp::with(&[("KEPT_HOSTS", &hosts)]).await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let mut body = site.lifecycle_body(Event::Installed);
    body["baseUrl"] = json!(origin);
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    site.set_shared_secret(body["sharedSecret"].as_str());
    let asked = std::thread::spawn(move || answer_once(&product));
    app.get_with("/api/v1/data/summary", &site.context_token(site.user(Who::Admin).as_deref())).await;
    let sent = asked.join().unwrap();
    let map = &DataMap::builtin().unwrap().outgoing()["permission-check"];
    let unmapped: Vec<_> = sent.iter().filter(|name| !map.contains_key(*name)).collect();
    assert!(
        unmapped.is_empty(),
        "policies/datamap.toml: add under [outgoing.permission-check]: {unmapped:?}"
    );
    assert!(sent.contains("token.iss") && sent.contains("accountId"), "{sent:?}");
}

/// Answers one request with a refusal; returns the names of all that was sent.
fn answer_once(listener: &TcpListener) -> BTreeSet<String> {
    let (mut stream, _) = listener.accept().unwrap();
    let mut bytes = vec![0; 16 * 1024];
    let mut length = 0;
    let (head, body) = loop {
        length += stream.read(&mut bytes[length..]).unwrap();
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && serde_json::from_str::<Value>(body).is_ok()
        {
            break (head.to_owned(), body.to_owned());
        }
    };
    stream.write_all(b"HTTP/1.1 403 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    let mut found = BTreeSet::new();
    names(&serde_json::from_str(&body).unwrap(), "", &mut found);
    let token = head.split("JWT ").nth(1).unwrap().split("\r\n").next().unwrap();
    let claims = data_encoding::BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
    names(&serde_json::from_slice(&claims).unwrap(), ".token", &mut found);
    let query = head.split(' ').nth(1).unwrap().split_once('?').map_or("", |(_, query)| query);
    let in_query = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
    found.extend(in_query.map(|name| format!("query.{name}")));
    let known = ["authorization", "accept", "content-type", "content-length", "host"];
    let headers = head.lines().skip(1).filter_map(|line| line.split(':').next()).map(str::to_ascii_lowercase);
    found.extend(headers.filter(|name| !known.contains(&name.as_str())).map(|name| format!("header.{name}")));
    found
}
