//! Mails a notice before a subscription ends, and before an erasure: one for each date, and the same one again when it is
//! not known whether it left.
//!
//! The tenant's row says what is due ([`plan`]). The mail is written and claimed in one transaction ([`claim`]), sent
//! outside of it, and what became of it is stored in another ([`settle`]). After a crash in between, the mail that was
//! claimed is sent again under the same `Message-ID`: whoever gets it twice can tell that it is one.

mod claim;
mod plan;
mod settle;

use std::time::Duration;

use super::{ATTEMPTS_MAX, Done, Environment, JobError};
use crate::db::jobs::Claimed;
use crate::db::notices::NoticeKind;
use crate::error::Error;
use crate::mail::{Delivered, Mail, MailError};
use crate::vault::VaultError;
use claim::{Claim, Claimant, Outgoing};
use settle::{Outcome, Settled};

/// The pause after the last of the attempts that a job has: a notice is never given up while it makes sense.
const LONG_PAUSE: Duration = Duration::from_secs(3_600);
/// From this attempt on, a copy that a server puts off no longer holds the mail itself back.
const PATIENT_ATTEMPTS: i32 = 8;

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let (attempt, now) = (job.attempt, environment.clock.now());
    match attempt_once(environment, job).await {
        // A dead job would wait for an operator, and the erasure would wait for its notice.
        Err(JobError::Retry(error)) if attempt >= ATTEMPTS_MAX => {
            tracing::error!(%error, attempt, "a notice still cannot be sent; it is tried again in an hour");
            Ok(Done::Again(now.plus(LONG_PAUSE)))
        }
        other => other,
    }
}

async fn attempt_once(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let kind: NoticeKind =
        job.discriminator.parse().map_err(|_| JobError::Fail(anyhow::anyhow!("not a kind of notice")))?;
    let Some(claimant) = claimant(&environment, &job, kind).await? else { return Ok(Done::Finished) };
    let settings_version = claimant.settings.version;
    let claimed = environment.db.write(move |tx| claimant.claim(tx)).await.map_err(|error| retry(&error))?;
    let outgoing = match claimed {
        Claim::Nothing => return Ok(Done::Finished),
        Claim::Wait(at) => return Ok(Done::Again(at)),
        Claim::Send(outgoing) => outgoing,
    };
    let outcome = deliver(&environment, &outgoing, job.attempt).await?;
    let is_delivered = matches!(outcome, Outcome::Sent { .. });
    let (policy, now) = (environment.tenancy.shared_policy(), environment.clock.now());
    let settled = environment
        .db
        .write(move |tx| settle::settle(tx, &outgoing, &outcome, settings_version, now, &policy));
    count(&environment, settled.await.map_err(|error| retry(&error))?);
    // Somebody else may be entered until the date: the next look says how long that makes sense.
    Ok(if is_delivered { Done::Finished } else { Done::Again(now) })
}

fn count(environment: &Environment, settled: Settled) {
    if settled.is_sent {
        environment.metrics.notice_sent();
    }
    if settled.is_refused {
        environment.metrics.notice_undeliverable();
    }
}

/// Everything that the claim needs and that cannot be read inside a transaction. `None` when the tenant is gone.
async fn claimant(
    environment: &Environment,
    job: &Claimed,
    kind: NoticeKind,
) -> Result<Option<Claimant>, JobError> {
    let known = match environment.tenancy.find_by_id(job.tenant).await {
        Ok(Some(known)) => known,
        Ok(None) | Err(VaultError::Shredded) => return Ok(None),
        Err(error) => return Err(JobError::retry(error)),
    };
    let settings = environment.tenancy.settings(job.tenant).await.map_err(|error| retry(&error))?;
    let Some(settings) = settings else { return Ok(None) };
    let key = environment.vault.data_key(job.tenant).await.map_err(JobError::retry)?;
    Ok(Some(Claimant {
        tenant: job.tenant,
        generation: job.generation,
        kind,
        now: environment.clock.now(),
        account: known.account,
        settings,
        key,
        vault: environment.vault.clone(),
        policy: environment.tenancy.shared_policy(),
        base_url: environment.base_url.clone(),
    }))
}

async fn deliver(environment: &Environment, outgoing: &Outgoing, attempt: i32) -> Result<Outcome, JobError> {
    let mut sent = environment.mailer.send(&outgoing.mail).await;
    if matches!(sent, Err(MailError::CopyLater(_))) && attempt >= PATIENT_ATTEMPTS {
        let without_copy = Mail { cc: None, ..outgoing.mail.clone() };
        sent = environment.mailer.send(&without_copy).await;
    }
    match sent {
        Ok(Delivered { refused }) => Ok(Outcome::Sent { refused }),
        Err(MailError::Undeliverable(_)) => Ok(Outcome::Undeliverable),
        Err(error @ MailError::Malformed) => Err(JobError::Fail(error.into())),
        Err(error) => Err(JobError::retry(error)),
    }
}

/// The cause, which an [`Error`] keeps from clients and not from operators.
fn retry(error: &Error) -> JobError {
    JobError::Retry(anyhow::anyhow!(error.log_line()))
}
