//! Whether a tenant is still there, by what its host answers when we ask. Only a host that
//! refuses us for the policy's number of days without a break makes a suspicion; whatever shows nothing, our own absence
//! included, neither counts nor breaks.

use std::time::Duration;

use super::licence::store_licence;
use super::state::{Event, Reason};
use super::store::{self, Tenancy};
use crate::clock::Timestamp;
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};
use crate::error::Error;
use crate::policy::Policy;

/// How often a host is asked. A probe that is later than this proves nothing about the time that it is late.
pub const INTERVAL: Duration = Duration::from_secs(24 * 3_600);
/// The first question comes after the installation has settled.
const FIRST_WAIT: Duration = Duration::from_secs(600);
/// First questions are spread over this time, so that an app's update does not make all hosts asked at once.
const FIRST_SPREAD: Duration = Duration::from_secs(3_600);
const PAGE: i64 = 500;
/// Somebody who opens a page makes us ask no more often than this.
const ASKED_APART: Duration = Duration::from_secs(3_600);

/// What a host answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It knows us. Whether the licence is active, if the app is licensed there.
    Answer { licence: Option<bool> },
    /// It does not know us, or does not let us.
    Refusal,
    /// Nothing that shows anything: no address, no answer in time, a fault of its own.
    Nothing,
}

/// Has the tenant's host asked for the first time, in the transaction that installs the tenant.
pub(super) fn begin(tx: &mut Conn, tenant: Id, generation: i64, now: Timestamp) -> diesel::QueryResult<()> {
    jobs::enqueue(tx, now, &job(tenant, generation, now.plus(FIRST_WAIT + share_of(FIRST_SPREAD, tenant))))
}

fn job(tenant: Id, generation: i64, run_at: Timestamp) -> NewJob {
    NewJob { kind: JobKind::Probe, tenant, generation, discriminator: String::new(), run_at }
}

/// A part of `spread` that is the tenant's own: the low bits of an id are random.
fn share_of(spread: Duration, tenant: Id) -> Duration {
    let low = u32::try_from(tenant.as_i64() & 0xF_FFFF).unwrap_or_default();
    spread.mul_f64(f64::from(low) / f64::from(0x10_0000))
}

impl Tenancy {
    /// Whether this generation of the tenant is still to be asked for: it is there, and has not left.
    pub async fn is_to_be_probed(&self, id: Id, generation: i64) -> Result<bool, Error> {
        let row = self.db.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, id)?)).await?;
        Ok(row.is_some_and(|row| is_current(&row, generation)))
    }

    /// Asks a tenant's host soon, because somebody there has opened a page while we were in doubt: what was believed of it may
    /// be over. A question that was asked within the last hour is answered; when it was asked, the queue knows, since the next
    /// one comes a day later.
    pub async fn ask_soon(&self, id: Id) -> Result<bool, Error> {
        let now = self.clock.now();
        let until = now.plus(INTERVAL).minus(ASKED_APART);
        let look =
            move |conn: &mut Conn| Ok::<_, DbError>(jobs::scheduled(conn, JobKind::Probe, &[id], until)?);
        // Most often there is nothing to do, and a look costs no transaction.
        if self.db.read(look).await?.is_empty() {
            return Ok(false);
        }
        let asked = self.db.write(move |tx| {
            let stays = tenants::held(tx, &[id])?.is_empty();
            Ok::<_, DbError>(stays && jobs::hurry_one(tx, JobKind::Probe, id, now, until)?)
        });
        Ok(asked.await?)
    }

    /// Stores what the host answered, and what follows from it. `late` is how much later than planned it was asked.
    pub async fn probed(&self, id: Id, generation: i64, heard: Heard, late: Duration) -> Result<(), Error> {
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let stored = self.db.write(move |tx| match tenants::lock_by_id(tx, id)? {
            Some(row) if is_current(&row, generation) => store(tx, &row, heard, late, now, &policy),
            _ => Ok(()),
        });
        stored.await
    }

    /// Makes sure that every tenant is asked for: those of an older version were not, and a clock that was ahead may have
    /// put the next question far away.
    pub async fn make_sure_of_probes(&self) -> Result<(), Error> {
        let mut after = Id::NONE;
        loop {
            let now = self.clock.now();
            let last = self.db.write(move |tx| Ok::<_, DbError>(page(tx, after, now)?)).await?;
            match last {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }
}

fn page(tx: &mut Conn, after: Id, now: Timestamp) -> diesel::QueryResult<Option<Id>> {
    let ids = tenants::ids(tx, after, PAGE)?;
    let Some(last) = ids.last().copied() else { return Ok(None) };
    let active = tenants::active_among(tx, &ids)?;
    let scheduled = jobs::scheduled(tx, JobKind::Probe, &ids, now.plus(INTERVAL * 2))?;
    for (tenant, generation) in active {
        if !scheduled.contains(&(tenant, generation)) {
            jobs::enqueue(tx, now, &job(tenant, generation, now.plus(share_of(INTERVAL, tenant))))?;
        }
    }
    Ok(Some(last))
}

fn is_current(row: &TenantRow, generation: i64) -> bool {
    row.generation == generation && row.standing == "active"
}

fn store(
    tx: &mut Conn,
    row: &TenantRow,
    heard: Heard,
    late: Duration,
    now: Timestamp,
    policy: &Policy,
) -> Result<(), Error> {
    // A whole question that was not asked is time of our own absence.
    let absent = if late >= INTERVAL { late } else { Duration::ZERO };
    let since = row.refused_since.map(Timestamp::from);
    let moved = |by: Duration| since.map(|since| since.plus(by).min(now));
    match heard {
        Heard::Answer { licence } => {
            let edited = TenantRow { refused_since: None, ..row.clone() };
            store::apply(tx, row, edited, Event::Verified, now, policy)?;
            licence.map_or(Ok(()), |active| store_licence(tx, row.id, active, now, policy))
        }
        Heard::Refusal => {
            let since = moved(absent).unwrap_or(now);
            let edited = TenantRow { refused_since: Some(since.into()), ..row.clone() };
            if now.since(since) < policy.unreachable_for() {
                return keep(tx, row, &edited);
            }
            store::apply(tx, row, edited, Event::Suspected(Reason::Unreachable), now, policy)?;
            Ok(())
        }
        Heard::Nothing => {
            let refused_since = moved(INTERVAL + absent).map(Into::into);
            keep(tx, row, &TenantRow { refused_since, ..row.clone() })
        }
    }
}

fn keep(tx: &mut Conn, row: &TenantRow, edited: &TenantRow) -> Result<(), Error> {
    if row != edited {
        tenants::update(tx, edited)?;
    }
    Ok(())
}
