//! Notices before a subscription ends and before an erasure: exactly one, in time, to whom it should go, and no harm done
//! when it cannot be sent.

use std::io::Read;
use std::net::TcpListener;
use std::time::Duration;

use futures_util::future::join_all;
use kept::app;
use kept::clock::Timestamp;
use kept::db::notices::{self, NoticeKind};
use kept::db::{DbError, Id};
use kept::policy::Language;
use kept::tenancy::Event;
use kept::tenancy::links::Purpose;
use kept::tenancy::settings::WantedSettings;

use crate::support::notices::{ParseAddress, contact, nobody};
use crate::support::process::{Environment, Serving};
use crate::support::scan::Traces;
use crate::support::{START, TestApp, TestDatabases, start};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const ADA: &str = "ada@example.com";

fn in_days(days: u32) -> Timestamp {
    start().plus(DAY * days)
}

/// Settings of an installation whose subscription ends.
fn ending(settings: WantedSettings) -> WantedSettings {
    WantedSettings { subscription_ends_at: Some(in_days(40)), ..settings }
}

async fn sent_at(app: &TestApp, tenant: Id, kind: NoticeKind, due_at: Timestamp) -> Option<Timestamp> {
    let found =
        app.services.main.read(move |conn| Ok::<_, DbError>(notices::sent_at(conn, tenant, kind, due_at)?));
    found.await.unwrap()
}

async fn states(app: &TestApp, tenant: Id) -> Vec<String> {
    app.notices(tenant).await.into_iter().map(|row| format!("{} {}", row.kind, row.state)).collect()
}

