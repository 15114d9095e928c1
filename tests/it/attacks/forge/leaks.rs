//! The tokens of invocations, sent everywhere and looked for everywhere.

use kept::sandbox::{ForgeToken, Who};

use super::super::leaks::{Listened, Sought};
use crate::support::send;

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_no_log_and_no_database_holds_a_token_of_an_invocation() {
    let service = Listened::start().await;
    let site = service.sandbox.site("jira");
    let mut sought = Sought::default();
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
