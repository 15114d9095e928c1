//! A tenant's rows as they go from one deployment to another: whole, in the same form on both engines.
//!
//! Names of tables and columns come from the program's own map, never from a request; values are bound.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Map, Value};

use super::mapped::{KeyType, KeyValue, Read, TenantTable, whole_page};
use super::{Conn, Id, each};

/// A row by its columns; bytes are written in hexadecimal.
pub type WholeRow = Map<String, Value>;

/// A table with all of its columns, and whether each holds bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeTable {
    pub name: String,
    /// The column that says whose a row is.
    pub owner: String,
    /// The rest of the primary key.
    pub key: Vec<String>,
    pub columns: BTreeMap<String, bool>,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    is_binary: i64,
}

pub struct WholePage {
    pub rows: Vec<WholeRow>,
    /// The key of the last row.
    pub last: Vec<KeyValue>,
    pub is_last: bool,
}

const SQLITE: &str =
    "SELECT name, CAST(upper(type) = 'BLOB' AS BIGINT) AS is_binary FROM pragma_table_info(?)";
const POSTGRES: &str = "SELECT columns.attname::text AS name, \
     CAST(columns.atttypid = 'bytea'::regtype AS INT)::bigint AS is_binary \
     FROM pg_catalog.pg_attribute AS columns \
     WHERE columns.attrelid = ($1)::regclass AND columns.attnum > 0 AND NOT columns.attisdropped";

/// The table as it stands in the database.
pub fn describe(conn: &mut Conn, name: &str, owner: &str, key: &[String]) -> QueryResult<WholeTable> {
    let columns: Vec<Column> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(SQLITE).bind::<Text, _>(name).load(conn)?,
        Conn::Pg(conn) => diesel::sql_query(POSTGRES).bind::<Text, _>(name).load(conn)?,
    };
    Ok(WholeTable {
        name: name.to_owned(),
        owner: owner.to_owned(),
        key: key.to_vec(),
        columns: columns.into_iter().map(|column| (column.name, column.is_binary == 1)).collect(),
    })
}

/// The next rows after a place, in the order of the key: at most `rows` of them and about `bytes`, and one at least where there
/// is one.
pub fn page(
    conn: &mut Conn,
    table: &WholeTable,
    tenant: Id,
    after: &[KeyValue],
    rows: i64,
    bytes: i64,
) -> QueryResult<WholePage> {
    let is_binary = |column: &str| table.columns.get(column).copied().unwrap_or_default();
    let key_type = |column: &String| if is_binary(column) { KeyType::Bytes } else { KeyType::Other };
    let read = |binary: bool| if binary { Read::Bytes } else { Read::AsItIs };
    let wanted = TenantTable {
        name: &table.name,
        owner: &table.owner,
        key: table.key.iter().map(|column| (column.as_str(), key_type(column))).collect(),
        columns: table.columns.iter().map(|(column, binary)| (column.as_str(), read(*binary))).collect(),
        sealed: None,
        sized: table.columns.iter().filter(|(_, binary)| **binary).map(|(name, _)| name.as_str()).collect(),
    };
    let page = whole_page(conn, &wanted, tenant, after, rows, bytes)?;
    let last = page.rows.last().map(|row| row.key.clone()).unwrap_or_default();
    let rows = page.rows.into_iter().map(|row| {
        let mut values = row.values;
        // It was taken out of the values; it is a column like others here.
        if let Some(id) = row.id {
            values.insert("id".to_owned(), id.as_i64().into());
        }
        values.values_mut().for_each(without_flags);
        values
    });
    Ok(WholePage { rows: rows.collect(), last, is_last: page.is_last })
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many rows of a tenant there are.
pub fn count(conn: &mut Conn, table: &WholeTable, tenant: Id) -> QueryResult<u64> {
    let sql = format!("SELECT COUNT(*) AS count FROM \"{}\" WHERE \"{}\" = $1", table.name, table.owner);
    let found: Count = each!(conn, |conn| diesel::sql_query(sql).bind::<BigInt, _>(tenant).get_result(conn))?;
    Ok(found.count.unsigned_abs())
}

/// One engine says 1 where the other one says true.
fn without_flags(value: &mut Value) {
    if let Value::Bool(flag) = value {
        *value = i64::from(*flag).into();
    }
}

/// Stores rows of [`page`] as they are. An error when a row of the same key stands already.
pub fn insert(tx: &mut Conn, table: &WholeTable, rows: &[WholeRow]) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().map(|row| in_order(tx, table, row));
    let rows = serde_json::to_string(&rows.collect::<Vec<_>>()).map_err(unreadable)?;
    let sql = insert_sql(tx, table);
    each!(tx, |tx| diesel::sql_query(sql).bind::<Text, _>(rows).execute(tx)).map(drop)
}

/// A row with every column, bytes as the engine reads them out of a text.
fn in_order(conn: &Conn, table: &WholeTable, row: &WholeRow) -> Value {
    let is_remote = matches!(conn, Conn::Pg(_));
    let value = |(column, binary): (&String, &bool)| match row.get(column) {
        Some(Value::String(hex)) if *binary && is_remote => format!("\\x{hex}").into(),
        Some(value) => value.clone(),
        None => Value::Null,
    };
    let columns = table.columns.iter().map(|column| (column.0.clone(), value(column)));
    Value::Object(columns.collect())
}

fn insert_sql(conn: &Conn, table: &WholeTable) -> String {
    let name = &table.name;
    let columns: Vec<String> = table.columns.keys().map(|column| format!("\"{column}\"")).collect();
    let columns = columns.join(", ");
    match conn {
        Conn::Pg(_) => format!(
            "INSERT INTO \"{name}\" ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::\"{name}\", $1::json)"
        ),
        Conn::Sqlite(_) => {
            let value = |(column, binary): (&String, &bool)| {
                let value = format!("json_extract(value, '$.{column}')");
                if *binary { format!("unhex({value})") } else { value }
            };
            let values: Vec<String> = table.columns.iter().map(value).collect();
            format!("INSERT INTO \"{name}\" ({columns}) SELECT {} FROM json_each(?)", values.join(", "))
        }
    }
}

fn unreadable(error: serde_json::Error) -> diesel::result::Error {
    diesel::result::Error::SerializationError(error.into())
}
