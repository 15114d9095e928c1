//! What keeps the service from marking and erasing: the brakes that are engaged, how many suspicions and erasures began
//! within a day, and when the service last looked at the clock.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::schema::{brakes, deployment};
use super::{Conn, Millis, deployment as named, each, text_enum};
use crate::clock::Timestamp;

text_enum! {
    /// Why nothing is marked or erased at the moment.
    pub enum Brake {
        /// An operator said so.
        Paused = "paused",
        /// The clock moved further than a clock does.
        Clock = "clock",
        /// Too many tenants seemed to leave within a day.
        Suspicions = "suspicions",
        /// Too many erasures began within a day.
        Erasures = "erasures",
    }
}

text_enum! {
    /// What is counted over the last day.
    pub enum Counted {
        Suspicions = "suspicions",
        Erasures = "erasures",
    }
}

/// A brake that is engaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engaged {
    pub brake: Brake,
    pub at: Timestamp,
    /// How many there would have been, or by how many milliseconds the clock had moved.
    pub measure: i64,
}

const LAST_SEEN: &str = "last_seen_at";
const HOUR: Duration = Duration::from_secs(3_600);
/// One counter per hour of a day.
const HOURS: i64 = 24;
/// A counter's row holds the hour and, below it, the count.
const COUNT_BITS: u32 = 24;

/// Those that are engaged, in the order of their names.
pub fn engaged(conn: &mut Conn) -> QueryResult<Vec<Engaged>> {
    let rows: Vec<(String, Millis, i64)> = each!(conn, |conn| brakes::table.order(brakes::name).load(conn))?;
    let known = |(name, at, measure): (String, Millis, i64)| {
        Some(Engaged { brake: name.parse().ok()?, at: at.into(), measure })
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// True when it was not engaged already.
pub fn engage(tx: &mut Conn, engaged: Engaged) -> QueryResult<bool> {
    let values = (
        brakes::name.eq(engaged.brake.as_str()),
        brakes::engaged_at.eq(Millis::from(engaged.at)),
        brakes::measure.eq(engaged.measure),
    );
    let inserted = each!(tx, |tx| diesel::insert_into(brakes::table)
        .values(values)
        .on_conflict(brakes::name)
        .do_nothing()
        .execute(tx))?;
    Ok(inserted == 1)
}

/// Lets go of all of them, and begins to count anew.
pub fn release_all(tx: &mut Conn) -> QueryResult<()> {
    diesel::delete(brakes::table).execute(tx)?;
    for counted in Counted::ALL {
        let (from, to) = counters(*counted);
        let own = deployment::name.ge(from).and(deployment::name.lt(to));
        diesel::delete(deployment::table.filter(own)).execute(tx)?;
    }
    Ok(())
}

/// Makes those who count wait for each other, until the transaction ends.
pub fn lock(tx: &mut Conn) -> QueryResult<()> {
    let Conn::Pg(tx) = tx else { return Ok(()) };
    tx.batch_execute("SELECT pg_advisory_xact_lock(7023436392)")
}

/// How many began within the last day; whole hours are counted.
pub fn begun_within_a_day(conn: &mut Conn, counted: Counted, now: Timestamp) -> QueryResult<i64> {
    let (from, to) = counters(counted);
    let of_day = deployment::table.filter(deployment::name.ge(from).and(deployment::name.lt(to)));
    let values: Vec<i64> = each!(conn, |conn| of_day.select(deployment::value).load(conn))?;
    let oldest = hour(now) - HOURS;
    let young = values.into_iter().filter(|value| value >> COUNT_BITS > oldest);
    Ok(young.map(|value| value & ((1 << COUNT_BITS) - 1)).sum())
}

/// One more begins now.
pub fn count_one(tx: &mut Conn, counted: Counted, now: Timestamp) -> QueryResult<()> {
    let (name, first) = (counter(counted, hour(now)), hour(now) << COUNT_BITS);
    let standing = named::value(tx, &name)?;
    // What stands from the same hour of another day starts anew.
    let value = standing.filter(|value| value >> COUNT_BITS == hour(now)).unwrap_or(first) + 1;
    named::set(tx, &name, value)
}

/// When the service last looked at the clock; nothing in a database that is new.
pub fn last_seen_at(conn: &mut Conn) -> QueryResult<Option<Timestamp>> {
    Ok(named::value(conn, LAST_SEEN)?.map(Timestamp::from_millis))
}

pub fn set_last_seen_at(tx: &mut Conn, now: Timestamp) -> QueryResult<()> {
    named::set(tx, LAST_SEEN, now.as_millis())
}

fn hour(now: Timestamp) -> i64 {
    now.as_seconds().div_euclid(HOUR.as_secs().cast_signed())
}

fn counter(counted: Counted, hour: i64) -> String {
    format!("{counted}.{:02}", hour.rem_euclid(HOURS))
}

/// The names of all counters stand between these two: `/` comes after `.`.
fn counters(counted: Counted) -> (String, String) {
    (format!("{counted}."), format!("{counted}/"))
}
