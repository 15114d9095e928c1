//! Counting and deleting everything of one tenant, table by table. Which tables there are is the data map's to say; their
//! names come from a file of ours, never from a request.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::prepared::Prepared;
use super::{Conn, DbResult, Id, Millis, each, guarded, prepared};

/// Free pages that are given back in one transaction.
const PAGES_AT_ONCE: u32 = 1_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Latest {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    latest: Option<Millis>,
}

/// A table whose rows go with a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantTable<'a> {
    pub name: &'a str,
    /// The column with the tenant's id.
    pub key: &'a str,
}

/// How many rows the tenant has in this table.
pub fn count(conn: &mut Conn, table: TenantTable<'_>, tenant: Id) -> QueryResult<i64> {
    let sql = format!("SELECT COUNT(*) AS count FROM {} WHERE {} = {}", table.name, table.key, tenant);
    Ok(diesel::sql_query(sql).get_result::<Count>(conn)?.count)
}

/// When the last of the tenant's rows in each of these tables goes by itself, in their order.
pub fn latest_ends(
    conn: &mut Conn,
    tables: &[TenantTable<'_>],
    tenant: Id,
) -> QueryResult<Vec<Option<Millis>>> {
    let Some(sql) = of_each(tables, "MAX(expires_at) AS latest") else { return Ok(Vec::new()) };
    let query = Prepared::new(diesel::sql_query(sql).bind::<BigInt, _>(tenant));
    let mut found: Vec<Latest> = each!(conn, |conn| query.load(conn))?;
    found.sort_by_key(|found| found.number);
    Ok(found.into_iter().map(|found| found.latest).collect())
}

/// How many rows the tenant has in each of these tables, in their order: one question for all of them.
pub fn counts(conn: &mut Conn, tables: &[TenantTable<'_>], tenant: Id) -> QueryResult<Vec<i64>> {
    let Some(sql) = of_each(tables, "COUNT(*) AS count") else { return Ok(Vec::new()) };
    let query = Prepared::new(diesel::sql_query(sql).bind::<BigInt, _>(tenant));
    let mut counted: Vec<Counted> = each!(conn, |conn| query.load(conn))?;
    counted.sort_by_key(|counted| counted.number);
    Ok(counted.into_iter().map(|counted| counted.count).collect())
}

/// One question about the tenant `$1` in each of these tables, with its place among them; `None` where there is no table.
fn of_each(tables: &[TenantTable<'_>], asked: &str) -> Option<String> {
    let one = |(number, TenantTable { name, key }): (usize, &TenantTable<'_>)| {
        format!("SELECT CAST({number} AS BIGINT) AS number, {asked} FROM {name} WHERE {key} = $1")
    };
    (!tables.is_empty()).then(|| tables.iter().enumerate().map(one).collect::<Vec<_>>().join(" UNION ALL "))
}

/// Deletes at most `limit` rows of the tenant, from the first of these tables that has any, and so on. Returns how many went.
pub fn delete_some(tx: &mut Conn, tables: &[TenantTable<'_>], tenant: Id, limit: i64) -> QueryResult<i64> {
    let mut gone = 0;
    for (table, count) in tables.iter().zip(counts(tx, tables, tenant)?) {
        if count > 0 && gone < limit {
            gone += delete_batch(tx, *table, tenant, limit - gone)?;
        }
    }
    Ok(gone)
}

fn delete_batch(tx: &mut Conn, table: TenantTable<'_>, tenant: Id, limit: i64) -> QueryResult<i64> {
    if let Some(gone) = guarded::erase(tx, table.name, tenant, limit)? {
        return Ok(gone);
    }
    // Every table has one of these hidden keys, whatever its own key is; but for the one whose rows stand in the order of it.
    let is_clustered = table.name == super::audit::CLUSTERED;
    let (row, own) = match tx {
        Conn::Pg(_) => ("ctid", ""),
        Conn::Sqlite(_) if is_clustered => ("sequence", "tenant_id = $1 AND "),
        Conn::Sqlite(_) => ("rowid", ""),
    };
    let TenantTable { name, key } = table;
    let sql = format!(
        "DELETE FROM {name} WHERE {own}{row} IN (SELECT {row} FROM {name} WHERE {key} = $1 LIMIT $2)"
    );
    let delete = diesel::sql_query(sql).bind::<BigInt, _>(tenant).bind::<BigInt, _>(limit);
    let gone = prepared::execute(tx, delete)?;
    Ok(i64::try_from(gone).unwrap_or(limit))
}

/// Cleans the pages that deleted rows stood in.
///
/// SQLite has overwritten them already (`secure_delete`); what is left is the write-ahead log, which is written back and cut
/// to nothing, and free pages, which go back to the file system. False while a reader holds the log. PostgreSQL marks the
/// space of dead rows as free, and overwrites it when it is used again.
pub fn clean(conn: &mut Conn, tables: &[TenantTable<'_>]) -> DbResult<bool> {
    match conn {
        Conn::Sqlite(conn) => {
            give_back(conn)?;
            checkpoint(conn)
        }
        Conn::Pg(conn) => {
            for table in tables {
                diesel::sql_query(format!("VACUUM {}", table.name)).execute(conn)?;
            }
            Ok(true)
        }
    }
}

#[derive(QueryableByName)]
struct Free {
    #[diesel(sql_type = BigInt)]
    freelist_count: i64,
}

/// Gives free pages back to the file system, in rounds: the writer waits for one of them, and not for all.
fn give_back(conn: &mut SqliteConnection) -> DbResult<()> {
    let free = |conn: &mut SqliteConnection| -> QueryResult<i64> {
        Ok(diesel::sql_query("PRAGMA freelist_count").get_result::<Free>(conn)?.freelist_count)
    };
    let mut before = free(conn)?;
    while before > 0 {
        // Run to its end: as a query it would be stepped once, and free one page.
        conn.batch_execute(&format!("PRAGMA incremental_vacuum({PAGES_AT_ONCE})"))?;
        let left = free(conn)?;
        if left >= before {
            break;
        }
        before = left;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

fn checkpoint(conn: &mut SqliteConnection) -> DbResult<bool> {
    let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(conn)?;
    Ok(done.busy == 0)
}
