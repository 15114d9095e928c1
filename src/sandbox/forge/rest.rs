//! `/ex/{product}/{cloud id}/…`: the REST API for whoever has a token of an invocation.

use std::sync::Arc;

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::super::rest::{Caller, error, fail_if_told, resources};
use super::super::site::{Place, Product};
use super::super::world::{Found, World};
use super::{Token, scopes};

pub(super) async fn handle(
    request: HttpRequest,
    place: Path<(String, String, String)>,
    body: Bytes,
    world: Data<World>,
) -> HttpResponse {
    if let Some(answer) = fail_if_told(&request, &world).await {
        return answer;
    }
    let (product, cloud_id, rest) = place.into_inner();
    let found =
        find(&world, &product, &cloud_id).and_then(|place| Some(Found::at(place, path(&product, &rest)?)));
    let Some(found) = found else { return error(404, "There is no such site.") };
    let token = bearer(&request).and_then(|text| world.forge.grants.of(text, &cloud_id, world.clock.now()));
    let caller = match token {
        Some(Token::App) => Caller::App,
        Some(Token::User(who)) => Caller::Person(who),
        None => return error(401, "Unauthorized; scope does not match"),
    };
    let scope = scopes::needed(found.place.product, request.method().as_str(), &found.path);
    if scope.is_some_and(|scope| !world.forge.may(scope)) {
        return error(403, "The app's manifest does not ask for this.");
    }
    resources::answer(&request, &body, &world, &found, &caller)
}

fn find(world: &World, product: &str, cloud_id: &str) -> Option<Arc<Place>> {
    let places = world.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let is_it = |place: &&Arc<Place>| place.product.name() == product && place.record().cloud_id == cloud_id;
    places.iter().find(is_it).cloned()
}

/// Relative to the site's own base URL, as everywhere else in the sandbox: Confluence's already has `/wiki`.
fn path(product: &str, rest: &str) -> Option<String> {
    let rest = if product == Product::Confluence.name() { rest.strip_prefix("wiki/")? } else { rest };
    rest.starts_with("rest/").then(|| format!("/{rest}"))
}

pub(super) fn bearer(request: &HttpRequest) -> Option<&str> {
    request.headers().get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
