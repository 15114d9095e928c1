//! Published versions of the statement. Each row's hash covers the row before it: `policy/published.rs` makes and checks it.

use diesel::prelude::*;

use super::jobs::{self as jobs_queue, JobKind, JobState, NewJob};
use super::schema::{jobs, policy_versions, tenants};
use super::{Conn, Id, Millis, each};
use crate::clock::Timestamp;

/// Rows of one insert: SQLite binds a bounded number of values to a statement.
const CHUNK: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = policy_versions, treat_none_as_default_value = false)]
pub struct PolicyVersionRow {
    pub number: i64,
    pub version: String,
    pub effective_at: Millis,
    pub published_at: Millis,
    pub material: bool,
    pub document: String,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// A version without its text.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = policy_versions)]
pub struct Summary {
    pub number: i64,
    pub effective_at: Millis,
    pub published_at: Millis,
    pub material: bool,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// The newest comes first.
pub fn summaries(conn: &mut Conn) -> QueryResult<Vec<Summary>> {
    policy_versions::table.order(policy_versions::number.desc()).select(Summary::as_select()).load(conn)
}

/// The first comes first.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<PolicyVersionRow>> {
    policy_versions::table.order(policy_versions::number).select(PolicyVersionRow::as_select()).load(conn)
}

pub fn by_number(conn: &mut Conn, number: i64) -> QueryResult<Option<PolicyVersionRow>> {
    policy_versions::table.find(number).select(PolicyVersionRow::as_select()).first(conn).optional()
}

pub fn by_version(conn: &mut Conn, version: &str) -> QueryResult<Option<PolicyVersionRow>> {
    let own = policy_versions::table.filter(policy_versions::version.eq(version));
    own.select(PolicyVersionRow::as_select()).first(conn).optional()
}

/// The newest version that customers are told of.
pub fn latest_material(conn: &mut Conn) -> QueryResult<Option<PolicyVersionRow>> {
    let material = policy_versions::table.filter(policy_versions::material.eq(true));
    let newest = material.order(policy_versions::number.desc());
    newest.select(PolicyVersionRow::as_select()).first(conn).optional()
}

/// Two who publish at once cannot both have the next number: one of them fails.
pub fn insert(tx: &mut Conn, row: &PolicyVersionRow) -> QueryResult<()> {
    each!(tx, |tx| diesel::insert_into(policy_versions::table).values(row).execute(tx))?;
    Ok(())
}

/// Queues a notice about a change of the policy for every tenant whose erasure has not begun. Returns for how many. Whoever moves
/// to another deployment at this moment is told afterwards ([`notify_later`]).
pub fn notify_tenants(tx: &mut Conn, now: Timestamp, discriminator: &str) -> QueryResult<usize> {
    let told = tenants::table.filter(tenants::standing.ne("erasing")).filter(tenants::held_by.is_null());
    let told: Vec<(Id, i64)> = told.order(tenants::id).select((tenants::id, tenants::generation)).load(tx)?;
    ask_again(tx, now, discriminator)?;
    for chunk in told.chunks(CHUNK) {
        let rows: Vec<_> = chunk.iter().map(|who| notice(*who, now, discriminator)).collect();
        each!(tx, |tx| diesel::insert_into(jobs::table)
            .values(&rows)
            .on_conflict((jobs::tenant_id, jobs::kind, jobs::generation, jobs::discriminator))
            .do_nothing()
            .execute(tx))?;
    }
    Ok(told.len())
}

/// Queues that notice for one tenant, if the change is still to come. Who has had it gets no other one.
pub fn notify_later(
    tx: &mut Conn,
    (tenant, generation): (Id, i64),
    now: Timestamp,
    discriminator: &str,
) -> QueryResult<()> {
    if latest_material(tx)?.is_none_or(|version| Timestamp::from(version.effective_at) <= now) {
        return Ok(());
    }
    let (kind, discriminator) = (JobKind::Notice, discriminator.to_owned());
    jobs_queue::enqueue(tx, now, &NewJob { kind, tenant, generation, discriminator, run_at: now })
}

/// Notices that stand already, about an earlier change, run once more for this one.
fn ask_again(tx: &mut Conn, now: Timestamp, discriminator: &str) -> QueryResult<()> {
    let held = tenants::table.filter(tenants::held_by.is_not_null()).select(tenants::id);
    let standing = jobs::kind
        .eq(JobKind::Notice.as_str())
        .and(jobs::discriminator.eq(discriminator.to_owned()))
        .and(jobs::tenant_id.ne_all(held));
    let running = jobs::state.eq(JobState::Running.as_str());
    diesel::update(jobs::table.filter(standing.clone()).filter(running))
        .set((jobs::asked_again.eq(true), jobs::run_at.eq(Millis::from(now))))
        .execute(tx)?;
    let resting = jobs::state.ne(JobState::Running.as_str());
    let revived =
        (jobs::state.eq(JobState::Queued.as_str()), jobs::attempts.eq(0), jobs::run_at.eq(Millis::from(now)));
    diesel::update(jobs::table.filter(standing).filter(resting)).set(revived).execute(tx)?;
    Ok(())
}

fn notice((tenant_id, generation): (Id, i64), now: Timestamp, discriminator: &str) -> super::jobs::JobRow {
    super::jobs::JobRow {
        tenant_id,
        id: Id::new(now),
        kind: JobKind::Notice.as_str().to_owned(),
        generation,
        discriminator: discriminator.to_owned(),
        state: JobState::Queued.as_str().to_owned(),
        run_at: now.into(),
        attempts: 0,
        attempt_token: None,
        lease_until: None,
        asked_again: false,
        last_error: None,
        created_at: now.into(),
    }
}
