//! Tells a process which tenants other processes changed, so that its cache is at most a second behind.
//!
//! SQLite: a connection of its own polls `PRAGMA data_version`, and reads the table `tenant_changes` when it moved. One
//! writer at a time makes the order of that table the order of commits. PostgreSQL: a direct connection LISTENs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::schema::tenant_changes;
use super::{Access, Conn, Db, DbError, DbResult, Id, conn};
use crate::clock::Stopwatch;
use crate::config::DatabaseUrl;

/// How often the feed looks. Well under [`STALE_AFTER`].
const INTERVAL: Duration = Duration::from_millis(250);
/// A feed that has not looked for this long no longer vouches for a cache.
const STALE_AFTER: Duration = Duration::from_secs(1);
/// Rows that the SQLite table keeps; a process further behind drops its whole cache.
const CHANGES_KEPT: i64 = 10_000;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Tenant(Id),
    /// The feed was interrupted: anything may have changed.
    Everything,
}

/// Announces in the transaction that changes a tenant.
pub(super) fn announce(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    match tx {
        Conn::Pg(tx) => {
            tx.batch_execute(&format!("SELECT pg_notify('kept_tenants_' || current_schema(), '{tenant}')"))
        }
        Conn::Sqlite(tx) => {
            // Not RETURNING: the writer would not hear of a full disk (writer.rs).
            diesel::insert_into(tenant_changes::table)
                .values(tenant_changes::tenant_id.eq(tenant))
                .execute(tx)?;
            let old = tenant_changes::table.filter(tenant_changes::seq.le(newest_seq(tx)? - CHANGES_KEPT));
            diesel::delete(old).execute(tx).map(drop)
        }
    }
}

/// A running feed; dropping it ends its thread.
pub struct Feed {
    health: Arc<Health>,
    _stop: Sender<()>,
}

struct Health {
    running: Stopwatch,
    /// When the feed last looked, in milliseconds of `running`; zero before the first time.
    looked_at_ms: AtomicU64,
}

impl Feed {
    /// Starts to watch `db`. `on_change` is called on the feed's thread.
    pub fn start(db: &Db, on_change: impl Fn(Change) + Send + 'static) -> DbResult<Self> {
        let health = Arc::new(Health { running: Stopwatch::start(), looked_at_ms: AtomicU64::new(0) });
        let (stop, stopped) = channel::<()>();
        let (url, seen) = (db.url().clone(), health.clone());
        let thread = std::thread::Builder::new().name("tenant-feed".to_owned());
        let started = thread.spawn(move || {
            let mut watch = None;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(INTERVAL) {
                match look(&url, &mut watch, &on_change) {
                    Ok(()) => seen.looked(),
                    Err(error) => {
                        tracing::warn!(%error, "the feed of changed tenants is interrupted");
                        watch = None;
                    }
                }
            }
        });
        started.map_err(|error| DbError::unreachable("feed thread".to_owned(), error))?;
        Ok(Self { health, _stop: stop })
    }

    /// Whether a cache that obeys this feed may be believed.
    pub fn is_current(&self) -> bool {
        let looked_at = Duration::from_millis(self.health.looked_at_ms.load(Ordering::Relaxed));
        !looked_at.is_zero() && self.health.running.elapsed().saturating_sub(looked_at) < STALE_AFTER
    }
}

impl Health {
    fn looked(&self) {
        let now = u64::try_from(self.running.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.looked_at_ms.store(now, Ordering::Relaxed);
    }
}

/// The feed's own connection, and where it stands.
struct Watch {
    conn: Conn,
    data_version: i64,
    seq: i64,
}

/// Looks once. Without a connection it makes one, and reports [`Change::Everything`] since it cannot know what it missed.
fn look(url: &DatabaseUrl, watch: &mut Option<Watch>, on_change: &impl Fn(Change)) -> DbResult<()> {
    match watch {
        Some(watch) => watch.look(on_change),
        None => {
            *watch = Some(Watch::open(url)?);
            on_change(Change::Everything);
            Ok(())
        }
    }
}

#[derive(QueryableByName)]
struct DataVersion {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    data_version: i64,
}

impl Watch {
    fn open(url: &DatabaseUrl) -> DbResult<Self> {
        let mut conn = conn::open(url, Access::ReadOnly)?;
        let (mut data_version, mut seq) = (0, 0);
        match &mut conn {
            Conn::Pg(conn) => listen(conn)?,
            Conn::Sqlite(conn) => {
                data_version = read_data_version(conn)?;
                seq = newest_seq(conn)?;
            }
        }
        Ok(Self { conn, data_version, seq })
    }

    fn look(&mut self, on_change: &impl Fn(Change)) -> DbResult<()> {
        match &mut self.conn {
            Conn::Pg(conn) => look_postgres(conn, on_change),
            Conn::Sqlite(conn) => {
                let data_version = read_data_version(conn)?;
                if data_version != self.data_version {
                    self.seq = look_sqlite(conn, self.seq, on_change)?;
                    self.data_version = data_version;
                }
                Ok(())
            }
        }
    }
}

fn read_data_version(conn: &mut SqliteConnection) -> QueryResult<i64> {
    diesel::sql_query("PRAGMA data_version").get_result::<DataVersion>(conn).map(|row| row.data_version)
}

fn newest_seq(conn: &mut SqliteConnection) -> QueryResult<i64> {
    let newest: Option<i64> =
        tenant_changes::table.select(diesel::dsl::max(tenant_changes::seq)).first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// Reports the changes after `seq`; everything, when rows after it were pruned already.
fn look_sqlite(conn: &mut SqliteConnection, seq: i64, on_change: &impl Fn(Change)) -> QueryResult<i64> {
    let rows: Vec<(i64, Id)> =
        tenant_changes::table.filter(tenant_changes::seq.gt(seq)).order(tenant_changes::seq).load(conn)?;
    if rows.first().is_some_and(|(first, _)| *first > seq + 1) {
        on_change(Change::Everything);
    } else {
        rows.iter().for_each(|(_, tenant)| on_change(Change::Tenant(*tenant)));
    }
    Ok(rows.last().map_or(seq, |(last, _)| *last))
}

#[derive(QueryableByName)]
struct SchemaName {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

fn listen(conn: &mut PgConnection) -> QueryResult<()> {
    let schema: SchemaName = diesel::sql_query("SELECT current_schema()::text AS name").get_result(conn)?;
    conn.batch_execute(&format!("LISTEN \"kept_tenants_{}\"", schema.name.replace('"', "\"\"")))
}

fn look_postgres(conn: &mut PgConnection, on_change: &impl Fn(Change)) -> DbResult<()> {
    // A silent connection looks the same as a broken one; a question tells them apart.
    conn.batch_execute("SELECT 1")?;
    for notification in conn.notifications_iter() {
        match notification?.payload.parse() {
            Ok(tenant) => on_change(Change::Tenant(tenant)),
            Err(_) => on_change(Change::Everything),
        }
    }
    Ok(())
}
