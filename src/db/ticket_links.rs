//! Links to tickets: which of them leads to which, and what for.

use diesel::prelude::*;

use super::schema::ticket_links;
use super::{Conn, Id, Millis};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ticket_links)]
pub struct TicketLinkRow {
    pub tenant_id: Id,
    pub id: Id,
    pub ticket_id: Id,
    pub purpose: String,
    pub expires_at: Millis,
    /// Which key has signed it.
    pub key_id: i64,
}

pub fn insert(tx: &mut Conn, row: &TicketLinkRow) -> QueryResult<()> {
    diesel::insert_into(ticket_links::table).values(row).execute(tx).map(drop)
}

pub fn find(conn: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<TicketLinkRow>> {
    ticket_links::table.find((tenant, id)).select(TicketLinkRow::as_select()).first(conn).optional()
}

pub fn delete(tx: &mut Conn, tenant: Id, id: Id) -> QueryResult<()> {
    diesel::delete(ticket_links::table.find((tenant, id))).execute(tx).map(drop)
}

/// The link to a ticket for this purpose.
pub fn of_ticket(
    conn: &mut Conn,
    tenant: Id,
    ticket: Id,
    purpose: &str,
) -> QueryResult<Option<TicketLinkRow>> {
    ticket_links::table
        .filter(ticket_links::tenant_id.eq(tenant))
        .filter(ticket_links::ticket_id.eq(ticket))
        .filter(ticket_links::purpose.eq(purpose))
        .select(TicketLinkRow::as_select())
        .first(conn)
        .optional()
}

/// Whether a link is stored that this key has signed.
pub fn is_any_signed_by(conn: &mut Conn, key_id: i64) -> QueryResult<bool> {
    let signed = ticket_links::table.filter(ticket_links::key_id.eq(key_id)).select(ticket_links::id);
    let first: Option<Id> = signed.first(conn).optional()?;
    Ok(first.is_some())
}
