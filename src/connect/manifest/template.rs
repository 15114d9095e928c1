//! What is put into `manifest.yml`.

use askama::Template;
use serde_json::json;

use super::{StillConnect, scopes};
use crate::config::Settings;
use crate::connect::descriptor::{self, Descriptor, Product};
use crate::connect::forge::modules::{Door, MODULES, Module};

#[derive(Template)]
#[template(path = "../manifest.yml")]
struct Whole {
    app_id: String,
    base_url: String,
    regions: Vec<(String, String)>,
    is_licensed: bool,
    connect: Option<Connect>,
    pages: Vec<Page>,
    triggers: Vec<Trigger>,
    endpoints: Vec<Endpoint>,
    /// Where this deployment moves sites to other regions.
    migration: Option<Migration>,
    scopes: Vec<Scope>,
}

struct Connect {
    app_key: String,
    installed: String,
    uninstalled: String,
    products: Vec<ConnectProduct>,
}

/// Texts in it are JSON, which YAML reads too: they come from the descriptor.
struct ConnectProduct {
    name: &'static str,
    pages: Vec<ConnectPages>,
    webhooks: Vec<ConnectWebhook>,
}

struct ConnectPages {
    kind: &'static str,
    pages: Vec<String>,
}

struct ConnectWebhook {
    key: String,
    event: String,
    url: String,
}

struct Page {
    kind: &'static str,
    key: &'static str,
    resource: &'static str,
    title: &'static str,
    /// Confluence wants to know what the page's address ends with.
    route: Option<&'static str>,
    is_for_users: bool,
}

struct Trigger {
    key: &'static str,
    endpoint: &'static str,
    events: Vec<&'static str>,
}

struct Migration {
    key: &'static str,
    path: &'static str,
    hours: f64,
}

struct Endpoint {
    key: &'static str,
    /// Absent where each call names its own.
    path: Option<&'static str>,
}

struct Scope {
    name: String,
    why: &'static str,
}

pub fn render(settings: &Settings, products: &[Product], still: StillConnect) -> Result<String, String> {
    let forge = settings.forge.as_ref();
    let app_id = forge.ok_or("KEPT_FORGE_APP_ID: expected the id that `forge register` gave the app")?;
    let described = products
        .iter()
        .map(|product| Ok((*product, describe(*product, settings)?)))
        .collect::<Result<Vec<_>, String>>()?;
    let (_, first) = described.first().ok_or("expected at least one product")?;
    let is_native = still != StillConnect::Everything;
    let asked = scopes::asked(products, still, &first.scopes);
    let whole = Whole {
        app_id: app_id.app_id.to_string(),
        base_url: remote_url(settings.base_url.as_str(), "KEPT_BASE_URL")?,
        regions: regions(settings)?,
        is_licensed: first.enable_licensing,
        connect: (still != StillConnect::Nothing).then(|| connect(settings, &described, is_native)),
        pages: if is_native { pages(products) } else { Vec::new() },
        triggers: if is_native {
            products.iter().map(|product| trigger(*product)).collect()
        } else {
            Vec::new()
        },
        endpoints: endpoints(products, is_native),
        migration: migration(settings),
        scopes: asked.into_iter().map(|(name, why)| Scope { name, why }).collect(),
    };
    let text = whole.render().map_err(|error| format!("manifest.yml: {error}"))?;
    Ok(format!("{}\n", text.trim_end()))
}

fn describe(product: Product, settings: &Settings) -> Result<Descriptor, String> {
    // Moves are Forge's own: it calls one hook for an app, whichever side the site is on.
    descriptor::render(product, &settings.base_url, &settings.region_base_urls, None, &settings.app_key)
}

fn regions(settings: &Settings) -> Result<Vec<(String, String)>, String> {
    let regions = settings.region_base_urls.iter();
    regions
        .map(|(realm, url)| Ok((realm.clone(), remote_url(url.as_str(), "KEPT_REGION_BASE_URLS")?)))
        .collect()
}

/// Forge calls https alone, and takes a path from the root of the address: what stands before it would be lost.
fn remote_url(url: &str, setting: &str) -> Result<String, String> {
    let parsed = url::Url::parse(url).map_err(|error| format!("{setting}: {error}"))?;
    if parsed.scheme() != "https" {
        return Err(format!("{setting}: Forge calls https addresses alone, not {url}"));
    }
    if parsed.path() != "/" {
        return Err(format!("{setting}: Forge calls addresses without a path alone, not {url}"));
    }
    Ok(url.to_owned())
}

