//! The tokens of invocations, sent everywhere and looked for everywhere.

use kept::sandbox::{ForgeModule, ForgeToken, Site, Who};
use serde_json::json;

use super::super::leaks::{Listened, Sought};
use crate::support::send;

/// Calls that are answered: their tokens are used, and not only refused.
async fn taken(service: &Listened, site: &Site, sought: &mut Sought) {
    // Each call has a name of its own, or it would be refused as one that came twice.
    let page = || site.forge_page_claims(Who::Admin);
    let of = |module| site.forge_claims(module);
    for (method, path, claims, status) in [
        ("GET", "/forge/api/v1/session", page(), 200),
        ("GET", "/forge/api/v1/data/summary", page(), 200),
        ("PUT", "/forge/api/v1/storage/leak", page(), 204),
        ("POST", "/forge/events/jira", of(ForgeModule::JIRA_EVENTS), 204),
        ("POST", "/forge/daily", of(ForgeModule::DAILY), 204),
        ("POST", "/forge/lifecycle", of(ForgeModule::LIFECYCLE), 204),
    ] {
        let body = match path {
            "/forge/lifecycle" => site.lifecycle_event("avi:forge:upgraded:app").body,
            "/forge/events/jira" => {
                let body = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
                site.issue_event("avi:jira:updated:issue", &body).body
            }
            _ => json!({}),
        };
        let token = site.sign_forge(&claims);
        sought.add_token("an invocation that was taken", &token);
        let mut request = service.request(method, path).header("authorization", format!("Bearer {token}"));
        for (name, kind) in
            [("x-forge-oauth-system", ForgeToken::App), ("x-forge-oauth-user", ForgeToken::User(Who::Admin))]
        {
            let token = site.oauth_token(kind);
            sought.add_token(name, &token);
            request = request.header(name, token);
        }
        let answer = send(request.body(body.to_string())).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        sought.assert_not_answered(path, &answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_no_log_and_no_database_holds_a_token_of_an_invocation() {
    let service = Listened::start().await;
    let site = service.sandbox.site("jira");
    assert_eq!(site.install_on_forge().await.status, 204);
    let mut sought = Sought::default();
    taken(&service, &site, &mut sought).await;
    for path in [
        "/forge/api/v1/session",
        "/forge/api/v1/data/summary",
        "/forge/api/v1/nothing",
        "/forge/lifecycle",
        "/forge/events/jira",
        "/forge/nothing",
        "/api/v1/session",
        "/nothing",
    ] {
        for method in ["GET", "POST", "PUT"] {
            for word in ["Bearer", "bearer", "JWT", "Basic"] {
                let token = site.sign_forge(&site.forge_page_claims(Who::Admin));
                let system = site.oauth_token(ForgeToken::App);
                let user = site.oauth_token(ForgeToken::User(Who::Admin));
                sought.add_token("an invocation", &token);
                sought.add("a token of the app", &system);
                sought.add("a token of a user", &user);
                let request =
                    service.request(method, path).header("authorization", format!("{word} {token}"));
                let request =
                    request.header("x-forge-oauth-system", &system).header("x-forge-oauth-user", &user);
                let request = request.header("x-b3-traceid", "a523b7549f0b88c9").body("{}");
                let what = format!("{word} at {method} {path}");
                sought.assert_not_answered(&what, &send(request).await);
            }
        }
    }
    sought.add("the installation", &site.forge_installation_id());
    sought.add("the site", &site.cloud_id());
    for (place, bytes) in service.files() {
        sought.assert_not_in(&place, &String::from_utf8_lossy(&bytes));
    }
    let logs = service.end();
    assert!(logs.iter().any(|(_, text)| text.lines().count() > 50));
    for (place, text) in &logs {
        sought.assert_not_in(place, text);
    }
}
