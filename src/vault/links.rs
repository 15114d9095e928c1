//! Signed links: a token names a link of a tenant, and only we can have made it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;

use super::bytes::KeyBytes;
use super::{MasterKey, Vault, VaultError};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::keyring::{self, KeyName};
use crate::db::{Db, DbError, Id};

const CONTEXT: &[u8] = b"kept signed link\0";
const NAMES_BYTES: usize = 2 + 8 + 8;

/// Signs and proves links. Every key has a number, which is part of the token: a link outlives a change of the key.
#[derive(Default)]
pub(super) struct LinkKeys(BTreeMap<u16, hmac::Key>);

/// What a token says, proven or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkName {
    pub key_id: u16,
    pub tenant: Id,
    pub link: Id,
}

/// A token as it was written down, not proven yet.
struct UnprovenLink {
    pub name: LinkName,
    tag: Vec<u8>,
}

impl LinkKeys {
    pub(super) fn add(&mut self, key_id: u16, bytes: &KeyBytes) {
        self.0.insert(key_id, hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()));
    }

    /// The number of the key that signs.
    fn newest(&self) -> u16 {
        self.0.keys().next_back().copied().unwrap_or(0)
    }

    /// A token that is safe in a URL. Without any key there is none.
    fn sign(&self, tenant: Id, link: Id) -> Option<Secret> {
        let (key_id, key) = self.0.iter().next_back()?;
        let mut token = LinkName { key_id: *key_id, tenant, link }.bytes().to_vec();
        let tag = hmac::sign(key, &[CONTEXT, &token].concat());
        token.extend_from_slice(tag.as_ref());
        Some(Secret::new(BASE64URL_NOPAD.encode(&token)))
    }

    /// Whether we made this token. Takes as long for a wrong one as for a right one.
    fn proves(&self, unproven: &UnprovenLink) -> bool {
        let Some(key) = self.0.get(&unproven.name.key_id) else { return false };
        hmac::verify(key, &[CONTEXT, &unproven.name.bytes()].concat(), &unproven.tag).is_ok()
    }
}

impl UnprovenLink {
    /// Reads a token; `None` for anything that has not the form of one.
    pub fn parse(token: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (name, tag) = bytes.split_first_chunk::<NAMES_BYTES>()?;
        let (key_id, ids) = name.split_first_chunk::<2>()?;
        let (tenant, link) = ids.split_first_chunk::<8>()?;
        let id = |bytes: &[u8; 8]| Id::from_i64(i64::from_be_bytes(*bytes));
        let name = LinkName {
            key_id: u16::from_be_bytes(*key_id),
            tenant: id(tenant),
            link: id(link.first_chunk::<8>()?),
        };
        Some(Self { name, tag: tag.to_vec() })
    }
}

impl LinkName {
    fn bytes(&self) -> [u8; NAMES_BYTES] {
        let mut bytes = [0; NAMES_BYTES];
        let parts = self.key_id.to_be_bytes().into_iter();
        let parts = parts.chain(self.tenant.as_i64().to_be_bytes()).chain(self.link.as_i64().to_be_bytes());
        bytes.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
        bytes
    }
}

impl Vault {
    /// A token for a link of a tenant.
    pub fn sign_link(&self, tenant: Id, link: Id) -> Option<Secret> {
        self.links.read().unwrap_or_else(PoisonError::into_inner).sign(tenant, link)
    }

    /// What the token of a link says, if we made it.
    pub async fn prove_link(&self, token: &str) -> Result<Option<LinkName>, VaultError> {
        let Some(unproven) = UnprovenLink::parse(token) else { return Ok(None) };
        if unproven.name.key_id > self.newest_link_key() {
            self.learn_link_keys().await?;
        }
        let proven = self.links.read().unwrap_or_else(PoisonError::into_inner).proves(&unproven);
        Ok(proven.then_some(unproven.name))
    }

    fn newest_link_key(&self) -> u16 {
        self.links.read().unwrap_or_else(PoisonError::into_inner).newest()
    }

    /// Takes keys for links into use that were made since the last look. Keys are numbered without gaps.
    pub(super) async fn learn_link_keys(&self) -> Result<(), VaultError> {
        while let Some(key_id) = self.newest_link_key().checked_add(1) {
            let name = KeyName::Service(link_key_name(key_id));
            let wanted = link_key_name(key_id);
            let found = self.keyring.read(move |conn| Ok::<_, DbError>(keyring::service_key(conn, &wanted)?));
            let Some(wrapped) = found.await? else { break };
            let bytes = self.master.unwrap(&name, &wrapped)?;
            self.links.write().unwrap_or_else(PoisonError::into_inner).add(key_id, &bytes);
        }
        Ok(())
    }
}

/// The keys for links, by their numbers.
pub(super) fn link_key_name(key_id: u16) -> String {
    format!("links.{key_id}")
}

/// Makes another key for links, which signs from the next start on; links of the former ones go on working. Returns its
/// number.
pub async fn add_link_key(keyring: &Db, master: Arc<MasterKey>, now: Timestamp) -> Result<u16, VaultError> {
    keyring
        .write(move |tx| {
            let mut key_id = 1;
            while keyring::service_key(tx, &link_key_name(key_id))?.is_some() {
                key_id += 1;
            }
            let name = link_key_name(key_id);
            let wrapped = master.wrap(&KeyName::Service(name.clone()), &KeyBytes::random());
            keyring::adopt_service_key(tx, &name, &wrapped, now)?;
            Ok(key_id)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: u16) -> LinkKeys {
        let mut keys = LinkKeys::default();
        (1..=count).for_each(|key_id| keys.add(key_id, &KeyBytes::random()));
        keys
    }

    fn proves(keys: &LinkKeys, token: &str) -> bool {
        UnprovenLink::parse(token).is_some_and(|unproven| keys.proves(&unproven))
    }

    #[test]
    fn a_token_is_proven_by_the_keys_that_made_it_and_survives_a_new_key() {
        let mut keys = keys(1);
        let (tenant, link) = (Id::from_i64(1 << 60), Id::from_i64(7));
        let token = keys.sign(tenant, link).unwrap();
        assert!(token.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        let name = UnprovenLink::parse(token.expose()).unwrap().name;
        assert_eq!(name, LinkName { key_id: 1, tenant, link });
        keys.add(2, &KeyBytes::random());
        assert!(proves(&keys, token.expose()));
        let newer = keys.sign(tenant, link).unwrap();
        assert_eq!(UnprovenLink::parse(newer.expose()).unwrap().name.key_id, 2);
        assert!(proves(&keys, newer.expose()) && newer.expose() != token.expose());
        assert!(!proves(&super::tests::keys(2), newer.expose()), "another deployment's keys");
    }

    #[test]
    fn an_edited_or_cut_token_is_not_proven() {
        let keys = keys(2);
        let token = keys.sign(Id::from_i64(12), Id::from_i64(34)).unwrap();
        let bytes = BASE64URL_NOPAD.decode(token.expose().as_bytes()).unwrap();
        for position in 0..bytes.len() {
            let mut edited = bytes.clone();
            edited[position] ^= 1;
            assert!(!proves(&keys, &BASE64URL_NOPAD.encode(&edited)), "byte {position}");
            assert!(!proves(&keys, &BASE64URL_NOPAD.encode(&bytes[..position])), "cut at {position}");
        }
        for end in 0..token.expose().len() {
            assert!(!proves(&keys, &token.expose()[..end]), "cut at letter {end}");
        }
        assert!(!proves(&keys, &format!("{}A", token.expose())) && !proves(&keys, ""));
    }
}
