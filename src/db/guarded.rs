//! Tables that the service may only add to. On PostgreSQL its role may insert into them and read them, and nothing else; what has to
//! go by its date or with its tenant goes by functions that look for themselves whether it has to (docs/postgres-roles.sql). Without
//! such roles everything is allowed to the one role there is.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Text};

use super::audit::CheckpointRow;
use super::{Conn, Id};

const TABLES: [&str; 2] = ["audit", "audit_checkpoints"];

#[derive(QueryableByName)]
struct Allowed {
    #[diesel(sql_type = Bool)]
    allowed: bool,
}

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = BigInt)]
    gone: i64,
}

/// Removes rows of a tenant that is being erased, by the function for that. `None` where the role of this connection may do so itself,
/// or `table` is no such table.
pub fn erase(tx: &mut Conn, table: &str, tenant: Id, at_most: i64) -> QueryResult<Option<i64>> {
    if !TABLES.contains(&table) {
        return Ok(None);
    }
    let Some(tx) = only_by_function(tx, table)? else { return Ok(None) };
    diesel::sql_query("SELECT kept_erase_audit($1, $2, $3) AS gone")
        .bind::<BigInt, _>(tenant)
        .bind::<BigInt, _>(at_most)
        .bind::<Bool, _>(table == "audit_checkpoints")
        .get_result::<Gone>(tx)
        .map(|gone| Some(gone.gone))
}

/// Puts the checkpoint in the place of what stands before it, in the same way.
pub fn prune(tx: &mut Conn, point: &CheckpointRow) -> QueryResult<Option<i64>> {
    let Some(tx) = only_by_function(tx, "audit")? else { return Ok(None) };
    diesel::sql_query("SELECT kept_prune_audit($1, $2, $3, $4, $5) AS gone")
        .bind::<BigInt, _>(point.tenant_id)
        .bind::<BigInt, _>(point.sequence)
        .bind::<BigInt, _>(point.at)
        .bind::<Binary, _>(&point.hash)
        .bind::<Text, _>(&point.signature)
        .get_result::<Gone>(tx)
        .map(|gone| Some(gone.gone))
}

fn only_by_function<'a>(tx: &'a mut Conn, table: &str) -> QueryResult<Option<&'a mut PgConnection>> {
    if may(tx, table, "DELETE")? {
        return Ok(None);
    }
    Ok(match tx {
        Conn::Pg(tx) => Some(tx),
        Conn::Sqlite(_) => None,
    })
}

/// Whether the role of this connection may do that to the table. On SQLite there are no roles.
pub fn may(conn: &mut Conn, table: &str, privilege: &str) -> QueryResult<bool> {
    asked(conn, table, privilege, "SELECT has_table_privilege($1, $2) AS allowed")
}

/// Whether it may, or can become a role that may.
pub fn may_come_to(conn: &mut Conn, table: &str, privilege: &str) -> QueryResult<bool> {
    let sql = "SELECT EXISTS (SELECT FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') \
               AND has_table_privilege(oid, $1, $2)) AS allowed";
    asked(conn, table, privilege, sql)
}

fn asked(conn: &mut Conn, table: &str, privilege: &str, sql: &str) -> QueryResult<bool> {
    let Conn::Pg(conn) = conn else { return Ok(true) };
    let asked = diesel::sql_query(sql).bind::<Text, _>(table).bind::<Text, _>(privilege);
    asked.get_result::<Allowed>(conn).map(|asked| asked.allowed)
}
