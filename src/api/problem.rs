//! How an [`Error`] becomes an answer. The middleware of `web::finish` adds the request's id and logs the cause.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

use crate::connect::migration::response_code;
use crate::error::{Code, Error};

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        render(self, "")
    }
}

/// The answer to a client: `application/problem+json` (RFC 9457), with the headers that RFC 9110 wants beside a 401, a 405
/// and a 503.
pub fn render(error: &Error, request_id: &str) -> HttpResponse {
    let mut answer = HttpResponse::build(error.status_code());
    answer.insert_header((CONTENT_TYPE, "application/problem+json"));
    if error.code() == Code::Unauthenticated {
        answer.insert_header((WWW_AUTHENTICATE, "JWT"));
    }
    if let Some(methods) = error.allowed_methods() {
        answer.insert_header((ALLOW, methods));
    }
    if let Some(wait) = error.wait() {
        answer.insert_header((RETRY_AFTER, wait.as_secs().max(1).to_string()));
    }
    let mut problem = error.problem(request_id);
    problem.error_response_code = response_code(error.code());
    answer.body(serde_json::to_vec(&problem).unwrap_or_default())
}
