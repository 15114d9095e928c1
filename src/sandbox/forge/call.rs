//! Calls to the app as a remote: from a page, with any method, once and within 25 seconds; events by POST, within 5 seconds
//! and with four tries more. Every try has a token of its own, and a redirect is a failure.
//!
//! Nothing here waits. An event that may be tried again is kept, and [`Site::retry_forge_events`] makes one step.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::outgoing::Call;
use super::super::people::Who;
use super::super::site::Site;
use super::{Module, Token, scopes};

const PAGE_LIMIT: Duration = Duration::from_secs(25);
const EVENT_LIMIT: Duration = Duration::from_secs(5);
const MOST_RETRIES: u32 = 4;

/// An event on its way to an endpoint of the app.
#[derive(Debug, Clone, PartialEq)]
pub struct ForgeEvent {
    /// The module that sends it.
    pub module: Module,
    /// Relative to the app's base URL.
    pub path: String,
    pub body: Value,
}

/// An event that waits for another try.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Waiting {
    event: ForgeEvent,
    retry: u32,
}

impl Site {
    /// `invokeRemote` of a page that this person has open: with the tokens that let the app call the product.
    pub async fn invoke_remote(&self, who: Who, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.invoke_from(Module::admin_page(self.product()), who, method, path, &[], body).await
    }

    /// The same from another page of the app, with headers of the page's own.
    pub async fn invoke_from(
        &self,
        page: Module,
        who: Who,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&Value>,
    ) -> Answer {
        let mut claims = self.forge_page_claims(who);
        claims["app"]["module"] = json!({"type": page.0, "key": page.1});
        claims["context"]["moduleKey"] = json!(page.1);
        claims["context"]["extension"]["type"] = json!(page.0);
        let token = self.sign_forge(&claims);
        let mut call = self.remote_call(method, path, &token, body);
        call.headers.extend_from_slice(headers);
        self.with_app_token(&mut call);
        if who != Who::Anonymous && self.world.forge.may(scopes::USER_TOKEN) {
            call.headers.push(("x-forge-oauth-user".into(), self.oauth_token(Token::User(who))));
        }
        self.send(&call).await
    }

    /// `requestRemote` of the same page: without them.
    pub async fn request_remote(&self, who: Who, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let token = self.sign_forge(&self.forge_page_claims(who));
        self.send(&self.remote_call(method, path, &token, body)).await
    }

    /// A call with this token and no others, to be bent further.
    pub fn remote_call(&self, method: &str, path: &str, token: &str, body: Option<&Value>) -> Call {
        let random = |length: usize| self.world.random.uuid().replace('-', "")[..length].to_owned();
        let headers = vec![
            ("authorization".to_owned(), format!("Bearer {token}")),
            ("x-b3-traceid".to_owned(), random(16)),
            ("x-b3-spanid".to_owned(), random(16)),
        ];
        Call {
            what: format!("forge {method} {path}"),
            method: method.to_owned(),
            path: path.to_owned(),
            headers,
            body: body.map(Value::to_string),
            limit: Some(PAGE_LIMIT),
            ..Call::default()
        }
    }

    /// Sends an event, and keeps it for another try where the app does not take it.
    pub async fn send_forge_event(&self, event: &ForgeEvent) -> Answer {
        self.try_forge_event(event, 0).await
    }

    /// Tries once more everything that waits for it, and returns what was answered.
    pub async fn retry_forge_events(&self) -> Vec<Answer> {
        let waiting = std::mem::take(&mut self.place.record().forge_waiting);
        let mut answers = Vec::with_capacity(waiting.len());
        for Waiting { event, retry } in waiting {
            answers.push(self.try_forge_event(&event, retry).await);
        }
        answers
    }

    /// What waits for another try.
    pub fn forge_events_to_retry(&self) -> Vec<ForgeEvent> {
        self.place.record().forge_waiting.iter().map(|waiting| waiting.event.clone()).collect()
    }

    /// The token of the app goes along where the manifest asks for it.
    fn with_app_token(&self, call: &mut Call) {
        if self.world.forge.may(scopes::APP_TOKEN) {
            call.headers.push(("x-forge-oauth-system".into(), self.oauth_token(Token::App)));
        }
    }

    async fn try_forge_event(&self, event: &ForgeEvent, retry: u32) -> Answer {
        let token = self.sign_forge(&self.forge_claims(event.module));
        let mut call = self.remote_call("POST", &event.path, &token, Some(&event.body));
        call.what = event.body["eventType"].as_str().unwrap_or(event.module.1).to_owned();
        call.limit = Some(EVENT_LIMIT);
        self.with_app_token(&mut call);
        let answer = self.send(&call).await;
        if !(200..300).contains(&answer.status) && retry < MOST_RETRIES {
            let again = Waiting { event: event.clone(), retry: retry + 1 };
            self.place.record().forge_waiting.push(again);
        }
        answer
    }
}
