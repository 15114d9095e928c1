//! What of a ticket stands in another system, and what has to go there.

use diesel::prelude::*;

use super::schema::{sink_copies, sink_erasures, tenants};
use super::{Conn, Id, Millis, each};
use crate::clock::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sink_copies, primary_key(tenant_id, ticket_id, sink))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CopyRow {
    pub tenant_id: Id,
    pub ticket_id: Id,
    pub sink: String,
    pub id: Id,
    pub state: String,
    pub attempts: i64,
    pub updated_at: Millis,
    pub expires_at: Millis,
    /// What it is called there.
    pub sealed: Option<Vec<u8>>,
}

pub fn find(conn: &mut Conn, tenant: Id, ticket: Id, sink: &str) -> QueryResult<Option<CopyRow>> {
    each!(conn, |conn| sink_copies::table
        .find((tenant, ticket, sink))
        .select(CopyRow::as_select())
        .first(conn)
        .optional())
}

pub fn of_ticket(conn: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<Vec<CopyRow>> {
    let own = sink_copies::table
        .filter(sink_copies::tenant_id.eq(tenant))
        .filter(sink_copies::ticket_id.eq(ticket));
    own.order(sink_copies::sink).select(CopyRow::as_select()).load(conn)
}

pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<CopyRow>> {
    each!(conn, |conn| sink_copies::table
        .filter(sink_copies::tenant_id.eq(tenant))
        .order((sink_copies::ticket_id, sink_copies::sink))
        .select(CopyRow::as_select())
        .load(conn))
}

/// Whether any ticket of a tenant stands in another system.
pub fn is_any(conn: &mut Conn, tenant: Id) -> QueryResult<bool> {
    let own = sink_copies::table.filter(sink_copies::tenant_id.eq(tenant)).select(sink_copies::id);
    let first: Option<Id> = each!(conn, |conn| own.first(conn)).optional()?;
    Ok(first.is_some())
}

/// A ticket that is due, of which another system has a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Due {
    pub tenant: Id,
    pub ticket: Id,
    at: Millis,
}

/// Copies whose ticket is due at `now`, the longest first, and of those the ones behind `after`. A tenant that moves keeps its own
/// until it has arrived.
pub fn due(conn: &mut Conn, now: Timestamp, after: Option<Due>, limit: i64) -> QueryResult<Vec<Due>> {
    let held = tenants::table.filter(tenants::held_by.gt(Id::NONE)).select(tenants::id);
    let (at, ticket) =
        after.map_or((Timestamp::from_millis(i64::MIN).into(), Id::NONE), |last| (last.at, last.ticket));
    let is_behind = sink_copies::expires_at
        .gt(at)
        .or(sink_copies::expires_at.eq(at).and(sink_copies::ticket_id.gt(ticket)));
    each!(conn, |conn| sink_copies::table
        .filter(sink_copies::expires_at.le(Millis::from(now)).and(is_behind))
        .filter(sink_copies::tenant_id.ne_all(held))
        .order((sink_copies::expires_at, sink_copies::ticket_id))
        .limit(limit)
        .select((sink_copies::tenant_id, sink_copies::ticket_id, sink_copies::expires_at))
        .load(conn))
}

/// Stores the row whole, in the place of one that stands. The caller holds the ticket.
pub fn put(tx: &mut Conn, row: &CopyRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(sink_copies::table)
        .values(row)
        .on_conflict((sink_copies::tenant_id, sink_copies::ticket_id, sink_copies::sink))
        .do_update()
        .set(row)
        .execute(tx))
    .map(drop)
}

pub fn delete(tx: &mut Conn, tenant: Id, ticket: Id, sink: &str) -> QueryResult<usize> {
    diesel::delete(sink_copies::table.find((tenant, ticket, sink))).execute(tx)
}

/// A copy that has to go, since the ticket went here. It outlives its ticket, and its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sink_erasures, primary_key(tenant_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct SinkErasureRow {
    pub tenant_id: Id,
    pub id: Id,
    pub sink: String,
    pub recorded_at: Millis,
    /// By when it has to be done; later it is a matter for a person.
    pub due_at: Millis,
    pub silent_at: Option<Millis>,
    pub expires_at: Millis,
    /// What the copy is called there, sealed under the vendor's key.
    pub sealed: Vec<u8>,
}

pub fn insert_erasure(tx: &mut Conn, row: &SinkErasureRow) -> QueryResult<()> {
    diesel::insert_into(sink_erasures::table).values(row).execute(tx).map(drop)
}

/// The discriminator of the job names it: the ids are ours and never used twice.
pub fn erasure(conn: &mut Conn, id: Id) -> QueryResult<Option<SinkErasureRow>> {
    let found = sink_erasures::table.filter(sink_erasures::id.eq(id));
    found.select(SinkErasureRow::as_select()).first(conn).optional()
}

pub fn erasures_of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<SinkErasureRow>> {
    let own = sink_erasures::table.filter(sink_erasures::tenant_id.eq(tenant));
    own.order(sink_erasures::id).select(SinkErasureRow::as_select()).load(conn)
}

/// The same, held until the transaction ends: of two that settle the last ones together, one comes after the other.
pub fn lock_erasures(tx: &mut Conn, tenant: Id) -> QueryResult<Vec<SinkErasureRow>> {
    let own = sink_erasures::table.filter(sink_erasures::tenant_id.eq(tenant)).order(sink_erasures::id);
    let query = own.select(sink_erasures::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().load(tx),
        Conn::Sqlite(tx) => query.load(tx),
    }
}

pub fn update_erasure(tx: &mut Conn, row: &SinkErasureRow) -> QueryResult<()> {
    diesel::update(sink_erasures::table.find((row.tenant_id, row.id))).set(row).execute(tx).map(drop)
}

/// It is gone there too.
pub fn delete_erasure(tx: &mut Conn, row: &SinkErasureRow) -> QueryResult<usize> {
    diesel::delete(sink_erasures::table.find((row.tenant_id, row.id))).execute(tx)
}
