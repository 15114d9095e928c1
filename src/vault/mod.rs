//! Keys, and everything that is sealed with them. Nothing else in the crate sees a key.
//!
//! The master key wraps the keys of the keyring: one AES-256 data key per tenant, one key per shared secret, and the
//! vendor's own (look-up, vendor). Destroying a tenant's data key makes all of its sealed data noise, in every backup
//! of the main database too, because such a backup never holds a key. It is final once the keyring's own WAL and every
//! copy of the keyring from before are gone.

mod bytes;
mod erasure_keys;
mod keys;
mod links;
mod luggage;
mod master;
pub mod one_time;
mod seal;
mod signing;
mod survey;
mod transport;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use moka::sync::Cache;

use crate::clock::Clock;
use crate::db::keyring::{self, Aged, Ages, DataKeyRow, KeyName, WrappedKey};
use crate::db::{Conn, Db, DbError, Id};
use bytes::KeyBytes;
use keys::Finding;
pub use keys::{BlindIndex, Label, SealingKey};
use links::LinkKeys;
pub use links::{LinkName, add_link_key};
pub use luggage::Luggage;
pub use master::{MasterKey, MasterKeyError};
pub use seal::Unsealable;
pub use signing::{PublicKey, PublicKeys, Signer};
pub use survey::{Carved, Survey};
pub use transport::{MovedLink, Offer, OfferAnswer, Offered, Session, TransportSecret, Unproven};

/// Data keys kept unwrapped in memory: as many as there are tenants in the memory of the callers.
const CACHED_KEYS_MAX: u64 = 200_000;
/// How long one stays without being used.
const CACHED_KEY_IDLE: Duration = Duration::from_secs(600);
/// Keys moved to another master key in one transaction.
const REKEY_BATCH: i64 = 200;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error("the keyring was wrapped with another master key than KEPT_MASTER_KEY")]
    WrongMasterKey,
    #[error("the tenant's data key was destroyed")]
    Shredded,
    #[error(transparent)]
    Unsealable(#[from] Unsealable),
}

impl From<diesel::result::Error> for VaultError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<VaultError> for crate::error::Error {
    #[track_caller]
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Database(error) => error.into(),
            other => Self::new(crate::error::Code::Internal).because(other),
        }
    }
}

/// What an installation seals with.
pub struct TenantKeys {
    pub data_key: Arc<SealingKey>,
    pub secret_key_id: Id,
    pub secret_key: SealingKey,
}

/// The open keyring. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    keyring: Db,
    clock: Clock,
    master: Arc<MasterKey>,
    lookup: Arc<BlindIndex>,
    vendor: Arc<SealingKey>,
    links: Arc<RwLock<LinkKeys>>,
    signer: Arc<Signer>,
    data_keys: Cache<Id, Arc<SealingKey>>,
    /// Counts what was forgotten: a key that was read before that must not come back into memory after it.
    forgotten: Arc<AtomicU64>,
}

impl Vault {
    /// Opens the keyring and makes the vendor's own keys if this is the first start.
    pub async fn open(keyring: Db, master: MasterKey, clock: Clock) -> Result<Self, VaultError> {
        let master = Arc::new(master);
        let lookup = service_key(&keyring, &master, &clock, "lookup").await?;
        let vendor = service_key(&keyring, &master, &clock, "vendor").await?;
        let signing = service_key(&keyring, &master, &clock, "signing").await?;
        let vault = Self {
            keyring,
            clock,
            master,
            lookup: Arc::new(BlindIndex::new(&lookup)),
            vendor: Arc::new(SealingKey::new(&vendor, Id::NONE)),
            links: Arc::default(),
            signer: Arc::new(Signer::new(&signing)),
            forgotten: Arc::default(),
            data_keys: Cache::builder().max_capacity(CACHED_KEYS_MAX).time_to_idle(CACHED_KEY_IDLE).build(),
        };
        vault.open_links().await?;
        Ok(vault)
    }

    /// Look-ups by a value that is stored sealed, across tenants. Within one its own key finds ([`SealingKey::index`]).
    pub fn index(&self) -> &BlindIndex {
        &self.lookup
    }

    /// The vendor's own sealing key, for data that belongs to no tenant.
    pub fn vendor_key(&self) -> &SealingKey {
        &self.vendor
    }

