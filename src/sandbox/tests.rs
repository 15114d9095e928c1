//! The sandbox against a small app that accepts everything and remembers it.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};

use super::*;
use crate::clock::{Clock, Timestamp};
use crate::connect::qsh::Qsh;

#[derive(Default)]
struct Heard {
    calls: Mutex<Vec<(String, HttpRequestParts, Value)>>,
    answer: Mutex<u16>,
}

type HttpRequestParts = Vec<(String, String)>;

impl Heard {
    fn last(&self) -> (String, HttpRequestParts, Value) {
        self.calls.lock().unwrap().last().unwrap().clone()
    }

    fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    fn answer_with(&self, status: u16) {
        *self.answer.lock().unwrap() = status;
    }
}

async fn hear(request: HttpRequest, body: Bytes, heard: Data<Heard>) -> HttpResponse {
    if request.path().starts_with("/atlassian-connect") {
        return HttpResponse::Ok().json(json!({
            "key": "kept", "baseUrl": "https://kept.example.com",
            "lifecycle": {"installed": "/connect/installed", "uninstalled": "/connect/uninstalled",
                "enabled": "/connect/enabled", "disabled": "/connect/disabled"},
            "modules": {"webhooks": [{"event": "jira:issue_updated", "url": "/connect/webhooks/jira"}]}}));
    }
    let headers =
        request.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let call = (request.path().to_owned(), headers.collect(), serde_json::from_slice(&body).unwrap());
    heard.calls.lock().unwrap().push(call);
    HttpResponse::new(actix_web::http::StatusCode::from_u16(*heard.answer.lock().unwrap()).unwrap())
}

async fn start() -> (Sandbox, Arc<Heard>) {
    let heard = Data::new(Heard { answer: Mutex::new(204), ..Heard::default() });
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let app_url = format!("http://{}", listener.local_addr().unwrap());
    let data = heard.clone();
    let app = move || App::new().app_data(data.clone()).default_service(web::to(hear));
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
    tokio::spawn(server);
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let options = Options { listen: ([127, 0, 0, 1], 0).into(), app_url, app_key: "kept".into(), clock };
    (Sandbox::start(options).await.unwrap(), heard.into_inner())
}

fn header<'a>(headers: &'a HttpRequestParts, name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

async fn get(url: String) -> reqwest::Result<reqwest::Response> {
    reqwest::Client::new().get(url).send().await
}

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

#[tokio::test]
async fn the_key_server_can_hang_up_and_everything_received_is_written_down() {
    let (sandbox, _) = start().await;
    let url = format!("{}/{}", sandbox.install_keys_url(), sandbox.key_id());
    sandbox.faults().set_key_server(KeyServer::Down);
    assert!(get(url.clone()).await.is_err());
    sandbox.faults().set_key_server(KeyServer::Slow(Duration::from_millis(1)));
    assert_eq!(get(url).await.unwrap().status(), 200);
    let statuses: Vec<_> = sandbox.recorded().into_iter().map(|line| line.status).collect();
    assert_eq!(statuses, [0, 200]);
}

#[tokio::test]
async fn the_rest_api_takes_the_apps_token_for_its_own_request_only() {
    let (sandbox, _) = start().await;
    let site = sandbox.site("confluence");
    site.install().await;
    let path = format!("/rest/api/user?accountId={}&expand=operations", site.user(Who::Admin).unwrap());
    let signed = |path: &str| {
        let (path, query) = path.split_once('?').unwrap();
        let now = 1_800_000_000;
        let qsh = Qsh::of("GET", path, Some(query)).unwrap();
        site.sign(&json!({"iss": "kept", "iat": now, "exp": now + 60, "qsh": qsh.as_str()}))
    };
    let ask = |path: String, token: String| async move {
        let request = reqwest::Client::new().get(path).header("authorization", format!("JWT {token}"));
        request.send().await.unwrap()
    };
    let answer = ask(format!("{}{path}", site.base_url()), signed(&path)).await;
    assert_eq!(answer.status(), 200);
    let user: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert!(
        user["operations"]
            .as_array()
            .unwrap()
            .contains(&json!({"operation": "administer", "targetType": "application"}))
    );
    let other = ask(format!("{}{path}", site.base_url()), signed("/rest/api/user?accountId=x")).await;
    assert_eq!(other.status(), 401);
}

#[test]
fn it_starts_in_an_actix_runtime_too_and_stops() {
    actix_web::rt::System::new().block_on(async {
        let (sandbox, _) = start().await;
        assert_eq!(sandbox.site("jira").install().await.status, 204);
        sandbox.stop().await;
        assert!(get(sandbox.install_keys_url()).await.is_err());
    });
}
