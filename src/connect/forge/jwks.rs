//! The public keys that sign invocations: one set, published by Atlassian (RFC 7517).
//!
//! The address comes from the settings, never from a token, and a key id is only looked for in the set: none of a stranger's
//! becomes part of a URL. The set is asked for again when its time is over, and once when a token names a key that is not in
//! it, but never more often than every [`FLOOR`], counted from when the question began: made-up key ids are no flood of
//! requests, whether the answer comes or not. The question is a task of its own, so a caller who hangs up does not end it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::header::CACHE_CONTROL;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::ForgeError;
use crate::clock::{Clock, Stopwatch, Timestamp};
use crate::connect::token::{RsaKey, TokenError};
use crate::http::{self, OutgoingError};

/// The shortest time between two questions.
const FLOOR: Duration = Duration::from_secs(30);
/// How long a set is fresh that does not say it.
const FRESH_FOR: Duration = Duration::from_secs(3_600);
/// The longest time that is believed: a withdrawn key must not live for ever.
const FRESH_MAX: Duration = Duration::from_secs(24 * 3_600);
/// How long the keys of a set are used on while nobody answers.
const STALE_MAX: Duration = Duration::from_secs(24 * 3_600);
const KEYS_MAX: usize = 64;
const TIMEOUT: Duration = Duration::from_secs(3);
const BODY_MAX: usize = 64 * 1024;

pub struct ForgeKeys(Arc<Set>);

struct Set {
    url: Url,
    client: reqwest::Client,
    clock: Clock,
    known: RwLock<Known>,
    /// Who holds it asks; whoever comes meanwhile waits for the same answer.
    asking: Arc<Mutex<()>>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<RsaKey>>,
    /// When the set came, and until when it need not be asked for again.
    fetched_at: Option<Timestamp>,
    fresh_until: Option<Timestamp>,
    /// When the last question began.
    asked_at: Option<Timestamp>,
}

/// What is known of a key id at some moment.
enum Found {
    Key(Arc<RsaKey>),
    /// The set has to be asked for first.
    Ask,
    /// Nobody has such a key, as far as we know.
    NoSuchKey,
    /// There are no keys that could still be believed.
    NoKeys,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

/// One key (RFC 7517 §4, RFC 7518 §6.3). Others than those that sign with RS256 are passed over.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    usage: Option<String>,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
}

impl ForgeKeys {
    pub fn new(url: Url, https_only: bool, clock: Clock) -> Result<Self, OutgoingError> {
        let client = http::client(TIMEOUT, https_only)?;
        Ok(Self(Arc::new(Set { url, client, clock, known: RwLock::default(), asking: Arc::default() })))
    }

    /// The key of this id.
    pub async fn get(&self, key_id: &str) -> Result<Arc<RsaKey>, ForgeError> {
        let found = match self.0.look(key_id) {
            Found::Key(key) => return Ok(key),
            // Somebody may be asking just now.
            _ => self.0.ask_once_and_look(key_id).await,
        };
        match found {
            Found::Key(key) => Ok(key),
            Found::NoSuchKey | Found::Ask => Err(TokenError::UnknownKey.into()),
            Found::NoKeys => Err(ForgeError::Unavailable("no keys of Forge".to_owned())),
        }
    }

    /// How many keys are published now, for whoever wants to know whether they can be had at all.
    pub async fn count_published(&self) -> Result<usize, ForgeError> {
        let _asking = self.0.asking.lock().await;
        self.0.ask_and_learn().await;
        match self.0.known.read().unwrap_or_else(PoisonError::into_inner).keys.len() {
            0 => Err(ForgeError::Unavailable("no keys of Forge".to_owned())),
            keys => Ok(keys),
        }
    }
}

impl Set {
    async fn ask_once_and_look(self: &Arc<Self>, key_id: &str) -> Found {
        let asking = self.asking.clone().lock_owned().await;
        // Somebody may have asked while we waited.
        if matches!(self.look(key_id), Found::Ask) {
            let set = self.clone();
            let asked = tokio::spawn(async move {
                set.ask_and_learn().await;
                drop(asking);
            });
            if asked.await.is_err() {
                tracing::error!("the question for the keys of Forge panicked");
            }
        }
        self.look(key_id)
    }

    fn look(&self, key_id: &str) -> Found {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.look(key_id, self.clock.now())
    }

