use std::collections::BTreeSet;

use serde_json::json;

use super::model::RemoteUrl;
use super::scopes::{self, NEEDS};
use super::*;
use crate::connect::forge::events::as_webhook;
use crate::connect::{descriptor, forge};

const BOTH: [Product; 2] = [Product::Jira, Product::Confluence];
const ALL: [StillConnect; 3] = [StillConnect::Everything, StillConnect::LifeCycle, StillConnect::Nothing];
const APP: &str = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107";

/// The service's addresses, as far as a manifest names them.
const ADDRESSES: [Address<'static>; 12] = [
    ("POST", "/connect/installed"),
    ("POST", "/connect/uninstalled"),
    ("POST", "/connect/webhooks/jira"),
    ("POST", "/connect/webhooks/confluence"),
    ("GET", "/app/admin"),
    ("GET", "/app/report"),
    ("GET", "/forge/api/v1/session"),
    ("POST", "/forge/lifecycle"),
    ("POST", "/forge/pre-uninstall"),
    ("POST", "/forge/events/jira"),
    ("POST", "/forge/events/confluence"),
    ("POST", "/forge/daily"),
];

fn settings(more: &[(&str, &str)]) -> Settings {
    let values = [
        ("KEPT_BASE_URL", "https://app.example.com"),
        ("KEPT_FORGE_APP_ID", APP),
        ("KEPT_APP_KEY", "com.example"),
    ];
    let find = |name: &str| more.iter().chain(&values).find(|(known, _)| *known == name);
    Settings::from_lookup(|name| find(name).map(|(_, value)| (*value).to_owned())).unwrap()
}

fn rendered(still: StillConnect) -> (String, Manifest) {
    render(&settings(&[]), &BOTH, still).unwrap()
}

