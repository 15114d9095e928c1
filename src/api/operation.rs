//! `GET`, `PUT`, `DELETE /api/v1/operation/{kind}/{subject}`: operation data of the app's own kinds. Each record expires when
//! the policy says so, counted from when it was written last.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Services;
use super::answer::NoContent;
use super::value::{self, VALUE_MAX, check_name};
use crate::auth::{ContextCall, ContextCaller};
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::operation::Put;
use crate::operation::records::OWN_MAX;

/// Kind and subject.
type Place = web::Path<(String, String)>;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OperationRecord")]
pub struct Stated {
    value: Box<RawValue>,
    recorded_at: Timestamp,
    expires_at: Timestamp,
}

pub async fn get(
    caller: ContextCaller,
    place: Place,
    services: web::Data<Services>,
) -> Result<web::Json<Stated>, Error> {
    let (kind, subject) = check(&place, &services)?;
    let found = services.operation.get(caller.tenant.id(), kind, subject).await?;
    let found = found
        .ok_or_else(|| Error::new(Code::NotFound).with_detail("Nothing is stored about this subject."))?;
    Ok(web::Json(Stated { value: found.value, recorded_at: found.recorded_at, expires_at: found.expires_at }))
}

pub async fn put(
    call: ContextCall<Value, VALUE_MAX>,
    place: Place,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let (kind, subject) = check(&place, &services)?;
    let value = value::read(call.body())?;
    match services.operation.put(call.tenant().id(), kind, subject, None, value).await? {
        Put::Stored => Ok(NoContent),
        Put::Unnamed | Put::Gone => Err(unknown_kind()),
        Put::Full => {
            let detail =
                format!("A site may store {OWN_MAX} records. Delete one, or wait until one expires.");
            Err(Error::new(Code::LimitReached).with_detail(detail))
        }
        Put::Closed => Err(value::closed()),
    }
}

pub async fn delete(
    caller: ContextCaller,
    place: Place,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let (kind, subject) = check(&place, &services)?;
    services.operation.delete(caller.tenant.id(), kind, subject).await?;
    Ok(NoContent)
}

/// Pages see and write the kinds that are theirs, and no others.
fn check<'a>(place: &'a Place, services: &Services) -> Result<(&'a str, &'a str), Error> {
    let (kind, subject) = (&place.0, &place.1);
    if !services.policy.is_own_kind(kind) {
        return Err(unknown_kind());
    }
    check_name(subject)?;
    Ok((kind, subject))
}

#[track_caller]
fn unknown_kind() -> Error {
    Error::new(Code::NotFound).with_detail("The policy names no such kind for the app's own pages.")
}
