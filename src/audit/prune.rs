//! What has expired goes from the beginning of its chain, and a signed checkpoint says where the rest begins.

use std::time::Duration;

use super::chain;
use crate::clock::Timestamp;
use crate::db::audit::{self};
use crate::db::{Db, DbError, DbResult, Id, Millis, tenants};
use crate::policy::{ClassName, Policy};
use crate::vault::Vault;

/// Rows that go in one transaction, and chains that are looked at together.
const BATCH: i64 = 500;

/// Removes what is due at `now`: by its own date, or by the time that the present policy gives. Everything older in the same
/// chain goes with it, because a chain has no holes. Returns how many rows went.
pub async fn prune(db: &Db, vault: &Vault, policy: &Policy, now: Timestamp) -> DbResult<usize> {
    let (now_at, cutoff) = (Millis::from(now), Millis::from(cutoff(policy, now)));
    let mut gone = 0;
    loop {
        let due = db.read(move |conn| Ok::<_, DbError>(audit::with_due_rows(conn, now_at, cutoff, BATCH)?));
        let due = due.await?;
        let before = gone;
        for tenant in due {
            gone += match prune_chain(db, vault, tenant, now_at, cutoff).await {
                // It goes after the move, here or there.
                Err(DbError::Held(_)) => 0,
                pruned => pruned?,
            };
        }
        if gone == before {
            return Ok(gone);
        }
    }
}

/// What was stored then or before goes by the policy in force, whatever it was stored with.
fn cutoff(policy: &Policy, now: Timestamp) -> Timestamp {
    // Counted forward from the instant itself: a year has not always the same length.
    let Some(ends) = policy.expires_at(ClassName::Audit, now) else {
        return Timestamp::from_millis(i64::MIN);
    };
    let kept = ends.since(now);
    let mut cutoff = now.minus(kept);
    while policy.expires_at(ClassName::Audit, cutoff).is_some_and(|ends| ends > now) {
        cutoff = cutoff.minus(Duration::from_secs(3_600));
    }
    cutoff
}

async fn prune_chain(db: &Db, vault: &Vault, tenant: Id, now: Millis, cutoff: Millis) -> DbResult<usize> {
    let vault = vault.clone();
    db.write(move |tx| {
        // What is being erased goes as a whole.
        if tenant != Id::NONE && !tenants::fence(tx, tenant)? {
            return Ok(0);
        }
        audit::lock_head(tx, tenant)?;
        let Some(last) = audit::last_due(tx, tenant, now, cutoff, BATCH)? else { return Ok::<_, DbError>(0) };
        let point = chain::checkpoint(&last, now.into(), vault.signer());
        Ok(audit::prune(tx, &point)?)
    })
    .await
}
