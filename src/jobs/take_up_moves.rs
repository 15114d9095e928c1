//! Looks for moves to another deployment, or from one, that nobody works on.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;

/// A tenant that moves is held, so it is looked for more often than what only takes its time.
pub const INTERVAL: Duration = Duration::from_secs(600);

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    environment.moves.take_up().await.map_err(JobError::retry)?;
    Ok(Done::Again(environment.clock.now().plus(INTERVAL)))
}
