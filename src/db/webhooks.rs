//! Events of the product, sealed, each with the instant at which it expires.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::schema::webhooks;
use super::{Conn, Id, Millis, each};

#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = webhooks, treat_none_as_default_value = false)]
pub struct WebhookRow {
    pub tenant_id: Id,
    /// Blind index of the product's identifier of the event, the same on its retries.
    pub identifier_index: Vec<u8>,
    pub id: Id,
    pub received_at: Millis,
    pub expires_at: Millis,
    pub payload: Vec<u8>,
    /// Blind index of the issue or page that the event is about, and goes with.
    pub parent_index: Option<Vec<u8>>,
}

/// What is stored of one kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Stored {
    pub records: i64,
    pub bytes: i64,
    pub oldest_at: Option<Millis>,
    pub next_expiry_at: Option<Millis>,
}

/// False when the event was stored before.
pub fn insert(tx: &mut Conn, row: &WebhookRow) -> QueryResult<bool> {
    let inserted = each!(tx, |tx| diesel::insert_into(webhooks::table)
        .values(row)
        .on_conflict((webhooks::tenant_id, webhooks::identifier_index))
        .do_nothing()
        .execute(tx))?;
    Ok(inserted == 1)
}

/// Removes the stored events about an issue or a page.
pub fn delete_of_parent(tx: &mut Conn, tenant: Id, parent: &[u8]) -> QueryResult<usize> {
    let own =
        webhooks::table.filter(webhooks::tenant_id.eq(tenant)).filter(webhooks::parent_index.eq(parent));
    diesel::delete(own).execute(tx)
}

pub fn stored(conn: &mut Conn, tenant: Id) -> QueryResult<Stored> {
    each!(conn, |conn| webhooks::table
        .filter(webhooks::tenant_id.eq(tenant))
        .select((
            diesel::dsl::count_star(),
            sql::<BigInt>("CAST(COALESCE(SUM(LENGTH(payload)), 0) AS BIGINT)"),
            sql::<Nullable<BigInt>>("MIN(received_at)"),
            sql::<Nullable<BigInt>>("MIN(expires_at)"),
        ))
        .first(conn))
}

/// The newest events of a tenant, newest first.
pub fn newest(conn: &mut Conn, tenant: Id, limit: i64) -> QueryResult<Vec<WebhookRow>> {
    each!(conn, |conn| webhooks::table
        .filter(webhooks::tenant_id.eq(tenant))
        .order(webhooks::id.desc())
        .limit(limit)
        .select(WebhookRow::as_select())
        .load(conn))
}

/// How many stored events are about an issue or a page.
pub fn count_of_parent(conn: &mut Conn, tenant: Id, parent: &[u8]) -> QueryResult<i64> {
    each!(conn, |conn| webhooks::table
        .filter(webhooks::tenant_id.eq(tenant))
        .filter(webhooks::parent_index.eq(parent))
        .count()
        .get_result(conn))
}
