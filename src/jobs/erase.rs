//! Erases a tenant whose time has come: the first half, step by step. The second half is `finish_erasures`.

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;
use crate::erasure::Progress;

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    loop {
        match environment.eraser.advance(job.tenant, job.generation).await.map_err(JobError::retry)? {
            Progress::Next => {}
            Progress::Wait(at) => return Ok(Done::Again(at)),
            Progress::Nothing | Progress::Deleted => return Ok(Done::Finished),
        }
    }
}
