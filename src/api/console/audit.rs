//! `GET /console/api/v1/audit`: what staff did, of one tenant (`tenant=…`, our own number) or of none (sign-ins, accounts).

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::{CURSOR, LIMITED, Paging, wrong};
use crate::audit::Entry;
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::db::Id;
use crate::error::Error;
use crate::openapi::{Kind, Parameter, Parameters};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditPage")]
pub struct View {
    /// The newest first.
    items: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub struct Asked;

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::query(
            "tenant",
            Kind::Id,
            "Our own number of an installation; without it what belongs to none.",
        ),
        CURSOR,
        LIMITED,
    ];
}

pub async fn list(
    _: StaffCaller<needs::ReadAudit>,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let (paging, tenant) = (Paging::parse(&query)?, tenant(&query)?);
    let items = services.audit.page(tenant, paging.cursor, paging.limit).await?;
    let is_full = i64::try_from(items.len()).is_ok_and(|found| found == paging.limit);
    let next_cursor = items.last().filter(|_| is_full).map(|entry| entry.sequence.to_string());
    Ok(web::Json(View { items, next_cursor }))
}

fn tenant(query: &Query<Asked>) -> Result<Id, Error> {
    query.value("tenant").map_or(Ok(Id::NONE), |value| {
        value.parse().map_err(|_| wrong("tenant", "our own number of a tenant"))
    })
}
