//! All SQL is here, and nothing but SQL: no HTTP, no rules of the domain.
//!
//! A query is a plain function `fn(&mut Conn, …) -> QueryResult<T>` in the file of its table. Callers enter through two
//! doors: [`Db::read`] and [`Db::write`]. What commits together stands in one `write` closure.

mod conn;
mod error;
mod feed;
mod migrate;
mod pool;
mod prepared;
mod types;
mod writer;

pub mod audit;
pub mod audit_anchors;
pub mod audit_view;
pub mod brakes;
pub mod bundle_items;
pub mod canned_replies;
pub mod columns;
pub mod consents;
pub mod deployment;
pub mod downloads;
pub mod due;
pub mod erase;
pub mod erasure_keys;
pub mod erasures;
pub mod expiry;
pub mod forge_installations;
pub mod grants;
pub mod guarded;
pub mod jobs;
pub mod keyring;
pub mod ledger;
pub mod lifecycle_tokens;
pub mod links;
pub mod mail_log;
pub mod mapped;
pub mod month;
pub mod moved_names;
pub mod moves;
pub mod moving;
pub mod notices;
pub mod operation_records;
pub mod operator_actions;
pub mod orders;
pub mod policy_versions;
pub mod processor_erasures;
pub mod proof;
pub mod queue;
pub mod reviews;
pub mod schema;
pub mod settings;
pub mod sink_copies;
pub mod staff;
pub mod staff_sessions;
pub mod tenants;
pub mod ticket_links;
pub mod ticket_mails;
pub mod ticket_messages;
pub mod tickets;
pub mod timeline;
pub mod tombstones;
pub mod uploads;
pub mod usage;
pub mod webhooks;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::connection::TransactionManager;
use diesel::prelude::*;
use tokio::sync::Semaphore;

use crate::config::{DatabaseUrl, Reads};
pub(crate) use conn::each;
pub use conn::{Access, Conn, are_one_file, check_place, is_missing};
pub use error::{DbError, DbResult};
pub use feed::{Change, Feed};
pub use migrate::Schema;
use pool::Pool;
pub(crate) use types::text_enum;
pub use types::{Id, Millis};
pub use writer::WriteLimits;
use writer::Writer;

/// How many closures may wait for a connection; one more is told to come back.
const WAITING_MAX: usize = 512;

/// One database, through two doors. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    url: DatabaseUrl,
    pool: Pool,
    reads: Reads,
    waiting: Arc<Semaphore>,
    /// SQLite has one writer at a time anyway; on PostgreSQL each write is a transaction of its own.
    writer: Option<Writer>,
    /// A SQLite connection for maintenance that nobody uses at the moment: each erasure needs one several times.
    idle: Arc<Mutex<Option<Conn>>>,
}

/// How a database is opened.
pub struct OpenOptions<'a> {
    pub schema: Schema,
    /// Connections in the pool.
    pub pool: u32,
    pub reads: Reads,
    /// Makes a missing SQLite file, in an existing folder or in this one.
    pub create_in: Option<&'a Path>,
    /// Runs pending migrations; otherwise a database that lacks some is refused.
    pub migrate: bool,
}

impl Db {
    /// Opens `url`. A wrong or unreachable one is an error here, not at the first request.
    pub fn open(url: &DatabaseUrl, options: &OpenOptions<'_>) -> DbResult<Self> {
        Self::open_with(url, options, WriteLimits::default())
    }

    /// As [`Db::open`], with other limits for the writer of a SQLite database.
    pub fn open_with(url: &DatabaseUrl, options: &OpenOptions<'_>, limits: WriteLimits) -> DbResult<Self> {
        if let Some(data_dir) = options.create_in {
            conn::create_sqlite_file(url, data_dir)?;
        }
        let mut first = conn::open(url, Access::Maintenance)?;
        migrate::prepare(&mut first, options.schema, options.migrate, url)?;
        let (writer, access) = match (url, first) {
            (DatabaseUrl::Sqlite(_), first) => (Some(Writer::start(first, limits)?), Access::ReadOnly),
            (DatabaseUrl::Postgres(_), _) => (None, Access::ReadWrite),
        };
        let pool = Pool::open(url, access, options.pool)?;
        Ok(Self {
            url: url.clone(),
            pool,
            reads: options.reads,
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            writer,
            idle: Arc::default(),
        })
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs `body` on a pooled connection, where [`Reads`] says. On SQLite the connection cannot write.
    pub async fn read<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        if self.reads == Reads::Here {
            return self.pool.run(body);
        }
        let permit = self.waiting.clone().try_acquire_owned().map_err(|_| E::from(DbError::Busy))?;
        let pool = self.pool.clone();
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            pool.run(body)
        });
        task.await.unwrap_or_else(|_| Err(E::from(DbError::Panicked)))
    }

    /// Runs `body` in one transaction: all of it is stored before this returns `Ok`, or none of it.
    pub async fn write<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<diesel::result::Error> + Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.write(body).await,
            None => self.read(|conn| transaction(conn, body)).await,
        }
    }

    /// Runs `body` on a connection of its own, outside any transaction: for vacuum, checkpoints and checks, which must
    /// not stand in a group of writes.
    pub async fn maintain<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut Conn) -> DbResult<T> + Send + 'static,
    ) -> DbResult<T> {
        if self.reads == Reads::Here {
            return self.maintain_here(body);
        }
        let db = self.clone();
        let task = tokio::task::spawn_blocking(move || db.maintain_here(body));
        task.await.unwrap_or_else(|_| Err(DbError::Panicked))
    }

    /// As [`Db::maintain`], on the calling thread, which must be one that may block.
    pub fn maintain_here<T>(&self, body: impl FnOnce(&mut Conn) -> DbResult<T>) -> DbResult<T> {
        let idle = self.idle().take();
        let mut conn = idle.map_or_else(|| conn::open(&self.url, Access::Maintenance), Ok)?;
        let result = body(&mut conn);
        // A server may close a connection that waits; a file does not. After an error nobody knows.
        if result.is_ok() && matches!(conn, Conn::Sqlite(_)) {
            *self.idle() = Some(conn);
        }
        result
    }

    fn idle(&self) -> MutexGuard<'_, Option<Conn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks into a database that may hold anything: nothing is migrated, and nothing made. On a thread that may block.
pub fn look<T>(url: &DatabaseUrl, body: impl FnOnce(&mut Conn) -> DbResult<T>) -> DbResult<T> {
    body(&mut conn::open(url, Access::ReadOnly)?)
}

fn transaction<T, E>(conn: &mut Conn, body: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
where
    E: From<diesel::result::Error>,
{
    type Manager = <Conn as Connection>::TransactionManager;
    Manager::begin_transaction(conn)?;
    match body(conn) {
        Ok(value) => {
            Manager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => {
            Manager::rollback_transaction(conn)?;
            Err(error)
        }
    }
}
