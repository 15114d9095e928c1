//! Brings dates that came from another policy under the one in force.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;

/// How often it looks. During a roll-out a process of the former version may still compute dates.
pub const INTERVAL: Duration = Duration::from_secs(3_600);
/// After so many batches other jobs have their turn.
const BATCHES_MAX: usize = 20;

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    for _ in 0..BATCHES_MAX {
        if !environment.tenancy.adopt_policy().await.map_err(JobError::retry)? {
            return Ok(Done::Again(environment.clock.now().plus(INTERVAL)));
        }
    }
    Ok(Done::Again(environment.clock.now()))
}
