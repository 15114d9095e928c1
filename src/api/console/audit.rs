//! `GET /console/api/v1/audit`: what staff did, of one tenant (`tenant=…`, our own number) or of none (sign-ins, accounts).

use actix_web::{HttpRequest, web};
use serde::Serialize;

use super::super::Services;
use super::{Paging, wrong};
use crate::audit::Entry;
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::db::Id;
use crate::error::Error;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The newest first.
    items: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub async fn list(
    _: StaffCaller<needs::ReadAudit>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let (paging, tenant) = (Paging::parse(request.query_string())?, tenant(request.query_string())?);
    let items = services.audit.page(tenant, paging.cursor, paging.limit).await?;
    let is_full = i64::try_from(items.len()).is_ok_and(|found| found == paging.limit);
    let next_cursor = items.last().filter(|_| is_full).map(|entry| entry.sequence.to_string());
    Ok(web::Json(View { items, next_cursor }))
}

fn tenant(query: &str) -> Result<Id, Error> {
    let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "tenant");
    let value = values.next().map(|(_, value)| value);
    value.map_or(Ok(Id::NONE), |value| {
        value.parse().map_err(|_| wrong("tenant", "our own number of a tenant"))
    })
}
