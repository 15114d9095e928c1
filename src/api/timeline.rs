//! `GET /api/v1/timeline`: what happened to the installation, and what will happen if nothing changes. For administrators.

use actix_web::{HttpRequest, web};

use super::Services;
use crate::auth::AdminCaller;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::tenancy::timeline::Timeline;

const LIMIT: i64 = 50;
const LIMIT_MAX: i64 = 200;

pub async fn handle(
    caller: AdminCaller,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<Timeline>, Error> {
    let (cursor, limit) = page(request.query_string())?;
    let timeline = services.tenancy.timeline(caller.tenant.id(), cursor, limit).await?;
    timeline.map(web::Json).ok_or_else(|| Error::new(Code::NotFound))
}

/// Where to go on and how far, from a query. What else stands in it does not matter.
fn page(query: &str) -> Result<(Option<Id>, i64), Error> {
    let (mut cursor, mut limit) = (None, LIMIT);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "cursor" => {
                cursor = Some(value.parse().map_err(|_| wrong("cursor", "one from a former answer"))?)
            }
            "limit" => {
                let read = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                limit = read.ok_or_else(|| wrong("limit", &format!("a number from 1 to {LIMIT_MAX}")))?;
            }
            _ => {}
        }
    }
    Ok((cursor, limit))
}

fn wrong(name: &str, right: &str) -> Error {
    Error::new(Code::InvalidParameter).with_detail(format!("{name}: expected {right}."))
}
