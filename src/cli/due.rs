//! `kept due`: what is due when.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::erasures::{self, BrakeView};
use super::output;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::due::{self, OVERDUE, OnDay, Window};
use crate::db::{DbError, Schema};
use crate::policy::datamap::{DataMap, Database};

const DAY_SECONDS: i64 = 86_400;

#[derive(Args)]
pub struct Arguments {
    /// How many days to look ahead.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    within: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How much of what: `notices`, `ends` (of subscriptions), `erasures`, `confirmations` (of erasures, by processors), and the
/// data classes with rows that expire.
type Amounts = BTreeMap<&'static str, i64>;

#[derive(Serialize)]
struct View {
    now: Timestamp,
    until: Timestamp,
    brakes: Vec<BrakeView>,
    /// Due already.
    overdue: Amounts,
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Day {
    day: String,
    due: Amounts,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let now = services.clock.now();
    let until = now.plus(Duration::from_secs(u64::from(arguments.within) * DAY_SECONDS.unsigned_abs()));
    let window = Window { now, until };
    let (overdue, days) = by_day(&found(&services, window).await?);
    let view = View { now, until, brakes: erasures::brakes(&services).await?, overdue, days };
    if arguments.json { output::json(&view) } else { print(&view) }
}

/// Work by its name, and what expires by its data class.
async fn found(services: &Services, window: Window) -> anyhow::Result<Vec<(&'static str, OnDay)>> {
    let mut found = services.main.read(move |conn| Ok::<_, DbError>(due::work(conn, window)?)).await?;
    let databases = [
        (&services.main, Schema::Main, Database::Main),
        (&services.keyring, Schema::Keyring, Database::Keyring),
    ];
    for (db, schema, database) in databases {
        let rows = db.read(move |conn| Ok::<_, DbError>(due::expiries(conn, schema, window)?)).await?;
        for (table, day) in rows {
            let class = DataMap::builtin()?.tables(database).find(|mapped| mapped.name == table);
            found.push((class.map_or(table, |mapped| mapped.class.as_str()), day));
        }
    }
    Ok(found)
}

fn by_day(found: &[(&'static str, OnDay)]) -> (Amounts, Vec<Day>) {
    let mut days: BTreeMap<i64, Amounts> = BTreeMap::new();
    for (what, OnDay { day, count }) in found {
        *days.entry(*day).or_default().entry(what).or_default() += count;
    }
    let overdue = days.remove(&OVERDUE).unwrap_or_default();
    (overdue, days.into_iter().map(|(day, due)| Day { day: name(day), due }).collect())
}

fn name(day: i64) -> String {
    Timestamp::from_seconds(day * DAY_SECONDS).to_string().chars().take(10).collect()
}

fn print(view: &View) -> anyhow::Result<()> {
    for brake in &view.brakes {
        output::line(&red(&format!("held by {}", brake.line())))?;
    }
    for (what, count) in &view.overdue {
        output::line(&red(&format!("due already: {count} {what}")))?;
    }
    let rows: Vec<_> = view
        .days
        .iter()
        .flat_map(|day| {
            day.due.iter().map(|(what, count)| [day.day.clone(), (*what).to_owned(), count.to_string()])
        })
        .collect();
    output::table(["day", "what", "count"], &rows)
}

fn red(text: &str) -> String {
    if std::io::stdout().is_terminal() { format!("\u{1b}[31m{text}\u{1b}[0m") } else { text.to_owned() }
}
