//! `POST /api/v1/usage/{feature}`: one more use of a feature today. Who used it is not asked and not stored (WEBSITE-13).

use actix_web::{HttpResponse, web};

use super::value::closed;
use super::{Services, no_content};
use crate::auth::ContextCaller;
use crate::error::{Code, Error};
use crate::operation::Counted;

pub async fn handle(
    caller: ContextCaller,
    feature: web::Path<String>,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    match services.operation.count_use(caller.tenant.id(), &feature).await? {
        Counted::Counted => Ok(no_content()),
        Counted::Unnamed => Err(Error::new(Code::NotFound).with_detail("The policy names no such feature.")),
        Counted::Closed => Err(closed()),
    }
}
