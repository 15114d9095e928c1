//! Receipts in the hands of somebody else: verified without us, without a database and without a network; and what they say
//! of what stays.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::db::{DbError, Id, ledger};
use kept::erasure::{Receipt, SignedReceipt};
use kept::policy::ClassName;
use kept::tenancy::Event;
use kept::vault::PublicKeys;
use serde_json::{Value, json};

use crate::support::place::{Place, code, stderr, stdout};
use crate::support::{TestApp, TestDatabases, send};

/// A receipt of the first format, with one retained class, and the key that signed it.
const OLD: &str = include_str!("receipts/of_old.json");
const OLD_KEYS: &str = include_str!("receipts/keys_of_old.json");

/// Erases a tenant that asked for it. Its receipt as it is stored, and when that was issued.
async fn erase(app: &TestApp, before: impl AsyncFnOnce(&TestApp, Id)) -> String {
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    before(app, id).await;
    app.services.tenancy.happened(id, Event::ErasureAsked).await.unwrap();
    app.live(2).await;
    let found = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, id)?));
    found.await.unwrap().remove(0).document
}

/// A place without databases, and files beside it.
struct Desk(Place);

impl Desk {
    async fn new() -> Self {
        Self(Place::on(TestDatabases::sqlite()).await)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.databases.dir().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn verify(&self, receipt: &str, keys: &str) -> (i32, String, String) {
        let verified = self.0.run(&["receipt", "verify", receipt, "--keys", keys]);
        (code(&verified), stdout(&verified), stderr(&verified))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_verified_with_the_published_keys_and_nothing_else() {
    let app = TestApp::start().await;
    let text = erase(&app, async |_, _| {}).await;
    let published = send(app.request("GET", "/.well-known/kept-keys.json")).await.body;
    let desk = Desk::new().await;
    let (file, keys) = (desk.write("receipt.json", &text), desk.write("keys.json", &published));
    let (code_, said, _) = desk.verify(&file, &keys);
    assert_eq!(code_, 0);
    assert!(said.starts_with("valid: signed by the key ") && said.contains("(reason: asked)"), "{said}");
    assert!(said.contains("kept: ledger (legal_obligation) until "), "what stays is said: {said}");

    let as_json = desk.0.run(&["receipt", "verify", &file, "--keys", &keys, "--json"]);
    let shown: Value = serde_json::from_slice(&as_json.stdout).unwrap();
    let signed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&shown["valid"], &shown["receipt"]), (&json!(true), &signed["receipt"]));
    let made: Vec<_> =
        desk.0.files().into_iter().filter(|path| path.extension() != Some("json".as_ref())).collect();
    assert!(made.is_empty(), "no database is looked for or made: {made:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_an_unknown_key_and_a_file_of_something_else_are_each_refused_with_a_reason() {
    let desk = Desk::new().await;
    let (file, keys) = (desk.write("receipt.json", OLD), desk.write("keys.json", OLD_KEYS));
    assert_eq!(desk.verify(&file, &keys).0, 0);
    let others = OLD_KEYS.replace("\"kid\": \"", "\"kid\": \"0");
    for (name, receipt, keys, said) in [
        (
            "another-date.json",
            OLD.replace("2027-04-21T08:00:02Z", "2027-04-22T08:00:02Z"),
            OLD_KEYS,
            "the signature does not fit the text",
        ),
        (
            "another-count.json",
            OLD.replacen("\"recordsAfter\": 0", "\"recordsAfter\": 1", 1),
            OLD_KEYS,
            "the signature does not fit the text",
        ),
        ("a-space-more.json", format!("{OLD} "), OLD_KEYS, "its text is not as it was signed"),
        (
            "a-member-more.json",
            OLD.replacen("\"kind\"", "\"more\": 1, \"kind\"", 1),
            OLD_KEYS,
            "it is not a receipt: unknown field `more`",
        ),
        ("unknown-key.json", OLD.to_owned(), others.as_str(), "which is not among the given ones"),
        ("no-receipt.json", "{}\n".to_owned(), OLD_KEYS, "it is not a receipt: missing field"),
        ("no-keys.json", OLD.to_owned(), "[1]", "is no JSON Web Key Set"),
    ] {
        let (file, keys) = (desk.write(name, &receipt), desk.write("other-keys.json", keys));
        let (code_, out, error) = desk.verify(&file, &keys);
        assert_eq!((code_, out.as_str()), (1, ""), "{name}: {error}");
        let of = if name == "no-keys.json" { "other-keys.json" } else { name };
        assert!(error.contains(of) && error.contains(said), "{name}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_is_wrong_use_and_without_keys_the_own_keyring_is_asked() {
    let app = TestApp::start().await;
    let text = erase(&app, async |_, _| {}).await;
    let desk = Desk::new().await;
    let (file, keys) = (desk.write("receipt.json", &text), desk.write("keys.json", OLD_KEYS));
    for arguments in
        [vec!["nowhere.json", "--keys", &keys], vec![&file, "--keys", "nowhere.json"], vec!["/"], vec![]]
    {
        let refused = desk.0.run(&[vec!["receipt", "verify"], arguments.clone()].concat());
        assert_eq!((code(&refused), stdout(&refused).as_str()), (2, ""), "{arguments:?}");
        let named = arguments.iter().find(|word| word.starts_with("nowhere"));
        assert!(named.is_none_or(|named| stderr(&refused).contains(named)), "{}", stderr(&refused));
    }
    let alone = desk.0.run(&["receipt", "verify", &file]);
    assert_eq!(code(&alone), 1, "there is no keyring here");
    assert!(stderr(&alone).contains("no SQLite database"), "{}", stderr(&alone));
    let own = crate::support::process::Environment::new(&app.databases, &app.sandbox);
    let verified = own.run(&app.databases, &["receipt", "verify", &file]);
    assert_eq!(code(&verified), 0, "{}", stderr(&verified));
}

#[test]
fn a_receipt_of_before_verifies_still() {
    let keys: PublicKeys = serde_json::from_str(OLD_KEYS).unwrap();
    let old = SignedReceipt::verify(OLD, &keys).unwrap().receipt;
    assert_eq!((old.format, old.retained.len()), (1, 1));
}

async fn receipt(app: &TestApp, before: impl AsyncFnOnce(&TestApp, Id)) -> Receipt {
    let text = erase(app, before).await;
    SignedReceipt::verify(&text, &app.services.vault.public_keys()).unwrap().receipt
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_24_a_receipt_names_everything_that_stays_with_its_basis_and_its_latest_end() {
    let app = TestApp::start().await;
    let receipt = receipt(&app, async |app, id| {
        app.services.tenancy.erase_by_operator(id, "they asked by mail").await.unwrap();
    })
    .await;
    let policy = &app.services.policy;
    let found: Vec<(&str, &str)> =
        receipt.retained.iter().map(|kept| (kept.class.as_str(), kept.basis.as_str())).collect();
    let basis = |class: ClassName| serde_json::to_value(policy.class(class).unwrap().basis).unwrap();
    let classes = [ClassName::Order, ClassName::Audit, ClassName::AppLog, ClassName::Ledger];
    let expected: Vec<(&str, Value)> = classes.iter().map(|class| (class.as_str(), basis(*class))).collect();
    assert_eq!(
        found,
        expected.iter().map(|(class, basis)| (*class, basis.as_str().unwrap())).collect::<Vec<_>>()
    );

    let until =
        |class: ClassName| receipt.retained.iter().find(|kept| kept.class == class.as_str()).unwrap().until;
    assert_eq!(until(ClassName::Order), policy.expires_at(ClassName::Order, receipt.left_at).unwrap());
    for class in [ClassName::Ledger, ClassName::AppLog] {
        assert_eq!(until(class), policy.expires_at(class, receipt.issued_at).unwrap());
    }
    // What the operator did was recorded before the erasure began.
    assert_eq!(
        until(ClassName::Audit),
        policy.expires_at(ClassName::Audit, app.clock.now().minus(DAY * 2)).unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_kept_table_that_name_the_tenant_are_named_with_the_end_of_the_last() {
    let app = TestApp::start().await;
    let last = app.clock.now().plus(DAY * 300);
    let receipt = receipt(&app, async |app, id| {
        let rows = [("Mailer", last.minus(DAY)), ("Host", last)].map(|(processor, expires_at)| {
            format!("({id}, '{processor}', 1, 1, 1, 1, 1, 1, {})", expires_at.as_millis())
        });
        let insert = format!(
            "INSERT INTO processor_erasures \
             (tenant_id, processor, id, key_id, recorded_at, due_at, told_at, acknowledged_at, expires_at) VALUES {}",
            rows.join(", ")
        );
        let planted = app.services.main.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(&insert)?));
        planted.await.unwrap();
    })
    .await;
    let audit = receipt.retained.iter().find(|kept| kept.class == "audit").unwrap();
    assert_eq!(audit.until, last);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_stay_is_not_named() {
    let app = TestApp::start().await;
    let receipt = receipt(&app, async |app, _| {
        app.services.tenancy.pause_erasures("about nobody in particular").await.unwrap();
        app.services.tenancy.resume_erasures("looked").await.unwrap();
    })
    .await;
    assert!(receipt.retained.iter().all(|kept| kept.class != "audit"), "{:?}", receipt.retained);
}

const DAY: Duration = Duration::from_secs(86_400);
