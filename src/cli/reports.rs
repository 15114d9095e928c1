//! `kept reports status`, `pause` and `resume`: whether anybody can report a problem at the moment; `kept reports dry-run`: what a report
//! would hold; `kept reports month`: what happened in a month.

mod dry_run;
mod month;

use clap::Subcommand;
use serde_json::json;

use super::erasures::WithReason;
use super::output;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::config::Settings;

#[derive(Subcommand)]
pub enum ReportsCommand {
    /// Say whether reports are taken.
    Status {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take no report of anybody until `resume`: for the case that something leaves with them that must not.
    ///
    /// Whoever tries is told that nothing was sent, and when to try again. What was reported before stays readable, and goes on
    /// its day.
    Pause(WithReason),
    /// Take reports again.
    Resume(WithReason),
    /// Show the manifest of a report that somebody of an installation could make now: its parts with class, kind, bytes and what was
    /// masked in them, and what is missing. No content of any part is shown, stored or sent.
    DryRun(dry_run::DryRun),
    /// Show what happened in a month, of all installations together: reports, answers, accesses of staff and whether they were looked
    /// at, downloads, receipts, and what should have gone by now. Numbers alone.
    Month(month::MonthArguments),
}

pub async fn run(settings: Settings, command: ReportsCommand) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    match command {
        ReportsCommand::Status { json } => status(&services, json).await,
        ReportsCommand::Pause(arguments) => pause(&services, &arguments).await,
        ReportsCommand::Resume(arguments) => resume(&services, &arguments).await,
        ReportsCommand::DryRun(arguments) => dry_run::run(&services, &arguments).await,
        ReportsCommand::Month(arguments) => month::run(&services, &arguments).await,
    }
}

async fn status(services: &Services, as_json: bool) -> anyhow::Result<()> {
    let since = services.tenancy.reports_paused_at().await?;
    if as_json {
        return output::json(&json!({ "pausedSince": since }));
    }
    match since {
        None => output::line("reports are taken"),
        Some(since) => output::line(&format!("no report is taken since {since}")),
    }
}

async fn pause(services: &Services, arguments: &WithReason) -> anyhow::Result<()> {
    services.tenancy.pause_reports(&arguments.reason).await.map_err(anyhow::Error::new)?;
    if arguments.json {
        return output::json(&json!({ "paused": true }));
    }
    output::line("no report is taken until `kept reports resume`")
}

async fn resume(services: &Services, arguments: &WithReason) -> anyhow::Result<()> {
    let since = services.tenancy.resume_reports(&arguments.reason).await.map_err(anyhow::Error::new)?;
    if arguments.json {
        return output::json(&json!({ "paused": false, "pausedSince": since }));
    }
    match since {
        None => output::line("reports were taken all along"),
        Some(since) => output::line(&format!("reports are taken again; none were since {since}")),
    }
}
