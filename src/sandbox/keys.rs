//! The site's RSA keys: the one that signs installs, the one of Forge, and a wrong one for attacks.
//!
//! Making an RSA key takes a tenth of a second, so the pairs are made once in a process and shared by all
//! sandboxes in it; each sandbox publishes them under a key id of its own.

use std::io;
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use data_encoding::BASE64;
use jsonwebtoken::EncodingKey;

pub(crate) struct Keys {
    pub(crate) right: Pair,
    pub(crate) forge: Pair,
    pub(crate) wrong: Pair,
}

pub(crate) struct Pair {
    pub(crate) private: EncodingKey,
    /// SubjectPublicKeyInfo as PEM, the form in which Atlassian's key server answers.
    pub(crate) public_pem: String,
    /// The same as numbers, the form of a set of keys.
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: Vec<u8>,
}

impl Keys {
    pub(crate) fn of_this_process() -> io::Result<&'static Self> {
        static KEYS: OnceLock<Keys> = OnceLock::new();
        if let Some(keys) = KEYS.get() {
            return Ok(keys);
        }
        let made = Self { right: Pair::generate()?, forge: Pair::generate()?, wrong: Pair::generate()? };
        Ok(KEYS.get_or_init(|| made))
    }
}

impl Pair {
    fn generate() -> io::Result<Self> {
        let failed = |_: Unspecified| io::Error::other("no RSA key could be made");
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(failed)?;
        let private_pem = pem("PRIVATE KEY", private.as_ref());
        let private = EncodingKey::from_rsa_pem(private_pem.as_bytes()).map_err(io::Error::other)?;
        let numbers = integers(pair.public_key().as_ref());
        let [modulus, exponent] = <[Vec<u8>; 2]>::try_from(numbers).map_err(|_| failed(Unspecified))?;
        Ok(Self { private, public_pem: pem("PUBLIC KEY", public.as_ref()), modulus, exponent })
    }
}

/// The integers of an RSAPublicKey (RFC 8017 §A.1.1): a sequence of two, without the zero in front of a high bit.
fn integers(der: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let Some((0x30, mut rest, _)) = element(der) else { return found };
    while let Some((0x02, integer, after)) = element(rest) {
        found.push(integer.iter().copied().skip_while(|byte| *byte == 0).collect());
        rest = after;
    }
    found
}

/// Tag and contents of the first element of DER, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        (bytes.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte)), rest)
    };
    let (contents, after) = rest.split_at_checked(length)?;
    Some((*tag, contents, after))
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

#[cfg(test)]
mod tests {
    use super::super::sign::{SigningKey, sign};
    use super::*;
    use jsonwebtoken::{Algorithm, DecodingKey};
    use serde_json::json;

    #[test]
    fn the_published_key_verifies_what_the_right_key_signs_and_nothing_else() {
        let keys = Keys::of_this_process().unwrap();
        let published = DecodingKey::from_rsa_pem(keys.right.public_pem.as_bytes()).unwrap();
        let verifies = |pair: &Pair| {
            let token = sign(&json!({"alg": "RS256"}), &json!({}), SigningKey::Rs256(&pair.private));
            let (message, signature) = token.rsplit_once('.').unwrap();
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &published, Algorithm::RS256).unwrap()
        };
        assert!(verifies(&keys.right));
        assert!(!verifies(&keys.wrong) && !verifies(&keys.forge));
    }

    #[test]
    fn the_numbers_of_a_key_verify_as_its_pem_does() {
        let pair = &Keys::of_this_process().unwrap().forge;
        assert_eq!((pair.modulus.len(), pair.exponent.as_slice()), (256, &[1, 0, 1][..]));
        let published = DecodingKey::from_rsa_raw_components(&pair.modulus, &pair.exponent);
        let token = sign(&json!({"alg": "RS256"}), &json!({}), SigningKey::Rs256(&pair.private));
        let (message, signature) = token.rsplit_once('.').unwrap();
        let verified =
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &published, Algorithm::RS256);
        assert!(verified.unwrap());
    }
}
