//! `kept audit verify`: whether every record of what staff did is as it was written.

use anyhow::bail;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::output;
use crate::app::{self, Databases};
use crate::audit::{self, Verified};
use crate::clock::Stopwatch;
use crate::config::Settings;

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Go along the chain of records of every tenant, and the vendor's own one, and name each place where one is broken.
    ///
    /// Each record holds the hash of the one before, so whoever changes one, takes one out or puts one in breaks its chain.
    /// A chain begins at its first record, or where a checkpoint that we have signed says that older ones have expired. The
    /// keyring holds the end that each chain had some minutes after its last change: a chain that ends before it was cut off, and
    /// one with another record there was written anew. Nothing is opened, and no record is kept in memory. Ends with 1 when a
    /// chain is broken.
    Verify(Verify),
}

#[derive(Args)]
pub struct Verify {
    /// Print a JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    #[serde(flatten)]
    verified: &'a Verified,
    rows_per_second: u64,
}

pub async fn run(settings: Settings, command: AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify(Verify { json }) = command;
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let (watch, threads) = (Stopwatch::start(), std::thread::available_parallelism().map_or(1, usize::from));
    let anchors = audit::anchors(&services.vault).await?;
    let verified = audit::verify(&services.main, &services.vault.public_keys(), &anchors, threads).await?;
    let per_second = rows_per_second(verified.rows, &watch);
    if json {
        output::json(&View { verified: &verified, rows_per_second: per_second })?;
    } else {
        show(&verified, per_second)?;
    }
    if !verified.broken.is_empty() {
        bail!("{} places are broken", verified.broken.len());
    }
    Ok(())
}

fn rows_per_second(rows: i64, watch: &Stopwatch) -> u64 {
    let millis = watch.elapsed().as_millis().max(1);
    let rows = u128::try_from(rows).unwrap_or_default();
    u64::try_from(rows * 1_000 / millis).unwrap_or(u64::MAX)
}

fn show(verified: &Verified, per_second: u64) -> anyhow::Result<()> {
    let Verified { chains, rows, checkpoints, anchors, broken } = verified;
    if !broken.is_empty() {
        let row = |place: &audit::Broken| {
            [place.tenant.to_string(), place.sequence.to_string(), place.why.to_owned()]
        };
        output::table(["tenant", "record", "what is wrong"], &broken.iter().map(row).collect::<Vec<_>>())?;
    }
    output::line(&format!(
        "{rows} records in {chains} chains, {checkpoints} checkpoints, {anchors} anchors: {per_second} records/s"
    ))
}
