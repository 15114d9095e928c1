//! What is stored: closed lists, opened with the tenant's own export, and looked for in every byte that was written.

use std::collections::BTreeSet;
use std::time::Duration;

use kept::db::{DbError, Id, uploads};
use kept::policy::datamap::Database;
use kept::sandbox::{Event, Site, Who};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::export::{Taken, download, installed, taken};
use crate::support::admin::{call, settings};
use crate::support::scan::Traces;
use crate::support::schema::{columns_of, select};
use crate::support::source::read;
use crate::support::{TestApp, fault};

const NOTHING: [&str; 0] = [];
/// What an installation may leave with us, the shared secret and the Forge installation apart.
const ACCOUNT: [&str; 7] = [
    "key",
    "productType",
    "clientKey",
    "baseUrl",
    "entitlementNumber",
    "serviceEntitlementNumber",
    "oauthClientId",
];

async fn export(app: &TestApp, site: &Site) -> Taken {
    taken(&download(app, site).await)
}

async fn put(app: &TestApp, site: &Site, path: &str, body: Value) {
    let answer = call(app, site, "PUT", path, Some(body)).await;
    assert!((200..300).contains(&answer.status), "{path}: {}", answer.body);
}

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_10_utoolity_05_of_an_installation_the_listed_fields_are_stored_and_no_trace_of_others() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let mut body = site.lifecycle_body(Event::Installed);
    let unlisted = "a-field-that-nobody-listed";
    for name in ["description", "displayUrl", "publicKey", "email", "sen", "ClientKey", "client_key"] {
        body[name] = json!(unlisted);
    }
    body["contacts"] = json!([{"name": unlisted, "email": {"address": unlisted}}]);
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 204);
    site.set_shared_secret(body["sharedSecret"].as_str());

    let taken = export(&app, &site).await;
    let account = taken.contents("installation")[0];
    assert_eq!(members(account), BTreeSet::from(ACCOUNT));
    for (name, value) in account.as_object().unwrap() {
        assert_eq!(value, &body[name], "as it was sent");
    }
    assert!(!taken.text().contains(unlisted), "not even sealed");
    app.access_log.flush();
    assert_eq!(Traces::of([unlisted]).in_everything(&app.databases), NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_03_an_event_leaves_object_ids_and_listed_fields_and_of_people_only_the_entered_contact() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    let event = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
    assert!(event["user"]["accountId"].is_string() && event["issue"]["fields"]["assignee"].is_object());
    assert_eq!(site.webhook("jira:issue_updated", event).await.status, 204);
    put(&app, &site, "/api/v1/settings", settings(json!({"contact": "ada@customer.example"}))).await;

    let taken = export(&app, &site).await;
    let copies = taken.contents("issue_copy");
    let copy = copies.first().expect("the event left a copy");
    assert_eq!(copy["subject"], "issue:10001", "the object's id");
    let listed = ["created", "issuetype", "labels", "priority", "project", "status", "summary", "updated"];
    assert_eq!(members(&copy["value"]), BTreeSet::from(listed), "{copy}");
    let text = taken.text();
    for who in [Who::Admin, Who::Member] {
        let person = who.person().unwrap();
        for known in [person.account_id, person.display_name, person.email] {
            assert!(!text.contains(known), "{known}");
        }
    }
    assert!(text.contains("ada@customer.example"));
}

