//! The vendor's signature on receipts: Ed25519 (RFC 8032), verifiable by anybody who has the public key.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bytes::KeyBytes;

/// Signs. Holds the private key, which nobody can look at.
pub struct Signer {
    pair: Ed25519KeyPair,
    key: PublicKey,
}

/// A public key as a JSON Web Key (RFC 8037), as `/.well-known/kept-keys.json` publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    pub kid: String,
    pub kty: String,
    pub crv: String,
    #[serde(rename = "use")]
    pub usage: String,
    /// The 32 bytes in base64url.
    pub x: String,
}

/// Public keys as a set (RFC 7517).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKeys {
    pub keys: Vec<PublicKey>,
}

impl Signer {
    pub(super) fn new(seed: &KeyBytes) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "fails only for a wrong length, and KeyBytes has 32 bytes by type"
        )]
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).expect("32 bytes are an Ed25519 seed");
        let key = PublicKey::new(pair.public_key().as_ref());
        Self { pair, key }
    }

    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The signature in base64url.
    pub fn sign(&self, message: &[u8]) -> String {
        BASE64URL_NOPAD.encode(self.pair.sign(message).as_ref())
    }
}

impl PublicKey {
    fn new(bytes: &[u8]) -> Self {
        let digest = HEXLOWER.encode(&Sha256::digest(bytes));
        Self {
            kid: digest.get(..16).unwrap_or_default().to_owned(),
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            usage: "sig".to_owned(),
            x: BASE64URL_NOPAD.encode(bytes),
        }
    }

    /// Whether `signature` (base64url) is this key's on `message`.
    pub fn has_signed(&self, message: &[u8], signature: &str) -> bool {
        let decoded =
            (BASE64URL_NOPAD.decode(self.x.as_bytes()), BASE64URL_NOPAD.decode(signature.as_bytes()));
        let (Ok(key), Ok(signature)) = decoded else { return false };
        UnparsedPublicKey::new(&ED25519, key).verify(message, &signature).is_ok()
    }
}

impl PublicKeys {
    pub fn find(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_message_and_key_alone() {
        let (one, two) = (Signer::new(&KeyBytes::random()), Signer::new(&KeyBytes::random()));
        let signature = one.sign(b"hello");
        assert!(one.key().has_signed(b"hello", &signature));
        assert!(!one.key().has_signed(b"hellO", &signature) && !two.key().has_signed(b"hello", &signature));
        assert!(!one.key().has_signed(b"hello", "?") && one.key().kid != two.key().kid);
    }
}
