//! A manifest as it is read back: our own schema of what we use of it. An unknown member does not parse.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Modules and Connect's modules are lists by their kinds, such as `jira:adminPage`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    pub app: App,
    pub remotes: Vec<Remote>,
    #[serde(default)]
    pub resources: Vec<Resource>,
    #[serde(default)]
    pub connect_modules: BTreeMap<String, Vec<ConnectModule>>,
    pub modules: BTreeMap<String, Vec<Module>>,
    pub permissions: Permissions,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub id: String,
    #[serde(default)]
    pub connect: Option<Connect>,
    pub runtime: Runtime,
    pub licensing: Licensing,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    pub key: String,
    pub remote: String,
    pub authentication: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licensing {
    pub enabled: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Remote {
    pub key: String,
    pub base_url: RemoteUrl,
    pub operations: Vec<Operation>,
    pub storage: Storage,
}

/// One address, or one for each region.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum RemoteUrl {
    Everywhere(String),
    Regions(BTreeMap<String, String>),
}

impl RemoteUrl {
    pub fn all(&self) -> Vec<&str> {
        match self {
            Self::Everywhere(url) => vec![url],
            Self::Regions(regions) => regions.values().map(String::as_str).collect(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    Storage,
    Compute,
    Fetch,
    Other,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    #[serde(rename = "inScopeEUD")]
    pub in_scope_eud: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub key: String,
    pub path: String,
}

/// A module of any kind: which of the members it has is for its kind to say.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Module {
    pub key: String,
    pub title: Option<String>,
    pub resource: Option<String>,
    pub resolver: Option<Resolver>,
    pub route: Option<Route>,
    pub display_conditions: Option<BTreeMap<String, bool>>,
    pub endpoint: Option<String>,
    #[serde(default)]
    pub events: Vec<String>,
    pub interval: Option<String>,
    pub remote: Option<String>,
    pub path: Option<String>,
    pub max_migration_duration_hours: Option<f64>,
    pub auth: Option<Auth>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolver {
    pub endpoint: String,
}

/// Of an endpoint: where it is. Of a page of Confluence: what its address ends with.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Route {
    Endpoint { path: String },
    Page(String),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Auth {
    pub app_system_token: Switch,
    pub app_user_token: Switch,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    pub enabled: bool,
}

/// A module of Connect: a page, a webhook, or the life cycle.
#[derive(Debug, Clone, Deserialize)]
pub struct ConnectModule {
    pub key: String,
    pub url: Option<String>,
    pub installed: Option<String>,
    pub uninstalled: Option<String>,
}

impl ConnectModule {
    /// Every path of ours that it names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        [&self.url, &self.installed, &self.uninstalled].into_iter().flatten().map(String::as_str)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    pub scopes: Vec<String>,
}
