//! What the logs of a full run say, at their most talkative: JSON, our own ids, and nothing that a customer gave us.

use std::collections::BTreeSet;

use kept::policy::datamap::DataMap;
use kept::policy::{ClassName, Policy};
use kept::sandbox::Product;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::support::TestDatabases;
use crate::support::marked::{Marked, Markers, live_through};
use crate::support::process::{self, Environment, Serving};

/// The streams of one run, line by line.
struct Logs {
    app: Vec<Value>,
    access: Vec<Value>,
    stderr: Vec<Value>,
    /// Traces of payloads, tokens and names in any of them.
    found: Vec<String>,
    /// Our own id of the tenant.
    tenant: String,
}

/// One run serves all tests here: it is the same run.
static LOGS: OnceCell<Logs> = OnceCell::const_new();

async fn logs() -> &'static Logs {
    LOGS.get_or_init(run).await
}

async fn run() -> Logs {
    let (databases, sandbox, markers) = (TestDatabases::fresh(), process::sandbox().await, Markers::new());
    // The headers of a proxy are looked at too.
    let environment = Environment::new(&databases, &sandbox).set("KEPT_TRUSTED_PROXIES", "127.0.0.1");
    let environment = environment.set("KEPT_LOG", "debug");
    environment.json(&databases, &["migrate", "--json"]);
    let serving = Serving::start(environment.command(&databases, &["serve"]));
    sandbox.set_app_url(&serving.url);
    let mut marked = Marked::new(&sandbox, Product::Jira, &markers);
    live_through(&mut marked).await;
    let stderr = serving.stop().stderr;
    let [app, access] = ["app-", "access-"].map(|stream| databases.log(stream));
    let traces = marked.traces(&sandbox);
    let found = [&app, &access, &stderr].iter().flat_map(|text| traces.in_bytes(text.as_bytes())).collect();
    let key = marked.site.client_key();
    let shown = environment.json(&databases, &["tenants", "show", &key, "--json"]);
    let tenant = shown["id"].as_str().unwrap().to_owned();
    Logs { app: lines(&app), access: lines(&access), stderr: lines(&stderr), found, tenant }
}

/// Panics on a line that is not JSON.
fn lines(text: &str) -> Vec<Value> {
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
    text.lines().map(parse).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_json_and_both_streams_are_written() {
    let logs = logs().await;
    assert!(logs.app.len() > 20 && logs.access.len() > 20 && logs.stderr.len() > 20);
    // What a thread says while the process ends may come after the file was closed.
    let stopped = |line: &&Value| line["fields"]["message"] == "stopped";
    let before = |lines: &[Value]| lines.iter().take_while(|line| !stopped(line)).count();
    let (app, stderr, stopped) = (logs.app.len(), logs.stderr.len(), before(&logs.stderr));
    assert!((stopped..=stderr).contains(&app), "standard error is the application stream: {app} of {stderr}");
    for line in logs.app.iter().chain(&logs.stderr) {
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_tells_a_token_a_secret_a_client_key_a_host_or_a_query() {
    assert_eq!(logs().await.found, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn website_01_website_03_an_access_line_holds_ten_closed_items_and_none_that_joins_it() {
    let routes: BTreeSet<&str> =
        kept::routes::table().routes().iter().map(|route| route.path).chain(["none"]).collect();
    for line in &logs().await.access {
        assert_eq!(names(line), sorted(ITEMS), "{line}");
        assert!(routes.contains(text(line, "page")), "a template, not a path: {line}");
        assert!(line["status"].as_u64().is_some_and(|status| (200..600).contains(&status)), "{line}");
        assert!(line["bytes"].is_u64(), "{line}");
        // A time in milliseconds would be found again in the other stream.
        let time = text(line, "timestamp");
        assert!(time.len() == "2026-11-22T08:00:00Z".len() && time.ends_with('Z'), "{line}");
        assert_eq!(text(line, "offset"), "+00:00", "{line}");
        // The headers that this run sends hold markers: none of them is a word of these closed types.
        for (item, value) in [("referrer", "-"), ("browser", "other"), ("os", "other"), ("language", "-")] {
            assert_eq!(text(line, item), value, "{line}");
        }
        assert!(["-", "127.0.0.0/24"].contains(&text(line, "ip")), "{line}");
    }
}

const ITEMS: [&str; 10] =
    ["ip", "timestamp", "offset", "page", "status", "bytes", "referrer", "browser", "os", "language"];

#[tokio::test(flavor = "multi_thread")]
async fn website_01_both_streams_hold_what_the_policy_and_the_data_map_say_and_nothing_else() {
    let policy = Policy::parse(include_str!("../../policies/default.toml"), "default.toml").unwrap();
    let map = DataMap::builtin().unwrap();
    let logs = logs().await;
    for (class, lines) in [(ClassName::AccessLog, &logs.access), (ClassName::AppLog, &logs.app)] {
        let mapped = map.log_fields(class.as_str()).unwrap();
        assert!(mapped.values().all(|of| *of == class), "{class}");
        let fields = policy.class(class).unwrap().fields.iter().map(String::as_str).collect::<BTreeSet<_>>();
        // What stands within a member is compared in `datamap.rs`.
        let members: BTreeSet<&str> = mapped.keys().filter_map(|name| name.split('.').next()).collect();
        assert_eq!(members, fields, "{class}");
        assert_eq!(lines.iter().flat_map(names).collect::<BTreeSet<_>>(), fields, "{class}");
    }
}

fn sorted<const N: usize>(mut names: [&str; N]) -> [&str; N] {
    names.sort_unstable();
    names
}

fn text<'a>(line: &'a Value, item: &str) -> &'a str {
    line[item].as_str().unwrap_or_else(|| panic!("{item} is no text: {line}"))
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_about_a_tenant_names_it_by_our_own_id() {
    let logs = logs().await;
    let about = |message: &str| -> Vec<&Value> {
        logs.app.iter().filter(|line| line["fields"]["message"] == message).collect()
    };
    let (installed, uninstalled) = (about("installed"), about("uninstalled"));
    assert_eq!((installed.len(), uninstalled.len()), (3, 1));
    for line in installed.into_iter().chain(uninstalled) {
        assert_eq!(line["fields"]["tenant.id"], *logs.tenant, "{line}");
        assert!(line["span"]["request.id"].is_string(), "{line}");
    }
    // What was refused to a proven caller says which tenant's caller it was.
    let of = |status: u64| move |line: &&&Value| line["fields"]["status"] == status;
    let refused = about("request refused");
    for status in [403, 400] {
        let named = refused.iter().filter(of(status)).filter(|line| line["fields"]["tenant.id"].is_string());
        assert!(named.count() >= 1, "{status}: {refused:#?}");
    }
    for line in refused.iter().filter(of(401)) {
        assert!(line["fields"].get("tenant.id").is_none_or(Value::is_null), "nobody was proven: {line}");
    }
}
