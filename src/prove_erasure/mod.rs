//! Proves on files what an erasure promises: what was sealed is found before and gone after, nothing is ever written in
//! clear, and a copy of the main database from before opens nothing with the keys that are left.
//!
//! The tenants are made up; everything else is the service itself, with the handlers and the SQL of `kept work`, on
//! databases of its own and a clock that is moved.

mod acts;
mod copy;
mod crowd;
mod looks;
pub mod needles;
mod places;
mod report;
mod reports;
mod steps;
mod watch;
mod world;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::clock::{Clock, Stopwatch, Timestamp};
use crate::config::Settings;
use crate::db::Id;
use crate::jobs::Worker;
use copy::Copy;
use crowd::Act;
use needles::Needles;
use places::Places;
pub use report::{Report, Trace};
use watch::{Copies, Watch};
use world::World;

/// The folder, within the one of the proof, that the copy from before is in.
const COPY: &str = "copy";
/// Between two rounds of what customers do.
const ROUND: Duration = Duration::from_secs(30 * 3_600);
/// How long before its end the erasure that was asked for is looked at.
const SHORTLY: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// Tenants that stay, whose values must open where those of the erased do not.
const CONTROLS: usize = 3;
/// Fewer would not fill pages.
pub const TENANTS_MIN: usize = 20;

pub struct Options {
    /// Other tenants among which the erased ones live.
    pub tenants: usize,
    pub seed: u64,
    pub policy: PathBuf,
    /// Where everything is made that is a file; emptied afterwards by the caller.
    pub folder: PathBuf,
    /// Main database and keyring, both empty; SQLite in the folder otherwise.
    pub databases: Option<[String; 2]>,
    pub began: Timestamp,
}

/// A tenant that is going to be erased.
pub struct Victim {
    /// In words that follow "the tenant that".
    pub how: &'static str,
    pub tenant: Id,
    pub is_gone: bool,
}

/// How far the proof is.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    Moment(&'a str),
    Acts { done: usize, of: usize },
}

/// The settings that the service runs with here.
pub fn settings(options: &Options) -> anyhow::Result<Settings> {
    let mut values = HashMap::from([
        ("KEPT_DATA_DIR", options.folder.join("data").display().to_string()),
        ("KEPT_POLICY", options.policy.display().to_string()),
    ]);
    if let Some([main, keyring]) = &options.databases {
        values.extend([("DATABASE_URL", main.clone()), ("KEPT_KEYRING_URL", keyring.clone())]);
    }
    let settings = Settings::from_lookup(|name| values.get(name).cloned())?;
    Ok(Settings { clock: Clock::manual(options.began), ..settings })
}

/// A proof whose databases are made and still empty.
pub struct Proof {
    world: World,
    /// Works in single steps, so that there is time to look between them.
    stepper: Worker,
    places: Places,
    folder: PathBuf,
    rounds: Vec<Vec<(usize, Act)>>,
    last_acts: Vec<Act>,
    customers: [usize; 2],
    watch: Watch,
    plain: Needles,
    report: Report,
}

impl Proof {
    pub async fn open(options: &Options, settings: Settings) -> anyhow::Result<Self> {
        // What cannot be looked into is not filled.
        let servers = places::servers(&settings).await?;
        let world = World::open(settings).await?;
        let (services, all) = (&world.services, options.tenants + 2);
        let places = Places::new(&options.folder, servers, &services.main, &services.keyring);
        let customers = [all / 3, all * 2 / 3];
        let policy = format!("{} {}", services.policy.document().name, services.policy.version().as_str());
        Ok(Self {
            stepper: steps::worker(services),
            rounds: crowd::rounds(options.seed, all, &customers),
            last_acts: crowd::last_acts(options.seed),
            plain: Needles::of_texts([&world.tag])?,
            report: Report { engine: places.engine(), policy, tenants: options.tenants, ..Report::default() },
            folder: options.folder.clone(),
            watch: Watch::default(),
            customers,
            places,
            world,
        })
    }