async fn contact_state(app: &TestApp, tenant: Id) -> &'static str {
    app.services.tenancy.settings(tenant).await.unwrap().unwrap().contact_state.as_str()
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_18_one_mail_goes_out_ten_days_before_the_end_and_not_a_second_early() {
    let app = TestApp::start().await;
    let (_, id) = app.site_with(ending(contact(ADA))).await;
    let send_at = in_days(40).minus(10 * DAY);
    assert_eq!(app.services.policy.notice_before_end(in_days(40)), send_at);
    app.live_until(send_at.minus(SECOND)).await;
    assert!(app.sandbox.mails().is_empty());

    app.advance(SECOND);
    let workers: Vec<_> = (0..5).map(|_| app::worker(&app.services)).collect();
    for ran in join_all(workers.iter().map(kept::jobs::Worker::drain)).await {
        ran.unwrap();
    }
    let mail = app.only_mail();
    assert_eq!((mail.recipients, mail.cc), (vec![ADA.to_owned()], Vec::new()));
    assert_eq!(mail.subject, "Your subscription to Kept ends on 1 January 2027");
    assert_eq!(sent_at(&app, id, NoticeKind::End, in_days(40)).await, Some(send_at));
    assert_eq!(app.told(id).await, ["notice_sent end"]);

    app.live_until(in_days(40)).await;
    assert_eq!(app.sandbox.mails().len(), 1, "never a second one");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_date_has_a_notice_of_its_own() {
    let app = TestApp::start().await;
    let (_, id) = app.site_with(ending(contact(ADA))).await;
    app.live_until(in_days(30)).await;
    assert_eq!(app.sandbox.mails().len(), 1);
    let later = WantedSettings { subscription_ends_at: Some(in_days(60)), ..contact(ADA) };
    app.enter(id, later).await;
    app.live_until(in_days(50).minus(SECOND)).await;
    assert_eq!(app.sandbox.mails().len(), 1);
    app.set_clock_and_run(in_days(50)).await;
    assert_eq!(app.sandbox.mails().len(), 2);
    app.enter(id, contact(ADA)).await;
    app.live_until(in_days(61)).await;
    assert_eq!(app.sandbox.mails().len(), 2, "no date, no notice");
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_19_the_billing_address_gets_a_copy_and_the_mail_itself_where_it_stands_alone() {
    let app = TestApp::start().await;
    let billing = Some("billing@example.com".parse_address());
    let (_, id) = app.site_with(ending(WantedSettings { billing_cc: billing.clone(), ..contact(ADA) })).await;
    app.set_clock_and_run(in_days(30)).await;
    let mail = app.only_mail();
    assert_eq!(
        (&mail.to[..], &mail.cc[..]),
        (&[ADA.to_owned()][..], &["billing@example.com".to_owned()][..])
    );
    assert_eq!(mail.recipients, [ADA, "billing@example.com"]);

    let alone = WantedSettings { billing_cc: billing, subscription_ends_at: Some(in_days(80)), ..nobody() };
    app.enter(id, alone).await;
    app.set_clock_and_run(in_days(70)).await;
    let mail = &app.sandbox.mails()[1];
    assert_eq!((&mail.to[..], mail.cc.len()), (&["billing@example.com".to_owned()][..], 0));
    assert_eq!(states(&app, id).await, ["end sent", "end sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_without_copies_sends_none() {
    let text = std::fs::read_to_string("policies/default.toml").unwrap();
    let databases = TestDatabases::fresh();
    let path = databases.dir().join("policy.toml");
    std::fs::write(&path, text.replace("cc_billing = true", "cc_billing = false")).unwrap();
    let app = TestApp::on(databases, &[("KEPT_POLICY", path.to_str().unwrap())]).await;
    let billing_cc = Some("billing@example.com".parse_address());
    app.site_with(ending(WantedSettings { billing_cc, ..contact(ADA) })).await;
    app.set_clock_and_run(in_days(30)).await;
    assert_eq!(app.only_mail().recipients, [ADA]);
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_20_the_mail_and_the_erasure_take_their_number_from_one_policy() {
    for number in ["90", "93"] {
        let text = std::fs::read_to_string("policies/default.toml").unwrap();
        let databases = TestDatabases::fresh();
        let path = databases.dir().join("policy.toml");
        let other = format!("days = {number}\nbound = \"exactly\"");
        std::fs::write(&path, text.replace("days = 90\nbound = \"exactly\"", &other)).unwrap();
        let app = TestApp::on(databases, &[("KEPT_POLICY", path.to_str().unwrap())]).await;
        let (site, id) = app.site_with(ending(contact(ADA))).await;
        app.live_until(in_days(40)).await;
        let says = app.only_mail().text.replace('\n', " ");
        assert!(says.contains(&format!("will be deleted {number} days after that")), "{says}");
        let due_at = app.tenant(&site).await.unwrap().tenant.due_at().unwrap();
        assert_eq!(due_at, in_days(40 + number.parse::<u32>().unwrap()));
        app.live_until(due_at.minus(10 * DAY)).await;
        assert_eq!(states(&app, id).await, ["erasure sent", "end sent"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_an_erasure_one_mail_names_the_day_and_offers_links_that_work() {
    let app = TestApp::start().await;
    let (id, due_at) = app.left_with(contact(ADA)).await;
    let send_at = app.services.policy.notice_before_erasure(due_at);
    app.live_until(send_at.minus(SECOND)).await;
    assert!(app.sandbox.mails().is_empty());
    app.set_clock_and_run(send_at).await;
    let mail = app.only_mail();
    assert_eq!(mail.subject, "Your data in Kept will be deleted on 21 April 2027");
    assert!(mail.text.contains(&app.sandbox.site("jira").base_url()), "{}", mail.text);
    assert_eq!(sent_at(&app, id, NoticeKind::Erasure, due_at).await, Some(send_at));

    let mut purposes = Vec::new();
    for link in mail.links() {
        let Some(token) = link.strip_prefix("https://app.example.com/erasure/") else { continue };
        let link = app.services.tenancy.link(token).await.unwrap();
        assert_eq!(link.tenant, id);
        purposes.push(link.purpose);
    }
    assert_eq!(purposes, [Purpose::Export, Purpose::Erase, Purpose::Undo]);
    assert!(mail.links().contains(&"https://app.example.com/privacy".to_owned()));
    app.live_until(due_at).await;
    assert_eq!(app.notice_mails().len(), 1);
    assert!(app.notices(id).await.is_empty(), "a notice goes with its tenant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_leaves_late_says_the_later_day_and_the_erasure_keeps_to_it() {
    let app = TestApp::start().await;
    let (id, due_at) = app.left_with(contact(ADA)).await;
    // The service was away from before the notice until long after it.
    app.live_until(due_at.minus(30 * DAY)).await;
    let late = due_at.minus(3 * DAY);
    app.set_clock_and_run(late).await;
    let gap = app.services.policy.notice_gap();
    assert_eq!(app.only_mail().subject, "Your data in Kept will be deleted on 28 April 2027");
    assert_eq!(late.plus(gap).to_string(), "2027-04-28T08:00:00Z");
    let is_there = async || app.services.tenancy.find_by_id(id).await.is_ok_and(|found| found.is_some());
    app.live_until(late.plus(gap).minus(SECOND)).await;
    assert!(is_there().await);
    app.live_until(late.plus(gap)).await;
    assert!(!is_there().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asked_for_the_erasure_gets_no_notice_unless_they_take_it_back() {
    let app = TestApp::start().await;
    let (id, due_at) = app.left_with(contact(ADA)).await;
    let ask = app.services.policy.notice_before_erasure(due_at).minus(HOUR);
    app.live_until(ask).await;
    app.services.tenancy.happened(id, Event::ErasureAsked).await.unwrap();
    app.live_until(ask.plus(2 * HOUR)).await;
    assert!(app.sandbox.mails().is_empty());
    app.services.tenancy.happened(id, Event::ErasureUndone).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.only_mail().subject, "Your data in Kept will be deleted on 21 April 2027");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_re_install_cancels_the_notice() {
    let app = TestApp::start().await;
    let (id, due_at) = app.left_with(contact(ADA)).await;
    app.live_until(due_at.minus(11 * DAY)).await;
    assert_eq!(app.site("jira").install().await.status, 204);
    app.live_until(due_at.plus(DAY)).await;
    assert!(app.sandbox.mails().is_empty() && app.notices(id).await.is_empty());
    assert_eq!(app.state(&app.site("jira")).await, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_contact_is_shown_and_delays_nothing() {
    let app = TestApp::start().await;
    let (id, due_at) = app.left_with(nobody()).await;
    app.live_until(due_at.minus(10 * DAY)).await;
    assert_eq!(states(&app, id).await, ["erasure no_contact"]);
    assert_eq!(app.told(id).await, ["notice_without_contact erasure"]);
    assert_eq!(contact_state(&app, id).await, "missing");
    app.live_until(due_at.minus(SECOND)).await;
    assert_eq!(app.told(id).await.len(), 1, "said once");
    app.live_until(due_at).await;
    assert_eq!(app.state(&app.site("jira")).await, "nothing", "gone on its day");
    assert!(app.sandbox.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_does_not_take_mail_is_shown_delays_nothing_and_another_one_is_told() {
    let app = TestApp::start().await;
    let (site, id) = app.site_with(ending(contact("bounce@example.com"))).await;
    app.set_clock_and_run(in_days(30)).await;
    assert_eq!(states(&app, id).await, ["end undeliverable"]);
    assert_eq!(app.told(id).await, ["notice_undeliverable end"]);
    assert_eq!(contact_state(&app, id).await, "undeliverable");
    app.set_clock_and_run(in_days(31)).await;
    assert_eq!(app.told(id).await.len(), 1, "the same address is not tried every day");

    app.enter(id, ending(contact(ADA))).await;
    assert_eq!(contact_state(&app, id).await, "set");
    app.set_clock_and_run(in_days(32)).await;
    assert_eq!(app.only_mail().recipients, [ADA]);
    assert_eq!(app.told(id).await, ["notice_undeliverable end", "notice_sent end"]);

    app.enter(id, ending(contact("bounce@example.com"))).await;
    let due_at = in_days(40 + 90);
    app.live_until(due_at.minus(SECOND)).await;
    assert_eq!(states(&app, id).await[0], "erasure undeliverable");
    app.live_until(due_at).await;
    assert_eq!(app.state(&site).await, "nothing", "gone on its day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_does_not_take_mail_is_shown_though_the_copy_arrived() {
    let app = TestApp::start().await;
    let billing_cc = Some("billing@example.com".parse_address());
    let (_, id) = app.site_with(ending(WantedSettings { billing_cc, ..contact("bounce@example.com") })).await;
    app.set_clock_and_run(in_days(30)).await;
    assert_eq!(app.only_mail().recipients, ["billing@example.com"]);
    assert_eq!(states(&app, id).await, ["end sent"]);
    assert_eq!(app.told(id).await, ["notice_sent end", "notice_undeliverable end"]);
    let counted = app.services.metrics.render().unwrap();
    for line in ["kept_notices_total{outcome=\"sent\"} 1", "kept_notices_total{outcome=\"undeliverable\"} 1"]
    {
        assert!(counted.contains(line), "{counted}");
    }
    assert_eq!(contact_state(&app, id).await, "undeliverable");
}

/// Lets this much time pass as a worker does: it looks whenever a pause may be over.
async fn keep_trying(app: &TestApp, time: Duration) {
    let end = app.clock.now().plus(time);
    while app.clock.now() < end {
        app.advance(Duration::from_secs(300));
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_put_off_is_never_given_up() {
    let app = TestApp::start().await;
    let (_, id) = app.site_with(ending(contact("later@example.com"))).await;
    app.set_clock_and_run(in_days(30)).await;
    keep_trying(&app, DAY).await;
    assert_eq!(states(&app, id).await, ["end sending"]);
    assert!(app.jobs().await.iter().all(|job| job.state == "queued"), "no dead job");
    assert_eq!(contact_state(&app, id).await, "set");
    app.enter(id, ending(contact(ADA))).await;
    keep_trying(&app, 2 * HOUR).await;
    assert_eq!(app.only_mail().recipients, [ADA]);
    assert_eq!(states(&app, id).await, ["end sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_put_off_holds_the_mail_back_for_a_while_only() {
    let app = TestApp::start().await;
    let billing_cc = Some("later@example.com".parse_address());
    let (_, id) = app.site_with(ending(WantedSettings { billing_cc, ..contact(ADA) })).await;
    app.set_clock_and_run(in_days(30)).await;
    assert!(app.sandbox.mails().is_empty());
    keep_trying(&app, HOUR).await;
    assert_eq!(app.only_mail().recipients, [ADA]);
    assert_eq!(app.told(id).await, ["notice_sent end"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn website_20_whoever_takes_the_contact_away_gets_no_more_mail() {
    let app = TestApp::start().await;
    let (_, id) = app.site_with(ending(contact(ADA))).await;
    app.enter(id, ending(nobody())).await;
    app.live_until(in_days(41)).await;
    assert!(app.sandbox.mails().is_empty());
    assert_eq!(app.told(id).await, ["notice_without_contact end"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_in_the_language_that_was_chosen() {
    let app = TestApp::start().await;
    app.left_with(WantedSettings { language: Language::De, ..contact(ADA) }).await;
    app.live_until(in_days(140)).await;
    let mail = app.only_mail();
    assert_eq!(mail.subject, "Ihre Daten in Kept werden am 21. April 2027 gelöscht");
    assert_eq!(mail.header("content-language"), Some("de"));
    assert!(mail.html.contains("<html lang=\"de\">") && mail.text.contains("Kontodaten"), "{}", mail.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_has_these_headers_and_no_others() {
    let app = TestApp::start().await;
    app.site_with(ending(contact(ADA))).await;
    app.set_clock_and_run(in_days(30)).await;
    let mail = app.only_mail();
    let mut names: Vec<&str> = mail.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Auto-Submitted",
            "Content-Language",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Reply-To",
            "Subject",
            "To",
        ]
    );
    assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
    assert_eq!(mail.date, in_days(30).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_mail_is_stored_in_clear() {
    let app = TestApp::start().await;
    let billing_cc = Some("ledger.billing@example.com".parse_address());
    app.site_with(ending(WantedSettings { billing_cc, ..contact("grace.hopper@example.com") })).await;
    app.set_clock_and_run(in_days(30)).await;
    assert_eq!(app.only_mail().recipients.len(), 2);
    let traces = Traces::of(["grace.hopper", "ledger.billing", "Your subscription to Kept"]);
    assert_eq!(traces.in_everything(&app.databases), Vec::<String>::new());
}

/// The environment of a process that serves on the databases of `app`, from this instant on.
fn environment(app: &TestApp, at: Timestamp) -> Environment {
    Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", &at.to_string()).set("KEPT_LOG", "debug")
}

fn serve(app: &TestApp, environment: &Environment) -> Serving {
    Serving::start(environment.command(&app.databases, &["serve"]))
}

/// Takes one connection and says nothing to it: whoever waits for the greeting has claimed the notice before.
fn silent_server() -> (String, std::thread::JoinHandle<std::net::TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    (url, std::thread::spawn(move || listener.accept().unwrap().0))
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_18_a_notice_that_was_claimed_before_a_kill_is_sent_once_after_it() {
    let app = TestApp::with(&[("KEPT_MAIL_FROM", "kept@example.com")]).await;
    assert_eq!(app.clock.now().to_string(), START);
    let (_, id) = app.site_with(ending(contact(ADA))).await;
    let (url, connected) = silent_server();
    let before = environment(&app, in_days(30)).set("KEPT_SMTP_URL", &url);
    let serving = serve(&app, &before);
    let mut connection = connected.join().unwrap();
    serving.kill();
    // It had said nothing yet: the mail was claimed and had not left.
    assert_eq!(connection.read(&mut [0; 1]).unwrap(), 0);
    let claimed = app.notices(id).await;
    assert_eq!(states(&app, id).await, ["end sending"]);

    // The lease of the one that was killed is over.
    let again = serve(&app, &environment(&app, in_days(30).plus(HOUR)));
    let mail = wait_for_mail(&app).await;
    let stopped = again.stop();
    assert!(stopped.status.success(), "{}", stopped.stderr);
    assert_eq!(mail.message_id, format!("notice.{}@example.com", claimed[0].id));
    assert!(!stopped.stderr.contains("ada@") && !stopped.stderr.contains("/erasure/"), "{}", stopped.stderr);
    assert_eq!(states(&app, id).await, ["end sent"]);
    app.set_clock_and_run(in_days(31)).await;
    assert_eq!(app.sandbox.mails().len(), 1);
}

/// The mail that another process sends: its job is awaited, not a length of time.
async fn wait_for_mail(app: &TestApp) -> kept::sandbox::ReceivedMail {
    app.sandbox.wait_for_mails(1).await.remove(0)
}

/// Takes a mail up to its end and never says that it has it.
fn forgetful_server() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let take = move || {
        use std::io::{BufRead, BufReader, Write};
        let stream = listener.accept().unwrap().0;
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let say = |word: &str| write!(&stream, "{word}\r\n").unwrap();
        say("220 ready");
        let mut message = String::new();
        while let Some(Ok(line)) = lines.next() {
            match line.as_str() {
                "." => break,
                "DATA" => say("354 go on"),
                command if ["EHLO", "MAIL", "RCPT"].iter().any(|verb| command.starts_with(verb)) => {
                    say("250 ok")
                }
                _ => message += &format!("{line}\r\n"),
            }
        }
        // The connection stays open until the test has looked.
        std::mem::forget(stream);
        message
    };
    (url, std::thread::spawn(take))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_left_before_a_kill_comes_again_as_the_same_one() {
    let app = TestApp::start().await;
    let (_, id) = app.site_with(ending(contact(ADA))).await;
    let (url, taken) = forgetful_server();
    let serving = serve(&app, &environment(&app, in_days(30)).set("KEPT_SMTP_URL", &url));
    let first = taken.join().unwrap();
    serving.kill();
    assert_eq!(states(&app, id).await, ["end sending"]);
    let again = serve(&app, &environment(&app, in_days(30).plus(HOUR)));
    let mail = wait_for_mail(&app).await;
    assert!(again.stop().status.success());
    for name in ["Message-ID", "Date", "Subject"] {
        let value = mail.header(name).unwrap();
        assert!(first.contains(&format!("{name}: {value}\r\n")), "{name}: {value} in\n{first}");
    }
    assert_eq!(states(&app, id).await, ["end sent"]);
    app.set_clock_and_run(in_days(31)).await;
}

/// Mails are notices of the kinds that there are; nothing else is written to anybody.
#[tokio::test(flavor = "multi_thread")]
async fn website_19_whatever_was_mailed_is_remembered_as_a_notice_of_a_known_kind() {
    let app = TestApp::start().await;
    let (_, id) = app.site_with(ending(contact(ADA))).await;
    app.live_until(in_days(40 + 90).minus(DAY)).await;
    let mut kinds: Vec<String> = app.notices(id).await.into_iter().map(|row| row.kind).collect();
    kinds.sort();
    assert_eq!(kinds, ["end", "erasure"]);
    let mails = app.sandbox.mails();
    assert_eq!(mails.len(), kinds.len());
    for mail in mails {
        assert!(mail.text.replace('\n', " ").contains("No advertising is sent to it"), "{}", mail.text);
    }
}
