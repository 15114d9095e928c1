//! `POST …/data-residency/{schedule|start|commit|rollback}` and `GET …/data-residency/status`: a service of Atlassian's moves what is
//! stored of a site to another region (connect.md §9.2). Each call may come again, and is answered as before.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use super::answer::NoContent;
use crate::auth::{MigrationCall, MigrationStep, Query};
use crate::connect::migration::{self, Migration};
use crate::db::{Change, Id};
use crate::error::{Code, Error};
use crate::moves::{Planned, Standing};
use crate::openapi::{Kind, Parameter, Parameters};

pub struct Asked;

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::query("migrationId", Kind::Text, "The move.").required()];
}

/// How a move stands.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MigrationStatus")]
pub struct Status {
    /// `ready-to-commit` and `failed` are the words that count; any other means that it is under way, or over.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_response_code: Option<&'static str>,
}

pub async fn schedule(step: MigrationStep, services: web::Data<Services>) -> Result<NoContent, Error> {
    let (tenant, planned) = (step.0.tenant(), Migration::parse(step.0.body())?);
    let missing = |what: &str| Error::new(Code::InvalidBody).with_detail(format!("{what} is missing."));
    let planned = Planned {
        migration: planned.id,
        to: planned.location.ok_or_else(|| missing("location"))?,
        ends_at: planned.ends_at.ok_or_else(|| missing("endTime"))?,
    };
    // Whoever moves nothing says so for anybody.
    if services.moves.here().is_none() {
        return Err(Error::new(Code::MovesNotSupported));
    }
    let tenant = tenant
        .map_err(|_| Error::new(Code::MoveFailed).with_detail("Nothing is stored of this site here."))?;
    services.moves.schedule(tenant, &planned).await?;
    Ok(NoContent)
}

pub async fn start(step: MigrationStep, services: web::Data<Services>) -> Result<NoContent, Error> {
    let (tenant, migration) = named(&step)?;
    services.moves.start(tenant, &migration).await?;
    Ok(changed(&services, tenant))
}

pub async fn commit(step: MigrationStep, services: web::Data<Services>) -> Result<NoContent, Error> {
    let (tenant, migration) = named(&step)?;
    let committed = services.moves.commit(tenant, &migration).await;
    // Whatever came of it, how the tenant stands may be another by now.
    changed(&services, tenant);
    committed.map(|()| NoContent)
}

pub async fn roll_back(step: MigrationStep, services: web::Data<Services>) -> Result<NoContent, Error> {
    let (tenant, migration) = named(&step)?;
    let done = services.moves.roll_back(tenant, &migration).await;
    changed(&services, tenant);
    done.map(|()| NoContent)
}

pub async fn status(
    call: MigrationCall,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<Status>, Error> {
    let wrong = || Error::new(Code::InvalidParameter).with_detail("migrationId: names no move.");
    let migration = query.value("migrationId").and_then(|name| migration::name(&name)).ok_or_else(wrong)?;
    let standing = services.moves.standing(call.tenant()?, &migration).await?;
    let standing = standing.ok_or_else(|| Error::new(Code::MoveNotScheduled))?;
    let error_response_code = (standing == Standing::Failed).then_some(migration::FAILED);
    Ok(web::Json(Status { status: word(standing), error_response_code }))
}

fn named(step: &MigrationStep) -> Result<(Id, String), Error> {
    let migration = Migration::parse(step.0.body())?.id;
    Ok((step.0.tenant()?, migration))
}

fn changed(services: &Services, tenant: Id) -> NoContent {
    services.tenants.changed(Change::Tenant(tenant));
    services.wake.notify_one();
    NoContent
}

const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Scheduled => "scheduled",
        Standing::UnderWay => "in-progress",
        Standing::Ready => "ready-to-commit",
        Standing::Committed => "committed",
        Standing::Undone => "rolled-back",
        Standing::Failed => "failed",
    }
}
