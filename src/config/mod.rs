//! Settings, read once from the environment (and `.env`) at start. `.env.example` explains each with a sentence.
//!
//! A wrong value stops the start and names the variable and what it expects. Nothing else in the crate reads the
//! environment.

mod forge;
mod read;
mod urls;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use crate::clock::Clock;
pub use forge::{ForgeAppId, ForgeEnvironment, ForgeSettings, is_same_resource, resource_id};
pub use urls::{BaseUrl, DatabaseUrl, HostRules};

/// Everything that can be set from outside.
#[derive(Clone)]
pub struct Settings {
    pub environment: Environment,
    /// Where the public service listens.
    pub listen: SocketAddr,
    /// Where metrics and other operators' pages listen.
    pub admin_listen: SocketAddr,
    /// The public URL of this service; may have a path prefix.
    pub base_url: BaseUrl,
    /// Where sites of a region go instead, by the region's name (`EU`): deployments of their own.
    pub region_base_urls: BTreeMap<String, BaseUrl>,
    /// What this deployment needs to move tenants to those of other regions, and to take tenants in.
    pub moves: Option<MoveSettings>,
    /// Base URLs of the past that life-cycle tokens may still name as their audience.
    pub former_base_urls: Vec<BaseUrl>,
    /// The app's key in the descriptor.
    pub app_key: String,
    pub data_dir: PathBuf,
    /// Proxies whose `Forwarded` headers count.
    pub trusted_proxies: Vec<IpAddr>,
    /// Connections to each database.
    pub database_pool: u32,
    pub database_url: DatabaseUrl,
    pub keyring_url: DatabaseUrl,
    /// On which thread both are read.
    pub reads: Reads,
    pub master_key: MasterKeySource,
    /// The former master key, while `kept rekey` moves the keyring to the new one.
    pub master_key_previous: Option<Secret>,
    pub policy: PathBuf,
    /// One or two servers of Atlassian's install keys, asked in this order.
    pub install_keys_urls: Vec<Url>,
    /// Which hosts a tenant's base URL may name.
    pub hosts: HostRules,
    /// The app's Forge side, if it has one.
    pub forge: Option<ForgeSettings>,
    pub all_js_url: Url,
    /// Where this deployment runs, as the policy names places.
    pub region: Option<String>,
    pub smtp: Option<Smtp>,
    pub jsm: Option<Jsm>,
    /// Where the vendor's own support hears of new reports; parsed as an address by whoever writes to it.
    pub support_email: Option<String>,
    pub log_dir: PathBuf,
    pub log_format: LogFormat,
    /// A filter in the syntax of `tracing_subscriber::EnvFilter`.
    pub log_filter: String,
    pub clock: Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    Development,
    Production,
}

/// On which thread a closure that only reads runs. No variable sets it: it depends on who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reads {
    /// On one that may block, so that other callers go on meanwhile.
    #[default]
    Beside,
    /// On the caller's own, if there is nobody else to go on: handing over costs more than most reads take.
    Here,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

/// For moves between the vendor's deployments.
#[derive(Clone)]
pub struct MoveSettings {
    /// The region that this deployment serves, as `KEPT_REGION_BASE_URLS` calls it.
    pub realm: String,
    /// 32 bytes in base64, the same at all deployments.
    pub secret: Secret,
    /// How long a move may hold its tenant.
    pub max: Duration,
}

/// Where the 32 bytes of the master key come from.
#[derive(Clone)]
pub enum MasterKeySource {
    /// `KEPT_MASTER_KEY`: base64.
    Value(Secret),
    /// `KEPT_MASTER_KEY_FILE`: a file that holds the base64.
    File(PathBuf),
    /// Development: made in this file on first use.
    Development(PathBuf),
}

/// Where mail is delivered. Without it a development service writes `.eml` files.
#[derive(Clone)]
pub struct Smtp {
    pub url: Secret,
    pub from: String,
}

/// The vendor's own Jira Service Management, for forwarding tickets.
#[derive(Clone)]
pub struct Jsm {
    pub url: Url,
    pub email: String,
    pub token: Secret,
    pub service_desk: String,
    pub request_type: String,
}

/// A text that never appears in a log: it is zeroized when dropped and shows as `[secret]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Whoever asks takes care that it goes no further.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[secret]")
    }
}

/// A setting that cannot be used: which one, and what it expects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {expected}")]
pub struct SettingError {
    pub name: &'static str,
    pub expected: String,
}

impl SettingError {
    pub fn new(name: &'static str, expected: impl Into<String>) -> Self {
        Self { name, expected: expected.into() }
    }
}

impl Settings {
    /// Reads the process environment, after `.env` in the working directory if there is one.
    #[expect(clippy::disallowed_methods, reason = "this module is where settings come from")]
    pub fn from_environment() -> Result<Self, SettingError> {
        if let Err(error) = dotenvy::dotenv()
            && !error.not_found()
        {
            return Err(SettingError::new(
                ".env",
                format!("expected lines of the form NAME=value ({error})"),
            ));
        }
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings through `lookup`; an empty value counts as unset.
    pub fn from_lookup(lookup: impl Fn(&'static str) -> Option<String>) -> Result<Self, SettingError> {
        read::settings(&read::Lookup::new(&lookup))
    }

    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }
}
