//! Two processes on one database, and a database that ends connections: what each of them may still believe.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use kept::auth::TenantCache;
use kept::clock::Stopwatch;
use kept::db::Change;
use kept::sandbox::Event;
use kept::tenancy::Event as TenantEvent;

use crate::support::databases::postgres_server;
use crate::support::process::{Environment, Serving};
use crate::support::tenants::{client_key, install};
use crate::support::{START, TestApp, TestDatabases, send};

/// How long one process may go on believing what another one has changed.
const BEHIND_MAX: Duration = Duration::from_secs(1);

/// Asks until `is_so`, and says how long that took. Real time passes here, and in tests nowhere else: the promise is one
/// about real time between two processes, and there is no clock that both could be moved by.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let watch = Stopwatch::start();
    while !is_so().await {
        assert!(watch.elapsed() < BEHIND_MAX * 10, "{what}: not even after {:?}", watch.elapsed());
        tokio::task::yield_now().await;
    }
    println!("{what}: {:?}", watch.elapsed());
    watch.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_changes_the_other_obeys_within_a_second() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START);
    let other = Serving::start(environment.command(&app.databases, &["serve"]));
    let site = app.site("jira");
    let client = app.request("GET", "/");
    drop(client);
    let ask_other = async |token: &str| {
        let request =
            reqwest::Client::get(&reqwest::Client::default(), format!("{}/api/v1/session", other.url));
        send(request.header("authorization", format!("JWT {token}"))).await.status
    };
    let ask_app = async |token: &str| app.get_with("/api/v1/session", token).await.status;

    // Nobody of that name: both remember it.
    let stranger = site.context_token(None);
    assert_eq!((ask_app(&stranger).await, ask_other(&stranger).await), (401, 401));
    for round in 1..=2 {
        site.install().await;
        let token = site.context_token(None);
        assert_eq!(ask_app(&token).await, 200);
        let took =
            until("the other process knows the new secret", async || ask_other(&token).await == 200).await;
        assert!(took < BEHIND_MAX, "round {round}: {took:?}");
        site.uninstall().await;
        assert_eq!(ask_app(&token).await, 401, "at once in the process that was told");
        let took = until("the other process refuses", async || ask_other(&token).await == 401).await;
        assert!(took < BEHIND_MAX, "round {round}: {took:?}");
    }
    // And the other way round.
    app.sandbox.set_app_url(&other.url);
    site.install().await;
    let token = site.context_token(None);
    assert_eq!(ask_other(&token).await, 200);
    let took = until("this process knows the new secret", async || ask_app(&token).await == 200).await;
    assert!(took < BEHIND_MAX, "{took:?}");
    site.uninstall().await;
    let took = until("this process refuses", async || ask_app(&token).await == 401).await;
    assert!(took < BEHIND_MAX, "{took:?}");
    drop(other);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_feed_what_is_older_than_a_second_is_read_again() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let cache = TenantCache::new(app.services.tenancy.clone(), app.services.vault.clone());
    let before = cache.get(&site.client_key()).await.unwrap().unwrap();
    assert!(before.known.tenant.enabled);
    app.services.tenancy.happened(before.id(), TenantEvent::Disabled).await.unwrap();
    let took = until("it is read again", async || {
        !cache.get(&site.client_key()).await.unwrap().unwrap().known.tenant.enabled
    });
    let took = took.await;
    // The entry was read a little before the clock of this test began to run.
    assert!(took < BEHIND_MAX + Duration::from_millis(200), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_cache_goes_on_and_still_hears_of_changes() {
    const TENANTS: usize = 400;
    let app = TestApp::start().await;
    stream::iter(0..TENANTS).map(|number| install(&app, number)).buffered(32).collect::<Vec<_>>().await;
    let services = &app.services;
    let cache = Arc::new(TenantCache::with_room_for(4, services.tenancy.clone(), services.vault.clone()));
    // On a thread and a runtime of its own: a lock that is never released again would hold this test's for ever.
    let (done, is_done) = std::sync::mpsc::channel();
    let asked = cache.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // All look before any of them puts in what it found: then it is the putting in that makes room.
            for _ in 0..5 {
                let names: Vec<String> = (0..TENANTS).map(client_key).collect();
                let all = join_all(names.iter().map(|name| asked.get(name))).await;
                assert!(all.into_iter().all(|found| found.unwrap().is_some()));
            }
        });
        done.send(()).unwrap();
    });
    is_done.recv_timeout(Duration::from_secs(60)).expect("the cache answers");
    for number in 0..24 {
        let name = client_key(number);
        let id = cache.get(&name).await.unwrap().unwrap().id();
        services.tenancy.happened(id, TenantEvent::Disabled).await.unwrap();
        cache.changed(Change::Tenant(id));
        assert!(!cache.get(&name).await.unwrap().unwrap().known.tenant.enabled, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_server_ended_are_replaced() {
    let Some(server) = postgres_server() else { return };
    let databases = TestDatabases::fresh();
    let name = format!("application_name={}", databases.dir().file_name().unwrap().to_str().unwrap());
    let (main, keyring) =
        (format!("{}&{name}", databases.main_url()), format!("{}&{name}", databases.keyring_url()));
    let app = TestApp::on(databases, &[("DATABASE_URL", &main), ("KEPT_KEYRING_URL", &keyring)]).await;
    let site = app.site("jira");
    site.install().await;
    let token = site.context_token(None);
    assert_eq!(app.get_with("/api/v1/session", &token).await.status, 200);
    let end_all = || {
        let mut conn = PgConnection::establish(&server).unwrap();
        let (_, name) = name.split_once('=').unwrap();
        let sql = format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{name}'"
        );
        diesel::sql_query(sql).execute(&mut conn).unwrap()
    };
    assert!(end_all() > 0);
    // Each connection that was just used may cost one 503, which tells the caller to come back; none costs two.
    let mut refused = 0;
    for _ in 0..100 {
        let answer = app.get(&format!("{}/readyz", app.url)).await;
        assert!(matches!(answer.status, 200 | 503), "{}", answer.body);
        refused += usize::from(answer.status == 503);
    }
    assert!(refused <= 8, "{refused} of 100 refused, with four connections to each database");
    assert_eq!(site.uninstall().await.status, 204);
    let took =
        until("its own feed is back", async || app.get_with("/api/v1/session", &token).await.status == 401);
    took.await;
    app.run_jobs().await;
}

/// Passes bytes on between a client and PostgreSQL. Once armed, it swallows the answer to the next COMMIT and hangs up: the
/// client cannot know whether its transaction was stored.
struct Swallowing {
    port: u16,
    armed: Arc<AtomicBool>,
}

impl Swallowing {
    fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let armed = Arc::new(AtomicBool::new(false));
        let proxy_armed = armed.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, armed) = (TcpStream::connect(&server).unwrap(), proxy_armed.clone());
                let swallow = Arc::new(AtomicBool::new(false));
                let (to_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let swallowing = swallow.clone();
                std::thread::spawn(move || {
                    pass(client, server, |bytes| {
                        // A simple query: its letter, its length, its text.
                        let is_commit = bytes.first() == Some(&b'Q') && bytes.get(5..11) == Some(b"COMMIT");
                        if is_commit && armed.swap(false, Ordering::SeqCst) {
                            swallow.store(true, Ordering::SeqCst);
                        }
                        true
                    });
                });
                std::thread::spawn(move || {
                    pass(from_server, to_client, |_| !swallowing.load(Ordering::SeqCst));
                });
            }
        });
        Self { port, armed }
    }
}

