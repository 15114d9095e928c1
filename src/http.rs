//! The only builder of outgoing HTTP clients: time limits, no redirects, our name, and nothing of a URL in an error.

use std::time::Duration;

use crate::clock::Stopwatch;

const USER_AGENT: &str = concat!("kept/", env!("CARGO_PKG_VERSION"));

/// A client that follows no redirect: a redirect would carry a signed request to a host that nobody checked.
pub fn client(timeout: Duration, https_only: bool) -> Result<reqwest::Client, OutgoingError> {
    #[expect(clippy::disallowed_methods, reason = "this is the one builder")]
    let builder = reqwest::Client::builder();
    builder
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(3)))
        .https_only(https_only)
        .pool_max_idle_per_host(8)
        .build()
        .map_err(OutgoingError::from)
}

/// Why an outgoing call had no answer. Made without the URL, which may name a customer or hold a token.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    #[error("no answer in time")]
    TimedOut,
    #[error("cannot connect")]
    NotConnected,
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the call failed: {0}")]
    Failed(String),
}

impl From<reqwest::Error> for OutgoingError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else if error.is_connect() {
            Self::NotConnected
        } else {
            Self::Failed(error.without_url().to_string())
        }
    }
}

/// Reads an answer's body up to `limit` bytes.
pub async fn read_body(mut response: reqwest::Response, limit: usize) -> Result<Vec<u8>, OutgoingError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(OutgoingError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Logs one outgoing call without its address: what it was for, how it ended, how long it took.
pub fn log_call(purpose: &'static str, status: Option<u16>, watch: &Stopwatch) {
    let duration_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(purpose, status, duration_ms, "outgoing call");
}
