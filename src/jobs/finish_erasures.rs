//! Finishes the erasures whose rows are gone, all together, and looks that none was forgotten.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::db::erasures::{self, Step};
use crate::db::jobs::{self, Claimed, JobKind, NewJob};
use crate::db::{Conn, DbError};

/// How often it looks for erasures that nobody works on.
pub const INTERVAL: Duration = Duration::from_secs(3_600);
/// Erasures that are taken on again at once.
const FORGOTTEN_MAX: i64 = 500;

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    environment.eraser.finish().await.map_err(JobError::retry)?;
    let now = environment.clock.now();
    environment.db.write(move |tx| take_up(tx, now)).await.map_err(JobError::retry)?;
    Ok(Done::Again(now.plus(INTERVAL)))
}

/// An erasure that has begun must end, even if its job was buried.
fn take_up(tx: &mut Conn, now: crate::clock::Timestamp) -> Result<(), DbError> {
    for row in erasures::list(tx, FORGOTTEN_MAX)? {
        let has_its_rows = matches!(row.step.parse(), Ok(Step::Frozen | Step::Prepared | Step::Shredded));
        let is_job = |job: &jobs::JobRow| job.kind == JobKind::Erase.as_str();
        if has_its_rows && !jobs::of_tenant(tx, row.tenant_id)?.iter().any(is_job) {
            let (kind, discriminator) = (JobKind::Erase, "resume".to_owned());
            let job = NewJob { kind, tenant: row.tenant_id, generation: 0, discriminator, run_at: now };
            jobs::enqueue(tx, now, &job)?;
        }
    }
    Ok(())
}
