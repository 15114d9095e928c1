//! What came in and what went out, for the page's log and for tests.
//!
//! Secrets are left out when a line is written, not when it is read: no token, cookie or `jwt` parameter is kept.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use serde::Serialize;

use super::connection::Closed;
use super::world::World;
use crate::clock::Timestamp;

/// One request that the sandbox received. The page's own requests are not among them.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    pub at: Timestamp,
    pub method: String,
    pub path: String,
    /// Without the token.
    pub query: String,
    /// Without credentials; names in lower case.
    pub headers: Vec<(String, String)>,
    /// 0 when the connection was closed without an answer.
    pub status: u16,
}

/// One call that the sandbox made to the app, and what the app answered.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    pub at: Timestamp,
    pub site: String,
    pub what: String,
    pub method: String,
    /// Without the token.
    pub url: String,
    pub status: u16,
    /// The first part of the answer's body.
    pub answer: String,
}

#[derive(Default)]
pub(super) struct Journal {
    received: Mutex<VecDeque<Recorded>>,
    sent: Mutex<VecDeque<Sent>>,
}

/// Enough for the largest test; a sandbox that runs for weeks forgets the oldest.
const KEPT_LINES: usize = 20_000;

impl Journal {
    pub(super) fn received(&self) -> Vec<Recorded> {
        read(&self.received)
    }

    pub(super) fn sent(&self) -> Vec<Sent> {
        read(&self.sent)
    }

    pub(super) fn add_sent(&self, line: Sent) {
        push(&self.sent, line);
    }

    pub(super) fn clear(&self) {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Middleware: writes down every request that is not for the page or for what it is made of.
pub(super) async fn record(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let world = request.app_data::<web::Data<World>>().cloned();
    let line = world.as_ref().filter(|_| !is_of_the_page(request.path())).map(|world| line(world, &request));
    let response = next.call(request).await?;
    if let (Some(world), Some(mut line)) = (world, line) {
        let closed = response.request().extensions().contains::<Closed>();
        line.status = if closed { 0 } else { response.status().as_u16() };
        push(&world.journal.received, line);
    }
    Ok(response)
}

fn is_of_the_page(path: &str) -> bool {
    let pages_and_styles = ["/", "/wiki", "/wiki/", "/all.js", "/surfaces.css", "/legacy-text-colors.css"];
    pages_and_styles.contains(&path)
        || ["/sandbox/", "/custom-ui/", "/vendor/", "/themes/", "/avatar/"]
            .iter()
            .any(|prefix| path.starts_with(prefix))
}

fn line(world: &World, request: &ServiceRequest) -> Recorded {
    Recorded {
        at: world.clock.now(),
        method: request.method().to_string(),
        path: request.path().to_owned(),
        query: without_token(request.query_string()),
        headers: without_credentials(request.headers()),
        status: 0,
    }
}

/// Takes the `jwt` parameter out of a query.
pub(super) fn without_token(query: &str) -> String {
    query.split('&').filter(|piece| !piece.starts_with("jwt=")).collect::<Vec<_>>().join("&")
}

fn without_credentials(headers: &HeaderMap) -> Vec<(String, String)> {
    let is_credential = |name: &str| matches!(name, "authorization" | "cookie" | "proxy-authorization");
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers
        .iter()
        .filter(|(name, _)| !is_credential(name.as_str()))
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect()
}

fn read<T: Clone>(lines: &Mutex<VecDeque<T>>) -> Vec<T> {
    lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
}

fn push<T>(lines: &Mutex<VecDeque<T>>, line: T) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.len() == KEPT_LINES {
        lines.pop_front();
    }
    lines.push_back(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_written_down() {
        assert_eq!(without_token("a=1&jwt=e30.e30.x&b=2"), "a=1&b=2");
        assert_eq!(without_token("jwt=e30.e30.x"), "");
    }
}
