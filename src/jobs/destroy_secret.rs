//! Destroys the key of one shared secret, once the tenant's row no longer needs it.

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;
use crate::db::{DbError, Id, tenants};

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let key_id: Id =
        job.discriminator.parse().map_err(|_| JobError::Fail(anyhow::anyhow!("not a key id")))?;
    let tenant = job.tenant;
    let row = environment.db.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, tenant)?)).await;
    if let Some(row) = row.map_err(JobError::retry)? {
        if row.secret_key_id == Some(key_id) {
            return Ok(Done::Finished);
        }
        let until = row.former_secret_until.filter(|_| row.former_secret_key_id == Some(key_id));
        if let Some(until) = until
            && environment.clock.now() < until.into()
        {
            return Ok(Done::Again(until.into()));
        }
    }
    environment.vault.destroy_secret_key(tenant, key_id).await.map_err(JobError::retry)?;
    Ok(Done::Finished)
}
