//! The sandbox as a value: start it, ask it, stop it.
//!
//! The server runs in a thread of its own with its own runtime, so that it answers whatever the caller's runtime is
//! doing, and goes when the last handle goes.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::faults::Faults;
use super::journal::{self, Journal, Recorded, Sent};
use super::keys::Keys;
use super::random::Random;
use super::sign::{SigningKey, sign};
use super::site::{Product, Site};
use super::world::World;
use super::{api, assets, connection, rest};
use crate::clock::Clock;

pub struct Options {
    pub listen: SocketAddr,
    /// The app's base URL.
    pub app_url: String,
    pub app_key: String,
    pub clock: Clock,
}

/// A running stand-in site. Cheap to clone; the server stops with the last clone and the last [`Site`] of it.
#[derive(Clone)]
pub struct Sandbox {
    world: Arc<World>,
    running: Arc<Running>,
}

/// Stops the server when it is dropped.
pub(super) struct Running(ServerHandle);

impl Drop for Running {
    fn drop(&mut self) {
        // The order is given by the call; the future only waits for it to be carried out.
        drop(self.0.stop(false));
    }
}

impl Sandbox {
    /// Listens and serves. Port 0 takes a free port; [`Sandbox::url`] says which.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(options.listen)?;
        let world = Arc::new(new_world(options, listener.local_addr()?)?);
        let running = Running(serve(Arc::clone(&world), listener)?);
        let sandbox = Self { world, running: Arc::new(running) };
        // The two sites of the page exist from the start.
        sandbox.site("jira");
        sandbox.site("confluence");
        Ok(sandbox)
    }

    pub async fn stop(&self) {
        self.running.0.stop(false).await;
    }

    pub fn url(&self) -> &str {
        &self.world.origin
    }

    /// What the app is told as the server of install keys.
    pub fn install_keys_url(&self) -> String {
        format!("{}/install-keys", self.world.origin)
    }

    pub fn set_app_url(&self, url: &str) {
        self.world.set_app_url(url);
    }

    pub fn app_url(&self) -> String {
        self.world.app_url()
    }

    /// `jira` is the site at the origin's root, `confluence` the one at `/wiki`; any other name is a Jira site at
    /// `/site/{name}`, made on first use.
    pub fn site(&self, name: &str) -> Site {
        self.site_of(name, if name == "confluence" { Product::Confluence } else { Product::Jira })
    }

    /// As [`Sandbox::site`], with the product of a site that does not exist yet.
    pub fn site_of(&self, name: &str, product: Product) -> Site {
        let place = self.world.place(name, product);
        Site::new(Arc::clone(&self.world), place, Some(Arc::clone(&self.running)))
    }

    pub fn faults(&self) -> &Faults {
        &self.world.faults
    }

    /// Every request received, oldest first, apart from those of the sandbox's own page.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.world.journal.received()
    }

    /// Every call made to the app, oldest first.
    pub fn sent(&self) -> Vec<Sent> {
        self.world.journal.sent()
    }

    pub fn forget_recorded(&self) {
        self.world.journal.clear();
    }

    pub fn key_id(&self) -> String {
        self.world.key_id.clone()
    }

    pub fn public_key_pem(&self) -> String {
        self.world.keys.right.public_pem.clone()
    }

    pub fn signing_key(&self) -> SigningKey<'_> {
        SigningKey::Rs256(&self.world.keys.right.private)
    }

    /// A token under the published key, with any claims. Without a `kid` the header has none.
    pub fn sign_rs256(&self, kid: Option<&str>, claims: &Value) -> String {
        sign_with(&self.world.keys.right.private, kid, claims)
    }

    /// As [`Sandbox::sign_rs256`], under a key that nobody published.
    pub fn sign_with_wrong_key(&self, kid: Option<&str>, claims: &Value) -> String {
        sign_with(&self.world.keys.wrong.private, kid, claims)
    }
}

fn sign_with(key: &EncodingKey, kid: Option<&str>, claims: &Value) -> String {
    let mut header = json!({"typ": "JWT", "alg": "RS256"});
    if let Some(kid) = kid {
        header["kid"] = json!(kid);
    }
    sign(&header, claims, SigningKey::Rs256(key))
}

fn new_world(options: Options, address: SocketAddr) -> io::Result<World> {
    let random = Random::new()?;
    Ok(World {
        origin: origin(address),
        app_key: options.app_key,
        clock: options.clock,
        client: client().map_err(io::Error::other)?,
        keys: Keys::of_this_process()?,
        key_id: random.uuid(),
        session: random.secret(),
        faults: Faults::default(),
        journal: Journal::default(),
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

fn serve(world: Arc<World>, listener: TcpListener) -> io::Result<ServerHandle> {
    let (send, receive) = mpsc::channel();
    let run = move || {
        let _ended = actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(web::Data::from(Arc::clone(&world)))
                    .wrap(actix_web::middleware::from_fn(journal::record))
                    .configure(api::configure)
                    .configure(assets::configure)
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
