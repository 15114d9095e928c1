//! What became of mails: notices to contacts and mails about reports, for operators. Nothing of what they say, and of nobody's address.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::notices::NoticeState;
use super::ticket_mails::TicketMailState;
use super::tickets::HAS_LEFT;
use super::{Conn, Id, Millis, each};

#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct LoggedMail {
    #[diesel(sql_type = BigInt)]
    pub tenant_id: Id,
    /// Stands in its `Message-ID`.
    #[diesel(sql_type = BigInt)]
    pub id: Id,
    /// `notice` or `report`.
    #[diesel(sql_type = Text)]
    pub about: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = BigInt)]
    pub recorded_at: Millis,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub settled_at: Option<Millis>,
    /// Of the report.
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
}

/// The newest first, of one tenant where one is given; those alone that reached nobody with `failed`.
pub fn newest(conn: &mut Conn, tenant: Option<Id>, failed: bool, limit: i64) -> QueryResult<Vec<LoggedMail>> {
    let own = if tenant.is_some() { "= $1" } else { "<> $1" };
    let lost = [
        NoticeState::Undeliverable.as_str(),
        NoticeState::NoContact.as_str(),
        TicketMailState::Dropped.as_str(),
    ];
    let which = if failed { format!(" AND state IN ('{}')", lost.join("', '")) } else { String::new() };
    let sql = format!(
        "SELECT tenant_id, id, about, kind, state, recorded_at, settled_at, number FROM ( \
         SELECT tenant_id, id, 'notice' AS about, kind, state, recorded_at, settled_at, NULL AS number FROM notices \
         UNION ALL SELECT ticket_mails.tenant_id, ticket_mails.id, 'report' AS about, ticket_mails.kind, ticket_mails.state, \
         ticket_mails.recorded_at, ticket_mails.settled_at, ticket_frames.number AS number FROM ticket_mails \
         LEFT JOIN ticket_frames ON ticket_frames.tenant_id = ticket_mails.tenant_id \
         AND ticket_frames.ticket_id = ticket_mails.ticket_id \
         LEFT JOIN tickets ON tickets.tenant_id = ticket_mails.tenant_id AND tickets.id = ticket_mails.ticket_id \
         WHERE {HAS_LEFT}) mails WHERE tenant_id {own}{which} ORDER BY id DESC LIMIT {limit}"
    );
    let tenant = tenant.unwrap_or(Id::NONE).as_i64();
    each!(conn, |conn| diesel::sql_query(&sql).bind::<BigInt, _>(tenant).load(conn))
}
