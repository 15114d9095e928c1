//! Tenants and the suspicions about them.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::schema::{forge_installations, jobs, operation_records, suspicions, tenants, timeline};
use super::{Conn, Id, Millis, each, feed, prepared};

/// A row of `tenants`, whole. Written whole too, so that no column is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = tenants, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TenantRow {
    pub id: Id,
    pub identity_index: Option<Vec<u8>>,
    pub site_index: Vec<u8>,
    pub generation: i64,
    pub standing: String,
    pub enabled: bool,
    pub marked_at: Option<Millis>,
    pub due_at: Option<Millis>,
    pub asked_due_at: Option<Millis>,
    pub due_policy: Option<String>,
    pub ends_at: Option<Millis>,
    pub account: Vec<u8>,
    pub secret: Option<Vec<u8>>,
    pub secret_key_id: Option<Id>,
    pub former_secret: Option<Vec<u8>>,
    pub former_secret_key_id: Option<Id>,
    pub former_secret_until: Option<Millis>,
    pub lifecycle_issued_at: i64,
    pub installed_at: Millis,
    pub updated_at: Millis,
    pub mark_reason: Option<String>,
    pub own_days: Option<i64>,
    pub refused_since: Option<Millis>,
    /// `missing`, `set` or `undeliverable`.
    pub contact_state: String,
    /// The move to another deployment that holds it.
    pub held_by: Option<Id>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = suspicions, treat_none_as_default_value = false)]
pub struct SuspicionRow {
    pub tenant_id: Id,
    pub reason: String,
    pub since: Millis,
    pub due_at: Millis,
    pub due_policy: String,
}

pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<TenantRow>> {
    each!(conn, |conn| tenants::table.find(id).select(TenantRow::as_select()).first(conn).optional())
}

pub fn by_identity(conn: &mut Conn, identity_index: &[u8]) -> QueryResult<Option<TenantRow>> {
    each!(conn, |conn| tenants::table
        .filter(tenants::identity_index.eq(identity_index))
        .select(TenantRow::as_select())
        .first(conn)
        .optional())
}

/// The row, held against other writers until the transaction ends.
pub fn lock_by_id(tx: &mut Conn, id: Id) -> QueryResult<Option<TenantRow>> {
    let query = tenants::table.find(id).select(tenants::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().first(tx).optional(),
        // BEGIN IMMEDIATE holds the only write lock already.
        Conn::Sqlite(tx) => query.first(tx).optional(),
    }
}

/// Whether this tenant may be written for: it is there, and its erasure has not begun. Holds it so until the transaction
/// ends, and every write of a tenant's data asks first: what came after the freeze would outlive the erasure. While the tenant
/// moves to another deployment this is an error ([`Held`]): what was written now would not go along.
pub fn fence(tx: &mut Conn, id: Id) -> QueryResult<bool> {
    let open = tenants::table
        .find(id)
        .filter(tenants::standing.ne("erasing"))
        .select((tenants::id, tenants::held_by));
    let found: Option<(Id, Option<Id>)> = match tx {
        Conn::Pg(tx) => open.for_share().first(tx).optional()?,
        Conn::Sqlite(tx) => open.first(tx).optional()?,
    };
    match found {
        Some((_, Some(_))) => Err(Held.into()),
        found => Ok(found.is_some()),
    }
}

/// Nothing can be written for the tenant while it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tenant moves to another deployment")]
pub struct Held;

impl From<Held> for diesel::result::Error {
    fn from(held: Held) -> Self {
        Self::QueryBuilderError(held.into())
    }
}

impl Held {
    pub(super) fn is_why(error: &diesel::result::Error) -> bool {
        matches!(error, diesel::result::Error::QueryBuilderError(cause) if cause.is::<Self>())
    }
}

/// Tenants that move.
pub fn held(conn: &mut Conn, ids: &[Id]) -> QueryResult<Vec<Id>> {
    let held = tenants::table.filter(tenants::held_by.is_not_null()).filter(tenants::id.eq_any(ids));
    each!(conn, |conn| held.select(tenants::id).load(conn))
}

/// Like [`lock_by_id`], found by the blind index of the product's name for it.
pub fn lock_by_identity(tx: &mut Conn, identity_index: &[u8]) -> QueryResult<Option<TenantRow>> {
    let query =
        tenants::table.filter(tenants::identity_index.eq(identity_index)).select(tenants::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => query.first(tx).optional(),
    }
}

/// Makes installs on one site wait for each other: each of them looks at all tenants of the site, and two that lock
/// rows in different order would wait for ever.
pub fn lock_site(tx: &mut Conn, site_index: &[u8]) -> QueryResult<()> {
    let Conn::Pg(tx) = tx else { return Ok(()) };
    let head: [u8; 8] = site_index.first_chunk().copied().unwrap_or_default();
    tx.batch_execute(&format!("SELECT pg_advisory_xact_lock({})", i64::from_le_bytes(head)))
}

/// The newest tenant on this product and base URL whose erasure has not begun.
pub fn on_site(conn: &mut Conn, site_index: &[u8]) -> QueryResult<Option<Id>> {
    tenants::table
        .filter(tenants::site_index.eq(site_index))
        .filter(tenants::standing.ne("erasing"))
        .order(tenants::id.desc())
        .select(tenants::id)
        .first(conn)
        .optional()
}

/// The other tenants on the same product and base URL.
pub fn others_on_site(tx: &mut Conn, site_index: &[u8], except: Id) -> QueryResult<Vec<TenantRow>> {
    let query = tenants::table
        .filter(tenants::site_index.eq(site_index))
        .filter(tenants::id.ne(except))
        .order(tenants::id)
        .select(tenants::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().load(tx),
        Conn::Sqlite(tx) => query.load(tx),
    }
}

