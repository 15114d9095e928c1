//! Forge's side: what it sends to the app, and what it answers to the tokens that it sent along.

use serde_json::{Value, json};

use super::super::{Answer, ForgeEvent, ForgeModule, ForgeToken, Product, Sandbox, Site, Who};
use super::{get, header, start};

fn event() -> ForgeEvent {
    let body = json!({"eventType": "avi:jira:updated:issue"});
    ForgeEvent { module: ForgeModule::JIRA_EVENTS, path: "/forge/events/jira".to_owned(), body }
}

/// What an app would ask with this token.
async fn ask(url: &str, token: &str) -> (u16, Value) {
    let client = super::serve::client().unwrap();
    let answer = client.get(url).header("authorization", format!("Bearer {token}")).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_page_brings_a_token_for_its_module_and_the_tokens_for_the_product() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("jira");
    let body = json!({"a": 1});
    let answer: Answer = site.invoke_remote(Who::Member, "PUT", "/forge/api/v1/x", Some(&body)).await;
    assert_eq!(answer.status, 204);
    let (path, headers, sent) = heard.last();
    assert_eq!((path.as_str(), &sent), ("/forge/api/v1/x", &body));
    let token = header(&headers, "authorization").unwrap().strip_prefix("Bearer ").unwrap();
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let set: Value = get(sandbox.forge_jwks_url()).await.unwrap().json().await.unwrap();
    assert_eq!(set["keys"][0]["kid"], json!(kid));
    assert!(header(&headers, "x-forge-oauth-system").is_some());
    let own = header(&headers, "x-forge-oauth-user").unwrap();
    let url = format!("{}/rest/api/3/mypermissions?permissions=ADMINISTER", site.api_base_url());
    let (status, answer) = ask(&url, own).await;
    assert_eq!((status, &answer["permissions"]["ADMINISTER"]["havePermission"]), (200, &json!(false)));

    site.request_remote(Who::Member, "PUT", "/forge/api/v1/x", Some(&body)).await;
    let (_, headers, _) = heard.last();
    assert!(
        header(&headers, "x-forge-oauth-user").is_none()
            && header(&headers, "x-forge-oauth-system").is_none()
    );
}

#[tokio::test]
async fn an_event_is_tried_four_times_more_each_time_with_a_token_of_its_own() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("jira");
    heard.answer_with(503);
    site.send_forge_event(&event()).await;
    for _ in 0..4 {
        assert_eq!(site.retry_forge_events().await.len(), 1);
    }
    assert!(site.forge_events_to_retry().is_empty(), "no fifth time");
    let calls = heard.calls.lock().unwrap();
    let mut tokens: Vec<_> = calls.iter().map(|call| header(&call.1, "authorization").unwrap()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!((calls.len(), tokens.len()), (5, 5));
    assert!(calls.iter().all(|call| header(&call.1, "x-forge-oauth-user").is_none()), "an event has no user");
}

#[tokio::test]
async fn a_redirect_of_an_event_is_a_failure() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("jira");
    heard.answer_with(302);
    site.send_forge_event(&event()).await;
    assert_eq!(site.forge_events_to_retry(), [event()]);
    heard.answer_with(200);
    site.retry_forge_events().await;
    assert!(site.forge_events_to_retry().is_empty());
}

async fn answers(sandbox: &Sandbox, site: &Site, rest: &str, token: ForgeToken) -> u16 {
    let url = format!("{}{rest}", site.api_base_url());
    assert!(url.starts_with(sandbox.url()));
    ask(&url, &site.oauth_token(token)).await.0
}

#[tokio::test]
async fn a_token_is_good_at_its_own_site_and_for_what_it_is() {
    let (sandbox, _) = start().await;
    let (jira, wiki) = (sandbox.site("jira"), sandbox.site_of("wiki", Product::Confluence));
    let permissions = "/rest/api/3/mypermissions?permissions=ADMINISTER";
    assert_eq!(answers(&sandbox, &jira, permissions, ForgeToken::User(Who::Admin)).await, 200);
    let current = "/rest/api/user/current?expand=operations";
    let on_wiki = format!("/wiki{current}");
    assert_eq!(answers(&sandbox, &wiki, &on_wiki, ForgeToken::User(Who::Admin)).await, 200);
    assert_eq!(answers(&sandbox, &wiki, &on_wiki, ForgeToken::App).await, 403);
    assert_eq!(
        answers(&sandbox, &wiki, current, ForgeToken::User(Who::Admin)).await,
        404,
        "Confluence is under /wiki"
    );
    let url = format!("{}{permissions}", jira.api_base_url());
    for token in [wiki.oauth_token(ForgeToken::User(Who::Admin)), "made-up".to_owned()] {
        assert_eq!(ask(&url, &token).await.0, 401);
    }
    let token = jira.oauth_token(ForgeToken::App);
    jira.world.clock.set(jira.world.clock.now().plus(std::time::Duration::from_secs(3_601)));
    assert_eq!(ask(&url, &token).await.0, 401, "an hour later");
}
