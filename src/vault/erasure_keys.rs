//! A key for one erasure: what has to outlive the tenant until everybody is told is sealed under it, and goes with it.

use std::time::Duration;

use super::bytes::KeyBytes;
use super::keys::SealingKey;
use super::{Vault, VaultError};
use crate::db::keyring::{KeyName, WrappedKey};
use crate::db::{DbError, Id, erasure_keys};

impl Vault {
    /// Makes the key of this tenant's erasure, or returns the one that stands.
    pub async fn create_erasure_key(&self, tenant: Id) -> Result<SealingKey, VaultError> {
        let wrapped = self.master.wrap(&KeyName::Erasure(tenant), &KeyBytes::random());
        let now = self.clock.now();
        let standing: WrappedKey = self
            .keyring
            .write(move |tx| Ok::<_, DbError>(erasure_keys::adopt(tx, tenant, &wrapped, now)?))
            .await?;
        let bytes = self.master.unwrap(&KeyName::Erasure(tenant), &standing)?;
        Ok(SealingKey::new(&bytes, tenant))
    }

    /// The key of this tenant's erasure; [`VaultError::Shredded`] when it is gone.
    pub async fn erasure_key(&self, tenant: Id) -> Result<SealingKey, VaultError> {
        let found =
            self.keyring.read(move |conn| Ok::<_, DbError>(erasure_keys::find(conn, tenant)?)).await?;
        let bytes = self.master.unwrap(&KeyName::Erasure(tenant), &found.ok_or(VaultError::Shredded)?)?;
        Ok(SealingKey::new(&bytes, tenant))
    }

    /// Destroys it. From here on what it sealed is noise. False when there was none.
    pub async fn destroy_erasure_key(&self, tenant: Id) -> Result<bool, VaultError> {
        Ok(self.keyring.write(move |tx| Ok::<_, DbError>(erasure_keys::delete(tx, tenant)?)).await?)
    }

    /// Tenants whose erasure has a key older than `age`, after `after`.
    pub async fn erasure_key_owners(
        &self,
        after: Id,
        age: Duration,
        limit: i64,
    ) -> Result<Vec<Id>, VaultError> {
        let before = self.clock.now().minus(age);
        let owners = self
            .keyring
            .read(move |conn| Ok::<_, DbError>(erasure_keys::owners(conn, after, before, limit)?));
        Ok(owners.await?)
    }
}
