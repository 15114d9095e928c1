//! The sandbox against a small app that accepts everything and remembers it.

mod calls;
mod forge;
mod http;

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::{Value, json};

use super::*;
use crate::clock::{Clock, Timestamp};

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
    let here = ([127, 0, 0, 1], 0).into();
    let options = Options { listen: here, smtp: here, app_url, app_key: "kept".into(), clock };
    (Sandbox::start(options).await.unwrap(), heard.into_inner())
}

fn header<'a>(headers: &'a HttpRequestParts, name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

async fn get(url: String) -> reqwest::Result<reqwest::Response> {
    serve::client().unwrap().get(url).send().await
}
