//! The first half of an erasure, for one tenant: freeze, prepare, shred, delete.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::decide::{self, Decision, Notice};
use super::moved::MOVED;
use super::told::Outlasting;
use super::{EraseError, Eraser, OwnTable, Progress};
use crate::clock::Timestamp;
use crate::db::erasures::{self, ErasureRow, Step};
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::orders::{self, OrderRow};
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id, Millis, erase};
use crate::policy::{AccountUse, ClassName, Policy};
use crate::tenancy::brake::{self, Verdict};
use crate::tenancy::{Event, KnownTenant, Tenancy, Tenant};
use crate::vault::Label;

/// Rows that one transaction deletes at most: others need the writer too.
const BATCH: i64 = 500;
pub(super) const ORDER: Label = Label("order.record");

/// What tax law wants kept of a tenant, and nothing else (UTILITAS-24).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub entitlement_number: Option<String>,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
}

impl Eraser {
    /// Does the next step of the tenant's erasure, if one is due. `generation` is that of the installation which caused
    /// it: a later one has cancelled it.
    pub async fn advance(&self, tenant: Id, generation: i64) -> Result<Progress, EraseError> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(erasures::of_tenant(conn, tenant)?)).await?;
        let Some(row) = found else { return self.begin(tenant, generation).await };
        match step_of(&row)? {
            Step::Frozen => self.prepare(row).await,
            Step::Prepared => self.shred(row).await,
            Step::Shredded => self.delete(row).await,
            Step::Deleted | Step::Cleaned | Step::Verified | Step::Receipted => Ok(Progress::Deleted),
        }
    }

    /// Freezes the tenant if it is due: from here on nothing is written for it, and its name leads nowhere.
    async fn begin(&self, tenant: Id, generation: i64) -> Result<Progress, EraseError> {
        let (policy, now) = (self.policy.clone(), self.clock.now());
        self.db.write(move |tx| begin(tx, tenant, generation, now, &policy)).await
    }

    /// Re-seals what has to outlive the tenant, and counts what goes.
    async fn prepare(&self, row: ErasureRow) -> Result<Progress, EraseError> {
        let tenant = row.tenant_id;
        let known = self.tenancy.find_by_id(tenant).await?;
        // What lives on elsewhere keeps its contract there, and nobody deletes anything of it.
        let (order, outlasting) = match row.reason == MOVED {
            true => (None, Outlasting::default()),
            false => (self.order(&row, known.as_ref())?, self.outlasting(&row, known.as_ref()).await?),
        };
        let (tables, before, now) = (self.tables.clone(), row.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let targets: Vec<_> = tables.iter().map(OwnTable::target).collect();
                let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
                for (table, count) in tables.iter().zip(erase::counts(tx, &targets, tenant)?) {
                    *counts.entry(table.class).or_default() += count;
                }
                if let Some(order) = &order {
                    orders::keep(tx, order)?;
                }
                let counts = serde_json::to_string(&counts).map_err(|_| EraseError::Unreadable)?;
                let next = ErasureRow { counts_before: Some(counts), ..before };
                if advance(tx, Step::Frozen, Step::Prepared, next)? {
                    outlasting.keep(tx, tenant, now)?;
                }
                Ok::<_, EraseError>(())
            })
            .await?;
        Ok(Progress::Next)
    }

    /// The contract's number and dates, sealed under the vendor's key; `None` when there never was a paid contract.
    fn order(&self, row: &ErasureRow, known: Option<&KnownTenant>) -> Result<Option<OrderRow>, EraseError> {
        let Some(known) = known else { return Ok(None) };
        let account = |name| known.account.get(name, AccountUse::ContractAdministration);
        let number = account("entitlementNumber").or(account("serviceEntitlementNumber"));
        let Some(number) = number else { return Ok(None) };
        let ended_at = known.tenant.ends_at.unwrap_or(row.left_at.into());
        let order =
            Order { entitlement_number: Some(number.to_owned()), started_at: known.installed_at, ended_at };
        let expires_at = self.policy.expires_at(ClassName::Order, ended_at).unwrap_or(ended_at);
        let plain = serde_json::to_vec(&order).map_err(|_| EraseError::Unreadable)?;
        Ok(Some(OrderRow {
            id: row.id,
            recorded_at: self.clock.now().into(),
            contract_ended_at: ended_at.into(),
            expires_at: expires_at.into(),
            sealed: self.vault.vendor_key().seal(ORDER, row.id, &plain),
        }))
    }

    /// Destroys the data key: from here on everything sealed is noise, in every backup of the main database too.
    async fn shred(&self, row: ErasureRow) -> Result<Progress, EraseError> {
        self.vault.shred(row.tenant_id).await?;
        let shredded_at = Some(self.clock.now().into());
        let next = ErasureRow { shredded_at, ..row };
        self.db.write(move |tx| advance(tx, Step::Prepared, Step::Shredded, next)).await?;
        Ok(Progress::Next)
    }

    /// Deletes the rows, table after table, in bounded transactions.
    async fn delete(&self, row: ErasureRow) -> Result<Progress, EraseError> {
        let tenant = row.tenant_id;
        loop {
            let tables = self.tables.clone();
            let gone = self.db.write(move |tx| {
                let tables: Vec<_> = emptied(&tables).map(OwnTable::target).collect();
                Ok::<_, DbError>(erase::delete_some(tx, &tables, tenant, BATCH)?)
            });
            if gone.await? < BATCH {
                break;
            }
        }
        let (now, next) = (self.clock.now(), ErasureRow { deleted_at: Some(self.clock.now().into()), ..row });
        self.db
            .write(move |tx| {
                // The row itself goes last, but nothing of the customer stays in it.
                erasures::blank(tx, tenant)?;
                advance(tx, Step::Shredded, Step::Deleted, next)?;
                Ok::<_, EraseError>(ask_to_finish(tx, now)?)
            })
            .await?;
        Ok(Progress::Deleted)
    }
}

