//! The one writer of a SQLite database: a thread that commits closures in groups.
//!
//! `synchronous = FULL` makes each commit wait for the disk. While one group waits, the next one gathers, so the wait is
//! shared and nobody is answered before the disk has it. Each closure of a group runs in a savepoint of its own:
//!
//! - it fails or panics: its savepoint is rolled back, its neighbours are stored;
//! - the transaction itself is gone (disk full, I/O error) or the commit fails: nothing of the group is stored, and
//!   every caller of the group is told so.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use tokio::sync::oneshot;

use super::{Conn, DbError, DbResult};
use crate::clock::Stopwatch;

/// Closures in one commit.
const GROUP_MAX: usize = 256;

/// What the writer bears before it says no.
#[derive(Debug, Clone, Copy)]
pub struct WriteLimits {
    /// Closures that may wait; one more is told to come back.
    pub queue: usize,
    /// A closure that has waited longer is not run any more: its caller is told to come back instead.
    pub wait: Duration,
    /// A closure that ran longer is rolled back when it ends: everybody else waited for it.
    pub run: Duration,
}

impl Default for WriteLimits {
    fn default() -> Self {
        Self { queue: 1_024, wait: Duration::from_secs(5), run: Duration::from_secs(2) }
    }
}

/// The sending end. Dropping all of them ends the thread after what is queued.
#[derive(Clone)]
pub struct Writer {
    queue: SyncSender<Queued>,
}

struct Queued {
    waiting: Stopwatch,
    write: Box<dyn Write>,
}

impl Writer {
    pub fn start(conn: Conn, limits: WriteLimits) -> DbResult<Self> {
        let (queue, requests) = sync_channel(limits.queue);
        let thread = std::thread::Builder::new().name("sqlite-writer".to_owned());
        let started = thread.spawn(move || Committer::new(conn, limits).run(&requests));
        started.map_err(|error| DbError::unreachable("writer thread".to_owned(), error))?;
        Ok(Self { queue })
    }

    /// Queues `body` and answers after the commit of its group.
    pub async fn write<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let pending = Pending { body: Some(body), result: None, reply };
        let queued = Queued { waiting: Stopwatch::start(), write: Box::new(pending) };
        self.queue.try_send(queued).map_err(|_| E::from(DbError::Busy))?;
        answer.await.unwrap_or_else(|_| Err(E::from(DbError::Lost("the writer has stopped".to_owned()))))
    }
}

/// One closure with its result, whatever their types.
trait Write: Send {
    /// Runs the closure; false asks for a rollback.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Tells the caller: its own result, or why that does not count.
    fn settle(self: Box<Self>, failure: Option<DbError>);
}

