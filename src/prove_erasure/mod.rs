//! Proves on files what an erasure promises: what was sealed is found before and gone after, nothing is ever written in
//! clear, and a copy of the main database from before opens nothing with the keys that are left.
//!
//! The tenants are made up; everything else is the service itself, with the handlers and the SQL of `kept work`, on
//! databases of its own and a clock that is moved.

mod copy;
mod crowd;
pub mod needles;
mod places;
mod report;
mod steps;
mod watch;
mod world;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use crate::clock::{Clock, Stopwatch, Timestamp};
use crate::config::Settings;
use crate::db::ledger;
use crate::db::{DbError, Id, proof};
use crate::erasure::SignedReceipt;
use crate::erasure::receipt::tenant_hash;
use crate::jobs::Worker;
use copy::Copy;
use crowd::Act;
use needles::Needles;
use places::{Place, Places};
use report::{Erased, Scan};
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
        let world = World::open(settings).await?;
        let (services, all) = (&world.services, options.tenants + 2);
        let places = Places::of(&options.folder, &services.main, &services.keyring).await?;
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
        for number in 0..victims.len() {
            self.erase(&mut victims, number, tell).await?;
            let tried = copy.try_keys(&self.world, &self.watch, &victims, &controls).await?;
            self.report.tried(tried);
        }
        let files = self.own_files().await?;
        self.report.traced(&victims, &before, &self.watch.find(&files)?.0);
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

    /// Where the sealed values and the wrapped keys are before: what is not found now could not be missed later.
    async fn find_before(&mut self, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<Copies> {
        tell(Told::Moment("looking for what is sealed, before the erasures"));
        for column in self.watch.without_value()? {
            self.report.fault(format!("{column}: no tenant that is erased has a value in it"));
        }
        let (copies, missed) = self.watch.find(&self.own_files().await?)?;
        for name in missed {
            self.report.fault(format!("{name}: a value that stands in its row is found in no file"));
        }
        Ok(copies)
    }

    fn controls(&self) -> anyhow::Result<Vec<Id>> {
        let own = |customer: &usize| !self.customers.contains(customer);
        (0..).filter(own).take(CONTROLS).map(|customer| self.world.tenant(customer)).collect()
    }

    async fn own_files(&self) -> anyhow::Result<Vec<Place>> {
        let mut files = self.places.files().await?;
        files.retain(|place| !Places::is_copy(place));
        Ok(files)
    }

    /// Looks for texts in clear in every file.
    async fn scan(&mut self, moment: &str, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<()> {
        let (scan, places) = self.look_for_clear(moment).await?;
        tell(Told::Moment(&format!(
            "{moment}: {} in clear in {} files, {} bytes",
            places.len(),
            scan.files,
            scan.bytes
        )));
        self.report.scanned(scan, &places);
        Ok(())
    }

    async fn look_for_clear(&self, moment: &str) -> anyhow::Result<(Scan, Vec<String>)> {
        let (files, mut places, mut bytes) = (self.places.files().await?, Vec::new(), 0);
        for file in &files {
            let found = |hit: needles::Hit<'_>| {
                places.push(format!("in {} at byte {} ({})", file.name, hit.at, hit.needle.form));
            };
            let read = self.plain.in_file(&file.path, found);
            bytes += read.with_context(|| format!("cannot read {}", file.path.display()))?;
        }
        let scan = Scan { moment: moment.to_owned(), files: files.len(), bytes, in_clear: places.len() };
        Ok((scan, places))
    }

    async fn receipts(&mut self, victims: &[Victim]) -> anyhow::Result<()> {
        let keys = self.world.services.vault.public_keys();
        for (number, victim) in victims.iter().enumerate() {
            let (tenant, hash) = (victim.tenant, tenant_hash(victim.tenant));
            let keyring = &self.world.services.keyring;
            let found =
                keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?)).await?;
            let verified = found.first().map(|row| SignedReceipt::verify(&row.document, &keys));
            let is_good = matches!(&verified, Some(Ok(signed)) if signed.receipt.tenant_hash == hash);
            if !is_good {
                self.report.fault(format!("the tenant that {} has no receipt that verifies", victim.how));
            }
            let values = self.watch.seen.iter().filter(|watched| watched.victim == number).count();
            let erased = Erased { how: victim.how, tenant_hash: hash, values, receipt_verified: is_good };
            self.report.erased.push(erased);
        }
        Ok(())
    }

    /// A search that finds nothing proves something only if it can find: in a file, and in the database.
    async fn control(&mut self, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<()> {
        tell(Told::Moment("planting texts in clear, to see that they are found"));
        let known = self.look_for_clear("").await?.1;
        let (tag, planted) = (self.world.tag.clone(), self.folder.join("planted.bin"));
        std::fs::write(&planted, data_encoding::BASE64.encode(format!("x{tag}").as_bytes()))?;
        self.found_anew(&known, "in a file").await?;
        std::fs::remove_file(&planted)?;
        self.world.services.main.maintain(move |conn| proof::plant(conn, &tag)).await?;
        self.found_anew(&known, "in the main database").await?;
        Ok(self.world.services.main.maintain(proof::unplant).await?)
    }

    async fn found_anew(&mut self, known: &[String], whereabouts: &str) -> anyhow::Result<()> {
        let found = self.look_for_clear("").await?.1;
        match found.into_iter().find(|place| !known.contains(place)) {
            Some(place) => self.report.controls.push(place),
            None => {
                self.report.fault(format!("a text that was planted {whereabouts} in clear was not found"))
            }
        }
        Ok(())
    }
}

/// Proves it.
pub async fn run(options: &Options, settings: Settings, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<Report> {
    Proof::open(options, settings).await?.run(tell).await
}
