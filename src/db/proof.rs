//! What the proof of erasure asks of a database: sealed values as they stand in their columns, and in which files an engine
//! keeps them.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use super::{Conn, DbResult, Id, columns, each};

/// A column with sealed values, and how a row says whose it is and as which record its value was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub owner: &'a str,
    pub record: &'a str,
}

#[derive(QueryableByName)]
struct Sealed {
    #[diesel(sql_type = BigInt)]
    record: i64,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The tenant's values in this column, each with the record that it was sealed as. The names come from a file of ours.
pub fn sealed_of(conn: &mut Conn, place: SealedColumn<'_>, tenant: Id) -> QueryResult<Vec<(Id, Vec<u8>)>> {
    let SealedColumn { table, column, owner, record } = place;
    let sql = format!(
        "SELECT CAST(\"{record}\" AS BIGINT) AS record, \"{column}\" AS sealed FROM \"{table}\" \
         WHERE \"{owner}\" = {tenant} AND LENGTH(\"{column}\") > 0"
    );
    let rows: Vec<Sealed> = each!(conn, |conn| diesel::sql_query(sql).load(conn))?;
    Ok(rows.into_iter().map(|row| (Id::from_i64(row.record), row.sealed)).collect())
}

/// Whether nothing at all was made here yet.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    Ok(columns::live(conn)?.is_empty())
}

/// Where a PostgreSQL server keeps its files, and the segment that its log writes to at the moment. `None` on SQLite. Only a
/// role that may read all settings gets an answer.
pub fn server_files(conn: &mut Conn) -> QueryResult<Option<(String, String)>> {
    let Conn::Pg(conn) = conn else { return Ok(None) };
    let sql =
        "SELECT current_setting('data_directory') AS path, pg_walfile_name(pg_current_wal_lsn()) AS name";
    let found: Named = diesel::sql_query(sql).get_result(conn)?;
    Ok(Some((found.path, found.name)))
}

/// The files of the current schema's tables, indexes and long values, within the server's folder, and whose they are.
pub fn relation_files(conn: &mut Conn) -> QueryResult<Vec<(String, String)>> {
    let Conn::Pg(conn) = conn else { return Ok(Vec::new()) };
    let sql = "SELECT pg_relation_filepath(own.oid) AS path, \
         CASE WHEN of.oid IS NULL THEN own.relname::text ELSE of.relname::text || ', long values' END AS name \
         FROM pg_catalog.pg_class AS own LEFT JOIN pg_catalog.pg_class AS of ON of.reltoastrelid = own.oid \
         JOIN pg_catalog.pg_namespace AS schemas ON schemas.oid = COALESCE(of.relnamespace, own.relnamespace) \
         WHERE schemas.nspname = current_schema() AND pg_relation_filepath(own.oid) IS NOT NULL";
    let found: Vec<Named> = diesel::sql_query(sql).load(conn)?;
    Ok(found.into_iter().map(|file| (file.path, file.name)).collect())
}

/// Has a server write what it holds in memory into its files. SQLite holds nothing back: what is committed is in a file.
pub fn flush(conn: &mut Conn) -> DbResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Pg(conn) => Ok(conn.batch_execute("CHECKPOINT")?),
    }
}

/// Writes a text in clear into a table of its own, to see that it is found.
pub fn plant(conn: &mut Conn, text: &str) -> DbResult<()> {
    let made = "CREATE TABLE planted (words TEXT)";
    each!(conn, |conn| conn.batch_execute(made))?;
    each!(conn, |conn| diesel::sql_query(format!("INSERT INTO planted VALUES ('{text}')")).execute(conn))?;
    Ok(())
}

pub fn unplant(conn: &mut Conn) -> DbResult<()> {
    Ok(each!(conn, |conn| conn.batch_execute("DROP TABLE planted"))?)
}
