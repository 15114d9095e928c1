//! `POST /api/v1/data/erasure`: what an early erasure would take away, and then the asking for it. `DELETE` takes it back.
//! For administrators.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{Services, no_content};
use crate::auth::{AdminCall, AdminCaller};
use crate::clock::Timestamp;
use crate::db::{Change, Id};
use crate::error::{Code, Error};
use crate::tenancy::early_erasure::ErasurePreview;

const BODY_MAX: usize = 1024;

/// One of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    preview: Option<bool>,
    confirmation: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Preview {
    classes: Vec<Count>,
    due_at: Timestamp,
    confirmation: String,
}

#[derive(Serialize)]
struct Count {
    class: &'static str,
    records: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    due_at: Timestamp,
}

pub async fn ask(call: AdminCall<BODY_MAX>, services: web::Data<Services>) -> Result<HttpResponse, Error> {
    let unread = |error| wrong().because(error);
    let wish: Wish =
        serde_json::from_slice(call.body()).map_err(|error| unread(anyhow::Error::new(error)))?;
    let id = call.caller.tenant.id();
    match (wish.preview, wish.confirmation) {
        (Some(true), None) => preview(id, &services).await,
        (None, Some(confirmation)) => confirm(id, &confirmation, &services).await,
        _ => Err(wrong()),
    }
}

pub async fn undo(caller: AdminCaller, services: web::Data<Services>) -> Result<HttpResponse, Error> {
    let id = caller.tenant.id();
    services.tenancy.undo_erasure(id).await?;
    services.tenants.changed(Change::Tenant(id));
    tracing::info!(tenant.id = %id, "an early erasure was undone");
    Ok(no_content())
}

async fn preview(id: Id, services: &Services) -> Result<HttpResponse, Error> {
    let preview = services.tenancy.preview_erasure(id).await?;
    let ErasurePreview { classes, due_at, confirmation } =
        preview.ok_or_else(|| Error::new(Code::NotFound))?;
    let classes = classes.iter().map(|class| Count { class: class.class.as_str(), records: class.records });
    Ok(HttpResponse::Ok().json(Preview { classes: classes.collect(), due_at, confirmation }))
}

async fn confirm(id: Id, confirmation: &str, services: &Services) -> Result<HttpResponse, Error> {
    let due_at = services.tenancy.ask_erasure(id, confirmation).await?;
    services.tenants.changed(Change::Tenant(id));
    services.wake.notify_one();
    tracing::info!(tenant.id = %id, "an early erasure was asked for");
    Ok(HttpResponse::Accepted().json(Asked { due_at }))
}

fn wrong() -> Error {
    Error::new(Code::InvalidBody)
        .with_detail("Expected {\"preview\": true}, or {\"confirmation\": …} with what the preview said.")
}