/// What a server variant of an app is configured with is what a page stores and an administrator enters.
#[tokio::test(flavor = "multi_thread")]
async fn utilitas_04_utilitas_05_utilitas_06_accounts_passwords_and_mailboxes_are_stored_under_aes_256_alone()
{
    let app = TestApp::start().await;
    let ((site, id), (other, other_id)) = (installed(&app, "jira").await, installed(&app, "other").await);
    let (account, password, mailbox) =
        ("sync-service-account", "correct horse battery staple", "room-7@mailbox.example");
    let stored = json!({"account": account, "password": password, "mailbox": mailbox});
    for site in [&site, &other] {
        put(&app, site, &format!("/api/v1/storage/{mailbox}"), stored.clone()).await;
    }
    let entered = settings(json!({"contact": "server-admin@customer.example"}));
    put(&app, &site, "/api/v1/settings", entered).await;

    // Its five items are in two classes of values and in no column of their own.
    let names: BTreeSet<String> = ["uploads", "settings"]
        .iter()
        .flat_map(|table| columns_of(&app.services.main, table).into_iter().map(|(name, _)| name))
        .collect();
    assert_eq!(
        names.iter().map(String::as_str).collect::<Vec<_>>(),
        ["id", "key_index", "sealed", "tenant_id", "updated_at"]
    );
    let taken = export(&app, &site).await;
    assert_eq!(taken.contents("storage")[0], &json!({"key": mailbox, "value": stored}));
    assert_eq!(taken.contents("settings")[0]["contact"], "server-admin@customer.example");

    // Files, logs, a backup: no byte of them in clear.
    if let Some(path) = app.databases.main_url().strip_prefix("sqlite:") {
        std::fs::copy(path, app.databases.dir().join("backup.db")).unwrap();
    }
    let traces = Traces::of([account, password, mailbox, "server-admin@customer.example"]);
    assert_eq!(traces.in_everything(&app.databases), NOTHING);

    // The key is of 256 bits: what wraps it adds its format, its version, a nonce and a tag.
    let length = "SELECT CAST(LENGTH(wrapped) AS TEXT) AS name, '' AS sort FROM data_keys";
    for (wrapped, _) in select(&app.services.keyring, length, length) {
        assert_eq!(wrapped.parse::<usize>().unwrap() - 1 - 1 - 12 - 16, 256 / 8);
    }
    let seal = read("src/vault/seal.rs");
    assert!(seal.contains("&AES_256_GCM") && !seal.contains("AES_128"), "{seal}");

    // A mailbox is found by an index that nobody can compute without the key for it.
    let index = async |tenant: Id| {
        let rows =
            app.services.main.read(move |conn| Ok::<_, DbError>(uploads::page(conn, tenant, Id::NONE, 9)?));
        rows.await.unwrap().remove(0).key_index
    };
    let (mine, theirs) = (index(id).await, index(other_id).await);
    assert!(mine != theirs && mine != Sha256::digest(mailbox).to_vec(), "{mine:?}");
    assert_eq!(call(&app, &site, "GET", &format!("/api/v1/storage/{mailbox}"), None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_02_of_what_names_a_customer_two_mail_addresses_are_stored_and_nothing_else() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    let entered = json!({"contact": "ada@customer.example", "billingCc": "bills@customer.example"});
    let mut more = settings(entered.clone());
    for (name, value) in [("name", "Ada Lovelace"), ("address", "12 St James's Square"), ("phone", "+44 20")]
    {
        more[name] = json!(value);
    }
    call(&app, &site, "PUT", "/api/v1/settings", Some(more)).await;
    put(&app, &site, "/api/v1/settings", settings(entered)).await;
    let taken = export(&app, &site).await;
    let stored = taken.contents("settings")[0];
    assert_eq!(members(stored), BTreeSet::from(["contact", "billingCc", "language"]));
    for unknown in ["Lovelace", "St James", "+44"] {
        assert!(!taken.text().contains(unknown), "{unknown}");
    }
    let columns = columns_of(&app.services.main, "settings");
    let mut names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["id", "sealed", "tenant_id", "updated_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_03_what_is_ordered_is_stored_as_a_number_and_a_licence_and_its_use_as_counts() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    app.advance(Duration::from_secs(86_400));
    app.run_jobs().await;
    for who in [Who::Admin, Who::Member] {
        let token = site.context_token(site.user(who).as_deref());
        assert_eq!(app.post_with("/api/v1/usage/admin_page", &token, "").await.status, 204);
    }
    let taken = export(&app, &site).await;
    assert_eq!(taken.contents("installation")[0]["entitlementNumber"], "E-1AA-2BB-3CC-4DD");
    let licences = taken.contents("licence");
    assert_eq!(licences.len(), 1, "the host's answer is remembered");
    assert_eq!(members(&licences[0]["value"]), BTreeSet::from(["active", "evaluation", "type"]));
    let used: Vec<&Value> = taken.lines.iter().filter(|line| line["class"] == "session").collect();
    assert_eq!(used.len(), 1, "{used:?}");
    assert_eq!((&used[0]["kind"], &used[0]["data"]["uses"]), (&json!("admin_page"), &json!(2)));
    let counted = members(&used[0]["data"]);
    assert_eq!(counted, BTreeSet::from(["day", "expiresAt", "feature", "uses"]), "not by whom");
}

/// Who calls is proven by signatures, so there is no password that could be stored, reversibly or not.
#[tokio::test(flavor = "multi_thread")]
async fn appernetic_24_no_password_is_stored_in_any_form() {
    let app = TestApp::start().await;
    let is_password = |name: &str| {
        let name = name.to_lowercase();
        ["password", "passwd", "passphrase", "pwd"].iter().any(|word| name.contains(word))
    };
    let map = fault::data_map();
    let mut looked_at = 0;
    for (db, database) in [(&app.services.main, Database::Main), (&app.services.keyring, Database::Keyring)] {
        for table in map.tables(database).filter(|table| table.engine.is_none()) {
            for (column, _) in columns_of(db, &table.name) {
                assert!(!is_password(&column), "{}.{column}", table.name);
            }
            for fields in table.fields.values() {
                assert!(!fields.iter().any(|field| is_password(field)), "{}: {fields:?}", table.name);
            }
            looked_at += table.columns.len();
        }
    }
    assert!(looked_at > 100, "{looked_at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn website_12_what_people_enter_is_stored_as_they_entered_it_and_said_to_be_theirs() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    put(&app, &site, "/api/v1/storage/board", json!({"columns": ["To do", "Done"]})).await;
    put(&app, &site, "/api/v1/settings", settings(json!({"contact": "ada@customer.example"}))).await;
    let taken = export(&app, &site).await;
    let entered: BTreeSet<(&str, &str, &str)> = taken
        .lines
        .iter()
        .filter(|line| line["class"] == "uploaded")
        .map(|line| ["class", "kind", "origin"].map(|name| line[name].as_str().unwrap()).into())
        .collect();
    let expected = [("uploaded", "settings", "admin"), ("uploaded", "storage", "admin")];
    assert_eq!(entered, BTreeSet::from(expected));
    assert_eq!(taken.contents("storage")[0]["value"], json!({"columns": ["To do", "Done"]}));
    assert_eq!(taken.contents("settings")[0]["contact"], "ada@customer.example");
}