    /// The word that is in every text of every tenant.
    pub fn tag(&self) -> &str {
        &self.world.tag
    }

    pub async fn run(mut self, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<Report> {
        let watch = Stopwatch::start();
        let mut victims = self.live(tell).await?;
        self.leave(&victims, tell).await?;
        let (controls, before) = (self.controls()?, self.find_before(tell).await?);
        let copy = Copy::take(&self.world, &self.folder, &victims, &controls).await?;
        self.report.copy.about = copy.about();
        let mut after = Copies::new();
        for number in 0..victims.len() {
            self.erase(&mut victims, number, tell).await?;
            // At once: what time would take away later counts as left.
            let found = self.watch.find(&self.own_files().await?)?.0;
            after.extend(found.into_iter().filter(|(found, _)| found.victim == number));
            let tried = copy.try_keys(&self.world, &self.watch, &victims, &controls).await?;
            self.report.tried(tried);
        }
        self.report.traced(&victims, &before, &after);
        self.receipts(&victims).await?;
        self.control(tell).await?;
        self.report.seconds = watch.elapsed().as_secs_f64();
        Ok(self.report)
    }

    /// All tenants come, and change what they store, in rounds.
    async fn live(&mut self, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<Vec<Victim>> {
        let rounds = std::mem::take(&mut self.rounds);
        let (of, mut before) = (rounds.iter().map(Vec::len).sum(), 0);
        let mut victims = Vec::new();
        for round in rounds {
            self.world.act_all(&round, |done| tell(Told::Acts { done: before + done, of })).await?;
            before += round.len();
            round.iter().for_each(|(_, act)| self.report.acts.count(*act));
            if victims.is_empty() {
                victims = self.victims()?;
            }
            self.watch.look(&self.world.services, &victims).await?;
            self.scan("while everybody is there", tell).await?;
            self.world.advance(ROUND).await?;
        }
        Ok(victims)
    }

    fn victims(&self) -> anyhow::Result<Vec<Victim>> {
        let [asked, left] = self.customers;
        let victim = |how, customer| Ok(Victim { how, tenant: self.world.tenant(customer)?, is_gone: false });
        [victim("asked for it", asked), victim("left", left)].into_iter().collect()
    }

    /// One asks for its erasure while the app is installed, so that there is something of everything; the other removes it.
    async fn leave(&mut self, victims: &[Victim], tell: &dyn Fn(Told<'_>)) -> anyhow::Result<()> {
        let [asks, leaves] = self.customers;
        let now = self.world.services.clock.now();
        let due_at = self.world.services.policy.due_after_asking(now);
        // The subscription would end soon after, so that a notice of it goes out before.
        for customer in [asks, leaves] {
            self.world.configure(customer, 9, Some(due_at.plus(DAY).since(now))).await?;
        }
        self.world.work().await?;
        self.watch.look(&self.world.services, victims).await?;
        self.world.act(leaves, Act::Uninstall).await?;
        self.world.work().await?;
        if due_at > now {
            self.world.act(asks, Act::Ask).await?;
            self.world.advance(due_at.minus(SHORTLY).since(now)).await?;
        }
        for act in self.last_acts.clone() {
            self.world.act(asks, act).await?;
        }
        if due_at <= now {
            self.world.act(asks, Act::Ask).await?;
        }
        self.watch.look(&self.world.services, victims).await?;
        self.scan("when one has asked for its erasure and one has left", tell).await
    }

    fn controls(&self) -> anyhow::Result<Vec<Id>> {
        let own = |customer: &usize| !self.customers.contains(customer);
        (0..).filter(own).take(CONTROLS).map(|customer| self.world.tenant(customer)).collect()
    }
}

/// Proves it.
pub async fn run(options: &Options, settings: Settings, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<Report> {
    Proof::open(options, settings).await?.run(tell).await
}
