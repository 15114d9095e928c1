//! What every answer has in common: a request id, safe headers, a problem document for errors, one line in the access
//! log.
//!
//! The access log and the metrics hold the route's template and not the path, because the path of a signed link is a
//! credential; no query, and no id that joins them to other data (LOGGING.md).

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use tracing::Instrument;

use super::{error_page, public};
use crate::api::{Services, problem};
use crate::auth::ProvenTenant;
use crate::clock::Stopwatch;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::web::access::{Access, Answer};

/// On every answer, whatever it is.
static HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // The token of a page load is in its URL.
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")),
    (
        header::PERMISSIONS_POLICY,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub async fn finish<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let watch = Stopwatch::start();
    let request_id = request_id();
    let span = tracing::info_span!("request", request.id = %request_id);
    let answer = async {
        let answer = match next.call(request).await {
            Ok(answer) => explain(answer, &request_id),
            Err(error) => return Err(error),
        };
        Ok(record(answer, &watch))
    };
    let mut answer = answer.instrument(span).await?;
    decorate(answer.headers_mut(), &request_id);
    Ok(answer)
}

/// Turns an error into its problem document, and logs its cause.
fn explain<B: MessageBody + 'static>(
    answer: ServiceResponse<B>,
    request_id: &str,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer.map_into_left_body();
    }
    if is_page(answer.response().headers()) {
        return answer.map_into_left_body();
    }
    let own = answer.response().error().and_then(|error| error.as_error::<Error>());
    let explained = match own {
        Some(error) => {
            log_cause(error, answer.request().extensions().get::<ProvenTenant>().map(|tenant| tenant.0));
            explanation(error, &answer, request_id)
        }
        None => explanation(&Error::new(code_of(status)), &answer, request_id),
    };
    answer.into_response(explained).map_into_right_body()
}

/// A page for people, a problem document for programs.
fn explanation<B>(error: &Error, answer: &ServiceResponse<B>, request_id: &str) -> HttpResponse {
    let request = answer.request();
    // Nobody opens an address there in a browser, whatever the request says that it accepts.
    let is_forge = is_under_forge(request.path());
    let page = if is_forge { None } else { error_page::of(error, request, request_id) };
    page.unwrap_or_else(|| {
        let mut problem = problem::render(error, request_id);
        if is_forge {
            speak_to_forge(problem.headers_mut());
        }
        problem
    })
}

fn is_under_forge(path: &str) -> bool {
    path.strip_prefix("/forge").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Forge hands a refusal to the page that asked only if it goes by the name of plain JSON; and its tokens are bearer tokens.
fn speak_to_forge(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if headers.contains_key(header::WWW_AUTHENTICATE) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}

/// A page for people explains itself.
fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == public::HTML.as_bytes())
}

fn log_cause(error: &Error, tenant: Option<Id>) {
    let tenant = tenant.map(tracing::field::display);
    let (code, status, cause) = (error.code().as_str(), error.code().status(), error.log_line());
    if status >= 500 {
        tracing::error!(tenant.id = tenant, code, status, cause, "request failed");
    } else {
        tracing::info!(tenant.id = tenant, code, status, cause, "request refused");
    }
}

/// For errors that the framework made by itself.
fn code_of(status: StatusCode) -> Code {
    match status.as_u16() {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::BodyTooLarge,
        429 => Code::TooManyRequests,
        503 => Code::Unavailable,
        500.. => Code::Internal,
        _ => Code::InvalidParameter,
    }
}

fn decorate(headers: &mut HeaderMap, request_id: &str) {
    for (name, value) in &HEADERS {
        headers.insert(name.clone(), value.clone());
    }
    // What may be kept says so; everything else is about one caller.
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID.clone(), value);
    }
}

/// Counts the request, and writes its line to the access log.
fn record<B: MessageBody + 'static>(answer: Answer<B>, watch: &Stopwatch) -> Answer<B> {
    let pattern = answer.request().match_pattern();
    let route = pattern.as_deref().unwrap_or("none");
    if let Some(services) = answer.request().app_data::<web::Data<Services>>() {
        services.metrics.request(route, answer.status().as_u16(), watch.elapsed());
    }
    match answer.request().app_data::<web::Data<Access>>().cloned() {
        Some(access) => access.write(route, answer),
        None => answer,
    }
}

/// Names one request in answers and logs: 48 random bits of this process, and a counter.
fn request_id() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    static PREFIX: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let prefix = PREFIX.get_or_init(|| {
        let mut random = [0_u8; 8];
        let _ = aws_lc_rs::rand::fill(&mut random);
        u64::from_le_bytes(random) & 0xffff_ffff_ffff
    });
    format!("{prefix:012x}{:x}", COUNTER.fetch_add(1, Ordering::Relaxed))
}
