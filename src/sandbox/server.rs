//! The sandbox as a value: start it, ask it, stop it.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::faults::Faults;
use super::journal::{Recorded, Sent};
use super::mails::ReceivedMail;
use super::serve::{new_world, serve};
use super::sign::{SigningKey, sign};
use super::site::{Product, Site};
use super::world::World;
use crate::clock::Clock;

pub struct Options {
    pub listen: SocketAddr,
    /// Where mail is received.
    pub smtp: SocketAddr,
    /// The app's base URL.
    pub app_url: String,
    pub app_key: String,
    pub clock: Clock,
}

/// A running stand-in site. Cheap to clone; the server stops with the last clone and the last [`Site`] of it.
#[derive(Clone)]
pub struct Sandbox {
    pub(super) world: Arc<World>,
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
        let mail = TcpListener::bind(options.smtp)?;
        let world = Arc::new(new_world(options, listener.local_addr()?, mail.local_addr()?)?);
        let running = Running(serve(Arc::clone(&world), listener, mail)?);
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

    /// What the app is told as its mail server.
    pub fn smtp_url(&self) -> String {
        format!("smtp://{}", self.world.smtp)
    }

    /// What the app is told as the vendor's own Jira Service Management.
    pub fn desk_url(&self) -> String {
        format!("{}{}", self.world.origin, super::desk::PATH)
    }

    /// What stands there.
    pub fn desk(&self) -> &super::desk::Desk {
        &self.world.desk
    }

    /// Every mail received, oldest first.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.world.mails.all()
    }

    /// The same, once there are as many: for mails of another process.
    pub async fn wait_for_mails(&self, count: usize) -> Vec<ReceivedMail> {
        self.world.mails.wait_for(count).await
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
