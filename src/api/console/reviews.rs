//! `GET /console/api/v1/reviews` and `POST …/{id}`: accesses that somebody else looks at afterwards.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::super::answer::NoContent;
use super::{Paging, reason, understood};
use crate::audit::Review;
use crate::auth::staff::{needs, record_refusal};
use crate::auth::{Gate, Query, StaffCall, StaffCaller};
use crate::db::Id;
use crate::error::{Code, Error};

const BODY_MAX: usize = 4 * 1024;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReviewPage")]
pub struct List {
    /// The oldest first.
    items: Vec<Review>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReviewRemark")]
pub struct Remark {
    remark: String,
}

pub async fn list(
    _: StaffCaller<needs::ReadReviews>,
    query: Query<Paging>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let paging = Paging::parse(&query)?;
    let items = services.audit.open_reviews(paging.cursor.map(Id::from_i64), paging.limit).await?;
    let is_full = i64::try_from(items.len()).is_ok_and(|found| found == paging.limit);
    let next_cursor = items.last().filter(|_| is_full).map(|item| item.id.to_string());
    Ok(web::Json(List { items, next_cursor }))
}

pub async fn settle(
    call: StaffCall<needs::Review, Remark, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
    gate: web::Data<Gate>,
) -> Result<NoContent, Error> {
    let id: Option<Id> = request.match_info().get("id").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Error::new(Code::NotFound))?;
    let (Remark { remark }, who) = (understood(call.read())?, call.caller.who());
    let settled = services.audit.review(&who, id, reason(&remark)?).await;
    if settled.as_ref().is_err_and(|error| error.code() == Code::NotPermitted) {
        record_refusal(&request, &gate, &who, None).await?;
    }
    settled.map(|()| NoContent)
}
