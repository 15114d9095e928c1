//! The worker: takes jobs from the queue and runs their handlers, at least once each.
//!
//! "Do one step" is a function, [`Worker::step`]; the loop only repeats it. A handler says `Retry` or `Fail`; a job whose
//! kind has no handler is held: not claimed, no attempt counted.

mod adopt_policy;
pub mod adopt_retention;
mod anchor_records;
mod deliver_ticket;
mod destroy_secret;
mod drop_orphan_keys;
mod erase;
mod finish_erasures;
mod forget_ticket;
mod make_sure_of_probes;
mod move_tenant;
mod notice;
mod probe;
mod prune_logs;
mod report_accounts;
mod retire_keys;
pub mod sweep_expired;
mod take_up_moves;
mod tell_of_erasure;
mod ticket_mail;
mod watching;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Notify, watch};

use crate::clock::{Clock, Timestamp};
use crate::db::jobs::{self, Claimed, JobKind, NewJob};
use crate::db::{Conn, Db, DbError, DbResult, Id};
use crate::erasure::Eraser;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::moves::Moves;
use crate::operation::Operation;
use crate::product::Product;
use crate::sinks::Sinks;
use crate::staff::Staff;
use crate::telemetry::Retention;
use crate::tenancy::Tenancy;
use crate::tickets::Tickets;
use crate::vault::Vault;
use watching::Watch;
pub use watching::depends_on_time;

/// How long a worker may hold a job; after that another one takes it.
const LEASE: Duration = Duration::from_secs(300);
/// A handler is stopped before its lease ends, so that no job runs twice at once.
const RUN_MAX: Duration = Duration::from_secs(240);
/// How often an idle worker looks, in case nobody woke it.
const IDLE: Duration = Duration::from_secs(1);
/// After this many failed attempts a job is dead.
pub const ATTEMPTS_MAX: i32 = 12;

/// Work that comes back by itself, and how often.
pub const RECURRING: &[(JobKind, Duration)] = &[
    (JobKind::AdoptPolicy, adopt_policy::INTERVAL),
    (JobKind::DropOrphanKeys, drop_orphan_keys::INTERVAL),
    (JobKind::MakeSureOfProbes, make_sure_of_probes::INTERVAL),
    (JobKind::PruneLogs, prune_logs::INTERVAL),
    (JobKind::SweepExpired, sweep_expired::INTERVAL),
    (JobKind::FinishErasures, finish_erasures::INTERVAL),
    (JobKind::AdoptRetention, adopt_retention::INTERVAL),
    (JobKind::TakeUpMoves, take_up_moves::INTERVAL),
];

/// Calls to hosts are made beside everything else, so many at once: a host that is slow holds up no other work.
const CALLS_AT_ONCE: usize = 4;

/// What a handler may use.
#[derive(Clone)]
pub struct Environment {
    pub db: Db,
    pub keyring: Db,
    pub vault: Vault,
    pub tenancy: Tenancy,
    pub staff: Staff,
    pub eraser: Eraser,
    pub mailer: Mailer,
    pub moves: Moves,
    /// What links in mails begin with.
    pub base_url: String,
    pub operation: Operation,
    pub tickets: Tickets,
    pub sinks: Sinks,
    pub clock: Clock,
    pub product: Arc<dyn Product>,
    pub metrics: Metrics,
    pub log_dir: PathBuf,
    pub log_retention: Retention,
}

/// How a job ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Finished,
    /// Nothing to do yet, or again: look at that time.
    Again(Timestamp),
}

/// How a job failed. The handler decides which.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It may work later: the database, the network.
    #[error("{0:#}")]
    Retry(anyhow::Error),
    /// It never will: somebody must look.
    #[error("{0:#}")]
    Fail(anyhow::Error),
}

impl JobError {
    pub fn retry(cause: impl Into<anyhow::Error>) -> Self {
        Self::Retry(cause.into())
    }
}

pub type Running = Pin<Box<dyn Future<Output = Result<Done, JobError>> + Send>>;
pub type Handler = fn(Environment, Claimed) -> Running;

