//! The customers, spread over worlds that live beside each other.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;

use anyhow::Context;
use futures_util::future::try_join_all;
use tokio::runtime;
use tokio::sync::{mpsc, oneshot};

use super::dice::Dice;
use super::oracle::{self, Numbers, Step};
use super::world::World;
use super::{Options, Report, life, live};

/// Customers that one world has at least, where there is more than one: the brake knows a mistake by shares of a crowd.
const WORLD_MIN: usize = 1_000;

/// What came of one world.
type Part = anyhow::Result<Report>;
/// A world's number, and how many of its days are over.
type Over = mpsc::UnboundedSender<(usize, u32)>;
/// Steps by day, and then by customer.
type Calendar = BTreeMap<u32, BTreeMap<usize, Vec<Step>>>;

/// What all worlds share.
pub struct Crowd {
    pub options: Options,
    pub numbers: Numbers,
    pub days: u32,
}

impl Crowd {
    /// Lets each world run on a thread of its own.
    pub async fn live(self: Arc<Self>, progress: impl Fn(u32, u32)) -> anyhow::Result<Vec<Report>> {
        let (days, mut over) = mpsc::unbounded_channel();
        let started = (0..worlds(self.options.tenants)).map(|number| self.start(number, days.clone()));
        let parts = started.collect::<std::io::Result<Vec<_>>>()?;
        drop(days);
        while let Some((number, day)) = over.recv().await {
            if number == 0 {
                progress(day, self.days);
            }
        }
        let part = |part: oneshot::Receiver<_>| async { part.await.context("a world panicked")? };
        try_join_all(parts.into_iter().map(part)).await
    }

    /// Starts a thread for one world. It has a runtime to itself, since nobody waits for it but the thread.
    fn start(self: &Arc<Self>, number: usize, over: Over) -> std::io::Result<oneshot::Receiver<Part>> {
        let (reply, answer) = oneshot::channel();
        let crowd = self.clone();
        std::thread::Builder::new().name(format!("world-{number}")).spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            let part =
                runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(crowd.part(number, &over)));
            // Whoever asked may have gone, with another world's error.
            let _ = reply.send(part);
        })?;
        Ok(answer)
    }

    /// The lives of some customers in a world of their own.
    async fn part(&self, number: usize, over: &Over) -> Part {
        let (calendar, erasures_foretold) = self.calendar(number);
        let folder = self.options.folder.join(number.to_string());
        std::fs::create_dir(&folder)?;
        let world =
            World::open(&folder, &self.options.policy, self.options.began, self.options.fault).await?;
        let mut report = Report { erasures_foretold, ..Report::default() };
        for day in 0..self.days {
            live(&world, day, calendar.get(&day), &mut report).await?;
            let _ = over.send((number, day + 1));
        }
        report.prove(&world).await;
        Ok(report)
    }

    fn calendar(&self, number: usize) -> (Calendar, usize) {
        let (mut calendar, mut erased) = (Calendar::new(), 0);
        for customer in (number..self.options.tenants).step_by(worlds(self.options.tenants)) {
            let life = life::plan(&mut Dice::new(self.options.seed, customer as u64), self.days);
            let (steps, erasures) = oracle::foretell(&life, &self.numbers, self.days);
            erased += erasures;
            for (day, step) in steps {
                calendar.entry(day).or_default().entry(customer).or_default().push(step);
            }
        }
        (calendar, erased)
    }
}

/// A large crowd is spread over as many deployments as there are processors: each has its own databases, as two vendors have.
fn worlds(tenants: usize) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    processors.min(tenants / WORLD_MIN).max(1)
}
