//! Writes down in the keyring how far a tenant's chain of records goes, some minutes after something was recorded.

use anyhow::anyhow;

use super::{Done, Environment, JobError};
use crate::audit::{self, Anchored};
use crate::db::jobs::Claimed;

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let (db, vault, now) = (&environment.db, &environment.vault, environment.clock.now());
    match audit::anchor(db, vault, job.tenant, now).await.map_err(JobError::retry)? {
        Anchored::Yes | Anchored::Gone => Ok(Done::Finished),
        // Trying again would not bring the rows back: somebody has to look, and to run `kept audit verify`.
        Anchored::Broken => Err(JobError::Fail(anyhow!(
            "records of what staff did are missing, or are not what they were: run kept audit verify"
        ))),
    }
}
