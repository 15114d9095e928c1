//! The key server away, slow, wrong or leading astray.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kept::clock::Stopwatch;
use kept::sandbox::{Answer, Event, KeyServer, Site};

use super::{Door, Target, UNAUTHENTICATED};
use crate::support::{TestApp, code};

const HOUR: Duration = Duration::from_secs(3_600);
const UNAVAILABLE: (u16, &str) = (503, "unavailable");

impl Target {
    fn times_asked(&self) -> usize {
        times_asked(&self.app)
    }

    /// A good call that changes nothing: the same secret again.
    async fn upgrade(&self) -> Answer {
        self.site.upgrade().await
    }
}

fn times_asked(app: &TestApp) -> usize {
    app.sandbox.recorded().iter().filter(|call| call.path.starts_with("/install-keys/")).count()
}

/// A service that has seen no key yet, and a site that knows the service.
async fn cold(settings: &[(&'static str, &str)]) -> (TestApp, Site) {
    let app = TestApp::with(settings).await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    (app, site)
}

fn assert_refused(answer: &Answer, expected: (u16, &str)) {
    assert_eq!((answer.status, code(answer).as_str()), expected, "{}", answer.body);
    assert_eq!(answer.header("retry-after").is_some(), expected.0 == 503, "{:?}", answer.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_good_yesterday_is_used_while_the_server_is_down() {
    let target = Target::new().await;
    target.app.advance(23 * HOUR);
    assert_eq!(target.upgrade().await.status, 204);
    assert_eq!(target.times_asked(), 0, "a known key is not asked for within a day");
    target.app.advance(2 * HOUR);
    target.app.sandbox.faults().set_key_server(KeyServer::Down);
    assert_eq!(target.upgrade().await.status, 204);
    assert_eq!(target.times_asked(), 1);
    assert_eq!(target.upgrade().await.status, 204);
    assert_eq!(target.times_asked(), 1, "a server that is down is left alone for a minute");
    target.app.sandbox.faults().clear();
    target.app.advance(Duration::from_secs(61));
    assert_eq!(target.upgrade().await.status, 204);
    assert_eq!(target.times_asked(), 2, "and asked again when it may be back");
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_withdrawn_proves_nothing_after_a_day() {
    let target = Target::new().await;
    target.app.advance(25 * HOUR);
    target.app.sandbox.faults().set_key_server(KeyServer::Status(404));
    for door in Door::LIFECYCLE {
        let answer = target.knock(door, &target.sign(door, &target.claims(door))).await;
        target.refused(&answer, UNAUTHENTICATED, "a withdrawn key").await;
    }
    assert_eq!(target.times_asked(), 1);
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_makes_the_host_come_back() {
    for fault in [KeyServer::Down, KeyServer::Status(500), KeyServer::Status(429), KeyServer::Status(302)] {
        let (app, site) = cold(&[]).await;
        app.sandbox.faults().set_key_server(fault);
        assert_refused(&site.install().await, UNAVAILABLE);
        assert_eq!(app.state(&site).await, "nothing");
        app.sandbox.faults().clear();
        assert_eq!(site.install().await.status, 204, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_asked_for_once_a_minute() {
    for gone in [404, 403, 410] {
        let (app, site) = cold(&[]).await;
        app.sandbox.faults().set_key_server(KeyServer::Status(gone));
        assert_refused(&site.install().await, UNAUTHENTICATED);
        assert_refused(&site.install().await, UNAUTHENTICATED);
        app.sandbox.faults().clear();
        assert_refused(&site.install().await, UNAUTHENTICATED);
        assert_eq!((times_asked(&app), app.state(&site).await), (1, "nothing"));
        app.advance(Duration::from_secs(61));
        assert_eq!(site.install().await.status, 204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_key_ids_do_not_become_a_flood_and_do_not_hinder_known_keys() {
    let target = Target::new().await;
    let claims = target.claims(Door::Installed);
    for number in 0..100 {
        let token = target.app.sandbox.sign_rs256(Some(&format!("made-up-{number}")), &claims);
        let answer = target.knock(Door::Installed, &token).await;
        assert!(matches!(answer.status, 401 | 503), "{}", answer.body);
    }
    assert!(target.times_asked() < 100, "{} requests left", target.times_asked());
    target.untouched("made-up keys").await;
    assert_eq!(target.upgrade().await.status, 204);
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_is_not_waited_for_for_long() {
    let (app, site) = cold(&[]).await;
    app.sandbox.faults().set_key_server(KeyServer::Slow(Duration::from_secs(30)));
    let watch = Stopwatch::start();
    assert_refused(&site.install().await, UNAVAILABLE);
    assert!(watch.elapsed() < Duration::from_secs(10), "{:?}", watch.elapsed());
    assert_eq!(app.state(&site).await, "nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_than_the_one_that_signed_proves_nothing() {
    let (app, site) = cold(&[]).await;
    app.sandbox.faults().set_key_server(KeyServer::WrongKey);
    assert_refused(&site.install().await, UNAUTHENTICATED);
    assert_eq!(app.state(&site).await, "nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_first_calls_at_once_ask_for_their_key_once() {
    let (app, _) = cold(&[]).await;
    app.sandbox.faults().set_key_server(KeyServer::Slow(Duration::from_millis(500)));
    let installs = (0..80).map(|number| {
        let site = app.site(&format!("site-{number}"));
        async move { site.install().await.status }
    });
    let answers = futures_util::future::join_all(installs.collect::<Vec<_>>()).await;
    assert!(answers.iter().all(|status| *status == 204), "{answers:?}");
    assert!(times_asked(&app) < 10, "{} times", times_asked(&app));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_of_the_key_server_is_not_followed() {
    let real = TestApp::start().await;
    let target = format!("{}/{}", real.sandbox.install_keys_url(), real.sandbox.key_id());
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let server = Stub::start(&format!("HTTP/1.1 {status}\r\nlocation: {target}\r\n"), b"");
        let (app, site) = cold(&[("KEPT_INSTALL_KEYS_URL", &server.url)]).await;
        assert_refused(&site.install().await, UNAVAILABLE);
        assert_eq!((server.connections(), times_asked(&app), times_asked(&real)), (1, 0, 0), "{status}");
        assert_eq!(app.state(&site).await, "nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_no_key_is_the_servers_fault() {
    let pem = TestApp::start().await.sandbox.public_key_pem();
    for body in [
        Vec::new(),
        b"<!doctype html><title>Sign in</title>".to_vec(),
        pem.as_bytes()[..200].to_vec(),
        [pem.as_bytes(), &[b'\n'; 20 * 1024]].concat(),
        vec![0xff; 64],
    ] {
        let server = Stub::start("HTTP/1.1 200 OK\r\n", &body);
        let (app, site) = cold(&[("KEPT_INSTALL_KEYS_URL", &server.url)]).await;
        assert_refused(&site.install().await, UNAVAILABLE);
        assert_eq!(app.state(&site).await, "nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_server_is_asked_when_the_first_has_no_answer() {
    let first = Stub::start("HTTP/1.1 500 Internal Server Error\r\n", b"");
    let real = TestApp::start().await;
    let second = real.sandbox.install_keys_url();
    let (app, site) = cold(&[("KEPT_INSTALL_KEYS_URL", &format!("{},{second}", first.url))]).await;
    let claims = site.lifecycle_claims(Event::Installed);
    let token = app.sandbox.sign_rs256(Some(&real.sandbox.key_id()), &claims);
    let body = site.lifecycle_body(Event::Installed);
    let answer = site.send_lifecycle(Event::Installed, &body, &token).await;
    assert_eq!((answer.status, first.connections(), times_asked(&real)), (204, 1, 1), "{}", answer.body);
}

/// A key server that gives everybody the same answer.
pub(super) struct Stub {
    pub(super) url: String,
    connections: Arc<AtomicUsize>,
}

impl Stub {
    pub(super) fn start(head: &str, body: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = connections.clone();
        let length = format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let answer = [head.as_bytes(), length.as_bytes(), body].concat();
        // Ends with the test run.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                counter.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4_096]);
                let _ = stream.write_all(&answer);
            }
        });
        Self { url, connections }
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
