//! What is due, counted per day. Each query walks an index as far as the time asked for and no further.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::schema::erasures;
use super::{Conn, Id, Millis, each};
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

/// Tables whose rows expire by a clock of their own, each with its data class.
const EXPIRING: [(&str, &str); 8] = [
    ("webhooks", "operation"),
    ("operation_records", "operation"),
    ("tombstones", "operation"),
    ("usage_counters", "session"),
    ("notices", "audit"),
    ("timeline", "audit"),
    ("operator_actions", "audit"),
    ("orders", "order"),
];

/// The time that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub now: Timestamp,
    pub until: Timestamp,
}

/// Everything that is due within the window: what it is, and how much of it on which day.
pub fn all(conn: &mut Conn, window: Window) -> QueryResult<Vec<(&'static str, OnDay)>> {
    let until = window.until.as_millis();
    let marked = "FROM tenants WHERE standing = 'marked'";
    let mut queries = vec![
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
    ];
    queries
        .extend(EXPIRING.map(|(table, class)| {
            (class, "expires_at", format!("FROM {table} WHERE expires_at <= {until}"))
        }));
    let mut found = Vec::new();
    for (what, column, from) in queries {
        let days = per_day(conn, column, &from, window.now)?;
        found.extend(days.into_iter().map(|day| (what, day)));
    }
    Ok(found)
}

/// Tenants that are suspected and there, by the earliest of their dates.
fn suspected(until: i64) -> String {
    format!(
        "FROM (SELECT tenant_id, min(due_at) AS due_at FROM suspicions WHERE due_at <= {until} GROUP BY tenant_id) AS first \
         WHERE EXISTS (SELECT 1 FROM tenants WHERE tenants.id = first.tenant_id AND standing = 'active')"
    )
}

/// There are numbers of our own and names of columns in the text, and nothing else.
fn per_day(conn: &mut Conn, column: &str, from: &str, now: Timestamp) -> QueryResult<Vec<OnDay>> {
    let now = now.as_millis();
    let day = format!("CASE WHEN {column} <= {now} THEN {OVERDUE} ELSE {column} / 86400000 END");
    let sql = format!("SELECT CAST({day} AS BIGINT) AS day, count(*) AS count {from} GROUP BY 1");
    each!(conn, |conn| diesel::sql_query(sql).load(conn))
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
