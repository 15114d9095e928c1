//! The vendor's own wording for answers that are given often.

use diesel::prelude::*;

use super::schema::canned_replies;
use super::{Conn, Id, Millis, each};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = canned_replies, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CannedReplyRow {
    pub id: Id,
    pub title: String,
    pub language: String,
    pub body: String,
    pub updated_at: Millis,
    /// What becomes of a ticket that is answered with it; nothing where the state stays.
    pub after_state: Option<String>,
}

/// Stores it, in the place of one with the same id.
pub fn put(tx: &mut Conn, row: &CannedReplyRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(canned_replies::table)
        .values(row)
        .on_conflict(canned_replies::id)
        .do_update()
        .set(row)
        .execute(tx))
    .map(drop)
}

pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<CannedReplyRow>> {
    canned_replies::table.find(id).select(CannedReplyRow::as_select()).first(conn).optional()
}

pub fn all(conn: &mut Conn, limit: i64) -> QueryResult<Vec<CannedReplyRow>> {
    canned_replies::table
        .order(canned_replies::id)
        .limit(limit)
        .select(CannedReplyRow::as_select())
        .load(conn)
}

pub fn count(conn: &mut Conn) -> QueryResult<i64> {
    canned_replies::table.count().get_result(conn)
}

/// False when there was none.
pub fn delete(tx: &mut Conn, id: Id) -> QueryResult<bool> {
    Ok(diesel::delete(canned_replies::table.find(id)).execute(tx)? == 1)
}
