//! Keys of single erasures: they open what has to outlive a tenant until everybody is told.

use diesel::prelude::*;

use super::keyring::WrappedKey;
use super::schema::erasure_keys;
use super::{Conn, Id, Millis, each};
use crate::clock::Timestamp;

/// Stores the erasure's key if it has none; returns the one that stands.
pub fn adopt(tx: &mut Conn, tenant: Id, key: &WrappedKey, now: Timestamp) -> QueryResult<WrappedKey> {
    let values = (
        erasure_keys::tenant_id.eq(tenant),
        erasure_keys::wrapped.eq(&key.wrapped),
        erasure_keys::master_key_id.eq(&key.master_key_id),
        erasure_keys::created_at.eq(Millis::from(now)),
    );
    each!(tx, |tx| diesel::insert_into(erasure_keys::table)
        .values(values)
        .on_conflict(erasure_keys::tenant_id)
        .do_nothing()
        .execute(tx))?;
    erasure_keys::table.find(tenant).select((erasure_keys::wrapped, erasure_keys::master_key_id)).first(tx)
}

pub fn find(conn: &mut Conn, tenant: Id) -> QueryResult<Option<WrappedKey>> {
    let columns = (erasure_keys::wrapped, erasure_keys::master_key_id);
    erasure_keys::table.find(tenant).select(columns).first(conn).optional()
}

/// From here on what it sealed is noise. False when there was none.
pub fn delete(tx: &mut Conn, tenant: Id) -> QueryResult<bool> {
    Ok(diesel::delete(erasure_keys::table.find(tenant)).execute(tx)? == 1)
}

/// Tenants whose erasure's key was made before `before`, after `after` in order of tenants.
pub fn owners(conn: &mut Conn, after: Id, before: Timestamp, limit: i64) -> QueryResult<Vec<Id>> {
    each!(conn, |conn| erasure_keys::table
        .filter(erasure_keys::tenant_id.gt(after))
        .filter(erasure_keys::created_at.lt(Millis::from(before)))
        .order(erasure_keys::tenant_id)
        .limit(limit)
        .select(erasure_keys::tenant_id)
        .load(conn))
}

pub(super) fn under_other_master(
    conn: &mut Conn,
    master_key_id: &str,
    limit: i64,
) -> QueryResult<Vec<(Id, WrappedKey)>> {
    let columns = (erasure_keys::tenant_id, (erasure_keys::wrapped, erasure_keys::master_key_id));
    let others = erasure_keys::table.filter(erasure_keys::master_key_id.ne(master_key_id));
    others.limit(limit).select(columns).load(conn)
}

pub(super) fn count_under_other_master(conn: &mut Conn, master_key_id: &str) -> QueryResult<i64> {
    each!(conn, |conn| erasure_keys::table
        .filter(erasure_keys::master_key_id.ne(master_key_id))
        .count()
        .get_result(conn))
}

pub(super) fn rewrap(tx: &mut Conn, tenant: Id, key: &WrappedKey) -> QueryResult<usize> {
    let (wrapped, master) = (&key.wrapped, &key.master_key_id);
    diesel::update(erasure_keys::table.find(tenant))
        .set((erasure_keys::wrapped.eq(wrapped), erasure_keys::master_key_id.eq(master)))
        .execute(tx)
}
