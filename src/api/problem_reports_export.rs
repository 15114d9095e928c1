//! `GET /api/v1/problem-reports/export`: that there are reports of the site, and how they stand, all of them at once. For
//! administrators. What is in a report is in none of it.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use super::problem_reports_view::Listed;
use crate::auth::AdminCaller;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::tickets::{Standing, TicketRow};
use crate::error::Error;

/// Rows that are read at a time.
const PAGE: i64 = 500;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportExport")]
pub struct Export {
    at: Timestamp,
    /// The newest first.
    reports: Vec<Listed>,
}

pub async fn handle(caller: AdminCaller, services: web::Data<Services>) -> Result<web::Json<Export>, Error> {
    let tenant = caller.tenant.id();
    let own = services.tickets.reporter(tenant, &caller.account_id).await?;
    let site_goes_at = services.tickets.site_goes_at(tenant).await?;
    let mut reports = Vec::new();
    let mut before = None;
    loop {
        let rows = page(&services, tenant, before).await?;
        reports.extend(rows.iter().map(|row| Listed::of(row, row.reporter_index == own, site_goes_at)));
        before = rows.last().map(|row| row.id);
        if before.is_none() {
            return Ok(web::Json(Export { at: services.clock.now(), reports }));
        }
    }
}

async fn page(services: &Services, tenant: Id, before: Option<Id>) -> Result<Vec<TicketRow>, Error> {
    services.tickets.page(tenant, None, Standing::default(), before, PAGE).await
}
