//! The worker's eye on the clock and on the brakes. A clock that jumped must not make a year of work due at once, and what
//! is held must not be forgotten.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Environment;
use crate::clock::Timestamp;
use crate::db::DbResult;
use crate::db::brakes::{Brake, Engaged};
use crate::db::jobs::JobKind;
use crate::tenancy::brake;
use crate::tenancy::brake::LOOK_EVERY;

const ALARM_EVERY: Duration = Duration::from_secs(24 * 3_600);

#[derive(Default)]
pub struct Watch(Mutex<Seen>);

#[derive(Clone, Copy, Default)]
struct Seen {
    /// When the clock was last found to be right.
    right_at: Option<Timestamp>,
    alarmed_at: Option<Timestamp>,
}

impl Watch {
    /// Whether work that depends on the time may be done now.
    pub async fn is_clock_trusted(&self, environment: &Environment, now: Timestamp) -> DbResult<bool> {
        let seen = self.seen();
        if is_within(seen.right_at, now, LOOK_EVERY) {
            return Ok(true);
        }
        // A former key for links is destroyed when nobody signs with it any more.
        if let Err(error) = environment.vault.look_for_link_keys(LOOK_EVERY).await {
            tracing::warn!(%error, "new keys for links cannot be looked for");
        }
        let trusted = environment.tenancy.watch_clock(now).await?;
        let engaged = environment.tenancy.brakes().await?;
        environment.metrics.brake(!engaged.is_empty());
        let reminds = !engaged.is_empty() && !is_within(seen.alarmed_at, now, ALARM_EVERY);
        if reminds {
            engaged.iter().for_each(remind);
        }
        let alarmed_at = if reminds { Some(now) } else { seen.alarmed_at };
        self.set(Seen { right_at: trusted.then_some(now), alarmed_at });
        Ok(trusted)
    }

    fn seen(&self) -> Seen {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, seen: Seen) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }
}

/// Every day, and at each start.
fn remind(engaged: &Engaged) {
    match engaged.brake {
        Brake::Paused => tracing::warn!("erasures are paused until `kept erasures resume`"),
        by => brake::alarm(by, engaged.measure),
    }
}

fn is_within(earlier: Option<Timestamp>, now: Timestamp, time: Duration) -> bool {
    earlier.is_some_and(|earlier| earlier <= now && now.since(earlier) < time)
}

/// Whether a job of this kind does harm when it runs at a wrong time. Keys that nobody names any more are the exception.
pub const fn depends_on_time(kind: JobKind) -> bool {
    !matches!(kind, JobKind::DestroySecret | JobKind::DropOrphanKeys | JobKind::AnchorRecords)
}
