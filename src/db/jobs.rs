//! The queue of work, and the kinds of work. A job holds ids only, and is enqueued in the transaction that causes it.
//!
//! One job per `(kind, tenant, generation, discriminator)`: asking twice is asking once. A claimed job is leased under an
//! attempt token; an answer that comes with another token no longer counts, because the lease ran out and somebody else
//! works on it. The tenant's row is the truth: a job says what to look at, never what to do.

use std::collections::HashSet;

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::schema::{jobs, tenants};
use super::{Conn, Id, Millis, each, prepared, text_enum};
use crate::clock::Timestamp;

text_enum! {
    /// What a job does. A kind whose handler does not exist (yet) is held: never claimed, no attempt counted.
    pub enum JobKind {
        /// Erases a tenant whose time has come.
        Erase = "erase",
        /// Cleans the pages of erasures whose rows are gone, looks that nothing is left, and issues their receipts.
        FinishErasures = "finish_erasures",
        /// Tells others of an erasure, and writes down what they answer. The discriminator is the erased tenant's id: the
        /// tenant's own jobs go with it.
        TellOfErasure = "tell_of_erasure",
        /// Mails a notice before the end of a subscription, or before an erasure.
        Notice = "notice",
        /// Destroys the key of a secret that the tenant no longer has. The discriminator is the key's id.
        DestroySecret = "destroy_secret",
        /// Asks a tenant's host whether it still knows us, and what it says of the licence.
        Probe = "probe",
        /// Makes sure that every tenant has such a job.
        MakeSureOfProbes = "make_sure_of_probes",
        /// Brings dates that came from another policy under the one in force.
        AdoptPolicy = "adopt_policy",
        /// Deletes what has expired.
        SweepExpired = "sweep_expired",
        /// Lets records that were stored under an older policy expire by the present one where that is sooner.
        AdoptRetention = "adopt_retention",
        /// Removes keys that no tenant ever came to use.
        DropOrphanKeys = "drop_orphan_keys",
        /// Removes log files whose time is over.
        PruneLogs = "prune_logs",
        /// Sends a mail about a ticket. The discriminator is the mail's id.
        TicketMail = "ticket_mail",
        /// Brings what another system has of a ticket up to date. The discriminator is `<sink>:<ticket's id>`.
        DeliverTicket = "deliver_ticket",
        /// Has a copy of a ticket deleted in another system. The discriminator is the id of the row that says which: the
        /// ticket is gone, and its tenant may be.
        ForgetTicket = "forget_ticket",
        /// Tells the product whose account ids are stored of a tenant, and does what it answers. The discriminator says after
        /// whom to go on; nothing begins at the beginning.
        ReportAccounts = "report_accounts",
        /// Writes down in the keyring how far a tenant's chain of records goes.
        AnchorRecords = "anchor_records",
        /// Does the next steps of a tenant's move to another deployment. The discriminator is the move's id: the tenant's own
        /// jobs go along.
        Move = "move",
        /// Looks that no move was forgotten.
        TakeUpMoves = "take_up_moves",
    }
}

text_enum! {
    pub enum JobState {
        Queued = "queued",
        Running = "running",
        /// Failed for good; waits for an operator.
        Dead = "dead",
    }
}

/// Work to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub kind: JobKind,
    /// [`Id::NONE`] for work that belongs to no tenant.
    pub tenant: Id,
    /// The tenant's generation that caused it: a later generation's state makes the job a no-op.
    pub generation: i64,
    /// Tells jobs of one kind and tenant apart.
    pub discriminator: String,
    pub run_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub struct JobRow {
    pub tenant_id: Id,
    pub id: Id,
    pub kind: String,
    pub generation: i64,
    pub discriminator: String,
    pub state: String,
    pub run_at: Millis,
    pub attempts: i32,
    pub attempt_token: Option<Id>,
    pub lease_until: Option<Millis>,
    pub asked_again: bool,
    pub last_error: Option<String>,
    pub created_at: Millis,
}

