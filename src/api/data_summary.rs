//! `GET /api/v1/data/summary`: what is stored of this tenant, per data class, and until when. For administrators.

use actix_web::web;

use super::Services;
use crate::auth::AdminCaller;
use crate::error::Error;
use crate::tenancy::summary::Summary;

pub async fn handle(caller: AdminCaller, services: web::Data<Services>) -> Result<web::Json<Summary>, Error> {
    Ok(web::Json(services.tenancy.summary(caller.tenant.id()).await?))
}
