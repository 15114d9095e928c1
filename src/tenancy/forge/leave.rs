//! The customer removes the app: one installation goes, and with the last one the customer leaves.

use super::super::install::InstallError;
use super::super::state::Event;
use super::super::store::{self, Delivery, Outcome, Tenancy};
use super::locked;
use super::seen::{SILENT_AFTER, are_calls_coming};
use crate::clock::Timestamp;
use crate::db::forge_installations::{self, ForgeRow};
use crate::db::lifecycle_tokens::Binding;
use crate::db::tenants::TenantRow;
use crate::db::{Conn, Id};
use crate::policy::Policy;

impl Tenancy {
    /// One installation was removed. When no other one is left, the customer has left: a tenant that moved here from its former
    /// name has no other one that anybody would tell us of.
    pub async fn leave_forge(
        &self,
        installation_id: &str,
        delivery: Delivery,
    ) -> Result<Outcome, InstallError> {
        let index = self.forge_index(installation_id);
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let outcome = self.db.write(move |tx| {
            match store::bind(tx, now, &delivery)? {
                Binding::First => {}
                Binding::Repeated => return Ok(Outcome::Ignored),
                Binding::OtherBody => return Err(InstallError::OtherBody),
            }
            let Some((row, tenant)) = locked(tx, &index)? else { return Ok(Outcome::Unknown) };
            if row.removed_at.is_some() || delivery.issued_at < row.issued_at {
                return Ok(Outcome::Ignored);
            }
            remove(tx, &row, &tenant, delivery.issued_at, now, &policy).map(Outcome::Done)
        });
        outcome.await
    }
}

fn remove(
    tx: &mut Conn,
    row: &ForgeRow,
    tenant: &TenantRow,
    issued_at: i64,
    now: Timestamp,
    policy: &Policy,
) -> Result<Id, InstallError> {
    let removed = ForgeRow { removed_at: Some(now.into()), issued_at, ..row.clone() };
    forge_installations::update(tx, &removed)?;
    if !is_any_left(tx, tenant.id, now)? {
        // What the product issued before this under the tenant's other name says nothing of a return either.
        let lifecycle_issued_at = tenant.lifecycle_issued_at.max(issued_at);
        let edited = TenantRow { lifecycle_issued_at, ..tenant.clone() };
        store::apply(tx, tenant, edited, Event::Uninstalled, now, policy)?;
    }
    Ok(tenant.id)
}

/// Whether another installation stands that somebody may still call for. One that nobody called for in days while others were
/// called for went without a word: should it be there after all, the next call for it brings the tenant back.
fn is_any_left(tx: &mut Conn, tenant: Id, now: Timestamp) -> diesel::QueryResult<bool> {
    let mut rows = forge_installations::of_tenant(tx, tenant)?;
    rows.retain(|row| row.removed_at.is_none());
    let heard_at = |row: &ForgeRow| Timestamp::from(row.seen_at.unwrap_or(row.installed_at));
    let is_heard_of = rows.iter().any(|row| heard_at(row) >= now.minus(SILENT_AFTER));
    Ok(is_heard_of || (!rows.is_empty() && !are_calls_coming(tx, now)?))
}
