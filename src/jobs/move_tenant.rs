//! Does the next steps of a tenant's move to another deployment, or from one. The job belongs to no tenant: the tenant's own jobs go
//! along with it.

use super::{Done, Environment, JobError};
use crate::db::Id;
use crate::db::jobs::Claimed;
use crate::moves::Progress;

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let id: Id = job
        .discriminator
        .parse()
        .map_err(|_| JobError::Fail(anyhow::anyhow!("the discriminator names no move")))?;
    match environment.moves.advance(id).await.map_err(JobError::retry)? {
        Progress::Over => Ok(Done::Finished),
        Progress::Again(at) => Ok(Done::Again(at)),
    }
}
