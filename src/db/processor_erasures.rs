//! Who is told of an erasure beside the customer: processors, until they say that their part is done, and the contact, until
//! the mail has left. The rows outlive their tenant.

use diesel::prelude::*;

use super::schema::{erasure_confirmations, processor_erasures};
use super::{Conn, Id, Millis, each, prepared};
use crate::clock::Timestamp;

/// One processor that is told of one erasure.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = processor_erasures, treat_none_as_default_value = false)]
pub struct RequestRow {
    pub tenant_id: Id,
    /// Its name in the policy.
    pub processor: String,
    /// Names the request and its link.
    pub id: Id,
    /// Which key signs its link.
    pub key_id: i64,
    pub recorded_at: Millis,
    pub due_at: Millis,
    pub told_at: Option<Millis>,
    pub told_again_at: Option<Millis>,
    pub silent_at: Option<Millis>,
    pub acknowledged_at: Option<Millis>,
    pub expires_at: Millis,
    /// What it finds its part by, under the erasure's own key; absent when it is not needed any more.
    pub sealed: Option<Vec<u8>>,
    /// The system of ours that it stands for: asked by a call for each copy, and done when there is none left.
    pub sink: Option<String>,
}

/// Whom to tell that an erasure is over.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = erasure_confirmations, treat_none_as_default_value = false)]
pub struct ConfirmationRow {
    pub tenant_id: Id,
    pub id: Id,
    pub recorded_at: Millis,
    pub expires_at: Millis,
    pub sealed: Vec<u8>,
}

pub fn insert(tx: &mut Conn, row: &RequestRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(processor_erasures::table).values(row).execute(tx)).map(drop)
}

pub fn insert_confirmation(tx: &mut Conn, row: &ConfirmationRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(erasure_confirmations::table).values(row).execute(tx)).map(drop)
}

pub fn confirmation(conn: &mut Conn, tenant: Id) -> QueryResult<Option<ConfirmationRow>> {
    each!(conn, |conn| erasure_confirmations::table
        .find(tenant)
        .select(ConfirmationRow::as_select())
        .first(conn)
        .optional())
}

/// The mail has left, or cannot arrive: nobody needs the address any more.
pub fn forget_confirmation(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    diesel::delete(erasure_confirmations::table.find(tenant)).execute(tx).map(drop)
}

/// Everybody who is told of this erasure.
pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<RequestRow>> {
    each!(conn, |conn| processor_erasures::table
        .filter(processor_erasures::tenant_id.eq(tenant))
        .order(processor_erasures::processor)
        .select(RequestRow::as_select())
        .load(conn))
}

/// The one that stands for this system.
pub fn of_sink(conn: &mut Conn, tenant: Id, sink: &str) -> QueryResult<Option<RequestRow>> {
    processor_erasures::table
        .filter(processor_erasures::tenant_id.eq(tenant))
        .filter(processor_erasures::sink.eq(sink))
        .select(RequestRow::as_select())
        .first(conn)
        .optional()
}

