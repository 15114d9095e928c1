//! The migrations of both databases for both engines, embedded in the binary.

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, DbError, DbResult};
use crate::config::DatabaseUrl;

const MAIN_SQLITE: EmbeddedMigrations = embed_migrations!("migrations/main/sqlite");
const MAIN_POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/main/postgres");
const KEYRING_SQLITE: EmbeddedMigrations = embed_migrations!("migrations/keyring/sqlite");
const KEYRING_POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/keyring/postgres");

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    Main,
    Keyring,
}

/// Brings the database up to date, or refuses one that is not when `run` is false. A database with migrations that this
/// program does not know was written by a newer one, and is refused too.
pub fn prepare(conn: &mut Conn, schema: Schema, run: bool, url: &DatabaseUrl) -> DbResult<()> {
    let (sqlite, postgres) = match schema {
        Schema::Main => (MAIN_SQLITE, MAIN_POSTGRES),
        Schema::Keyring => (KEYRING_SQLITE, KEYRING_POSTGRES),
    };
    check_not_the_other(conn, schema, url)?;
    match conn {
        Conn::Sqlite(conn) => prepare_with(conn, sqlite, run, url),
        Conn::Pg(conn) => {
            // Two processes that migrate at once would each make the same table. Ends with the connection.
            conn.batch_execute("SELECT pg_advisory_lock(7023436391)")?;
            let prepared = prepare_with(conn, postgres, run, url);
            conn.batch_execute("SELECT pg_advisory_unlock(7023436391)")?;
            prepared
        }
    }
}

/// A keyring in the place of the main database, or the other way round, must not be migrated into a bit of both.
fn check_not_the_other(conn: &mut Conn, schema: Schema, url: &DatabaseUrl) -> DbResult<()> {
    let (expected, other, table) = match schema {
        Schema::Main => ("a main database", "a keyring", "data_keys"),
        Schema::Keyring => ("a keyring", "a main database", "tenants"),
    };
    match conn.batch_execute(&format!("SELECT 1 FROM {table} LIMIT 1")) {
        Ok(()) => Err(DbError::Other { database: url.to_string(), expected, other }),
        // There is no such table; anything worse is met again at once.
        Err(_) => Ok(()),
    }
}

fn prepare_with<DB, C>(conn: &mut C, source: EmbeddedMigrations, run: bool, url: &DatabaseUrl) -> DbResult<()>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| DbError::Migration(error.to_string());
    let known = MigrationSource::<DB>::migrations(&source).map_err(failed)?.len();
    if run {
        conn.run_pending_migrations(source).map_err(failed)?;
    } else if conn.has_pending_migration(source).map_err(failed)? {
        return Err(DbError::NotMigrated(url.to_string()));
    }
    if conn.applied_migrations().map_err(failed)?.len() > known {
        return Err(DbError::Migration(format!("{url} was written by a newer version of Kept")));
    }
    Ok(())
}
