//! `kill -9` between the click and the ticket: whoever was answered has a ticket, whoever was not sends the same again, and in the
//! end there is one ticket and one mail for each report (IDALKO-19).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Output;
use std::time::Duration;

use kept::db::{DbError, Id, ticket_mails, tickets};
use kept::sandbox::Site;
use serde_json::Value;

use crate::support::admin::{installed, tenant_id};
use crate::support::blows::first_of;
use crate::support::databases::postgres_server;
use crate::support::process::{Environment, Serving};
use crate::support::reports::{preview, report, submit, ticket_mails, whole};
use crate::support::{START, TestApp, send};

const ROUNDS: usize = 8;
const AT_ONCE: usize = 6;

/// A user's report, as it is sent and sent again.
struct Sending {
    token: String,
    key: String,
    body: String,
}

impl Sending {
    fn bytes(&self) -> Vec<u8> {
        let Self { token, key, body } = self;
        let head = format!(
            "POST /api/v1/problem-reports HTTP/1.1\r\nhost: app.example.com\r\ncontent-type: application/json\r\n\
             authorization: JWT {token}\r\nidempotency-key: {key}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body.as_bytes()].concat()
    }

    fn to(&self, serving: &Serving) -> TcpStream {
        let mut stream = TcpStream::connect(serving.url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(&self.bytes()).unwrap();
        stream
    }

    /// The number, from a service that lives.
    async fn again(&self, app: &TestApp) -> String {
        let request = app.request("POST", "/api/v1/problem-reports");
        let request = request.header("authorization", format!("JWT {}", self.token));
        let request = request.header("idempotency-key", &self.key).header("content-type", "application/json");
        let answer = send(request.body(self.body.clone())).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        number(&answer.body).unwrap()
    }
}

fn number(body: &str) -> Option<String> {
    Some(serde_json::from_str::<Value>(body).ok()?["number"].as_str()?.to_owned())
}

/// The number in the answer, if it came whole before the service was gone.
fn answered(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    let body = text.split_once("\r\n\r\n")?.1;
    text.starts_with("HTTP/1.1 201").then(|| number(body)).flatten()
}

async fn sendings(app: &TestApp, site: &Site, round: usize) -> Vec<Sending> {
    let draft = serde_json::json!({"description": format!("It broke in round {round}"), "tier": "minimal"});
    let mut all = Vec::new();
    let body = whole(&preview(app, site, draft).await).to_string();
    for number in 0..AT_ONCE {
        // Each is the same user's, who has several windows open.
        let user = site.user(kept::sandbox::Who::Member);
        all.push(Sending {
            token: site.context_token(user.as_deref()),
            key: format!("report-{round}-{number}"),
            body: body.clone(),
        });
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_service_that_is_killed_between_click_and_ticket_leaves_one_ticket_for_each_report() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START);
    let (mut before_answer, mut after_answer, mut all) = (0, 0, BTreeSet::new());
    for round in 0..ROUNDS {
        let site = installed(&app, &format!("site{round}")).await;
        let serving = Serving::start(environment.command(&app.databases, &["serve"]));
        let sendings = sendings(&app, &site, round).await;
        let mut streams: Vec<TcpStream> = sendings.iter().map(|sending| sending.to(&serving)).collect();
        // From round to round the blow falls later.
        let awaited = round * AT_ONCE / ROUNDS;
        let mut numbers: Vec<Option<String>> = streams.iter_mut().take(awaited).map(answered).collect();
        serving.kill();
        numbers.extend(streams.iter_mut().skip(awaited).map(answered));
        for (sending, heard) in sendings.iter().zip(numbers) {
            let number = sending.again(&app).await;
            assert!(heard.as_ref().is_none_or(|heard| *heard == number), "{heard:?} became {number}");
            after_answer += usize::from(heard.is_some());
            before_answer += usize::from(heard.is_none());
            assert!(all.insert(number), "two reports share a number");
        }
        let tenant = tenant_id(&app, &site).await;
        let rows = app
            .services
            .tickets
            .page(tenant, None, kept::db::tickets::Standing::default(), None, 100)
            .await
            .unwrap();
        assert_eq!(rows.len(), AT_ONCE, "round {round}");
    }
    println!("killed before the answer: {before_answer}, after it: {after_answer}");
    assert!(before_answer > 0 && after_answer > 0, "some blows fell on either side");
    // What the killed services had begun to send is free again when its lease is over.
    app.advance(Duration::from_secs(600));
    app.run_jobs().await;
    assert_one_mail_for_each(&app, all.len());
}

/// However often a mail was sent: one `Message-ID` for each report.
fn assert_one_mail_for_each(app: &TestApp, reports: usize) {
    let mut ids = BTreeMap::<String, BTreeSet<String>>::new();
    for mail in ticket_mails(app) {
        ids.entry(mail.subject.clone()).or_default().insert(mail.message_id);
    }
    assert_eq!(ids.len(), reports, "{ids:#?}");
    assert!(ids.values().all(|ids| ids.len() == 1), "{ids:#?}");
}

/// A run of `kept jobs run` that is killed at its n-th write (or that ends by itself before it).
fn run_killed_at(app: &TestApp, environment: &Environment, call: u32) -> Output {
    // SQLite syncs each commit; a PostgreSQL client sends each statement.
    let name = if postgres_server().is_some() { "sendto" } else { "fsync" };
    let inject = format!("inject={name}:signal=SIGKILL:when={call}");
    let trace = format!("trace={name}");
    let strace = ["strace", "-f", "-q", "-e", &trace, "-e", &inject, "-o", "/dev/null"];
    environment.wrap(&app.databases, &strace, &["jobs", "run"]).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_mail_whose_job_is_killed_at_any_point_is_one_mail() {
    let app = TestApp::start().await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let environment = Environment::new(&app.databases, &app.sandbox);
    let now = environment.clone().set("KEPT_CLOCK", START);
    let later = app.clock.now().plus(Duration::from_secs(600)).to_string();
    let restarted = environment.set("KEPT_CLOCK", &later);
    let step_by = if postgres_server().is_some() { 4 } else { 1 };
    let (mut call, mut killed, mut reports) = (first_of(step_by), 0, 0);
    loop {
        let submitted = submit(&app, tenant, &format!("user-{call}"), report(&app)).await;
        reports += 1;
        let was_killed = !run_killed_at(&app, &now, call).status.success();
        killed += usize::from(was_killed);
        assert!(restarted.run(&app.databases, &["jobs", "run"]).status.success());
        assert_sent(&app, tenant, submitted.id, call).await;
        if !was_killed {
            break;
        }
        call += step_by;
    }
    println!("killed at {killed} points");
    assert!(killed >= 4, "the blows fell in the middle: {killed}");
    assert_one_mail_for_each(&app, reports);
    app.run_jobs().await;
}

async fn assert_sent(app: &TestApp, tenant: Id, ticket: Id, call: u32) {
    let found = app.services.main.read(move |conn| {
        Ok::<_, DbError>((
            tickets::find(conn, tenant, ticket)?,
            ticket_mails::of_ticket(conn, tenant, ticket)?,
        ))
    });
    let (row, mails) = found.await.unwrap();
    assert!(row.is_some(), "killed at call {call}");
    let states: Vec<_> = mails.iter().map(|mail| (mail.state.as_str(), mail.sealed.is_some())).collect();
    assert_eq!(states, [("sent", false)], "killed at call {call}");
}
