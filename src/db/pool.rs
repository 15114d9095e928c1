//! Connections that wait to be used again. One that died meanwhile is noticed and replaced: a server that was restarted, or
//! a firewall that forgot an idle connection, must not cost an answer for each connection of the pool, let alone for ever.

use std::time::Duration;

use diesel::r2d2::{self, ManageConnection, R2D2Connection};

use super::{Access, Conn, DbError, DbResult, conn};
use crate::clock::Stopwatch;
use crate::config::DatabaseUrl;

/// How long a closure waits for a free connection.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);
/// A connection that was not used for longer is asked whether it still lives. A busy one costs no question.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub struct Pool {
    url: DatabaseUrl,
    connections: r2d2::Pool<Manager>,
}

pub struct Pooled {
    conn: Conn,
    used: Stopwatch,
    is_dead: bool,
}

impl Pool {
    pub fn open(url: &DatabaseUrl, access: Access, size: u32) -> DbResult<Self> {
        let connections = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(CONNECTION_WAIT)
            .test_on_check_out(false)
            .build(Manager { url: url.clone(), access })
            .map_err(|error| DbError::unreachable(url.to_string(), error))?;
        Ok(Self { url: url.clone(), connections })
    }

    /// Runs `body` on a connection, on the calling thread.
    pub fn run<T, E: From<DbError>>(&self, body: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut pooled = self.living()?;
        let result = body(&mut pooled.conn);
        // An error may be the connection's: it must not wait for the next closure.
        pooled.is_dead = result.is_err() && pooled.conn.ping().is_err();
        pooled.used = Stopwatch::start();
        result
    }

    fn living(&self) -> DbResult<r2d2::PooledConnection<Manager>> {
        loop {
            let got = self.connections.get();
            let mut pooled = got.map_err(|error| DbError::unreachable(self.url.to_string(), error))?;
            if pooled.used.elapsed() < TRUSTED_FOR || pooled.conn.ping().is_ok() {
                return Ok(pooled);
            }
            // Dropped here, and with that replaced. Those just made are trusted, so this ends.
            pooled.is_dead = true;
        }
    }
}

/// Makes pooled connections by our own rules; diesel's manager would guess the engine from the URL.
#[derive(Debug)]
pub struct Manager {
    url: DatabaseUrl,
    access: Access,
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = DbError;

    fn connect(&self) -> Result<Pooled, DbError> {
        let conn = conn::open(&self.url, self.access)?;
        Ok(Pooled { conn, used: Stopwatch::start(), is_dead: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), DbError> {
        Ok(pooled.conn.ping()?)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.is_dead || R2D2Connection::is_broken(&mut pooled.conn)
    }
}
