//! How often one user, one customer and one link may write. What is refused is told so, and nothing of it is stored.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::db::Id;
use crate::error::{Code, Error};

/// Reports of one user, and of all users of one customer.
const REPORTS_PER_HOUR: NonZeroU32 = NonZeroU32::new(10).unwrap();
const REPORTS_OF_ALL_PER_HOUR: NonZeroU32 = NonZeroU32::new(60).unwrap();
/// What one link may change.
const ACTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// Beyond so many names those go that have not written for long enough.
const NAMES_MAX: usize = 10_000;

pub struct Limits {
    users: DefaultKeyedRateLimiter<Vec<u8>>,
    tenants: DefaultKeyedRateLimiter<Id>,
    acts: DefaultKeyedRateLimiter<Id>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            users: RateLimiter::keyed(Quota::per_hour(REPORTS_PER_HOUR)),
            tenants: RateLimiter::keyed(Quota::per_hour(REPORTS_OF_ALL_PER_HOUR)),
            acts: RateLimiter::keyed(Quota::per_minute(ACTS_PER_MINUTE)),
        }
    }
}

impl Limits {
    /// Whether this user of this tenant may report now.
    pub fn report(&self, tenant: Id, reporter: &[u8]) -> Result<(), Error> {
        pass(&self.users, &reporter.to_vec())?;
        pass(&self.tenants, &tenant)
    }

    /// Whether something about this ticket may be changed by its link now.
    pub fn act(&self, ticket: Id) -> Result<(), Error> {
        pass(&self.acts, &ticket)
    }
}

fn pass<K: Clone + std::hash::Hash + Eq>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Error> {
    if limiter.len() > NAMES_MAX {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Error::new(Code::TooManyRequests).retry_after(wait)
    })
}
