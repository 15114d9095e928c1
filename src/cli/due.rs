//! `kept due`: what is due when.

use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::erasures::{self, BrakeView};
use super::output;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::due::Window;
use crate::tenancy::outlook::{self, Outlook};

const DAY_SECONDS: u64 = 86_400;

#[derive(Args)]
pub struct Arguments {
    /// How many days to look ahead.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    within: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct View {
    now: Timestamp,
    until: Timestamp,
    brakes: Vec<BrakeView>,
    #[serde(flatten)]
    outlook: Outlook,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let now = services.clock.now();
    let until = now.plus(Duration::from_secs(u64::from(arguments.within) * DAY_SECONDS));
    let outlook = outlook::outlook(&services.main, &services.keyring, Window { now, until }).await;
    let outlook = outlook.map_err(anyhow::Error::new)?;
    let view = View { now, until, brakes: erasures::brakes(&services).await?, outlook };
    if arguments.json { output::json(&view) } else { print(&view) }
}

fn print(view: &View) -> anyhow::Result<()> {
    for brake in &view.brakes {
        output::line(&red(&format!("held by {}", brake.line())))?;
    }
    for (what, count) in &view.outlook.overdue {
        output::line(&red(&format!("due already: {count} {what}")))?;
    }
    let rows: Vec<_> = view
        .outlook
        .days
        .iter()
        .flat_map(|day| {
            day.due.iter().map(|(what, count)| [day.day.clone(), (*what).to_owned(), count.to_string()])
        })
        .collect();
    output::note(
        "What is due to go or to be sent; words such as `support` are the policy's classes of data.",
    )?;
    output::table(["day", "what", "count"], &rows)
}

fn red(text: &str) -> String {
    if std::io::stdout().is_terminal() { format!("\u{1b}[31m{text}\u{1b}[0m") } else { text.to_owned() }
}
