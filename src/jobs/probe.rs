//! Asks a tenant's host, once a day, whether it still knows us and what it says of the licence. No event tells of either.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::auth::site_of;
use crate::clock::Timestamp;
use crate::connect::host::HostError;
use crate::connect::licence::{self, Licence};
use crate::db::jobs::Claimed;
use crate::policy::AccountUse;
use crate::tenancy::KnownTenant;
use crate::tenancy::presence::{Heard, INTERVAL};

/// The kind of operation data that the licence's state is, and what that is about: there is one per tenant.
const LICENCE: &str = "licence";
/// A host that needs longer, with all its redirects, has told us nothing.
const PATIENCE: Duration = Duration::from_secs(20);

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let tenancy = &environment.tenancy;
    if !tenancy.is_to_be_probed(job.tenant, job.generation).await.map_err(JobError::retry)? {
        return Ok(Done::Finished);
    }
    let known = tenancy.find_by_id(job.tenant).await.map_err(JobError::retry)?;
    let Some(known) = known else { return Ok(Done::Finished) };
    let late = lateness(&environment, job.run_at);
    let (heard, licence) = ask(&environment, &known).await;
    tenancy.probed(job.tenant, job.generation, heard, late).await.map_err(JobError::retry)?;
    if let Some(licence) = licence {
        let stored = environment.operation.put(job.tenant, LICENCE, LICENCE, None, &licence).await;
        stored.map_err(JobError::retry)?;
    }
    Ok(Done::Again(environment.clock.now().plus(INTERVAL)))
}

fn lateness(environment: &Environment, planned: Timestamp) -> Duration {
    environment.clock.now().since(planned)
}

async fn ask(environment: &Environment, known: &KnownTenant) -> (Heard, Option<Licence>) {
    let Ok(site) = site_of(known, AccountUse::LicenceValidation) else { return (Heard::Nothing, None) };
    match tokio::time::timeout(PATIENCE, licence::ask(&environment.host, &site)).await {
        Ok(Ok(licence)) => {
            (Heard::Answer { licence: licence.as_ref().map(|licence| licence.active) }, licence)
        }
        Ok(Err(HostError::Refused(_))) => (Heard::Refusal, None),
        Ok(Err(_)) | Err(_) => (Heard::Nothing, None),
    }
}
