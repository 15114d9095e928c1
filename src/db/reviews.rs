//! Accesses that somebody else looks at afterwards.

use diesel::prelude::*;

use super::schema::reviews;
use super::{Conn, Id, Millis};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = reviews, treat_none_as_default_value = false)]
pub struct ReviewRow {
    pub tenant_id: Id,
    pub id: Id,
    pub sequence: i64,
    pub kind: String,
    pub staff_id: Id,
    pub at: Millis,
    pub reviewed_at: Option<Millis>,
    pub reviewer_id: Option<Id>,
    pub expires_at: Millis,
}

pub fn insert(tx: &mut Conn, row: &ReviewRow) -> QueryResult<()> {
    diesel::insert_into(reviews::table).values(row).execute(tx).map(drop)
}

/// Those that nobody has looked at, the oldest first, after the one called `after`.
pub fn open(conn: &mut Conn, after: Id, limit: i64) -> QueryResult<Vec<ReviewRow>> {
    reviews::table
        .filter(reviews::reviewed_at.is_null())
        .filter(reviews::id.gt(after))
        .order(reviews::id)
        .limit(limit)
        .select(ReviewRow::as_select())
        .load(conn)
}

pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<ReviewRow>> {
    reviews::table.filter(reviews::id.eq(id)).select(ReviewRow::as_select()).first(conn).optional()
}

/// False when somebody was faster.
pub fn settle(tx: &mut Conn, tenant: Id, id: Id, reviewer: Id, now: Millis) -> QueryResult<bool> {
    let open = reviews::table.find((tenant, id)).filter(reviews::reviewed_at.is_null());
    let reviewed = (reviews::reviewed_at.eq(Some(now)), reviews::reviewer_id.eq(Some(reviewer)));
    Ok(diesel::update(open).set(reviewed).execute(tx)? == 1)
}
