//! Removes keys that no tenant ever came to use: a crash between the key and the row leaves one behind.
//!
//! Each run looks at the keys made since the last one, so that its cost does not grow with the number of tenants. Once a
//! week all keys are looked at: a key may lose its owner later, when the job that was to destroy it is dead.

use std::collections::HashMap;
use std::time::Duration;

use super::{Done, Environment, JobError, retire_keys};
use crate::clock::Timestamp;
use crate::db::jobs::Claimed;
use crate::db::keyring::{Aged, Ages};
use crate::db::{DbError, Id, deployment, tenants};

/// How often it looks.
pub const INTERVAL: Duration = Duration::from_secs(3_600);
/// A key younger than this may belong to an installation that is still under way.
const AGE_MIN: Duration = Duration::from_secs(3_600);
/// How often all keys are looked at.
const ALL_EVERY: Duration = Duration::from_secs(168 * 3_600);
const PAGE: i64 = 500;
/// More orphans than this at once are no crash but a wrong database: nothing is removed, somebody must look.
const ORPHANS_MAX: usize = 200;
/// The names under which is remembered until when keys were looked at, and when all of them were.
const LOOKED_UNTIL: &str = "orphans.looked_until";
const LOOKED_AT_ALL: &str = "orphans.looked_at_all";

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    retire_keys::run(&environment).await?;
    let now = environment.clock.now();
    let ages = ages(&environment, now).await.map_err(JobError::retry)?;
    let tenants_gone = orphan_data_keys(&environment, ages).await?;
    let secrets_gone = orphan_secret_keys(&environment, ages).await?;
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
    remember(&environment, ages, now).await.map_err(JobError::retry)?;
    Ok(Done::Again(now.plus(INTERVAL)))
}

/// Which keys this run looks at. A clock that went back makes it look at all of them.
async fn ages(environment: &Environment, now: Timestamp) -> Result<Ages, DbError> {
    let before = now.minus(AGE_MIN);
    let (until, all) = environment
        .db
        .read(|conn| {
            let value = |conn: &mut _, name| deployment::value(conn, name);
            Ok::<_, DbError>((value(conn, LOOKED_UNTIL)?, value(conn, LOOKED_AT_ALL)?))
        })
        .await?;
    let is_due = all.map(Timestamp::from_millis).is_none_or(|all| all > now || now.since(all) >= ALL_EVERY);
    let from = until.map(Timestamp::from_millis).filter(|until| !is_due && *until <= before);
    Ok(Ages { from, before })
}

/// Remembered when nothing was left to remove: what a run did not finish is looked at again.
async fn remember(environment: &Environment, ages: Ages, now: Timestamp) -> Result<(), DbError> {
    environment
        .db
        .write(move |tx| {
            if ages.from.is_none() {
                deployment::set(tx, LOOKED_AT_ALL, now.as_millis())?;
            }
            Ok::<_, DbError>(deployment::set(tx, LOOKED_UNTIL, ages.before.as_millis())?)
        })
        .await
}

/// Tenants that have a data key and no row.
async fn orphan_data_keys(environment: &Environment, ages: Ages) -> Result<Vec<Id>, JobError> {
    let (mut orphans, mut after) = (Vec::new(), None);
    loop {
        let keys = environment.vault.data_keys_of_age(ages, after, PAGE).await.map_err(JobError::retry)?;
        let Some(last) = keys.last() else { return Ok(orphans) };
        after = Some(*last);
        let owners: Vec<Id> = keys.iter().map(|key| key.tenant).collect();
        let asked = owners.clone();
        let standing =
            environment.db.read(move |conn| Ok::<_, DbError>(tenants::existing(conn, &asked)?)).await;
        let standing = standing.map_err(JobError::retry)?;
        orphans.extend(owners.into_iter().filter(|owner| !standing.contains(owner)));
    }
}

/// Secret keys that no row names.
async fn orphan_secret_keys(environment: &Environment, ages: Ages) -> Result<Vec<(Id, Id)>, JobError> {
    let (mut orphans, mut after) = (Vec::new(), None);
    loop {
        let keys = environment.vault.secret_keys_of_age(ages, after, PAGE).await.map_err(JobError::retry)?;
        let Some(last) = keys.last() else { return Ok(orphans) };
        after = Some(*last);
        let asked: Vec<Id> = keys.iter().map(|key| key.tenant).collect();
        let named =
            environment.db.read(move |conn| Ok::<_, DbError>(tenants::secret_key_ids(conn, &asked)?)).await;
        let named: HashMap<Id, [Option<Id>; 2]> = named.map_err(JobError::retry)?.into_iter().collect();
        let is_named = |key: &Aged| named.get(&key.tenant).is_some_and(|ids| ids.contains(&Some(key.id)));
        orphans.extend(keys.iter().filter(|key| !is_named(key)).map(|key| (key.tenant, key.id)));
    }
}
