//! `/forge/installation/v1/…`: the Installation Details API. A token opens the details of its own installation alone.

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::super::rest::{error, fail_if_told};
use super::super::world::World;

pub(super) async fn get(
    request: HttpRequest,
    asked: Path<(String, String, String)>,
    world: Data<World>,
) -> HttpResponse {
    if let Some(answer) = fail_if_told(&request, &world).await {
        return answer;
    }
    let (app, environment, installation) = asked.into_inner();
    let is_ours = {
        let state = world.forge.state();
        state.app_id.ends_with(&app) && state.environment_id.ends_with(&environment)
    };
    let places = world.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let place = places.into_iter().find(|place| {
        let record = place.record();
        record.forge_installation.as_ref().is_some_and(|id| id.ends_with(&installation))
    });
    let Some(place) = place.filter(|_| is_ours) else { return error(404, "There is no such installation.") };
    let (cloud_id, forge) = {
        let record = place.record();
        (record.cloud_id.clone(), record.forge.clone())
    };
    let bearer = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|line| line.strip_prefix("Bearer "));
    if token.and_then(|text| world.forge.grants.of(text, &cloud_id, world.clock.now())).is_none() {
        return error(403, "The token belongs to another installation.");
    }
    match forge.details_fault {
        Some(status) => error(status, "The site was told to fail."),
        None if !forge.is_installed => error(404, "There is no such installation."),
        None => HttpResponse::Ok().json(json!({
            "version": "1.0.0",
            "contexts": [format!("ari:cloud:{}::site/{cloud_id}", place.product.name())],
            "scopes": ["read:app-system-token"],
        })),
    }
}
