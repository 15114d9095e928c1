//! The proof of erasure itself: that it holds on the engine of the run, and that each fault it is there for turns it red.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kept::prove_erasure::{self, Options, Proof, Report};

use crate::support::place::{Place, code, stderr, stdout};
use crate::support::{TestDatabases, start};

const TENANTS: usize = 60;

fn options(databases: &TestDatabases) -> Options {
    let urls = [databases.main_url(), databases.keyring_url()];
    let folder = databases.dir().join("proof");
    std::fs::create_dir(&folder).unwrap();
    Options {
        tenants: TENANTS,
        seed: 1,
        policy: concat!(env!("CARGO_MANIFEST_DIR"), "/policies/default.toml").into(),
        folder,
        databases: urls[0].starts_with("postgres").then_some(urls),
        began: start(),
    }
}

/// Proves it on databases into which something was planted before anybody came.
async fn prove(databases: &TestDatabases, plant: impl FnOnce(&Proof, &Path)) -> Report {
    let options = options(databases);
    let settings = prove_erasure::settings(&options).unwrap();
    let proof = Proof::open(&options, settings).await.unwrap();
    plant(&proof, &options.folder.join("data"));
    proof.run(&|_| {}).await.unwrap()
}

fn execute(folder: &Path, database: &str, sql: &str) {
    let mut conn = SqliteConnection::establish(&folder.join(database).display().to_string()).unwrap();
    conn.batch_execute(&format!("PRAGMA busy_timeout = 5000; {sql}")).unwrap();
}

