//! How often a feature was used on a day; never by whom.

use diesel::prelude::*;

use super::schema::usage_counters;
use super::{Conn, Id, Millis, each, prepared};

#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = usage_counters, treat_none_as_default_value = false)]
pub struct UsageRow {
    pub tenant_id: Id,
    /// Days since 1970-01-01, in UTC.
    pub day: i64,
    pub feature: String,
    pub uses: i64,
    pub expires_at: Millis,
}

/// Adds the row's uses to the day's counter. The expiry is that of the first use.
pub fn add(tx: &mut Conn, row: &UsageRow) -> QueryResult<()> {
    let place = (usage_counters::tenant_id, usage_counters::day, usage_counters::feature);
    let upsert = diesel::insert_into(usage_counters::table)
        .values(row)
        .on_conflict(place)
        .do_update()
        .set(usage_counters::uses.eq(usage_counters::uses + row.uses));
    prepared::execute(tx, upsert).map(drop)
}

/// The tenant's counters, day by day.
pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<UsageRow>> {
    each!(conn, |conn| usage_counters::table
        .filter(usage_counters::tenant_id.eq(tenant))
        .order((usage_counters::day, usage_counters::feature))
        .select(UsageRow::as_select())
        .load(conn))
}
