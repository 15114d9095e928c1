//! The floor of storing: the same rows in the same table with the same durability, written by one loop that has nothing
//! else to do.

use std::time::Duration;

use diesel::connection::Connection;
use sha2::{Digest, Sha256};

use super::Bench;
use super::child::own_cpu;
use super::load::Measured;
use super::place::Place;
use crate::clock::{Clock, Stopwatch};
use crate::config::{DatabaseUrl, Reads};
use crate::db::webhooks::{self, WebhookRow};
use crate::db::{Conn, Db, DbResult, Id, OpenOptions, Schema};

pub const GROUP: u64 = 64;

/// Writes rows for the whole window, `group` of them in a commit. Each latency is that of a commit.
pub async fn measure(bench: &Bench<'_>, group: u64, payload: usize) -> anyhow::Result<(Measured, Duration)> {
    let db = open(&bench.place, group)?;
    let window = bench.arguments.window();
    let mut rows = Rows::new(bench.tenants.len(), payload);
    let before = own_cpu()?;
    let measured = db.maintain(move |conn| write(conn, &mut rows, group, window)).await?;
    Ok((measured, own_cpu()?.saturating_sub(before)))
}

/// A database of its own, so that the service's one is not larger for some rows of the table than for others.
fn open(place: &Place, group: u64) -> DbResult<Db> {
    let url = DatabaseUrl::Sqlite(place.file(&format!("rows-{group}.db")));
    let create_in = Some(place.dir());
    Db::open(
        &url,
        &OpenOptions { schema: Schema::Main, pool: 1, reads: Reads::default(), create_in, migrate: true },
    )
}

fn write(conn: &mut Conn, rows: &mut Rows, group: u64, window: Duration) -> DbResult<Measured> {
    let (running, mut measured) = (Stopwatch::start(), Measured::default());
    while running.elapsed() < window {
        let commit = Stopwatch::start();
        conn.transaction(|tx| (0..group).try_for_each(|_| webhooks::insert(tx, &rows.next()).map(drop)))?;
        measured.latency.record(commit.elapsed());
        measured.done += group;
    }
    measured.wall = running.elapsed();
    Ok(measured)
}

/// Rows as a service writes them: of all tenants in turn, at a random place in the table.
struct Rows {
    tenants: Vec<Id>,
    payload: Vec<u8>,
    clock: Clock,
    made: usize,
}

impl Rows {
    fn new(tenants: usize, payload: usize) -> Self {
        let clock = Clock::system();
        let tenants = (0..tenants).map(|_| Id::new(clock.now())).collect();
        // Sealed values look random to the database; it does not look at them at all.
        Self { tenants, payload: vec![0xa5; payload], clock, made: 0 }
    }

    fn next(&mut self) -> WebhookRow {
        self.made += 1;
        let now = self.clock.now();
        WebhookRow {
            tenant_id: self.tenants.get(self.made % self.tenants.len()).copied().unwrap_or(Id::NONE),
            identifier_index: Sha256::digest(self.made.to_be_bytes()).to_vec(),
            id: Id::new(now),
            received_at: now.into(),
            expires_at: now.into(),
            payload: self.payload.clone(),
            parent_index: None,
        }
    }
}
