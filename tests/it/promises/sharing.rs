//! Who else gets what: everything that the service sends in a whole life, beside the data map and the policy's processors.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kept::policy::model::Processor;
use kept::policy::{ClassName, Policy};
use kept::sandbox::{Event, Product, Recorded, Who};
use serde_json::json;

use crate::policy::{POLICIES, policy};
use crate::support::admin::{call, settings};
use crate::support::forge::installed;
use crate::support::{TestApp, fault};

const DAY: Duration = Duration::from_secs(86_400);
/// Headers that say nothing of anybody.
const PLAIN_HEADERS: [&str; 6] =
    ["accept", "accept-encoding", "connection", "content-length", "content-type", "host"];

/// Which kind of call of the data map a request is, with the names of what stands in its address.
fn kind(request: &Recorded) -> Option<(&'static str, Option<&'static str>)> {
    match request.path.as_str() {
        path if path.ends_with("/rest/api/3/permissions/check") => Some(("permission-check", None)),
        path if path.ends_with("/rest/api/user") => Some(("permission-check", None)),
        // As a user under Forge, about themselves.
        path if path.ends_with("/rest/api/3/mypermissions") => Some(("permission-check", None)),
        path if path.ends_with("/rest/api/user/current") => Some(("permission-check", None)),
        path if path.ends_with("/.well-known/jwks.json") => Some(("forge-keys", None)),
        path if path.ends_with("/permission/check") => Some(("permission-check", Some("path.contentId"))),
        path if path.contains("/rest/atlassian-connect/1/addons/") => {
            Some(("licence-poll", Some("path.appKey")))
        }
        path if path.starts_with("/install-keys/") || path.split('/').count() == 2 => {
            Some(("install-key", Some("path.keyId")))
        }
        _ => None,
    }
}

/// Names of everything in a request that the sandbox writes down: its query and its headers.
fn names(request: &Recorded) -> BTreeSet<String> {
    let query = request.query.split('&').filter_map(|pair| pair.split('=').next());
    let query = query.filter(|name| !name.is_empty()).map(|name| format!("query.{name}"));
    let headers = request.headers.iter().map(|(name, _)| name.as_str());
    let headers = headers.filter(|name| !PLAIN_HEADERS.contains(name) && *name != "authorization");
    query.chain(headers.map(|name| format!("header.{name}"))).collect()
}

/// The body of a question about permissions and our own token are looked at byte by byte in `datamap.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn appernetic_19_utilitas_07_what_is_sent_in_a_whole_life_is_what_the_map_lists_for_that_call() {
    let app = TestApp::start().await;
    let map = fault::data_map();
    for name in ["jira", "confluence"] {
        let site = app.site(name);
        assert_eq!(site.install().await.status, 204);
        assert_eq!(call(&app, &site, "GET", "/api/v1/data/summary", None).await.status, 200);
        let event = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
        site.webhook("jira:issue_updated", event).await;
        let ends = app.clock.now().plus(DAY * 12);
        site.set_licence(None);
        let entered = settings(json!({"contact": "ada@customer.example", "subscriptionEndsAt": ends}));
        assert_eq!(call(&app, &site, "PUT", "/api/v1/settings", Some(entered)).await.status, 200);
    }
    for product in [Product::Jira, Product::Confluence] {
        let site = app.sandbox.site_of(&format!("{}-in-forge", product.name()), product);
        installed(&app, &site).await;
        let summary = site.invoke_remote(Who::Admin, "GET", "/forge/api/v1/data/summary", None).await;
        assert_eq!(summary.status, 200, "{}", summary.body);
    }
    app.live(3).await;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for request in app.sandbox.recorded() {
        let (kind, in_path) = kind(&request).unwrap_or_else(|| panic!("no call of the map: {request:?}"));
        let listed = &map.outgoing()[kind];
        let sent: BTreeSet<String> = names(&request).into_iter().chain(in_path.map(str::to_owned)).collect();
        let unlisted: Vec<_> = sent.iter().filter(|name| !listed.contains_key(*name)).collect();
        assert!(unlisted.is_empty(), "{kind}: {unlisted:?}");
        *seen.entry(kind).or_default() += 1;
    }
    assert_eq!(
        seen.keys().copied().collect::<Vec<_>>(),
        ["forge-keys", "install-key", "licence-poll", "permission-check"]
    );
    let mails = app.sandbox.mails();
    assert_eq!(mails.len(), 2, "one for each site");
    for mail in &mails {
        assert_eq!(
            (mail.recipients.as_slice(), mail.cc.len()),
            (&["ada@customer.example".to_owned()][..], 0)
        );
        let known = BTreeSet::from(["to", "cc", "subject", "body"].map(str::to_owned));
        assert_eq!(map.outgoing()["mail"].keys().cloned().collect::<BTreeSet<_>>(), known);
        for told in ["DEMO-1", "sharedSecret", "Install the app"] {
            assert!(!mail.text.contains(told), "{told}");
        }
    }
}

