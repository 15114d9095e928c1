//! The set of keys: away, slow, renewed, and asked for by strangers.

use std::time::Duration;

use kept::clock::Stopwatch;
use kept::connect::forge::ForgeKeys;
use kept::sandbox::{Answer, KeyServer};

use super::super::key_server::Stub;
use super::{DOORS, Remote, UNAUTHENTICATED};
use crate::support::TestApp;
use crate::support::code;
use crate::support::forge::installed;

const UNAVAILABLE: (u16, &str) = (503, "unavailable");
const HALF_A_MINUTE: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_secs(3_600);

impl Remote {
    async fn visit(&self) -> Answer {
        self.knock(DOORS[0], &self.sign(&self.claims())).await
    }

    fn fetches(&self) -> usize {
        self.app.sandbox.forge_jwks_fetches()
    }

    async fn visits(&self, expected: u16, fetches: usize, what: &str) {
        let answer = self.visit().await;
        assert_eq!((answer.status, self.fetches()), (expected, fetches), "{what}: {}", answer.body);
    }
}

fn assert_is(answer: &Answer, expected: (u16, &str)) {
    assert_eq!((answer.status, code(answer).as_str()), expected, "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unknown_keys_makes_one_request() {
    let remote = Remote::new().await;
    remote.app.advance(HALF_A_MINUTE);
    let tokens: Vec<String> = (0..200)
        .map(|number| remote.site.sign_forge_as(&format!("made-up-{number}"), &remote.claims()))
        .collect();
    let knocks = tokens.iter().map(|token| remote.knock(DOORS[0], token));
    let answers = futures_util::future::join_all(knocks).await;
    answers.iter().for_each(|answer| assert_is(answer, UNAUTHENTICATED));
    assert_eq!(remote.fetches(), 1);
    remote.visits(200, 1, "and whoever has a good key does not notice").await;
    remote.app.advance(HALF_A_MINUTE);
    remote.knock(DOORS[0], &tokens[0]).await;
    remote.knock(DOORS[0], &tokens[1]).await;
    assert_eq!(remote.fetches(), 2, "once in half a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_first_invocations_at_once_ask_for_the_keys_once() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    installed(&app, &site).await;
    app.sandbox.faults().set_forge_keys(KeyServer::Slow(Duration::from_millis(500)));
    let visits =
        (0..50).map(|_| site.invoke_remote(kept::sandbox::Who::Member, "GET", "/forge/api/v1/session", None));
    let answers = futures_util::future::join_all(visits).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(app.sandbox.forge_jwks_fetches(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_hang_up_while_the_keys_are_slow_make_one_request() {
    let app = TestApp::start().await;
    app.sandbox.faults().set_forge_keys(KeyServer::Slow(Duration::from_millis(800)));
    let url = app.sandbox.forge_jwks_url().parse().unwrap();
    let keys = ForgeKeys::new(url, false, app.clock.clone()).unwrap();
    for number in 0..5 {
        let caller = tokio::time::timeout(Duration::from_millis(50), keys.get("made-up")).await;
        assert!(caller.is_err(), "caller {number} was answered before the keys came");
    }
    assert!(keys.get(&app.sandbox.forge_key_id()).await.is_ok(), "whoever waits gets the same answer");
    assert!(keys.get("made-up").await.is_err());
    assert_eq!(app.sandbox.forge_jwks_fetches(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_fetched_with_its_first_token_and_the_former_one_is_forgotten() {
    let remote = Remote::new().await;
    let (former, claims) = (remote.app.sandbox.forge_key_id(), remote.claims());
    remote.app.sandbox.rename_forge_key();
    remote.visits(401, 0, "the set came a moment ago").await;
    remote.app.advance(HALF_A_MINUTE);
    remote.visits(200, 1, "now it may be asked for").await;
    remote.visits(200, 1, "once").await;
    let claims =
        super::super::with(&claims, "exp", serde_json::json!(remote.app.clock.now().as_seconds() + 20));
    let answer = remote.knock(DOORS[0], &remote.site.sign_forge_as(&former, &claims)).await;
    remote.refused(&answer, "a key that was withdrawn").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_is_fresh_for_as_long_as_it_says() {
    let remote = Remote::new().await;
    remote.app.advance(HOUR - Duration::from_secs(1));
    remote.visits(200, 0, "an hour, as the sandbox says").await;
    remote.app.advance(Duration::from_secs(1));
    remote.app.sandbox.set_forge_keys_max_age(Some(60));
    remote.visits(200, 1, "and then it is asked for again").await;
    remote.app.advance(Duration::from_secs(59));
    remote.visits(200, 1, "a minute").await;
    remote.app.sandbox.set_forge_keys_max_age(None);
    remote.app.advance(Duration::from_secs(1));
    remote.visits(200, 2, "over").await;
    remote.app.advance(HOUR - Duration::from_secs(1));
    remote.visits(200, 2, "an hour where nothing is said").await;
    remote.app.sandbox.set_forge_keys_max_age(Some(u32::MAX));
    remote.app.advance(Duration::from_secs(1));
    remote.visits(200, 3, "over").await;
    remote.app.advance(24 * HOUR);
    remote.visits(200, 4, "a day at most, whatever it says").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_before_are_used_on_for_a_day_while_nobody_answers() {
    for fault in [KeyServer::Down, KeyServer::Status(500), KeyServer::Status(404), KeyServer::Status(302)] {
        let remote = Remote::new().await;
        remote.app.sandbox.faults().set_forge_keys(fault);
        remote.app.advance(2 * HOUR);
        remote.visits(200, 1, "stale").await;
        remote.visits(200, 1, "nobody is asked again at once").await;
        remote.app.advance(HALF_A_MINUTE);
        remote.visits(200, 2, "but half a minute later").await;
        remote.app.advance(22 * HOUR);
        let answer = remote.visit().await;
        assert_is(&answer, UNAVAILABLE);
        assert!(answer.header("retry-after").is_some(), "{fault:?}");
        remote.app.sandbox.faults().clear();
        remote.app.advance(HALF_A_MINUTE);
        remote.visits(200, 4, "and it is over when they come back").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_keys_nobody_is_believed_and_nobody_is_sent_away_for_good() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    installed(&app, &site).await;
    let visit = || site.invoke_remote(kept::sandbox::Who::Member, "GET", "/forge/api/v1/session", None);
    app.sandbox.faults().set_forge_keys(KeyServer::Down);
    assert_is(&visit().await, UNAVAILABLE);
    app.sandbox.faults().clear();
    assert_is(&visit().await, UNAVAILABLE);
    app.advance(HALF_A_MINUTE);
    assert_eq!(visit().await.status, 200);
    assert_eq!(app.sandbox.forge_jwks_fetches(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_with_another_key_under_the_same_name_proves_nothing() {
    let remote = Remote::new().await;
    remote.app.sandbox.faults().set_forge_keys(KeyServer::WrongKey);
    remote.app.advance(HOUR);
    let answer = remote.visit().await;
    remote.refused(&answer, "the right key under the wrong set").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_keys_are_not_waited_for_for_long() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    installed(&app, &site).await;
    app.sandbox.faults().set_forge_keys(KeyServer::Slow(HALF_A_MINUTE));
    let watch = Stopwatch::start();
    let answer = site.invoke_remote(kept::sandbox::Who::Member, "GET", "/forge/api/v1/session", None).await;
    assert_is(&answer, UNAVAILABLE);
    assert!(watch.elapsed() < Duration::from_secs(10), "{:?}", watch.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_set_of_keys_and_what_leads_elsewhere_is_not_followed() {
    let elsewhere = TestApp::start().await;
    let real = elsewhere.sandbox.forge_jwks_url();
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {real}\r\n");
    for (head, body) in [
        (redirect.as_str(), &b""[..]),
        ("HTTP/1.1 200 OK\r\n", b"<!doctype html><title>Sign in</title>"),
        ("HTTP/1.1 200 OK\r\n", br#"{"keys": []}"#),
        ("HTTP/1.1 200 OK\r\n", br#"{"keys": [{"kty": "oct", "kid": "x", "k": "AAAA"}]}"#),
        ("HTTP/1.1 200 OK\r\n", &[b' '; 70 * 1024]),
    ] {
        let server = Stub::start(head, body);
        let app = TestApp::with(&[("KEPT_FORGE_JWKS_URL", &server.url)]).await;
        let site = app.site("jira");
        installed(&app, &site).await;
        let who = kept::sandbox::Who::Member;
        assert_is(&site.invoke_remote(who, "GET", "/forge/api/v1/session", None).await, UNAVAILABLE);
        assert_eq!((server.connections(), elsewhere.sandbox.forge_jwks_fetches()), (1, 0));
    }
}
