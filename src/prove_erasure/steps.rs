//! Erases a tenant step by step, and looks into all files between two steps.

use std::time::Duration;

use super::{DAY, Proof, Told, Victim};
use crate::api::Services;
use crate::app;
use crate::clock::Timestamp;
use crate::db::jobs::{Claimed, JobKind};
use crate::db::{DbError, Id, erasures, tenants};
use crate::erasure::Progress;
use crate::jobs::{Done, Environment, Handler, JobError, Step, Worker};
use crate::simulate::simulated;

/// How long to wait between two looks at an erasure that does not begin or end.
const AGAIN: Duration = Duration::from_secs(12 * 3_600);
/// Steps of time while nothing is near.
const LONG: u32 = 10;

/// A worker that does one step of an erasure at a time. It is the eraser's own step; only the loop around it is cut.
pub fn worker(services: &Services) -> Worker {
    let handlers: fn(JobKind) -> Option<Handler> = |kind| match kind {
        JobKind::Erase => Some(|environment, job| Box::pin(one_step(environment, job))),
        other => simulated(other),
    };
    Worker::with(app::environment(services), handlers)
}

async fn one_step(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    match environment.eraser.advance(job.tenant, job.generation).await.map_err(JobError::retry)? {
        Progress::Next => Ok(Done::Again(environment.clock.now())),
        Progress::Wait(at) => Ok(Done::Again(at)),
        Progress::Nothing | Progress::Deleted => Ok(Done::Finished),
    }
}

impl Proof {
    /// Lets time pass until the victim is gone, and a few days more before giving up.
    pub(super) async fn erase(
        &mut self,
        victims: &mut [Victim],
        number: usize,
        tell: &dyn Fn(Told<'_>),
    ) -> anyhow::Result<()> {
        let Some(victim) = victims.get_mut(number) else { return Ok(()) };
        let due_at = self.due_at(victim.tenant).await?;
        let give_up_at = due_at.plus(self.world.services.policy.notice_gap()).plus(DAY * 3);
        let mut at = String::new();
        while !victim.is_gone {
            let now = self.world.services.clock.now();
            if now > give_up_at {
                self.report.fault(format!("the erasure of the tenant that {} does not end", victim.how));
                return Ok(());
            }
            self.world.services.clock.advance(self.hop(due_at.since(now)));
            victim.is_gone = self.work(victim, &mut at, tell).await?;
        }
        Ok(())
    }

    /// Notices and erasures are met on their day; before that, time goes faster.
    fn hop(&self, left: Duration) -> Duration {
        let policy = &self.world.services.policy;
        let long = (DAY * LONG).min(policy.clock_jump_max() / 2);
        match left {
            Duration::ZERO => AGAIN,
            left if left > policy.notice_gap() + DAY * (2 * LONG) => long,
            left => left.min(DAY),
        }
    }

    /// Runs what is due, job by job, and looks into the files whenever the erasure came a step further. Returns whether the
    /// tenant is gone.
    async fn work(
        &mut self,
        victim: &Victim,
        at: &mut String,
        tell: &dyn Fn(Told<'_>),
    ) -> anyhow::Result<bool> {
        loop {
            let step = self.stepper.step().await?;
            self.world.post()?;
            let (now_at, is_gone) = self.step_of(victim.tenant).await?;
            if now_at != *at {
                self.scan(&format!("the tenant that {}: {now_at}", victim.how), tell).await?;
                *at = now_at;
            }
            if step == Step::Idle {
                return Ok(is_gone);
            }
        }
    }

    async fn step_of(&self, tenant: Id) -> anyhow::Result<(String, bool)> {
        let found = self.world.services.main.read(move |conn| {
            let row = erasures::of_tenant(conn, tenant)?;
            Ok::<_, DbError>((row.map(|row| row.step), tenants::by_id(conn, tenant)?.is_none()))
        });
        let (step, is_gone) = found.await?;
        Ok((step.unwrap_or_else(|| if is_gone { "gone" } else { "waiting" }.to_owned()), is_gone))
    }

    async fn due_at(&self, tenant: Id) -> anyhow::Result<Timestamp> {
        let known = self.world.services.tenancy.find_by_id(tenant).await?;
        let due_at = known.and_then(|known| known.tenant.due_at());
        due_at.ok_or_else(|| anyhow::anyhow!("a tenant that left is not due to go"))
    }
}