    /// The key of a tenant's own data, or the vendor's for what belongs to no tenant.
    pub async fn key_of(&self, owner: Id) -> Result<Arc<SealingKey>, VaultError> {
        if owner == Id::NONE { Ok(self.vendor.clone()) } else { self.data_key(owner).await }
    }

    /// Signs receipts.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The public keys that receipts are verified with.
    pub fn public_keys(&self) -> PublicKeys {
        PublicKeys { keys: vec![self.signer.key().clone()] }
    }

    /// The database that holds the keys, the ledger and the receipts.
    pub fn keyring(&self) -> &Db {
        &self.keyring
    }

    /// Makes the keys that an installation seals with, in the keyring before it returns: one for its secret, and one for the
    /// tenant's data where none stands. Both are there or neither.
    pub async fn create_tenant_keys(
        &self,
        tenant: Id,
        standing: Option<Arc<SealingKey>>,
    ) -> Result<TenantKeys, VaultError> {
        let (now, before) = (self.clock.now(), self.forgotten.load(Ordering::SeqCst));
        let (secret_key_id, secret_key) = (Id::new(now), KeyBytes::random());
        let wrapped = self.master.wrap(&KeyName::Secret(tenant, secret_key_id), &secret_key);
        let fresh = standing.is_none().then(|| self.master.wrap(&KeyName::Data(tenant), &KeyBytes::random()));
        let made = self
            .keyring
            .write(move |tx| {
                keyring::insert_secret_key(tx, tenant, secret_key_id, &wrapped, now)?;
                fresh
                    .map(|fresh| keyring::adopt_data_key(tx, tenant, &fresh, now))
                    .transpose()
                    .map_err(DbError::from)
            })
            .await?;
        let data_key = match (standing, made) {
            (Some(standing), _) => standing,
            (None, Some(made)) => self.unwrap_data_key(tenant, &made, before)?,
            (None, None) => return Err(VaultError::Shredded),
        };
        Ok(TenantKeys { data_key, secret_key_id, secret_key: SealingKey::new(&secret_key, tenant) })
    }

    /// Makes the key of a new tenant's data, for an installation that brings no secret.
    pub async fn create_data_key(&self, tenant: Id) -> Result<Arc<SealingKey>, VaultError> {
        let (now, before) = (self.clock.now(), self.forgotten.load(Ordering::SeqCst));
        let fresh = self.master.wrap(&KeyName::Data(tenant), &KeyBytes::random());
        let made = self
            .keyring
            .write(move |tx| Ok::<_, DbError>(keyring::adopt_data_key(tx, tenant, &fresh, now)?))
            .await?;
        self.unwrap_data_key(tenant, &made, before)
    }

    /// The tenant's data key; [`VaultError::Shredded`] when it is gone.
    pub async fn data_key(&self, tenant: Id) -> Result<Arc<SealingKey>, VaultError> {
        if let Some(key) = self.data_keys.get(&tenant) {
            return Ok(key);
        }
        let before = self.forgotten.load(Ordering::SeqCst);
        let found = self.keyring.read(move |conn| Ok::<_, DbError>(keyring::data_key(conn, tenant)?)).await?;
        self.unwrap_data_key(tenant, &found.ok_or(VaultError::Shredded)?, before)
    }

    /// The tenant's data key if it is in memory already: no query, no waiting.
    pub fn cached_data_key(&self, tenant: Id) -> Option<Arc<SealingKey>> {
        self.data_keys.get(&tenant)
    }

    /// `before` is the count of forgotten keys when this one was read.
    fn unwrap_data_key(
        &self,
        tenant: Id,
        standing: &DataKeyRow,
        before: u64,
    ) -> Result<Arc<SealingKey>, VaultError> {
        let bytes = self.master.unwrap(&KeyName::Data(tenant), &standing.key)?;
        let finding =
            if standing.own_index { Finding::ByItself } else { Finding::ByDeployment(&self.lookup) };
        let key = Arc::new(SealingKey::finding(&bytes, tenant, &finding));
        self.data_keys.insert(tenant, key.clone());
        // Whoever forgets counts first and takes away then: one of the two sees the other.
        if self.forgotten.load(Ordering::SeqCst) != before {
            self.data_keys.invalidate(&tenant);
        }
        Ok(key)
    }

