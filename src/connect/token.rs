//! Connect tokens: JSON Web Tokens (RFC 7519) whose algorithm is a constant of the route, never of the token.
//!
//! A token is parsed once into [`Unverified`]; only a verifier turns it into [`Claims`]. Times are checked against our
//! [`Clock`](crate::clock::Clock) in one function, [`Window::check`]. Tokens of Forge are read and proven by the same code
//! ([`Jws`]); what they claim is in `forge/`.

use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::clock::Timestamp;

/// A longer token is refused unread.
const SIZE_MAX: usize = 8 * 1024;
/// No tenant has a longer name. What is longer must not be looked up, nor remembered as unknown.
const ISSUER_MAX: usize = 255;
/// How far two clocks may differ.
pub const LEEWAY: Duration = Duration::from_secs(30);
/// No honest Connect token lives longer.
const LIFE_MAX: Duration = Duration::from_secs(3_600);

/// Why a token proves nothing. For the log; the client hears one opaque 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("no token")]
    Missing,
    #[error("the token is longer than {0} bytes")]
    TooLong(usize),
    #[error("the token is not a JWT: {0}")]
    Malformed(&'static str),
    #[error("the algorithm is not {0}")]
    Algorithm(&'static str),
    #[error("the signature is wrong")]
    Signature,
    #[error("expired")]
    Expired,
    #[error("begins {0} s from now: is a clock wrong?")]
    NotYet(i64),
    #[error("lives longer than any honest token of its kind")]
    LivesTooLong,
    #[error("the audience is not this app")]
    Audience,
    #[error("the query string hash is of another request")]
    Qsh,
    #[error("a context token on a route that is bound to its URL")]
    ContextToken,
    #[error("not a context token")]
    NotContextToken,
    #[error("the issuer is unknown or has left")]
    Issuer,
    #[error("the key id is malformed")]
    KeyId,
    #[error("the key id is unknown to the key server")]
    UnknownKey,
    #[error("the token came before with another body")]
    OtherBody,
    #[error("the token came before")]
    Replayed,
    #[error("an invocation of an environment that this deployment does not serve")]
    Environment,
    #[error("an invocation of a module that does not belong to this route")]
    Module,
    #[error("an invocation of a product at a host that is not on the list")]
    ApiHost,
    #[error("Forge is not set up here")]
    ForgeOff,
}

/// What a token claims (connect.md §4.2). Every field that is not optional must be there, with the right type.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    /// The tenant's `clientKey`.
    pub iss: String,
    #[serde(deserialize_with = "numeric_date")]
    pub iat: i64,
    #[serde(deserialize_with = "numeric_date")]
    pub exp: i64,
    #[serde(default, deserialize_with = "optional_numeric_date")]
    pub nbf: Option<i64>,
    /// The hash of the request, or `context-qsh`.
    pub qsh: String,
    /// The acting user's account id; absent for webhooks, life cycle and anonymous users.
    #[serde(default)]
    pub sub: Option<String>,
    #[serde(default)]
    pub aud: Audience,
}

/// One audience or several.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let all = match self {
            Self::None => &[][..],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        };
        all.iter().map(String::as_str)
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
}

/// A token that was read but proves nothing yet, with whatever its kind claims.
pub struct Jws<'a, C> {
    signing_input: &'a str,
    signature: &'a str,
    header: Header,
    claims: C,
}

/// A Connect token that was read but proves nothing yet.
pub type Unverified<'a> = Jws<'a, Claims>;

impl<'a> Unverified<'a> {
    /// Reads a compact JWS of three parts.
    pub fn parse(token: &'a str) -> Result<Self, TokenError> {
        let token = Self::read(token, SIZE_MAX)?;
        if token.claims.iss.len() > ISSUER_MAX {
            return Err(TokenError::Issuer);
        }
        Ok(token)
    }

    /// Who the token says it is from. Good for finding the secret that can prove it, and for nothing else.
    pub fn issuer(&self) -> &str {
        &self.claims.iss
    }
}

impl<'a, C: DeserializeOwned> Jws<'a, C> {
    /// Reads a compact JWS of three parts and at most `size_max` bytes.
    pub fn read(token: &'a str, size_max: usize) -> Result<Self, TokenError> {
        if token.len() > size_max {
            return Err(TokenError::TooLong(size_max));
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed("parts"))?;
        let (header, claims) = signing_input.split_once('.').ok_or(TokenError::Malformed("parts"))?;
        let header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenError::Malformed("header"))?;
        let claims = serde_json::from_slice(&decode(claims)?).map_err(|_| TokenError::Malformed("claims"))?;
        Ok(Self { signing_input, signature, header, claims })
    }

    /// The key that is said to have signed it.
    pub fn key_id(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// Whether the header names HS256; checked before a secret is looked up.
    pub fn check_hs256(&self) -> Result<(), TokenError> {
        if self.header.alg == "HS256" { Ok(()) } else { Err(TokenError::Algorithm("HS256")) }
    }

    /// Whether the header names RS256; checked before a key is fetched.
    pub fn check_rs256(&self) -> Result<(), TokenError> {
        if self.header.alg == "RS256" { Ok(()) } else { Err(TokenError::Algorithm("RS256")) }
    }

    /// Whether this shared secret signed the token.
    pub fn is_signed_by_secret(&self, secret: &HmacSecret) -> bool {
        self.header.alg == "HS256" && self.is_hs256_of(&secret.0)
    }

    /// Whether this public key's owner signed the token.
    pub fn is_signed_by_key(&self, key: &RsaKey) -> bool {
        let message = self.signing_input.as_bytes();
        self.header.alg == "RS256"
            && jsonwebtoken::crypto::verify(self.signature, message, &key.0, Algorithm::RS256) == Ok(true)
    }

    /// Compares in constant time.
    fn is_hs256_of(&self, key: &hmac::Key) -> bool {
        let signature = decode(self.signature);
        signature.is_ok_and(|signature| hmac::verify(key, self.signing_input.as_bytes(), &signature).is_ok())
    }

    /// The claims, once a verifier has said that the signature is right.
    pub fn into_claims(self) -> C {
        self.claims
    }
}

