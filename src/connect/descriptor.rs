//! The app's descriptor, rendered from `atlassian-connect.json` for one product with the configured base URL.
//!
//! [`Descriptor`] is our own schema of it (connect.md §1): unknown members, over-long texts and malformed keys do not
//! parse, so a descriptor that a host would refuse stops the start.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::BaseUrl;

const TEMPLATE: &str = include_str!("../../atlassian-connect.json");
const BASE_URL_MAX: usize = 200;
/// The page on which users report problems, by its key in the template.
const REPORT_MODULE: &str = "kept-report";
/// What the addresses of moves begin with.
pub const MIGRATION_HOOK: &str = "/connect/data-residency";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    Jira,
    Confluence,
}

impl Product {
    /// As modules and scopes are named after it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Confluence => "confluence",
        }
    }
}

/// The template: a descriptor whose modules are given per product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    modules: BTreeMap<String, Modules>,
    descriptor: Descriptor,
}

/// A Connect app descriptor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Descriptor {
    #[serde(default)]
    pub key: String,
    #[serde(default)]
    pub base_url: String,
    /// Where sites of a region go instead (connect.md §9.1).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub region_base_urls: BTreeMap<String, String>,
    pub name: Text<80>,
    pub description: Text<1400>,
    pub vendor: Vendor,
    pub authentication: Authentication,
    pub lifecycle: Lifecycle,
    pub scopes: Vec<Scope>,
    pub api_version: u32,
    #[serde(default)]
    pub enable_licensing: bool,
    /// How long a move of a site's data may take (connect.md §9.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_residency: Option<DataResidency>,
    pub api_migrations: ApiMigrations,
    #[serde(default)]
    pub modules: Modules,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    pub name: Text<80>,
    pub url: Text<200>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authentication {
    #[serde(rename = "type")]
    pub kind: Jwt,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Jwt {
    Jwt,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataResidency {
    pub max_migration_duration_hours: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    pub installed: Path,
    pub uninstalled: Path,
    pub enabled: Path,
    pub disabled: Path,
    /// What the addresses begin with that a move of a site's data calls.
    #[serde(rename = "dare-migration", default, skip_serializing_if = "Option::is_none")]
    pub migration: Option<Path>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Scope {
    None,
    Read,
    Write,
    Delete,
    ProjectAdmin,
    SpaceAdmin,
    Admin,
    ActAsUser,
}

/// The three migrations that this service relies on (connect.md §1.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApiMigrations {
    pub gdpr: True,
    pub signed_install: True,
    pub context_qsh: True,
}

/// Must be true: without it the host sends what we refuse.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "bool", into = "bool")]
pub struct True;

impl TryFrom<bool> for True {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, &'static str> {
        if value { Ok(Self) } else { Err("must be true") }
    }
}

impl From<True> for bool {
    fn from(_: True) -> Self {
        true
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Modules {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub admin_pages: Vec<Page>,
    /// For every user, in the product's own navigation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub general_pages: Vec<Page>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configure_page: Option<Page>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<Webhook>,
}

impl Modules {
    /// Every module that opens a page of ours.
    fn pages(&self) -> impl Iterator<Item = &Page> {
        self.admin_pages.iter().chain(&self.general_pages).chain(&self.configure_page)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    pub key: ModuleKey,
    pub name: Name,
    pub url: Path,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Text<200>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    pub value: Text<100>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub condition: Text<100>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    pub event: Text<100>,
    pub url: Path,
}

/// A text of 1 to `MAX` characters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let length = text.chars().count();
        if (1..=MAX).contains(&length) {
            Ok(Self(text))
        } else {
            Err(format!("expected 1 to {MAX} characters"))
        }
    }
}

/// A URL relative to the base URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Path(String);

impl Path {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let relative = text.starts_with('/') && !text.starts_with("//") && !text.ends_with('/');
        if relative { Ok(Self(text)) } else { Err(format!("{text:?}: expected a path such as /app/admin")) }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ModuleKey(String);

impl TryFrom<String> for ModuleKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let good = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if good { Ok(Self(text)) } else { Err(format!("{text:?}: expected letters, digits and '-'")) }
    }
}

/// Renders the descriptor for `product`. `regions` are the addresses of deployments for sites of a region; `moves_within` is how
/// long a move from one to another may take, where this deployment moves sites.
pub fn render(
    product: Product,
    base_url: &BaseUrl,
    regions: &BTreeMap<String, BaseUrl>,
    moves_within: Option<Duration>,
    app_key: &str,
) -> Result<Descriptor, String> {
    let template: Template =
        serde_json::from_str(TEMPLATE).map_err(|error| format!("atlassian-connect.json: {error}"))?;
    if base_url.as_str().len() > BASE_URL_MAX {
        return Err(format!("KEPT_BASE_URL: expected at most {BASE_URL_MAX} characters"));
    }
    let section = product.name();
    let modules = template.modules.get(section).cloned();
    let modules = modules.ok_or_else(|| format!("atlassian-connect.json: no modules for {section}"))?;
    let regions = regions.iter().map(|(realm, url)| (realm.clone(), url.as_str().to_owned()));
    // Hosts accept loopback addresses only from a sandbox; a real one wants https, which production start-up demands.
    Ok(Descriptor {
        key: app_key.to_owned(),
        base_url: base_url.as_str().to_owned(),
        region_base_urls: regions.collect(),
        modules,
        data_residency: moves_within.map(|max| DataResidency { max_migration_duration_hours: hours(max) }),
        lifecycle: Lifecycle {
            migration: moves_within.map(|_| Path(MIGRATION_HOOK.to_owned())),
            ..template.descriptor.lifecycle
        },
        ..template.descriptor
    })
}

/// Where a site opens the page for problem reports (connect.md §1.4), with the id of a request that failed: parameters that begin
/// with `ac.` are handed on to the app.
pub fn report_address(site: &str, app_key: &str, error_id: &str) -> String {
    format!("{site}/plugins/servlet/ac/{app_key}/{REPORT_MODULE}?ac.errorId={error_id}")
}

/// In half hours.
pub fn hours(time: Duration) -> f64 {
    (time.as_secs() / 1_800) as f64 / 2.0
}

impl Descriptor {
    /// Every path that the host will call or load.
    pub fn paths(&self) -> Vec<&str> {
        let lifecycle = &self.lifecycle;
        let modules = &self.modules;
        [&lifecycle.installed, &lifecycle.uninstalled, &lifecycle.enabled, &lifecycle.disabled]
            .into_iter()
            .chain(modules.pages().map(|page| &page.url))
            .chain(modules.webhooks.iter().map(|webhook| &webhook.url))
            .map(Path::as_str)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_for_reports_is_where_links_of_other_pages_lead_and_takes_what_they_hand_over() {
        let base_url = BaseUrl::parse("https://app.example.com").unwrap();
        for product in [Product::Jira, Product::Confluence] {
            let rendered = render(product, &base_url, &BTreeMap::new(), None, "com.example").unwrap();
            let page =
                rendered.modules.general_pages.iter().find(|page| page.key.0 == REPORT_MODULE).unwrap();
            assert_eq!(page.url.as_str(), "/app/report?errorId={ac.errorId}");
        }
        let address = report_address("https://site.example.com/wiki", "com.example", "abc1");
        assert_eq!(
            address,
            "https://site.example.com/wiki/plugins/servlet/ac/com.example/kept-report?ac.errorId=abc1"
        );
    }

    #[test]
    fn the_descriptor_is_rendered_for_both_products_with_the_configured_base_url() {
        let base_url = BaseUrl::parse("https://app.example.com/kept").unwrap();
        let nowhere = BTreeMap::new();
        for product in [Product::Jira, Product::Confluence] {
            let descriptor =
                serde_json::to_value(render(product, &base_url, &nowhere, None, "com.example").unwrap())
                    .unwrap();
            assert_eq!(descriptor["baseUrl"], "https://app.example.com/kept");
            assert_eq!(descriptor["key"], "com.example");
            assert_eq!(descriptor["apiMigrations"]["signed-install"], true);
            assert_eq!(descriptor["authentication"]["type"], "jwt");
        }
    }

    #[test]
    fn a_site_of_a_region_is_sent_to_the_deployment_of_that_region() {
        let url = |text| BaseUrl::parse(text).unwrap();
        let regions = BTreeMap::from([("EU".to_owned(), url("https://eu.example.com"))]);
        let of = |regions| {
            let rendered =
                render(Product::Jira, &url("https://app.example.com"), regions, None, "k").unwrap();
            serde_json::to_value(rendered).unwrap()["regionBaseUrls"].clone()
        };
        assert_eq!(of(&regions), serde_json::json!({ "EU": "https://eu.example.com" }));
        assert!(of(&BTreeMap::new()).is_null());
    }

    #[test]
    fn a_deployment_that_moves_sites_says_so_and_for_how_long() {
        let url = BaseUrl::parse("https://app.example.com").unwrap();
        let of = |max| {
            let rendered = render(Product::Jira, &url, &BTreeMap::new(), max, "k").unwrap();
            serde_json::to_value(rendered).unwrap()
        };
        let moving = of(Some(Duration::from_secs(5_400)));
        assert_eq!(moving["lifecycle"]["dare-migration"], MIGRATION_HOOK);
        assert_eq!(moving["dataResidency"], serde_json::json!({ "maxMigrationDurationHours": 1.5 }));
        let staying = of(None);
        assert!(staying["dataResidency"].is_null() && staying["lifecycle"]["dare-migration"].is_null());
    }

    #[test]
    fn what_a_host_would_refuse_does_not_parse() {
        let good: serde_json::Value = serde_json::from_str(TEMPLATE).unwrap();
        let refuses = |pointer: &str, value: serde_json::Value| {
            let mut template = good.clone();
            *template.pointer_mut(pointer).unwrap() = value;
            serde_json::from_value::<Template>(template).is_err()
        };
        assert!(refuses("/descriptor/name", "".into()));
        assert!(refuses("/descriptor/name", "x".repeat(81).into()));
        assert!(refuses("/descriptor/authentication/type", "none".into()));
        assert!(refuses("/descriptor/lifecycle/installed", "https://evil.test/".into()));
        assert!(refuses("/descriptor/scopes/0", "EVERYTHING".into()));
        assert!(refuses("/descriptor/apiMigrations/context-qsh", false.into()));
        assert!(refuses("/modules/jira/adminPages/0/key", "a_b".into()));
        assert!(refuses("/descriptor/apiVersion", "one".into()));
    }
}