    async fn ask_and_learn(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).asked_at = Some(self.clock.now());
        let answer = self.ask().await;
        let now = self.clock.now();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Ok((keys, fresh_for)) => {
                known.keys = keys;
                known.fetched_at = Some(now);
                known.fresh_until = Some(now.plus(fresh_for));
            }
            Err(error) => tracing::warn!(%error, "the keys of Forge cannot be fetched"),
        }
    }

    async fn ask(&self) -> Result<(HashMap<String, Arc<RsaKey>>, Duration), OutgoingError> {
        let watch = Stopwatch::start();
        let sent = self.client.get(self.url.clone()).send().await;
        http::log_call("forge keys", sent.as_ref().ok().map(|response| response.status().as_u16()), &watch);
        let response = sent?;
        if response.status().as_u16() != 200 {
            return Err(OutgoingError::Failed(format!("status {}", response.status().as_u16())));
        }
        let said = response.headers().get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
        let fresh_for = fresh_for(said);
        let keys = read(&http::read_body(response, BODY_MAX).await?);
        let keys = keys.ok_or_else(|| OutgoingError::Failed("not a set of public keys".to_owned()))?;
        Ok((keys, fresh_for))
    }
}

impl Known {
    fn look(&self, key_id: &str, now: Timestamp) -> Found {
        let may_ask = self.asked_at.is_none_or(|asked_at| now.since(asked_at) >= FLOOR);
        let is_fresh = self.fresh_until.is_some_and(|until| now < until);
        let is_usable = is_fresh || self.fetched_at.is_some_and(|at| now.since(at) < STALE_MAX);
        match self.keys.get(key_id) {
            Some(key) if is_fresh => Found::Key(key.clone()),
            _ if may_ask => Found::Ask,
            // A key that was good an hour ago is better than no answer while nobody else has one.
            Some(key) if is_usable => Found::Key(key.clone()),
            None if is_usable => Found::NoSuchKey,
            _ => Found::NoKeys,
        }
    }
}

/// All keys of the set that could have signed an invocation; `None` where there is none.
fn read(body: &[u8]) -> Option<HashMap<String, Arc<RsaKey>>> {
    let set: Jwks = serde_json::from_slice(body).ok()?;
    let is_signing = |key: &Jwk| {
        key.kty == "RSA"
            && key.alg.as_deref().is_none_or(|alg| alg == "RS256")
            && key.usage.as_deref().is_none_or(|usage| usage == "sig")
    };
    let one = |key: Jwk| Some((key.kid?, Arc::new(RsaKey::from_components(&key.n, &key.e)?)));
    let keys: HashMap<_, _> =
        set.keys.into_iter().filter(is_signing).take(KEYS_MAX).filter_map(one).collect();
    (!keys.is_empty()).then_some(keys)
}

/// As long as the answer says, within bounds (RFC 9111 §5.2).
fn fresh_for(cache_control: Option<&str>) -> Duration {
    let directives = || cache_control.unwrap_or_default().split(',').map(str::trim);
    if directives().any(|directive| matches!(directive, "no-store" | "no-cache")) {
        return FLOOR;
    }
    let seconds = directives().find_map(|directive| directive.strip_prefix("max-age=")?.parse().ok());
    seconds.map_or(FRESH_FOR, Duration::from_secs).clamp(FLOOR, FRESH_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_fresh_for_as_long_as_it_says_within_bounds() {
        let hour = Duration::from_secs(3_600);
        for (said, expected) in [
            (None, hour),
            (Some("public"), hour),
            (Some("public, max-age=600"), Duration::from_secs(600)),
            (Some("max-age=0"), FLOOR),
            (Some("no-cache, max-age=600"), FLOOR),
            (Some("max-age=99999999"), FRESH_MAX),
            (Some("max-age=-1"), hour),
        ] {
            assert_eq!(fresh_for(said), expected, "{said:?}");
        }
    }

    #[test]
    fn only_rsa_keys_that_sign_are_taken() {
        let n = data_encoding::BASE64URL_NOPAD.encode(&[0xc1; 256]);
        let short = data_encoding::BASE64URL_NOPAD.encode(&[0xc1; 128]);
        let set = serde_json::json!({"keys": [
            {"kty": "RSA", "kid": "forge/invocation-token/1", "alg": "RS256", "use": "sig", "n": n, "e": "AQAB"},
            {"kty": "RSA", "kid": "encrypts", "use": "enc", "n": n, "e": "AQAB"},
            {"kty": "RSA", "kid": "other", "alg": "RS512", "n": n, "e": "AQAB"},
            {"kty": "RSA", "kid": "short", "n": short, "e": "AQAB"},
            {"kty": "RSA", "n": n, "e": "AQAB"},
            {"kty": "oct", "kid": "secret", "k": "AAAA"},
        ]});
        let keys = read(set.to_string().as_bytes()).unwrap();
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["forge/invocation-token/1"]);
        assert!(read(br#"{"keys": []}"#).is_none() && read(b"<html>").is_none());
    }
}
