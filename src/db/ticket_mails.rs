//! Mails about tickets: each row names one mail, and holds it from when it is claimed until it has left.

use diesel::prelude::*;

use super::schema::ticket_mails;
use super::{Conn, Id, Millis, each, text_enum};
use crate::clock::Timestamp;

text_enum! {
    pub enum TicketMailKind {
        /// Asks whether the address is the reporter's.
        Confirm = "confirm",
        /// Asks the same of the address that took the place of a mistyped one.
        Corrected = "corrected",
        /// The state has changed.
        State = "state",
        /// Somebody of ours has answered.
        Reply = "reply",
        /// An administrator of the site let it leave, or did not.
        Approved = "approved",
        Refused = "refused",
        /// Everything of it was deleted because somebody asked for that.
        Deleted = "deleted",
        /// To the vendor's own support: there is a new report.
        Staff = "staff",
    }
}

text_enum! {
    pub enum TicketMailState {
        Planned = "planned",
        /// Claimed. Whether the mail left is not known; the same one is sent again.
        Sending = "sending",
        Sent = "sent",
        Undeliverable = "undeliverable",
        /// Never left: the address that it was for was a wrong one.
        Dropped = "dropped",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = ticket_mails, primary_key(tenant_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TicketMailRow {
    pub tenant_id: Id,
    /// Names the mail: the same for every try.
    pub id: Id,
    pub ticket_id: Id,
    pub kind: String,
    pub state: String,
    pub recorded_at: Millis,
    pub settled_at: Option<Millis>,
    pub expires_at: Millis,
    /// What it is to say before it is claimed, and the mail as it is sent after that; nothing once it has left.
    pub sealed: Option<Vec<u8>>,
}

impl TicketMailRow {
    pub fn is(&self, state: TicketMailState) -> bool {
        self.state == state.as_str()
    }

    /// Whether it asks whether the address is the reporter's.
    pub fn asks_for_address(&self) -> bool {
        [TicketMailKind::Confirm, TicketMailKind::Corrected].iter().any(|kind| self.kind == kind.as_str())
    }
}

pub fn insert(tx: &mut Conn, row: &TicketMailRow) -> QueryResult<()> {
    diesel::insert_into(ticket_mails::table).values(row).execute(tx).map(drop)
}

pub fn find(conn: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<TicketMailRow>> {
    each!(conn, |conn| ticket_mails::table
        .find((tenant, id))
        .select(TicketMailRow::as_select())
        .first(conn)
        .optional())
}

pub fn lock(tx: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<TicketMailRow>> {
    let query = ticket_mails::table.find((tenant, id)).select(ticket_mails::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => query.first(tx).optional(),
    }
}

pub fn update(tx: &mut Conn, row: &TicketMailRow) -> QueryResult<()> {
    diesel::update(ticket_mails::table.find((row.tenant_id, row.id))).set(row).execute(tx).map(drop)
}

/// What has not left for the reporter of a ticket never will. What is on its way may have left, and stays called so; it is not
/// tried again.
pub fn drop_unsent(tx: &mut Conn, tenant: Id, ticket: Id, now: Timestamp) -> QueryResult<()> {
    for mail in of_ticket(tx, tenant, ticket)? {
        if mail.settled_at.is_some() || mail.kind == TicketMailKind::Staff.as_str() {
            continue;
        }
        // As it is now: it may have been claimed since.
        let Some(mail) = lock(tx, tenant, mail.id)?.filter(|mail| mail.settled_at.is_none()) else {
            continue;
        };
        let state = if mail.is(TicketMailState::Planned) {
            TicketMailState::Dropped
        } else {
            TicketMailState::Sending
        };
        let (state, settled_at) = (state.as_str().to_owned(), Some(now.into()));
        update(tx, &TicketMailRow { state, settled_at, sealed: None, ..mail })?;
    }
    Ok(())
}

/// The mails about one ticket, in their order.
pub fn of_ticket(conn: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<Vec<TicketMailRow>> {
    let own = ticket_mails::table
        .filter(ticket_mails::tenant_id.eq(tenant))
        .filter(ticket_mails::ticket_id.eq(ticket));
    own.order(ticket_mails::id).select(TicketMailRow::as_select()).load(conn)
}

/// Ids of the tenant's mails that left, or may have.
pub fn sent_ids(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<Id>> {
    let left = |state: TicketMailState| ticket_mails::state.eq(state.as_str());
    each!(conn, |conn| ticket_mails::table
        .filter(ticket_mails::tenant_id.eq(tenant))
        .filter(left(TicketMailState::Sent).or(left(TicketMailState::Sending)))
        .order(ticket_mails::id)
        .select(ticket_mails::id)
        .load(conn))
}

/// How many mails of this kind a ticket has had since then.
pub fn count_since(
    conn: &mut Conn,
    tenant: Id,
    ticket: Id,
    kind: TicketMailKind,
    since: Timestamp,
) -> QueryResult<i64> {
    each!(conn, |conn| ticket_mails::table
        .filter(ticket_mails::tenant_id.eq(tenant))
        .filter(ticket_mails::ticket_id.eq(ticket))
        .filter(ticket_mails::kind.eq(kind.as_str()))
        .filter(ticket_mails::recorded_at.gt(Millis::from(since)))
        .count()
        .get_result(conn))
}
