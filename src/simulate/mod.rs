//! Years of many customers' lives in seconds, through the same handlers and the same SQL as `kept work`, judged by an
//! oracle that knows the policy's numbers and nothing of the program.

mod crowd;
mod dice;
mod fault;
mod judge;
mod life;
mod oracle;
mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;

use crate::clock::{Stopwatch, Timestamp};
use crate::policy::{ClassName, Policy};
use crowd::Crowd;
pub(crate) use dice::Dice;
pub use fault::Fault;
pub(crate) use fault::simulated;
use judge::Difference;
use oracle::{Numbers, Step};
use world::World;

/// Customers that act at once, so that commits are made in groups.
const AT_ONCE: usize = 64;
/// Violations that are told; more say the same.
const TOLD_MAX: usize = 20;
const DAY_SECONDS: u64 = 86_400;

#[derive(Clone)]
pub struct Options {
    pub tenants: usize,
    pub years: u32,
    pub policy: PathBuf,
    pub seed: u64,
    pub fault: Option<Fault>,
    /// Where the databases are made; removed afterwards by the caller.
    pub folder: PathBuf,
    pub began: Timestamp,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub policy: String,
    pub customers: usize,
    pub days: u32,
    pub acts: usize,
    pub looks: usize,
    pub jobs_run: usize,
    pub rows_deleted: i64,
    pub erasures_foretold: usize,
    pub receipts_verified: usize,
    pub violations: usize,
    /// The first of them, in words.
    pub told: Vec<String>,
    pub seconds: f64,
}

/// Runs the simulation; `progress` hears of each day that is over.
pub async fn run(options: &Options, progress: impl Fn(u32, u32)) -> anyhow::Result<Report> {
    let watch = Stopwatch::start();
    let policy = Policy::load(&options.policy)?;
    let ends = options.began.plus_years(options.years);
    if policy.expires_at(ClassName::Ledger, options.began).is_some_and(|expires| expires < ends) {
        bail!(
            "--years {}: receipts expire before that under this policy, and could not be counted",
            options.years
        );
    }
    let days = u32::try_from(ends.since(options.began).as_secs() / DAY_SECONDS).unwrap_or(u32::MAX);
    let name = format!("{} {}", policy.document().name, policy.version().as_str());
    let crowd = Arc::new(Crowd { options: options.clone(), numbers: Numbers::of(&policy), days });
    let mut report = Report { policy: name, customers: options.tenants, days, ..Report::default() };
    for part in crowd.live(progress).await? {
        report.add(part);
    }
    report.seconds = watch.elapsed().as_secs_f64();
    Ok(report)
}

/// One day: customers act, the worker works, and then everything is looked at.
async fn live(
    world: &World,
    day: u32,
    today: Option<&BTreeMap<usize, Vec<Step>>>,
    report: &mut Report,
) -> anyhow::Result<()> {
    world.set_day(day);
    let customers = || today.into_iter().flatten().map(|(customer, steps)| (*customer, steps.as_slice()));
    let acted: Vec<Vec<String>> = stream::iter(customers())
        .map(|(customer, steps)| act(world, day, customer, steps))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    report.jobs_run += world.work().await?;
    let steps: Vec<(usize, Step)> =
        customers().flat_map(|(customer, steps)| steps.iter().map(move |step| (customer, *step))).collect();
    for Difference { customer, step, found } in world.look(&steps).await? {
        report.tell(format!("day {day}, customer {customer}: {step:?}: {found}"));
    }
    if let Err(error) = world.is_swept().await {
        report.tell(format!("day {day}: {error:#}"));
    }
    acted.into_iter().flatten().for_each(|violation| report.tell(violation));
    let acts = steps.iter().filter(|(_, step)| matches!(step, Step::Do { .. })).count();
    report.acts += acts;
    report.looks += steps.len() - acts + 1;
    Ok(())
}

/// A customer's acts of one day, one after the other.
async fn act(world: &World, day: u32, customer: usize, steps: &[Step]) -> Vec<String> {
    let mut violations = Vec::new();
    for step in steps {
        if let Step::Do { act, is_new } = step
            && let Err(error) = world.act(customer, day, *act, *is_new).await
        {
            violations.push(format!("day {day}, customer {customer}: {act:?}: {error:#}"));
        }
    }
    violations
}

impl Report {
    /// Adds what came of another part of the crowd.
    fn add(&mut self, part: Self) {
        self.acts += part.acts;
        self.looks += part.looks;
        self.jobs_run += part.jobs_run;
        self.rows_deleted += part.rows_deleted;
        self.erasures_foretold += part.erasures_foretold;
        self.receipts_verified += part.receipts_verified;
        let untold = part.violations - part.told.len();
        part.told.into_iter().for_each(|violation| self.tell(violation));
        self.violations += untold;
    }

    fn tell(&mut self, violation: String) {
        self.violations += 1;
        if self.told.len() < TOLD_MAX {
            self.told.push(violation);
        }
    }

    async fn prove(&mut self, world: &World) {
        match world.prove().await {
            Ok(proven) => {
                (self.receipts_verified, self.rows_deleted) = (proven.receipts, proven.rows);
                if proven.receipts != self.erasures_foretold {
                    self.tell(format!(
                        "{} receipts for {} erasures",
                        proven.receipts, self.erasures_foretold
                    ));
                }
            }
            Err(error) => self.tell(format!("in the end: {error:#}")),
        }
    }
}
