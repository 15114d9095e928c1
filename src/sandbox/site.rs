//! One site of the sandbox, as the host keeps it: who it is, whether the app is installed, and its secret.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::accounts::Accounts;
use super::descriptor::Descriptor;
use super::forge::{ForgeRecord, Waiting};
use super::issues::Issue;
use super::people::Who;
use super::random::Random;
use super::server::Running;
use super::webhooks::Delivery;
use super::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    Jira,
    Confluence,
}

impl Product {
    /// As in `productType`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Confluence => "confluence",
        }
    }
}

/// An identity that the site had before an import replaced it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    pub client_key: String,
    pub shared_secret: Option<String>,
}

/// A handle to one site. Its calls to the app are in `lifecycle`, `pages` and `webhooks`.
#[derive(Clone)]
pub struct Site {
    pub(super) world: Arc<World>,
    pub(super) place: Arc<Place>,
    /// Keeps the server for as long as somebody outside holds the site. The server's own handles have none, or it would
    /// never stop.
    _running: Option<Arc<Running>>,
}

/// What the sandbox keeps about one site.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) product: Product,
    record: Mutex<Record>,
}

pub(super) struct Record {
    /// The path of the base URL: empty for the site at the root.
    pub(super) path: String,
    /// Paths from before a rename; they redirect.
    pub(super) former_paths: Vec<String>,
    pub(super) client_key: String,
    pub(super) secret: Option<String>,
    pub(super) is_enabled: bool,
    pub(super) former: Vec<Former>,
    /// The app's descriptor as it was read last.
    pub(super) descriptor: Option<Descriptor>,
    /// The licence as the add-on resource tells it; none for an app that is not paid.
    pub(super) licence: Option<Value>,
    pub(super) viewer: Who,
    pub(super) accounts: Accounts,
    pub(super) issues: Vec<Issue>,
    /// Issues and pages that administrators alone may see, by their ids.
    pub(super) restricted: BTreeSet<String>,
    pub(super) to_retry: Vec<Delivery>,
    pub(super) kept_back: Option<Delivery>,
    pub(super) cloud_id: String,
    pub(super) forge_installation: Option<String>,
    pub(super) forge_waiting: Vec<Waiting>,
    pub(super) forge: ForgeRecord,
    /// Where the app is called for this site, once it moved to another region.
    pub(super) app_url: Option<String>,
    /// Moves to other regions: where to, by their names.
    pub(super) moves: BTreeMap<String, String>,
}

impl Place {
    pub(super) fn new(name: &str, product: Product, random: &Random) -> Self {
        let path = match (name, product) {
            ("jira", Product::Jira) => String::new(),
            ("confluence", Product::Confluence) => "/wiki".to_owned(),
            (name, product) => path_of(name, product),
        };
        let record = Record {
            path,
            former_paths: Vec::new(),
            client_key: random.uuid(),
            secret: None,
            is_enabled: false,
            former: Vec::new(),
            descriptor: None,
            licence: Some(json!({"active": true, "type": "COMMERCIAL", "evaluation": false,
                "supportEntitlementNumber": "SEN-1234567"})),
            viewer: Who::Admin,
            accounts: Accounts::default(),
            issues: Issue::first_ones(),
            restricted: BTreeSet::new(),
            to_retry: Vec::new(),
            kept_back: None,
            cloud_id: random.uuid(),
            forge_installation: None,
            forge_waiting: Vec::new(),
            forge: ForgeRecord::default(),
            app_url: None,
            moves: BTreeMap::new(),
        };
        Self { name: name.to_owned(), product, record: Mutex::new(record) }
    }

    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a person may see this issue or page.
    pub(super) fn is_shown(&self, id: &str, who: Who) -> bool {
        who == Who::Admin || (who == Who::Member && !self.record().restricted.contains(id))
    }

    /// The present base path, then the former ones; the flag says which.
    pub(super) fn base_paths(&self) -> Vec<(String, bool)> {
        let record = self.record();
        let former = record.former_paths.iter().map(|path| (path.clone(), true));
        std::iter::once((record.path.clone(), false)).chain(former).collect()
    }
}

/// The base path of a site that is not one of the two at the root.
pub(super) fn path_of(name: &str, product: Product) -> String {
    match product {
        Product::Jira => format!("/site/{name}"),
        Product::Confluence => format!("/site/{name}/wiki"),
    }
}

impl Site {
    pub(super) const fn new(world: Arc<World>, place: Arc<Place>, running: Option<Arc<Running>>) -> Self {
        Self { world, place, _running: running }
    }

    /// Where the app is called for this site: in its own region, without a slash at the end.
    pub fn app_url(&self) -> String {
        self.place.record().app_url.clone().unwrap_or_else(|| self.world.app_url())
    }

    pub fn name(&self) -> &str {
        &self.place.name
    }

    pub fn product(&self) -> Product {
        self.place.product
    }

    pub fn client_key(&self) -> String {
        self.place.record().client_key.clone()
    }

    /// What the app knows as the site's base URL; Confluence's ends with `/wiki`.
    pub fn base_url(&self) -> String {
        format!("{}{}", self.world.origin, self.place.record().path)
    }

    /// None while the app is not installed.
    pub fn shared_secret(&self) -> Option<String> {
        self.place.record().secret.clone()
    }

    /// Makes the host believe in another secret, or in none, without telling the app.
    pub fn set_shared_secret(&self, secret: Option<&str>) {
        self.place.record().secret = secret.map(ToOwned::to_owned);
    }

    pub fn is_installed(&self) -> bool {
        self.place.record().secret.is_some()
    }

    pub fn is_enabled(&self) -> bool {
        self.place.record().is_enabled
    }

    /// The identities before each import, oldest first.
    pub fn former(&self) -> Vec<Former> {
        self.place.record().former.clone()
    }

    /// The account id of a person; none for an anonymous visitor.
    pub fn user(&self, who: Who) -> Option<String> {
        who.person().map(|person| person.account_id.to_owned())
    }

    /// The person who looks at the site in the browser.
    pub fn viewer(&self) -> Who {
        self.place.record().viewer
    }

    pub fn set_viewer(&self, who: Who) {
        self.place.record().viewer = who;
    }

    /// From now on administrators alone may see this issue or page.
    pub fn restrict(&self, id: &str) {
        self.place.record().restricted.insert(id.to_owned());
    }

    pub fn licence(&self) -> Option<Value> {
        self.place.record().licence.clone()
    }

    /// The `license` object of the add-on resource; none for an app that is not paid.
    pub fn set_licence(&self, licence: Option<Value>) {
        self.place.record().licence = licence;
    }

    /// `active` or `none`, as in the query of an iframe.
    pub fn licence_state(&self) -> &'static str {
        let active = self.licence().is_some_and(|licence| licence["active"] == true);
        if active { "active" } else { "none" }
    }

    /// The app's descriptor as it was read last.
    pub fn descriptor(&self) -> Option<Descriptor> {
        self.place.record().descriptor.clone()
    }
}
