//! What the logs of a full run say, at their most talkative: JSON, our own ids, and nothing that a customer gave us.

use std::collections::BTreeSet;

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
    let environment = Environment::new(&databases, &sandbox).set("KEPT_LOG", "debug");
    environment.json(&databases, &["migrate", "--json"]);
    let serving = Serving::start(environment.command(&databases, &["serve"]));
    sandbox.set_app_url(&serving.url);
    let mut marked = Marked::new(&sandbox, Product::Jira, &markers);
    live_through(&mut marked).await;
    let stderr = serving.stop().stderr;
    let file = |name| std::fs::read_to_string(databases.dir().join("data/logs").join(name)).unwrap();
    let [app, access] = ["app.log", "access.log"].map(file);
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
    assert_eq!(logs.app.len(), logs.stderr.len(), "standard error is the application stream");
    for line in logs.app.iter().chain(&logs.stderr) {
        assert_ne!(line["target"], "kept::access", "each stream has its own retention: {line}");
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_tells_a_token_a_secret_a_client_key_a_host_or_a_query() {
    assert_eq!(logs().await.found, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn website_01_website_03_an_access_line_holds_six_things_and_no_id_that_joins_it() {
    let routes: BTreeSet<&str> =
        kept::routes::table().routes().iter().map(|route| route.path).chain(["none"]).collect();
    let methods = ["GET", "POST", "other"];
    for line in &logs().await.access {
        assert_eq!(names(line), ["fields", "target", "timestamp"], "{line}");
        assert_eq!(names(&line["fields"]), ["duration_us", "method", "route", "status"], "{line}");
        assert!(routes.contains(line["fields"]["route"].as_str().unwrap()), "a template, not a path: {line}");
        assert!(methods.contains(&line["fields"]["method"].as_str().unwrap()), "{line}");
        assert!(line["fields"]["status"].is_u64() && line["fields"]["duration_us"].is_u64(), "{line}");
    }
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