/// What is wrong with a manifest once this text in it is another one.
fn wrong_with(still: StillConnect, text: &str, other: &str) -> String {
    let (manifest, _) = rendered(still);
    assert!(manifest.contains(text), "{text}: {manifest}");
    match serde_saphyr::from_str::<Manifest>(&manifest.replacen(text, other, 1)) {
        Ok(manifest) => check(&manifest, &ADDRESSES).unwrap_err().join("\n"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_step_of_the_way_from_connect_has_a_manifest_that_holds_together() {
    for still in ALL {
        for products in [&BOTH[..], &BOTH[..1], &BOTH[1..]] {
            let (text, manifest) = render(&settings(&[]), products, still).unwrap();
            assert_eq!(check(&manifest, &ADDRESSES), Ok(()), "{text}");
            assert_eq!(manifest.app.id, APP);
            assert!(!text.contains("\n\n\n"), "{text}");
        }
    }
}

#[test]
fn the_manifest_reads_as_people_expect_one() {
    let regions = [("KEPT_REGION_BASE_URLS", "EU=https://eu.example.com,US=https://us.example.com")];
    insta::assert_snapshot!(render(&settings(&regions), &BOTH, StillConnect::LifeCycle).unwrap().0);
    insta::assert_snapshot!(render(&settings(&[]), &BOTH[..1], StillConnect::Everything).unwrap().0);
}

#[test]
fn a_site_of_a_region_goes_to_that_regions_deployment() {
    let regions = [("KEPT_REGION_BASE_URLS", "EU=https://eu.example.com")];
    let (_, manifest) = render(&settings(&regions), &BOTH, StillConnect::Nothing).unwrap();
    let RemoteUrl::Regions(urls) = &manifest.remotes[0].base_url else { panic!("{manifest:?}") };
    assert_eq!(urls["default"], "https://app.example.com");
    assert_eq!(urls["EU"], "https://eu.example.com");
}

#[test]
fn what_forge_could_not_call_is_named_by_its_setting() {
    let fault = |more: &[(&str, &str)]| render(&settings(more), &BOTH, StillConnect::Nothing).unwrap_err();
    assert!(fault(&[("KEPT_FORGE_APP_ID", "")]).starts_with("KEPT_FORGE_APP_ID: "));
    assert!(fault(&[("KEPT_BASE_URL", "http://localhost:8080")]).starts_with("KEPT_BASE_URL: "));
    assert!(fault(&[("KEPT_BASE_URL", "https://app.example.com/kept")]).starts_with("KEPT_BASE_URL: "));
    let region = [("KEPT_REGION_BASE_URLS", "EU=http://eu.example.com")];
    assert!(fault(&region).starts_with("KEPT_REGION_BASE_URLS: "));
}

#[test]
fn a_manifest_that_does_not_hold_together_is_refused_by_the_key_where_it_is_wrong() {
    use StillConnect::{Everything, LifeCycle};
    for (still, text, other, told) in [
        (
            LifeCycle,
            "key: kept-daily-endpoint",
            "key: kept-lifecycle-endpoint",
            "kept-lifecycle-endpoint: the key of another module too",
        ),
        (
            LifeCycle,
            "endpoint: kept-daily-endpoint",
            "endpoint: nowhere",
            "kept-daily: there is no endpoint nowhere",
        ),
        (
            LifeCycle,
            "endpoint: kept-daily-endpoint",
            "endpoint: kept-jira-events-endpoint",
            "kept-daily: would be let in at /forge/daily alone",
        ),
        (
            LifeCycle,
            "endpoint: kept-api-endpoint",
            "endpoint: kept-daily-endpoint",
            "would be let in at /forge/api/v1 alone",
        ),
        (LifeCycle, "      remote: kept", "      remote: other", "there is no remote other"),
        (
            LifeCycle,
            "    remote: kept\n    auth",
            "    remote: other\n    auth",
            "app.connect: there is no remote other",
        ),
        (LifeCycle, "resource: kept-admin", "resource: other", "there is no resource other"),
        (
            LifeCycle,
            "key: kept-admin-jira",
            "key: kept-admin",
            "kept-admin: the service knows no jira:adminPage",
        ),
        (
            LifeCycle,
            "path: /forge/daily",
            "path: /forge/nightly",
            "kept-daily-endpoint: the service answers no such path",
        ),
        (LifeCycle, "key: kept-report\n", "key: kept-report-that-is-too-long\n", "at most 23 characters"),
        (LifeCycle, "read:jira-work", "read:jira_work", "read:jira_work: is no scope"),
        (LifeCycle, "read:jira-work", "read:confluence-user", "names a scope twice"),
        (
            LifeCycle,
            "    - read:app-user-token\n",
            "",
            "read:app-user-token: is asked for without use, or used",
        ),
        (LifeCycle, "https://app.example.com", "http://app.example.com", "is no https address"),
        (LifeCycle, "inScopeEUD: true", "inScopeEUD: false", "does not say so"),
        (LifeCycle, "interval: day", "intervall: day", "intervall"),
        (LifeCycle, "    operations:", "   operations:", "line"),
        (Everything, "\"/app/admin\"", "\"/app/nothing\"", "the service answers no /app/nothing"),
        (
            Everything,
            "url: \"/connect/webhooks/jira\"",
            "url: \"/webhooks\"",
            "the service answers no /webhooks",
        ),
    ] {
        let wrong = wrong_with(still, text, other);
        assert!(wrong.contains(told), "{text} -> {other}: {wrong}");
    }
}

#[test]
fn triggers_tell_what_the_webhooks_told() {
    for product in BOTH {
        let settings = settings(&[]);
        let webhooks = template_webhooks(product, &settings);
        let told: BTreeSet<String> = scopes::events(product)
            .map(|event| {
                as_webhook(json!({ "eventType": event }))["webhookEvent"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(told, webhooks, "{product:?}");
    }
}

fn template_webhooks(product: Product, settings: &Settings) -> BTreeSet<String> {
    let descriptor =
        descriptor::render(product, &settings.base_url, &settings.region_base_urls, None, &settings.app_key)
            .unwrap();
    let webhooks = serde_json::to_value(descriptor.modules.webhooks).unwrap();
    webhooks.as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap().to_owned()).collect()
}

/// Every path that is asked with an invocation's token, as the source has it, is behind a scope, and no scope is asked for
/// without a use.
#[test]
fn each_scope_has_its_use_and_each_call_its_scope() {
    let source = [
        include_str!("../permission.rs"),
        include_str!("../permission/own.rs"),
        include_str!("../forge/client_key.rs"),
    ];
    let source = source.concat();
    let used: BTreeSet<&str> = NEEDS.iter().flat_map(|need| need.uses).copied().collect();
    let mut asked: BTreeSet<&str> = source.split('"').filter_map(path_in).collect();
    asked.insert(settings(&[]).forge.unwrap().accounts_url.path().to_owned().leak());
    assert!(!asked.is_empty());
    for path in &asked {
        assert!(used.contains(path), "no scope is asked for {path}");
    }
    for used in used.iter().filter(|used| used.starts_with('/')) {
        assert!(asked.contains(used), "{used} is asked nowhere");
    }
    let idle = NEEDS.iter().filter(|need| need.product.is_some() && need.uses.is_empty());
    assert_eq!(idle.count(), 0);
    // This one is open to any app about itself; and so is, in Jira, the name that it had under Connect.
    assert!(include_str!("../forge/installation_details.rs").contains("/forge/installation/v1/"));
}

fn path_in(text: &str) -> Option<&str> {
    text.starts_with("/rest/").then(|| text.split('?').next().unwrap_or_default())
}

#[test]
fn every_module_of_the_service_is_in_the_manifest_and_no_other() {
    let keys = |manifest: &Manifest| -> BTreeSet<String> {
        manifest.modules.values().flatten().map(|module| module.key.clone()).collect()
    };
    let mut known: BTreeSet<String> =
        forge::modules::MODULES.iter().map(|module| module.key.to_owned()).collect();
    let moving = settings(&[
        ("KEPT_REALM", "EU"),
        ("KEPT_MOVE_SECRET", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ("KEPT_REGION_BASE_URLS", "EU=https://app.example.com,US=https://us.app.example.com"),
    ]);
    assert_eq!(keys(&render(&moving, &BOTH, StillConnect::Nothing).unwrap().1), known);
    // A deployment that moves nobody asks for no hook.
    known.remove("kept-data-residency");
    assert_eq!(keys(&rendered(StillConnect::Nothing).1), known);
    let (_, transition) = rendered(StillConnect::Everything);
    assert!(transition.resources.is_empty(), "no page twice");
    assert!(transition.connect_modules.contains_key("jira:adminPages"));
}
