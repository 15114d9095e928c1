//! The last mail to a customer: everything is gone, and here is the proof. Once, and then nobody knows the address any more.

use kept::clock::Timestamp;
use kept::db::{DbError, Id, erasure_keys, ledger, processor_erasures};
use kept::erasure::SignedReceipt;
use kept::policy::Language;
use kept::tenancy::settings::WantedSettings;

use crate::support::admin::press;
use crate::support::notices::{contact, nobody};
use crate::support::scan::Traces;
use crate::support::{TestApp, send};

const GRACE: &str = "grace.hopper@example.com";

async fn erased(app: &TestApp, settings: WantedSettings) -> (Id, Timestamp) {
    let (id, due_at) = app.left_with(settings).await;
    app.live_until(due_at).await;
    (id, due_at)
}

async fn receipt(app: &TestApp, tenant: Id) -> String {
    let found = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
    found.await.unwrap().remove(0).document
}

async fn waits(app: &TestApp, tenant: Id) -> bool {
    let found =
        app.services.main.read(move |conn| Ok::<_, DbError>(processor_erasures::confirmation(conn, tenant)?));
    found.await.unwrap().is_some()
}

/// Processors confirm, so that nothing is kept for them any more.
async fn confirm_all(app: &TestApp) {
    for mail in app.mails_of("told") {
        let link = mail.links().remove(0);
        let token = link.strip_prefix("https://app.example.com/erasure/").unwrap();
        assert_eq!(press(app, token, "acknowledge").await.status, 200);
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_gets_one_mail_with_the_receipt_and_the_address_is_gone_after_it() {
    let app = TestApp::start().await;
    let (id, _) = erased(&app, contact(GRACE)).await;
    let mails = app.mails_of("erased");
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        (mail.recipients.as_slice(), mail.subject.as_str()),
        ([GRACE.to_owned()].as_slice(), "Your data in Kept has been deleted")
    );
    let keys_at = "https://app.example.com/.well-known/kept-keys.json";
    assert!(mail.links().contains(&keys_at.to_owned()) && mail.html.contains(keys_at), "{}", mail.text);
    assert!(mail.text.contains(&app.site("jira").base_url()) && mail.text.contains("Example Mail GmbH"));
    let [(name, content)] = mail.attachments.as_slice() else { panic!("{:?}", mail.attachments) };
    assert_eq!((name.as_str(), content), ("receipt.json", &receipt(&app, id).await), "byte for byte");
    let keys = send(app.request("GET", "/.well-known/kept-keys.json")).await.body;
    let signed = SignedReceipt::verify(content, &serde_json::from_str(&keys).unwrap()).unwrap();
    assert!(mail.text.replace('\n', " ").contains(&signed.receipt.tenant_hash), "{}", mail.text);

    assert!(!waits(&app, id).await, "the address goes with the mail");
    confirm_all(&app).await;
    let key = app.services.keyring.read(move |conn| Ok::<_, DbError>(erasure_keys::find(conn, id)?));
    assert_eq!(key.await.unwrap(), None);
    let personal = Traces::of([GRACE, "grace.hopper", &app.site("jira").base_url()]);
    assert_eq!(personal.in_everything(&app.databases), [""; 0]);
    app.live(30).await;
    assert_eq!(app.mails_of("erased").len(), 1, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_in_the_language_that_was_chosen_and_nobody_gets_it_who_entered_no_address() {
    let app = TestApp::start().await;
    erased(&app, WantedSettings { language: Language::De, ..contact(GRACE) }).await;
    let mail = &app.mails_of("erased")[0];
    assert_eq!(mail.subject, "Ihre Daten in Kept sind gelöscht");
    assert_eq!(mail.header("content-language"), Some("de"));
    assert!(mail.text.contains("Der Beleg ist angehängt"), "{}", mail.text);

    let app = TestApp::start().await;
    let (id, _) = erased(&app, nobody()).await;
    assert!(app.sandbox.mails().is_empty() && !waits(&app, id).await);
}

/// A customer who asks for an early erasure gets no notice before it, so nothing waits for a mail.
async fn asked(app: &TestApp, address: &str) -> Id {
    let (id, _) = app.left_with(contact(address)).await;
    app.services.tenancy.happened(id, kept::tenancy::Event::ErasureAsked).await.unwrap();
    app.live_until(app.services.policy.due_after_asking(app.clock.now())).await;
    assert!(receipt(app, id).await.contains("asked"));
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_takes_no_mail_blocks_nothing_and_is_not_kept() {
    let app = TestApp::start().await;
    let id = asked(&app, "bounce@example.com").await;
    assert!(app.mails_of("erased").is_empty() && !waits(&app, id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_reached_in_time_is_forgotten_all_the_same() {
    let app = TestApp::start().await;
    let id = asked(&app, "later@example.com").await;
    assert!(waits(&app, id).await && app.mails_of("erased").is_empty(), "it is tried again");
    assert_eq!(Traces::of(["later@example.com"]).in_everything(&app.databases), [""; 0]);
    app.live_until(app.clock.now().plus(app.services.policy.sweep_lag())).await;
    assert!(!waits(&app, id).await, "nothing is kept longer than what is due");
    confirm_all(&app).await;
    app.live(1).await;
    let key = app.services.keyring.read(move |conn| Ok::<_, DbError>(erasure_keys::find(conn, id)?));
    assert_eq!(key.await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn until_it_has_left_the_address_stands_nowhere_in_clear() {
    let app = TestApp::with(&[("KEPT_SMTP_URL", "smtp://127.0.0.1:9")]).await;
    let id = asked(&app, GRACE).await;
    assert!(waits(&app, id).await);
    assert_eq!(Traces::of([GRACE, "grace.hopper"]).in_everything(&app.databases), [""; 0]);
}
