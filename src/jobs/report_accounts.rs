//! Tells the product whose account ids are stored, and forgets whoever has closed their account (`tickets/account_reports.rs`).

use super::{Done, Environment, JobError};
use crate::db::jobs::Claimed;

pub async fn run(environment: Environment, job: Claimed) -> Result<Done, JobError> {
    let known = environment.tenancy.find_by_id(job.tenant).await.map_err(JobError::retry)?;
    let office = known.and_then(|known| environment.product.accounts_office(&known));
    let again = environment.tickets.report_accounts(&job, office.as_deref()).await;
    Ok(again.map_err(JobError::retry)?.map_or(Done::Finished, Done::Again))
}