/// Every kind of job, and who runs it.
pub fn handler(kind: JobKind) -> Option<Handler> {
    match kind {
        JobKind::AdoptPolicy => Some(|environment, job| Box::pin(adopt_policy::run(environment, job))),
        JobKind::MakeSureOfProbes => {
            Some(|environment, job| Box::pin(make_sure_of_probes::run(environment, job)))
        }
        JobKind::Probe => Some(|environment, job| Box::pin(probe::run(environment, job))),
        JobKind::DestroySecret => Some(|environment, job| Box::pin(destroy_secret::run(environment, job))),
        JobKind::DropOrphanKeys => Some(|environment, job| Box::pin(drop_orphan_keys::run(environment, job))),
        JobKind::PruneLogs => Some(|environment, job| Box::pin(prune_logs::run(environment, job))),
        JobKind::SweepExpired => Some(|environment, job| Box::pin(sweep_expired::run(environment, job))),
        JobKind::Erase => Some(|environment, job| Box::pin(erase::run(environment, job))),
        JobKind::FinishErasures => Some(|environment, job| Box::pin(finish_erasures::run(environment, job))),
        JobKind::TellOfErasure => Some(|environment, job| Box::pin(tell_of_erasure::run(environment, job))),
        JobKind::Notice => Some(|environment, job| Box::pin(notice::run(environment, job))),
        JobKind::AdoptRetention => Some(|environment, job| Box::pin(adopt_retention::run(environment, job))),
        JobKind::TicketMail => Some(|environment, job| Box::pin(ticket_mail::run(environment, job))),
        JobKind::DeliverTicket => Some(|environment, job| Box::pin(deliver_ticket::run(environment, job))),
        JobKind::ForgetTicket => Some(|environment, job| Box::pin(forget_ticket::run(environment, job))),
        JobKind::ReportAccounts => Some(|environment, job| Box::pin(report_accounts::run(environment, job))),
        JobKind::TakeUpMoves => Some(|environment, job| Box::pin(take_up_moves::run(environment, job))),
        JobKind::Move => Some(|environment, job| Box::pin(move_tenant::run(environment, job))),
        JobKind::AnchorRecords => Some(|environment, job| Box::pin(anchor_records::run(environment, job))),
    }
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many jobs.
    Ran(usize),
    /// Nothing is due.
    Idle,
}

pub struct Worker {
    environment: Environment,
    kinds: Vec<JobKind>,
    handlers: fn(JobKind) -> Option<Handler>,
    watch: Watch,
}

impl Worker {
    pub fn new(environment: Environment) -> Self {
        Self::with(environment, handler)
    }

    /// A worker with handlers of its own, and of those kinds alone.
    pub fn with(environment: Environment, handlers: fn(JobKind) -> Option<Handler>) -> Self {
        let kinds = JobKind::ALL.iter().copied().filter(|kind| handlers(*kind).is_some()).collect();
        Self { environment, kinds, handlers, watch: Watch::default() }
    }

    /// Looks at the clock, and queues the work that comes back by itself.
    pub async fn schedule_recurring(&self) -> DbResult<()> {
        let now = self.environment.clock.now();
        self.watch.is_clock_trusted(&self.environment, now).await?;
        let is_new_policy = self.environment.tenancy.is_other_policy_left().await?;
        let enqueue = move |tx: &mut Conn| {
            for (kind, interval) in RECURRING.iter().copied() {
                let first = match kind {
                    JobKind::AdoptRetention => adopt_retention::AFTER_START,
                    JobKind::AdoptPolicy if is_new_policy => Duration::ZERO,
                    _ => interval,
                };
                let (tenant, discriminator, run_at) = (Id::NONE, String::new(), now.plus(first));
                jobs::enqueue(tx, now, &NewJob { kind, tenant, generation: 0, discriminator, run_at })?;
            }
            Ok::<_, DbError>(())
        };
        self.environment.db.write(enqueue).await
    }

    /// Runs the job that has been due longest.
    pub async fn step(&self) -> DbResult<Step> {
        self.step_among(&self.kinds, 1).await
    }

    /// Runs those that have been due longest, so many at once: taken in one transaction, and settled in one.
    async fn step_among(&self, kinds: &[JobKind], at_once: usize) -> DbResult<Step> {
        let (mut kinds, now) = (kinds.to_vec(), self.environment.clock.now());
        if !self.watch.is_clock_trusted(&self.environment, now).await? {
            kinds.retain(|kind| !depends_on_time(*kind));
        }
        // Looking first costs no transaction while nothing is due.
        let (look, at) = (kinds.clone(), now);
        if !self.environment.db.read(move |conn| Ok::<_, DbError>(jobs::is_any_due(conn, &look, at)?)).await?
        {
            return Ok(Step::Idle);
        }
        let lease_until = now.plus(LEASE);
        let claim =
            move |tx: &mut Conn| Ok::<_, DbError>(jobs::claim(tx, &kinds, now, lease_until, at_once)?);
        let claimed = self.environment.db.write(claim).await?;
        let results = join_all(claimed.iter().map(|job| self.run(job))).await;
        match claimed.len() {
            0 => Ok(Step::Idle),
            ran => {
                self.settle(claimed.into_iter().zip(results).collect()).await?;
                Ok(Step::Ran(ran))
            }
        }
    }