/// Makes sure the job is queued, no later than `job.run_at`. One that is running runs once more; a dead one revives.
pub fn enqueue(tx: &mut Conn, now: Timestamp, job: &NewJob) -> QueryResult<()> {
    let row = JobRow {
        tenant_id: job.tenant,
        id: Id::new(now),
        kind: job.kind.as_str().to_owned(),
        generation: job.generation,
        discriminator: job.discriminator.clone(),
        state: JobState::Queued.as_str().to_owned(),
        run_at: job.run_at.into(),
        attempts: 0,
        attempt_token: None,
        lease_until: None,
        asked_again: false,
        last_error: None,
        created_at: now.into(),
    };
    // The row that stands may be completed by a worker between the two statements: then there is room for ours.
    while !insert(tx, &row)? {
        if let Some(standing) = lock_same(tx, &row)? {
            return ask_again(tx, &standing, row.run_at);
        }
    }
    Ok(())
}

fn insert(tx: &mut Conn, row: &JobRow) -> QueryResult<bool> {
    let inserted = each!(tx, |tx| diesel::insert_into(jobs::table)
        .values(row)
        .on_conflict((jobs::tenant_id, jobs::kind, jobs::generation, jobs::discriminator))
        .do_nothing()
        .execute(tx))?;
    Ok(inserted == 1)
}

fn lock_same(tx: &mut Conn, row: &JobRow) -> QueryResult<Option<JobRow>> {
    let same = jobs::table
        .filter(jobs::tenant_id.eq(row.tenant_id))
        .filter(jobs::kind.eq(row.kind.clone()))
        .filter(jobs::generation.eq(row.generation))
        .filter(jobs::discriminator.eq(row.discriminator.clone()))
        .select(jobs::all_columns);
    match tx {
        Conn::Pg(tx) => same.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => same.first(tx).optional(),
    }
}

fn ask_again(tx: &mut Conn, standing: &JobRow, run_at: Millis) -> QueryResult<()> {
    let target = jobs::table.find((standing.tenant_id, standing.id));
    let earliest = standing.run_at.min(run_at);
    match standing.state.parse() {
        Ok(JobState::Running) => {
            // The time of the attempt that runs is past; only that of another asking counts.
            let run_at = if standing.asked_again { earliest } else { run_at };
            let again = (jobs::asked_again.eq(true), jobs::run_at.eq(run_at));
            prepared::execute(tx, diesel::update(target).set(again))?;
        }
        Ok(JobState::Dead) => {
            let revived =
                (jobs::state.eq(JobState::Queued.as_str()), jobs::attempts.eq(0), jobs::run_at.eq(run_at));
            prepared::execute(tx, diesel::update(target).set(revived))?;
        }
        _ => {
            prepared::execute(tx, diesel::update(target).set(jobs::run_at.eq(earliest)))?;
        }
    }
    Ok(())
}

/// A job that this worker holds until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub tenant: Id,
    pub id: Id,
    pub kind: JobKind,
    pub generation: i64,
    pub discriminator: String,
    /// When it was to run.
    pub run_at: Timestamp,
    /// Attempts so far, this one included.
    pub attempt: i32,
    token: Id,
}

define_sql_function! {
    /// The text without any of `part`. Both engines have it.
    fn replace(text: Text, part: Text, by: Text) -> Text;
}

/// Whether a job's kind is one of these. Workers ask it all the time: as one text it is a statement that is prepared once,
/// while a list would be prepared anew each time.
macro_rules! is_among {
    ($kinds:expr) => {{
        let listed: String = $kinds.iter().map(|kind| format!(",{kind},")).collect();
        let kind = ",".into_sql::<Text>().concat(jobs::kind).concat(",");
        replace(listed.clone(), kind, "").ne(listed)
    }};
}

/// Whether a job's tenant stays where it is: what moves to another deployment takes its jobs along.
macro_rules! stays {
    () => {
        jobs::tenant_id.ne_all(tenants::table.filter(tenants::held_by.is_not_null()).select(tenants::id))
    };
}

/// Whether [`claim`] would find anything.
pub fn is_any_due(conn: &mut Conn, kinds: &[JobKind], now: Timestamp) -> QueryResult<bool> {
    let due = jobs::state.eq(JobState::Queued.as_str()).and(jobs::run_at.le(Millis::from(now)));
    let abandoned = jobs::state.eq(JobState::Running.as_str()).and(jobs::lease_until.le(Millis::from(now)));
    let query =
        jobs::table.filter(due.or(abandoned)).filter(is_among!(kinds)).filter(stays!()).select(jobs::id);
    let first: Option<Id> = each!(conn, |conn| query.first(conn)).optional()?;
    Ok(first.is_some())
}