/// Until either side hangs up or `look` says so.
fn pass(mut from: TcpStream, mut to: TcpStream, mut look: impl FnMut(&[u8]) -> bool) {
    let mut buffer = [0_u8; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if !look(&buffer[..length]) || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(std::net::Shutdown::Both);
    let _ = to.shutdown(std::net::Shutdown::Both);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_whose_commit_was_not_acknowledged_keeps_its_keys() {
    let Some(server) = postgres_server() else { return };
    let databases = TestDatabases::fresh();
    let address = server.split_once('@').unwrap().1.split_once('/').unwrap().0.to_owned();
    let proxy = Swallowing::start(address.clone());
    let main = databases.main_url().replace(&address, &format!("127.0.0.1:{}", proxy.port));
    let app = TestApp::on(databases, &[("DATABASE_URL", &main)]).await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    proxy.armed.store(true, Ordering::SeqCst);
    let answer = site.install_with("the secret of the first attempt").await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(!proxy.armed.load(Ordering::SeqCst), "a COMMIT was swallowed");
    assert_eq!(app.state(&site).await, "active", "it was stored all the same");
    let answer = site.install().await;
    assert_eq!(answer.status, 204, "the host tries again: {}", answer.body);
    assert_eq!(app.get_with("/api/v1/session", &site.context_token(None)).await.status, 200);
    // Leaving can be told again too, with the word of the first time lost.
    proxy.armed.store(true, Ordering::SeqCst);
    assert_eq!(site.notify(Event::Uninstalled).await.status, 503);
    assert_eq!(site.notify(Event::Uninstalled).await.status, 204, "and once more");
    assert_eq!(app.state(&site).await, "marked");
    app.run_jobs().await;
}
