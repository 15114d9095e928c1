//! For how long the vendor's people may do what they may do.

use std::time::Duration;

use super::Policy;
use crate::clock::Timestamp;

impl Policy {
    /// A session that nobody uses ends after this time.
    pub fn session_idle(&self) -> Duration {
        Duration::from_secs(30 * 60)
    }

    /// Every session ends after this time.
    pub fn session_max(&self) -> Duration {
        Duration::from_secs(9 * 3_600)
    }

    /// Until when a bundle may be looked into that was opened at `at`.
    pub fn granted_until(&self, at: Timestamp) -> Timestamp {
        at.plus(Duration::from_secs(15 * 60))
    }

    /// By when a download of `at` has to be deleted.
    pub fn download_until(&self, at: Timestamp) -> Timestamp {
        at.plus(Duration::from_secs(7 * 86_400))
    }
}