/// Leases the jobs that have been due longest among `kinds`, or whose lease ran out; at most so many.
pub fn claim(
    tx: &mut Conn,
    kinds: &[JobKind],
    now: Timestamp,
    lease_until: Timestamp,
    at_most: usize,
) -> QueryResult<Vec<Claimed>> {
    let due = jobs::state.eq(JobState::Queued.as_str()).and(jobs::run_at.le(Millis::from(now)));
    let abandoned = jobs::state.eq(JobState::Running.as_str()).and(jobs::lease_until.le(Millis::from(now)));
    let query = jobs::table
        .filter(due.or(abandoned))
        .filter(is_among!(kinds))
        .filter(stays!())
        .order(jobs::run_at)
        .limit(i64::try_from(at_most).unwrap_or(i64::MAX))
        .select(jobs::all_columns);
    let rows: Vec<JobRow> = match tx {
        Conn::Pg(tx) => query.for_update().skip_locked().load(tx)?,
        Conn::Sqlite(tx) => query.load(tx)?,
    };
    rows.into_iter().filter_map(|row| lease(tx, row, now, lease_until).transpose()).collect()
}

/// Leases one job of a tenant that is due by the first of two times, until the other. With `is_begun`, only one whose discriminator
/// says where to go on.
pub fn claim_one(
    tx: &mut Conn,
    kind: JobKind,
    tenant: Id,
    is_begun: bool,
    now: Timestamp,
    (due_by, lease_until): (Timestamp, Timestamp),
) -> QueryResult<Option<Claimed>> {
    let due = jobs::state.eq(JobState::Queued.as_str()).and(jobs::run_at.le(Millis::from(due_by)));
    let abandoned = jobs::state.eq(JobState::Running.as_str()).and(jobs::lease_until.le(Millis::from(now)));
    // Nothing is called "-".
    let but = if is_begun { "" } else { "-" };
    let query = jobs::table
        .filter(jobs::tenant_id.eq(tenant))
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(due.or(abandoned))
        .filter(jobs::discriminator.ne(but))
        .order(jobs::run_at)
        .select(jobs::all_columns);
    let Some(found): Option<JobRow> = each!(tx, |tx| query.first(tx)).optional()? else { return Ok(None) };
    let row = lock_same(tx, &found)?.filter(|row| row.attempt_token == found.attempt_token);
    row.map_or(Ok(None), |row| lease(tx, row, now, lease_until))
}

/// `None` for a job of a newer version's kind.
fn lease(tx: &mut Conn, row: JobRow, now: Timestamp, lease_until: Timestamp) -> QueryResult<Option<Claimed>> {
    let Ok(kind) = row.kind.parse() else { return Ok(None) };
    let token = Id::new(now);
    let leased = (
        jobs::state.eq(JobState::Running.as_str()),
        jobs::attempts.eq(row.attempts + 1),
        jobs::attempt_token.eq(Some(token)),
        jobs::lease_until.eq(Some(Millis::from(lease_until))),
    );
    let target = jobs::table.find((row.tenant_id, row.id));
    prepared::execute(tx, diesel::update(target).set(leased))?;
    Ok(Some(Claimed {
        tenant: row.tenant_id,
        id: row.id,
        kind,
        generation: row.generation,
        discriminator: row.discriminator,
        run_at: row.run_at.into(),
        attempt: row.attempts + 1,
        token,
    }))
}

/// The job is done: it goes, unless it was asked for again meanwhile. False when the lease was lost.
pub fn complete(tx: &mut Conn, job: &Claimed) -> QueryResult<bool> {
    let held = jobs::table.find((job.tenant, job.id)).filter(jobs::attempt_token.eq(Some(job.token)));
    let gone = diesel::delete(held.filter(jobs::asked_again.eq(false))).execute(tx)?;
    if gone == 1 {
        return Ok(true);
    }
    let again = diesel::update(held).set((
        jobs::state.eq(JobState::Queued.as_str()),
        jobs::attempts.eq(0),
        jobs::asked_again.eq(false),
        jobs::attempt_token.eq(None::<Id>),
        jobs::lease_until.eq(None::<Millis>),
    ));
    Ok(prepared::execute(tx, again)? == 1)
}

