//! Atlassian's public keys for `installed` and `uninstalled` (connect.md §3.2).
//!
//! The key server comes from the settings, never from a request. A key id is checked before it becomes part of a URL.
//! A key never changes under its id, so a fetched one is used for a long time, and for longer while the server is down.

use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use moka::sync::Cache;
use tokio::sync::OnceCell;
use url::Url;

use super::token::{RsaKey, TokenError};
use crate::clock::{Clock, Stopwatch, Timestamp};
use crate::http::{self, OutgoingError};

const KEYS_MAX: u64 = 64;
const UNKNOWN_MAX: u64 = 1_024;
/// After this a key is fetched again, so that a withdrawn one does not live for ever.
const REFRESH_AFTER: Duration = Duration::from_secs(24 * 3_600);
/// How long a server that is down is left alone while there is an old key.
const RETRY_AFTER: Duration = Duration::from_secs(60);
/// How long an unknown key id stays unknown.
const UNKNOWN_FOR: Duration = Duration::from_secs(60);
/// Unknown ids must not become a flood of outgoing requests.
const LOOKUPS_PER_MINUTE: u32 = 60;
const TIMEOUT: Duration = Duration::from_secs(3);
const BODY_MAX: usize = 16 * 1024;

/// Why there is no key to verify with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The token is at fault.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The key server is; the same request may succeed later.
    #[error("the key server has no answer: {0}")]
    Unavailable(String),
}

/// The keys known so far, and where more come from.
pub struct InstallKeys {
    servers: Vec<Url>,
    client: reqwest::Client,
    clock: Clock,
    known: Cache<String, Known>,
    unknown: Cache<String, Timestamp>,
    /// Look-ups under way. Who needs the same key meanwhile waits for the same answer: after a start many installations
    /// may come at once.
    asked: Cache<String, Arc<OnceCell<Found>>>,
    lookups: DefaultDirectRateLimiter,
}

#[derive(Clone)]
struct Known {
    key: Arc<RsaKey>,
    /// From then on it is asked for again.
    fresh_until: Timestamp,
}

/// What all servers together say of a key id; `None` when there is no such key.
type Found = Result<Option<Arc<RsaKey>>, String>;

/// What one server says of a key id.
enum Answer {
    Key(RsaKey),
    NoSuchKey,
}

impl InstallKeys {
    /// `https_only` in production; a development service may ask a sandbox over http.
    pub fn new(servers: Vec<Url>, https_only: bool, clock: Clock) -> Result<Self, OutgoingError> {
        let per_minute = std::num::NonZeroU32::new(LOOKUPS_PER_MINUTE).unwrap_or(std::num::NonZeroU32::MIN);
        Ok(Self {
            servers,
            client: http::client(TIMEOUT, https_only)?,
            clock,
            known: Cache::new(KEYS_MAX),
            unknown: Cache::new(UNKNOWN_MAX),
            asked: Cache::new(UNKNOWN_MAX),
            lookups: RateLimiter::direct(Quota::per_minute(per_minute)),
        })
    }

    /// The key of this id.
    pub async fn get(&self, key_id: &str) -> Result<Arc<RsaKey>, KeyError> {
        let key_id = KeyId::parse(key_id)?;
        let now = self.clock.now();
        let known = self.known.get(key_id.0);
        if let Some(known) = &known
            && now < known.fresh_until
        {
            return Ok(known.key.clone());
        }
        if self.unknown.get(key_id.0).is_some_and(|since| now.since(since) < UNKNOWN_FOR) {
            return Err(TokenError::UnknownKey.into());
        }
        let question = self.asked.get_with(key_id.0.to_owned(), Arc::default);
        let found = question.get_or_init(|| self.look_up(key_id)).await.clone();
        let key = self.learn(key_id, found, known, now);
        // Only now, when whoever comes next finds what was learnt.
        self.asked.invalidate(key_id.0);
        key
    }

