//! Asks a tenant's host, once a day, whether it still knows us and what it says of the licence. No event tells of either.
//! Under Forge the product calls us once a day instead, and this looks whether it did.

use std::time::Duration;

use super::{Done, Environment, JobError};
use crate::clock::Timestamp;
use crate::db::jobs::Claimed;
use crate::product::{Licence, NoAnswer};
use crate::tenancy::presence::{Heard, INTERVAL};
use crate::tenancy::{KnownTenant, Silence};

/// The kind of operation data that the licence's state is, and what that is about: there is one per tenant.
const LICENCE: &str = "licence";

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let tenancy = &environment.tenancy;
    if !tenancy.is_to_be_probed(job.tenant, job.generation).await.map_err(JobError::retry)? {
        return Ok(Done::Finished);
    }
    let known = tenancy.find_by_id(job.tenant).await.map_err(JobError::retry)?;
    let Some(known) = known else { return Ok(Done::Finished) };
    let late = lateness(&environment, job.run_at);
    let (heard, licence) = look(&environment, &known).await?;
    tenancy.probed(job.tenant, job.generation, heard, late).await.map_err(JobError::retry)?;
    if let Some(licence) = licence {
        let stored = environment.operation.put(job.tenant, LICENCE, LICENCE, None, &licence).await;
        stored.map_err(JobError::retry)?;
    }
    Ok(Done::Again(environment.clock.now().plus(INTERVAL)))
}

/// A site that Forge calls for is there, whatever its host makes of what proved us before it moved. One that Forge is silent
/// about is asked as long as there is something that proves us.
async fn look(environment: &Environment, known: &KnownTenant) -> Result<(Heard, Option<Licence>), JobError> {
    match environment.tenancy.silence_of(known.tenant.id).await.map_err(JobError::retry)? {
        silence @ Silence::Called => Ok((silence.heard(), None)),
        silence if known.secrets.is_empty() => Ok((silence.heard(), None)),
        _ => Ok(ask(environment, known).await),
    }
}

fn lateness(environment: &Environment, planned: Timestamp) -> Duration {
    environment.clock.now().since(planned)
}

async fn ask(environment: &Environment, known: &KnownTenant) -> (Heard, Option<Licence>) {
    match environment.product.licence(known).await {
        Ok(licence) => (Heard::Answer { licence: licence.as_ref().map(|licence| licence.active) }, licence),
        Err(NoAnswer::Refused(_)) => (Heard::Refusal, None),
        Err(_) => (Heard::Nothing, None),
    }
}
