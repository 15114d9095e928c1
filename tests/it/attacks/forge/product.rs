//! What the product is asked, with whose token, and where that token never goes.

use kept::auth::Caller;
use kept::sandbox::{ForgeModule, ForgeToken, Product, Rest, Site, Who};
use serde_json::json;

use super::{Remote, UNAUTHENTICATED};
use crate::support::forge::{installed, with_tokens};
use crate::support::{TestApp, code};

const SUMMARY: &str = "/forge/api/v1/data/summary";
const SITES_REPORTS: &str = "/forge/api/v1/problem-reports?of=site";

async fn summary(site: &Site, headers: &[(&str, String)]) -> kept::sandbox::Answer {
    let token = site.sign_forge(&site.forge_page_claims(Who::Admin));
    let mut call = site.remote_call("GET", SUMMARY, &token, None);
    call.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    site.send(&call).await
}

fn asked(app: &TestApp) -> Vec<String> {
    let calls = app.sandbox.recorded().into_iter().filter(|call| call.path.contains("/rest/"));
    calls.map(|call| format!("{}?{}", call.path.split("/rest/").nth(1).unwrap(), call.query)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_product_says_who_administers_it_to_the_users_own_token_or_to_the_apps() {
    for (product, of_user, of_app) in [
        (Product::Jira, "api/3/mypermissions?permissions=ADMINISTER", "api/3/permissions/check?"),
        (Product::Confluence, "api/user/current?expand=operations", "api/user?accountId"),
    ] {
        let app = TestApp::start().await;
        let site = app.sandbox.site_of(product.name(), product);
        installed(&app, &site).await;
        let answer = site.invoke_remote(Who::Member, "GET", SUMMARY, None).await;
        assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"), "{product:?}");
        let answer = site.invoke_remote(Who::Anonymous, "GET", SUMMARY, None).await;
        assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"), "{product:?}");
        assert_eq!(site.invoke_remote(Who::Admin, "GET", SUMMARY, None).await.status, 200, "{product:?}");
        assert!(asked(&app).iter().all(|path| path.starts_with(of_user)), "{:?}", asked(&app));
        // A minute later it is asked again: this time as the app, about the user by their account id.
        app.advance(std::time::Duration::from_secs(61));
        app.sandbox.forget_recorded();
        let token = site.oauth_token(ForgeToken::App);
        assert_eq!(summary(&site, &[("x-forge-oauth-system", token)]).await.status, 200, "{product:?}");
        assert!(asked(&app).iter().all(|path| path.starts_with(of_app)), "{:?}", asked(&app));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nobody_can_be_asked_and_nobody_is_an_administrator() {
    let remote = Remote::new().await;
    let answer = remote.site.request_remote(Who::Admin, "GET", SUMMARY, None).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "app_token_required"));
    assert_eq!(remote.called(), [""; 0]);
    let session = remote.site.request_remote(Who::Admin, "GET", "/forge/api/v1/session", None).await;
    assert_eq!(session.status, 200, "what needs no permission needs no token");
    for value in ["", "two words", &"a".repeat(20_000)] {
        let answer = summary(&remote.site, &[("x-forge-oauth-user", value.to_owned())]).await;
        assert!([400, 403].contains(&answer.status), "{}: {}", value.len(), answer.body);
        assert_eq!(remote.called(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_product_does_not_take_makes_nobody_an_administrator() {
    let remote = Remote::new().await;
    let other = remote.app.site("elsewhere");
    for (what, token) in [
        ("made up", "made-up".to_owned()),
        ("of another site", other.oauth_token(ForgeToken::User(Who::Admin))),
        ("of a member", remote.site.oauth_token(ForgeToken::User(Who::Member))),
    ] {
        let answer = summary(&remote.site, &[("x-forge-oauth-user", token)]).await;
        assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"), "{what}");
        remote.app.advance(std::time::Duration::from_secs(61));
    }
    remote.app.sandbox.faults().set_rest(Rest::Status(503));
    let answer = remote.site.invoke_remote(Who::Admin, "GET", SUMMARY, None).await;
    assert_eq!((answer.status, code(&answer).as_str()), (503, "host_unavailable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_of_a_host_that_is_not_on_the_list_is_refused_and_its_tokens_go_nowhere() {
    let remote = Remote::new().await;
    let thief = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = thief.local_addr().unwrap().port();
    let cloud_id = remote.site.cloud_id();
    let mine = remote.app.sandbox.url().to_owned();
    for base in [
        format!("http://127.0.0.1:{port}/ex/jira/{cloud_id}"),
        format!("http://localhost:{port}/ex/jira/{cloud_id}"),
        format!("https://api.atlassian.com.evil.test/ex/jira/{cloud_id}"),
        format!("https://evil.test/ex/jira/{cloud_id}"),
        format!("http://api.atlassian.com/ex/jira/{cloud_id}"),
        format!("https://api.atlassian.com:8443/ex/jira/{cloud_id}"),
    ] {
        let mut claims = remote.claims();
        claims["app"]["apiBaseUrl"] = json!(base);
        remote.refuses_claims(&claims, &base).await;
    }
    // What is no such address at all is no invocation.
    for base in [
        format!("{mine}/ex/jira/{cloud_id}/../../../rest"),
        format!("{mine}/ex/jira/{cloud_id}?x=1"),
        format!("{mine}/ex/jira/"),
        format!("{mine}/wiki"),
        format!("http://user@127.0.0.1:{port}/ex/jira/{cloud_id}"),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ] {
        let mut claims = remote.claims();
        claims["app"]["apiBaseUrl"] = json!(base);
        remote.refuses_claims(&claims, &base).await;
    }
    thief.set_nonblocking(true).unwrap();
    assert!(thief.accept().is_err(), "nobody called");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_not_sent_on_to_where_the_product_redirects() {
    let product = super::super::key_server::Stub::start(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: https://example.atlassian.net/rest/api/3/mypermissions\r\n",
        b"",
    );
    let app = TestApp::with(&[("KEPT_FORGE_API_HOSTS", &product.url)]).await;
    let site = app.site("jira");
    installed(&app, &site).await;
    let mut claims = site.forge_page_claims(Who::Admin);
    claims["app"]["apiBaseUrl"] = json!(format!("{}/ex/jira/{}", product.url, site.cloud_id()));
    let answer = site.send(&with_tokens(&site, &site.sign_forge(&claims), "GET", SUMMARY, Who::Admin)).await;
    assert_eq!((answer.status, code(&answer).as_str()), (503, "host_unavailable"));
    assert_eq!(product.connections(), 1);
}

/// Whoever has the page open: its tokens are made where any user can have them made.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_everybody_opens_nothing_that_is_for_administrators() {
    let remote = Remote::new().await;
    let page = ForgeModule::report_page(remote.site.product());
    let mut refused = 0;
    for route in kept::routes::table().routes().iter().filter(|route| route.caller == Caller::ForgeAdmin) {
        let (method, path) = (route.method.as_str(), route.path.replace("{id}", "7"));
        let answer = remote.site.invoke_from(page, Who::Admin, method, &path, &[], Some(&json!({}))).await;
        assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED, "{method} {path}");
        assert_eq!(remote.called(), [""; 0], "{method} {path}: the product was asked");
        refused += 1;
    }
    assert!(refused > 10, "{refused}");
    // What both pages ask for tells an administrator no more there than it tells anybody.
    let list = |page| remote.site.invoke_from(page, Who::Admin, "GET", SITES_REPORTS, &[], None);
    let answer = list(page).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "admin_required"));
    assert_eq!(list(ForgeModule::admin_page(remote.site.product())).await.status, 200);
}
