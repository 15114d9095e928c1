//! `POST /api/v1/usage/{feature}`: one more use of a feature today. Who used it is not asked and not stored (WEBSITE-13),
//! and a browser that objects to being tracked is not counted (UTILITAS-17).

use actix_web::{HttpRequest, HttpResponse, web};

use super::value::closed;
use super::{Services, no_content};
use crate::auth::ContextCaller;
use crate::error::{Code, Error};
use crate::operation::Counted;

pub async fn handle(
    caller: ContextCaller,
    feature: web::Path<String>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    if objects(&request) {
        return Ok(no_content());
    }
    match services.operation.count_use(caller.tenant.id(), &feature).await? {
        Counted::Counted => Ok(no_content()),
        Counted::Unnamed => Err(Error::new(Code::NotFound).with_detail("The policy names no such feature.")),
        Counted::Closed => Err(closed()),
    }
}

/// Browsers say so with Global Privacy Control, or with its older form.
fn objects(request: &HttpRequest) -> bool {
    ["sec-gpc", "dnt"].iter().any(|name| request.headers().get(*name).is_some_and(|value| value == "1"))
}
