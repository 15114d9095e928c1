//! What happened to a tenant, in closed words.

use diesel::prelude::*;

use super::schema::timeline;
use super::{Conn, Id, Millis, each};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = timeline, treat_none_as_default_value = false)]
pub struct TimelineRow {
    pub tenant_id: Id,
    pub id: Id,
    pub at: Millis,
    pub kind: String,
    pub detail: Option<String>,
    pub expires_at: Millis,
}

pub fn insert(tx: &mut Conn, row: &TimelineRow) -> QueryResult<()> {
    diesel::insert_into(timeline::table).values(row).execute(tx).map(drop)
}

/// A tenant's entries before the one called `before`, the newest first.
pub fn page(conn: &mut Conn, tenant: Id, before: Id, limit: i64) -> QueryResult<Vec<TimelineRow>> {
    each!(conn, |conn| timeline::table
        .filter(timeline::tenant_id.eq(tenant))
        .filter(timeline::id.lt(before))
        .order(timeline::id.desc())
        .limit(limit)
        .select(TimelineRow::as_select())
        .load(conn))
}

/// Everything that happened to one tenant is told of another from now on.
pub fn hand_over(tx: &mut Conn, from: Id, into: Id) -> QueryResult<()> {
    let own = timeline::table.filter(timeline::tenant_id.eq(from));
    diesel::update(own).set(timeline::tenant_id.eq(into)).execute(tx).map(drop)
}
