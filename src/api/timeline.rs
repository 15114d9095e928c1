//! `GET /api/v1/timeline`: what happened to the installation, and what will happen if nothing changes. For administrators.

use actix_web::web;

use super::Services;
use crate::auth::{AdminCaller, Query};
use crate::db::Id;
use crate::error::{Code, Error};
use crate::openapi::{Kind, Parameter, Parameters};
use crate::tenancy::timeline::Timeline;

const LIMIT: i64 = 50;
const LIMIT_MAX: i64 = 200;

pub struct Wanted;

impl Parameters for Wanted {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::query("cursor", Kind::Id, "Where to go on: `next` of the answer before."),
        Parameter::query("limit", Kind::Whole(1, LIMIT_MAX), "How many events there may be."),
    ];
}

pub async fn handle(
    caller: AdminCaller,
    query: Query<Wanted>,
    services: web::Data<Services>,
) -> Result<web::Json<Timeline>, Error> {
    let (cursor, limit) = page(&query)?;
    let timeline = services.tenancy.timeline(caller.tenant.id(), cursor, limit).await?;
    timeline.map(web::Json).ok_or_else(|| Error::new(Code::NotFound))
}

/// Where to go on and how far.
fn page(query: &Query<Wanted>) -> Result<(Option<Id>, i64), Error> {
    let (mut cursor, mut limit) = (None, LIMIT);
    for (name, value) in query.pairs() {
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
