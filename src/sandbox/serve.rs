//! Makes what a sandbox is made of, and serves it in a thread of its own with its own runtime, so that it answers
//! whatever the caller's runtime is doing.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};

use super::desk::{self, Desk};
use super::faults::Faults;
use super::forge::{self, ForgeSide};
use super::journal::{self, Journal};
use super::keys::Keys;
use super::mails::Mails;
use super::random::Random;
use super::server::Options;
use super::time::Time;
use super::world::World;
use super::{api, assets, connection, custom_ui, rest, smtp};

pub(super) fn new_world(options: Options, address: SocketAddr, smtp: SocketAddr) -> io::Result<World> {
    let random = Random::new()?;
    Ok(World {
        origin: origin(address),
        app_key: options.app_key,
        clock: Time::of(options.clock),
        client: client().map_err(io::Error::other)?,
        keys: Keys::of_this_process()?,
        key_id: random.uuid(),
        session: random.secret(),
        faults: Faults::default(),
        journal: Journal::default(),
        mails: Mails::default(),
        forge: ForgeSide::new(&random),
        desk: Desk::default(),
        all_js: OnceLock::new(),
        smtp,
        app_url: Mutex::new(options.app_url.trim_end_matches('/').to_owned()),
        places: Mutex::default(),
        random,
    })
}

/// Where a browser finds the site. Who listens on every address is reached at the loopback one.
fn origin(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("http://127.0.0.1:{}", address.port());
    }
    format!("http://{address}")
}

/// A host follows no redirects of an app. Connections are not reused: an app that was restarted must not be met on a
/// connection to its former self.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the other side of the wire: a host's client, not the app's"
)]
pub(super) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent("Atlassian HttpClient (sandbox)")
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(15))
        .build()
}

pub(super) fn serve(world: Arc<World>, listener: TcpListener, mail: TcpListener) -> io::Result<ServerHandle> {
    let (send, receive) = mpsc::channel();
    let run = move || {
        let _ended = actix_web::rt::System::new().block_on(async move {
            // It ends with the runtime, which ends with the server.
            tokio::spawn(smtp::listen(Arc::clone(&world), mail));
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(web::Data::from(Arc::clone(&world)))
                    .wrap(actix_web::middleware::from_fn(journal::record))
                    .configure(api::configure)
                    .configure(assets::configure)
                    .configure(custom_ui::configure)
                    .configure(desk::configure)
                    .configure(forge::configure)
                    .configure(rest::configure)
            })
            .on_connect(connection::remember)
            .workers(1)
            .shutdown_timeout(0)
            .disable_signals()
            .listen(listener)?
            .run();
            let _told = send.send(server.handle());
            server.await
        });
    };
    std::thread::Builder::new().name("sandbox".to_owned()).spawn(run)?;
    receive.recv().map_err(|_| io::Error::other("the sandbox did not start to listen"))
}
