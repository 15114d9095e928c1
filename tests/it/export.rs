//! Everything of a tenant, to take along: whole, readable, opened, and nobody else's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::os::unix::fs::PermissionsExt;

use diesel::connection::SimpleConnection;
use futures_util::StreamExt;
use kept::db::{DbError, Id, erase};
use kept::policy::datamap::DataMap;
use kept::sandbox::{Event, Site, Who};
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::support::admin::{call, settings};
use crate::support::planted::plant;
use crate::support::process::Environment;
use crate::support::reports;
use crate::support::{TestApp, code};

const EXPORT: &str = "/api/v1/data/export";

pub async fn installed(app: &TestApp, name: &str) -> (Site, Id) {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    (site, id)
}

/// Downloads an export.
pub async fn download(app: &TestApp, site: &Site) -> Vec<u8> {
    let token = site.context_token(site.user(Who::Admin).as_deref());
    let answer =
        app.request("GET", EXPORT).header("authorization", format!("JWT {token}")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let name = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"data-") && name.ends_with(".zip\""), "{name}");
    assert_eq!(answer.headers().get("content-length"), None, "made while it is sent");
    answer.bytes().await.unwrap().to_vec()
}

/// The files of an export, in their order.
fn files(zip: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let count = archive.len();
    let read = |index| {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    (0..count).map(read).collect()
}

pub struct Taken {
    pub files: BTreeMap<String, String>,
    pub lines: Vec<Value>,
    pub manifest: Value,
}

impl Taken {
    /// What stands in the sealed values of one kind of record.
    pub fn contents(&self, kind: &str) -> Vec<&Value> {
        let of_kind = self.lines.iter().filter(|line| line["kind"] == kind);
        of_kind.map(|line| &line["content"]).collect()
    }

    /// All files after each other.
    pub fn text(&self) -> String {
        self.files.values().map(String::as_str).collect()
    }
}

pub fn taken(zip: &[u8]) -> Taken {
    let files: BTreeMap<String, String> = files(zip).into_iter().collect();
    let of_lines = files.iter().filter(|(name, _)| name.ends_with(".jsonl"));
    let lines =
        of_lines.flat_map(|(_, text)| text.lines().map(|line| serde_json::from_str(line).unwrap())).collect();
    let manifest = serde_json::from_str(&files["manifest.json"]).unwrap();
    Taken { files, lines, manifest }
}

/// Checks a value by the part of JSON Schema that the export's schema uses.
fn assert_fits(schema: &Value, value: &Value) {
    for (word, rule) in schema.as_object().unwrap() {
        match word.as_str() {
            "type" => {
                let names = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                let is = |name: &Value| match name.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "null" => value.is_null(),
                    other => panic!("the schema uses {other}; check it here too"),
                };
                assert!(names.iter().any(is), "{value} is no {rule}");
            }
            "enum" => assert!(rule.as_array().unwrap().contains(value), "{value} is none of {rule}"),
            "required" => {
                for name in rule.as_array().unwrap() {
                    assert!(value.get(name.as_str().unwrap()).is_some(), "{name} is missing in {value}");
                }
            }
            "properties" => {
                for (name, value) in value.as_object().unwrap() {
                    if let Some(rule) = rule.get(name) {
                        assert_fits(rule, value);
                    }
                }
            }
            "additionalProperties" => {
                let known = |name: &String| schema["properties"].get(name).is_some();
                assert!(value.as_object().unwrap().keys().all(known), "{value}");
            }
            "items" => value.as_array().unwrap().iter().for_each(|item| assert_fits(rule, item)),
            "format" => {
                if let Some(text) = value.as_str() {
                    text.parse::<kept::clock::Timestamp>().unwrap();
                }
            }
            "$schema" | "$id" | "title" | "description" => {}
            other => panic!("the schema uses {other}; check it here too"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn website_42_utilitas_27_an_export_is_everything_of_the_tenant_opened_and_nothing_of_another() {
    let app = TestApp::start().await;
    let ((site, id), (_, other)) = (installed(&app, "jira").await, installed(&app, "other").await);
    let (markers, theirs) = (plant(&app, id, "mine", 5).await, plant(&app, other, "theirs", 5).await);
    let taken = taken(&download(&app, &site).await);
    let names: Vec<&str> = taken.files.keys().map(String::as_str).collect();
    let classes =
        ["account.jsonl", "audit.jsonl", "manifest.json", "operation.jsonl", "schema.json", "session.jsonl"];
    assert_eq!(names, [&["README.txt"], &classes[..], &["support.jsonl", "uploaded.jsonl"]].concat());

    let schema: Value = serde_json::from_str(&taken.files["schema.json"]).unwrap();
    taken.lines.iter().for_each(|line| assert_fits(&schema, line));
    let text: String = taken.files.values().map(String::as_str).collect();
    let lost: Vec<_> = markers.iter().filter(|marker| !text.contains(*marker)).collect();
    assert!(markers.len() > 30 && lost.is_empty(), "{lost:?}");
    let strange: Vec<_> = theirs.iter().filter(|marker| text.contains(*marker)).collect();
    assert!(strange.is_empty(), "{strange:?}");

    let account = taken.lines.iter().find(|line| line["kind"] == "installation").unwrap();
    assert_eq!(account["content"]["clientKey"], site.client_key());
    assert_eq!(account["data"]["enabled"], true);
    assert_eq!(account["data"]["installedAt"], app.clock.now().to_string());
    let upload = taken.lines.iter().find(|line| line["kind"] == "storage").unwrap();
    assert_eq!(upload["content"]["value"][0]["text"], "two\nlines", "as it was given to us");
    let day = taken.lines.iter().find(|line| line["class"] == "session").unwrap();
    assert_eq!(day["data"]["day"], "2026-11-22");
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_users_are_listed_and_what_they_wrote_is_not_shown_to_administrators() {
    let app = TestApp::start().await;
    let (site, id) = installed(&app, "jira").await;
    let submitted = reports::submit(&app, id, "ada", reports::report(&app)).await;
    app.run_jobs().await;
    let taken = taken(&download(&app, &site).await);
    let text: String = taken.files.values().map(String::as_str).collect();
    for hidden in ["It broke.", "The issue.", reports::ADDRESS] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    let of = |kind: &str| taken.lines.iter().filter(|line| line["kind"] == kind).collect::<Vec<_>>();
    // The ticket itself, and what will be left of it.
    let tickets: Vec<_> = of("ticket");
    assert!(
        tickets.len() == 2 && tickets.iter().all(|line| line["data"]["number"] == submitted.number),
        "{tickets:?}"
    );
    assert_eq!((of("bundle_item").len(), of("consent").len(), of("confirm").len()), (2, 1, 1));
    let withheld = &of("bundle_item")[0]["withheld"][0];
    assert!(withheld["reason"].as_str().unwrap().contains("where they agreed"), "{withheld}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shared_secret_is_listed_with_the_reason_and_shown_nowhere() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let body = site.lifecycle_body(Event::Installed);
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    let secret = body["sharedSecret"].as_str().unwrap();
    site.set_shared_secret(Some(secret));
    let taken = taken(&download(&app, &site).await);
    assert!(taken.files.values().all(|text| !text.contains(secret)));
    let account = taken.lines.iter().find(|line| line["kind"] == "installation").unwrap();
    let withheld = account["withheld"].as_array().unwrap();
    assert_eq!(withheld.len(), 1, "there is no former secret: {withheld:?}");
    assert_eq!((&withheld[0]["name"], &withheld[0]["fields"][0]), (&"secret".into(), &"sharedSecret".into()));
    assert!(withheld[0]["reason"].as_str().unwrap().contains("can speak for the site"));
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_03_appernetic_05_website_16_website_38_every_line_says_where_it_is_from_what_for_and_who_gets_it()
 {
    let app = TestApp::start().await;
    let (site, id) = installed(&app, "jira").await;
    plant(&app, id, "mine", 2).await;
    let taken = taken(&download(&app, &site).await);
    let policy = app.services.policy.document();
    for line in &taken.lines {
        let class = &policy.classes[&line["class"].as_str().unwrap().parse().unwrap()];
        assert_eq!(line["origin"], serde_json::to_value(class.origin).unwrap());
        assert_eq!(line["purposes"], serde_json::to_value(&class.purposes).unwrap());
        assert_eq!(line["legalBasis"], serde_json::to_value(class.basis).unwrap());
        let gets = |name: &Value| policy.processors.iter().any(|processor| processor.name == *name);
        assert!(
            line["recipients"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(gets)),
            "{line}"
        );
    }
    let of = |line: &Value, member: &str| line[member].as_str().unwrap().to_owned();
    let origins: BTreeSet<(String, String)> =
        taken.lines.iter().map(|line| (of(line, "class"), of(line, "origin"))).collect();
    let expected = [
        ("account", "product"),
        ("audit", "vendor"),
        ("operation", "product"),
        ("session", "use"),
        ("support", "user"),
        ("uploaded", "admin"),
    ];
    let expected = expected.map(|(class, origin)| (class.to_owned(), origin.to_owned()));
    assert_eq!(origins, BTreeSet::from(expected), "nothing is from a partner or a public source");
    // What is licensed comes with the installation, and says so.
    assert_eq!(taken.contents("installation")[0]["entitlementNumber"], "E-1AA-2BB-3CC-4DD");
    let account = &taken.manifest["classes"][0];
    assert_eq!((&account["class"], &account["origin"]), (&"account".into(), &"product".into()));
    assert_eq!(account["purposes"][0]["de"], "Prüfung der Lizenz");
    assert!(
        account["recipients"][0]["country"]["en"].is_string() && account["recipients"][0]["link"].is_string()
    );
    assert_eq!(taken.manifest["policy"]["version"], app.services.policy.version().as_str());
    let readme = &taken.files["README.txt"];
    assert!(readme.contains("YOUR DATA") && readme.contains("IHRE DATEN"));
    assert!(readme.contains(&policy.controller.privacy_email) && !readme.contains('{'), "{readme}");
}

/// What an export shows and what it withholds with a reason are together what an erasure would remove.
#[tokio::test(flavor = "multi_thread")]
async fn utilitas_27_what_an_export_shows_and_withholds_is_what_an_erasure_would_remove() {
    let app = TestApp::start().await;
    let (site, id) = installed(&app, "jira").await;
    plant(&app, id, "mine", 3).await;
    let stored = app.services.main.read(move |conn| {
        let mut counts = BTreeMap::new();
        for table in app_tables() {
            let target = erase::TenantTable { name: &table.name, key: table.owner().unwrap() };
            counts.insert(table.name.as_str(), erase::count(conn, target, id)?);
        }
        Ok::<_, DbError>(counts)
    });
    let stored = stored.await.unwrap();
    assert!(stored.values().all(|count| *count > 0), "a table without rows proves nothing: {stored:?}");
    let taken = taken(&download(&app, &site).await);
    let withheld = taken.manifest["withheld"].as_array().unwrap();
    for entry in withheld {
        assert!(entry["reason"].as_str().is_some_and(|reason| reason.len() > 20), "{entry}");
        if let Some(records) = entry["records"].as_i64() {
            assert_eq!(records, stored[entry["name"].as_str().unwrap()], "{entry}");
        }
    }
    let withheld: i64 = withheld.iter().filter_map(|entry| entry["records"].as_i64()).sum();
    let listed: u64 = taken.manifest["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| class["records"].as_u64().unwrap())
        .sum();
    assert_eq!(listed, taken.lines.len() as u64, "the manifest counts what is there");
    // Whoever takes everything along is told of in the timeline first, and takes that along too.
    assert_eq!(listed as i64 + withheld, stored.values().sum::<i64>() + 1);
    let fields = |table: &str| app_tables().find(|one| one.name == table).unwrap();
    assert_eq!(stored[fields("webhooks").name.as_str()], 3);
}

fn app_tables() -> impl Iterator<Item = &'static kept::policy::datamap::Table> {
    DataMap::builtin().unwrap().tenant_tables()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_for_administrators_of_an_installed_app() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    let token = site.context_token(site.user(Who::Member).as_deref());
    let answer = app.get_with(EXPORT, &token).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"));
    let token = site.context_token(site.user(Who::Admin).as_deref());
    assert_eq!(site.uninstall().await.status, 204);
    let answer = app.get_with(EXPORT, &token).await;
    assert_eq!((answer.status, code(&answer).as_str()), (401, "unauthenticated"));
    app.run_jobs().await;
}

/// Sealed random bytes cannot be compressed, so an archive of them is as large.
async fn plant_large(app: &TestApp, id: Id, count: usize, bytes: usize) {
    let key = app.services.vault.data_key(id).await.unwrap();
    let mut sql = String::new();
    for number in 0..count {
        let mut random = vec![0; bytes / 2];
        aws_lc_rs::rand::fill(&mut random).unwrap();
        let text = format!("\"{}\"", data_encoding::HEXLOWER.encode(&random));
        let record = Id::from_i64(1_000 + number as i64);
        let sealed = key.seal(kept::vault::Label("webhook.payload"), record, text.as_bytes());
        sql.push_str(&format!(
            "INSERT INTO webhooks (tenant_id, identifier_index, id, received_at, expires_at, payload) \
             VALUES ({id}, X'{number:08X}', {record}, 1, {}, X'{}');\n",
            i64::MAX,
            data_encoding::HEXUPPER.encode(&sealed)
        ));
    }
    let sql = if app.databases.main_url().starts_with("sqlite:") { sql } else { sql.replace("X'", "'\\x") };
    app.services.main.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(&sql)?)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_export_comes_in_small_pieces_and_a_reader_who_goes_away_ends_it() {
    let app = TestApp::start().await;
    let (site, id) = installed(&app, "jira").await;
    plant_large(&app, id, 12, 256 * 1024).await;
    // Somebody who goes away after the first piece.
    let mut first = app.services.export.stream(id).await.unwrap();
    first.next().await.unwrap().unwrap();
    drop(first);
    // The tenant's next export waits until that one has ended.
    let mut stream = app.services.export.stream(id).await.unwrap();
    let (mut sizes, mut whole) = (Vec::new(), Vec::new());
    while let Some(piece) = stream.next().await {
        let piece = piece.unwrap();
        sizes.push(piece.len());
        whole.extend(piece);
    }
    assert!(sizes.len() > 20 && sizes.iter().all(|size| *size < 256 * 1024), "{sizes:?}");
    assert_eq!(taken(&whole).manifest["classes"][1]["records"], 12);
    let again = taken(&download(&app, &site).await);
    assert_eq!(again.lines.iter().filter(|line| line["kind"] == "webhook").count(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_the_freeze_overtakes_breaks_off_and_does_not_look_whole() {
    let app = TestApp::start().await;
    let (site, id) = installed(&app, "jira").await;
    plant_large(&app, id, 12, 256 * 1024).await;
    assert_eq!(site.uninstall().await.status, 204);
    app.run_jobs().await;
    let mut stream = app.services.export.stream(id).await.unwrap();
    let mut read = stream.next().await.unwrap().unwrap();
    let freeze = format!("UPDATE tenants SET standing = 'erasing', identity_index = NULL WHERE id = {id}");
    app.services.main.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(&freeze)?)).await.unwrap();
    let failed = loop {
        match stream.next().await.expect("an export that broke off says so") {
            Ok(piece) => read.extend(piece),
            Err(error) => break error,
        }
    };
    assert!(failed.to_string().contains("erasure of the tenant has begun"), "{failed}");
    assert!(ZipArchive::new(Cursor::new(read)).is_err(), "half of an export is no archive");
    let refused = app.services.export.stream(id).await.err().unwrap();
    assert_eq!(refused.code().as_str(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_exports_a_tenant_that_left_until_its_erasure_begins() {
    let app = TestApp::start().await;
    let (site, id) = installed(&app, "jira").await;
    let markers = plant(&app, id, "mine", 2).await;
    assert_eq!(site.uninstall().await.status, 204);
    app.run_jobs().await;
    let environment = Environment::new(&app.databases, &app.sandbox);
    let out = app.databases.dir().join("taken.zip");
    let (name, path) = (site.client_key(), out.display().to_string());
    let told = environment.json(&app.databases, &["tenants", "export", &name, "--out", &path, "--json"]);
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!((&told["id"], &told["bytes"]), (&id.to_string().into(), &bytes.len().into()));
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let taken = taken(&bytes);
    let text: String = taken.files.values().map(String::as_str).collect();
    // A suspicion ends with the departure that it was about.
    let lost: Vec<_> = markers.iter().filter(|marker| !text.contains(*marker)).collect();
    assert_eq!(lost, ["minesuspicions0"]);

    let again = environment.run(&app.databases, &["tenants", "export", &name, "--out", &path]);
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(
        again.status.code() == Some(1) && said.contains("cannot make"),
        "a file is never overwritten: {said}"
    );
    let freeze = format!("UPDATE tenants SET standing = 'erasing' WHERE id = {id}");
    app.services.main.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(&freeze)?)).await.unwrap();
    let other = app.databases.dir().join("late.zip");
    let path = other.display().to_string();
    let late = environment.run(&app.databases, &["tenants", "export", &id.to_string(), "--out", &path]);
    let said = String::from_utf8_lossy(&late.stderr).into_owned();
    assert!(late.status.code() == Some(1) && said.contains("erasure"), "{said}");
    assert!(!other.exists(), "nothing is left behind");
}

/// What a tool would do that brings an export in again: with the calls of the app's own pages.
#[tokio::test(flavor = "multi_thread")]
async fn website_42_what_was_exported_can_be_brought_in_again_and_exports_the_same() {
    let app = TestApp::start().await;
    let ((site, _), (other, _)) = (installed(&app, "jira").await, installed(&app, "other").await);
    let set =
        json!({"contact": "ada@customer.example", "billingCc": "bills@customer.example", "language": "de"});
    let put = async |site: &Site, path: &str, body: Value| {
        let answer = call(&app, site, "PUT", path, Some(body)).await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.body);
    };
    put(&site, "/api/v1/settings", settings(set)).await;
    put(&site, "/api/v1/storage/board", json!({"columns": [1, 2.50, null, "ü\n"]})).await;
    put(&site, "/api/v1/storage/rules", json!([])).await;
    put(&site, "/api/v1/operation/draft/note", json!({"text": "half a sentence"})).await;

    let first = taken(&download(&app, &site).await);
    for content in first.contents("storage") {
        let path = format!("/api/v1/storage/{}", content["key"].as_str().unwrap());
        put(&other, &path, content["value"].clone()).await;
    }
    for content in first.contents("draft") {
        let path = format!("/api/v1/operation/draft/{}", content["subject"].as_str().unwrap());
        put(&other, &path, content["value"].clone()).await;
    }
    put(&other, "/api/v1/settings", settings(first.contents("settings")[0].clone())).await;

    let second = taken(&download(&app, &other).await);
    for (kind, count) in [("storage", 2), ("draft", 1), ("settings", 1)] {
        // The order of an export is that of indexes which differ from tenant to tenant.
        let all = |taken: &Taken| -> BTreeSet<String> {
            taken.contents(kind).into_iter().map(Value::to_string).collect()
        };
        assert_eq!(all(&second), all(&first), "{kind}");
        assert_eq!(all(&first).len(), count, "{kind}");
    }
}
