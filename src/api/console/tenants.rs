//! `GET /console/api/v1/tenants`: which installations there are, in what state, and when their data is due to go. Nothing that a
//! customer gave us is opened for this list.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::Paging;
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::Error;
use crate::tenancy::TenantStanding;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TenantSummary")]
pub struct View {
    pub id: Id,
    pub state: &'static str,
    /// When its data is due to go, if that is known.
    pub due_at: Option<Timestamp>,
    pub reason: Option<&'static str>,
    /// When its subscription or trial ends, if that is known.
    pub ends_at: Option<Timestamp>,
    pub generation: i64,
    pub since: Timestamp,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TenantPage")]
pub struct List {
    /// The oldest first.
    items: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<&TenantStanding> for View {
    fn from(standing: &TenantStanding) -> Self {
        let TenantStanding { tenant, installed_at } = standing;
        Self {
            id: tenant.id,
            state: tenant.state(),
            due_at: tenant.due_at(),
            reason: tenant.reason(),
            ends_at: tenant.ends_at,
            generation: tenant.generation,
            since: *installed_at,
        }
    }
}

pub async fn list(
    _: StaffCaller<needs::ReadTenants>,
    query: Query<Paging>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let paging = Paging::parse(&query)?;
    let after = paging.cursor.map_or(Id::NONE, Id::from_i64);
    let found = services.tenancy.standings(after, paging.limit).await?;
    let is_full = i64::try_from(found.len()).is_ok_and(|found| found == paging.limit);
    let next_cursor = found.last().filter(|_| is_full).map(|last| last.tenant.id.to_string());
    Ok(web::Json(List { items: found.iter().map(View::from).collect(), next_cursor }))
}
