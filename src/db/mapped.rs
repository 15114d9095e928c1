//! A tenant's rows of any table, read by the names that the data map has for them.
//!
//! Names of tables and columns come from the program's own map, never from a request; values are bound.

mod sql;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Conn, Id};
use sql::{Sql, size};

/// A table with rows of tenants.
#[derive(Debug, Clone)]
pub struct TenantTable<'a> {
    pub name: &'a str,
    /// The column that says whose a row is.
    pub owner: &'a str,
    /// The rest of the primary key, in its order.
    pub key: Vec<(&'a str, KeyType)>,
    /// Columns to read, and how.
    pub columns: Vec<(&'a str, Read)>,
    /// The column with the sealed value, and whether it is wanted.
    pub sealed: Option<(&'a str, bool)>,
    /// Columns whose bytes count.
    pub sized: Vec<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    AsItIs,
    Flag,
    /// In hexadecimal.
    Bytes,
    /// Only whether there is something.
    Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    Bytes,
    /// A number or a word; the value itself says which.
    Other,
}

/// A place in a table: after the row with these values of the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyValue {
    Number(i64),
    Word(String),
    Bytes(Vec<u8>),
}

pub struct Row {
    pub id: Option<Id>,
    pub values: Map<String, Value>,
    pub sealed: Option<Vec<u8>>,
    pub bytes: i64,
    pub key: Vec<KeyValue>,
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

#[derive(QueryableByName)]
struct Raw {
    #[diesel(sql_type = Text)]
    shown: String,
    #[diesel(sql_type = Nullable<Binary>)]
    sealed: Option<Vec<u8>>,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// What is stored of one kind.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Total {
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = BigInt)]
    pub records: i64,
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub oldest: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub next_expiry: Option<i64>,
}

/// Columns that say what a row is.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    pub kind: Option<&'a str>,
    pub recorded: Option<&'a str>,
    pub expires: Option<&'a str>,
}

/// Some rows of a table, in the order of its key.
pub struct Page {
    pub rows: Vec<Row>,
    /// Whether there is nothing after them.
    pub is_last: bool,
}

/// The next rows in the order of the key: at most `rows` of them and about `bytes`, and one at least where there is one.
pub fn page(
    conn: &mut Conn,
    table: &TenantTable<'_>,
    tenant: Id,
    after: &[KeyValue],
    rows: i64,
    bytes: i64,
) -> QueryResult<Page> {
    let fitting = match table.sealed {
        Some((_, true)) => rows_within(conn, table, tenant, after, rows, bytes)?,
        _ => rows,
    };
    let sql = Sql::new(conn, table, tenant, after);
    let raw: Vec<Raw> = sql.load(conn, &sql.select(table), fitting)?;
    let is_last = table.key.is_empty() || i64::try_from(raw.len()).is_ok_and(|found| found < fitting);
    let rows = raw.into_iter().map(|raw| read(table, raw)).collect::<QueryResult<_>>()?;
    Ok(Page { rows, is_last })
}

/// As [`page`], bounded by all bytes that count.
pub(super) fn whole_page(
    conn: &mut Conn,
    table: &TenantTable<'_>,
    tenant: Id,
    after: &[KeyValue],
    rows: i64,
    bytes: i64,
) -> QueryResult<Page> {
    let fitting = rows_within(conn, table, tenant, after, rows, bytes)?;
    page(conn, table, tenant, after, fitting, bytes).map(|page| Page {
        // Fewer than were asked for are the last ones, and none that were too many.
        is_last: table.key.is_empty() || page.rows.len() < usize::try_from(fitting).unwrap_or(usize::MAX),
        ..page
    })
}

/// How many of the next rows to ask for, so that what they hold fits.
fn rows_within(
    conn: &mut Conn,
    table: &TenantTable<'_>,
    tenant: Id,
    after: &[KeyValue],
    rows: i64,
    bytes: i64,
) -> QueryResult<i64> {
    let sql = Sql::new(conn, table, tenant, after);
    let sizes: Vec<Size> = sql.load(conn, &format!("{} AS bytes", size(table)), rows)?;
    let mut left = bytes;
    let too_large = sizes.iter().position(|size| {
        left -= size.bytes;
        left < 0
    });
    Ok(too_large.map_or(rows, |fitting| i64::try_from(fitting).unwrap_or(rows).max(1)))
}

/// What is stored per kind.
pub fn totals(
    conn: &mut Conn,
    table: &TenantTable<'_>,
    described: &Described<'_>,
    tenant: Id,
) -> QueryResult<Vec<Total>> {
    let kind = described.kind.map_or_else(|| "''".to_owned(), |kind| format!("\"{kind}\""));
    let least = |column: Option<&str>| match column {
        Some(column) => format!("MIN(\"{column}\")"),
        None => "CAST(NULL AS BIGINT)".to_owned(),
    };
    let (oldest, next_expiry) = (least(described.recorded), least(described.expires));
    let (name, owner, size) = (table.name, table.owner, size(table));
    let select = format!(
        "SELECT {kind} AS kind, COUNT(*) AS records, CAST(COALESCE(SUM({size}), 0) AS BIGINT) AS bytes, \
         {oldest} AS oldest, {next_expiry} AS next_expiry FROM \"{name}\" WHERE \"{owner}\" = "
    );
    // Without a kind there is nothing to group by, and no row without rows.
    let group = if described.kind.is_some() { " GROUP BY 1 ORDER BY 1" } else { " HAVING COUNT(*) > 0" };
    match conn {
        Conn::Sqlite(conn) => {
            diesel::sql_query(format!("{select}?{group}")).bind::<BigInt, _>(tenant.as_i64()).load(conn)
        }
        Conn::Pg(conn) => {
            diesel::sql_query(format!("{select}$1{group}")).bind::<BigInt, _>(tenant.as_i64()).load(conn)
        }
    }
}

fn read(table: &TenantTable<'_>, raw: Raw) -> QueryResult<Row> {
    let unreadable =
        |what: &str| diesel::result::Error::DeserializationError(format!("unreadable {what}").into());
    let mut values: Map<String, Value> = serde_json::from_str(&raw.shown).map_err(|_| unreadable("row"))?;
    let mut key = Vec::with_capacity(table.key.len());
    for (column, kind) in &table.key {
        let value = values.remove(&format!("key.{column}")).ok_or_else(|| unreadable("key"))?;
        key.push(match (kind, value) {
            (KeyType::Bytes, Value::String(hex)) => KeyValue::Bytes(
                data_encoding::HEXUPPER.decode(hex.as_bytes()).map_err(|_| unreadable("key"))?,
            ),
            (KeyType::Other, Value::String(word)) => KeyValue::Word(word),
            (KeyType::Other, Value::Number(number)) => KeyValue::Number(number.as_i64().unwrap_or_default()),
            _ => return Err(unreadable("key")),
        });
    }
    let id = values.remove("id").and_then(|id| id.as_i64()).map(Id::from_i64);
    Ok(Row { id, values, sealed: raw.sealed, bytes: raw.bytes, key })
}