    /// Destroys the tenant's data key and the keys of its secrets. From here on its sealed data is noise. False when there
    /// was no data key.
    pub async fn shred(&self, tenant: Id) -> Result<bool, VaultError> {
        let gone = self.keyring.write(move |tx| {
            keyring::delete_secret_keys(tx, tenant)?;
            Ok::<_, DbError>(keyring::delete_data_key(tx, tenant)?)
        });
        let gone = gone.await?;
        self.forget(tenant);
        Ok(gone)
    }

    /// Forgets a data key in memory, because another process may have destroyed it.
    pub fn forget(&self, tenant: Id) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.data_keys.invalidate(&tenant);
    }

    pub fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.data_keys.invalidate_all();
    }

    /// The key of one shared secret; `None` when it was destroyed.
    pub async fn secret_key(&self, tenant: Id, id: Id) -> Result<Option<SealingKey>, VaultError> {
        let found =
            self.keyring.read(move |conn| Ok::<_, DbError>(keyring::secret_key(conn, tenant, id)?)).await?;
        let Some(wrapped) = found else { return Ok(None) };
        let bytes = self.master.unwrap(&KeyName::Secret(tenant, id), &wrapped)?;
        Ok(Some(SealingKey::new(&bytes, tenant)))
    }

    /// Destroys the key of one shared secret. From here on that secret is noise. False when there was none.
    pub async fn destroy_secret_key(&self, tenant: Id, id: Id) -> Result<bool, VaultError> {
        Ok(self
            .keyring
            .write(move |tx| Ok::<_, DbError>(keyring::delete_secret_key(tx, tenant, id)?))
            .await?)
    }

    /// Secret keys of these ages: those that no tenant's row names are orphans.
    pub async fn secret_keys_of_age(
        &self,
        ages: Ages,
        after: Option<Aged>,
        limit: i64,
    ) -> Result<Vec<Aged>, VaultError> {
        let keys =
            self.keyring.read(move |conn| Ok::<_, DbError>(keyring::secret_keys(conn, ages, after, limit)?));
        Ok(keys.await?)
    }

    /// Data keys of these ages: those whose tenant has no row are orphans.
    pub async fn data_keys_of_age(
        &self,
        ages: Ages,
        after: Option<Aged>,
        limit: i64,
    ) -> Result<Vec<Aged>, VaultError> {
        let keys =
            self.keyring.read(move |conn| Ok::<_, DbError>(keyring::data_keys(conn, ages, after, limit)?));
        Ok(keys.await?)
    }
}

/// The vendor's key of this name, made on first use.
async fn service_key(
    keyring: &Db,
    master: &MasterKey,
    clock: &Clock,
    name: &str,
) -> Result<KeyBytes, VaultError> {
    let (now, name) = (clock.now(), name.to_owned());
    let key_name = KeyName::Service(name.clone());
    let wrapped = master.wrap(&key_name, &KeyBytes::random());
    let standing: WrappedKey = keyring
        .write(move |tx| Ok::<_, DbError>(keyring::adopt_service_key(tx, &name, &wrapped, now)?))
        .await?;
    master.unwrap(&key_name, &standing)
}

/// Moves every key of the keyring under `master`, a batch at a time, so that a service beside it can go on writing.
/// Returns how many were moved. Interrupted, it goes on where it stopped; run again, it moves none.
pub async fn rekey(keyring: &Db, master: Arc<MasterKey>) -> Result<usize, VaultError> {
    let mut moved = 0;
    loop {
        let master = master.clone();
        let batch = keyring.write(move |tx| rekey_batch(tx, &master)).await?;
        if batch == 0 {
            return Ok(moved);
        }
        moved += batch;
    }
}

fn rekey_batch(tx: &mut Conn, master: &MasterKey) -> Result<usize, VaultError> {
    let batch = keyring::under_other_master(tx, master.id(), REKEY_BATCH)?;
    for (name, wrapped) in &batch {
        let bytes = master.unwrap(name, wrapped)?;
        keyring::rewrap(tx, name, &master.wrap(name, &bytes))?;
    }
    Ok(batch.len())
}
