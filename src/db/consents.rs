//! What reporters agreed to, item by item, and to which version of the statement.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::schema::consents;
use super::tickets::HAS_LEFT;
use super::{Conn, Id, Millis, each};
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

/// One line of the ledger of consents.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct LedgerRow {
    #[diesel(sql_type = BigInt)]
    pub tenant_id: Id,
    #[diesel(sql_type = BigInt)]
    pub id: Id,
    /// The number of the report; absent when nothing is left of it.
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    #[diesel(sql_type = Text)]
    pub item: String,
    #[diesel(sql_type = BigInt)]
    pub statement_version: i64,
    #[diesel(sql_type = BigInt)]
    pub given_at: Millis,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub withdrawn_at: Option<Millis>,
    #[diesel(sql_type = BigInt)]
    pub expires_at: Millis,
}

/// Of all tenants, or of one, in the order in which they were given, after `after`. Those of reports that have not left their site are
/// the site's own matter.
pub fn ledger(conn: &mut Conn, tenant: Option<Id>, after: Id, limit: i64) -> QueryResult<Vec<LedgerRow>> {
    let own = if tenant.is_some() { "= $2" } else { "<> $2" };
    let sql = format!(
        "SELECT consents.tenant_id, consents.id, ticket_frames.number, consents.item, consents.statement_version, \
         consents.given_at, consents.withdrawn_at, consents.expires_at FROM consents \
         JOIN tickets ON tickets.tenant_id = consents.tenant_id AND tickets.id = consents.ticket_id \
         LEFT JOIN ticket_frames ON ticket_frames.tenant_id = consents.tenant_id \
         AND ticket_frames.ticket_id = consents.ticket_id \
         WHERE consents.id > $1 AND consents.tenant_id {own} AND {HAS_LEFT} ORDER BY consents.id LIMIT {limit}"
    );
    let tenant = tenant.unwrap_or(Id::NONE).as_i64();
    each!(conn, |conn| diesel::sql_query(&sql)
        .bind::<BigInt, _>(after.as_i64())
        .bind::<BigInt, _>(tenant)
        .load(conn))
}
