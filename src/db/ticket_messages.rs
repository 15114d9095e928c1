//! The conversation of a ticket: replies of both sides, notes of staff, and changes of its state.

use diesel::prelude::*;

use super::schema::ticket_messages;
use super::{Conn, Id, Millis, text_enum};

text_enum! {
    pub enum MessageKind {
        UserReply = "user_reply",
        StaffReply = "staff_reply",
        /// For staff alone.
        Note = "note",
        State = "state",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ticket_messages, treat_none_as_default_value = false)]
pub struct MessageRow {
    pub tenant_id: Id,
    pub ticket_id: Id,
    pub id: Id,
    pub kind: String,
    /// The member of staff who wrote it.
    pub author_id: Option<Id>,
    pub at: Millis,
    pub expires_at: Millis,
    pub sealed: Vec<u8>,
}

pub fn insert(tx: &mut Conn, row: &MessageRow) -> QueryResult<()> {
    diesel::insert_into(ticket_messages::table).values(row).execute(tx).map(drop)
}

/// Of one ticket, the oldest first.
pub fn of_ticket(conn: &mut Conn, tenant: Id, ticket: Id, limit: i64) -> QueryResult<Vec<MessageRow>> {
    let own = ticket_messages::table
        .filter(ticket_messages::tenant_id.eq(tenant))
        .filter(ticket_messages::ticket_id.eq(ticket));
    own.order(ticket_messages::id).limit(limit).select(MessageRow::as_select()).load(conn)
}

/// Writes the text of a message anew.
pub fn rewrite(tx: &mut Conn, row: &MessageRow) -> QueryResult<()> {
    diesel::update(ticket_messages::table.find((row.tenant_id, row.ticket_id, row.id)))
        .set(ticket_messages::sealed.eq(&row.sealed))
        .execute(tx)
        .map(drop)
}

pub fn count(conn: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<i64> {
    let own = ticket_messages::table
        .filter(ticket_messages::tenant_id.eq(tenant))
        .filter(ticket_messages::ticket_id.eq(ticket));
    own.count().get_result(conn)
}
