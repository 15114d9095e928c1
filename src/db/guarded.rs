//! Tables that the service may only add to. On PostgreSQL its role may insert into them and read them, and nothing else;
//! what has to go by its date or with its tenant goes by a role of its own, which is taken on for that statement alone
//! (docs/SECURITY.md has the statements that set this up). Without such roles everything is allowed to the one role there is.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::Conn;

/// The role that may remove rows of guarded tables.
pub const PRUNER: &str = "kept_pruner";
pub const TABLES: [&str; 2] = ["audit", "audit_checkpoints"];

#[derive(QueryableByName)]
struct Allowed {
    #[diesel(sql_type = Bool)]
    allowed: bool,
}

/// Runs `body`, which changes or removes rows of `table`, as whoever may do that. Within a transaction.
pub fn change<T>(
    tx: &mut Conn,
    table: &str,
    body: impl FnOnce(&mut Conn) -> QueryResult<T>,
) -> QueryResult<T> {
    if !TABLES.contains(&table) || may(tx, table, "DELETE")? {
        return body(tx);
    }
    tx.batch_execute(&format!("SET LOCAL ROLE {PRUNER}"))?;
    // If it fails the transaction is over, and its role with it.
    let done = body(tx)?;
    tx.batch_execute("RESET ROLE")?;
    Ok(done)
}

/// Whether the role of this connection may do that to the table. On SQLite there are no roles.
pub fn may(conn: &mut Conn, table: &str, privilege: &str) -> QueryResult<bool> {
    let Conn::Pg(conn) = conn else { return Ok(true) };
    let asked = diesel::sql_query("SELECT has_table_privilege($1, $2) AS allowed")
        .bind::<Text, _>(table)
        .bind::<Text, _>(privilege)
        .get_result::<Allowed>(conn)?;
    Ok(asked.allowed)
}
