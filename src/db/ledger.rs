//! The keyring's ledger of erasures, and their receipts. A restored backup of the main database must obey the ledger.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::schema::{ledger, receipts};
use super::{Conn, Id, Millis, each};

/// One erasure, or that whoever was erased because it moved away has come home. `hash` covers the entry and the one before.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger, treat_none_as_default_value = false)]
pub struct LedgerRow {
    pub number: i64,
    pub tenant_id: Id,
    pub shredded_at: Millis,
    pub receipt_hash: Vec<u8>,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub expires_at: Millis,
    /// The tenant is here again, since `shredded_at`.
    pub returned: bool,
}

/// A signed document. Number 0 is the receipt, higher ones are supplements.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = receipts, treat_none_as_default_value = false)]
pub struct ReceiptRow {
    pub tenant_id: Id,
    pub number: i64,
    pub issued_at: Millis,
    pub expires_at: Millis,
    pub document: String,
}

/// The newest entry, held against other writers so that the chain cannot fork.
pub fn lock_last(tx: &mut Conn) -> QueryResult<Option<LedgerRow>> {
    let last = ledger::table.order(ledger::number.desc()).select(ledger::all_columns);
    match tx {
        Conn::Pg(tx) => {
            // The first entry has no row before it that could be held.
            diesel::sql_query("LOCK TABLE ledger IN SHARE ROW EXCLUSIVE MODE").execute(tx)?;
            last.first(tx).optional()
        }
        Conn::Sqlite(tx) => last.first(tx).optional(),
    }
}

pub fn insert(tx: &mut Conn, row: &LedgerRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(ledger::table).values(row).execute(tx)).map(drop)
}

pub fn insert_receipt(tx: &mut Conn, row: &ReceiptRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(receipts::table).values(row).execute(tx)).map(drop)
}

/// Entries in their order, after `after`.
pub fn page(conn: &mut Conn, after: i64, limit: i64) -> QueryResult<Vec<LedgerRow>> {
    each!(conn, |conn| ledger::table
        .filter(ledger::number.gt(after))
        .order(ledger::number)
        .limit(limit)
        .select(LedgerRow::as_select())
        .load(conn))
}

/// The receipt of an erasure, then its supplements; then the same of a later one, if the tenant came home in between.
pub fn receipts_of(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<ReceiptRow>> {
    each!(conn, |conn| receipts::table
        .filter(receipts::tenant_id.eq(tenant))
        .order(receipts::number)
        .select(ReceiptRow::as_select())
        .load(conn))
}

/// Receipts and their supplements by the ids of their tenants, after `after` (a tenant, and a number).
pub fn receipts(conn: &mut Conn, after: (Id, i64), limit: i64) -> QueryResult<Vec<ReceiptRow>> {
    let (tenant, number) = after;
    let rest_of_same = receipts::tenant_id.eq(tenant).and(receipts::number.gt(number));
    receipts::table
        .filter(receipts::tenant_id.gt(tenant).or(rest_of_same))
        .order((receipts::tenant_id, receipts::number))
        .limit(limit)
        .select(ReceiptRow::as_select())
        .load(conn)
}

/// Receipts and their supplements, the newest tenants first, before `before` (a tenant, and a number).
pub fn newest_receipts(conn: &mut Conn, before: (Id, i64), limit: i64) -> QueryResult<Vec<ReceiptRow>> {
    let (tenant, number) = before;
    let rest_of_same = receipts::tenant_id.eq(tenant).and(receipts::number.lt(number));
    receipts::table
        .filter(receipts::tenant_id.lt(tenant).or(rest_of_same))
        .order((receipts::tenant_id.desc(), receipts::number.desc()))
        .limit(limit)
        .select(ReceiptRow::as_select())
        .load(conn)
}

/// Which of `ids` are erased, by the last word of the ledger: that must never be undone.
pub fn erased(conn: &mut Conn, ids: &[Id]) -> QueryResult<Vec<Id>> {
    let said = ledger::table.filter(ledger::tenant_id.eq_any(ids)).order(ledger::number);
    let said: Vec<(Id, bool)> =
        each!(conn, |conn| said.select((ledger::tenant_id, ledger::returned)).load(conn))?;
    let last: BTreeMap<Id, bool> = said.into_iter().collect();
    Ok(last.into_iter().filter(|(_, returned)| !returned).map(|(tenant, _)| tenant).collect())
}
