//! What is due, counted per day. Each query walks an index as far as the time asked for and no further.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::expiry::{self, Expiring};
use super::schema::erasures;
use super::{Conn, Id, Millis, Schema, each};
use crate::clock::Timestamp;

/// How many fall on one day of UTC, counted from 1970-01-01. [`OVERDUE`] is the day of all that is due already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct OnDay {
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

pub const OVERDUE: i64 = -1;

/// The time that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub now: Timestamp,
    pub until: Timestamp,
}

/// Notices, ends of subscriptions, erasures and confirmations of processors within the window: which of them, and how many on which day.
pub fn work(conn: &mut Conn, window: Window) -> QueryResult<Vec<(&'static str, OnDay)>> {
    counted(conn, work_queries(window))
}

/// What expires within the window in one of the databases, by table.
pub fn expiries(conn: &mut Conn, schema: Schema, window: Window) -> QueryResult<Vec<(&'static str, OnDay)>> {
    counted(conn, expiry_queries(schema, window))
}

/// A query per kind of work. A test looks at how the databases run them.
pub fn work_queries(window: Window) -> Vec<(&'static str, String)> {
    let until = window.until.as_millis();
    let marked = "FROM tenants WHERE standing = 'marked'";
    let queries = [
        (
            "notices",
            "run_at",
            format!("FROM jobs WHERE state = 'queued' AND kind = 'notice' AND run_at <= {until}"),
        ),
        ("ends", "ends_at", format!("FROM tenants WHERE standing = 'active' AND ends_at <= {until}")),
        (
            "erasures",
            "due_at",
            format!("{marked} AND due_at <= {until} AND (asked_due_at IS NULL OR asked_due_at > due_at)"),
        ),
        (
            "erasures",
            "asked_due_at",
            format!("{marked} AND asked_due_at <= {until} AND asked_due_at <= due_at"),
        ),
        ("erasures", "due_at", suspected(until)),
        (
            "confirmations",
            "due_at",
            format!("FROM processor_erasures WHERE acknowledged_at IS NULL AND due_at <= {until}"),
        ),
    ];
    queries.map(|(what, column, from)| (what, per_day(column, &from, window.now))).into()
}

/// A query per table whose rows expire.
pub fn expiry_queries(schema: Schema, window: Window) -> Vec<(&'static str, String)> {
    let query = |table: &Expiring| {
        let from = format!("FROM {} WHERE expires_at <= {}", table.table, window.until.as_millis());
        (table.table, per_day("expires_at", &from, window.now))
    };
    expiry::tables(schema).map(query).collect()
}

fn counted(conn: &mut Conn, queries: Vec<(&'static str, String)>) -> QueryResult<Vec<(&'static str, OnDay)>> {
    let mut found = Vec::new();
    for (what, sql) in queries {
        let days: Vec<OnDay> = each!(conn, |conn| diesel::sql_query(sql).load(conn))?;
        found.extend(days.into_iter().map(|day| (what, day)));
    }
    Ok(found)
}

/// Tenants that are suspected and there, by the earliest of their dates.
fn suspected(until: i64) -> String {
    format!(
        "FROM suspicions AS one WHERE due_at <= {until} \
         AND NOT EXISTS (SELECT 1 FROM suspicions AS other WHERE other.tenant_id = one.tenant_id \
         AND (other.due_at < one.due_at OR other.due_at = one.due_at AND other.reason < one.reason)) \
         AND EXISTS (SELECT 1 FROM tenants WHERE tenants.id = one.tenant_id AND standing = 'active')"
    )
}

/// There are numbers of our own and names of columns in the text, and nothing else.
fn per_day(column: &str, from: &str, now: Timestamp) -> String {
    let now = now.as_millis();
    let day = format!("CASE WHEN {column} <= {now} THEN {OVERDUE} ELSE {column} / 86400000 END");
    format!("SELECT CAST({day} AS BIGINT) AS day, count(*) AS count {from} GROUP BY 1")
}

/// An erasure that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    pub tenant: Id,
    pub step: String,
    pub reason: String,
    pub frozen_at: Timestamp,
}

/// Erasures that have begun, in the order of their tenants.
pub fn under_way(conn: &mut Conn, limit: i64) -> QueryResult<Vec<UnderWay>> {
    let columns = (erasures::tenant_id, erasures::step, erasures::reason, erasures::frozen_at);
    let rows: Vec<(Id, String, String, Millis)> =
        erasures::table.order(erasures::tenant_id).limit(limit).select(columns).load(conn)?;
    let erasure = |(tenant, step, reason, frozen_at): (_, _, _, Millis)| UnderWay {
        tenant,
        step,
        reason,
        frozen_at: frozen_at.into(),
    };
    Ok(rows.into_iter().map(erasure).collect())
}