/// Where each call of the data map goes when nothing is set.
const PLACES: [(&str, &str); 12] = [
    ("permission-check", "customer.atlassian.net"),
    ("account-report", "customer.atlassian.net"),
    ("licence-poll", "customer.atlassian.net"),
    ("install-key", "connect-install-keys.atlassian.com"),
    ("forge-keys", "forge.cdn.prod.atlassian-dev.net"),
    ("client-key", "api.atlassian.com"),
    ("installation-details", "api.atlassian.com"),
    ("mail", "smtp.example.com"),
    ("ticket-mail", "smtp.example.com"),
    ("staff-mail", "smtp.example.com"),
    ("erasure-request", "smtp.example.com"),
    ("erasure-confirmation", "smtp.example.com"),
];

/// Calls that are made where a service desk is set; whose it is, the deployment's check asks for.
const DESK: [&str; 5] = ["desk-request", "desk-customer", "desk-attachment", "desk-comment", "desk-copy"];

fn processor_at<'a>(policy: &'a Policy, host: &str) -> Option<&'a Processor> {
    let is_theirs = |pattern: &String| match pattern.strip_prefix('*') {
        Some(suffix) => host.ends_with(suffix),
        None => pattern == host,
    };
    policy.document().processors.iter().find(|processor| processor.hosts.iter().any(is_theirs))
}

#[test]
fn appernetic_16_appernetic_21_utoolity_12_what_is_sent_goes_to_who_is_listed_for_it_and_on_a_basis() {
    let map = fault::data_map();
    assert!(DESK.iter().all(|call| map.outgoing().contains_key(*call)));
    assert_eq!(map.outgoing().len(), PLACES.len() + DESK.len(), "a call whose place is not known here");
    for name in POLICIES {
        let policy = policy(name);
        for (call, host) in PLACES {
            let to = processor_at(&policy, host).unwrap_or_else(|| panic!("{name}: nobody has {host}"));
            let sent: BTreeSet<ClassName> = map.outgoing()[call].values().copied().collect();
            for class in sent {
                assert!(to.classes.contains(&class), "{name}: {call} sends {class} to {}", to.name);
                let stated = policy.class(class).unwrap();
                assert!(!stated.purposes.is_empty(), "{name}: {class} is sent for no purpose");
            }
        }
    }
}

/// A host that the policy does not name is not called, whoever says that the product is there.
#[tokio::test(flavor = "multi_thread")]
async fn appernetic_16_utoolity_12_a_host_that_is_not_listed_is_never_called() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut body = site.lifecycle_body(Event::Installed);
    body["baseUrl"] = json!(format!("http://{}", elsewhere.local_addr().unwrap()));
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    assert_eq!(site.send_lifecycle(Event::Installed, &body, &token).await.status, 403);
    assert_eq!(app.state(&site).await, "nothing");
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err(), "nobody called");
}
