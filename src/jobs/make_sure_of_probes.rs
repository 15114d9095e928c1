//! Makes sure that every tenant's host is asked once a day, also for tenants that an older version installed.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;

/// How often it looks.
pub const INTERVAL: Duration = Duration::from_secs(6 * 3_600);

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    environment.tenancy.make_sure_of_probes().await.map_err(JobError::retry)?;
    Ok(Done::Again(environment.clock.now().plus(INTERVAL)))
}
