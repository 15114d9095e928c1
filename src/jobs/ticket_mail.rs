//! Sends one mail about a ticket: claimed before it is sent, so that whoever gets it twice after a crash can tell that it is
//! one. The discriminator of the job is the mail's id.

use std::time::Duration;

use super::{ATTEMPTS_MAX, Done, Environment, JobError};
use crate::db::jobs::Claimed;
use crate::error::Error;
use crate::mail::MailError;

/// The pause after the last of the attempts that a job has: the mail is tried until its ticket goes.
const LONG_PAUSE: Duration = Duration::from_secs(3_600);

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let (attempt, now) = (job.attempt, environment.clock.now());
    match attempt_once(environment, job).await {
        Err(JobError::Retry(error)) if attempt >= ATTEMPTS_MAX => {
            tracing::error!(%error, attempt, "a mail about a report still cannot be sent; it is tried again in an hour");
            Ok(Done::Again(now.plus(LONG_PAUSE)))
        }
        other => other,
    }
}

async fn attempt_once(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let mail =
        job.discriminator.parse().map_err(|_| JobError::Fail(anyhow::anyhow!("not the id of a mail")))?;
    let claimed = environment.tickets.claim_mail(job.tenant, mail).await.map_err(|error| retry(&error))?;
    let Some(outgoing) = claimed else { return Ok(Done::Finished) };
    let is_delivered = match environment.mailer.send(&outgoing.mail).await {
        Ok(delivered) => !delivered.refused.contains(&outgoing.mail.to),
        Err(MailError::Undeliverable(_)) => false,
        Err(error @ MailError::Malformed) => return Err(JobError::Fail(error.into())),
        Err(error) => return Err(JobError::retry(error)),
    };
    match (is_delivered, outgoing.is_to_staff()) {
        (true, _) => {}
        (false, true) => {
            tracing::error!(tenant.id = %job.tenant, "the address of our support does not take mail; a report waits in the console alone");
        }
        (false, false) => {
            tracing::warn!(tenant.id = %job.tenant, "the address of a reporter does not take mail");
        }
    }
    environment.tickets.settle_mail(&outgoing, is_delivered).await.map_err(|error| retry(&error))?;
    Ok(Done::Finished)
}

/// The cause, which an [`Error`] keeps from clients and not from operators.
fn retry(error: &Error) -> JobError {
    JobError::Retry(anyhow::anyhow!(error.log_line()))
}
