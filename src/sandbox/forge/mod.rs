//! Forge's side of the sandbox: it signs invocations under keys of its own and publishes them, calls the app as a remote
//! with Forge's limits, and answers the REST calls that the app makes with the tokens of an invocation.

mod accounts;
mod call;
mod claims;
mod details;
mod jwks;
mod life;
mod oauth;
mod rest;
mod scopes;

use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::web::{self, ServiceConfig};

use super::random::Random;
use super::server::Sandbox;
use super::site::{Product, Site};
use crate::connect::manifest::{self, StillConnect};
pub use call::ForgeEvent;
pub(in crate::sandbox) use call::Waiting;
pub(in crate::sandbox) use claims::MODULES;
pub use claims::Module;
pub(in crate::sandbox) use life::ForgeRecord;
use oauth::Grants;
pub use oauth::Token;

/// The app, as long as nobody says otherwise.
pub const APP_ID: &str = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107";
const JWKS_PATH: &str = "/.well-known/jwks.json";
const ACCOUNTS_PATH: &str = "/app/report-accounts/";

/// What is the same for all sites.
pub(in crate::sandbox) struct ForgeSide {
    state: Mutex<State>,
    grants: Grants,
}

struct State {
    app_id: String,
    environment: String,
    environment_id: String,
    /// Under which name the public key is published.
    key_id: String,
    /// What the set of keys says of how long it is fresh.
    max_age: Option<u32>,
    /// What the app may ask for.
    scopes: Vec<String>,
}

impl ForgeSide {
    pub(in crate::sandbox) fn new(random: &Random) -> Self {
        let state = State {
            app_id: APP_ID.to_owned(),
            environment: "PRODUCTION".to_owned(),
            environment_id: random.uuid(),
            key_id: key_id(random),
            max_age: Some(3_600),
            scopes: manifest::scopes(StillConnect::LifeCycle),
        };
        Self { state: Mutex::new(state), grants: Grants::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key_id(random: &Random) -> String {
    format!("forge/invocation-token/{}", random.uuid())
}

pub(in crate::sandbox) fn configure(services: &mut ServiceConfig) {
    services
        .route(JWKS_PATH, web::get().to(jwks::get))
        .route("/forge/installation/v1/{app}/{environment}/installation/{id}", web::get().to(details::get))
        .route(ACCOUNTS_PATH, web::post().to(accounts::post))
        .route("/ex/{product}/{cloud_id}/{rest:.*}", web::to(rest::handle));
}

impl Sandbox {
    /// What the app is told as its own id.
    pub fn forge_app_id(&self) -> String {
        self.world.forge.state().app_id.clone()
    }

    pub fn set_forge_app_id(&self, id: &str) {
        id.clone_into(&mut self.world.forge.state().app_id);
    }

    /// What the app is told as the address of Forge's keys.
    pub fn forge_jwks_url(&self) -> String {
        format!("{}{JWKS_PATH}", self.world.origin)
    }

    /// What the app is told as the address where account ids are reported.
    pub fn forge_accounts_url(&self) -> String {
        format!("{}{ACCOUNTS_PATH}", self.world.origin)
    }

    /// How often the set of keys was asked for since the journal was emptied.
    pub fn forge_jwks_fetches(&self) -> usize {
        self.recorded().iter().filter(|call| call.path == JWKS_PATH).count()
    }

    /// From now on invocations come from this environment: `PRODUCTION`, `STAGING`, `DEVELOPMENT`.
    pub fn set_forge_environment(&self, kind: &str) {
        kind.clone_into(&mut self.world.forge.state().environment);
    }

    pub fn forge_key_id(&self) -> String {
        self.world.forge.state().key_id.clone()
    }

    /// The key is published under another name from now on, and no longer under the former one.
    pub fn rename_forge_key(&self) {
        let name = key_id(&self.world.random);
        self.world.forge.state().key_id = name;
    }

    /// How long the set of keys says that it is fresh.
    pub fn set_forge_keys_max_age(&self, seconds: Option<u32>) {
        self.world.forge.state().max_age = seconds;
    }

    /// The public key as PEM, for whoever tries to pass it off as a secret.
    pub fn forge_public_key_pem(&self) -> String {
        self.world.keys.forge.public_pem.clone()
    }

    pub fn forge_signing_key(&self) -> super::SigningKey<'_> {
        super::SigningKey::Rs256(&self.world.keys.forge.private)
    }
}

impl Site {
    /// The site's own id.
    pub fn cloud_id(&self) -> String {
        self.place.record().cloud_id.clone()
    }

    /// The installation of the app in Forge, which is made when it is first asked for.
    pub fn forge_installation_id(&self) -> String {
        let installation = &mut self.place.record().forge_installation;
        installation.get_or_insert_with(|| installation_id(&self.world.random)).clone()
    }

    /// Another installation, as after an uninstall and an install.
    pub fn renew_forge_installation(&self) -> String {
        self.place.record().forge_installation = Some(installation_id(&self.world.random));
        self.forge_installation_id()
    }

    /// Where apps call the product with the tokens of an invocation.
    pub fn api_base_url(&self) -> String {
        format!("{}/ex/{}/{}", self.world.origin, self.product().name(), self.cloud_id())
    }

    /// The site's own address, as Forge tells it: without the product's path.
    pub fn site_url(&self) -> String {
        let base = self.base_url();
        match self.product() {
            Product::Jira => base,
            Product::Confluence => base.trim_end_matches("/wiki").to_owned(),
        }
    }
}

fn installation_id(random: &Random) -> String {
    format!("ari:cloud:ecosystem::installation/{}", random.uuid())
}
