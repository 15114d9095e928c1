//! What the site sends to the app.

use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::json;

use super::super::{Edit, Event, WebhookFaults};
use super::{get, header, start};

#[tokio::test]
async fn an_install_verifies_with_the_key_that_the_site_publishes() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("jira");
    assert_eq!(site.install().await.status, 204);

    let (path, headers, body) = heard.last();
    assert_eq!((path.as_str(), &body["eventType"]), ("/connect/installed", &json!("installed")));
    assert_eq!(body["sharedSecret"].as_str(), site.shared_secret().as_deref());
    let token = header(&headers, "authorization").unwrap().strip_prefix("JWT ").unwrap();
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let pem = get(format!("{}/{kid}", sandbox.install_keys_url())).await.unwrap().text().await.unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let key = DecodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    assert!(jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::RS256).unwrap());
    assert_eq!(site.lifecycle_claims(Event::Installed)["aud"], json!(["https://kept.example.com"]));
}

#[tokio::test]
async fn a_refused_install_leaves_no_secret_and_a_refused_reinstall_the_former_one() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("acme");
    heard.answer_with(401);
    assert_eq!(site.install().await.status, 401);
    assert_eq!(site.shared_secret(), None);
    heard.answer_with(204);
    site.install().await;
    let secret = site.shared_secret();
    heard.answer_with(503);
    site.reinstall().await;
    assert_eq!(site.shared_secret(), secret);
}

#[tokio::test]
async fn an_import_changes_the_client_key_and_a_rename_the_base_url() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("acme");
    site.install().await;
    let (client_key, base_url) = (site.client_key(), site.base_url());
    site.import().await;
    assert_ne!(site.client_key(), client_key);
    assert_eq!(heard.last().2["baseUrl"], json!(base_url));
    assert_eq!(site.former()[0].client_key, client_key);

    let client_key = site.client_key();
    site.rename("acme-new").await;
    assert_eq!(heard.last().2["baseUrl"], json!(format!("{}/site/acme-new", sandbox.url())));
    assert_eq!(heard.last().2["clientKey"], json!(client_key));
}

#[tokio::test]
async fn a_webhook_keeps_its_identifier_through_its_retries() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("jira");
    site.install().await;
    heard.answer_with(503);
    let body = site.edit_issue("DEMO-1", &Edit { status: Some("Done".into()), ..Edit::default() }).unwrap();
    site.webhook("jira:issue_updated", body).await;
    let first = heard.last().1;
    for retry in 1..=5 {
        assert_eq!(site.retry_webhooks().await.len(), 1);
        let headers = heard.last().1;
        assert_eq!(header(&headers, "x-atlassian-webhook-retry"), Some(retry.to_string().as_str()));
        let identifier = "x-atlassian-webhook-identifier";
        assert_eq!(header(&headers, identifier), header(&first, identifier));
    }
    assert!(site.retry_webhooks().await.is_empty());
}

#[tokio::test]
async fn webhooks_come_twice_and_out_of_order_when_told_so() {
    let (sandbox, heard) = start().await;
    let site = sandbox.site("jira");
    site.install().await;
    sandbox.faults().set_webhooks(WebhookFaults { duplicate: true, out_of_order: true });
    let before = heard.count();
    site.webhook("jira:issue_updated", json!({"number": 1})).await;
    assert_eq!(heard.count(), before);
    site.webhook("jira:issue_updated", json!({"number": 2})).await;
    let numbers: Vec<_> =
        heard.calls.lock().unwrap()[before..].iter().map(|call| call.2["number"].clone()).collect();
    assert_eq!(numbers, [2, 2, 1]);
}
