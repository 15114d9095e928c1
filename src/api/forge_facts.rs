//! What an invocation says beside what it is for: the licence.

use super::Services;
use crate::connect::forge::Invocation;
use crate::connect::licence::Licence;
use crate::db::{Change, Id};
use crate::error::Error;

/// The kind of operation data that the licence's state is, and what that is about: there is one per tenant.
const LICENCE: &str = "licence";

/// Stores the licence that came with an invocation; nothing where none came, as in development.
pub async fn licence(services: &Services, tenant: Id, invocation: &Invocation) -> Result<(), Error> {
    let Some(told) = &invocation.licence else { return Ok(()) };
    services.tenancy.licence_told(tenant, told.active, told.ends_at).await?;
    services.tenants.changed(Change::Tenant(tenant));
    services.wake.notify_one();
    let licence = Licence { active: told.active, evaluation: told.evaluation, kind: told.kind.clone() };
    services.operation.put(tenant, LICENCE, LICENCE, None, &licence).await?;
    Ok(())
}
