//! Deletes what has expired, in both databases: in bounded batches found by an index, so that the cost grows with what is
//! due. Batches of all tables take turns, so that none waits for another's backlog.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::audit;
use crate::clock::Timestamp;
use crate::db::downloads;
use crate::db::expiry::{self, Overdue};
use crate::db::jobs::Claimed;
use crate::db::{Db, DbError, DbResult, Schema};
use crate::policy::Policy;
use crate::vault::Vault;

const AUDIT: &str = "audit";
const COPIES: &str = "sink_copies";
const TICKETS: &str = "tickets";
/// How often it looks; well within the policy's sweep lag.
pub const INTERVAL: Duration = Duration::from_secs(600);
/// Batches of one table in one run. What is left comes next, after other jobs that are due.
const ROUNDS_MAX: usize = 100;

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    let now = environment.clock.now();
    let Environment { db, vault, tenancy, staff, tickets, .. } = &environment;
    let due = due(db, vault.keyring(), now).await.map_err(JobError::retry)?;
    // What other systems have is asked for before the rows go that say what it is called there.
    if due.iter().any(|found| found.table.table == COPIES) {
        let forgotten = tickets.forget_due(now).await;
        forgotten.map_err(|error| JobError::Retry(anyhow::anyhow!(error.log_line())))?;
    }
    let report = delete_due(db, vault, tenancy.policy(), due, now).await.map_err(JobError::retry)?;
    staff.end_lapsed().await.map_err(JobError::retry)?;
    sweep_report(&report);
    Ok(Done::Again(if report.is_done { now.plus(INTERVAL) } else { now }))
}

/// What one sweep found and deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepReport {
    pub at: Timestamp,
    /// By table, those that had something due.
    pub tables: BTreeMap<&'static str, Swept>,
    /// Whether nothing that was due is left.
    pub is_done: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    pub rows: usize,
    /// For how long the oldest of them had been due.
    pub overdue: Duration,
}

/// The one place that hears of every sweep.
pub fn sweep_report(report: &SweepReport) {
    for (table, swept) in &report.tables {
        let overdue_seconds = swept.overdue.as_secs();
        tracing::info!(table, rows = swept.rows, overdue_seconds, is_done = report.is_done, "swept");
    }
}

/// Deletes what is due at `now`. Where nothing is due, nothing is written.
pub async fn sweep(main: &Db, vault: &Vault, policy: &Policy, now: Timestamp) -> DbResult<SweepReport> {
    delete_due(main, vault, policy, due(main, vault.keyring(), now).await?, now).await
}

async fn delete_due(
    main: &Db,
    vault: &Vault,
    policy: &Policy,
    mut due: Vec<Overdue>,
    now: Timestamp,
) -> DbResult<SweepReport> {
    let keyring = vault.keyring();
    let mut report = SweepReport { at: now, tables: BTreeMap::new(), is_done: false };
    for found in &due {
        let overdue = now.since(found.since);
        report.tables.insert(found.table.table, Swept { rows: 0, overdue });
    }
    // Of a chain only the beginning may go, and something stays in its place.
    due.retain(|found| found.table.table != AUDIT);
    let pruned = audit::prune(main, vault, policy, now).await?;
    if pruned > 0 {
        report.tables.entry(AUDIT).or_default().rows = pruned;
    }
    for _ in 0..ROUNDS_MAX {
        let mut left = Vec::new();
        for found in due {
            let db = if found.table.schema == Schema::Main { main } else { keyring };
            let rows = delete_batch(db, found, now).await?;
            report.tables.entry(found.table.table).or_default().rows += rows;
            if rows >= usize::try_from(expiry::BATCH_MAX).unwrap_or(usize::MAX) {
                left.push(found);
            }
        }
        due = left;
        if due.is_empty() {
            break;
        }
    }
    report.is_done = due.is_empty();
    Ok(report)
}

async fn due(main: &Db, keyring: &Db, now: Timestamp) -> DbResult<Vec<Overdue>> {
    let mut due = Vec::new();
    for (db, schema) in [(main, Schema::Main), (keyring, Schema::Keyring)] {
        due.extend(db.read(move |conn| Ok::<_, DbError>(expiry::overdue(conn, schema, now)?)).await?);
    }
    Ok(due)
}

/// One transaction: a batch is gone as a whole, or not at all.
async fn delete_batch(db: &Db, found: Overdue, now: Timestamp) -> DbResult<usize> {
    db.write(move |tx| {
        if found.table.table == TICKETS {
            downloads::due_with_tickets(tx, now.into())?;
        }
        Ok::<_, DbError>(expiry::delete_due(tx, found.table, now)?)
    })
    .await
}
