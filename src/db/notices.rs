//! Notices: one per tenant, kind and due date, claimed before it is sent, so that nothing is sent twice as two mails.

use diesel::prelude::*;

use super::schema::notices;
use super::{Conn, Id, Millis, each, prepared, text_enum};
use crate::clock::Timestamp;

text_enum! {
    pub enum NoticeKind {
        /// The subscription or trial ends.
        End = "end",
        /// The data is due to go.
        Erasure = "erasure",
        /// The statement changes.
        Policy = "policy",
    }
}

text_enum! {
    pub enum NoticeState {
        /// Claimed. Whether the mail left is not known; the same one is sent again.
        Sending = "sending",
        Sent = "sent",
        Undeliverable = "undeliverable",
        /// There was nobody to write to.
        NoContact = "no_contact",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = notices, primary_key(tenant_id, kind, due_at))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct NoticeRow {
    pub tenant_id: Id,
    pub kind: String,
    pub due_at: Millis,
    /// Names the mail: the same for every try.
    pub id: Id,
    pub generation: i64,
    pub state: String,
    pub recorded_at: Millis,
    pub settled_at: Option<Millis>,
    pub expires_at: Millis,
    /// The mail as it is sent.
    pub sealed: Option<Vec<u8>>,
}

impl NoticeRow {
    pub fn is(&self, state: NoticeState) -> bool {
        self.state == state.as_str()
    }
}

pub fn find(
    conn: &mut Conn,
    tenant: Id,
    kind: NoticeKind,
    due_at: Timestamp,
) -> QueryResult<Option<NoticeRow>> {
    let key = (tenant, kind.as_str(), Millis::from(due_at));
    each!(conn, |conn| notices::table.find(key).select(NoticeRow::as_select()).first(conn).optional())
}

/// When the notice about this date was sent, if it was.
pub fn sent_at(
    conn: &mut Conn,
    tenant: Id,
    kind: NoticeKind,
    due_at: Timestamp,
) -> QueryResult<Option<Timestamp>> {
    let row = find(conn, tenant, kind, due_at)?.filter(|row| row.is(NoticeState::Sent));
    Ok(row.and_then(|row| row.settled_at).map(Timestamp::from))
}

/// Everything about one tenant, the newest first.
pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<NoticeRow>> {
    let own = notices::table.filter(notices::tenant_id.eq(tenant));
    each!(conn, |conn| own.order(notices::id.desc()).select(NoticeRow::as_select()).load(conn))
}

/// Stores the row whole, in the place of one that stands. The caller holds the tenant's row.
pub fn put(tx: &mut Conn, row: &NoticeRow) -> QueryResult<()> {
    let upsert = diesel::insert_into(notices::table)
        .values(row)
        .on_conflict((notices::tenant_id, notices::kind, notices::due_at))
        .do_update()
        .set(row);
    prepared::execute(tx, upsert).map(drop)
}

/// How many there are in each state, for operators.
pub fn counts(conn: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
    each!(conn, |conn| notices::table
        .group_by(notices::state)
        .select((notices::state, diesel::dsl::count_star()))
        .order(notices::state)
        .load(conn))
}
