//! `kept prove-erasure`.

use std::cell::Cell;
use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::folder::Folder;
use super::output;
use crate::app;
use crate::config::Settings;
use crate::prove_erasure::{self, Options, Report, TENANTS_MIN, Told, Trace};
use crate::telemetry;

const FIRST_DAY: &str = "2027-01-01T06:00:00Z";

#[derive(Args)]
pub struct Arguments {
    /// How many other tenants there are.
    #[arg(long, default_value_t = 5_000, value_parser = tenants)]
    tenants: usize,
    /// The policy; KEPT_POLICY by default.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// Other numbers make the tenants do other things in another order.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where a folder for all files is made, and removed afterwards; memory by default.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// An empty PostgreSQL database or schema for the tenants' data, which stays filled. The server's files must be readable
    /// here, and the role must be one that may read its settings and CHECKPOINT.
    #[arg(long, value_name = "URL", requires = "keyring", value_parser = postgres)]
    database: Option<String>,
    /// The same for the keyring.
    #[arg(long, value_name = "URL", requires = "database", value_parser = postgres)]
    keyring: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn tenants(text: &str) -> Result<usize, String> {
    let count: usize = text.parse().map_err(|_| "expected a number".to_owned())?;
    if count >= TENANTS_MIN {
        Ok(count)
    } else {
        Err(format!("expected {TENANTS_MIN} at least, to fill some pages"))
    }
}

fn postgres(text: &str) -> Result<String, String> {
    let is_postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
    let expected =
        "expected postgres://user@host:port/database; without it SQLite is used, in a folder of its own";
    if is_postgres { Ok(text.to_owned()) } else { Err(expected.to_owned()) }
}

pub async fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<()> {
    let folder = Folder::make("kept-erasure", arguments.dir.as_deref())?;
    let options = Options {
        tenants: arguments.tenants,
        seed: arguments.seed,
        policy: arguments.policy.unwrap_or(settings.policy),
        folder: folder.path().to_owned(),
        databases: arguments.database.zip(arguments.keyring).map(Into::into),
        began: FIRST_DAY.parse().map_err(anyhow::Error::msg)?,
    };
    let settings = prove_erasure::settings(&options)?;
    // The log of these services is one of the files that are looked into.
    let _log = telemetry::start_own(&settings, app::log_retention(&app::load_policy(&settings)?))?;
    let progress = Progress::new();
    let report = prove_erasure::run(&options, settings, &|told| progress.tell(told)).await?;
    if arguments.json {
        output::json(&report)?;
    } else {
        print(&report)?;
    }
    match report.faults.len() {
        0 => Ok(()),
        1 => bail!("not proven: {}", report.faults.concat()),
        count => bail!("not proven, for {count} reasons"),
    }
}

fn print(report: &Report) -> anyhow::Result<()> {
    let traces: Vec<_> = report.traces.iter().map(row).collect();
    output::table(["tenant that", "class", "value", "file", "copies before", "after"], &traces)?;
    output::line("")?;
    let Report { engine, policy, tenants, acts, copy, .. } = report;
    output::line(&format!("engine        {engine}"))?;
    output::line(&format!("policy        {policy}"))?;
    output::line(&format!(
        "among         {tenants} other tenants: {} inserts, {} updates, {} deletes",
        acts.inserts, acts.updates, acts.deletes
    ))?;
    for erased in &report.erased {
        let receipt = if erased.receipt_verified { "its receipt verifies" } else { "no receipt verifies" };
        output::line(&format!(
            "erased        the tenant that {}: {} sealed values and wrapped keys; {receipt}",
            erased.how, erased.values
        ))?;
    }
    let (looks, clear) = (report.scans.len(), report.scans.iter().map(|scan| scan.in_clear).sum::<usize>());
    let bytes: u64 = report.scans.iter().map(|scan| scan.bytes).sum();
    output::line(&format!(
        "in clear      {clear} places, looking {looks} times through all files ({} MB together)",
        bytes / 1_000_000
    ))?;
    let left = report.traces.iter().map(|trace| trace.after).sum::<usize>();
    output::line(&format!("sealed left   {left} copies of sealed bytes in files after the erasures"))?;
    output::line(&format!("control       planted in clear, and found: {}", report.controls.join("; ")))?;
    output::line(&format!("copy before   {}", copy.about))?;
    output::line(&format!(
        "              {} of {} values of the erased open with any of {} keys; of tenants that stay {} of {}",
        copy.opened.len(),
        copy.values_tried,
        copy.keys_tried,
        copy.others_opened,
        copy.others_tried
    ))?;
    report.faults.iter().try_for_each(|fault| output::line(&format!("FAULT         {fault}")))?;
    output::line(&format!(
        "verdict       {}",
        if report.faults.is_empty() { "proven" } else { "NOT proven" }
    ))?;
    output::line(&format!("time          {:.1} s", report.seconds))
}

fn row(trace: &Trace) -> [String; 6] {
    let Trace { tenant, class, value, file, before, after } = trace;
    [
        tenant.to_string(),
        class.to_string(),
        value.clone(),
        file.clone(),
        before.to_string(),
        after.to_string(),
    ]
}

/// Says how far it is: at each percent on a terminal, at each tenth otherwise.
struct Progress {
    last: Cell<usize>,
    step: usize,
}

impl Progress {
    fn new() -> Self {
        Self { last: Cell::new(0), step: if std::io::stderr().is_terminal() { 1 } else { 10 } }
    }

    fn tell(&self, told: Told<'_>) {
        let _ = match told {
            Told::Moment(moment) => output::note(moment),
            Told::Acts { done, of } => {
                let percent = done * 100 / of.max(1);
                if percent < self.last.get() + self.step {
                    return;
                }
                self.last.set(percent);
                output::note(&format!("{percent} % (act {done} of {of})"))
            }
        };
    }
}
