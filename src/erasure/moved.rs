//! The erasure of what is left here of a tenant that lives in another region now. It begins without a date, a notice or a brake: the
//! product has moved the tenant, and all of it is there. So nobody else is told to delete anything, no mail says that data is
//! gone, and the contract goes on with the tenant.

use super::EraseError;
use crate::clock::Timestamp;
use crate::db::erasures::{self, ErasureRow, Step};
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::{Conn, Id, tenants};
use crate::policy::Policy;
use crate::tenancy::moving;

/// Why, as the receipt has it.
pub const MOVED: &str = "moved";

/// Freezes the tenant and asks for the rest, in the caller's transaction. False when there is nothing to freeze.
pub fn begin(tx: &mut Conn, tenant: Id, now: Timestamp, policy: &Policy) -> Result<bool, EraseError> {
    let stored = tenants::lock_by_id(tx, tenant)?;
    let Some(stored) = stored.filter(|stored| stored.standing != "erasing") else { return Ok(false) };
    let mark = moving::leave(tx, &stored, now, policy)?;
    let row = ErasureRow {
        tenant_id: tenant,
        id: Id::new(now),
        step: Step::Frozen.as_str().to_owned(),
        reason: MOVED.to_owned(),
        left_at: now.into(),
        due_at: now.into(),
        ceiling_at: now.into(),
        frozen_at: now.into(),
        shredded_at: None,
        deleted_at: None,
        cleaned_at: None,
        due_policy: mark.policy,
        counts_before: None,
        counts_after: None,
    };
    erasures::insert(tx, &row)?;
    let (kind, discriminator) = (JobKind::Erase, MOVED.to_owned());
    jobs::enqueue(
        tx,
        now,
        &NewJob { kind, tenant, generation: stored.generation, discriminator, run_at: now },
    )?;
    tracing::info!(tenant.id = %tenant, reason = MOVED, "an erasure has begun");
    Ok(true)
}
