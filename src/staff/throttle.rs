//! Slows down whoever guesses from one address. What is counted stays in this process' memory: no address is stored for it.
//! Each account has a lock of its own in the database besides.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::clock::Timestamp;

/// Failures that cost nothing.
pub const FREE: i64 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const WAIT_MAX: Duration = Duration::from_secs(3_600);
const REMEMBERED_MAX: u64 = 100_000;

/// How long nothing is listened to after so many failures in a row: twice as long after each.
pub fn wait_after(failures: i64) -> Option<Duration> {
    let over = u32::try_from(failures - FREE).ok()?;
    let factor = 2_u32.checked_pow(over.min(10)).unwrap_or(u32::MAX);
    Some(FIRST_WAIT.saturating_mul(factor).min(WAIT_MAX))
}

#[derive(Clone)]
pub struct Throttle<K: Hash + Eq + Send + Sync + 'static>(Arc<Cache<K, Failures>>);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: i64,
    until: Option<Timestamp>,
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Default for Throttle<K> {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(REMEMBERED_MAX).time_to_idle(WAIT_MAX * 2);
        Self(Arc::new(cache.build()))
    }
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Throttle<K> {
    /// How long this one has to wait.
    pub fn wait(&self, key: &K, now: Timestamp) -> Option<Duration> {
        let until = self.0.get(key)?.until?;
        (until > now).then(|| until.since(now))
    }

    pub fn failed(&self, key: K, now: Timestamp) {
        let count = self.0.get(&key).map_or(0, |failures| failures.count) + 1;
        let until = wait_after(count).map(|wait| now.plus(wait));
        self.0.insert(key, Failures { count, until });
    }

    pub fn succeeded(&self, key: &K) {
        self.0.invalidate(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failures_are_free_and_each_further_one_costs_twice_as_much_up_to_an_hour() {
        assert_eq!(wait_after(FREE - 1), None);
        assert_eq!(wait_after(FREE), Some(Duration::from_secs(30)));
        assert_eq!(wait_after(FREE + 1), Some(Duration::from_secs(60)));
        assert_eq!(wait_after(FREE + 40), Some(WAIT_MAX));
        let (throttle, now) = (Throttle::default(), Timestamp::from_seconds(1_000));
        (0..FREE).for_each(|_| throttle.failed("one", now));
        assert_eq!(throttle.wait(&"one", now), Some(Duration::from_secs(30)));
        assert_eq!(throttle.wait(&"one", now.plus(Duration::from_secs(30))), None);
        assert_eq!(throttle.wait(&"other", now), None);
        throttle.succeeded(&"one");
        assert_eq!(throttle.wait(&"one", now), None);
    }
}
