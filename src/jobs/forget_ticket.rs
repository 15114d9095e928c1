//! Deletes the copy of a ticket that is gone, in the system that has it. The discriminator is the id of the erasure.

use super::deliver_ticket::ended;
use super::{Done, Environment, JobError};
use crate::db::Id;
use crate::db::jobs::Claimed;

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let erasure: Id =
        job.discriminator.parse().map_err(|_| JobError::Fail(anyhow::anyhow!("not the id of an erasure")))?;
    let now = environment.clock.now();
    let next = environment.sinks.forget(erasure, now).await;
    if environment.sinks.is_silent(erasure, now).await.map_err(JobError::retry)? {
        environment.metrics.processor_silent();
        tracing::error!(erasure.id = %erasure, "the copy of a ticket is not deleted in time in another system: look there");
    }
    ended(next, &job, now)
}