fn connect(settings: &Settings, described: &[(Product, Descriptor)], is_native: bool) -> Connect {
    let of = |(product, descriptor): &(Product, Descriptor)| {
        let nothing = ConnectProduct { name: product.name(), pages: Vec::new(), webhooks: Vec::new() };
        if is_native { nothing } else { connect_product(*product, descriptor) }
    };
    let path =
        |path: Option<&descriptor::Path>| path.map(descriptor::Path::as_str).unwrap_or_default().to_owned();
    let lifecycle = described.first().map(|(_, descriptor)| &descriptor.lifecycle);
    Connect {
        app_key: settings.app_key.clone(),
        installed: path(lifecycle.map(|lifecycle| &lifecycle.installed)),
        uninstalled: path(lifecycle.map(|lifecycle| &lifecycle.uninstalled)),
        products: described.iter().map(of).collect(),
    }
}

fn connect_product(product: Product, descriptor: &Descriptor) -> ConnectProduct {
    let modules = &descriptor.modules;
    let configure: Vec<_> = modules.configure_page.iter().collect();
    let lists = [
        ("adminPages", modules.admin_pages.iter().collect()),
        ("generalPages", modules.general_pages.iter().collect()),
        ("configurePages", configure),
    ];
    let pages = lists.into_iter().filter(|(_, pages): &(_, Vec<_>)| !pages.is_empty());
    let pages = pages.map(|(kind, pages)| ConnectPages {
        kind,
        pages: pages.into_iter().map(|page| json!(page).to_string()).collect(),
    });
    let webhooks = modules.webhooks.iter().map(|webhook| {
        let (event, url) = (json!(webhook.event), json!(webhook.url));
        let name = event.as_str().unwrap_or_default().replace([':', '_'], "-");
        ConnectWebhook {
            key: format!("kept-{}-{name}", product.name()),
            event: event.to_string(),
            url: url.to_string(),
        }
    });
    ConnectProduct { name: product.name(), pages: pages.collect(), webhooks: webhooks.collect() }
}

/// The pages of these products, out of the one table of modules.
fn pages(products: &[Product]) -> Vec<Page> {
    let of = |module: &'static Module| {
        let [kind] = module.types else { return None };
        let is_admin = module.key.starts_with("kept-admin");
        let product = products.iter().find(|product| kind.strip_prefix(product.name()).is_some())?;
        Some(Page {
            kind,
            key: module.key,
            resource: if is_admin { "kept-admin" } else { "kept-report" },
            title: if is_admin { "Stored data" } else { "Report a problem" },
            route: (*product == Product::Confluence).then_some(if is_admin {
                "stored-data"
            } else {
                "report-a-problem"
            }),
            is_for_users: !is_admin,
        })
    };
    MODULES.iter().filter(|module| module.door == Door::Ui).filter_map(of).collect()
}

/// A manifest without it promises no moves.
fn migration(settings: &Settings) -> Option<Migration> {
    let module = MODULES.iter().find(|module| module.door == Door::Migration)?;
    let max = settings.moves.as_ref()?.max;
    Some(Migration { key: module.key, path: module.door.path(), hours: descriptor::hours(max) })
}

fn trigger(product: Product) -> Trigger {
    let (key, endpoint) = match product {
        Product::Jira => ("kept-jira-events", "kept-jira-events-endpoint"),
        Product::Confluence => ("kept-confluence-events", "kept-confluence-events-endpoint"),
    };
    Trigger { key, endpoint, events: scopes::events(product).collect() }
}

fn endpoints(products: &[Product], is_native: bool) -> Vec<Endpoint> {
    let is_here = |door: Door| match door {
        Door::Ui => is_native,
        Door::JiraEvents => is_native && products.contains(&Product::Jira),
        Door::ConfluenceEvents => is_native && products.contains(&Product::Confluence),
        Door::Lifecycle | Door::PreUninstall | Door::Daily => true,
        // It is called by itself, and through no endpoint.
        Door::Migration => false,
    };
    let endpoints = MODULES.iter().filter(|module| module.types.contains(&"core:endpoint"));
    endpoints
        .filter(|module| is_here(module.door))
        .map(|module| Endpoint {
            key: module.key,
            path: (module.door != Door::Ui).then_some(module.door.path()),
        })
        .collect()
}
