//! Who of the vendor's people is signed in.

use diesel::prelude::*;

use super::schema::{staff, staff_sessions};
use super::staff::StaffRow;
use super::{Conn, Id, Millis};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = staff_sessions, treat_none_as_default_value = false)]
pub struct SessionRow {
    pub token_hash: Vec<u8>,
    pub id: Id,
    pub staff_id: Id,
    pub created_at: Millis,
    pub seen_at: Millis,
    pub expires_at: Millis,
}

pub fn insert(tx: &mut Conn, row: &SessionRow) -> QueryResult<()> {
    diesel::insert_into(staff_sessions::table).values(row).execute(tx).map(drop)
}

/// A session with the account that it belongs to.
pub fn by_token(conn: &mut Conn, token_hash: &[u8]) -> QueryResult<Option<(SessionRow, StaffRow)>> {
    let session: Option<SessionRow> =
        staff_sessions::table.find(token_hash).select(SessionRow::as_select()).first(conn).optional()?;
    let Some(session) = session else { return Ok(None) };
    let account: Option<StaffRow> =
        staff::table.find(session.staff_id).select(staff::all_columns).first(conn).optional()?;
    Ok(account.map(|account| (session, account)))
}

/// Somebody has just used it.
pub fn touch(tx: &mut Conn, token_hash: &[u8], now: Millis) -> QueryResult<()> {
    let one = staff_sessions::table.find(token_hash).filter(staff_sessions::seen_at.lt(now));
    diesel::update(one).set(staff_sessions::seen_at.eq(now)).execute(tx).map(drop)
}

pub fn delete(tx: &mut Conn, token_hash: &[u8]) -> QueryResult<()> {
    diesel::delete(staff_sessions::table.find(token_hash)).execute(tx).map(drop)
}

/// Signs somebody out everywhere. Returns how many sessions there were.
pub fn delete_of(tx: &mut Conn, staff: Id) -> QueryResult<usize> {
    diesel::delete(staff_sessions::table.filter(staff_sessions::staff_id.eq(staff))).execute(tx)
}
