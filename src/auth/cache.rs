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
    /// One for each kind of name.
    unknown: [Cache<Arc<str>, ()>; 2],
    feed: RwLock<Option<Feed>>,
}

/// Which kind of token names a tenant. One kind's name never finds what has it as a name of the other kind: a token of
/// Connect is proven by its tenant's secret, and an installation of Forge has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The issuer of a Connect token.
    ClientKey,
    /// An installation of the Forge app. A tenant may have several.
    Installation,
}

#[derive(Default)]
struct Known {
    /// One map for each kind of name.
    entries: [HashMap<Arc<str>, Arc<CachedTenant>>; 2],
    /// Which names an id is cached under.
    names: HashMap<Id, Vec<(Kind, Arc<str>)>>,
    /// Counts changes. What was read before a change must not be stored after it.
    changes: u64,
}

impl TenantCache {
    pub fn new(tenancy: Tenancy, vault: Vault) -> Self {
        Self::holding(TENANTS_MAX, tenancy, vault)
    }

    /// A cache of at most `tenants_max` tenants.
    pub fn holding(tenants_max: usize, tenancy: Tenancy, vault: Vault) -> Self {
        let unknown =
            [(); 2].map(|()| Cache::builder().max_capacity(UNKNOWN_MAX).time_to_live(UNKNOWN_FOR).build());
        Self { tenancy, vault, tenants_max, known: RwLock::default(), unknown, feed: RwLock::default() }
    }

    /// Believes entries for as long as this feed is current.
    pub fn obey(&self, feed: Feed) {
        *self.feed.write().unwrap_or_else(PoisonError::into_inner) = Some(feed);
    }

    /// The tenant that Connect calls so, from memory if that can be believed.
    pub async fn get(&self, identity: &str) -> Result<Option<Arc<CachedTenant>>, VaultError> {
        self.find(Kind::ClientKey, identity).await
    }

    /// The tenant of this installation of the Forge app, likewise.
    pub async fn get_forge(&self, installation_id: &str) -> Result<Option<Arc<CachedTenant>>, VaultError> {
        self.find(Kind::Installation, installation_id).await
    }

    async fn find(&self, kind: Kind, name: &str) -> Result<Option<Arc<CachedTenant>>, VaultError> {
        let watched = self.is_watched();
        if let Some(entry) = self.entry(kind, name)
            && (watched || entry.read.elapsed() < UNWATCHED_FOR)
        {
            return Ok(Some(entry));
        }
        if watched && self.unknown[kind as usize].contains_key(name) {
            return Ok(None);
        }
        self.load(kind, name).await
    }

    async fn load(&self, kind: Kind, name: &str) -> Result<Option<Arc<CachedTenant>>, VaultError> {
        let seen = self.read().changes;
        let found = match kind {
            Kind::ClientKey => self.tenancy.find(name).await?,
            Kind::Installation => self.tenancy.find_forge(name).await?,
        };
        let found = found.map(|known| Arc::new(CachedTenant::new(known)));
        let name: Arc<str> = name.into();
        let mut known = self.write();
        if known.changes == seen {
            match &found {
                Some(entry) => known.insert(kind, name, entry.clone(), self.tenants_max),
                None => self.unknown[kind as usize].insert(name, ()),
            }
        }
        Ok(found)
    }

    /// Drops what is known of a tenant, here at once; other processes hear of it through their feed.
    pub fn changed(&self, change: Change) {
        let mut known = self.write();
        known.changes += 1;
        // A tenant that appears has a name that may have been remembered as nobody's.
        self.unknown.iter().for_each(Cache::invalidate_all);
        match change {
            Change::Tenant(id) => {
                known.remove(id);
                self.vault.forget(id);
            }
            Change::Everything => {
                known.names.clear();
                known.entries.iter_mut().for_each(HashMap::clear);
                self.vault.forget_all();
            }
        }
    }

    fn is_watched(&self) -> bool {
        self.feed.read().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(Feed::is_current)
    }

    fn entry(&self, kind: Kind, name: &str) -> Option<Arc<CachedTenant>> {
        self.read().entries[kind as usize].get(name).cloned()
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
    fn insert(&mut self, kind: Kind, name: Arc<str>, entry: Arc<CachedTenant>, tenants_max: usize) {
        let is_full = self.entries.iter().map(HashMap::len).sum::<usize>() >= tenants_max;
        if is_full && let Some(somebody) = self.names.keys().next().copied() {
            self.remove(somebody);
        }
        let names = self.names.entry(entry.id()).or_default();
        if !names.iter().any(|known| *known == (kind, name.clone())) {
            names.push((kind, name.clone()));
        }
        self.entries[kind as usize].insert(name, entry);
    }

    fn remove(&mut self, id: Id) {
        for (kind, name) in self.names.remove(&id).unwrap_or_default() {
            self.entries[kind as usize].remove(&name);
        }
    }
}
