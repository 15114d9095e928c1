//! The erasure of a tenant, from the day it is due to its receipt in the ledger.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::db::{DbError, Id, erasures, ledger, tenants};
use kept::erasure::receipt::tenant_hash;
use kept::erasure::{self, SignedReceipt};
use kept::sandbox::Site;
use kept::tenancy::settings::WantedSettings;
use serde_json::Value;

use crate::support::databases::postgres_server;
use crate::support::notices::{ParseAddress, contact};
use crate::support::schema::select;
use crate::support::{TestApp, send};

const DAY: Duration = Duration::from_secs(86_400);

/// A site with data that has left; the clock stands where it left.
async fn left(app: &TestApp) -> (Site, Id) {
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    assert_eq!(
        site.webhook("jira:issue_updated", site.issue_body("jira:issue_updated", "DEMO-1").unwrap())
            .await
            .status,
        204
    );
    let id = app.tenant(&site).await.unwrap().tenant.id;
    assert_eq!(site.uninstall().await.status, 204);
    app.run_jobs().await;
    (site, id)
}

async fn receipts(app: &TestApp, tenant: Id) -> Vec<String> {
    let found = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
    found.await.unwrap().into_iter().map(|row| row.document).collect()
}

async fn rows_left(app: &TestApp, tenant: Id) -> Vec<String> {
    let tables = app.services.eraser.tables().to_vec();
    let left = app.services.main.read(move |conn| {
        let mut left = Vec::new();
        for table in tables {
            let target = kept::db::erase::TenantTable { name: &table.name, key: table.key };
            if kept::db::erase::count(conn, target, tenant)? > 0 {
                left.push(table.name);
            }
        }
        Ok::<_, DbError>(left)
    });
    left.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_29_data_goes_when_it_is_due_and_not_before_and_a_receipt_proves_it() {
    let app = TestApp::start().await;
    let due_at = app.due_after_leaving();
    let (site, id) = left(&app).await;
    app.live_until(due_at.minus(Duration::from_secs(60))).await;
    assert_eq!(app.state(&site).await, "marked", "nothing goes early");
    assert!(rows_left(&app, id).await.contains(&"tenants".to_owned()));

    app.live_until(due_at).await;
    assert_eq!(app.state(&site).await, "nothing");
    assert_eq!(rows_left(&app, id).await, Vec::<String>::new());
    let texts = receipts(&app, id).await;
    assert_eq!(texts.len(), 1);
    let keys = send(app.request("GET", "/.well-known/kept-keys.json")).await;
    let keys = serde_json::from_str(&keys.body).unwrap();
    let receipt = SignedReceipt::verify(&texts[0], &keys).unwrap().receipt;
    assert_eq!((receipt.tenant_hash.as_str(), receipt.reason.as_str()), (tenant_hash(id).as_str(), "left"));
    assert_eq!((receipt.due_at, receipt.frozen_at), (due_at, due_at));
    let count = |class: &str| receipt.classes.iter().find(|count| count.class == class).unwrap();
    assert!(count("account").records_before >= 1, "{receipt:?}");
    assert!(receipt.classes.iter().all(|count| count.records_after == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_30_a_re_install_on_the_last_day_keeps_the_data_and_one_after_the_end_starts_empty() {
    let app = TestApp::start().await;
    let due_at = app.due_after_leaving();
    let (site, id) = left(&app).await;
    app.live_until(due_at.minus(Duration::from_secs(60))).await;
    assert_eq!(site.install().await.status, 204);
    assert_eq!(app.tenant(&site).await.unwrap().tenant.id, id);
    app.live_until(due_at.plus(DAY)).await;
    assert_eq!(app.state(&site).await, "active", "IDALKO-30: the work of a former generation does nothing");

    let due_at = app.due_after_leaving();
    assert_eq!(site.uninstall().await.status, 204);
    app.live_until(due_at).await;
    assert_eq!(app.state(&site).await, "nothing");
    assert_eq!(site.install().await.status, 204);
    let again = app.tenant(&site).await.unwrap().tenant;
    assert!(again.id != id && again.generation == 1);
    assert_eq!(receipts(&app, id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_the_freeze_is_not_stored_and_the_key_is_gone_with_the_second_step() {
    let app = TestApp::start().await;
    let due_at = app.due_after_leaving();
    let (_, id) = left(&app).await;
    app.live_until(due_at.minus(Duration::from_secs(1))).await;
    app.clock.set(due_at);
    let eraser = &app.services.eraser;
    assert_eq!(eraser.advance(id, 1).await.unwrap(), erasure::Progress::Next);
    let event = kept::operation::Ingest::parse(b"{}").unwrap();
    let identifier = kept::operation::Identifier::Given("late");
    let arrived = kept::operation::Arrived { identifier, name: None, event: &event };
    let late = app.services.ingest.store(id, &arrived).await.unwrap();
    assert_eq!(late, kept::operation::Ingested::Repeated, "the fence holds");
    eraser.advance(id, 1).await.unwrap();
    assert!(app.services.vault.data_key(id).await.is_ok());
    eraser.advance(id, 1).await.unwrap();
    assert!(matches!(app.services.vault.data_key(id).await, Err(kept::vault::VaultError::Shredded)));
    app.run_jobs().await;
    assert_eq!(rows_left(&app, id).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_can_be_done_twice_and_by_two_workers_at_once() {
    let app = TestApp::start().await;
    let due_at = app.due_after_leaving();
    let (_, id) = left(&app).await;
    app.live_until(due_at.minus(Duration::from_secs(1))).await;
    app.clock.set(due_at);
    for _ in 0..4 {
        let eraser = &app.services.eraser;
        let both = futures_util::future::join(eraser.advance(id, 1), eraser.advance(id, 1)).await;
        assert!(both.0.is_ok() || both.1.is_ok(), "{both:?}");
    }
    let both = futures_util::future::join(app.services.eraser.finish(), app.services.eraser.finish()).await;
    assert!(both.0.is_ok() || both.1.is_ok(), "{both:?}");
    app.run_jobs().await;
    assert_eq!(receipts(&app, id).await.len(), 1);
    let entries =
        app.services.keyring.read(|conn| Ok::<_, DbError>(ledger::page(conn, 0, 10)?)).await.unwrap();
    assert_eq!((entries.len(), erasure::check_ledger(&entries)), (1, Ok(())));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_changed_byte_of_a_receipt_is_noticed_and_it_names_nobody() {
    let app = TestApp::start().await;
    let entered = WantedSettings {
        billing_cc: Some("bills@customer.example".parse_address()),
        ..contact("ada@customer.example")
    };
    let (site, id) = app.site_with(entered).await;
    let event = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
    let summary = event["issue"]["fields"]["summary"].as_str().unwrap().to_owned();
    assert_eq!(site.webhook("jira:issue_updated", event).await.status, 204);
    let value = serde_json::value::RawValue::from_string("\"a favourite colour\"".to_owned()).unwrap();
    app.services.operation.upload(id, "favourites", &value).await.unwrap();
    let due_at = app.due_after_leaving();
    assert_eq!(site.uninstall().await.status, 204);
    app.live_until(due_at).await;
    let text = receipts(&app, id).await.remove(0);
    let keys = app.services.vault.public_keys();
    assert!(SignedReceipt::verify(&text, &keys).is_ok());
    for position in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[position] ^= 1;
        let changed = String::from_utf8(bytes).unwrap();
        assert!(SignedReceipt::verify(&changed, &keys).is_err(), "byte {position}: {changed}");
    }
    for longer in [format!("{text} "), text.replacen('{', "{ ", 1), text.trim_end().to_owned()] {
        assert!(SignedReceipt::verify(&longer, &keys).is_err());
    }
    let known = [site.client_key(), site.base_url(), id.to_string(), summary];
    let entered = ["ada@", "customer.example", "favourite", "DEMO-1", "10001", "E-1AA"].map(str::to_owned);
    let personal = crate::support::scan::Traces::of(known.into_iter().chain(entered));
    assert_eq!(personal.in_bytes(text.as_bytes()), Vec::<String>::new());
    assert!(!text.contains('@') && !text.contains("http"), "no address of any kind: {text}");
    let words: Value = serde_json::from_str(&text).unwrap();
    assert!(words["receipt"]["pendingProcessors"].is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_left_stop_the_erasure_before_its_receipt_and_no_other() {
    let app = TestApp::start().await;
    let due_at = app.due_after_leaving();
    let (_, id) = left(&app).await;
    let other = app.site("confluence");
    assert_eq!(other.install().await.status, 204);
    let other_id = app.tenant(&other).await.unwrap().tenant.id;
    assert_eq!(other.uninstall().await.status, 204);
    app.live_until(due_at.minus(Duration::from_secs(1))).await;
    app.clock.set(due_at);
    for id in [id, other_id] {
        while app.services.eraser.advance(id, 1).await.unwrap() != erasure::Progress::Deleted {}
    }
    let planted = app.services.main.write(move |tx| {
        let row = kept::db::tenants::SuspicionRow {
            tenant_id: id,
            reason: "asked".to_owned(),
            since: due_at.into(),
            due_at: due_at.into(),
            due_policy: String::new(),
        };
        Ok::<_, DbError>(tenants::replace_suspicions(tx, id, &[row])?)
    });
    planted.await.unwrap();
    let stopped = app.services.eraser.finish().await.unwrap_err();
    assert!(stopped.to_string().contains("suspicions"), "{stopped}");
    assert_eq!((receipts(&app, id).await.len(), receipts(&app, other_id).await.len()), (0, 1));
    let removed =
        app.services.main.write(move |tx| Ok::<_, DbError>(tenants::replace_suspicions(tx, id, &[])?));
    removed.await.unwrap();
    app.run_jobs().await;
    assert_eq!(receipts(&app, id).await.len(), 1);
    let left = app.services.main.read(move |conn| Ok::<_, DbError>(erasures::of_tenant(conn, id)?));
    assert_eq!(left.await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_an_erasure_frees_go_back_to_the_file_system() {
    let app = TestApp::start().await;
    let due_at = app.due_after_leaving();
    let (_, id) = left(&app).await;
    // More than one round gives back.
    let filler = "CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) \
                  SELECT zeroblob(4000) AS page FROM n; DROP TABLE filler;";
    let free = || {
        let sql = "SELECT CAST(freelist_count AS TEXT) AS name, '' AS sort FROM pragma_freelist_count";
        select(&app.services.main, sql, "SELECT '0' AS name, '' AS sort")[0].0.parse::<u32>().unwrap()
    };
    if postgres_server().is_none() {
        app.services.main.maintain_here(|conn| Ok(conn.batch_execute(filler)?)).unwrap();
        assert!(free() > 2_000);
    }
    app.live_until(due_at).await;
    assert_eq!((receipts(&app, id).await.len(), free()), (1, 0));
}
