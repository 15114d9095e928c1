//! `GET /api/v1/data/records`: every record that is stored of this tenant, since when and until when. For administrators.

use actix_web::{HttpRequest, web};

use super::Services;
use crate::auth::AdminCaller;
use crate::error::{Code, Error};
use crate::rights::records::{Page, Wanted};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

pub async fn handle(
    caller: AdminCaller,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<Page>, Error> {
    let wanted = wanted(request.query_string())?;
    Ok(web::Json(services.records.page(caller.tenant.id(), wanted).await?))
}

/// What a query asks for. What else stands in it does not matter.
fn wanted(query: &str) -> Result<Wanted, Error> {
    let mut wanted = Wanted { limit: LIMIT, ..Wanted::default() };
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
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
