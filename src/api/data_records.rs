//! `GET /api/v1/data/records`: every record that is stored of this tenant, since when and until when. For administrators.

use actix_web::web;

use super::Services;
use crate::auth::{AdminCaller, Query};
use crate::error::{Code, Error};
use crate::openapi::{Kind, Parameter, Parameters};
use crate::policy::ClassName;
use crate::rights::records::{Page, Wanted};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

pub struct Asked;

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::query("cursor", Kind::Text, "Where to go on: `next` of the answer before."),
        Parameter::query("limit", Kind::Whole(1, LIMIT_MAX as i64), "How many records there may be."),
        Parameter::query("class", Kind::OneOf(classes), "Records of this data class alone."),
    ];
}

fn classes() -> Vec<&'static str> {
    ClassName::ALL.iter().map(|class| class.as_str()).collect()
}

pub async fn handle(
    caller: AdminCaller,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<Page>, Error> {
    let wanted = wanted(&query)?;
    Ok(web::Json(services.records.page(caller.tenant.id(), wanted).await?))
}

fn wanted(query: &Query<Asked>) -> Result<Wanted, Error> {
    let mut wanted = Wanted { limit: LIMIT, ..Wanted::default() };
    for (name, value) in query.pairs() {
        match name.as_ref() {
            "cursor" => wanted.cursor = Some(value.into_owned()),
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                wanted.limit = limit
                    .ok_or_else(|| wrong(&format!("limit: expected a number from 1 to {LIMIT_MAX}.")))?;
            }
            "class" => {
                let class =
                    value.parse().map_err(|_| wrong("class: expected a data class such as operation."))?;
                wanted.class = Some(class);
            }
            _ => {}
        }
    }
    Ok(wanted)
}

fn wrong(detail: &str) -> Error {
    Error::new(Code::InvalidParameter).with_detail(detail)
}
