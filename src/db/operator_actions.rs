//! What operators did by hand, and why.

use diesel::prelude::*;

use super::schema::operator_actions;
use super::{Conn, Id, Millis};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = operator_actions, treat_none_as_default_value = false)]
pub struct OperatorActionRow {
    pub id: Id,
    pub at: Millis,
    pub action: String,
    /// Sealed under the vendor's key.
    pub reason: Vec<u8>,
    pub expires_at: Millis,
}

pub fn insert(tx: &mut Conn, row: &OperatorActionRow) -> QueryResult<()> {
    diesel::insert_into(operator_actions::table).values(row).execute(tx).map(drop)
}

/// The newest first.
pub fn newest(conn: &mut Conn, limit: i64) -> QueryResult<Vec<OperatorActionRow>> {
    let all = operator_actions::table.order(operator_actions::id.desc());
    all.limit(limit).select(OperatorActionRow::as_select()).load(conn)
}

/// In their order, after `after`.
pub fn page(conn: &mut Conn, after: Id, limit: i64) -> QueryResult<Vec<OperatorActionRow>> {
    operator_actions::table
        .filter(operator_actions::id.gt(after))
        .order(operator_actions::id)
        .limit(limit)
        .select(OperatorActionRow::as_select())
        .load(conn)
}
