//! Tells the product whose account ids are stored of a tenant, some at a time, and does what it answers: whoever has closed their
//! account is forgotten. Each job stands for one portion and asks for the next, so a crash repeats one portion at most.
//!
//! A job is run when its time has come, by whoever has something that proves us to the product: the worker, where the tenant has a
//! secret; otherwise the product's own call of the day, which brings a token along that is stored nowhere.

use std::time::Duration;

use data_encoding::HEXLOWER;

use super::Tickets;
use super::people::{Person, next_cycle};
use crate::clock::{Stopwatch, Timestamp};
use crate::db::jobs::{self, Claimed, JobKind, NewJob};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::product::{AT_ONCE, AccountStatus, AccountsOffice, NoAnswer, Reported, StoredAccount};
use crate::vault::VaultError;

/// From one portion to the next.
const APART: Duration = Duration::from_secs(600);
/// A host that does not answer is asked again after this time, as long as it takes.
const AGAIN: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// How long whoever runs jobs beside the worker holds one.
const LEASE: Duration = Duration::from_secs(60);

impl Tickets {
    /// Reports the portion that a job stands for. Returns when to run the job again; `None` when it is done.
    pub async fn report_accounts(
        &self,
        job: &Claimed,
        office: Option<&dyn AccountsOffice>,
    ) -> Result<Option<Timestamp>, Error> {
        let now = self.clock.now();
        let Some(office) = office else {
            // The product's own call is an occasion before that. Whoever has left is erased, or comes back.
            return Ok(Some(now.plus(DAY)));
        };
        match self.portion(job, office).await? {
            Ok(next) => Ok(next),
            Err(silence) => Ok(Some(now.plus(wait(&silence)))),
        }
    }

    /// Reports what is due of a tenant within a day, for at most about so long: what is left waits for the next occasion.
    pub async fn report_accounts_now(
        &self,
        tenant: Id,
        office: &dyn AccountsOffice,
        budget: Duration,
    ) -> Result<(), Error> {
        let watch = Stopwatch::start();
        let mut is_begun = false;
        while watch.elapsed() < budget {
            let Some(job) = self.claim_report(tenant, is_begun).await? else { break };
            is_begun = true;
            let portion = self.portion(&job, office).await;
            let is_answered = matches!(portion, Ok(Ok(_)));
            self.settle_report(job, portion).await?;
            if !is_answered {
                break;
            }
        }
        Ok(())
    }

    /// Takes a job of this tenant that is due within a day; once begun, only one that goes on after somebody.
    async fn claim_report(&self, tenant: Id, is_begun: bool) -> Result<Option<Claimed>, Error> {
        let now = self.clock.now();
        let claim = move |tx: &mut Conn| {
            let until = (now.plus(DAY), now.plus(LEASE));
            Ok::<_, DbError>(jobs::claim_one(tx, JobKind::ReportAccounts, tenant, is_begun, now, until)?)
        };
        Ok(self.db.write(claim).await?)
    }

    async fn settle_report(
        &self,
        job: Claimed,
        portion: Result<Result<Option<Timestamp>, NoAnswer>, Error>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let run_at = match &portion {
            Ok(Ok(next)) => *next,
            // The worker may have another way, at the time that stood before.
            _ if job.run_at > now => Some(job.run_at),
            Ok(Err(silence)) => Some(now.plus(wait(silence))),
            Err(_) => Some(now.plus(AGAIN)),
        };
        let settle = move |tx: &mut Conn| match run_at {
            Some(run_at) => Ok::<_, DbError>(jobs::put_back(tx, &job, run_at, None)?),
            None => Ok(jobs::complete(tx, &job)?),
        };
        self.db.write(settle).await?;
        portion.map(drop)
    }

