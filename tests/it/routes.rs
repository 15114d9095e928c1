//! Every route with its caller. A new route shows up here, with who may call it, before it is merged.

use crate::support::{TestApp, code};

#[test]
fn every_route_declares_its_caller() {
    let table = kept::routes::table();
    let lines: Vec<String> = table
        .routes()
        .iter()
        .map(|route| format!("{:4} {:40} {}", route.method.as_str(), route.path, route.caller.as_str()))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_forge_may_call_is_proven_by_an_invocation_and_by_nothing_else() {
    use kept::auth::Caller::{ForgeAdmin, ForgeEvent, ForgeUser};
    let table = kept::routes::table();
    let mut pages = 0;
    for route in table.routes() {
        let is_forge = matches!(route.caller, ForgeUser | ForgeAdmin | ForgeEvent);
        assert_eq!(route.path.starts_with("/forge/"), is_forge, "{} {}", route.method, route.path);
        // What pages ask for is the same at both addresses.
        if let Some(rest) = route.path.strip_prefix("/forge/api/v1") {
            let twin = table.routes().iter().find(|other| {
                other.method == route.method && other.path.strip_prefix("/api/v1") == Some(rest)
            });
            assert_eq!(twin.map(|twin| twin.caller.through_forge()), Some(route.caller), "{}", route.path);
            pages += 1;
        }
    }
    assert!(pages > 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_nothing_about_addresses_that_need_a_caller() {
    let app = TestApp::start().await;
    for path in
        ["/api/v1/session", "/api/v1/no-such-thing", "/api/v1", "/app/admin", "/app/no-such-page", "/app"]
    {
        for method in ["GET", "POST", "DELETE"] {
            let answer = crate::support::send(app.request(method, path)).await;
            assert_eq!((answer.status, code(&answer).as_str()), (401, "unauthenticated"), "{method} {path}");
        }
    }
    let site = app.site("jira");
    site.install().await;
    let token = site.context_token(None);
    let answer = app.get_with("/api/v1/no-such-thing", &token).await;
    assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"));
    let answer = app.post_with("/api/v1/session", &token, "").await;
    assert_eq!((answer.status, code(&answer).as_str()), (405, "method_not_allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_safe_headers_and_a_request_id() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/nothing", "/app/admin"] {
        let answer = app.get(&format!("{}{path}", app.url)).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert!(
            answer
                .header("strict-transport-security")
                .is_some_and(|value| value.contains("max-age=31536000"))
        );
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() >= 13), "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
}
