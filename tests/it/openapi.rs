//! The description of the interface: that it is whole, that it is what the front end is made from, and that answers are as it
//! says. Each JSON answer of every other test is held to it too (`support/described.rs`).

use std::collections::BTreeSet;

use kept::error::Code;
use serde_json::{Value, json};

use crate::support::described::{self, Exchange};
use crate::support::{TestApp, send};

/// What the types of the front end are made from.
const COMMITTED: &str = "frontend/openapi.json";

#[tokio::test(flavor = "multi_thread")]
async fn the_front_end_is_made_from_the_description_that_is_served() {
    let app = TestApp::start().await;
    let answer = app.get(&format!("{}/openapi.json", app.url)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let served = serde_json::from_str::<Value>(&answer.body).unwrap();
    let written = serde_json::to_string_pretty(&served).unwrap() + "\n";
    if is_to_be_updated() {
        std::fs::write(COMMITTED, &written).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap();
    assert!(committed == written, "{COMMITTED} is out of date: INSTA_UPDATE=always writes it anew");
}

/// As the snapshots beside it are.
#[expect(clippy::disallowed_methods, reason = "a setting of insta, which takes no part in this file")]
fn is_to_be_updated() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_description_already_is_told_so() {
    let app = TestApp::start().await;
    let first = app.get(&format!("{}/openapi.json", app.url)).await;
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    for known in [tag.clone(), tag.trim_start_matches("W/").to_owned(), format!("\"other\", {tag}")] {
        let again = send(app.request("GET", "/openapi.json").header("if-none-match", known)).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""));
        assert_eq!(again.header("etag"), Some(tag.as_str()));
    }
    let changed = send(app.request("GET", "/openapi.json").header("if-none-match", "W/\"other\"")).await;
    assert_eq!(changed.status, 200);
}

#[test]
fn every_route_is_described_with_what_its_caller_shows() {
    let (table, document) = (kept::routes::table(), described::document());
    let mut ids = BTreeSet::new();
    for route in table.routes() {
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][route.path][&method];
        let place = format!("{method} {}", route.path);
        assert!(ids.insert(operation["operationId"].to_string()), "{place}: the id of another one");
        assert!(operation["responses"].as_object().is_some_and(|all| all.len() >= 2), "{place}");
        let is_public = route.caller.as_str() == "public";
        let signs_in = place == "post /console/api/v1/session";
        assert_eq!(operation["security"] == json!([]), is_public && !signs_in, "{place}");
        let named: BTreeSet<&str> = route.path.split(['{', '}']).skip(1).step_by(2).collect();
        let told = operation["parameters"].as_array().into_iter().flatten();
        let told: BTreeSet<&str> =
            told.filter(|one| one["in"] == "path").filter_map(|one| one["name"].as_str()).collect();
        assert_eq!(named, told, "{place}");
    }
    let paths = document["paths"].as_object().unwrap().values();
    assert_eq!(paths.map(|path| path.as_object().unwrap().len()).sum::<usize>(), table.routes().len());
}

#[test]
fn the_description_has_every_code_and_names_nothing_twice() {
    let document = described::document();
    let codes: Vec<Value> = Code::ALL.iter().map(|code| json!(code.as_str())).collect();
    assert_eq!(document["components"]["schemas"]["Code"]["enum"], json!(codes));
    // A name that two types have gets a number; and one type that is two things on its two ways would hide one of them.
    let names: Vec<&String> = document["components"]["schemas"].as_object().unwrap().keys().collect();
    let numbered: Vec<_> =
        names.iter().filter(|name| name.ends_with(|last: char| last.is_numeric())).collect();
    assert!(numbered.is_empty(), "{numbered:?}");
    assert_eq!(kept::routes::table().ambiguous_names(), Vec::<String>::new());
}

#[test]
fn every_reference_leads_somewhere_and_every_name_is_referred_to() {
    let document = described::document();
    let text = document.to_string();
    let names = document["components"]["schemas"].as_object().unwrap();
    for rest in text.split("\"#/components/schemas/").skip(1) {
        let name = rest.split('"').next().unwrap();
        assert!(names.contains_key(name), "{name}");
    }
    for name in names.keys() {
        assert!(text.contains(&format!("\"#/components/schemas/{name}\"")), "{name} is used nowhere");
    }
}

#[test]
fn an_answer_that_is_not_as_described_is_noticed() {
    let told = |status, body: &str| {
        let kind = if status < 300 { "application/json" } else { "application/problem+json" };
        let exchange = Exchange { method: "GET", path: "/api/v1/session", sent: None, status, kind, body };
        described::fault(&exchange)
    };
    let good = json!({
        "state": "active", "accountId": null, "product": "jira", "appKey": "kept", "site": "https://a.atlassian.net",
        "since": "2026-11-22T08:00:00Z", "dueAt": null, "reason": null, "contactState": "missing",
        "publicUrl": "https://kept.example.com", "location": {"en": "Roubaix, France", "de": "Roubaix, Frankreich"},
    });
    assert_eq!(told(200, &good.to_string()), None);
    let without = |name: &str| {
        let mut less = good.clone();
        less.as_object_mut().unwrap().remove(name);
        less.to_string()
    };
    let with = |name: &str, value: Value| {
        let mut other = good.clone();
        other[name] = value;
        other.to_string()
    };
    assert!(told(200, &without("since")).is_some());
    assert!(told(200, &with("since", json!("yesterday"))).is_some());
    assert!(told(200, &with("dueAt", json!(5))).is_some());
    assert!(told(200, &with("contactState", json!("gone"))).is_some());
    assert!(told(200, &with("surprise", json!(1))).is_some());
    assert!(told(202, &good.to_string()).is_some(), "a status that nobody spoke of");
    assert!(told(404, r#"{"code":"not_found"}"#).is_some());
    let problem = json!({
        "type": "urn:kept:problem:not_found", "title": "There is nothing.", "status": 404, "code": "not_found",
        "requestId": "a",
    });
    assert_eq!(told(404, &problem.to_string()), None);
    assert!(told(404, &problem.to_string().replace("not_found", "unheard_of")).is_some());
}
