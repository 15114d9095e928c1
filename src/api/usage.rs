//! `POST /api/v1/usage/{feature}`: one more use of a feature today. Who used it is not asked and not stored (WEBSITE-13),
//! and a browser that objects to being tracked is not counted (UTILITAS-17).

use actix_web::{HttpRequest, web};

use super::Services;
use super::answer::NoContent;
use super::value::closed;
use crate::auth::ContextCaller;
use crate::error::{Code, Error};
use crate::operation::Counted;

pub async fn handle(
    caller: ContextCaller,
    feature: web::Path<String>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    if objects(&request) {
        return Ok(NoContent);
    }
    match services.operation.count_use(caller.tenant.id(), &feature).await? {
        Counted::Counted => Ok(NoContent),
        Counted::Unnamed => Err(Error::new(Code::NotFound).with_detail("The policy names no such feature.")),
        Counted::Closed => Err(closed()),
    }
}

/// Browsers say so with Global Privacy Control, or with its older form.
fn objects(request: &HttpRequest) -> bool {
    ["sec-gpc", "dnt"].iter().any(|name| request.headers().get(*name).is_some_and(|value| value == "1"))
}
