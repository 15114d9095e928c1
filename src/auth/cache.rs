//! Tenants in memory, so that a verified request needs no query when it is warm.
//!
//! Bounded, and at most a second behind other processes: the feed of changes drops what changed. While the feed is
//! interrupted, an entry older than a second is read again. Names that nobody has are remembered too, or every request
//! with a made-up issuer would be a query.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::notification::RemovalCause;
use moka::sync::Cache;

use crate::clock::{Stopwatch, Timestamp};
use crate::connect::token::HmacSecret;
use crate::db::{Change, Feed, Id};
use crate::tenancy::{KnownTenant, Tenancy};
use crate::vault::{Vault, VaultError};

const TENANTS_MAX: u64 = 200_000;
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
    entries: Cache<Arc<str>, Arc<CachedTenant>>,
    unknown: Cache<Arc<str>, ()>,
    names: Mutex<Names>,
    /// Pushed out for want of room. Noted by the cache's own listener, which may run inside any call to the cache and so
    /// must never wait for `names`.
    evicted: Arc<Mutex<Vec<Id>>>,
    feed: Mutex<Option<Arc<Feed>>>,
}

/// Which name an id is cached under, and how many changes there were.
#[derive(Default)]
struct Names {
    of: HashMap<Id, Arc<str>>,
    /// Counts changes. What was read before a change must not be stored after it.
    changes: u64,
}

impl TenantCache {
    pub fn new(tenancy: Tenancy, vault: Vault) -> Self {
        Self::with_room_for(TENANTS_MAX, tenancy, vault)
    }

    /// A cache of another size.
    pub fn with_room_for(tenants_max: u64, tenancy: Tenancy, vault: Vault) -> Self {
        let evicted = Arc::new(Mutex::new(Vec::new()));
        let noted = evicted.clone();
        let entries = Cache::builder()
            .max_capacity(tenants_max)
            .eviction_listener(move |_, entry: Arc<CachedTenant>, cause| {
                if cause == RemovalCause::Size {
                    noted.lock().unwrap_or_else(PoisonError::into_inner).push(entry.id());
                }
            })
            .build();
        let unknown = Cache::builder().max_capacity(UNKNOWN_MAX).time_to_live(UNKNOWN_FOR).build();
        Self { tenancy, vault, entries, unknown, names: Mutex::default(), evicted, feed: Mutex::new(None) }
    }

    /// Believes entries for as long as this feed is current.
    pub fn obey(&self, feed: Feed) {
        *self.feed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(feed));
    }

    /// The tenant of this name, from memory if that can be believed.
    pub async fn get(&self, identity: &str) -> Result<Option<Arc<CachedTenant>>, VaultError> {
        let watched = self.is_watched();
        if let Some(entry) = self.entries.get(identity)
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
        let seen = self.lock().changes;
        let found = self.tenancy.find(identity).await?.map(|known| Arc::new(CachedTenant::new(known)));
        let name: Arc<str> = identity.into();
        let mut names = self.lock();
        if names.changes == seen {
            match &found {
                Some(entry) => {
                    names.of.insert(entry.id(), name.clone());
                    self.entries.insert(name, entry.clone());
                }
                None => self.unknown.insert(name, ()),
            }
        }
        Ok(found)
    }

    /// Drops what is known of a tenant, here at once; other processes hear of it through their feed.
    pub fn changed(&self, change: Change) {
        let mut names = self.lock();
        names.changes += 1;
        // A tenant that appears has a name that may have been remembered as nobody's.
        self.unknown.invalidate_all();
        match change {
            Change::Tenant(id) => {
                if let Some(name) = names.of.remove(&id) {
                    self.entries.invalidate(&name);
                }
                self.vault.forget(id);
            }
            Change::Everything => {
                names.of.clear();
                self.entries.invalidate_all();
                self.vault.forget_all();
            }
        }
    }

    fn is_watched(&self) -> bool {
        let feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner);
        feed.as_ref().is_some_and(|feed| feed.is_current())
    }

    /// The names, freed of those that were pushed out meanwhile and did not come back.
    fn lock(&self) -> MutexGuard<'_, Names> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let evicted = std::mem::take(&mut *self.evicted.lock().unwrap_or_else(PoisonError::into_inner));
        for id in evicted {
            if names.of.get(&id).is_some_and(|name| !self.entries.contains_key(name)) {
                names.of.remove(&id);
            }
        }
        names
    }
}
