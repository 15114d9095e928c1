//! What happened between two instants, counted over all tenants: no names, no texts, nothing by which anybody is found.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::schema::{audit, downloads, receipts, reviews, ticket_frames, tickets};
use super::{Conn, Millis, each};

/// From the first instant on, and before the second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Millis,
    pub until: Millis,
}

/// Rows of one table whose instant lies in the span.
macro_rules! within {
    ($conn:expr, $span:expr, $table:ident, $column:ident) => {
        $table::table
            .filter($table::$column.ge($span.from))
            .filter($table::$column.lt($span.until))
            .count()
            .get_result($conn)
    };
}

/// Everything that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Records of what staff did, by their kind.
    pub records: Vec<(String, i64)>,
    /// Reports that were made, those whose ticket was closed, and those that somebody had deleted before their day.
    pub reports: [i64; 3],
    /// Of the tickets that are still there: those that were answered in time, those that were answered late, and those that wait for
    /// their first answer.
    pub first_answers: [i64; 3],
    /// Accesses that a second person has to look at, and those of them that nobody has looked at yet.
    pub reviews: [i64; 2],
    /// Copies of bundles that were taken out of the system, and those of them that nobody says are deleted.
    pub downloads: [i64; 2],
}

pub fn count(conn: &mut Conn, span: Span) -> QueryResult<Counted> {
    Ok(Counted {
        records: records(conn, span)?,
        reports: reports(conn, span)?,
        first_answers: first_answers(conn, span)?,
        reviews: reviews(conn, span)?,
        downloads: downloads(conn, span)?,
    })
}

fn records(conn: &mut Conn, span: Span) -> QueryResult<Vec<(String, i64)>> {
    each!(conn, |conn| audit::table
        .filter(audit::at.ge(span.from))
        .filter(audit::at.lt(span.until))
        .group_by(audit::kind)
        .order(audit::kind)
        .select((audit::kind, count_star()))
        .load(conn))
}

/// What is left of a ticket that is gone is counted too, for as long as it is kept.
fn reports(conn: &mut Conn, span: Span) -> QueryResult<[i64; 3]> {
    Ok([
        within!(conn, span, ticket_frames, recorded_at)?,
        within!(conn, span, ticket_frames, closed_at)?,
        within!(conn, span, ticket_frames, gone_at)?,
    ])
}

fn first_answers(conn: &mut Conn, span: Span) -> QueryResult<[i64; 3]> {
    let made = || {
        tickets::table.filter(tickets::created_at.ge(span.from)).filter(tickets::created_at.lt(span.until))
    };
    let answered: i64 = made().filter(tickets::responded_at.is_not_null()).count().get_result(conn)?;
    let late: i64 = made().filter(tickets::responded_at.gt(tickets::respond_by)).count().get_result(conn)?;
    let waiting = made().filter(tickets::responded_at.is_null()).filter(tickets::closed_at.is_null());
    Ok([answered - late, late, waiting.count().get_result(conn)?])
}

fn reviews(conn: &mut Conn, span: Span) -> QueryResult<[i64; 2]> {
    let open = reviews::table
        .filter(reviews::at.ge(span.from))
        .filter(reviews::at.lt(span.until))
        .filter(reviews::reviewed_at.is_null());
    Ok([within!(conn, span, reviews, at)?, open.count().get_result(conn)?])
}

fn downloads(conn: &mut Conn, span: Span) -> QueryResult<[i64; 2]> {
    let left = downloads::table
        .filter(downloads::at.ge(span.from))
        .filter(downloads::at.lt(span.until))
        .filter(downloads::deleted_at.is_null());
    Ok([within!(conn, span, downloads, at)?, left.count().get_result(conn)?])
}

/// Receipts of erasures, without their supplements: in the keyring, which outlives what they are about.
pub fn receipts(conn: &mut Conn, span: Span) -> QueryResult<i64> {
    receipts::table
        .filter(receipts::number.eq(0))
        .filter(receipts::issued_at.ge(span.from))
        .filter(receipts::issued_at.lt(span.until))
        .count()
        .get_result(conn)
}
