//! `POST /api/v1/data/export/link`: an address that hands out the export once, for pages that take no file as an answer. For
//! administrators.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use crate::auth::AdminCaller;
use crate::clock::Timestamp;
use crate::error::Error;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ExportLink")]
pub struct Answer {
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
}

pub async fn handle(caller: AdminCaller, services: web::Data<Services>) -> Result<web::Json<Answer>, Error> {
    let (token, expires_at) = services.tenancy.export_link(caller.tenant.id()).await?;
    let url = format!("{}/erasure/{}", services.settings.base_url.as_str(), token.expose());
    Ok(web::Json(Answer { url, expires_at }))
}
