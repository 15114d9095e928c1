//! What was sent with a report, and with answers to it, item by item.

use diesel::prelude::*;

use super::schema::bundle_items;
use super::{Conn, Id, Millis};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = bundle_items, treat_none_as_default_value = false)]
pub struct ItemRow {
    pub tenant_id: Id,
    pub ticket_id: Id,
    pub id: Id,
    pub position: i64,
    pub at: Millis,
    pub expires_at: Millis,
    /// Of the content, before it was sealed.
    pub bytes: i64,
    pub sealed: Vec<u8>,
    /// The message that it came with; absent where it came with the report.
    pub message_id: Option<Id>,
}

pub fn insert(tx: &mut Conn, row: &ItemRow) -> QueryResult<()> {
    diesel::insert_into(bundle_items::table).values(row).execute(tx).map(drop)
}

/// Of one ticket, in their order.
pub fn of_ticket(conn: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<Vec<ItemRow>> {
    let own = bundle_items::table
        .filter(bundle_items::tenant_id.eq(tenant))
        .filter(bundle_items::ticket_id.eq(ticket));
    own.order(bundle_items::position).select(ItemRow::as_select()).load(conn)
}

/// How many items a ticket has, and their bytes: nothing is read for it.
pub fn size(conn: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<(i64, i64)> {
    let own = bundle_items::table
        .filter(bundle_items::tenant_id.eq(tenant))
        .filter(bundle_items::ticket_id.eq(ticket));
    let sizes: Vec<i64> = own.select(bundle_items::bytes).load(conn)?;
    Ok((i64::try_from(sizes.len()).unwrap_or(i64::MAX), sizes.iter().sum()))
}

/// Writes the item anew: its bytes before they were sealed, and sealed.
pub fn rewrite(tx: &mut Conn, row: &ItemRow) -> QueryResult<()> {
    diesel::update(bundle_items::table.find((row.tenant_id, row.ticket_id, row.id)))
        .set((bundle_items::bytes.eq(row.bytes), bundle_items::sealed.eq(&row.sealed)))
        .execute(tx)
        .map(drop)
}

pub fn delete(tx: &mut Conn, tenant: Id, ticket: Id, id: Id) -> QueryResult<bool> {
    Ok(diesel::delete(bundle_items::table.find((tenant, ticket, id))).execute(tx)? == 1)
}
