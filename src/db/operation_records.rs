//! Operation data: copies, traces, twins, relations, the licence's state, and the app's own kinds. Each record has an
//! instant at which it expires; one that has expired is not there any more, whether or not it was swept yet.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::prepared::Prepared;
use super::schema::operation_records;
use super::{Conn, Id, Millis, each, prepared, text_enum};
use crate::clock::Timestamp;

text_enum! {
    /// Which of the records about one subject.
    pub enum Slot {
        Only = "only",
        Latest = "latest",
        Previous = "previous",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = operation_records, treat_none_as_default_value = false)]
pub struct RecordRow {
    pub tenant_id: Id,
    pub kind: String,
    pub subject_index: Vec<u8>,
    pub slot: String,
    pub id: Id,
    pub parent_index: Option<Vec<u8>>,
    pub ordered_at: i64,
    pub recorded_at: Millis,
    pub expires_at: Millis,
    pub payload: Vec<u8>,
}

/// Makes everybody else who writes about one of these wait until the transaction ends. A row that is not there yet cannot be
/// locked, and a late event must not slip in between a deletion and its tombstone.
pub fn hold(tx: &mut Conn, indexes: &[&[u8]]) -> QueryResult<()> {
    // SQLite has one writer at a time.
    let Conn::Pg(tx) = tx else { return Ok(()) };
    if indexes.is_empty() {
        return Ok(());
    }
    let head = |index: &&[u8]| i64::from_le_bytes(index.first_chunk().copied().unwrap_or_default());
    let mut heads: Vec<i64> = indexes.iter().map(head).collect();
    // In one order, so that no two wait for each other.
    heads.sort_unstable();
    let statements = heads.iter().map(|head| format!("SELECT pg_advisory_xact_lock({head});"));
    tx.batch_execute(&statements.collect::<String>())
}

/// All that is kept about one subject.
pub fn about(
    conn: &mut Conn,
    tenant: Id,
    kind: &str,
    subject: &[u8],
    now: Timestamp,
) -> QueryResult<Vec<RecordRow>> {
    each!(conn, |conn| operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::kind.eq(kind))
        .filter(operation_records::subject_index.eq(subject))
        .filter(operation_records::expires_at.gt(Millis::from(now)))
        .select(RecordRow::as_select())
        .load(conn))
}

/// What goes when its parent goes, of these kinds.
pub fn of_parent(conn: &mut Conn, tenant: Id, kinds: &[&str], parent: &[u8]) -> QueryResult<Vec<RecordRow>> {
    each!(conn, |conn| operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::parent_index.eq(parent))
        .filter(operation_records::kind.eq_any(kinds))
        .select(RecordRow::as_select())
        .load(conn))
}

macro_rules! replacing {
    ($insert:expr) => {
        $insert
            .on_conflict((
                operation_records::tenant_id,
                operation_records::kind,
                operation_records::subject_index,
                operation_records::slot,
            ))
            .do_update()
            .set((
                operation_records::id.eq(excluded(operation_records::id)),
                operation_records::parent_index.eq(excluded(operation_records::parent_index)),
                operation_records::ordered_at.eq(excluded(operation_records::ordered_at)),
                operation_records::recorded_at.eq(excluded(operation_records::recorded_at)),
                operation_records::expires_at.eq(excluded(operation_records::expires_at)),
                operation_records::payload.eq(excluded(operation_records::payload)),
            ))
    };
}

/// Stores a record in the place of the one that stands.
pub fn replace(tx: &mut Conn, row: &RecordRow) -> QueryResult<()> {
    prepared::execute(tx, replacing!(diesel::insert_into(operation_records::table).values(row))).map(drop)
}

/// Stores records, each unless a newer one stands in its place. No two of `rows` may have one place.
pub fn replace_older(tx: &mut Conn, rows: &[RecordRow]) -> QueryResult<()> {
    use diesel::query_dsl::methods::FilterDsl;
    macro_rules! older {
        ($values:expr) => {
            FilterDsl::filter(
                replacing!(diesel::insert_into(operation_records::table).values($values)),
                operation_records::ordered_at
                    .le(excluded(operation_records::ordered_at))
                    .or(operation_records::expires_at.le(excluded(operation_records::recorded_at))),
            )
        };
    }
    match tx {
        Conn::Pg(tx) => older!(rows).execute(tx).map(drop),
        // A statement of its own for each is prepared once and for all; there is no way to a server to be saved.
        Conn::Sqlite(tx) => rows.iter().try_for_each(|row| Prepared::new(older!(row)).execute(tx).map(drop)),
    }
}

/// False when there was none.
pub fn delete(tx: &mut Conn, tenant: Id, kind: &str, subject: &[u8]) -> QueryResult<bool> {
    let record = operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::kind.eq(kind))
        .filter(operation_records::subject_index.eq(subject));
    Ok(diesel::delete(record).execute(tx)? > 0)
}

/// Deletes everything that goes with `parent`. Returns how many records went.
pub fn delete_of_parent(tx: &mut Conn, tenant: Id, parent: &[u8]) -> QueryResult<usize> {
    let records = operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::parent_index.eq(parent));
    diesel::delete(records).execute(tx)
}

/// How many records of these kinds a tenant has.
pub fn count(conn: &mut Conn, tenant: Id, kinds: &[String], now: Timestamp) -> QueryResult<i64> {
    each!(conn, |conn| operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::kind.eq_any(kinds))
        .filter(operation_records::expires_at.gt(Millis::from(now)))
        .count()
        .get_result(conn))
}

/// The newest records of a tenant, newest first.
pub fn newest(conn: &mut Conn, tenant: Id, now: Timestamp, limit: i64) -> QueryResult<Vec<RecordRow>> {
    each!(conn, |conn| operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::expires_at.gt(Millis::from(now)))
        .order(operation_records::id.desc())
        .limit(limit)
        .select(RecordRow::as_select())
        .load(conn))
}

/// The newest records that go with `parent`, newest first.
pub fn newest_of_parent(
    conn: &mut Conn,
    tenant: Id,
    parent: &[u8],
    now: Timestamp,
    limit: i64,
) -> QueryResult<Vec<RecordRow>> {
    each!(conn, |conn| operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::parent_index.eq(parent))
        .filter(operation_records::expires_at.gt(Millis::from(now)))
        .order(operation_records::id.desc())
        .limit(limit)
        .select(RecordRow::as_select())
        .load(conn))
}

/// Whether a tenant has a record of any other kind.
pub fn has_other_than(conn: &mut Conn, tenant: Id, kind: &str) -> QueryResult<bool> {
    let found: Option<Id> = each!(conn, |conn| operation_records::table
        .filter(operation_records::tenant_id.eq(tenant))
        .filter(operation_records::kind.ne(kind))
        .select(operation_records::id)
        .first(conn)
        .optional())?;
    Ok(found.is_some())
}