/// The request of this link.
pub fn by_id(conn: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<RequestRow>> {
    each!(conn, |conn| processor_erasures::table
        .filter(processor_erasures::tenant_id.eq(tenant))
        .filter(processor_erasures::id.eq(id))
        .select(RequestRow::as_select())
        .first(conn)
        .optional())
}

/// Those who have not confirmed yet, whoever has the least time left first.
pub fn pending(conn: &mut Conn, limit: i64) -> QueryResult<Vec<RequestRow>> {
    each!(conn, |conn| processor_erasures::table
        .filter(processor_erasures::acknowledged_at.is_null())
        .order(processor_erasures::due_at)
        .limit(limit)
        .select(RequestRow::as_select())
        .load(conn))
}

/// How many have stayed silent for longer than they may.
pub fn count_silent(conn: &mut Conn, now: Timestamp) -> QueryResult<i64> {
    each!(conn, |conn| processor_erasures::table
        .filter(processor_erasures::acknowledged_at.is_null())
        .filter(processor_erasures::due_at.le(Millis::from(now)))
        .count()
        .get_result(conn))
}

pub fn told(tx: &mut Conn, tenant: Id, id: Id, now: Timestamp, again: bool) -> QueryResult<()> {
    let row = processor_erasures::table
        .filter(processor_erasures::tenant_id.eq(tenant))
        .filter(processor_erasures::id.eq(id));
    let now = Some(Millis::from(now));
    if again {
        prepared::execute(tx, diesel::update(row).set(processor_erasures::told_again_at.eq(now))).map(drop)
    } else {
        prepared::execute(tx, diesel::update(row).set(processor_erasures::told_at.eq(now))).map(drop)
    }
}

/// It has stayed silent, and somebody has been told. What it would find its part by is forgotten.
pub fn silent(tx: &mut Conn, tenant: Id, id: Id, now: Timestamp) -> QueryResult<bool> {
    let open = processor_erasures::table
        .filter(processor_erasures::tenant_id.eq(tenant))
        .filter(processor_erasures::id.eq(id))
        .filter(processor_erasures::acknowledged_at.is_null())
        .filter(processor_erasures::silent_at.is_null());
    let silent = processor_erasures::silent_at.eq(Some(Millis::from(now)));
    let silent = diesel::update(open).set((silent, processor_erasures::sealed.eq(None::<Vec<u8>>)));
    Ok(prepared::execute(tx, silent)? == 1)
}

/// Its part is done. False when that was said before: of many at once one is told true.
pub fn acknowledge(tx: &mut Conn, tenant: Id, id: Id, now: Timestamp) -> QueryResult<bool> {
    let open = processor_erasures::table
        .filter(processor_erasures::tenant_id.eq(tenant))
        .filter(processor_erasures::id.eq(id))
        .filter(processor_erasures::acknowledged_at.is_null());
    let done = processor_erasures::acknowledged_at.eq(Some(Millis::from(now)));
    let done = diesel::update(open).set((done, processor_erasures::sealed.eq(None::<Vec<u8>>)));
    Ok(prepared::execute(tx, done)? == 1)
}

/// All have confirmed, and it is written down.
pub fn forget(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    let own = processor_erasures::table.filter(processor_erasures::tenant_id.eq(tenant));
    diesel::delete(own.filter(processor_erasures::acknowledged_at.is_not_null())).execute(tx).map(drop)
}

/// Which of `tenants` have something that their erasure's key opens.
pub fn with_sealed(conn: &mut Conn, tenants: &[Id]) -> QueryResult<Vec<Id>> {
    let requests = processor_erasures::table
        .filter(processor_erasures::tenant_id.eq_any(tenants))
        .filter(processor_erasures::sealed.is_not_null())
        .select(processor_erasures::tenant_id);
    let mut found: Vec<Id> = requests.load(conn)?;
    let confirmations = erasure_confirmations::table
        .filter(erasure_confirmations::tenant_id.eq_any(tenants))
        .select(erasure_confirmations::tenant_id);
    found.extend(confirmations.load::<Id>(conn)?);
    Ok(found)
}

/// Whether this tenant has.
pub fn is_any_sealed(conn: &mut Conn, tenant: Id) -> QueryResult<bool> {
    let request = processor_erasures::table
        .filter(processor_erasures::tenant_id.eq(tenant))
        .filter(processor_erasures::sealed.is_not_null())
        .select(processor_erasures::tenant_id);
    let found: Option<Id> = each!(conn, |conn| request.first(conn)).optional()?;
    Ok(found.is_some() || confirmation(conn, tenant)?.is_some())
}

/// Whether a request is stored whose link this key has signed.
pub fn is_any_signed_by(conn: &mut Conn, key_id: i64) -> QueryResult<bool> {
    let signed = processor_erasures::table.filter(processor_erasures::key_id.eq(key_id));
    let first: Option<Id> = signed.select(processor_erasures::id).first(conn).optional()?;
    Ok(first.is_some())
}
