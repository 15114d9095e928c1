//! What the sandbox's page asks for and tells: JSON under `/sandbox/api`.
//!
//! Reading is `GET`, doing is `POST` with a JSON body that names the site. A body must be declared as JSON, so that no
//! other page in the same browser can send one without being asked for permission first.

mod actions;
mod desk;
mod fault_names;
mod forge;
mod frames;
mod state;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, error};
use serde_json::{Value, json};
use std::sync::Arc;

use super::answer::Answer;
use super::site::{Product, Site};
use super::world::World;

pub(super) fn configure(services: &mut ServiceConfig) {
    services
        .route("/sandbox/api/state", web::get().to(state::get))
        .route("/sandbox/api/page-url", web::get().to(frames::page_url))
        .route("/sandbox/api/context", web::get().to(frames::context))
        .route("/sandbox/api/attachment/{id}", web::get().to(desk::attachment))
        .route("/sandbox/api/faults", web::post().to(fault_names::post))
        .route("/sandbox/api/forge", web::get().to(forge::describe))
        .route("/sandbox/api/forge/{action}", web::post().to(forge::post))
        .route("/sandbox/api/{action}", web::post().to(actions::post));
}

/// A handle to one of the page's sites. It does not keep the server alive: the server is what holds it.
fn site(world: &Data<World>, name: &str) -> Result<Site, error::Error> {
    let product = match name {
        "jira" => Product::Jira,
        "confluence" => Product::Confluence,
        _ => return Err(error::ErrorNotFound("there is no such site")),
    };
    let world = Arc::clone(world);
    let place = world.place(name, product);
    Ok(Site::new(world, place, None))
}

/// What the app said, for the page.
fn told(answer: &Answer) -> HttpResponse {
    HttpResponse::Ok().json(outcome(answer))
}

fn outcome(answer: &Answer) -> Value {
    let problem = answer.json();
    let sentence = problem["detail"].as_str().or_else(|| problem["title"].as_str());
    let message = match (answer.status, sentence) {
        (0, _) => answer.body.clone(),
        (_, Some(sentence)) => sentence.to_owned(),
        (status, None) if answer.is_good() => format!("The app answered {status}."),
        (status, None) => format!("The app host answered with the HTTP status {status}."),
    };
    json!({"ok": answer.is_good(), "status": answer.status, "code": answer.code(), "message": message})
}
