//! Calls to the app, each written into the journal.

use std::time::Duration;

use super::answer::Answer;
use super::journal::{Sent, without_token};
use super::site::Site;

/// One call to the app. A test may bend any part of it.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// What it is, for the journal: `installed`, `jira:issue_updated` …
    pub what: String,
    pub method: String,
    /// Path and query, relative to the app's base URL.
    pub path: String,
    /// Sent as `Authorization: JWT …`.
    pub token: Option<String>,
    pub headers: Vec<(String, String)>,
    /// Sent as JSON, as it is.
    pub body: Option<String>,
    /// How long the app may take, where that is not what every call may.
    pub limit: Option<Duration>,
}

impl Site {
    /// Makes a call, whatever it holds.
    pub async fn send(&self, call: &Call) -> Answer {
        let url = format!("{}{}", self.app_url(), call.path);
        let answer = match self.request(call, &url).send().await {
            Ok(response) => read(response).await,
            Err(error) => Answer::none(reason(&error, &self.app_url())),
        };
        self.write_down(call, &url, &answer);
        answer
    }

    fn request(&self, call: &Call, url: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(call.method.as_bytes()).unwrap_or(reqwest::Method::POST);
        let mut request = self.world.client.request(method, url);
        if let Some(token) = &call.token {
            request = request.header("authorization", format!("JWT {token}"));
        }
        if let Some(limit) = call.limit {
            request = request.timeout(limit);
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        match &call.body {
            Some(body) => request.header("content-type", "application/json").body(body.clone()),
            None => request,
        }
    }

    fn write_down(&self, call: &Call, url: &str, answer: &Answer) {
        let url = match url.split_once('?') {
            Some((path, query)) => format!("{path}?{}", without_token(query)),
            None => url.to_owned(),
        };
        self.world.journal.add_sent(Sent {
            at: self.world.clock.now(),
            site: self.place.name.clone(),
            what: call.what.clone(),
            method: call.method.clone(),
            url,
            status: answer.status,
            answer: answer.body.chars().take(600).collect(),
        });
    }
}

async fn read(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    match response.text().await {
        Ok(body) => Answer { status, headers, body },
        Err(_) => Answer::none("The app broke off in the middle of its answer."),
    }
}

/// Why no answer came, in words for the person who clicked.
fn reason(error: &reqwest::Error, app_url: &str) -> String {
    if error.is_connect() {
        format!("Nothing answers at {app_url}. Start Kept there, then try again.")
    } else if error.is_timeout() {
        format!("{app_url} did not answer in time.")
    } else if error.is_builder() {
        format!("The call could not be made: {error}")
    } else {
        format!("{app_url} closed the connection without an answer.")
    }
}
