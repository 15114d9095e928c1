//! `GET /api/v1/problem-reports/rule`: what becomes of a report, for whoever is about to write one.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use crate::auth::ContextCaller;
use crate::error::Error;
use crate::tenancy::ReportRule;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportsTaken")]
pub struct Taken {
    rule: ReportRule,
    /// Whether an operator takes none from anybody at the moment.
    is_paused: bool,
    /// Whether nobody is signed in: a report belongs to somebody, who alone sees it again.
    is_anonymous: bool,
}

pub async fn handle(caller: ContextCaller, services: web::Data<Services>) -> Result<web::Json<Taken>, Error> {
    let gone = || Error::unauthenticated(anyhow::anyhow!("the tenant is gone"));
    let settings = services.tenancy.settings(caller.tenant.id()).await?.ok_or_else(gone)?;
    let is_paused = services.tenancy.reports_paused_at().await?.is_some();
    let is_anonymous = caller.account_id.is_none();
    Ok(web::Json(Taken { rule: settings.reports.rule, is_paused, is_anonymous }))
}
