//! The sealed form: format and key version, nonce, ciphertext with tag.
//!
//! The associated data names the value (label, tenant, record, format, key version), so a ciphertext opens only in the
//! place where it was sealed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::bytes::{KeyBytes, fill_random};
use crate::db::Id;

const FORMAT: u8 = 1;
/// Counts a tenant's data keys. Keys are not rotated in place, so there is one version today.
const KEY_VERSION: u8 = 1;
const HEADER: [u8; 2] = [FORMAT, KEY_VERSION];

/// A sealed value that does not open: edited, moved, cut off, or sealed with another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open")]
pub struct Unsealable;

pub fn associated_data(label: &str, owner: Id, record: Id) -> Vec<u8> {
    let mut data = Vec::with_capacity(label.len() + 1 + 8 + 8 + HEADER.len());
    data.extend_from_slice(label.as_bytes());
    data.push(0);
    data.extend_from_slice(&owner.as_i64().to_be_bytes());
    data.extend_from_slice(&record.as_i64().to_be_bytes());
    data.extend_from_slice(&HEADER);
    data
}

pub fn seal(key: &LessSafeKey, associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE_LEN];
    fill_random(&mut nonce);
    let mut sealed = Vec::with_capacity(HEADER.len() + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(&HEADER);
    sealed.extend_from_slice(&nonce);
    let body_at = sealed.len();
    sealed.extend_from_slice(plain);
    let (_, body) = sealed.split_at_mut(body_at);
    let tag =
        key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated), body);
    #[expect(
        clippy::expect_used,
        reason = "fails only beyond 64 GiB; every value here is bounded by a request body"
    )]
    let tag = tag.expect("the value is within AES-GCM's limit");
    sealed.extend_from_slice(tag.as_ref());
    sealed
}

pub fn open(key: &LessSafeKey, associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let body = sealed.strip_prefix(&HEADER).ok_or(Unsealable)?;
    let (nonce, body) = body.split_first_chunk::<NONCE_LEN>().ok_or(Unsealable)?;
    let mut body = Zeroizing::new(body.to_vec());
    let opened = key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(associated), &mut body);
    let length = opened.map_err(|_| Unsealable)?.len();
    body.truncate(length);
    Ok(body)
}

pub fn cipher(bytes: &KeyBytes) -> LessSafeKey {
    #[expect(
        clippy::expect_used,
        reason = "fails only for a wrong length, and KeyBytes has 32 bytes by type"
    )]
    let key = UnboundKey::new(&AES_256_GCM, bytes.as_slice()).expect("32 bytes are an AES-256 key");
    LessSafeKey::new(key)
}

#[cfg(test)]
mod tests {
    use super::super::keys::{Label, SealingKey};
    use super::*;

    const LABEL: Label = Label("test.value");

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place() {
        let bytes = KeyBytes::random();
        let (one, two) = (SealingKey::new(&bytes, Id::from_i64(1)), SealingKey::new(&bytes, Id::from_i64(2)));
        let record = Id::from_i64(7);
        let sealed = one.seal(LABEL, record, b"hello");
        assert_eq!(one.open(LABEL, record, &sealed).unwrap().as_slice(), b"hello");
        assert!(two.open(LABEL, record, &sealed).is_err(), "another tenant");
        assert!(one.open(Label("test.other"), record, &sealed).is_err(), "another field");
        assert!(one.open(LABEL, Id::from_i64(8), &sealed).is_err(), "another record");
        let other = SealingKey::new(&KeyBytes::random(), Id::from_i64(1));
        assert!(other.open(LABEL, record, &sealed).is_err(), "another key");
    }

    #[test]
    fn an_edited_or_cut_value_does_not_open() {
        let key = SealingKey::new(&KeyBytes::random(), Id::from_i64(1));
        let sealed = key.seal(LABEL, Id::NONE, b"hello");
        for position in 0..sealed.len() {
            let mut edited = sealed.clone();
            edited[position] ^= 1;
            assert!(key.open(LABEL, Id::NONE, &edited).is_err(), "byte {position}");
            assert!(key.open(LABEL, Id::NONE, &sealed[..position]).is_err(), "cut at {position}");
        }
    }

    #[test]
    fn equal_values_are_sealed_differently() {
        let key = SealingKey::new(&KeyBytes::random(), Id::from_i64(1));
        assert_ne!(key.seal(LABEL, Id::NONE, b"same"), key.seal(LABEL, Id::NONE, b"same"));
    }
}