struct Pending<F, T, E> {
    body: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Write for Pending<F, T, E>
where
    F: FnOnce(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> bool {
        self.result = self.body.take().map(|body| body(conn));
        matches!(self.result, Some(Ok(_)))
    }

    fn settle(self: Box<Self>, failure: Option<DbError>) {
        let answer = match (failure, self.result) {
            (Some(failure), _) => Err(E::from(failure)),
            (None, Some(result)) => result,
            (None, None) => Err(E::from(DbError::Panicked)),
        };
        // The caller may have gone; what is stored stays stored.
        let _ = self.reply.send(answer);
    }
}

/// What a closure runs between.
struct Bounds {
    begin: &'static str,
    keep: &'static str,
    undo: &'static str,
}

/// The transaction of a group, and of a closure that is alone in its group.
const TRANSACTION: Bounds = Bounds { begin: "BEGIN IMMEDIATE", keep: "COMMIT", undo: "ROLLBACK" };
/// One of several in the transaction of their group.
const SAVEPOINT: Bounds =
    Bounds { begin: "SAVEPOINT one", keep: "RELEASE one", undo: "ROLLBACK TO one; RELEASE one" };

/// The thread's side.
struct Committer {
    conn: Conn,
    limits: WriteLimits,
    /// Set when a statement reported that the disk is full or failing, even if its closure swallowed the error. diesel
    /// reports no error of a statement that returns rows, so no write here may say RETURNING; without diesel's feature
    /// for it none compiles.
    disk_failed: Arc<AtomicBool>,
}

/// A closure of the running group, and why its own result does not count, if so.
type Done = (Box<dyn Write>, Option<DbError>);

impl Committer {
    fn new(mut conn: Conn, limits: WriteLimits) -> Self {
        let disk_failed = Arc::new(AtomicBool::new(false));
        let flag = disk_failed.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event
                && is_disk_failure(error)
            {
                flag.store(true, Ordering::SeqCst);
            }
        });
        Self { conn, limits, disk_failed }
    }

    fn run(mut self, requests: &Receiver<Queued>) {
        while let Ok(first) = requests.recv() {
            let group: Vec<Queued> =
                std::iter::once(first).chain(requests.try_iter().take(GROUP_MAX - 1)).collect();
            self.commit(group);
        }
    }

    /// Runs and commits one group, then answers its callers.
    fn commit(&mut self, group: Vec<Queued>) {
        self.disk_failed.store(false, Ordering::SeqCst);
        let mut done: Vec<Done> = Vec::with_capacity(group.len());
        let outcome = self.run_group(group, &mut done);
        if let Err(cause) = &outcome {
            tracing::error!(cause, group = done.len(), "a group of writes was lost");
            // Fails when the engine has rolled back by itself; either way no transaction is left open.
            let _ = self.conn.batch_execute("ROLLBACK");
        }
        for (write, failure) in done {
            let lost = outcome.as_ref().err().map(|cause| DbError::Lost(cause.clone()));
            write.settle(lost.or(failure));
        }
    }

    fn run_group(&mut self, group: Vec<Queued>, done: &mut Vec<Done>) -> Result<(), String> {
        let is_alone = group.len() == 1;
        let mut group = group.into_iter();
        if is_alone && let Some(queued) = group.next() {
            return self.run_one(queued, &TRANSACTION, done);
        }
        let mut outcome = self.execute(TRANSACTION.begin);
        while outcome.is_ok() {
            let Some(queued) = group.next() else { break };
            outcome = self.run_one(queued, &SAVEPOINT, done);
        }
        // Those that were not run share the fate of the group.
        done.extend(group.map(|queued| (queued.write, None)));
        outcome?;
        self.execute(TRANSACTION.keep)
    }

    fn run_one(&mut self, mut queued: Queued, bounds: &Bounds, done: &mut Vec<Done>) -> Result<(), String> {
        if queued.waiting.elapsed() > self.limits.wait {
            done.push((queued.write, Some(DbError::Busy)));
            return Ok(());
        }
        let outcome = self.run_within(bounds, queued.write.as_mut());
        let (outcome, failure) = match outcome {
            Ok(failure) => (Ok(()), failure),
            Err(cause) => (Err(cause), None),
        };
        done.push((queued.write, failure));
        outcome
    }

    /// `Err` says that the whole transaction is gone; `Ok(Some(_))` that only this closure failed.
    fn run_within(&mut self, bounds: &Bounds, write: &mut dyn Write) -> Result<Option<DbError>, String> {
        self.execute(bounds.begin)?;
        let running = Stopwatch::start();
        let ran = catch_unwind(AssertUnwindSafe(|| write.run(&mut self.conn)));
        if self.disk_failed.load(Ordering::SeqCst) {
            return Err("the disk is full or failing".to_owned());
        }
        let took = running.elapsed();
        let (keep, failure) = match ran {
            Ok(true) if took > self.limits.run => (false, Some(DbError::TooSlow(took.as_millis()))),
            Ok(keep) => (keep, None),
            Err(_) => (false, Some(DbError::Panicked)),
        };
        self.execute(if keep { bounds.keep } else { bounds.undo })?;
        Ok(failure)
    }

    fn execute(&mut self, sql: &str) -> Result<(), String> {
        self.conn.batch_execute(sql).map_err(|error| error.to_string())
    }
}

/// SQLite gives these no kind of their own; the texts are part of its stable interface (sqlite3_errstr).
fn is_disk_failure(error: &dyn std::fmt::Display) -> bool {
    let text = error.to_string();
    [
        "database or disk is full",
        "disk I/O error",
        "database disk image is malformed",
        "unable to open database file",
    ]
    .iter()
    .any(|failure| text.contains(failure))
}
