//! Signed links: a token names a link of a tenant, and only we can have made it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;

use super::bytes::KeyBytes;
use super::{MasterKey, Vault, VaultError, service_key};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::keyring::{self, KeyName, WrappedKey};
use crate::db::{Db, DbError, Id};

const CONTEXT: &[u8] = b"kept signed link\0";
const NAMES_BYTES: usize = 2 + 8 + 8;

/// Signs and proves links. Every key has a number, which is part of the token: a link outlives a change of the key.
#[derive(Default)]
pub(super) struct LinkKeys {
    keys: BTreeMap<u16, hmac::Key>,
    /// When the keyring was last asked for others.
    looked_at: Option<Timestamp>,
}

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
        self.keys.insert(key_id, hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()));
    }

    /// The number of the key that signs.
    fn newest(&self) -> u16 {
        self.keys.keys().next_back().copied().unwrap_or(0)
    }

    /// A token that is safe in a URL. Without this key there is none.
    fn sign(&self, key_id: u16, tenant: Id, link: Id) -> Option<Secret> {
        let key = self.keys.get(&key_id)?;
        let mut token = LinkName { key_id, tenant, link }.bytes().to_vec();
        let tag = hmac::sign(key, &[CONTEXT, &token].concat());
        token.extend_from_slice(tag.as_ref());
        Some(Secret::new(BASE64URL_NOPAD.encode(&token)))
    }

    /// Whether we made this token. Takes as long for a wrong one as for a right one.
    fn proves(&self, unproven: &UnprovenLink) -> bool {
        let Some(key) = self.keys.get(&unproven.name.key_id) else { return false };
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
    /// A token for a link of a tenant, by the key that signs now.
    pub fn sign_link(&self, tenant: Id, link: Id) -> Option<Secret> {
        self.sign_link_by(self.newest_link_key(), tenant, link)
    }

    /// The same by a certain key; `None` when there is no such key (any more).
    pub fn sign_link_by(&self, key_id: u16, tenant: Id, link: Id) -> Option<Secret> {
        self.links.read().unwrap_or_else(PoisonError::into_inner).sign(key_id, tenant, link)
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

    /// The number of the key that signs now.
    pub fn newest_link_key(&self) -> u16 {
        self.links.read().unwrap_or_else(PoisonError::into_inner).newest()
    }

    /// Takes keys for links into use that were made meanwhile, unless somebody in this process has looked for them within
    /// `time`.
    pub async fn look_for_link_keys(&self, time: Duration) -> Result<(), VaultError> {
        let (now, seen) =
            (self.clock.now(), self.links.read().unwrap_or_else(PoisonError::into_inner).looked_at);
        if seen.is_some_and(|seen| seen <= now && now.since(seen) < time) {
            return Ok(());
        }
        self.learn_link_keys().await
    }

    async fn learn_link_keys(&self) -> Result<(), VaultError> {
        self.links.write().unwrap_or_else(PoisonError::into_inner).looked_at = Some(self.clock.now());
        for found in stored(&self.keyring).await? {
            if found.key_id > self.newest_link_key() {
                let name = KeyName::Service(link_key_name(found.key_id));
                let bytes = self.master.unwrap(&name, &found.wrapped)?;
                self.links.write().unwrap_or_else(PoisonError::into_inner).add(found.key_id, &bytes);
            }
        }
        Ok(())
    }

    /// Takes every key into use that there is, at a start; makes the first one.
    pub(super) async fn open_links(&self) -> Result<(), VaultError> {
        if stored(&self.keyring).await?.is_empty() {
            service_key(&self.keyring, &self.master, &self.clock, &link_key_name(1)).await?;
        }
        self.learn_link_keys().await
    }

    /// Former keys for links, and when each was replaced.
    pub async fn former_link_keys(&self) -> Result<Vec<(u16, Timestamp)>, VaultError> {
        let keys = stored(&self.keyring).await?;
        let pairs = keys.iter().zip(keys.iter().skip(1));
        Ok(pairs.map(|(former, next)| (former.key_id, next.made_at)).collect())
    }

    /// Destroys a former key: no link of it can be proven any more.
    pub async fn destroy_link_key(&self, key_id: u16) -> Result<(), VaultError> {
        let name = link_key_name(key_id);
        let gone = self.keyring.write(move |tx| Ok::<_, DbError>(keyring::delete_service_key(tx, &name)?));
        gone.await?;
        self.links.write().unwrap_or_else(PoisonError::into_inner).keys.remove(&key_id);
        Ok(())
    }
}

struct StoredLinkKey {
    key_id: u16,
    wrapped: WrappedKey,
    made_at: Timestamp,
}

const PREFIX: &str = "links.";

/// The keys for links by their numbers. A number is never used again.
async fn stored(keyring: &Db) -> Result<Vec<StoredLinkKey>, VaultError> {
    let found = keyring.read(|conn| Ok::<_, DbError>(keyring::service_keys(conn, PREFIX)?)).await?;
    Ok(numbered(found))
}

fn numbered(found: Vec<(String, WrappedKey, Timestamp)>) -> Vec<StoredLinkKey> {
    let key = |(name, wrapped, made_at): (String, _, _)| {
        let key_id = name.strip_prefix(PREFIX)?.parse().ok()?;
        Some(StoredLinkKey { key_id, wrapped, made_at })
    };
    let mut keys: Vec<StoredLinkKey> = found.into_iter().filter_map(key).collect();
    keys.sort_by_key(|key| key.key_id);
    keys
}

fn link_key_name(key_id: u16) -> String {
    format!("{PREFIX}{key_id}")
}

/// Makes another key for links, which signs as soon as a process has looked for it; links of the former ones go on working.
/// Returns its number.
pub async fn add_link_key(keyring: &Db, master: Arc<MasterKey>, now: Timestamp) -> Result<u16, VaultError> {
    keyring
        .write(move |tx| {
            let newest = numbered(keyring::service_keys(tx, PREFIX)?).pop().map_or(0, |key| key.key_id);
            let key_id = newest.checked_add(1).ok_or(VaultError::Unsealable(super::Unsealable))?;
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
        let token = keys.sign(keys.newest(), tenant, link).unwrap();
        assert!(token.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        let name = UnprovenLink::parse(token.expose()).unwrap().name;
        assert_eq!(name, LinkName { key_id: 1, tenant, link });
        keys.add(2, &KeyBytes::random());
        assert!(proves(&keys, token.expose()));
        let newer = keys.sign(keys.newest(), tenant, link).unwrap();
        assert_eq!(UnprovenLink::parse(newer.expose()).unwrap().name.key_id, 2);
        assert!(proves(&keys, newer.expose()) && newer.expose() != token.expose());
        assert!(!proves(&super::tests::keys(2), newer.expose()), "another deployment's keys");
    }

    #[test]
    fn an_edited_or_cut_token_is_not_proven() {
        let keys = keys(2);
        let token = keys.sign(2, Id::from_i64(12), Id::from_i64(34)).unwrap();
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
