//! Issues and links that were deleted a short time ago, by their blind indexes: a late event does not bring them back.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::schema::tombstones;
use super::{Conn, Id, Millis, each, prepared};
use crate::clock::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = tombstones, treat_none_as_default_value = false)]
pub struct TombstoneRow {
    pub tenant_id: Id,
    pub subject_index: Vec<u8>,
    pub deleted_at: Millis,
    pub expires_at: Millis,
}

/// Remembers a deletion; one more of the same thing counts from then on.
pub fn lay(tx: &mut Conn, row: &TombstoneRow) -> QueryResult<()> {
    let place = (tombstones::tenant_id, tombstones::subject_index);
    let dates = (
        tombstones::deleted_at.eq(excluded(tombstones::deleted_at)),
        tombstones::expires_at.eq(excluded(tombstones::expires_at)),
    );
    let upsert = diesel::insert_into(tombstones::table).values(row).on_conflict(place).do_update().set(dates);
    prepared::execute(tx, upsert).map(drop)
}

pub fn stands(conn: &mut Conn, tenant: Id, subject: &[u8], now: Timestamp) -> QueryResult<bool> {
    let found: Option<Millis> = tombstones::table
        .find((tenant, subject))
        .filter(tombstones::expires_at.gt(Millis::from(now)))
        .select(tombstones::deleted_at)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Which of `subjects` have a tombstone.
pub fn standing(
    conn: &mut Conn,
    tenant: Id,
    subjects: &[&[u8]],
    now: Timestamp,
) -> QueryResult<Vec<Vec<u8>>> {
    each!(conn, |conn| tombstones::table
        .filter(tombstones::tenant_id.eq(tenant))
        .filter(tombstones::subject_index.eq_any(subjects))
        .filter(tombstones::expires_at.gt(Millis::from(now)))
        .select(tombstones::subject_index)
        .load(conn))
}