    async fn run(&self, job: &Claimed) -> Result<Done, JobError> {
        // A job that ends its whole process never fails by itself; it must not end every process for ever.
        if job.attempt > ATTEMPTS_MAX && recurs_after(job.kind).is_none() {
            return Err(JobError::Fail(anyhow::anyhow!(
                "all attempts are used up, and the last one never answered"
            )));
        }
        let Some(handler) = (self.handlers)(job.kind) else {
            return Err(JobError::Fail(anyhow::anyhow!("no handler")));
        };
        // A task of its own, so that a panic ends this job and not the worker.
        let task =
            tokio::spawn(tokio::time::timeout(RUN_MAX, handler(self.environment.clone(), job.clone())));
        match task.await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(JobError::retry(anyhow::anyhow!("ran longer than {} s", RUN_MAX.as_secs()))),
            Err(_) => Err(JobError::retry(anyhow::anyhow!("the handler panicked"))),
        }
    }

    async fn settle(&self, ended: Vec<(Claimed, Result<Done, JobError>)>) -> DbResult<()> {
        let now = self.environment.clock.now();
        for (job, result) in &ended {
            log_result(job, result);
            self.environment.metrics.job(job.kind.as_str(), result.is_ok());
        }
        let settle = move |tx: &mut Conn| {
            let mut lost = 0;
            for (job, result) in &ended {
                lost += usize::from(!settle_one(tx, job, result, now)?);
            }
            Ok::<_, DbError>(lost)
        };
        for _ in 0..self.environment.db.write(settle).await? {
            tracing::warn!("a job's lease ran out before its answer; another worker has it");
        }
        Ok(())
    }

    /// Runs what is due, until nothing is. Returns how many jobs ran.
    pub async fn drain(&self) -> DbResult<usize> {
        self.drain_at_once(1).await
    }

    /// The same, so many at once.
    pub async fn drain_at_once(&self, at_once: usize) -> DbResult<usize> {
        let mut ran = 0;
        while let Step::Ran(some) = self.step_among(&self.kinds, at_once).await? {
            ran += some;
        }
        Ok(ran)
    }

    /// Repeats [`Worker::step`] until `stop` says so; calls to hosts stand in a line of their own.
    pub async fn run_until(&self, stop: watch::Receiver<bool>, wake: Arc<Notify>) {
        let (calls, rest): (Vec<_>, Vec<_>) = self.kinds.iter().partition(|kind| is_call(**kind));
        let nobody = Arc::new(Notify::new());
        tokio::join!(
            self.run_line(&rest, 1, stop.clone(), wake),
            self.run_line(&calls, CALLS_AT_ONCE, stop, nobody)
        );
    }

    async fn run_line(
        &self,
        kinds: &[JobKind],
        at_once: usize,
        mut stop: watch::Receiver<bool>,
        wake: Arc<Notify>,
    ) {
        while !*stop.borrow() {
            match self.step_among(kinds, at_once).await {
                Ok(Step::Ran(_)) => continue,
                Ok(Step::Idle) => {}
                Err(error) => tracing::error!(%error, "the worker cannot reach its queue"),
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = wake.notified() => {}
                () = tokio::time::sleep(IDLE) => {}
            }
        }
    }
}

/// Whether a job does little else than wait for somebody else's server.
fn is_call(kind: JobKind) -> bool {
    matches!(
        kind,
        JobKind::Probe
            | JobKind::ReportAccounts
            | JobKind::DeliverTicket
            | JobKind::ForgetTicket
            | JobKind::Move
    )
}

/// The pause after the n-th failed attempt: 5 s, 10 s, 20 s, 40 s, 1 m 20 s, 2 m 40 s, 5 m 20 s, 10 m 40 s, 21 m 20 s,
/// 42 m 40 s, and then one hour at most.
pub fn back_off(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(16);
    Duration::from_secs(5 * (1 << doublings)).min(Duration::from_secs(3_600))
}

/// Ends an attempt as its result says. False when the lease was lost.
fn settle_one(
    tx: &mut Conn,
    job: &Claimed,
    result: &Result<Done, JobError>,
    now: Timestamp,
) -> diesel::QueryResult<bool> {
    match result {
        Ok(Done::Finished) => jobs::complete(tx, job),
        Ok(Done::Again(at)) => jobs::put_back(tx, job, *at, None),
        Err(JobError::Retry(error)) if job.attempt < ATTEMPTS_MAX => {
            jobs::put_back(tx, job, now.plus(back_off(job.attempt)), Some(&format!("{error:#}")))
        }
        // What recurs must not end: nobody would notice that nothing is swept any more.
        Err(error) => match recurs_after(job.kind) {
            Some(interval) => jobs::put_back(tx, job, now.plus(interval), Some(&error.to_string())),
            None => jobs::bury(tx, job, now, &error.to_string()),
        },
    }
}

fn recurs_after(kind: JobKind) -> Option<Duration> {
    RECURRING.iter().find(|(recurring, _)| *recurring == kind).map(|(_, interval)| *interval)
}

fn log_result(job: &Claimed, result: &Result<Done, JobError>) {
    let span =
        tracing::info_span!("job", job.id = %job.id, job.kind = job.kind.as_str(), tenant.id = %job.tenant);
    let _entered = span.enter();
    match result {
        Ok(_) => tracing::info!(attempt = job.attempt, "job ran"),
        Err(error) => tracing::warn!(attempt = job.attempt, %error, "job failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour() {
        let pauses: Vec<u64> = (1..=11).map(|attempt| back_off(attempt).as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600]);
    }
}
