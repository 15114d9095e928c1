//! `GET /api/v1/data/export`: everything that is stored of this tenant, as a zip that is made while it is sent. For
//! administrators.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use futures_util::TryStreamExt;

use super::Services;
use super::answer::{Raw, kinds};
use crate::auth::AdminCaller;
use crate::error::{Code, Error};
use crate::rights::export::ExportStream;

pub async fn handle(caller: AdminCaller, services: web::Data<Services>) -> Result<Raw<kinds::Zip>, Error> {
    let tenant = caller.tenant.id();
    let prepared = services.export.prepare(tenant).await?;
    // Whoever takes everything along takes along that it was taken.
    services.tenancy.exported(tenant).await?;
    Ok(answer(prepared.begin(), &format!("data-{tenant}.zip")).into())
}

/// The pieces as they come. One that fails ends the connection, so that nobody takes a part for the whole.
pub fn answer(stream: ExportStream, file: &str) -> HttpResponse {
    let pieces = stream.map_ok(Bytes::from).map_err(|error| Error::new(Code::Internal).because(error));
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .streaming(pieces)
}
