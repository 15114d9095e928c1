//! The site's REST API, as far as the app calls it, and the server of install keys.
//!
//! A request belongs to the site with the longest matching base path. Its caller is the app, with a token of its own,
//! or the person who looks at the page, with the page's cookie. Faults come before everything.

pub(super) mod accounts;
mod caller;
mod install_keys;
pub(super) mod resources;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::connection::hang_up;
use super::faults::Rest;
use super::world::{Found, World};
pub(super) use caller::{Caller, SESSION_COOKIE};

pub(super) fn configure(services: &mut ServiceConfig) {
    services
        .route("/install-keys/{key:.*}", web::get().to(install_keys::get))
        .default_service(web::to(handle));
}

async fn handle(request: HttpRequest, body: Bytes, world: Data<World>) -> HttpResponse {
    if let Some(answer) = fail_if_told(&request, &world).await {
        return answer;
    }
    let Some(found) = world.find_place(request.path()).filter(|found| found.path.starts_with("/rest/"))
    else {
        return error(404, "There is nothing here.");
    };
    if found.is_former {
        return moved(&request, &world, &found);
    }
    if request.method() == "GET" && !body.is_empty() {
        return error(403, "A GET request has no body.");
    }
    match Caller::of(&request, &world, &found) {
        Ok(caller) => resources::answer(&request, &body, &world, &found, &caller),
        Err(reason) => unauthorized(reason),
    }
}

pub(super) async fn fail_if_told(request: &HttpRequest, world: &World) -> Option<HttpResponse> {
    match world.faults.rest() {
        Rest::Up => None,
        Rest::Down => Some(hang_up(request)),
        Rest::Slow(duration) => {
            actix_web::rt::time::sleep(duration).await;
            None
        }
        Rest::Status(status) => Some(error(status, "The site was told to fail.")),
        Rest::TooManyRequests { retry_after } => Some(too_many(retry_after)),
    }
}

fn too_many(retry_after: u32) -> HttpResponse {
    HttpResponse::TooManyRequests()
        .insert_header((header::RETRY_AFTER, retry_after))
        .insert_header(("RateLimit-Reason", "jira-burst-based"))
        .json(json!({"errorMessages": ["Rate limit exceeded."], "errors": {}}))
}

/// A renamed site redirects from its former address.
fn moved(request: &HttpRequest, world: &World, found: &Found) -> HttpResponse {
    let base = found.place.record().path.clone();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}{base}{}{query}", world.origin, found.path);
    HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, location)).finish()
}

fn unauthorized(reason: &str) -> HttpResponse {
    HttpResponse::Unauthorized()
        .insert_header((header::WWW_AUTHENTICATE, "JWT realm=\"sandbox\""))
        .json(json!({"errorMessages": [format!("Client must be authenticated: {reason}.")], "errors": {}}))
}

pub(super) fn error(status: u16, message: &str) -> HttpResponse {
    let status =
        actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::BAD_GATEWAY);
    HttpResponse::build(status).json(json!({"errorMessages": [message], "errors": {}}))
}

fn ok(body: &Value) -> HttpResponse {
    HttpResponse::Ok().json(body)
}
