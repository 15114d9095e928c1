//! `POST /api/v1/data/erasure`: what an early erasure would take away, and then the asking for it. `DELETE` takes it back.
//! For administrators.

use actix_web::{Either, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Services;
use super::answer::{Accepted, NoContent};
use crate::auth::{AdminCall, AdminCaller};
use crate::clock::Timestamp;
use crate::db::{Change, Id};
use crate::error::{Code, Error};
use crate::policy::ClassName;
use crate::tenancy::early_erasure::ErasurePreview;

const BODY_MAX: usize = 1024;

/// One of the two.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ErasureWish")]
pub struct Wish {
    preview: Option<bool>,
    confirmation: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ErasurePreview")]
pub struct Preview {
    classes: Vec<Count>,
    due_at: Timestamp,
    confirmation: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ErasureCount")]
struct Count {
    class: ClassName,
    records: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ErasureAsked")]
pub struct Asked {
    due_at: Timestamp,
}

/// The preview, or when it is due.
type Answer = Either<web::Json<Preview>, Accepted<Asked>>;

pub async fn ask(call: AdminCall<Wish, BODY_MAX>, services: web::Data<Services>) -> Result<Answer, Error> {
    let wish = call.read().map_err(|error| wrong().because(error))?;
    let id = call.caller.tenant.id();
    match (wish.preview, wish.confirmation) {
        (Some(true), None) => preview(id, &services).await,
        (None, Some(confirmation)) => confirm(id, &confirmation, &services).await,
        _ => Err(wrong()),
    }
}

pub async fn undo(caller: AdminCaller, services: web::Data<Services>) -> Result<NoContent, Error> {
    let id = caller.tenant.id();
    services.tenancy.undo_erasure(id).await?;
    services.tenants.changed(Change::Tenant(id));
    tracing::info!(tenant.id = %id, "an early erasure was undone");
    Ok(NoContent)
}

async fn preview(id: Id, services: &Services) -> Result<Answer, Error> {
    let preview = services.tenancy.preview_erasure(id).await?;
    let ErasurePreview { classes, due_at, confirmation } =
        preview.ok_or_else(|| Error::new(Code::NotFound))?;
    let classes = classes.iter().map(|class| Count { class: class.class, records: class.records });
    Ok(Either::Left(web::Json(Preview { classes: classes.collect(), due_at, confirmation })))
}

async fn confirm(id: Id, confirmation: &str, services: &Services) -> Result<Answer, Error> {
    let due_at = services.tenancy.ask_erasure(id, confirmation).await?;
    services.tenants.changed(Change::Tenant(id));
    services.wake.notify_one();
    tracing::info!(tenant.id = %id, "an early erasure was asked for");
    Ok(Either::Right(Accepted(Asked { due_at })))
}

fn wrong() -> Error {
    Error::new(Code::InvalidBody)
        .with_detail("Expected {\"preview\": true}, or {\"confirmation\": …} with what the preview said.")
}
