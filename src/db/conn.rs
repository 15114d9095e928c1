//! One connection type over two engines, and how each is opened.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{DbError, DbResult};
use crate::config::{DatabaseUrl, Secret};

/// A connection to either engine. Ordinary diesel works on it; for what it refuses there is [`each!`].
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs one statement, written once, on the inner connection. For what the common backend refuses: batch INSERT,
/// ON CONFLICT, row locks.
macro_rules! each {
    ($conn:expr, |$inner:ident| $statement:expr) => {
        match $conn {
            $crate::db::Conn::Pg($inner) => $statement,
            $crate::db::Conn::Sqlite($inner) => $statement,
        }
    };
}
pub(crate) use each;

/// FULL: an answer is given only after its commit is on disk. secure_delete and temp_store keep deleted clear text and
/// temporary files from staying behind. auto_vacuum only takes effect before the first table exists.
const SQLITE_WRITER: &str = "PRAGMA busy_timeout = 5000; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;";
const SQLITE_READER: &str = "PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;";
/// Every statement is bounded, so that a lock or a bad plan becomes a 503 and not a pile of waiting requests.
const POSTGRES: &str = "SET statement_timeout = '5s'; SET lock_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '30s'; SET synchronous_commit = on;";

/// A connection for migrations and maintenance may take its time.
const POSTGRES_MAINTENANCE: &str = "SET lock_timeout = '5s'; SET synchronous_commit = on;";
/// What libpq itself must not wait for: packets that are dropped are answered by nobody. Seconds, and milliseconds.
const POSTGRES_LIMITS: [(&str, &str); 4] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("tcp_user_timeout", "10000"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    ReadOnly,
    ReadWrite,
    /// Reads and writes without a limit on a statement's time.
    Maintenance,
}

/// Opens one connection. Never creates a SQLite file: that is [`create_sqlite_file`]'s decision.
pub fn open(url: &DatabaseUrl, access: Access) -> DbResult<Conn> {
    match url {
        DatabaseUrl::Sqlite(path) => open_sqlite(path, access).map(Conn::Sqlite),
        DatabaseUrl::Postgres(url) => open_postgres(url, access).map(Conn::Pg),
    }
}

fn open_sqlite(path: &Path, access: Access) -> DbResult<SqliteConnection> {
    if !path.is_file() {
        return Err(DbError::missing(path));
    }
    // Readers open the file for writing too: in WAL mode they need the shared index beside it. `query_only` binds them.
    let mut conn = SqliteConnection::establish(&format!("file:{}?mode=rw", uri_path(path)))
        .map_err(|error| DbError::unreachable(format!("sqlite:{}", path.display()), error))?;
    let pragmas = if access == Access::ReadOnly { SQLITE_READER } else { SQLITE_WRITER };
    conn.batch_execute(pragmas)
        .map_err(|error| DbError::unreachable(format!("sqlite:{}", path.display()), error))?;
    Ok(conn)
}

/// SQLite reads `?`, `#` and `%` in a file URI; a path means them literally.
fn uri_path(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

fn open_postgres(url: &Secret, access: Access) -> DbResult<PgConnection> {
    let shown = DatabaseUrl::Postgres(url.clone()).to_string();
    let mut conn = PgConnection::establish(with_limits(url).expose())
        .map_err(|error| DbError::unreachable(shown.clone(), error))?;
    let settings = if access == Access::Maintenance { POSTGRES_MAINTENANCE } else { POSTGRES };
    conn.batch_execute(settings).map_err(|error| DbError::unreachable(shown, error))?;
    Ok(conn)
}

/// The URL with libpq's limits, where it does not set them itself.
fn with_limits(url: &Secret) -> Secret {
    let mut limited = url.expose().to_owned();
    for (name, value) in
        POSTGRES_LIMITS.iter().filter(|(name, _)| !url.expose().contains(&format!("{name}=")))
    {
        let separator = if limited.contains('?') { '&' } else { '?' };
        limited.push_str(&format!("{separator}{name}={value}"));
    }
    Secret::new(limited)
}

/// Whether there is no SQLite file yet. A PostgreSQL database is somebody else's to make.
pub fn is_missing(url: &DatabaseUrl) -> bool {
    matches!(url, DatabaseUrl::Sqlite(path) if !path.exists())
}

/// Whether two URLs name one SQLite file, however each is spelled, and whether or not it exists.
pub fn are_one_file(one: &DatabaseUrl, other: &DatabaseUrl) -> bool {
    let (DatabaseUrl::Sqlite(one), DatabaseUrl::Sqlite(other)) = (one, other) else { return false };
    let place = |path: &Path| {
        let in_folder = || Some(folder_of(path).canonicalize().ok()?.join(path.file_name()?));
        path.canonicalize().ok().or_else(in_folder)
    };
    place(one).is_some_and(|one| Some(one) == place(other))
}

/// Whether a SQLite file may be made there: the folder must exist already, unless it is the data folder. A mistyped path is
/// an error, not a new database.
pub fn check_place(url: &DatabaseUrl, data_dir: &Path) -> DbResult<()> {
    let DatabaseUrl::Sqlite(path) = url else { return Ok(()) };
    let folder = folder_of(path);
    if folder.is_dir() || folder == data_dir { Ok(()) } else { Err(DbError::no_folder(folder)) }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes an empty SQLite file that only its owner can read, if there is none and [`check_place`] agrees.
pub fn create_sqlite_file(url: &DatabaseUrl, data_dir: &Path) -> DbResult<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let DatabaseUrl::Sqlite(path) = url else { return Ok(()) };
    check_place(url, data_dir)?;
    let folder = folder_of(path);
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| DbError::unreachable(folder.display().to_string(), error))?;
    let opened = std::fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path);
    opened.map(drop).map_err(|error| DbError::unreachable(url.to_string(), error))
}