/// Puts the job back for `run_at`. `error` is kept for operators; without one no attempt is counted against it.
pub fn put_back(tx: &mut Conn, job: &Claimed, run_at: Timestamp, error: Option<&str>) -> QueryResult<bool> {
    let attempts = if error.is_some() { job.attempt } else { 0 };
    release(tx, job, JobState::Queued, run_at, attempts, error)
}

/// Gives the job up: it stays, dead, until an operator retries it.
pub fn bury(tx: &mut Conn, job: &Claimed, now: Timestamp, error: &str) -> QueryResult<bool> {
    release(tx, job, JobState::Dead, now, job.attempt, Some(error))
}

fn release(
    tx: &mut Conn,
    job: &Claimed,
    state: JobState,
    run_at: Timestamp,
    attempts: i32,
    error: Option<&str>,
) -> QueryResult<bool> {
    let Some(standing) = lock_held(tx, job)? else { return Ok(false) };
    let (mut state, mut run_at, mut attempts) = (state, Millis::from(run_at), attempts);
    // What was asked for while it ran is owed, whatever became of this attempt.
    if standing.asked_again {
        attempts = if state == JobState::Dead { 0 } else { attempts };
        (state, run_at) = (JobState::Queued, standing.run_at.min(run_at));
    }
    let released = diesel::update(jobs::table.find((job.tenant, job.id))).set((
        jobs::state.eq(state.as_str()),
        jobs::run_at.eq(run_at),
        jobs::attempts.eq(attempts),
        jobs::asked_again.eq(false),
        jobs::attempt_token.eq(None::<Id>),
        jobs::lease_until.eq(None::<Millis>),
        jobs::last_error.eq(error),
    ));
    Ok(prepared::execute(tx, released)? == 1)
}

/// The job's row, if this attempt still holds it.
fn lock_held(tx: &mut Conn, job: &Claimed) -> QueryResult<Option<JobRow>> {
    let held = jobs::table
        .find((job.tenant, job.id))
        .filter(jobs::attempt_token.eq(Some(job.token)))
        .select(jobs::all_columns);
    match tx {
        Conn::Pg(tx) => held.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => held.first(tx).optional(),
    }
}

/// All jobs, the earliest due first.
pub fn list(conn: &mut Conn, limit: i64) -> QueryResult<Vec<JobRow>> {
    each!(conn, |conn| jobs::table
        .order((jobs::run_at, jobs::id))
        .limit(limit)
        .select(JobRow::as_select())
        .load(conn))
}

/// Jobs in one state, the earliest first: by when they are due, and those that run by when their lease is over, which is in the
/// order in which they began.
pub fn in_state(conn: &mut Conn, state: JobState, limit: i64) -> QueryResult<Vec<JobRow>> {
    let wanted = jobs::table.filter(jobs::state.eq(state.as_str())).select(JobRow::as_select()).limit(limit);
    match state {
        JobState::Running => wanted.order((jobs::lease_until, jobs::id)).load(conn),
        JobState::Queued | JobState::Dead => wanted.order((jobs::run_at, jobs::id)).load(conn),
    }
}

/// How many jobs are in this state; with `due_by`, how many of them are due by then.
pub fn count(conn: &mut Conn, state: JobState, due_by: Option<Timestamp>) -> QueryResult<i64> {
    let wanted = jobs::table.filter(jobs::state.eq(state.as_str()));
    match due_by {
        Some(due_by) => wanted.filter(jobs::run_at.le(Millis::from(due_by))).count().get_result(conn),
        None => wanted.count().get_result(conn),
    }
}

pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<JobRow>> {
    let own = jobs::table.filter(jobs::tenant_id.eq(tenant));
    own.order((jobs::run_at, jobs::id)).select(JobRow::as_select()).load(conn)
}

/// Makes a dead job due now. False when there is no dead job with this id, or its tenant moves to another deployment.
pub fn revive(tx: &mut Conn, id: Id, now: Timestamp) -> QueryResult<bool> {
    let dead = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(JobState::Dead.as_str()));
    let dead = dead.filter(stays!());
    let revived =
        (jobs::state.eq(JobState::Queued.as_str()), jobs::attempts.eq(0), jobs::run_at.eq(Millis::from(now)));
    Ok(prepared::execute(tx, diesel::update(dead).set(revived))? == 1)
}

