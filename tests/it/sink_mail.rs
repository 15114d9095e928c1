//! The mail that tells the vendor's own support of a new report: one for each report whatever the mail server does and wherever
//! the service is killed, with its number and a link and nothing of anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;
use std::time::Duration;

use kept::app::{App, Databases};
use kept::clock::Clock;
use kept::sandbox::{MailServer, ReceivedMail};
use kept::staff::Role;
use kept::tickets::submit::Submitted;

use crate::support::admin::{installed, tenant_id};
use crate::support::databases::postgres_server;
use crate::support::process::Environment;
use crate::support::reports::{ADDRESS, post, preview, report, submit, whole};
use crate::support::{START, TestApp, TestDatabases, settings};

const MINUTE: Duration = Duration::from_secs(60);
const SUPPORT: &str = "help@vendor.example";
const SETTING: (&str, &str) = ("KEPT_SUPPORT_EMAIL", SUPPORT);

fn to_staff(app: &TestApp) -> Vec<ReceivedMail> {
    app.sandbox.mails().into_iter().filter(|mail| mail.recipients == [SUPPORT]).collect()
}

/// However often a mail was sent: one `Message-ID` for each report, and the same bytes each time.
fn assert_one_for_each(app: &TestApp, reports: &[Submitted]) {
    let mut ids = BTreeMap::<String, BTreeSet<(String, String, String)>>::new();
    for mail in to_staff(app) {
        ids.entry(mail.subject).or_default().insert((mail.message_id, mail.text, mail.date));
    }
    let expected: BTreeSet<String> = reports.iter().map(|one| format!("New report {}", one.number)).collect();
    assert_eq!(ids.keys().cloned().collect::<BTreeSet<_>>(), expected);
    assert!(ids.values().all(|ids| ids.len() == 1), "{ids:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_12_support_is_told_the_number_and_a_link_to_the_console_and_nothing_of_anybody() {
    let app = TestApp::with(&[SETTING]).await;
    let site = installed(&app, "jira").await;
    let draft =
        serde_json::json!({"description": "It broke <b>badly</b>", "doing": "Opening", "tier": "minimal"});
    let body = whole(&preview(&app, &site, draft).await);
    let answer = post(&app, &site, "8e03978e-40d5-43dd", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    app.run_jobs().await;
    let mails = to_staff(&app);
    assert_eq!(mails.len(), 1, "before anybody has confirmed anything");
    let (mail, number) = (&mails[0], answer.json()["number"].as_str().unwrap().to_owned());
    assert_eq!(
        (mail.subject.as_str(), mail.to.as_slice()),
        (format!("New report {number}").as_str(), [SUPPORT.to_owned()].as_slice())
    );
    let link = &mail.links()[0];
    assert!(link.starts_with("https://app.example.com/console/tickets/"), "{link}");
    let lead = app.person("mara", Role::Lead).await;
    let place = link.strip_prefix("https://app.example.com/console").unwrap();
    let followed = app.console(Some(&lead), "GET", &format!("/console/api/v1{place}"), None).await;
    assert_eq!((followed.status, &followed.json()["number"]), (200, &serde_json::json!(number)), "{link}");
    let all = format!("{mail:?}");
    for theirs in ["broke", "badly", "Opening", ADDRESS, site.base_url().as_str(), site.client_key().as_str()]
    {
        assert!(!all.contains(theirs), "{theirs}: {all}");
    }
    assert!(mail.header("in-reply-to").is_none(), "it is no part of what the reporter gets");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_where_no_address_is_set_and_a_wrong_one_stops_the_start() {
    let app = TestApp::start().await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    submit(&app, tenant, "ada", report(&app)).await;
    app.run_jobs().await;
    assert!(to_staff(&app).is_empty());
    for wrong in ["help", "help@vendor.example\r\nBcc: eve@example.com", "a@b.example, c@d.example"] {
        let databases = TestDatabases::fresh();
        let clock = Clock::manual(START.parse().unwrap());
        let wrong = settings(&databases, &app.sandbox, &clock, &[("KEPT_SUPPORT_EMAIL", wrong)]);
        kept::app::open_databases(&wrong, Databases::PrepareAll).await.unwrap();
        let error = App::build(wrong).await.err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(error.contains("KEPT_SUPPORT_EMAIL"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_whatever_the_mail_server_does_support_is_told_of_each_report_once() {
    let app = TestApp::with(&[SETTING]).await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let faults =
        [MailServer::Down, MailServer::Slow(Duration::from_secs(1)), MailServer::Busy, MailServer::FailAfter];
    let mut reports = Vec::new();
    for (number, fault) in faults.into_iter().enumerate() {
        app.sandbox.faults().set_mail(fault);
        reports.push(submit(&app, tenant, &format!("user-{number}"), report(&app)).await);
        app.run_jobs().await;
        app.sandbox.faults().clear();
        for _ in 0..5 {
            app.advance(MINUTE);
            app.run_jobs().await;
        }
        assert_one_for_each(&app, &reports);
    }
    let ours = app.mails_of("ticket").into_iter().filter(|mail| mail.recipients == [ADDRESS]);
    let asked: BTreeSet<String> = ours.map(|mail| mail.message_id).collect();
    assert_eq!(asked.len(), reports.len(), "and each reporter was asked once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_support_that_takes_no_mail_leaves_the_report_as_it_is() {
    let app = TestApp::with(&[("KEPT_SUPPORT_EMAIL", "bounce@vendor.example")]).await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    app.run_jobs().await;
    let ticket = app.services.tickets.find(tenant, submitted.id).await.unwrap().unwrap();
    assert_eq!(ticket.email_state, "unconfirmed", "it is not the reporter's address that does not work");
}

/// A run of `kept jobs run` that is killed at its n-th write (or that ends by itself before it).
fn run_killed_at(app: &TestApp, environment: &Environment, call: usize) -> Output {
    let name = if postgres_server().is_some() { "sendto" } else { "fsync,sendto" };
    let inject = format!("inject={name}:signal=SIGKILL:when={call}");
    let trace = format!("trace={name}");
    let strace = ["strace", "-f", "-q", "-e", &trace, "-e", &inject, "-o", "/dev/null"];
    environment.wrap(&app.databases, &strace, &["jobs", "run"]).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_service_that_is_killed_at_any_point_tells_support_of_each_report_once() {
    let app = TestApp::with(&[SETTING]).await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let environment = Environment::new(&app.databases, &app.sandbox).set("KEPT_SUPPORT_EMAIL", SUPPORT);
    let at = |time: String| environment.clone().set("KEPT_CLOCK", &time);
    let (mut call, mut killed, mut reports) = (1, 0, Vec::new());
    loop {
        reports.push(submit(&app, tenant, &format!("user-{call}"), report(&app)).await);
        let was_killed = !run_killed_at(&app, &at(app.clock.now().to_string()), call).status.success();
        killed += usize::from(was_killed);
        app.advance(MINUTE * 10);
        assert!(at(app.clock.now().to_string()).run(&app.databases, &["jobs", "run"]).status.success());
        assert_one_for_each(&app, &reports);
        if !was_killed {
            break;
        }
        call += if postgres_server().is_some() { 7 } else { 2 };
    }
    println!("killed at {killed} points");
    assert!(killed >= 4, "the blows fell in the middle: {killed}");
    app.run_jobs().await;
}