/// False when a tenant with the same identity stands already; nothing is changed then.
pub fn insert(tx: &mut Conn, row: &TenantRow) -> QueryResult<bool> {
    let inserted = each!(tx, |tx| diesel::insert_into(tenants::table)
        .values(row)
        .on_conflict(tenants::identity_index)
        .do_nothing()
        .execute(tx))?;
    feed::announce(tx, row.id)?;
    Ok(inserted == 1)
}

pub fn update(tx: &mut Conn, row: &TenantRow) -> QueryResult<()> {
    prepared::execute(tx, diesel::update(tenants::table.find(row.id)).set(row))?;
    feed::announce(tx, row.id)
}

/// Removes a tenant that holds nothing but itself.
pub fn discard(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    diesel::delete(timeline::table.filter(timeline::tenant_id.eq(tenant))).execute(tx)?;
    diesel::delete(jobs::table.filter(jobs::tenant_id.eq(tenant))).execute(tx)?;
    diesel::delete(suspicions::table.filter(suspicions::tenant_id.eq(tenant))).execute(tx)?;
    let records = operation_records::table.filter(operation_records::tenant_id.eq(tenant));
    diesel::delete(records).execute(tx)?;
    let installations = forge_installations::table.filter(forge_installations::tenant_id.eq(tenant));
    diesel::delete(installations).execute(tx)?;
    diesel::delete(tenants::table.find(tenant)).execute(tx)?;
    feed::announce(tx, tenant)
}

/// Tenants in order of their ids, after `after`.
pub fn page(conn: &mut Conn, after: Id, limit: i64) -> QueryResult<Vec<TenantRow>> {
    each!(conn, |conn| tenants::table
        .filter(tenants::id.gt(after))
        .order(tenants::id)
        .limit(limit)
        .select(TenantRow::as_select())
        .load(conn))
}

/// Which of `ids` have a row.
pub fn existing(conn: &mut Conn, ids: &[Id]) -> QueryResult<Vec<Id>> {
    each!(conn, |conn| tenants::table.filter(tenants::id.eq_any(ids)).select(tenants::id).load(conn))
}

/// The current and the former secret key that each of `ids` names.
pub fn secret_key_ids(conn: &mut Conn, ids: &[Id]) -> QueryResult<Vec<(Id, [Option<Id>; 2])>> {
    let columns = (tenants::id, tenants::secret_key_id, tenants::former_secret_key_id);
    let rows: Vec<(Id, Option<Id>, Option<Id>)> =
        tenants::table.filter(tenants::id.eq_any(ids)).select(columns).load(conn)?;
    Ok(rows.into_iter().map(|(id, current, former)| (id, [current, former])).collect())
}

pub fn count(conn: &mut Conn) -> QueryResult<i64> {
    each!(conn, |conn| tenants::table.count().get_result(conn))
}

/// Ids in their order, after `after`.
pub fn ids(conn: &mut Conn, after: Id, limit: i64) -> QueryResult<Vec<Id>> {
    let later = tenants::table.filter(tenants::id.gt(after));
    later.order(tenants::id).limit(limit).select(tenants::id).load(conn)
}

/// Which of `ids` have not left and stay here, each with its generation.
pub fn active_among(conn: &mut Conn, ids: &[Id]) -> QueryResult<Vec<(Id, i64)>> {
    each!(conn, |conn| tenants::table
        .filter(tenants::id.eq_any(ids))
        .filter(tenants::standing.eq("active"))
        .filter(tenants::held_by.is_null())
        .select((tenants::id, tenants::generation))
        .load(conn))
}

/// Tenants with a date that came from another policy than `version`. "Another" is written as before and after it, each of
/// which an index finds.
pub fn under_other_policy(conn: &mut Conn, version: &str, limit: i64) -> QueryResult<Vec<Id>> {
    let marked = || tenants::table.filter(tenants::standing.eq("marked")).select(tenants::id).limit(limit);
    let suspected = || suspicions::table.select(suspicions::tenant_id).limit(limit);
    let mut found: Vec<Id> = each!(conn, |conn| marked().filter(tenants::due_policy.lt(version)).load(conn))?;
    found.extend(each!(conn, |conn| marked().filter(tenants::due_policy.gt(version)).load::<Id>(conn))?);
    found
        .extend(each!(conn, |conn| suspected().filter(suspicions::due_policy.lt(version)).load::<Id>(conn))?);
    found
        .extend(each!(conn, |conn| suspected().filter(suspicions::due_policy.gt(version)).load::<Id>(conn))?);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Whether there are this many tenants; looks at no more of them.
pub fn are_at_least(conn: &mut Conn, number: i64) -> QueryResult<bool> {
    let last: Option<Id> = tenants::table
        .order(tenants::id)
        .offset((number - 1).max(0))
        .select(tenants::id)
        .first(conn)
        .optional()?;
    Ok(last.is_some())
}

pub fn suspicions_of(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<SuspicionRow>> {
    each!(conn, |conn| suspicions::table
        .filter(suspicions::tenant_id.eq(tenant))
        .order(suspicions::reason)
        .select(SuspicionRow::as_select())
        .load(conn))
}

/// Makes `rows` the tenant's whole set of suspicions.
pub fn replace_suspicions(tx: &mut Conn, tenant: Id, rows: &[SuspicionRow]) -> QueryResult<()> {
    diesel::delete(suspicions::table.filter(suspicions::tenant_id.eq(tenant))).execute(tx)?;
    if !rows.is_empty() {
        each!(tx, |tx| diesel::insert_into(suspicions::table).values(rows).execute(tx))?;
    }
    Ok(())
}
