//! Names of tenants that live in another region now.

use diesel::prelude::*;

use super::schema::moved_names;
use super::{Conn, Id, Millis, each};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = moved_names, primary_key(tenant_id, id), treat_none_as_default_value = false)]
pub struct MovedName {
    pub tenant_id: Id,
    pub id: Id,
    pub name_index: Vec<u8>,
    pub peer: String,
    pub recorded_at: Millis,
    pub expires_at: Millis,
}

/// The newest word about a name counts.
pub fn put(tx: &mut Conn, row: &MovedName) -> QueryResult<()> {
    forget(tx, &row.name_index)?;
    each!(tx, |tx| diesel::insert_into(moved_names::table).values(row).execute(tx)).map(drop)
}

/// Whose name it was, where that tenant lives, and since when.
pub fn find(conn: &mut Conn, name_index: &[u8]) -> QueryResult<Option<MovedName>> {
    each!(conn, |conn| moved_names::table
        .filter(moved_names::name_index.eq(name_index))
        .select(MovedName::as_select())
        .first(conn)
        .optional())
}

/// All names of a tenant that lived here once.
pub fn forget_all_of(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    diesel::delete(moved_names::table.filter(moved_names::tenant_id.eq(tenant))).execute(tx).map(drop)
}

/// Who has this name is here (again).
pub fn forget(tx: &mut Conn, name_index: &[u8]) -> QueryResult<()> {
    diesel::delete(moved_names::table.filter(moved_names::name_index.eq(name_index))).execute(tx).map(drop)
}
