//! `GET`, `PUT`, `DELETE /api/v1/storage/{key}`: what the app's own pages store for the customer. It stays until they delete
//! it, or until the tenant goes (IDALKO-15).

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use serde_json::Value;

use super::Services;
use super::answer::{NoContent, Raw, kinds};
use super::value::{self, VALUE_MAX, check_name};
use crate::auth::{ContextCall, ContextCaller};
use crate::error::{Code, Error};
use crate::operation::Uploaded;
use crate::operation::uploads::KEYS_MAX;

pub async fn get(
    caller: ContextCaller,
    key: web::Path<String>,
    services: web::Data<Services>,
) -> Result<Raw<kinds::AnyJson>, Error> {
    check_name(&key)?;
    let found = services.operation.uploaded(caller.tenant.id(), &key).await?;
    let found =
        found.ok_or_else(|| Error::new(Code::NotFound).with_detail("Nothing is stored under this key."))?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(found.value.get().to_owned()).into())
}

pub async fn put(
    call: ContextCall<Value, VALUE_MAX>,
    key: web::Path<String>,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    check_name(&key)?;
    let value = value::read(call.body())?;
    match services.operation.upload(call.tenant().id(), &key, value).await? {
        Uploaded::Stored => Ok(NoContent),
        Uploaded::Full => {
            let detail = format!("A site may store {KEYS_MAX} keys. Delete one that is not needed any more.");
            Err(Error::new(Code::LimitReached).with_detail(detail))
        }
        Uploaded::Closed => Err(value::closed()),
    }
}

pub async fn delete(
    caller: ContextCaller,
    key: web::Path<String>,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    check_name(&key)?;
    services.operation.delete_upload(caller.tenant.id(), &key).await?;
    Ok(NoContent)
}
