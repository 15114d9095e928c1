//! Tells others of an erasure: processors, which are to delete theirs, and the customer, when everything is gone.
//!
//! A mail that is not known to have left is sent again: it has the same `Message-ID` and the same bytes, so that whoever gets it
//! twice can tell that it is one. Nothing here is waited for by the erasure itself.

mod mails;

use std::time::Duration;

use super::{ATTEMPTS_MAX, Done, Environment, JobError};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::jobs::Claimed;
use crate::db::processor_erasures::RequestRow;
use crate::erasure::{Ask, EraseError, ask};
use crate::mail::MailError;

/// The pause after the last of the attempts that a job has: it is never given up while somebody is to be told.
const LONG_PAUSE: Duration = Duration::from_secs(3_600);
/// How often it is tried again with an address that does not take mail.
const TRY_AGAIN: Duration = Duration::from_secs(86_400);

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let tenant: Id =
        job.discriminator.parse().map_err(|_| JobError::Fail(anyhow::anyhow!("not the id of a tenant")))?;
    match follow(&environment, tenant).await {
        Err(JobError::Retry(error)) if job.attempt >= ATTEMPTS_MAX => {
            tracing::error!(%error, attempt = job.attempt, "others still cannot be told of an erasure; it is tried again in an hour");
            Ok(Done::Again(environment.clock.now().plus(LONG_PAUSE)))
        }
        other => other,
    }
}

async fn follow(environment: &Environment, tenant: Id) -> Result<Done, JobError> {
    let (mut next, mut failed) = (None, None);
    for request in environment.eraser.requests(tenant).await.map_err(JobError::retry)? {
        // One that cannot be told holds up nobody else.
        match pursue(environment, &request).await {
            Ok(at) => next = earliest(next, at),
            Err(error) => failed = Some(error),
        }
    }
    if let Err(error) = say_farewell(environment, tenant).await {
        failed = Some(error);
    }
    environment.eraser.settle(tenant).await.map_err(JobError::retry)?;
    match (failed, next) {
        (Some(error), _) => Err(error),
        (None, Some(at)) => Ok(Done::Again(at)),
        (None, None) => Ok(Done::Finished),
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Does what is due for one processor, until nothing is. Returns when to look again.
async fn pursue(environment: &Environment, request: &RequestRow) -> Result<Option<Timestamp>, JobError> {
    let mut request = request.clone();
    loop {
        let now = environment.clock.now();
        match ask(&request, now) {
            Ask::Nothing => return Ok(None),
            Ask::Wait(at) => return Ok(Some(at)),
            Ask::Alarm => {
                let is_first = environment.eraser.silent(&request).await.map_err(JobError::retry)?;
                // Of copies of tickets each raises its own.
                if is_first && request.sink.is_none() {
                    alarm(environment, &request);
                }
                return Ok(None);
            }
            Ask::Tell | Ask::Again => {
                let again = request.told_at.is_some();
                if !tell(environment, &request, again).await? {
                    return Ok(Some(now.plus(TRY_AGAIN).min(request.due_at.into())));
                }
                environment.eraser.told(&request, again).await.map_err(JobError::retry)?;
                let told = Some(now.into());
                (request.told_at, request.told_again_at) =
                    if again { (request.told_at, told) } else { (told, None) };
            }
        }
    }
}

fn alarm(environment: &Environment, request: &RequestRow) {
    environment.metrics.processor_silent();
    tracing::error!(
        tenant.id = %request.tenant_id, processor = request.processor,
        "a processor has not confirmed an erasure in time: ask it, then `kept erasures acknowledge`"
    );
}

/// Mails a processor. False when its address does not take mail, or is known no more: its time goes on.
async fn tell(environment: &Environment, request: &RequestRow, again: bool) -> Result<bool, JobError> {
    let Some(mail) = mails::request(environment, request, again).await? else {
        tracing::error!(tenant.id = %request.tenant_id, processor = request.processor, "the policy no longer says how this processor is told");
        return Ok(false);
    };
    match environment.mailer.send(&mail).await {
        Ok(_) => {
            environment.metrics.processor_told();
            tracing::info!(tenant.id = %request.tenant_id, processor = request.processor, "a processor was told of an erasure");
            Ok(true)
        }
        Err(MailError::Undeliverable(_)) => {
            tracing::error!(tenant.id = %request.tenant_id, processor = request.processor, "a processor's address does not take mail");
            Ok(false)
        }
        Err(error @ MailError::Malformed) => Err(JobError::Fail(error.into())),
        Err(error) => Err(JobError::retry(error)),
    }
}

/// Tells the customer that everything is gone, once there is a receipt. The address goes with the mail.
async fn say_farewell(environment: &Environment, tenant: Id) -> Result<(), JobError> {
    let farewell = match environment.eraser.farewell(tenant).await {
        Ok(Some(farewell)) => farewell,
        Ok(None) => return Ok(()),
        // Its time was over, and the key with it.
        Err(EraseError::Vault(crate::vault::VaultError::Shredded)) => return Ok(()),
        Err(error) => return Err(JobError::retry(error)),
    };
    let mail = mails::farewell(environment, &farewell)?;
    match environment.mailer.send(&mail).await {
        Ok(_) => tracing::info!(tenant.id = %tenant, "the customer was told that everything is gone"),
        Err(MailError::Undeliverable(_)) => {
            tracing::warn!(tenant.id = %tenant, "the customer cannot be told that everything is gone: the contact does not take mail");
        }
        Err(error @ MailError::Malformed) => return Err(JobError::Fail(error.into())),
        Err(error) => return Err(JobError::retry(error)),
    }
    environment.eraser.said_farewell(tenant).await.map_err(JobError::retry)
}
