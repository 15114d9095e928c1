//! What reporters agreed to, item by item, and to which version of the statement.

use diesel::prelude::*;

use super::schema::consents;
use super::{Conn, Id, Millis};
use crate::clock::Timestamp;

/// The word for: experts outside of the vendor may look at the report.
pub const EXPERTS: &str = "experts";

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
pub struct ConsentRow {
    pub tenant_id: Id,
    pub ticket_id: Id,
    pub id: Id,
    /// The name of an item, or of what else was agreed to.
    pub item: String,
    pub statement_version: i64,
    pub given_at: Millis,
    pub withdrawn_at: Option<Millis>,
    pub expires_at: Millis,
}

pub fn insert(tx: &mut Conn, row: &ConsentRow) -> QueryResult<()> {
    diesel::insert_into(consents::table).values(row).execute(tx).map(drop)
}

/// Of one ticket, withdrawn ones too.
pub fn of_ticket(conn: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<Vec<ConsentRow>> {
    let own = consents::table.filter(consents::tenant_id.eq(tenant)).filter(consents::ticket_id.eq(ticket));
    own.order(consents::id).select(ConsentRow::as_select()).load(conn)
}

/// Whether the reporter agrees to this now. Whoever passes something on asks at that moment, and not earlier.
pub fn stands(conn: &mut Conn, tenant: Id, ticket: Id, item: &str) -> QueryResult<bool> {
    let query = consents::table
        .filter(consents::tenant_id.eq(tenant))
        .filter(consents::ticket_id.eq(ticket))
        .filter(consents::item.eq(item))
        .filter(consents::withdrawn_at.is_null())
        .select(consents::id);
    let found: Option<Id> = query.first(conn).optional()?;
    Ok(found.is_some())
}

/// Takes a consent back. False when there is none that stands.
pub fn withdraw(tx: &mut Conn, tenant: Id, ticket: Id, item: &str, now: Timestamp) -> QueryResult<bool> {
    let standing = consents::table
        .filter(consents::tenant_id.eq(tenant))
        .filter(consents::ticket_id.eq(ticket))
        .filter(consents::item.eq(item))
        .filter(consents::withdrawn_at.is_null());
    let withdrawn =
        diesel::update(standing).set(consents::withdrawn_at.eq(Some(Millis::from(now)))).execute(tx)?;
    Ok(withdrawn > 0)
}
