//! Removes keys that no tenant ever came to use: a crash between the key and the row leaves one behind.

use std::collections::HashMap;
use std::time::Duration;

use super::{Done, Environment, JobError, retire_keys};
use crate::db::jobs::Claimed;
use crate::db::{DbError, Id, tenants};

/// How often it looks.
pub const INTERVAL: Duration = Duration::from_secs(3_600);
/// A key younger than this may belong to an installation that is still under way.
const AGE_MIN: Duration = Duration::from_secs(3_600);
const PAGE: i64 = 500;
/// More orphans than this at once are no crash but a wrong database: nothing is removed, somebody must look.
const ORPHANS_MAX: usize = 200;

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    retire_keys::run(&environment).await?;
    let tenants_gone = orphan_data_keys(&environment).await?;
    let secrets_gone = orphan_secret_keys(&environment).await?;
    if tenants_gone.len() + secrets_gone.len() > ORPHANS_MAX {
        let count = tenants_gone.len() + secrets_gone.len();
        return Err(JobError::Fail(anyhow::anyhow!(
            "{count} keys without a tenant: is this the right database?"
        )));
    }
    for (tenant, key) in secrets_gone {
        environment.vault.destroy_secret_key(tenant, key).await.map_err(JobError::retry)?;
    }
    for tenant in tenants_gone {
        environment.vault.shred(tenant).await.map_err(JobError::retry)?;
    }
    Ok(Done::Again(environment.clock.now().plus(INTERVAL)))
}

/// Tenants that have a data key and no row.
async fn orphan_data_keys(environment: &Environment) -> Result<Vec<Id>, JobError> {
    let (mut orphans, mut after) = (Vec::new(), Id::NONE);
    loop {
        let owners =
            environment.vault.data_key_owners(after, AGE_MIN, PAGE).await.map_err(JobError::retry)?;
        let Some(last) = owners.last() else { return Ok(orphans) };
        after = *last;
        let asked = owners.clone();
        let standing =
            environment.db.read(move |conn| Ok::<_, DbError>(tenants::existing(conn, &asked)?)).await;
        let standing = standing.map_err(JobError::retry)?;
        orphans.extend(owners.into_iter().filter(|owner| !standing.contains(owner)));
    }
}

/// Secret keys that no row names.
async fn orphan_secret_keys(environment: &Environment) -> Result<Vec<(Id, Id)>, JobError> {
    let (mut orphans, mut after) = (Vec::new(), Id::NONE);
    loop {
        let keys = environment.vault.secret_keys(after, AGE_MIN, PAGE).await.map_err(JobError::retry)?;
        let Some((_, last)) = keys.last() else { return Ok(orphans) };
        after = *last;
        let asked: Vec<Id> = keys.iter().map(|(tenant, _)| *tenant).collect();
        let named =
            environment.db.read(move |conn| Ok::<_, DbError>(tenants::secret_key_ids(conn, &asked)?)).await;
        let named: HashMap<Id, [Option<Id>; 2]> = named.map_err(JobError::retry)?.into_iter().collect();
        let is_named = |tenant: &Id, key: Id| named.get(tenant).is_some_and(|ids| ids.contains(&Some(key)));
        orphans.extend(keys.into_iter().filter(|(tenant, key)| !is_named(tenant, *key)));
    }
}
