//! Order data: what tax law wants kept after an erasure. Sealed under the vendor's key, found by nobody's name.

use diesel::prelude::*;

use super::schema::orders;
use super::{Conn, Id, Millis, each};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
pub struct OrderRow {
    pub id: Id,
    pub recorded_at: Millis,
    pub contract_ended_at: Millis,
    pub expires_at: Millis,
    pub sealed: Vec<u8>,
}

/// Stores the row unless one of this id stands.
pub fn keep(tx: &mut Conn, row: &OrderRow) -> QueryResult<()> {
    let inserted = each!(tx, |tx| diesel::insert_into(orders::table)
        .values(row)
        .on_conflict(orders::id)
        .do_nothing()
        .execute(tx));
    inserted.map(drop)
}

pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<OrderRow>> {
    each!(conn, |conn| orders::table.find(id).select(OrderRow::as_select()).first(conn).optional())
}