/// The tenant's row and that of the erasure say how far it is until it is over, and the job that erases is a row of the
/// tenant too.
fn goes_last(table: &OwnTable) -> bool {
    matches!(table.name.as_str(), "tenants" | "jobs" | "erasures")
}

/// The tables whose rows go before that.
pub(super) fn emptied(tables: &[OwnTable]) -> impl Iterator<Item = &OwnTable> {
    tables.iter().filter(|table| !goes_last(table))
}

pub(super) fn step_of(row: &ErasureRow) -> Result<Step, EraseError> {
    row.step.parse().map_err(|_| EraseError::Unreadable)
}

/// Stores that `to` is done, if `from` was the last step until now; otherwise somebody else has done it, and this is false.
pub(super) fn advance(tx: &mut Conn, from: Step, to: Step, row: ErasureRow) -> Result<bool, EraseError> {
    let row = ErasureRow { step: to.as_str().to_owned(), ..row };
    let is_ours = erasures::advance(tx, from, &row)?;
    if !is_ours {
        tracing::info!(tenant.id = %row.tenant_id, step = to.as_str(), "another worker has done this step");
    }
    Ok(is_ours)
}

/// Asks for the second half. All that wait are finished together.
pub(super) fn ask_to_finish(tx: &mut Conn, now: Timestamp) -> diesel::QueryResult<()> {
    let (kind, tenant, discriminator) = (JobKind::FinishErasures, Id::NONE, String::new());
    jobs::enqueue(tx, now, &NewJob { kind, tenant, generation: 0, discriminator, run_at: now })
}

