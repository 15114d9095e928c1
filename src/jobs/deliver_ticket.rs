//! Brings what another system has of a ticket up to date. The discriminator is `<sink>:<ticket's id>`.

use super::{ATTEMPTS_MAX, Done, Environment, JobError};
use crate::clock::Timestamp;
use crate::db::jobs::Claimed;
use crate::sinks::jsm::JsmError;
use crate::sinks::{Next, SinkError};
use std::time::Duration;

/// The pause after the last of the attempts that a job has: a ticket is tried until it goes.
const LONG_PAUSE: Duration = Duration::from_secs(3_600);

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let wrong = || JobError::Fail(anyhow::anyhow!("not the name of a system and the id of a ticket"));
    let (sink, ticket) = job.discriminator.split_once(':').ok_or_else(wrong)?;
    let ticket = ticket.parse().map_err(|_| wrong())?;
    let now = environment.clock.now();
    let failures = u32::try_from(job.attempt - 1).unwrap_or(0);
    let next = environment.sinks.deliver(job.tenant, ticket, sink, (now, failures)).await;
    ended(next, &job, now)
}

/// How a job about a copy ends: what is asked of us is obeyed, and nothing is given up.
pub fn ended(next: Result<Next, SinkError>, job: &Claimed, now: Timestamp) -> Result<Done, JobError> {
    match next {
        Ok(Next::Nothing) => Ok(Done::Finished),
        Ok(Next::At(at)) => Ok(Done::Again(at)),
        Err(SinkError::Jsm(JsmError::Busy(wait))) => Ok(Done::Again(now.plus(wait))),
        Err(error) if job.attempt >= ATTEMPTS_MAX => {
            tracing::error!(tenant.id = %job.tenant, %error, "another system still cannot be told of a ticket; it is tried again in an hour");
            Ok(Done::Again(now.plus(LONG_PAUSE)))
        }
        Err(error) => Err(JobError::retry(error)),
    }
}
