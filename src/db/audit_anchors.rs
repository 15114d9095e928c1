//! How far each chain of records went when it was last looked at: in the keyring, out of reach of whoever can only write the
//! main database.

use diesel::prelude::*;

use super::schema::audit_anchors;
use super::{Conn, Id, Millis, each, keyring};

/// One row of a chain that must still be there, or have gone from its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = audit_anchors, treat_none_as_default_value = false)]
pub struct AnchorRow {
    pub tenant_id: Id,
    pub sequence: i64,
    pub at: Millis,
    pub hash: Vec<u8>,
    pub signature: String,
}

pub fn find(conn: &mut Conn, tenant: Id) -> QueryResult<Option<AnchorRow>> {
    audit_anchors::table.find(tenant).select(AnchorRow::as_select()).first(conn).optional()
}

pub fn all(conn: &mut Conn) -> QueryResult<Vec<AnchorRow>> {
    audit_anchors::table.order(audit_anchors::tenant_id).select(AnchorRow::as_select()).load(conn)
}

/// Replaces the tenant's anchor. False when its data key is gone: what is written then would outlive the tenant.
pub fn put(tx: &mut Conn, row: &AnchorRow) -> QueryResult<bool> {
    if row.tenant_id != Id::NONE && keyring::data_key(tx, row.tenant_id)?.is_none() {
        return Ok(false);
    }
    each!(tx, |tx| diesel::insert_into(audit_anchors::table)
        .values(row)
        .on_conflict(audit_anchors::tenant_id)
        .do_update()
        .set(row)
        .execute(tx))?;
    Ok(true)
}

pub fn delete(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    diesel::delete(audit_anchors::table.find(tenant)).execute(tx).map(drop)
}
