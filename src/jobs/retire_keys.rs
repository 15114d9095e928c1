//! Destroys keys that open nothing any more: former keys for links, and keys of erasures of which everybody has been told.

use std::time::Duration;

use super::{Environment, JobError};
use crate::db::{Conn, DbError, Id, links, processor_erasures, ticket_links};

/// A former key may still sign for this long after it was replaced: each process looks for new ones once a minute.
const SIGNS_STILL: Duration = Duration::from_secs(3_600);
/// A key younger than this may belong to an erasure whose rows are about to be written.
const AGE_MIN: Duration = Duration::from_secs(3_600);
const PAGE: i64 = 500;

pub async fn run(environment: &Environment) -> Result<(), JobError> {
    retire_link_keys(environment).await?;
    retire_erasure_keys(environment).await
}

/// A former key lives as long as a link that it has signed: their lives come from the policy, and a link that is over is swept.
async fn retire_link_keys(environment: &Environment) -> Result<(), JobError> {
    let now = environment.clock.now();
    for (key_id, replaced_at) in environment.vault.former_link_keys().await.map_err(JobError::retry)? {
        let look = move |conn: &mut Conn| is_needed(conn, key_id.into());
        let is_over = now >= replaced_at.plus(SIGNS_STILL);
        if is_over && !environment.db.read(look).await.map_err(JobError::retry)? {
            environment.vault.destroy_link_key(key_id).await.map_err(JobError::retry)?;
            tracing::info!("a former key for links was destroyed: all of its links are over");
        }
    }
    Ok(())
}

fn is_needed(conn: &mut Conn, key_id: i64) -> Result<bool, DbError> {
    Ok(links::is_any_signed_by(conn, key_id)?
        || ticket_links::is_any_signed_by(conn, key_id)?
        || processor_erasures::is_any_signed_by(conn, key_id)?)
}

/// The job that ends an erasure destroys its key; a crash, or rows that have expired, may leave one behind.
async fn retire_erasure_keys(environment: &Environment) -> Result<(), JobError> {
    let mut after = Id::NONE;
    loop {
        let owners =
            environment.vault.erasure_key_owners(after, AGE_MIN, PAGE).await.map_err(JobError::retry)?;
        let Some(last) = owners.last() else { return Ok(()) };
        after = *last;
        let asked = owners.clone();
        let needed = environment.db.read(move |conn| needed(conn, &asked)).await.map_err(JobError::retry)?;
        for tenant in owners.into_iter().filter(|owner| !needed.contains(owner)) {
            environment.vault.destroy_erasure_key(tenant).await.map_err(JobError::retry)?;
        }
    }
}

/// Those with something sealed under the key, and those whose erasure is still under way.
fn needed(conn: &mut Conn, tenants: &[Id]) -> Result<Vec<Id>, DbError> {
    let mut needed = processor_erasures::with_sealed(conn, tenants)?;
    needed.extend(crate::db::tenants::existing(conn, tenants)?);
    Ok(needed)
}
