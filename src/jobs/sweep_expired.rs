//! Deletes operation data whose time is over, in bounded batches found by an index: the cost grows with what is due.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;
use crate::db::{DbError, webhooks};

/// How often it looks; well within the policy's sweep lag.
pub const INTERVAL: Duration = Duration::from_secs(600);
const BATCH: i64 = 500;

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    let now = environment.clock.now();
    loop {
        let gone =
            environment.db.write(move |tx| Ok::<_, DbError>(webhooks::delete_expired(tx, now, BATCH)?));
        if gone.await.map_err(JobError::retry)? == 0 {
            return Ok(Done::Again(now.plus(INTERVAL)));
        }
    }
}