/// Makes jobs of this kind due now that would be by `until`.
pub fn hurry(tx: &mut Conn, kind: JobKind, now: Timestamp, until: Timestamp) -> QueryResult<usize> {
    let soon = jobs::table
        .filter(jobs::state.eq(JobState::Queued.as_str()))
        .filter(jobs::run_at.gt(Millis::from(now)))
        .filter(jobs::run_at.le(Millis::from(until)))
        .filter(jobs::kind.eq(kind.as_str()));
    prepared::execute(tx, diesel::update(soon).set(jobs::run_at.eq(Millis::from(now))))
}

/// Makes a tenant's waiting job of this kind due now, if it would be later but before `until`. False when there is none such.
pub fn hurry_one(
    tx: &mut Conn,
    kind: JobKind,
    tenant: Id,
    now: Timestamp,
    until: Timestamp,
) -> QueryResult<bool> {
    let waiting = jobs::table
        .filter(jobs::tenant_id.eq(tenant))
        .filter(jobs::state.eq(JobState::Queued.as_str()))
        .filter(jobs::run_at.gt(Millis::from(now)))
        .filter(jobs::run_at.le(Millis::from(until)))
        .filter(jobs::kind.eq(kind.as_str()));
    Ok(prepared::execute(tx, diesel::update(waiting).set(jobs::run_at.eq(Millis::from(now))))? > 0)
}

/// Which of `tenants` have a job of this kind that is under way or due by `until`, and for which generation.
pub fn scheduled(
    conn: &mut Conn,
    kind: JobKind,
    tenants: &[Id],
    until: Timestamp,
) -> QueryResult<HashSet<(Id, i64)>> {
    let soon = jobs::run_at.le(Millis::from(until)).and(jobs::state.ne(JobState::Dead.as_str()));
    let found: Vec<(Id, i64)> = jobs::table
        .filter(jobs::tenant_id.eq_any(tenants))
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(soon)
        .select((jobs::tenant_id, jobs::generation))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// Whether a job of the tenant is being run.
pub fn is_any_running(conn: &mut Conn, tenant: Id, now: Timestamp) -> QueryResult<bool> {
    let running = jobs::table
        .filter(jobs::tenant_id.eq(tenant))
        .filter(jobs::state.eq(JobState::Running.as_str()))
        .filter(jobs::lease_until.gt(Millis::from(now)))
        .select(jobs::id);
    let first: Option<Id> = each!(conn, |conn| running.first(conn).optional())?;
    Ok(first.is_some())
}

/// Makes jobs whose worker is gone ones that wait, as somebody would who claims them.
pub fn release_abandoned(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    let abandoned =
        jobs::table.filter(jobs::tenant_id.eq(tenant)).filter(jobs::state.eq(JobState::Running.as_str()));
    let waits = (
        jobs::state.eq(JobState::Queued.as_str()),
        jobs::attempt_token.eq(None::<Id>),
        jobs::lease_until.eq(None::<Millis>),
    );
    prepared::execute(tx, diesel::update(abandoned).set(waits)).map(drop)
}

/// Jobs whose time has come by `now`, and that nobody has begun.
pub fn count_due(conn: &mut Conn, now: Timestamp) -> QueryResult<i64> {
    let due = jobs::state.eq(JobState::Queued.as_str()).and(jobs::run_at.le(Millis::from(now)));
    each!(conn, |conn| jobs::table.filter(due).count().get_result(conn))
}

/// Whether a job of this kind waits or runs that belongs to no tenant.
pub fn is_on_its_way(conn: &mut Conn, kind: JobKind, discriminator: &str) -> QueryResult<bool> {
    let alive = jobs::table
        .filter(jobs::tenant_id.eq(Id::NONE))
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::discriminator.eq(discriminator))
        .filter(jobs::state.ne(JobState::Dead.as_str()));
    let first: Option<Id> = each!(conn, |conn| alive.select(jobs::id).first(conn)).optional()?;
    Ok(first.is_some())
}

/// How many jobs are dead.
pub fn count_dead(conn: &mut Conn) -> QueryResult<i64> {
    each!(conn, |conn| jobs::table.filter(jobs::state.eq(JobState::Dead.as_str())).count().get_result(conn))
}
