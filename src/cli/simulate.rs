//! `kept simulate`.

use std::cell::Cell;
use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::folder::Folder;
use super::output;
use crate::config::Settings;
use crate::simulate::{self, Fault, Options, Report};

const FIRST_DAY: &str = "2027-01-01T06:00:00Z";

#[derive(Args)]
pub struct Arguments {
    /// How many customers live.
    #[arg(long, default_value_t = 1_000)]
    tenants: usize,
    /// For how many years of the calendar.
    #[arg(long, default_value_t = 3)]
    years: u32,
    /// The policy; KEPT_POLICY by default.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// Other numbers give other lives.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Plant a fault, to see that it is found.
    #[arg(long)]
    plant: Option<Fault>,
    /// Where a folder for the databases is made, and removed afterwards; memory by default.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<()> {
    let folder = Folder::make("kept-simulation", arguments.dir.as_deref())?;
    let options = Options {
        tenants: arguments.tenants,
        years: arguments.years,
        policy: arguments.policy.unwrap_or(settings.policy),
        seed: arguments.seed,
        fault: arguments.plant,
        folder: folder.path().to_owned(),
        began: FIRST_DAY.parse().map_err(anyhow::Error::msg)?,
    };
    let report = simulate::run(&options, Progress::new().told()).await?;
    if arguments.json {
        output::json(&report)?;
    } else {
        print(&report)?;
    }
    match report.violations {
        0 => Ok(()),
        count => bail!("{count} violations of the policy"),
    }
}

fn print(report: &Report) -> anyhow::Result<()> {
    output::line(&format!("policy             {}", report.policy))?;
    output::line(&format!("customers          {} over {} days", report.customers, report.days))?;
    output::line(&format!("acts, looks        {}, {}", report.acts, report.looks))?;
    output::line(&format!("jobs run           {}", report.jobs_run))?;
    output::line(&format!("rows deleted       {} by erasures", report.rows_deleted))?;
    output::line(&format!(
        "receipts verified  {} of {} erasures foretold",
        report.receipts_verified, report.erasures_foretold
    ))?;
    output::line(&format!("violations         {}", report.violations))?;
    report.told.iter().try_for_each(|violation| output::line(&format!("  {violation}")))?;
    output::line(&format!("time               {:.1} s", report.seconds))
}

/// Says how far it is: at each percent on a terminal, at each tenth otherwise.
struct Progress {
    last: Cell<u32>,
    step: u32,
}

impl Progress {
    fn new() -> Self {
        Self { last: Cell::new(0), step: if std::io::stderr().is_terminal() { 1 } else { 10 } }
    }

    fn told(self) -> impl Fn(u32, u32) {
        move |day, days| {
            let percent = day * 100 / days.max(1);
            if percent >= self.last.get() + self.step {
                self.last.set(percent);
                let _ = output::note(&format!("{percent} % (day {day} of {days})"));
            }
        }
    }
}
