//! Erasures under way: how far each is, and what its receipt will say.

use diesel::prelude::*;

use super::schema::{erasures, jobs, notices, suspicions, tenants};
use super::{Conn, Id, Millis, each, feed, prepared, text_enum};
use crate::clock::Timestamp;

text_enum! {
    /// The last step that is done. Each is stored before the next begins, so a crash between two repeats one of them.
    pub enum Step {
        /// No more writes; the tenant's name leads nowhere.
        Frozen = "frozen",
        /// What has to outlive the tenant is sealed under the vendor's key.
        Prepared = "prepared",
        /// The data key is gone: what is sealed is noise, in every backup too.
        Shredded = "shredded",
        /// The rows are gone.
        Deleted = "deleted",
        /// The pages that they stood in are clean.
        Cleaned = "cleaned",
        /// Looked at, and nothing was found.
        Verified = "verified",
        /// The receipt is signed and in the ledger.
        Receipted = "receipted",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = erasures, primary_key(tenant_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ErasureRow {
    pub tenant_id: Id,
    pub id: Id,
    pub step: String,
    pub reason: String,
    pub left_at: Millis,
    pub due_at: Millis,
    pub ceiling_at: Millis,
    pub frozen_at: Millis,
    pub shredded_at: Option<Millis>,
    pub deleted_at: Option<Millis>,
    pub cleaned_at: Option<Millis>,
    pub due_policy: String,
    pub counts_before: Option<String>,
    pub counts_after: Option<String>,
}

pub fn insert(tx: &mut Conn, row: &ErasureRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(erasures::table).values(row).execute(tx)).map(drop)
}

pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Option<ErasureRow>> {
    each!(conn, |conn| erasures::table.find(tenant).select(ErasureRow::as_select()).first(conn).optional())
}

/// The row, held against other writers until the transaction ends.
pub fn lock(tx: &mut Conn, tenant: Id) -> QueryResult<Option<ErasureRow>> {
    let query = erasures::table.find(tenant).select(erasures::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => query.first(tx).optional(),
    }
}

/// Writes the row of an erasure that still stands at `before`. False when somebody else has brought it further.
pub fn advance(tx: &mut Conn, before: Step, row: &ErasureRow) -> QueryResult<bool> {
    let target = erasures::table.find(row.tenant_id).filter(erasures::step.eq(before.as_str()));
    Ok(prepared::execute(tx, diesel::update(target).set(row))? == 1)
}

/// Erasures whose last step is `step`, the longest waiting first.
pub fn at_step(conn: &mut Conn, step: Step, limit: i64) -> QueryResult<Vec<ErasureRow>> {
    each!(conn, |conn| erasures::table
        .filter(erasures::step.eq(step.as_str()))
        .order(erasures::id)
        .limit(limit)
        .select(ErasureRow::as_select())
        .load(conn))
}

pub fn list(conn: &mut Conn, limit: i64) -> QueryResult<Vec<ErasureRow>> {
    each!(conn, |conn| erasures::table
        .order(erasures::id)
        .limit(limit)
        .select(ErasureRow::as_select())
        .load(conn))
}

/// How the notice of this due date stands: its state, and when it was settled.
pub fn notice(
    conn: &mut Conn,
    tenant: Id,
    due_at: Timestamp,
) -> QueryResult<Option<(String, Option<Millis>)>> {
    each!(conn, |conn| notices::table
        .find((tenant, "erasure", Millis::from(due_at)))
        .select((notices::state, notices::settled_at))
        .first(conn)
        .optional())
}

/// Takes everything of the customer out of the tenant's row: what is left is our own id, states and times.
pub fn blank(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    let nothing: &[u8] = &[];
    let blank = diesel::update(tenants::table.find(tenant)).set((
        tenants::identity_index.eq(None::<Vec<u8>>),
        tenants::site_index.eq(nothing),
        tenants::account.eq(nothing),
        tenants::secret.eq(None::<Vec<u8>>),
        tenants::secret_key_id.eq(None::<Id>),
        tenants::former_secret.eq(None::<Vec<u8>>),
        tenants::former_secret_key_id.eq(None::<Id>),
        tenants::former_secret_until.eq(None::<Millis>),
    ));
    prepared::execute(tx, blank).map(drop)
}

/// The end: the tenant's row goes, and the erasure's with it.
pub fn finish(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    diesel::delete(jobs::table.filter(jobs::tenant_id.eq(tenant))).execute(tx)?;
    diesel::delete(suspicions::table.filter(suspicions::tenant_id.eq(tenant))).execute(tx)?;
    diesel::delete(tenants::table.find(tenant)).execute(tx)?;
    diesel::delete(erasures::table.find(tenant)).execute(tx)?;
    feed::announce(tx, tenant)
}
