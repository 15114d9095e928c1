//! Bundles that staff took out of the system.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::schema::downloads;
use super::{Conn, Id, Millis, prepared};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = downloads, treat_none_as_default_value = false)]
pub struct DownloadRow {
    pub tenant_id: Id,
    pub id: Id,
    pub ticket_id: Id,
    pub staff_id: Id,
    pub at: Millis,
    pub kept_until: Millis,
    pub deleted_at: Option<Millis>,
    pub expires_at: Millis,
}

pub fn insert(tx: &mut Conn, row: &DownloadRow) -> QueryResult<()> {
    diesel::insert_into(downloads::table).values(row).execute(tx).map(drop)
}

/// Of all tenants, the newest first, before the one called `before`; of one person where one is named.
pub fn page(
    conn: &mut Conn,
    staff: Option<Id>,
    only_open: bool,
    before: Id,
    limit: i64,
) -> QueryResult<Vec<DownloadRow>> {
    let mut query = downloads::table.filter(downloads::id.lt(before)).into_boxed();
    if let Some(staff) = staff {
        query = query.filter(downloads::staff_id.eq(staff));
    }
    if only_open {
        query = query.filter(downloads::deleted_at.is_null());
    }
    query.order(downloads::id.desc()).limit(limit).select(DownloadRow::as_select()).load(conn)
}

pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<DownloadRow>> {
    downloads::table.filter(downloads::id.eq(id)).select(DownloadRow::as_select()).first(conn).optional()
}

/// False when it was confirmed before.
pub fn confirm_deleted(tx: &mut Conn, tenant: Id, id: Id, now: Millis) -> QueryResult<bool> {
    let open = downloads::table.find((tenant, id)).filter(downloads::deleted_at.is_null());
    Ok(diesel::update(open).set(downloads::deleted_at.eq(Some(now))).execute(tx)? == 1)
}

/// Those of a ticket of which nobody says that they are gone should be gone now.
pub fn due_at_once(tx: &mut Conn, tenant: Id, ticket: Id, now: Millis) -> QueryResult<()> {
    let open = downloads::table
        .filter(downloads::tenant_id.eq(tenant))
        .filter(downloads::ticket_id.eq(ticket))
        .filter(downloads::deleted_at.is_null())
        .filter(downloads::kept_until.gt(now));
    diesel::update(open).set(downloads::kept_until.eq(now)).execute(tx).map(drop)
}

/// The same for all tickets that are due at `now`: with a ticket goes what was taken out of it. Of a tenant that moves to another
/// deployment neither goes before that is over.
pub fn due_with_tickets(tx: &mut Conn, now: Millis) -> QueryResult<usize> {
    let of_due = "SELECT 1 FROM tickets WHERE tickets.tenant_id = downloads.tenant_id \
                  AND tickets.id = downloads.ticket_id AND tickets.expires_at <= $1";
    let stays = "downloads.tenant_id NOT IN (SELECT id FROM tenants WHERE held_by > 0)";
    let sql = format!(
        "UPDATE downloads SET kept_until = $1 \
         WHERE deleted_at IS NULL AND kept_until > $1 AND EXISTS ({of_due}) AND {stays}"
    );
    prepared::execute(tx, diesel::sql_query(sql).bind::<BigInt, _>(now))
}

/// How many should have been deleted by now, and nobody says that they were.
pub fn count_overdue(conn: &mut Conn, now: Millis) -> QueryResult<i64> {
    downloads::table
        .filter(downloads::deleted_at.is_null())
        .filter(downloads::kept_until.le(now))
        .count()
        .get_result(conn)
}
