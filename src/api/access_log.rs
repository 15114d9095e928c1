//! `GET /api/v1/access-log`: who at the vendor did what about this installation, and why. For administrators.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use super::console::Paging;
use crate::audit::Entry;
use crate::auth::{AdminCaller, Query};
use crate::error::Error;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AccessLog")]
pub struct View {
    /// The newest first.
    items: Vec<Entry>,
    /// Where to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub async fn handle(
    caller: AdminCaller,
    query: Query<Paging>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let paging = Paging::parse(&query)?;
    let items = services.audit.page(caller.tenant.id(), paging.cursor, paging.limit).await?;
    let is_full = i64::try_from(items.len()).is_ok_and(|found| found == paging.limit);
    let next_cursor = items.last().filter(|_| is_full).map(|entry| entry.sequence.to_string());
    Ok(web::Json(View { items, next_cursor }))
}
