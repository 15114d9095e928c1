//! Checks the token with which the app calls the site, as a host does.
//!
//! It is written apart from the app's own verifier on purpose: one mistake must not hide the other.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::connect::qsh::Qsh;

/// Clocks may differ by this much.
const LEEWAY_SECONDS: i64 = 30;

/// `path` is relative to the site's base URL. The error says what is wrong, for the developer of the app.
pub(super) fn verify(
    token: &str,
    secret: &str,
    issuer: &str,
    method: &str,
    path: &str,
    query: &str,
    now: Timestamp,
) -> Result<(), &'static str> {
    let claims = signed_claims(token, secret)?;
    if claims["iss"] != issuer {
        return Err("iss is not the app's key");
    }
    check_times(&claims, now.as_seconds())?;
    let expected = Qsh::of(method, path, Some(query)).map_err(|_| "the query has no canonical form")?;
    if !expected.matches(claims["qsh"].as_str().unwrap_or_default()) {
        return Err("qsh is not that of this request");
    }
    Ok(())
}

fn signed_claims(token: &str, secret: &str) -> Result<Value, &'static str> {
    let (message, signature) = token.rsplit_once('.').ok_or("it is not a token")?;
    let (header, claims) = message.split_once('.').ok_or("it is not a token")?;
    if part(header)?["alg"] != "HS256" {
        return Err("alg is not HS256");
    }
    let signature =
        BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| "the signature is not base64url")?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::verify(&key, message.as_bytes(), &signature).map_err(|_| "the signature is wrong")?;
    part(claims)
}

fn part(text: &str) -> Result<Value, &'static str> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| "a part is not base64url")?;
    serde_json::from_slice(&bytes).map_err(|_| "a part is not JSON")
}

fn check_times(claims: &Value, now: i64) -> Result<(), &'static str> {
    let expires_at = claims["exp"].as_i64().ok_or("exp is missing")?;
    let issued_at = claims["iat"].as_i64().ok_or("iat is missing")?;
    if now > expires_at.saturating_add(LEEWAY_SECONDS) {
        return Err("it has expired");
    }
    if issued_at > now.saturating_add(LEEWAY_SECONDS) {
        return Err("iat is in the future");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sign::sign_hs256;
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const SECRET: &str = "a shared secret";

    fn good() -> Value {
        let qsh = Qsh::of("GET", "/rest/api/3/issue/A-1", Some("fields=summary")).unwrap();
        json!({"iss": "kept", "iat": NOW.as_seconds(), "exp": NOW.as_seconds() + 180, "qsh": qsh.as_str()})
    }

    fn verdict(claims: &Value) -> Result<(), &'static str> {
        let token = sign_hs256(SECRET, claims);
        verify(&token, SECRET, "kept", "GET", "/rest/api/3/issue/A-1", "fields=summary", NOW)
    }

    fn bent(name: &str, value: Value) -> Value {
        let mut claims = good();
        claims[name] = value;
        claims
    }

    #[test]
    fn a_good_token_passes() {
        assert_eq!(verdict(&good()), Ok(()));
    }

    #[test]
    fn each_claim_is_checked() {
        let past = NOW.as_seconds() - 31;
        let future = NOW.as_seconds() + 31;
        assert!(verdict(&bent("iss", json!("another"))).is_err());
        assert!(verdict(&bent("exp", json!(past))).is_err());
        assert!(verdict(&bent("exp", json!("soon"))).is_err());
        assert!(verdict(&bent("iat", json!(future))).is_err());
        assert!(verdict(&bent("qsh", json!("context-qsh"))).is_err());
    }

    #[test]
    fn another_secret_does_not_pass() {
        let token = sign_hs256("another secret", &good());
        let verdict = verify(&token, SECRET, "kept", "GET", "/rest/api/3/issue/A-1", "fields=summary", NOW);
        assert_eq!(verdict, Err("the signature is wrong"));
    }
}
