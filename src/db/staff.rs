//! Accounts of people at the vendor.

use diesel::prelude::*;

use super::schema::staff;
use super::{Conn, Id, Millis, each};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = staff, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct StaffRow {
    pub id: Id,
    pub name_index: Vec<u8>,
    pub role: String,
    pub state: String,
    pub contract_until: Option<Millis>,
    pub invited_until: Option<Millis>,
    pub code_step: i64,
    pub failures: i64,
    pub locked_until: Option<Millis>,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub expires_at: Millis,
    pub sealed: Vec<u8>,
}

/// False when somebody has this name already; nothing is changed then.
pub fn insert(tx: &mut Conn, row: &StaffRow) -> QueryResult<bool> {
    let inserted = each!(tx, |tx| diesel::insert_into(staff::table)
        .values(row)
        .on_conflict(staff::name_index)
        .do_nothing()
        .execute(tx))?;
    Ok(inserted == 1)
}

pub fn update(tx: &mut Conn, row: &StaffRow) -> QueryResult<()> {
    diesel::update(staff::table.find(row.id)).set(row).execute(tx).map(drop)
}

pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<StaffRow>> {
    staff::table.find(id).select(staff::all_columns).first(conn).optional()
}

pub fn by_name(conn: &mut Conn, name_index: &[u8]) -> QueryResult<Option<StaffRow>> {
    let named = staff::table.filter(staff::name_index.eq(name_index));
    named.select(staff::all_columns).first(conn).optional()
}

/// The row, held against other writers until the transaction ends.
pub fn lock_by_name(tx: &mut Conn, name_index: &[u8]) -> QueryResult<Option<StaffRow>> {
    let named = staff::table.filter(staff::name_index.eq(name_index)).select(staff::all_columns);
    match tx {
        Conn::Pg(tx) => named.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => named.first(tx).optional(),
    }
}

pub fn lock_by_id(tx: &mut Conn, id: Id) -> QueryResult<Option<StaffRow>> {
    let one = staff::table.find(id).select(staff::all_columns);
    match tx {
        Conn::Pg(tx) => one.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => one.first(tx).optional(),
    }
}

/// All of them, the oldest first.
pub fn all(conn: &mut Conn, limit: i64) -> QueryResult<Vec<StaffRow>> {
    staff::table.order(staff::id).limit(limit).select(staff::all_columns).load(conn)
}
