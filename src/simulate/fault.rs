//! Faults that can be planted, to see that the simulation finds them: the program itself stays as it is, and one of its
//! handlers is replaced.

use clap::ValueEnum;

use crate::api::Services;
use crate::app;
use crate::db::jobs::{Claimed, JobKind};
use crate::db::{DbError, Schema, expiry};
use crate::jobs::{self, Done, Environment, Handler, JobError, Worker};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// The sweeper forgets the events of the product.
    SweeperSkipsEvents,
    /// No notice goes out.
    NoNotices,
    /// Tenants are erased and no receipt is issued: the second half never runs.
    NoReceipts,
}

impl Fault {
    pub fn worker(self, services: &Services) -> Worker {
        let handlers: fn(JobKind) -> Option<Handler> = match self {
            Self::SweeperSkipsEvents => |kind| match kind {
                JobKind::SweepExpired => {
                    Some(|environment, job| Box::pin(sweep_all_but_events(environment, job)))
                }
                other => simulated(other),
            },
            Self::NoNotices => |kind| if kind == JobKind::Notice { None } else { simulated(kind) },
            Self::NoReceipts => |kind| if kind == JobKind::FinishErasures { None } else { simulated(kind) },
        };
        Worker::with(app::environment(services), handlers)
    }
}

/// The program's own handlers, but for those that need a product to talk to: nobody plays one here. Their jobs are put off
/// beyond the end, so that nobody looks at them again and again.
pub fn simulated(kind: JobKind) -> Option<Handler> {
    match kind {
        JobKind::Probe | JobKind::MakeSureOfProbes => Some(|environment, _| {
            Box::pin(async move { Ok(Done::Again(environment.clock.now().plus_years(YEARS_MAX))) })
        }),
        JobKind::TellOfErasure => Some(|environment, job| Box::pin(tell_and_answer(environment, job))),
        other => jobs::handler(other),
    }
}

/// Processors here confirm as soon as they are told.
async fn tell_and_answer(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let (eraser, tenant) = (environment.eraser.clone(), job.discriminator.parse());
    let handler = jobs::handler(JobKind::TellOfErasure);
    let (Some(handler), Ok(tenant)) = (handler, tenant) else { return Ok(Done::Finished) };
    let done = handler(environment, job).await?;
    for request in eraser.requests(tenant).await.map_err(JobError::retry)? {
        let confirmed = eraser.acknowledge(tenant, request.id).await;
        confirmed.map_err(|error| JobError::Retry(anyhow::anyhow!(error.log_line())))?;
    }
    Ok(done)
}

/// Longer than any simulation.
const YEARS_MAX: u32 = 1_000;

async fn sweep_all_but_events(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    let now = environment.clock.now();
    for table in expiry::tables(Schema::Main).filter(|table| table.table != "webhooks") {
        let swept = environment.db.write(move |tx| Ok::<_, DbError>(expiry::delete_due(tx, table, now)?));
        swept.await.map_err(JobError::retry)?;
    }
    Ok(Done::Again(now.plus(std::time::Duration::from_secs(3_600))))
}
