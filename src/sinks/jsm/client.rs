//! The one place from which the desk is called: as the account of the settings, within a time and a size.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Account, Attachment, JsmError};
use crate::clock::Stopwatch;
use crate::config::Secret;
use crate::http::{self, OutgoingError};
use crate::support::Hash;

const TIMEOUT: Duration = Duration::from_secs(10);
/// A file takes longer than a word.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(60);
/// A page of the longest comments is larger than anything else that is read.
const BODY_MAX: usize = 4 * 1024 * 1024;
/// The longest wait that is believed to be meant.
const WAIT_MAX: Duration = Duration::from_secs(3_600);
const WAIT: Duration = Duration::from_secs(30);

pub struct Client {
    client: reqwest::Client,
    /// Without a slash at the end.
    base: String,
    email: String,
    token: Secret,
}

impl Client {
    pub fn new(account: &Account, https_only: bool) -> Result<Self, OutgoingError> {
        Ok(Self {
            client: http::client(TIMEOUT, https_only)?,
            base: account.url.as_str().trim_end_matches('/').to_owned(),
            email: account.email.clone(),
            token: account.token.clone(),
        })
    }

    /// A call whose answer is read.
    pub async fn read<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, JsmError> {
        parse(&self.call(self.request(method, path, body)).await?)
    }

    /// A call whose answer says nothing but that it was done.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<(), JsmError> {
        self.call(self.request(method, path, body)).await.map(drop)
    }

    /// Sends one file, past the protection against requests of other sites.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        attachment: &Attachment,
    ) -> Result<T, JsmError> {
        let request = self
            .request(Method::POST, path, None)
            .header("x-atlassian-token", "no-check")
            .timeout(UPLOAD_TIMEOUT);
        let boundary = Hash::of(&attachment.content).to_string();
        let request = request.header("content-type", format!("multipart/form-data; boundary={boundary}"));
        parse(&self.call(request.body(multipart(attachment, &boundary))).await?)
    }

    fn request(&self, method: Method, path: &str, body: Option<Value>) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = request.basic_auth(&self.email, Some(self.token.expose()));
        let request = request.header("accept", "application/json");
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    async fn call(&self, request: RequestBuilder) -> Result<Vec<u8>, JsmError> {
        let watch = Stopwatch::start();
        let sent = request.send().await.map_err(OutgoingError::from);
        http::log_call("jsm", sent.as_ref().ok().map(|response| response.status().as_u16()), &watch);
        let response = sent.map_err(|error| match error {
            OutgoingError::NotConnected => JsmError::NotReached,
            other => JsmError::Unanswered(other),
        })?;
        let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        match response.status().as_u16() {
            200..=299 => http::read_body(response, BODY_MAX).await.map_err(JsmError::Unanswered),
            429 => Err(JsmError::Busy(wait.map_or(WAIT, Duration::from_secs).min(WAIT_MAX))),
            status @ 300..=499 => Err(JsmError::Refused(status)),
            status => Err(JsmError::Failed(status)),
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, JsmError> {
    serde_json::from_slice(body).map_err(|_| JsmError::Unreadable)
}

/// RFC 7578. Name and kind are ours, and need no quoting; no content holds the hash of itself.
fn multipart(attachment: &Attachment, boundary: &str) -> Vec<u8> {
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        attachment.name, attachment.media
    );
    [head.as_bytes(), &attachment.content, format!("\r\n--{boundary}--\r\n").as_bytes()].concat()
}
