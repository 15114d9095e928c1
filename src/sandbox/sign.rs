//! Makes tokens: good ones for the site, and any other for tests that attack.
//!
//! Header and claims are written as they are given, so that a test can say `alg: none`, leave `exp` out or put an
//! object where text belongs. Nothing here checks that a token makes sense.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

/// What a token is signed with. The header's `alg` is not looked at.
#[derive(Clone, Copy)]
pub enum SigningKey<'a> {
    /// An empty signature.
    Unsigned,
    Hs256(&'a str),
    Hs384(&'a str),
    Hs512(&'a str),
    Rs256(&'a EncodingKey),
}

/// A token as a host signs it for an installed app.
pub fn sign_hs256(secret: &str, claims: &Value) -> String {
    sign(&json!({"typ": "JWT", "alg": "HS256"}), claims, SigningKey::Hs256(secret))
}

/// A token with any header, any claims and any key.
pub fn sign(header: &Value, claims: &Value, key: SigningKey<'_>) -> String {
    let encode = |part: &Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = signature(message.as_bytes(), key);
    format!("{message}.{signature}")
}

/// A key that cannot sign gives an empty signature, which nobody accepts: the caller sees a refusal, not a crash.
fn signature(message: &[u8], key: SigningKey<'_>) -> String {
    let hmac = |secret: &str, algorithm| {
        jsonwebtoken::crypto::sign(message, &EncodingKey::from_secret(secret.as_bytes()), algorithm)
    };
    let signed = match key {
        SigningKey::Unsigned => return String::new(),
        SigningKey::Hs256(secret) => hmac(secret, Algorithm::HS256),
        SigningKey::Hs384(secret) => hmac(secret, Algorithm::HS384),
        SigningKey::Hs512(secret) => hmac(secret, Algorithm::HS512),
        SigningKey::Rs256(key) => jsonwebtoken::crypto::sign(message, key, Algorithm::RS256),
    };
    signed.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7515, appendix A.1, with its key in base64url.
    #[test]
    fn an_hs256_signature_is_that_of_the_rfc() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = EncodingKey::from_secret(&BASE64URL_NOPAD.decode(key.as_bytes()).unwrap());
        let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0\
                       dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signed = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        assert_eq!(signed, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn header_and_claims_are_taken_as_they_are() {
        let token = sign(&json!({"alg": "none"}), &json!({"iss": {"not": "text"}}), SigningKey::Unsigned);
        let parts: Vec<_> = token.split('.').collect();
        assert_eq!(BASE64URL_NOPAD.decode(parts[0].as_bytes()).unwrap(), br#"{"alg":"none"}"#);
        assert_eq!(BASE64URL_NOPAD.decode(parts[1].as_bytes()).unwrap(), br#"{"iss":{"not":"text"}}"#);
        assert_eq!(parts[2], "");
    }
}
