//! What can go wrong between us and a database.

use std::path::Path;

use super::tenants::Held;
use crate::error::{Code, Error};

pub type DbResult<T> = Result<T, DbError>;

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("no SQLite database at {0}; `kept migrate` or `kept serve` makes one")]
    Missing(String),
    #[error("the folder {0} does not exist; make it, or correct the path")]
    NoFolder(String),
    #[error("cannot open the database {database}: {cause}")]
    Unreachable { database: String, cause: String },
    #[error("the database {0} lacks migrations; run `kept migrate`")]
    NotMigrated(String),
    #[error("migrations failed: {0}")]
    Migration(String),
    #[error("{database} is {other}, not {expected}")]
    Other { database: String, expected: &'static str, other: &'static str },
    #[error("{0}")]
    WrongPair(&'static str),
    #[error("too many requests wait for the database")]
    Busy,
    #[error("the write took longer than {0} ms and was rolled back")]
    TooSlow(u128),
    #[error("the transaction was lost: {0}")]
    Lost(String),
    #[error("a database closure panicked; nothing of it was stored")]
    Panicked,
    /// Nothing of the write was stored.
    #[error(transparent)]
    Held(Held),
    #[error(transparent)]
    Query(diesel::result::Error),
}

impl From<diesel::result::Error> for DbError {
    fn from(error: diesel::result::Error) -> Self {
        if Held::is_why(&error) { Self::Held(Held) } else { Self::Query(error) }
    }
}

impl DbError {
    pub fn missing(path: &Path) -> Self {
        Self::Missing(path.display().to_string())
    }

    /// Whether a row was refused because another one has its key or its name.
    pub fn is_taken(&self) -> bool {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
        matches!(self, Self::Query(Diesel::DatabaseError(Kind::UniqueViolation, _)))
    }

    pub fn no_folder(path: &Path) -> Self {
        Self::NoFolder(path.display().to_string())
    }

    pub fn unreachable(database: String, cause: impl std::fmt::Display) -> Self {
        // libpq's messages end with a line break.
        Self::Unreachable { database, cause: cause.to_string().trim().to_owned() }
    }
}

/// A client hears 503, because the request may succeed later, unless the fault is in our own code.
impl From<DbError> for Error {
    #[track_caller]
    fn from(error: DbError) -> Self {
        let code = match &error {
            DbError::Panicked | DbError::Migration(_) | DbError::NotMigrated(_) => Code::Internal,
            DbError::Held(_) => Code::TenantMoving,
            DbError::Query(query) => return query_error(query, error_text(query)),
            _ => Code::Unavailable,
        };
        Self::new(code).because(error)
    }
}

impl From<Held> for Error {
    #[track_caller]
    fn from(held: Held) -> Self {
        DbError::Held(held).into()
    }
}

impl From<diesel::result::Error> for Error {
    #[track_caller]
    fn from(error: diesel::result::Error) -> Self {
        if Held::is_why(&error) {
            return DbError::Held(Held).into();
        }
        let text = error_text(&error);
        query_error(&error, text)
    }
}

#[track_caller]
fn query_error(error: &diesel::result::Error, text: String) -> Error {
    use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
    let ours = match error {
        Diesel::DatabaseError(
            Kind::ClosedConnection | Kind::UnableToSendCommand | Kind::SerializationFailure | Kind::Unknown,
            _,
        ) => false,
        Diesel::DatabaseError(..) | Diesel::NotFound => true,
        Diesel::BrokenTransactionManager
        | Diesel::AlreadyInTransaction
        | Diesel::RollbackErrorOnCommit { .. } => false,
        _ => true,
    };
    Error::new(if ours { Code::Internal } else { Code::Unavailable }).because(anyhow::anyhow!(text))
}

/// Constraint messages may repeat a row's values, and rows hold customers' data: only the kind is kept.
fn error_text(error: &diesel::result::Error) -> String {
    use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
    match error {
        Diesel::DatabaseError(
            Kind::Unknown | Kind::ClosedConnection | Kind::UnableToSendCommand,
            information,
        ) => {
            format!("database error: {}", information.message())
        }
        Diesel::DatabaseError(kind, information) => {
            format!("database error: {kind:?} on {}", information.constraint_name().unwrap_or("a constraint"))
        }
        other => format!("database error: {other}"),
    }
}
