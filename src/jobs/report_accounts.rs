//! Tells a tenant's host whose account ids are stored, some at a time, and does what it answers: whoever has closed their account
//! is forgotten. Each job reports one portion and asks for the next, so a crash repeats one portion at most.

use std::time::Duration;

use data_encoding::HEXLOWER;

use super::{Done, Environment, JobError};
use crate::auth::site_of;
use crate::clock::Timestamp;
use crate::connect::host::{HostError, Site};
use crate::connect::report_accounts::{self, AT_ONCE, Account, Reported, Status};
use crate::db::jobs::{self, Claimed, JobKind, NewJob};
use crate::db::{Conn, DbError, Id};
use crate::error::Code;
use crate::policy::AccountUse;
use crate::tickets::people::{Person, next_cycle};
use crate::vault::VaultError;

/// From one portion to the next.
const APART: Duration = Duration::from_secs(600);
/// A host that does not answer is asked again after this time, as long as it takes.
const AGAIN: Duration = Duration::from_secs(3_600);

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let now = environment.clock.now();
    let after =
        HEXLOWER.decode(job.discriminator.as_bytes()).map_err(|error| JobError::Fail(error.into()))?;
    let is_first = after.is_empty();
    let people = people(&environment, job.tenant, (!is_first).then_some(after)).await?;
    let Some(last) = people.last() else { return Ok(Done::Finished) };
    let Some(site) = site(&environment, job.tenant).await? else {
        // Whoever has left is not asked any more. Should they come back, it goes on; otherwise they are erased.
        return Ok(if is_first { Done::Again(next_cycle(job.tenant, now, None)) } else { Done::Finished });
    };
    let accounts: Vec<_> =
        people.iter().filter_map(|person| Account::new(&person.account_id, person.since)).collect();
    let reported = if accounts.is_empty() {
        Reported::default()
    } else {
        match report_accounts::report(&environment.host, &site, &accounts).await {
            Ok(reported) => reported,
            Err(error) => return Ok(Done::Again(later(&job, now, &error))),
        }
    };
    obey(&environment, job.tenant, &people, &reported).await?;
    if people.len() == usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
        go_on(&environment, job.tenant, &last.place, now).await?;
    }
    let next = next_cycle(job.tenant, now, reported.cycle_days);
    Ok(if is_first { Done::Again(next) } else { Done::Finished })
}

async fn people(
    environment: &Environment,
    tenant: Id,
    after: Option<Vec<u8>>,
) -> Result<Vec<Person>, JobError> {
    match environment.tickets.people(tenant, after, AT_ONCE).await {
        Ok(people) => Ok(people),
        Err(error) => nothing_left(environment, tenant).await?.ok_or_else(|| JobError::retry(error)),
    }
}

/// Of a tenant that was erased meanwhile there is nobody left to be reported.
async fn nothing_left<T: Default>(environment: &Environment, tenant: Id) -> Result<Option<T>, JobError> {
    match environment.vault.data_key(tenant).await {
        Err(VaultError::Shredded) => Ok(Some(T::default())),
        Err(error) => Err(JobError::retry(error)),
        Ok(_) => Ok(None),
    }
}

/// Where to call; `None` for a tenant that is gone, or whose secret is.
async fn site(environment: &Environment, tenant: Id) -> Result<Option<Site>, JobError> {
    let known = environment.tenancy.find_by_id(tenant).await.map_err(JobError::retry)?;
    Ok(known.and_then(|known| site_of(&known, AccountUse::TalkingToTheInstance).ok()))
}

/// Does what the host says of those who were reported, and of nobody else.
async fn obey(
    environment: &Environment,
    tenant: Id,
    people: &[Person],
    reported: &Reported,
) -> Result<(), JobError> {
    let tickets = &environment.tickets;
    for verdict in &reported.verdicts {
        if !people.iter().any(|person| person.account_id == verdict.account_id) {
            continue;
        }
        let count = match verdict.status {
            Status::Closed => tickets.account_closed(tenant, &verdict.account_id).await,
            Status::Updated => tickets.account_updated(tenant, &verdict.account_id).await,
            Status::Other => Ok(0),
        };
        let count = match count {
            // The erasure of the tenant has begun, and takes everybody along.
            Err(error) if error.code() == Code::StateChanged => return Ok(()),
            other => other.map_err(JobError::retry)?,
        };
        if verdict.status == Status::Closed {
            tracing::info!(tenant.id = %tenant, count, "an account was closed, and its reports are gone");
        }
    }
    Ok(())
}

async fn go_on(environment: &Environment, tenant: Id, place: &[u8], now: Timestamp) -> Result<(), JobError> {
    let (discriminator, run_at) = (HEXLOWER.encode(place), now.plus(APART));
    let job = NewJob { kind: JobKind::ReportAccounts, tenant, generation: 0, discriminator, run_at };
    let enqueue = move |tx: &mut Conn| Ok::<_, DbError>(jobs::enqueue(tx, now, &job)?);
    environment.db.write(enqueue).await.map_err(JobError::retry)
}

/// When to ask again a host that did not take the report. It never ends: the accounts are stored all the same.
fn later(job: &Claimed, now: Timestamp, error: &HostError) -> Timestamp {
    match error {
        HostError::Busy(wait) => now.plus(*wait),
        HostError::Unreachable(_) | HostError::Status(500..) => now.plus(AGAIN),
        error => {
            // It does not get better by asking soon, and somebody has to look.
            tracing::error!(tenant.id = %job.tenant, %error, "a host does not take the report of stored accounts");
            now.plus(AGAIN * 24)
        }
    }
}
