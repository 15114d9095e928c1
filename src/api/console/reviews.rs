//! `GET /console/api/v1/reviews` and `POST …/{id}`: accesses that somebody else looks at afterwards.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::super::{Services, no_content};
use super::{Paging, read, reason};
use crate::audit::Review;
use crate::auth::staff::{needs, record_refusal};
use crate::auth::{Gate, StaffCall, StaffCaller};
use crate::db::Id;
use crate::error::{Code, Error};

const BODY_MAX: usize = 4 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    /// The oldest first.
    items: Vec<Review>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remark {
    remark: String,
}

pub async fn list(
    _: StaffCaller<needs::ReadReviews>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let paging = Paging::parse(request.query_string())?;
    let items = services.audit.open_reviews(paging.cursor.map(Id::from_i64), paging.limit).await?;
    let is_full = i64::try_from(items.len()).is_ok_and(|found| found == paging.limit);
    let next_cursor = items.last().filter(|_| is_full).map(|item| item.id.to_string());
    Ok(web::Json(List { items, next_cursor }))
}

pub async fn settle(
    call: StaffCall<needs::Review, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
    gate: web::Data<Gate>,
) -> Result<HttpResponse, Error> {
    let id: Option<Id> = request.match_info().get("id").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Error::new(Code::NotFound))?;
    let (Remark { remark }, who) = (read(call.body())?, call.caller.who());
    let settled = services.audit.review(&who, id, reason(&remark)?).await;
    if settled.as_ref().is_err_and(|error| error.code() == Code::NotPermitted) {
        record_refusal(&request, &gate, &who, None).await?;
    }
    settled.map(|()| no_content())
}
