//! A record keeps the date that it was stored with. When the policy has come to give it a shorter time, the shorter one holds:
//! this goes through everything that expires and brings the dates forward. It never puts one off.
//!
//! It costs as much as is stored, so it is done for a policy that is new here and not again: until a roll-out is over, since
//! a process of the former version may go on writing for a while, and anew whenever another policy was in force between.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::clock::Timestamp;
use crate::db::deployment;
use crate::db::expiry::{self, Dated, Expiring};
use crate::db::jobs::Claimed;
use crate::db::{Db, DbError, DbResult, Schema};
use crate::policy::Policy;
use crate::policy::model::ClassName;
use crate::tenancy::Tenancy;

/// How often it looks besides after a start.
pub const INTERVAL: Duration = Duration::from_secs(12 * 3_600);
/// How long after a start: requests come first.
pub const AFTER_START: Duration = Duration::from_secs(60);
/// For how long after its first look a policy may still have processes of another one beside it.
const ROLL_OUT_MAX: Duration = Duration::from_secs(36 * 3_600);
/// The names under which it is remembered since when a policy is adopted.
const ADOPTED: &str = "retention.";

pub async fn run(environment: Environment, _: Claimed) -> Result<Done, JobError> {
    let now = environment.clock.now();
    let version = environment.tenancy.policy().version().as_str();
    let name = format!("{ADOPTED}{version}");
    let since = adopted_since(&environment.db, name.clone()).await.map_err(JobError::retry)?;
    if since.is_some_and(|since| since <= now && now.since(since) > ROLL_OUT_MAX) {
        return Ok(Done::Again(now.plus(INTERVAL)));
    }
    let lowered = adopt(&environment.db, &environment.keyring, &environment.tenancy, now).await;
    let lowered = lowered.map_err(JobError::retry)?;
    if lowered > 0 {
        tracing::info!(rows = lowered, policy = version, "records expire sooner under the present policy");
    }
    if since.is_none_or(|since| since > now) {
        remember(&environment.db, name, now).await.map_err(JobError::retry)?;
    }
    Ok(Done::Again(now.plus(INTERVAL)))
}

/// When this policy was first adopted here, unless another one was since.
async fn adopted_since(db: &Db, name: String) -> DbResult<Option<Timestamp>> {
    let value = db.read(move |conn| Ok::<_, DbError>(deployment::value(conn, &name)?)).await?;
    Ok(value.map(Timestamp::from_millis))
}

async fn remember(db: &Db, name: String, now: Timestamp) -> DbResult<()> {
    db.write(move |tx| {
        deployment::remove_all(tx, ADOPTED)?;
        Ok::<_, DbError>(deployment::set(tx, &name, now.as_millis())?)
    })
    .await
}

/// Returns how many dates were brought forward.
pub async fn adopt(main: &Db, keyring: &Db, tenancy: &Tenancy, now: Timestamp) -> DbResult<usize> {
    let mut lowered = 0;
    for table in &expiry::TABLES {
        let db = if table.schema == Schema::Main { main } else { keyring };
        let mut after = None;
        loop {
            let (batch, count) = adopt_batch(db, table, tenancy, now, after).await?;
            lowered += count;
            let Some(last) = batch else { break };
            after = Some(last);
        }
    }
    Ok(lowered)
}

/// One batch in one transaction. Returns its last row, if there was any, and how many dates changed.
async fn adopt_batch(
    db: &Db,
    table: &'static Expiring,
    tenancy: &Tenancy,
    now: Timestamp,
    after: Option<Dated>,
) -> DbResult<(Option<Dated>, usize)> {
    let tenancy = tenancy.clone();
    db.write(move |tx| {
        let rows = expiry::walk(tx, table, now, after.as_ref())?;
        let mut lowered = 0;
        for row in &rows {
            let Some(end) = end(tenancy.policy(), table.table, row, now) else { continue };
            if end < row.expires_at() {
                expiry::lower(tx, table, row, end)?;
                lowered += 1;
            }
        }
        Ok::<_, DbError>((rows.into_iter().last(), lowered))
    })
    .await
}

/// When the present policy lets a row expire; `None` where it has no time of its own. What the policy does not name any more
/// goes at once.
fn end(policy: &Policy, table: &str, row: &Dated, now: Timestamp) -> Option<Timestamp> {
    let began = row.began();
    match table {
        "webhooks" | "operation_records" => Some(policy.kind_expires_at(&row.kind, began).unwrap_or(now)),
        "usage_counters" => Some(policy.feature_expires_at(&row.kind, began).unwrap_or(now)),
        "tombstones" => Some(policy.tombstone_until(began)),
        "staff" => policy.expires_at(ClassName::Staff, began),
        "tickets" | "ticket_messages" | "bundle_items" | "consents" => {
            let closed_at = row.kind.parse().ok().map(Timestamp::from_millis);
            policy.ticket_expires_at(began, closed_at)
        }
        "timeline" | "operator_actions" | "notices" | "ticket_frames" | "downloads" | "reviews" | "moves"
        | "moved_names" => policy.expires_at(ClassName::Audit, began),
        "orders" => policy.expires_at(ClassName::Order, began),
        "ledger" | "receipts" => policy.expires_at(ClassName::Ledger, began),
        _ => None,
    }
}
