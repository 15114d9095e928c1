//! What is left when the service is killed, and when it starts again: everything that was answered.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use kept::db::jobs::{self, JobRow};
use kept::db::tenants::{self, TenantRow};
use kept::db::{DbError, Id, webhooks};
use kept::sandbox::Event;
use serde_json::json;

use crate::support::process::{Environment, Serving};
use crate::support::tenants::{client_key, install};
use crate::support::{START, TestApp, TestDatabases};

const ROUNDS: usize = 100;
const IN_FLIGHT: usize = 64;

fn environment(app: &TestApp) -> Environment {
    Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START)
}

fn serve(app: &TestApp) -> Serving {
    Serving::start(environment(app).command(&app.databases, &["serve"]))
}

/// The bytes of a proven `uninstalled`.
async fn uninstall_request(app: &TestApp, number: usize) -> Vec<u8> {
    let mut claims = app.site("jira").lifecycle_claims(Event::Uninstalled);
    claims["iss"] = json!(client_key(number));
    let token = app.sandbox.sign_rs256(Some(&app.sandbox.key_id()), &claims);
    let body = json!({"key": "kept", "clientKey": client_key(number), "eventType": "uninstalled",
        "baseUrl": format!("https://site-{number}.atlassian.net")});
    let body = body.to_string();
    let head =
        "POST /connect/uninstalled HTTP/1.1\r\nhost: app.example.com\r\ncontent-type: application/json";
    format!("{head}\r\nauthorization: JWT {token}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn send(serving: &Serving, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(serving.url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request).unwrap();
    stream
}

/// Whether the answer is a 204; false when the service was gone before it.
fn is_answered(stream: &mut TcpStream) -> bool {
    let mut status = [0_u8; 12];
    stream.read_exact(&mut status).is_ok() && status == *b"HTTP/1.1 204"
}

#[derive(Debug, Default)]
struct Seen {
    answered: usize,
    marked_unanswered: usize,
    untouched: usize,
}

/// After a restart: who was answered is marked and has its jobs, and nobody is marked by halves.
async fn look(app: &TestApp, tenants: Vec<(Id, bool)>, seen: &mut Seen) {
    let rows = app.services.main.read(move |conn| {
        let row = |(id, answered)| {
            Ok::<_, DbError>((tenants::by_id(conn, id)?.unwrap(), jobs::of_tenant(conn, id)?, answered))
        };
        tenants.into_iter().map(row).collect::<Result<Vec<(TenantRow, Vec<JobRow>, bool)>, DbError>>()
    });
    for (row, jobs, answered) in rows.await.unwrap() {
        let waiting: Vec<_> = jobs.iter().map(|job| job.kind.as_str()).collect();
        let others = ["destroy_secret", "probe"];
        let waiting: Vec<_> = waiting.into_iter().filter(|kind| !others.contains(kind)).collect();
        let is_marked = row.standing == "marked" && row.due_at.is_some() && row.secret.is_none();
        let is_whole = is_marked && waiting == ["notice", "erase"];
        let is_untouched = row.standing == "active" && row.secret.is_some() && waiting.is_empty();
        assert!(is_whole || is_untouched, "by halves: {row:?} {jobs:?}");
        assert!(is_whole || !answered, "answered and forgotten: {row:?} {jobs:?}");
        seen.answered += usize::from(answered);
        seen.marked_unanswered += usize::from(is_whole && !answered);
        seen.untouched += usize::from(is_untouched);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_answered_is_marked_and_has_its_jobs_when_the_service_is_killed() {
    let app = TestApp::with(&[("KEPT_DATABASE_POOL", "32")]).await;
    app.site("jira").read_descriptor().await.unwrap();
    let ids: Vec<Id> =
        stream::iter(0..ROUNDS * IN_FLIGHT).map(|number| install(&app, number)).buffered(32).collect().await;
    let mut seen = Seen::default();
    let mut before: Vec<(Id, bool)> = Vec::new();
    for round in 0..ROUNDS {
        let serving = serve(&app);
        look(&app, std::mem::take(&mut before), &mut seen).await;
        // A stranger's call, so that the key server need not be asked in the middle of the burst.
        assert!(is_answered(&mut send(&serving, &uninstall_request(&app, usize::MAX).await)));
        let numbers: Vec<usize> = (round * IN_FLIGHT..(round + 1) * IN_FLIGHT).collect();
        let requests: Vec<Vec<u8>> =
            stream::iter(numbers.clone()).then(|number| uninstall_request(&app, number)).collect().await;
        let mut streams: Vec<TcpStream> = requests.iter().map(|request| send(&serving, request)).collect();
        // From round to round the blow falls later: before the first answer, or after so many of them.
        let awaited = round * IN_FLIGHT / ROUNDS;
        let mut answered: Vec<bool> = streams.iter_mut().take(awaited).map(is_answered).collect();
        serving.kill();
        // Answers that were on their way count as well.
        answered.extend(streams.iter_mut().skip(awaited).map(is_answered));
        assert!(answered.iter().take(awaited).all(|answered| *answered), "round {round}: {answered:?}");
        before = numbers.iter().map(|number| ids[*number]).zip(answered).collect();
    }
    let serving = serve(&app);
    look(&app, before, &mut seen).await;
    drop(serving);
    println!("{seen:?}");
    assert!(seen.answered > 0 && seen.untouched > 0, "some blows fell in the middle: {seen:?}");
    app.run_jobs().await;
}

/// Everything that a restart must find again, without jobs that run at once.
async fn snapshot(app: &TestApp) -> String {
    let all = app.services.main.read(|conn| {
        let tenants = tenants::page(conn, Id::NONE, 100)?;
        let mut jobs = jobs::list(conn, 100)?;
        jobs.retain(|job| matches!(job.kind.as_str(), "erase" | "notice"));
        let events: Result<Vec<_>, _> =
            tenants.iter().map(|tenant| webhooks::newest(conn, tenant.id, 100)).collect();
        Ok::<_, DbError>(format!("{tenants:?}\n{jobs:?}\n{:?}", events?))
    });
    all.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_finds_everything_again() {
    let app = TestApp::start().await;
    let serving = serve(&app);
    app.sandbox.set_app_url(&serving.url);
    let (site, gone) = (app.site("jira"), app.site("gone"));
    assert_eq!(site.install().await.status, 204);
    assert_eq!(gone.install().await.status, 204);
    assert_eq!(site.webhook("jira:issue_updated", json!({"issue": {"id": "1"}})).await.status, 204);
    assert_eq!(gone.uninstall().await.status, 204);
    let before = snapshot(&app).await;
    serving.kill();
    let serving = serve(&app);
    assert_eq!(snapshot(&app).await, before);
    app.sandbox.set_app_url(&serving.url);
    let again = site.webhook("jira:issue_updated", json!({"issue": {"id": "2"}})).await;
    assert_eq!(again.status, 204, "its secret still proves requests");
    drop(serving);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_id_is_never_used_again() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    let mut ids: Vec<Id> = Vec::new();
    for _ in 0..3 {
        // Each process begins at the same instant, the worst that a clock can do to an id.
        let serving = serve(&app);
        app.sandbox.set_app_url(&serving.url);
        assert_eq!(site.install().await.status, 204);
        let id = app.tenant(&site).await.unwrap().tenant.id;
        assert!(!ids.contains(&id), "{id} after {ids:?}");
        ids.push(id);
        let gone = app.services.main.write(move |tx| {
            use diesel::prelude::*;
            use kept::db::schema::tenants;
            Ok::<_, DbError>(diesel::delete(tenants::table.find(id)).execute(tx)?)
        });
        assert_eq!(gone.await.unwrap(), 1);
        serving.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_disk_has_an_uninstall_before_its_answer_is_sent() {
    let app = TestApp::on(TestDatabases::sqlite(), &[]).await;
    app.site("jira").read_descriptor().await.unwrap();
    install(&app, 1).await;
    let trace = app.databases.dir().join("trace");
    let calls =
        "trace=read,recv,recvfrom,write,writev,send,sendto,sendmsg,pwrite64,fsync,fdatasync,sync_file_range";
    // With -D the process that is started is kept itself, so that it is kept that is ended.
    let strace = ["strace", "-D", "-f", "-y", "-s", "64", "-e", calls, "-o", trace.to_str().unwrap()];
    let found = std::process::Command::new(strace[0]).arg("--version").output();
    assert!(
        found.is_ok(),
        "strace is needed to see in which order the service syncs and answers: scripts/setup test"
    );
    let serving = Serving::start(environment(&app).wrap(&app.databases, &strace, &["serve"]));
    let mut stream = send(&serving, &uninstall_request(&app, 1).await);
    assert!(is_answered(&mut stream));
    // The thread that has answered this as well has returned from answering the other.
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: app.example.com\r\nconnection: close\r\n\r\n").unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    serving.kill();
    let trace = std::fs::read_to_string(trace).unwrap();
    let lines: Vec<&str> = trace.lines().collect();
    let asked = lines.iter().position(|line| line.contains("POST /connect/uninstalled")).expect("a request");
    let after = |from: usize, what: &dyn Fn(&str) -> bool| {
        lines.iter().skip(from).position(|line| what(line)).map(|position| from + position)
    };
    // Nothing else writes until the uninstall is committed, and only then is there a job for the worker to claim.
    let written = after(asked, &|line| line.contains("kept.db-wal>") && line.contains(" pwrite64("));
    let written = written.expect("the mark is written");
    let is_sync = |line: &str| line.contains(" fdatasync(") || line.contains(" fsync(");
    let syncing =
        after(written, &|line| line.contains("kept.db-wal>") && is_sync(line)).expect("it is synced");
    // Its return stands in a line of its own when another thread's call came between.
    let thread = lines[syncing].split(' ').next().unwrap();
    let synced =
        after(syncing, &|line| line.starts_with(thread) && line.contains("sync") && line.contains(") = "));
    let synced = synced.expect("the sync returns");
    assert!(lines[synced].ends_with(" = 0"), "{}", lines[synced]);
    let answered = after(asked, &|line| line.contains("\"HTTP/1.1 204")).expect("the answer is sent");
    assert!(synced < answered, "answered before the sync:\n{}", lines[asked..=synced].join("\n"));
    app.run_jobs().await;
}
