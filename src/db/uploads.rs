//! What the app's own pages store for the customer: it stays until they delete it, or until the tenant goes.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::schema::uploads;
use super::{Conn, Id, Millis, each, prepared};

#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = uploads, treat_none_as_default_value = false)]
pub struct UploadRow {
    pub tenant_id: Id,
    pub key_index: Vec<u8>,
    pub id: Id,
    pub updated_at: Millis,
    pub sealed: Vec<u8>,
}

pub fn find(conn: &mut Conn, tenant: Id, key: &[u8]) -> QueryResult<Option<UploadRow>> {
    each!(conn, |conn| uploads::table
        .find((tenant, key))
        .select(UploadRow::as_select())
        .first(conn)
        .optional())
}

/// Stores a value in the place of the one that stands.
pub fn replace(tx: &mut Conn, row: &UploadRow) -> QueryResult<()> {
    let value = (
        uploads::id.eq(excluded(uploads::id)),
        uploads::updated_at.eq(excluded(uploads::updated_at)),
        uploads::sealed.eq(excluded(uploads::sealed)),
    );
    let upsert = diesel::insert_into(uploads::table)
        .values(row)
        .on_conflict((uploads::tenant_id, uploads::key_index))
        .do_update()
        .set(value);
    prepared::execute(tx, upsert).map(drop)
}

/// False when there was none.
pub fn delete(tx: &mut Conn, tenant: Id, key: &[u8]) -> QueryResult<bool> {
    Ok(diesel::delete(uploads::table.find((tenant, key))).execute(tx)? == 1)
}

pub fn count(conn: &mut Conn, tenant: Id) -> QueryResult<i64> {
    each!(conn, |conn| uploads::table.filter(uploads::tenant_id.eq(tenant)).count().get_result(conn))
}

/// Values of a tenant in order of their ids, after `after`.
pub fn page(conn: &mut Conn, tenant: Id, after: Id, limit: i64) -> QueryResult<Vec<UploadRow>> {
    each!(conn, |conn| uploads::table
        .filter(uploads::tenant_id.eq(tenant))
        .filter(uploads::id.gt(after))
        .order(uploads::id)
        .limit(limit)
        .select(UploadRow::as_select())
        .load(conn))
}