fn begin(
    tx: &mut Conn,
    tenant: Id,
    generation: i64,
    now: Timestamp,
    policy: &Policy,
) -> Result<Progress, EraseError> {
    let Some(stored) = tenants::lock_by_id(tx, tenant)? else { return Ok(Progress::Nothing) };
    if stored.generation != generation {
        return Ok(Progress::Nothing);
    }
    let state = Tenancy::state(tx, &stored)?;
    match look(tx, &stored, &state, now, policy)? {
        Decision::Nothing | Decision::Look => Ok(Progress::Nothing),
        Decision::Wait(at) => Ok(Progress::Wait(at)),
        // Another job of the same tenant was faster: its row says how far the erasure is.
        Decision::Going => match erasures::lock(tx, tenant)? {
            Some(_) => Ok(Progress::Next),
            None => Err(EraseError::Unreadable),
        },
        Decision::Erase { notice_was_late } => {
            // The brake comes last: what it lets go is counted.
            if let Verdict::Held { by, look_at } = brake::check_erasure(tx, &state, now, policy)? {
                tracing::error!(tenant.id = %tenant, %by, "an erasure that is due is held");
                return Ok(Progress::Wait(look_at));
            }
            if notice_was_late {
                tracing::error!(tenant.id = %tenant, "erased without the full time after its notice: the ceiling is reached");
            }
            freeze(tx, &stored, &state, now, policy)
        }
    }
}

/// What is to be done now. A subscription whose end is over becomes a suspicion first, and never more than that at one look.
fn look(
    tx: &mut Conn,
    stored: &TenantRow,
    state: &Tenant,
    now: Timestamp,
    policy: &Policy,
) -> Result<Decision, EraseError> {
    let notice = notice(tx, stored, state)?;
    let decision = decide::decide(state, notice, now, policy);
    if decision != Decision::Look {
        return Ok(decision);
    }
    let after = Tenancy::apply_to(tx, stored, Event::Due, now, policy)?;
    if after != *state {
        return Ok(after.due_at().map_or(Decision::Nothing, Decision::Wait));
    }
    // The brake holds what was found, and another job looks again. What else is due has to be let through by itself.
    Ok(decide::decide_beside_the_end(state, notice, now, policy))
}

/// What is known of the notice about the date on which the tenant is due.
fn notice(tx: &mut Conn, stored: &TenantRow, state: &Tenant) -> Result<Notice, EraseError> {
    let Some(due_at) = state.due_at() else { return Ok(Notice::Pending) };
    Ok(match erasures::notice(tx, stored.id, due_at)? {
        Some((state, Some(at))) if state == "sent" => Notice::Sent(at.into()),
        Some((state, _)) if state == "undeliverable" || state == "no_contact" => Notice::Impossible,
        _ if stored.contact_state != "set" => Notice::Impossible,
        _ => Notice::Pending,
    })
}

fn freeze(
    tx: &mut Conn,
    stored: &TenantRow,
    before: &Tenant,
    now: Timestamp,
    policy: &Policy,
) -> Result<Progress, EraseError> {
    let ceiling = before.ceiling(policy);
    let after = Tenancy::apply_to(tx, stored, Event::LetGo, now, policy)?;
    let crate::tenancy::Standing::Erasing(mark) = &after.standing else {
        return Ok(after.due_at().map_or(Progress::Nothing, Progress::Wait));
    };
    let due_at = mark.effective_due_at();
    let row = ErasureRow {
        tenant_id: stored.id,
        id: Id::new(now),
        step: Step::Frozen.as_str().to_owned(),
        reason: after.reason().unwrap_or("left").to_owned(),
        left_at: mark.at.into(),
        due_at: due_at.into(),
        ceiling_at: Millis::from(ceiling.unwrap_or(due_at)),
        frozen_at: now.into(),
        shredded_at: None,
        deleted_at: None,
        cleaned_at: None,
        due_policy: mark.policy.clone(),
        counts_before: None,
        counts_after: None,
    };
    erasures::insert(tx, &row)?;
    tracing::info!(tenant.id = %stored.id, reason = row.reason, "an erasure has begun");
    Ok(Progress::Next)
}
