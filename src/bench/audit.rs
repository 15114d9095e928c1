//! What looking through the chains of records costs, beside its floor: SHA-256 over the same rows, in memory.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::Args;
use diesel::connection::Connection;
use serde::Serialize;

use super::child::own_cpu;
use super::place::Place;
use crate::audit::{self, hash_of};
use crate::cli::output;
use crate::clock::{Clock, Stopwatch};
use crate::config::{DatabaseUrl, Reads};
use crate::db::audit::AuditRow;
use crate::db::{Db, DbError, DbResult, Id, OpenOptions, Schema};
use crate::vault::PublicKeys;

/// Rows of one commit while the table is filled, and as many as are hashed for the floor.
const BATCH: i64 = 10_000;
const FLOOR_ROWS: i64 = 100_000;
const SEALED_BYTES: usize = 160;

/// Measures on SQLite, in a folder that is made for this and removed afterwards; or on an empty PostgreSQL database.
#[derive(Args)]
pub struct Arguments {
    /// How many records there are.
    #[arg(long, default_value_t = 2_000_000, value_parser = clap::value_parser!(i64).range(10_000..=100_000_000))]
    rows: i64,
    /// Of how many customers.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    tenants: i64,
    /// Where the folder is made.
    #[arg(long, default_value = "data")]
    dir: PathBuf,
    /// Measure in this PostgreSQL database instead. It must be empty, and is not emptied afterwards.
    #[arg(long)]
    postgres: Option<String>,
    /// Fail where fewer records are verified in a second. Zero asks for nothing.
    #[arg(long, default_value_t = 500_000)]
    at_least: u32,
    /// Print a JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    database: &'static str,
    rows: i64,
    threads: usize,
    rows_per_second: f64,
    /// Processor time for each row, of all threads.
    cpu_us: f64,
    /// The same of SHA-256 alone.
    floor_cpu_us: f64,
    ratio: f64,
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = Place::make(&arguments.dir)?;
    let (url, database) = match &arguments.postgres {
        Some(url) => (DatabaseUrl::parse(url).map_err(anyhow::Error::msg)?, "PostgreSQL"),
        None => (DatabaseUrl::Sqlite(place.file("audit.db")), "SQLite"),
    };
    let create_in = Some(place.dir());
    let db = Db::open(
        &url,
        &OpenOptions { schema: Schema::Main, pool: 8, reads: Reads::default(), create_in, migrate: true },
    )?;
    ensure!(
        db.read(|conn| Ok::<_, DbError>(crate::db::audit::extents(conn)?)).await?.is_empty(),
        "the database holds records already"
    );
    output::note(&format!("writing {} records", arguments.rows))?;
    let (rows, tenants) = (arguments.rows, arguments.tenants);
    let written = db.maintain(move |conn| fill(conn, rows / tenants, tenants)).await?;
    let floor_cpu_us = floor();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (before, watch) = (own_cpu()?, Stopwatch::start());
    let verified = audit::verify(&db, &PublicKeys { keys: Vec::new() }, &[], threads).await?;
    let (took, cpu) = (watch.elapsed(), own_cpu()?.saturating_sub(before));
    ensure!(verified.rows == written && verified.broken.is_empty(), "the chains do not hold: {verified:?}");
    let (cpu_us, floor_cpu_us) = (per_row(cpu, written), floor_cpu_us?);
    let rows_per_second = 1e6 / per_row(took, written);
    let ratio = cpu_us / floor_cpu_us.max(f64::EPSILON);
    let measured =
        Measured { database, rows: written, threads, rows_per_second, cpu_us, floor_cpu_us, ratio };
    print(&measured, arguments.json)?;
    let wanted = arguments.at_least;
    ensure!(
        rows_per_second >= f64::from(wanted),
        "{rows_per_second:.0} records in a second are fewer than {wanted}"
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
fn per_row(time: Duration, rows: i64) -> f64 {
    time.as_secs_f64() * 1e6 / rows.max(1) as f64
}

/// The chains grow beside each other, as those of a service do: neighbours in time are of different customers.
fn fill(conn: &mut crate::db::Conn, rows: i64, tenants: i64) -> DbResult<i64> {
    let mut chains: Vec<Chain> = (1..=tenants).map(Chain::new).collect();
    let rounds = (BATCH / tenants).max(1);
    let mut left = rows;
    while left > 0 {
        let rounds = rounds.min(left);
        conn.transaction(|tx| {
            (0..rounds).try_for_each(|_| {
                chains.iter_mut().try_for_each(|chain| crate::db::audit::insert(tx, &chain.next()))
            })
        })?;
        left -= rounds;
    }
    Ok(rows * tenants)
}

/// SHA-256 over rows as they are, and nothing else.
fn floor() -> anyhow::Result<f64> {
    let mut chain = Chain::new(1);
    let rows: Vec<AuditRow> = (0..FLOOR_ROWS).map(|_| chain.next()).collect();
    let before = own_cpu()?;
    let mut rounds = 0;
    let watch = Stopwatch::start();
    while watch.elapsed() < Duration::from_secs(2) {
        for row in &rows {
            ensure!(hash_of(row).as_slice() == row.hash, "a hash came out differently");
        }
        rounds += 1;
    }
    Ok(per_row(own_cpu()?.saturating_sub(before), FLOOR_ROWS * rounds))
}

struct Chain {
    tenant: Id,
    sequence: i64,
    previous: Vec<u8>,
    clock: Clock,
}

impl Chain {
    fn new(tenant: i64) -> Self {
        Self { tenant: Id::from_i64(tenant), sequence: 0, previous: vec![0; 32], clock: Clock::system() }
    }

    fn next(&mut self) -> AuditRow {
        self.sequence += 1;
        let now = self.clock.now();
        let mut row = AuditRow {
            tenant_id: self.tenant,
            sequence: self.sequence,
            id: Id::new(now),
            at: now.into(),
            kind: "bundle_opened".to_owned(),
            staff_id: Some(Id::new(now)),
            ticket_id: Some(Id::new(now)),
            previous_hash: self.previous.clone(),
            hash: Vec::new(),
            expires_at: now.into(),
            sealed: vec![0xa5; SEALED_BYTES],
        };
        row.hash = hash_of(&row).to_vec();
        self.previous.clone_from(&row.hash);
        row
    }
}

fn print(measured: &Measured, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return output::json(measured);
    }
    let Measured { database, rows, threads, rows_per_second, cpu_us, floor_cpu_us, ratio } = measured;
    output::line(&format!(
        "{rows} records in {database}, {threads} threads; times in microseconds of processor.\n"
    ))?;
    let row = [
        "records verified".to_owned(),
        format!("{rows_per_second:.0}"),
        format!("{cpu_us:.2}"),
        format!("{floor_cpu_us:.2}"),
        format!("{ratio:.2}"),
    ];
    output::table(["what", "per s", "cpu", "sha-256", "ratio"], &[row])
}
