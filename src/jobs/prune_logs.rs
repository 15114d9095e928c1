//! Removes log files whose time is over: every hour, and at midnight, when the first line of a file reaches its age.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;
use crate::telemetry::{Day, prune};

/// How often it looks.
pub const INTERVAL: Duration = Duration::from_secs(3_600);

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    let now = environment.clock.now();
    let (log_dir, retention) = (environment.log_dir, environment.log_retention);
    // A folder is read and changed by calls that block.
    let pruned = tokio::task::spawn_blocking(move || prune(&log_dir, now, &retention)).await;
    let removed = pruned.map_err(JobError::retry)?.map_err(JobError::retry)?;
    if removed > 0 {
        tracing::info!(removed, "log files whose time is over were removed");
    }
    Ok(Done::Again(now.plus(INTERVAL).min(Day::of(now).end())))
}
