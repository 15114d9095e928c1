//! Processors are told of an erasure, so that theirs goes too: what they are told, what they answer, and what becomes of those
//! who stay silent.

use std::time::Duration;

use futures_util::future::join_all;
use kept::clock::Timestamp;
use kept::config::{MasterKeySource, Secret};
use kept::db::processor_erasures::{self, RequestRow};
use kept::db::{DbError, Id, erasure_keys, ledger};
use kept::erasure::{Answer, Signed, SignedReceipt, Supplement, document_hash};
use kept::sandbox::{DeskFault, ReceivedMail};
use kept::tenancy::Event;
use kept::tickets::links::{TicketLink, TicketPurpose};
use kept::vault::{self, MasterKey};
use serde_json::Value;

use crate::sinks::DESK;
use crate::support::admin::{installed, look, press, tenant_id};
use crate::support::notices::{contact, nobody};
use crate::support::place::{code, stderr, stdout};
use crate::support::process::Environment;
use crate::support::reports::{confirm, report, submit};
use crate::support::scan::Traces;
use crate::support::{TestApp, send};

const DAY: Duration = Duration::from_secs(86_400);
const ADA: &str = "ada@example.com";
/// The processor of the default policy that is told.
const MAILER: &str = "Example Mail GmbH";

/// A customer with a contact who got a notice, and whose data is gone.
async fn erased(app: &TestApp) -> (Id, Timestamp) {
    let (id, due_at) = app.left_with(contact(ADA)).await;
    app.live_until(due_at).await;
    (id, due_at)
}

async fn requests(app: &TestApp, tenant: Id) -> Vec<RequestRow> {
    let found =
        app.services.main.read(move |conn| Ok::<_, DbError>(processor_erasures::of_tenant(conn, tenant)?));
    found.await.unwrap()
}

async fn documents(app: &TestApp, tenant: Id) -> Vec<String> {
    let found = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
    found.await.unwrap().into_iter().map(|row| row.document).collect()
}

async fn has_erasure_key(app: &TestApp, tenant: Id) -> bool {
    let found = app.services.keyring.read(move |conn| Ok::<_, DbError>(erasure_keys::find(conn, tenant)?));
    found.await.unwrap().is_some()
}

fn receipt(app: &TestApp, document: &str) -> kept::erasure::Receipt {
    SignedReceipt::verify(document, &app.services.vault.public_keys()).unwrap().receipt
}

fn supplement(app: &TestApp, document: &str) -> Supplement {
    match Signed::verify(document, &app.services.vault.public_keys()).unwrap() {
        Signed::Supplement(signed) => signed.supplement,
        Signed::Receipt(_) => panic!("a receipt"),
    }
}

/// The token of the link in a mail to a processor.
fn token(mail: &ReceivedMail) -> String {
    let links = mail.links();
    assert_eq!(links.len(), 1, "{}", mail.text);
    links[0].strip_prefix("https://app.example.com/erasure/").unwrap().to_owned()
}