    async fn portion(
        &self,
        job: &Claimed,
        office: &dyn AccountsOffice,
    ) -> Result<Result<Option<Timestamp>, NoAnswer>, Error> {
        let now = self.clock.now();
        let after = HEXLOWER
            .decode(job.discriminator.as_bytes())
            .map_err(|error| Error::new(Code::Internal).because(error))?;
        let is_first = after.is_empty();
        let people = self.people_left(job.tenant, (!is_first).then_some(after)).await?;
        let Some(last) = people.last() else { return Ok(Ok(None)) };
        let accounts: Vec<_> = people
            .iter()
            .filter(|person| is_account_id(&person.account_id))
            .map(|person| StoredAccount { account_id: person.account_id.clone(), since: person.since })
            .collect();
        let reported = match accounts.is_empty() {
            true => Reported::default(),
            false => match office.report(&accounts).await {
                Ok(reported) => reported,
                Err(silence) => {
                    log(job.tenant, &silence);
                    return Ok(Err(silence));
                }
            },
        };
        self.obey(job.tenant, &people, &reported).await?;
        if people.len() == usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
            self.go_on(job.tenant, &last.place, now).await?;
        }
        Ok(Ok(is_first.then(|| next_cycle(job.tenant, now, reported.cycle_days))))
    }

    async fn people_left(&self, tenant: Id, after: Option<Vec<u8>>) -> Result<Vec<Person>, Error> {
        match self.people(tenant, after, AT_ONCE).await {
            Ok(people) => Ok(people),
            // Of a tenant that was erased meanwhile there is nobody left to be reported.
            Err(error) => match self.vault.data_key(tenant).await {
                Err(VaultError::Shredded) => Ok(Vec::new()),
                _ => Err(error),
            },
        }
    }

    /// Does what the product says of those who were reported, and of nobody else.
    async fn obey(&self, tenant: Id, people: &[Person], reported: &Reported) -> Result<(), Error> {
        for (account_id, status) in &reported.verdicts {
            if !people.iter().any(|person| person.account_id == *account_id) {
                continue;
            }
            let count = match status {
                AccountStatus::Closed => self.account_closed(tenant, account_id).await,
                AccountStatus::Updated => self.account_updated(tenant, account_id).await,
                AccountStatus::Other => Ok(0),
            };
            let count = match count {
                // The erasure of the tenant has begun, and takes everybody along.
                Err(error) if error.code() == Code::StateChanged => return Ok(()),
                other => other?,
            };
            if *status == AccountStatus::Closed {
                tracing::info!(tenant.id = %tenant, count, "an account was closed, and its reports are gone");
            }
        }
        Ok(())
    }

    async fn go_on(&self, tenant: Id, place: &[u8], now: Timestamp) -> Result<(), Error> {
        let (discriminator, run_at) = (HEXLOWER.encode(place), now.plus(APART));
        let job = NewJob { kind: JobKind::ReportAccounts, tenant, generation: 0, discriminator, run_at };
        let enqueue = move |tx: &mut Conn| Ok::<_, DbError>(jobs::enqueue(tx, now, &job)?);
        Ok(self.db.write(enqueue).await?)
    }
}

/// Longer ids are no account ids, nor are those of other letters: one such id would have the whole report refused.
const ID_MAX: usize = 128;

fn is_account_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-');
    (1..=ID_MAX).contains(&text.len()) && text.bytes().all(is_plain) && text != "unknown"
}

/// When to ask again whoever did not take the report. It never ends: the accounts are stored all the same.
fn wait(silence: &NoAnswer) -> Duration {
    match silence {
        NoAnswer::Busy(wait) => *wait,
        NoAnswer::Away(_) => AGAIN,
        NoAnswer::Unproven | NoAnswer::Refused(_) | NoAnswer::Fault(_) => DAY,
    }
}

fn log(tenant: Id, silence: &NoAnswer) {
    if matches!(silence, NoAnswer::Refused(_) | NoAnswer::Fault(_)) {
        // It does not get better by asking soon, and somebody has to look.
        tracing::error!(tenant.id = %tenant, error = %silence, "the product does not take the report of stored accounts");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_account_id_is_not_reported() {
        for right in ["5be24ad8b1653240376955d2", "712020:5b10a284-4c20", &"a".repeat(128)] {
            assert!(is_account_id(right), "{right}");
        }
        for wrong in ["", "unknown", "a b", "ä", "a/b", &"a".repeat(129)] {
            assert!(!is_account_id(wrong), "{wrong:?}");
        }
    }
}