/// Faults are planted as triggers of SQLite, whatever engine the run tests.
async fn prove_with(database: &str, sql: impl Fn(&str) -> String) -> Vec<String> {
    let databases = TestDatabases::sqlite();
    let report = prove(&databases, |proof, data| execute(data, database, &sql(proof.tag()))).await;
    report.faults
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_is_found_before_and_reported_after_and_nothing_is_ever_in_clear() {
    let databases = TestDatabases::fresh();
    let report = prove(&databases, |_, _| {}).await;
    assert_eq!(report.faults, Vec::<String>::new());
    let is_sqlite = databases.main_url().starts_with("sqlite:");
    assert_eq!(report.engine, if is_sqlite { "sqlite" } else { "postgres" });

    let before = |value: &str| {
        report.traces.iter().filter(|trace| trace.value == value).map(|trace| trace.before).sum::<usize>()
    };
    for value in [
        "tenants.account",
        "tenants.secret",
        "tenants.former_secret",
        "webhooks.payload",
        "operation_records.payload",
        "uploads.sealed",
        "settings.sealed",
        "notices.sealed",
        "data_keys.wrapped",
        "secret_keys.wrapped",
    ] {
        assert!(before(value) > 0, "{value}");
    }
    let in_file = |end: &str| report.traces.iter().any(|trace| trace.file.contains(end) && trace.before > 0);
    // A server cuts its log when it likes, and other tests write to it too: that it is still there cannot be expected.
    assert!(if is_sqlite { in_file("kept.db") && in_file("keyring.db") } else { in_file("base/") });
    if is_sqlite {
        assert!(report.traces.iter().all(|trace| trace.after == 0));
    }

    assert!(report.copy.values_tried > 20 && report.copy.keys_tried > TENANTS, "{:?}", report.copy);
    assert!(report.copy.others_tried > 5 && report.copy.others_opened == report.copy.others_tried);
    assert!(report.erased.len() == 2 && report.erased.iter().all(|erased| erased.receipt_verified));
    let steps = ["frozen", "prepared", "shredded", "deleted", "gone"];
    for erased in &report.erased {
        let looked_at = |step: &&str| {
            let moment = format!("the tenant that {}: {step}", erased.how);
            report.scans.iter().any(|scan| scan.moment == moment && scan.bytes > 100_000)
        };
        assert!(steps.iter().all(looked_at), "{:?}", report.scans);
    }
    assert_eq!(report.controls.len(), 2, "in a file, and in the database: {:?}", report.controls);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_keeps_the_data_key_is_noticed() {
    let keeps = "CREATE TRIGGER fault BEFORE DELETE ON data_keys BEGIN SELECT RAISE(IGNORE); END";
    let faults = prove_with("keyring.db", |_| keeps.to_owned()).await;
    let has = |words: &str| faults.iter().any(|fault| fault.contains(words));
    assert!(has("does not end") && has("data_keys.wrapped") && has("has no receipt"), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_back_after_its_receipt_opens_the_copy_and_is_noticed() {
    // The erasure ends and looks whole, with a receipt that verifies.
    let hoards = "CREATE TABLE hoard AS SELECT * FROM data_keys WHERE FALSE; \
         CREATE TRIGGER hoarding BEFORE DELETE ON data_keys BEGIN \
         INSERT INTO hoard SELECT * FROM data_keys WHERE tenant_id = OLD.tenant_id; END; \
         CREATE TRIGGER comes_back AFTER INSERT ON receipts BEGIN \
         INSERT INTO data_keys SELECT * FROM hoard WHERE tenant_id = NEW.tenant_id; END";
    let faults = prove_with("keyring.db", |_| hoards.to_owned()).await;
    let has = |words: &str| faults.iter().any(|fault| fault.contains(words));
    assert!(has("uploads.sealed of the tenant that asked for it still opens"), "{faults:#?}");
    assert!(has("data_keys.wrapped") && !has("does not end") && !has("has no receipt"), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_bytes_that_stay_in_a_file_are_noticed() {
    let hoards = "CREATE TABLE hoard (bytes BLOB); \
         CREATE TRIGGER fault BEFORE DELETE ON uploads BEGIN INSERT INTO hoard VALUES (OLD.sealed); END";
    let faults = prove_with("kept.db", |_| hoards.to_owned()).await;
    assert!(
        !faults.is_empty() && faults.iter().all(|fault| fault.starts_with("uploads.sealed of")),
        "{faults:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_text_in_clear_is_noticed_in_whatever_form() {
    let leaks = |tag: &str| {
        let hex = data_encoding::HEXUPPER.encode(tag.as_bytes());
        format!(
            "CREATE TRIGGER fault AFTER INSERT ON timeline WHEN NEW.kind = 'erasure_asked' OR NEW.kind = 'left' BEGIN \
             UPDATE timeline SET detail = hex(X'{hex}') WHERE tenant_id = NEW.tenant_id AND id = NEW.id; END"
        )
    };
    let faults = prove_with("kept.db", leaks).await;
    assert!(faults.iter().any(|fault| fault.contains("in clear in data/kept.db")), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_what_it_does_and_ends_with_0_1_or_2() {
    let place = Place::on(TestDatabases::sqlite()).await;
    let dir = place.databases.dir().display().to_string();
    let proven = place.run(&["prove-erasure", "--tenants", "20", "--dir", &dir, "--json"]);
    assert_eq!(code(&proven), 0, "{}", stderr(&proven));
    let report: serde_json::Value = serde_json::from_slice(&proven.stdout).unwrap();
    assert_eq!((&report["engine"], &report["faults"]), (&"sqlite".into(), &serde_json::json!([])));
    let said = stderr(&proven);
    assert!(said.contains("100 % (act ") && said.contains("shredded: 0 in clear"), "{said}");
    let left = place.files();
    assert!(left.is_empty(), "its folder is removed: {left:?}");

    for wrong in [
        ["--tenants", "3"],
        ["--tenants", "many"],
        ["--database", "postgres://localhost/a"],
        ["--database", "sqlite:kept.db"],
    ] {
        assert_eq!(code(&place.run(&[["prove-erasure"].as_slice(), &wrong].concat())), 2, "{wrong:?}");
    }
    let nowhere = "postgres://nobody@127.0.0.1:1/nothing";
    let failed =
        place.run(&["prove-erasure", "--tenants", "20", "--database", nowhere, "--keyring", nowhere]);
    assert_eq!((code(&failed), stdout(&failed).as_str()), (1, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_that_hold_something_are_left_alone() {
    let databases = TestDatabases::fresh();
    if databases.main_url().starts_with("sqlite:") {
        return;
    }
    let mut conn = PgConnection::establish(&databases.keyring_url()).unwrap();
    conn.batch_execute("CREATE TABLE precious (id INT)").unwrap();
    let options = options(&databases);
    let opened = Proof::open(&options, prove_erasure::settings(&options).unwrap()).await;
    let refused = opened.err().unwrap().to_string();
    assert!(refused.starts_with("--keyring: ") && refused.contains("not empty"), "{refused}");
    let mut main = PgConnection::establish(&databases.main_url()).unwrap();
    assert!(main.batch_execute("SELECT 1 FROM tenants").is_err(), "nothing was made");
}