fn half_time(app: &TestApp, told_at: Timestamp) -> Timestamp {
    let (_, told) = app.services.policy.told().next().unwrap();
    let due_at = app.services.policy.confirmed_by(told, told_at);
    told_at.plus(due_at.since(told_at) / 2)
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_33_a_processor_is_told_to_delete_too_and_its_confirmation_stands_in_a_supplement() {
    let app = TestApp::start().await;
    let (id, due_at) = erased(&app).await;
    let told = app.mails_of("told");
    assert_eq!(told.len(), 1, "told once");
    assert_eq!(told[0].recipients, ["privacy@mail.example.com"]);
    let notice = &app.notice_mails()[0];
    for named in [&notice.message_id, "erased.", "@example.com"] {
        assert!(told[0].text.contains(named), "{named}: {}", told[0].text);
    }
    let whole = format!("{:?}", told[0]);
    let personal = [ADA.to_owned(), app.site("jira").client_key(), app.site("jira").base_url()];
    assert_eq!(Traces::of(personal).in_bytes(whole.as_bytes()), [""; 0], "nothing that names anybody");

    let before = documents(&app, id).await;
    assert_eq!((before.len(), receipt(&app, &before[0]).pending_processors), (1, vec![MAILER.to_owned()]));
    app.live_until(due_at.plus(DAY * 3)).await;
    let token = token(&told[0]);
    for _ in 0..2 {
        let page = look(&app, &token).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains(MAILER) && page.body.contains("Confirm a deletion"), "{}", page.body);
    }
    assert_eq!(press(&app, &token, "erase").await.status, 400);
    assert_eq!(requests(&app, id).await[0].acknowledged_at, None, "nothing was done so far");
    assert!(has_erasure_key(&app, id).await);

    let done = press(&app, &token, "acknowledge").await;
    assert!(done.status == 200 && done.body.contains("The deletion is confirmed"), "{}", done.body);
    assert_eq!(
        (look(&app, &token).await.status, press(&app, &token, "acknowledge").await.status),
        (404, 404)
    );
    app.run_jobs().await;
    let after = documents(&app, id).await;
    assert_eq!((after.len(), &after[0]), (2, &before[0]), "the receipt stays as it was");
    let supplement = supplement(&app, &after[1]);
    assert_eq!((supplement.number, &supplement.receipt_hash), (1, &document_hash(&before[0])));
    let told = &supplement.processors[0];
    assert_eq!((told.name.as_str(), told.state), (MAILER, Answer::Acknowledged));
    assert_eq!(told.acknowledged_at, Some(due_at.plus(DAY * 3)));
    assert_eq!(requests(&app, id).await, []);
    assert!(!has_erasure_key(&app, id).await, "the key dies with the last confirmation");
    app.live(60).await;
    assert_eq!(
        (app.mails_of("asked").len(), documents(&app, id).await.len()),
        (0, 2),
        "nobody asks any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_33_a_processor_that_stays_silent_is_asked_again_at_half_time_and_then_there_is_an_alarm()
{
    let app = TestApp::start().await;
    let (id, told_at) = erased(&app).await;
    let row = requests(&app, id).await.remove(0);
    let (half, silent_at) = (half_time(&app, told_at), Timestamp::from(row.due_at));
    app.live_until(half.minus(Duration::from_secs(1))).await;
    assert_eq!(app.mails_of("asked").len(), 0);
    app.live_until(half).await;
    let again = app.mails_of("asked");
    assert_eq!((again.len(), again[0].recipients[0].as_str()), (1, "privacy@mail.example.com"));
    assert!(again[0].text.contains("You have not confirmed that yet"), "{}", again[0].text);
    assert_eq!(token(&again[0]), token(&app.mails_of("told")[0]), "either mail's link will do");
    app.live_until(silent_at.minus(Duration::from_secs(1))).await;
    let counted = async || send(app.request_to("GET", &format!("{}/metrics", app.admin_url))).await.body;
    assert!(counted().await.contains("kept_processors_silent 0.0"));
    assert_eq!(documents(&app, id).await.len(), 1);

    app.live_until(silent_at).await;
    let metrics = counted().await;
    for line in ["kept_processors_silent 1.0", "kept_processors_total{outcome=\"silent\"} 1"] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    let said = documents(&app, id).await;
    let silent = supplement(&app, &said[1]);
    assert_eq!((silent.processors[0].state, silent.processors[0].acknowledged_at), (Answer::Silent, None));
    assert!(!has_erasure_key(&app, id).await, "what it would be found by is not needed any more");
    let environment = command(&app);
    let listed = environment.json(&app.databases, &["erasures", "list", "--json"]);
    let (pending, is_silent) = (&listed["pending"][0], Value::Bool(true));
    assert_eq!((&pending["processor"], &pending["isSilent"]), (&Value::from(MAILER), &is_silent));
    let due = environment.json(&app.databases, &["due", "--json"]);
    assert_eq!(due["overdue"]["confirmations"], 1, "{due:#}");
    app.live(3).await;
    assert_eq!((documents(&app, id).await.len(), app.mails_of("asked").len()), (2, 1), "said once");

    // Late is better than never.
    assert_eq!(press(&app, &token(&again[0]), "acknowledge").await.status, 200);
    app.run_jobs().await;
    let said = documents(&app, id).await;
    let late = supplement(&app, &said[2]);
    assert_eq!((late.number, late.processors[0].state), (2, Answer::Acknowledged));
    assert_eq!((late.receipt_hash, late.previous_hash), (document_hash(&said[0]), document_hash(&said[1])));
    assert!(counted().await.contains("kept_processors_silent 0.0"));
}

fn command(app: &TestApp) -> Environment {
    Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", &app.clock.now().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_came_by_letter_is_recorded_by_an_operator_and_the_papers_verify_without_us() {
    let app = TestApp::start().await;
    let (id, _) = erased(&app).await;
    let (number, environment) = (id.to_string(), command(&app));
    let acknowledge = |processor: &str| {
        let words = ["erasures", "acknowledge", &number, "--processor", processor, "--reason", "a letter"];
        environment.run(&app.databases, &words)
    };
    let wrong = acknowledge("Somebody Else");
    assert!(code(&wrong) == 1 && stderr(&wrong).contains("was not told"), "{}", stderr(&wrong));
    let done = acknowledge(MAILER);
    assert!(code(&done) == 0 && stdout(&done).contains("a supplement follows"), "{}", stderr(&done));
    assert_eq!(code(&acknowledge(MAILER)), 1, "once");
    // The clock of the command went on meanwhile.
    app.advance(Duration::from_secs(600));
    app.run_jobs().await;
    let listed = environment.json(&app.databases, &["erasures", "list", "--json"]);
    let action = &listed["actions"][0];
    assert_eq!((&action["action"], &action["reason"]), (&"erasures acknowledge".into(), &"a letter".into()));

    let show = |number_of: &str| {
        stdout(&environment.run(&app.databases, &["receipt", "show", &number, "--number", number_of]))
    };
    let whole = stdout(&environment.run(&app.databases, &["receipt", "show", &number]));
    assert_eq!(whole, show("0") + &show("1"));
    let keys = send(app.request("GET", "/.well-known/kept-keys.json")).await.body;
    let file = |name: &str, text: &str| {
        let path = app.databases.dir().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (keys, paper) = (file("keys.json", &keys), file("supplement.json", &show("1")));
    let verified = environment.run(&app.databases, &["receipt", "verify", &paper, "--keys", &keys]);
    assert_eq!(code(&verified), 0, "{}", stderr(&verified));
    let verified = stdout(&verified);
    let named = format!("supplement 1 of the receipt {}", document_hash(&show("0")));
    assert!(verified.contains(&named), "{named}: {verified}");
    assert!(verified.contains(&format!("{MAILER}: confirmed")), "{verified}");
    let forged = file("forged.json", &show("1").replace("acknowledged\"", "silent\""));
    assert_eq!(code(&environment.run(&app.databases, &["receipt", "verify", &forged, "--keys", &keys])), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_changed_byte_of_a_supplement_is_noticed_and_it_names_nobody() {
    let app = TestApp::start().await;
    let (id, _) = erased(&app).await;
    press(&app, &token(&app.mails_of("told")[0]), "acknowledge").await;
    app.run_jobs().await;
    let text = documents(&app, id).await.remove(1);
    let keys = app.services.vault.public_keys();
    assert!(Signed::verify(&text, &keys).is_ok());
    for position in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[position] ^= 1;
        let changed = String::from_utf8(bytes).unwrap();
        assert!(Signed::verify(&changed, &keys).is_err(), "byte {position}: {changed}");
    }
    let site = app.site("jira");
    let personal = [site.client_key(), site.base_url(), id.to_string(), ADA.to_owned()];
    assert_eq!(Traces::of(personal).in_bytes(text.as_bytes()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_confirms_before_the_receipt_is_not_in_it_and_of_many_at_once_one_is_the_first() {
    let app = TestApp::start().await;
    let (id, due_at) = app.left_with(contact(ADA)).await;
    app.live_until(due_at.minus(Duration::from_secs(1))).await;
    app.clock.set(due_at);
    let eraser = &app.services.eraser;
    while eraser.advance(id, 1).await.unwrap() != kept::erasure::Progress::Deleted {}
    let row = requests(&app, id).await.remove(0);
    let token = app.services.vault.sign_link(id, row.id).unwrap();
    let pressed = join_all((0..4).map(|_| press(&app, token.expose(), "acknowledge"))).await;
    let mut statuses: Vec<u16> = pressed.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404, 404]);
    app.run_jobs().await;
    let documents = documents(&app, id).await;
    assert_eq!((documents.len(), receipt(&app, &documents[0]).pending_processors.len()), (1, 0));
    assert!(requests(&app, id).await.is_empty() && !has_erasure_key(&app, id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_processor_that_never_got_anything_of_a_customer_is_not_told_and_nothing_is_written_for_it() {
    let app = TestApp::start().await;
    let (id, due_at) = app.left_with(nobody()).await;
    app.live_until(due_at).await;
    let documents = documents(&app, id).await;
    assert_eq!((documents.len(), receipt(&app, &documents[0]).pending_processors.len()), (1, 0));
    assert!(app.sandbox.mails().is_empty() && requests(&app, id).await.is_empty());
    assert!(!has_erasure_key(&app, id).await);
    let jobs = app.jobs().await;
    assert!(jobs.iter().all(|job| job.kind != "tell_of_erasure"), "{jobs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_delays_no_erasure_and_the_mails_come_later() {
    let app = TestApp::with(&[("KEPT_SMTP_URL", "smtp://127.0.0.1:9")]).await;
    // Asked for early, so that no notice is waited for.
    let (id, _) = app.left_with(contact(ADA)).await;
    app.services.tenancy.happened(id, kept::tenancy::Event::ErasureAsked).await.unwrap();
    app.live_until(app.services.policy.due_after_asking(app.clock.now())).await;
    assert_eq!(documents(&app, id).await.len(), 1, "erased, and on time");
    let row = requests(&app, id).await.remove(0);
    assert_eq!((row.told_at, row.silent_at), (None, None));
    assert!(app.jobs().await.iter().all(|job| job.state == "queued"), "nothing is given up");

    let later = app.clock.now().plus(DAY / 2);
    let environment = command(&app).set("KEPT_CLOCK", &later.to_string());
    assert_eq!(code(&environment.run(&app.databases, &["jobs", "run"])), 0);
    assert_eq!((app.mails_of("told").len(), app.mails_of("erased").len()), (1, 1));
    assert!(requests(&app, id).await[0].told_at.is_some());
    assert!(app.clock.set(later));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_master_key_takes_the_keys_of_erasures_along() {
    let app = TestApp::start().await;
    let (id, _) = erased(&app).await;
    let former = std::fs::read_to_string(app.services.settings.data_dir.join("master.key")).unwrap();
    let other = MasterKeySource::Value(Secret::new("bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="));
    let load = |former: Option<&Secret>| MasterKey::load(&other, former, false).unwrap();
    let keyring = app.services.keyring.clone();
    vault::rekey(&keyring, load(Some(&Secret::new(former.trim()))).into()).await.unwrap();
    let moved = vault::Vault::open(keyring, load(None), app.clock.clone()).await.unwrap();
    assert!(moved.erasure_key(id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_processors_is_there_in_german_too_and_logs_tell_no_link() {
    let app = TestApp::start().await;
    erased(&app).await;
    let token = token(&app.mails_of("told")[0]);
    let german = app.request("GET", &format!("/erasure/{token}")).header("accept-language", "de");
    let german = send(german).await.body;
    assert!(german.contains("Eine Löschung bestätigen") && german.contains("Es ist gelöscht"), "{german}");
    assert_eq!(Traces::of([token]).in_everything(&app.databases), [""; 0], "it is stored nowhere");
}

/// The desk has no processor in this policy: in development it is the machine itself.
const DESK_NAME: &str = "Jira Service Management";

/// A customer with a report at the desk, who is erased while the desk is away.
async fn erased_with_copy(app: &TestApp) -> Id {
    let tenant = tenant_id(app, &installed(app, "jira").await).await;
    let submitted = submit(app, tenant, "ada", report(app)).await;
    confirm(app, tenant, submitted.id).await;
    app.run_jobs().await;
    assert_eq!(app.sandbox.desk().requests().len(), 1);
    app.sandbox.faults().set_desk(DeskFault::Down);
    for event in [Event::Uninstalled, Event::ErasureAsked] {
        app.services.tenancy.happened(tenant, event).await.unwrap();
    }
    app.live(1).await;
    assert_eq!(app.state(&app.site("jira")).await, "nothing", "nobody is waited for");
    tenant
}

/// The desk is back: it is found again within an hour, and its search knows of the deletion after the next.
async fn desk_comes_back(app: &TestApp) {
    app.sandbox.faults().clear();
    for _ in 0..3 {
        app.live_until(app.clock.now().plus(DAY / 24)).await;
    }
}

fn said(supplement: &Supplement) -> Vec<(&str, Answer)> {
    let all = supplement.processors.iter().map(|told| (told.name.as_str(), told.state));
    all.filter(|(name, _)| *name == DESK_NAME).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_33_copies_at_the_desk_are_pending_in_the_receipt_and_a_supplement_follows_when_they_are_gone()
 {
    let app = TestApp::with(&DESK).await;
    let tenant = erased_with_copy(&app).await;
    let before = documents(&app, tenant).await;
    let pending = receipt(&app, &before[0]).pending_processors;
    assert!(pending.contains(&DESK_NAME.to_owned()), "{pending:?}");
    assert!(requests(&app, tenant).await.iter().all(|row| row.sink.is_none() || row.sealed.is_none()));
    let told = app.mails_of("told").iter().filter(|mail| mail.text.contains(DESK_NAME)).count();
    assert_eq!(told, 0, "it is told by a call");
    desk_comes_back(&app).await;
    assert!(app.sandbox.desk().requests().is_empty());
    let after = documents(&app, tenant).await;
    assert_eq!(after[0], before[0], "the receipt stays as it was");
    let last = supplement(&app, after.last().unwrap());
    assert_eq!(said(&last), [(DESK_NAME, Answer::Acknowledged)]);
    // The one who delivers mail answers for itself.
    app.confirm_deletions().await;
    assert_eq!(requests(&app, tenant).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_33_a_desk_that_stays_away_is_silent_in_a_supplement_until_its_copies_are_gone() {
    let app = TestApp::with(&DESK).await;
    let tenant = erased_with_copy(&app).await;
    app.live(2).await;
    let silent = supplement(&app, documents(&app, tenant).await.last().unwrap());
    assert_eq!(said(&silent), [(DESK_NAME, Answer::Silent)]);
    desk_comes_back(&app).await;
    let done = supplement(&app, documents(&app, tenant).await.last().unwrap());
    assert_eq!((said(&done), done.number > silent.number), (vec![(DESK_NAME, Answer::Acknowledged)], true));
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_33_a_desk_whose_copies_are_gone_before_the_receipt_is_not_in_it() {
    let app = TestApp::with(&DESK).await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    let link = TicketLink { tenant, ticket: submitted.id, purpose: TicketPurpose::Conversation };
    confirm(&app, tenant, submitted.id).await;
    app.run_jobs().await;
    app.services.tickets.delete_now(&link).await.unwrap();
    app.run_jobs().await;
    app.live(1).await;
    for event in [Event::Uninstalled, Event::ErasureAsked] {
        app.services.tenancy.happened(tenant, event).await.unwrap();
    }
    app.live(2).await;
    let pending = receipt(&app, &documents(&app, tenant).await[0]).pending_processors;
    assert!(!pending.contains(&DESK_NAME.to_owned()), "{pending:?}");
}
