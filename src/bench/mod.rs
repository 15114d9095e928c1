//! `kept bench`: what a request costs, each number beside its floor from the same run.
//!
//! The service under test is a real `kept serve` in a process of its own, so that the load generator on the same
//! processors does not count. Processor time per request is the number to look at: unlike requests per second it says
//! the same on a busy machine.

mod answer;
mod audit;
mod child;
mod floor_http;
mod floor_rows;
mod histogram;
mod load;
mod pages;
mod place;
mod quiet;
mod report;
mod tenants;
mod verification;
mod webhooks;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};

use crate::cli::output;
use child::Child;
use load::Load;
use place::Place;
use report::Report;
use tenants::Tenant;

use crate::config::Settings;
use crate::web::assets;
use crate::web::pages::ADMIN;

#[derive(Subcommand)]
pub enum BenchCommand {
    /// Measure page loads, webhooks, and the verification of tokens alone.
    All(Arguments),
    /// Measure verified page loads, calls with a context token, and the verification of tokens alone.
    Page(Arguments),
    /// Measure stored webhooks.
    Webhook(Arguments),
    /// Measure how fast the records of what staff did are verified.
    Audit(audit::Arguments),
    /// The floor over HTTP: answers the same bytes and does nothing else.
    #[command(hide = true)]
    FloorHttp(floor_http::Arguments),
    /// `serve` without any log.
    #[command(hide = true)]
    ServeQuietly,
}

/// Measures on SQLite, in a folder that is made for this and removed afterwards. Nothing leaves this machine.
#[derive(Args)]
pub struct Arguments {
    /// How many installations there are. Their requests come in turn, each with a token of its own.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    tenants: u32,
    /// How long each row is measured.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How many requests are under way at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    connections: u16,
    /// Where the folder is made. It should be on the kind of disk that a service would use: a webhook is answered only
    /// after the disk has it.
    #[arg(long, default_value = "data")]
    dir: PathBuf,
    /// Print a JSON object.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    fn window(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// Which parts of the table are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Pages,
    Webhooks,
}

/// `settings` are for the processes that a run starts. The run itself brings its own: it never touches anybody's data.
pub async fn run(settings: Settings, command: BenchCommand) -> anyhow::Result<()> {
    match command {
        BenchCommand::All(arguments) => measure(&arguments, &[Part::Pages, Part::Webhooks]).await,
        BenchCommand::Page(arguments) => measure(&arguments, &[Part::Pages]).await,
        BenchCommand::Webhook(arguments) => measure(&arguments, &[Part::Webhooks]).await,
        BenchCommand::Audit(arguments) => audit::run(&arguments).await,
        BenchCommand::FloorHttp(arguments) => floor_http::run(settings.listen, &arguments).await,
        BenchCommand::ServeQuietly => quiet::run(settings).await,
    }
}

/// What every part works with.
struct Bench<'a> {
    arguments: &'a Arguments,
    place: Place,
    tenants: Arc<[Tenant]>,
}

/// Whoever stops a run finds neither its processes nor its folder afterwards.
async fn measure(arguments: &Arguments, parts: &[Part]) -> anyhow::Result<()> {
    tokio::select! {
        measured = measure_all(arguments, parts) => measured,
        _ = tokio::signal::ctrl_c() => bail!("stopped"),
    }
}

async fn measure_all(arguments: &Arguments, parts: &[Part]) -> anyhow::Result<()> {
    ensure!(
        assets::entry(ADMIN).is_some(),
        "the front end is not built, so there is no page to load: `make build`"
    );
    let place = Place::make(&arguments.dir)?;
    let mut report = Report::new(arguments.tenants, arguments.connections, arguments.seconds);
    output::note(&format!("installing {} tenants", arguments.tenants))?;
    let (tenants, took) = tenants::install(&place, arguments.tenants).await?;
    report.installed(took);
    let bench = Bench { arguments, place, tenants };
    let server = bench.serve(&["serve"], &mut report).await?;
    if parts.contains(&Part::Pages) {
        pages::measure(&bench, &server, &mut report).await?;
    }
    if parts.contains(&Part::Webhooks) {
        webhooks::measure(&bench, &server, &mut report).await?;
    }
    report.memory(server.memory_mib()?);
    drop(server);
    if parts.contains(&Part::Pages) {
        verification::measure(&bench, &mut report)?;
    }
    report.print(arguments.json)
}

impl Bench<'_> {
    /// Starts a service on the tenants' databases and loads one page of each.
    async fn serve(&self, command: &[&str], report: &mut Report) -> anyhow::Result<Child> {
        let server = Child::start(&self.place, command).await?;
        output::note("warming up: one page of each tenant")?;
        let pages = Arc::new(pages::Pages::sign(&self.tenants)?);
        let warm_up = Load { address: server.address(), connections: self.arguments.connections };
        let took = warm_up.count(pages, self.tenants.len() as u64).await?.wall;
        report.warmed_up(took);
        Ok(server)
    }

    fn load(&self, target: &Child) -> Load {
        Load { address: target.address(), connections: self.arguments.connections }
    }
}