    fn learn(
        &self,
        key_id: KeyId<'_>,
        found: Found,
        known: Option<Known>,
        now: Timestamp,
    ) -> Result<Arc<RsaKey>, KeyError> {
        match (found, known) {
            (Ok(Some(key)), _) => Ok(self.remember(key_id, key, now.plus(REFRESH_AFTER))),
            (Ok(None), _) => {
                self.known.invalidate(key_id.0);
                self.unknown.insert(key_id.0.to_owned(), now);
                Err(TokenError::UnknownKey.into())
            }
            // A key that was good yesterday is better than no life cycle while the server is down.
            (Err(_), Some(stale)) => Ok(self.remember(key_id, stale.key, now.plus(RETRY_AFTER))),
            (Err(cause), None) => Err(KeyError::Unavailable(cause)),
        }
    }

    /// Asks every server for a key that nobody has: that each answers is what counts. The error names the first that
    /// does not.
    pub async fn check_servers(&self) -> Result<usize, String> {
        for server in &self.servers {
            if let Err(error) = self.ask(server, KeyId("kept-doctor")).await {
                return Err(format!("{}: {error}", server.origin().ascii_serialization()));
            }
        }
        Ok(self.servers.len())
    }

    /// What time the first server has, to the second; `None` when it does not say.
    pub async fn server_time(&self) -> Option<Timestamp> {
        let server = self.servers.first()?.as_str().trim_end_matches('/');
        let response = self.client.get(format!("{server}/kept-doctor")).send().await.ok()?;
        let date = response.headers().get("date")?.to_str().ok()?;
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
        Some(Timestamp::from_millis(date.as_millisecond()))
    }

    fn remember(&self, key_id: KeyId<'_>, key: Arc<RsaKey>, fresh_until: Timestamp) -> Arc<RsaKey> {
        self.known.insert(key_id.0.to_owned(), Known { key: key.clone(), fresh_until });
        key
    }

    /// Asks each server in order. `None` when all of them say that there is no such key.
    async fn look_up(&self, key_id: KeyId<'_>) -> Found {
        if self.lookups.check().is_err() {
            return Err("too many look-ups".to_owned());
        }
        let mut failure = None;
        for server in &self.servers {
            match self.ask(server, key_id).await {
                Ok(Answer::Key(key)) => return Ok(Some(Arc::new(key))),
                Ok(Answer::NoSuchKey) => {}
                Err(error) => failure = Some(error.to_string()),
            }
        }
        failure.map_or(Ok(None), Err)
    }

    async fn ask(&self, server: &Url, key_id: KeyId<'_>) -> Result<Answer, OutgoingError> {
        let watch = Stopwatch::start();
        let url = format!("{}/{}", server.as_str().trim_end_matches('/'), key_id.0);
        let sent = self.client.get(url).send().await;
        http::log_call("install key", sent.as_ref().ok().map(|response| response.status().as_u16()), &watch);
        let response = sent?;
        match response.status().as_u16() {
            200 => {}
            403 | 404 | 410 => return Ok(Answer::NoSuchKey),
            status => return Err(OutgoingError::Failed(format!("status {status}"))),
        }
        let body = http::read_body(response, BODY_MAX).await?;
        let key = std::str::from_utf8(&body).ok().and_then(RsaKey::from_pem);
        key.map(Answer::Key).ok_or_else(|| OutgoingError::Failed("not a PEM public key".to_owned()))
    }
}

/// A key id that may become part of a URL: a UUID-like segment, or `issuer/key`.
#[derive(Clone, Copy)]
struct KeyId<'a>(&'a str);

impl<'a> KeyId<'a> {
    fn parse(text: &'a str) -> Result<Self, TokenError> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let segment = |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(good);
        let few = text.split('/').count() <= 2;
        if text.len() <= 200 && few && text.split('/').all(segment) {
            Ok(Self(text))
        } else {
            Err(TokenError::KeyId)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_can_only_name_a_key() {
        for good in ["0e50fccb-239d-4991-a5db-dc850ba3f236", "test-kid-1", "issuer.name/key-1"] {
            assert!(KeyId::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(10_000);
        for bad in [
            "", "../x", "a/../b", "..", ".", "a/b/c", "/a", "a/", "a//b", "http://x", "a\r\nb", "a b", "a?b",
            "ä", &long,
        ] {
            assert!(KeyId::parse(bad).is_err(), "{bad}");
        }
    }
}
