//! Tenants in memory, so that a verified request needs no query when it is warm.
//!
//! Bounded, and at most a second behind other processes: the feed of changes drops what changed. While the feed is
//! interrupted, an entry older than a second is read again. Names that nobody has are remembered too, or every request
//! with a made-up issuer would be a query.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use moka::sync::Cache;

use crate::clock::{Stopwatch, Timestamp};
use crate::connect::token::HmacSecret;
use crate::db::{Change, Feed, Id};
use crate::tenancy::{KnownTenant, Tenancy};
use crate::vault::{Vault, VaultError};

const TENANTS_MAX: usize = 200_000;
const UNKNOWN_MAX: u64 = 100_000;
const UNKNOWN_FOR: Duration = Duration::from_secs(60);
/// How long an entry is believed while nobody tells us of changes.
const UNWATCHED_FOR: Duration = Duration::from_secs(1);

/// A tenant ready for proving requests.
pub struct CachedTenant {
    pub known: KnownTenant,
    secrets: Vec<(HmacSecret, Option<Timestamp>)>,
    read: Stopwatch,
}

impl CachedTenant {
    fn new(known: KnownTenant) -> Self {
        let secrets =
            known.secrets.iter().map(|used| (HmacSecret::new(used.secret.expose()), used.until)).collect();
        Self { known, secrets, read: Stopwatch::start() }
    }

    /// The secrets that prove requests now: the current one, and a former one for its short grace.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &HmacSecret> {
        self.secrets
            .iter()
            .filter(move |(_, until)| until.is_none_or(|until| now < until))
            .map(|(secret, _)| secret)
    }

    pub fn id(&self) -> Id {
        self.known.tenant.id
    }
}

pub struct TenantCache {
    tenancy: Tenancy,
    vault: Vault,
    tenants_max: usize,
    known: RwLock<Known>,
    unknown: Cache<Arc<str>, ()>,
    feed: RwLock<Option<Feed>>,
}

#[derive(Default)]
struct Known {
    entries: HashMap<Arc<str>, Arc<CachedTenant>>,
    /// Which name an id is cached under.
    names: HashMap<Id, Arc<str>>,
    /// Counts changes. What was read before a change must not be stored after it.
    changes: u64,
}

impl TenantCache {
    pub fn new(tenancy: Tenancy, vault: Vault) -> Self {
        Self::holding(TENANTS_MAX, tenancy, vault)
    }

    /// A cache of at most `tenants_max` tenants.
    pub fn holding(tenants_max: usize, tenancy: Tenancy, vault: Vault) -> Self {
        let unknown = Cache::builder().max_capacity(UNKNOWN_MAX).time_to_live(UNKNOWN_FOR).build();
        Self { tenancy, vault, tenants_max, known: RwLock::default(), unknown, feed: RwLock::default() }
    }

    /// Believes entries for as long as this feed is current.
    pub fn obey(&self, feed: Feed) {
        *self.feed.write().unwrap_or_else(PoisonError::into_inner) = Some(feed);
    }

    /// The tenant of this name, from memory if that can be believed.
    pub async fn get(&self, identity: &str) -> Result<Option<Arc<CachedTenant>>, VaultError> {
        let watched = self.is_watched();
        if let Some(entry) = self.entry(identity)
            && (watched || entry.read.elapsed() < UNWATCHED_FOR)
        {
            return Ok(Some(entry));
        }
        if watched && self.unknown.contains_key(identity) {
            return Ok(None);
        }
        self.load(identity).await
    }

    async fn load(&self, identity: &str) -> Result<Option<Arc<CachedTenant>>, VaultError> {
        let seen = self.read().changes;
        let found = self.tenancy.find(identity).await?.map(|known| Arc::new(CachedTenant::new(known)));
        let name: Arc<str> = identity.into();
        let mut known = self.write();
        if known.changes == seen {
            match &found {
                Some(entry) => known.insert(name, entry.clone(), self.tenants_max),
                None => self.unknown.insert(name, ()),
            }
        }
        Ok(found)
    }

    /// Drops what is known of a tenant, here at once; other processes hear of it through their feed.
    pub fn changed(&self, change: Change) {
        let mut known = self.write();
        known.changes += 1;
        // A tenant that appears has a name that may have been remembered as nobody's.
        self.unknown.invalidate_all();
        match change {
            Change::Tenant(id) => {
                known.remove(id);
                self.vault.forget(id);
            }
            Change::Everything => {
                known.names.clear();
                known.entries.clear();
                self.vault.forget_all();
            }
        }
    }

    fn is_watched(&self) -> bool {
        self.feed.read().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(Feed::is_current)
    }

    fn entry(&self, identity: &str) -> Option<Arc<CachedTenant>> {
        self.read().entries.get(identity).cloned()
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// When it is full, somebody has to go. Anybody: with so many there is little to gain from finding out who was asked
    /// for least lately, and counting that costs every request more than the rest of the look-up.
    fn insert(&mut self, name: Arc<str>, entry: Arc<CachedTenant>, tenants_max: usize) {
        if self.entries.len() >= tenants_max
            && let Some(somebody) = self.entries.values().next().map(|entry| entry.id())
        {
            self.remove(somebody);
        }
        self.names.insert(entry.id(), name.clone());
        self.entries.insert(name, entry);
    }

    fn remove(&mut self, id: Id) {
        if let Some(name) = self.names.remove(&id) {
            self.entries.remove(&name);
        }
    }
}