/// A shared secret ready for verifying, its first blocks hashed once and not for each request. A type of its own, so that
/// a public key can never be used as one. Its memory is cleansed when dropped.
pub struct HmacSecret(hmac::Key);

impl HmacSecret {
    pub fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }
}

/// A public RSA key ready for verifying.
pub struct RsaKey(DecodingKey);

impl RsaKey {
    /// Reads a PEM `PUBLIC KEY` (SPKI), whatever its line ends.
    pub fn from_pem(pem: &str) -> Option<Self> {
        DecodingKey::from_rsa_pem(pem.replace("\r\n", "\n").trim().as_bytes()).ok().map(Self)
    }

    /// Reads modulus and exponent as a JSON Web Key has them (RFC 7518 §6.3). A modulus of less than 2048 bits is none.
    pub fn from_components(modulus: &str, exponent: &str) -> Option<Self> {
        let bytes = decode(modulus).ok()?;
        let length = bytes.iter().skip_while(|byte| **byte == 0).count();
        (256..=1024).contains(&length).then_some(())?;
        DecodingKey::from_rsa_components(modulus, exponent).ok().map(Self)
    }
}

/// When a token is good.
pub struct Window {
    pub iat: i64,
    pub exp: i64,
    pub nbf: Option<i64>,
}

impl Window {
    /// `exp`, `iat` and `nbf` against our clock, which may differ from theirs by `leeway`.
    pub fn check(&self, now: Timestamp, leeway: Duration, life_max: Duration) -> Result<(), TokenError> {
        if now.minus(leeway).as_seconds() >= self.exp {
            return Err(TokenError::Expired);
        }
        let begins = self.nbf.map_or(self.iat, |nbf| nbf.max(self.iat));
        if begins > now.plus(leeway).as_seconds() {
            return Err(TokenError::NotYet(begins.saturating_sub(now.as_seconds())));
        }
        let life_max = i64::try_from(life_max.as_secs()).unwrap_or(i64::MAX);
        if self.exp.saturating_sub(self.iat) > life_max {
            return Err(TokenError::LivesTooLong);
        }
        Ok(())
    }
}

impl Claims {
    /// The token's times against our clock, with [`LEEWAY`].
    pub fn check_times(&self, now: Timestamp) -> Result<(), TokenError> {
        let Self { iat, exp, nbf, .. } = *self;
        Window { iat, exp, nbf }.check(now, LEEWAY, LIFE_MAX)
    }

    /// Some audience must be exactly one of ours, but for one trailing slash. No prefixes: `https://app.example.com.evil.test`
    /// begins like us.
    pub fn check_audience<'a>(&self, ours: impl Iterator<Item = &'a str> + Clone) -> Result<(), TokenError> {
        let strip = |url: &'a str| url.strip_suffix('/').unwrap_or(url);
        let is_ours = |audience: &str| {
            let audience = audience.strip_suffix('/').unwrap_or(audience);
            ours.clone().any(|own| strip(own) == audience)
        };
        if self.aud.iter().any(is_ours) { Ok(()) } else { Err(TokenError::Audience) }
    }
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| TokenError::Malformed("base64url"))
}

/// RFC 7519's NumericDate: seconds, possibly with a fraction. A text is not one.
pub(super) fn numeric_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    let seconds = number.as_i64().or_else(|| number.as_f64().and_then(whole_seconds));
    seconds.ok_or_else(|| serde::de::Error::custom("not a NumericDate"))
}

fn optional_numeric_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    numeric_date(deserializer).map(Some)
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked, the fraction is meant to go")]
fn whole_seconds(seconds: f64) -> Option<i64> {
    (seconds.is_finite() && seconds.abs() < 1e15).then_some(seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_longer_than_any_tenants_name_is_refused_before_it_is_looked_up() {
        let parse = |length: usize| {
            let claims = serde_json::json!({"iss": "a".repeat(length), "iat": 1, "exp": 2, "qsh": "x"});
            let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
            let token = format!("{}.{}.", part(r#"{"alg":"HS256"}"#), part(&claims.to_string()));
            Unverified::parse(&token).map(drop)
        };
        assert_eq!(parse(ISSUER_MAX), Ok(()));
        assert_eq!(parse(ISSUER_MAX + 1), Err(TokenError::Issuer));
    }
}
