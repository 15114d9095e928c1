//! `POST /app/report-accounts/`: where apps report whose account ids they store, with the token of an invocation (connect.md §7).

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::super::rest::{Caller, accounts, error, fail_if_told};
use super::super::world::World;
use super::rest::bearer;
use super::{Token, scopes};

pub(super) async fn post(request: HttpRequest, body: Bytes, world: Data<World>) -> HttpResponse {
    if let Some(answer) = fail_if_told(&request, &world).await {
        return answer;
    }
    let token = bearer(&request).and_then(|text| world.forge.grants.whose(text, world.clock.now()));
    let Some((cloud_id, Token::App)) = token else { return error(401, "Unauthorized") };
    if !world.forge.may(scopes::ACCOUNTS) {
        return error(403, "The app's manifest does not ask for this.");
    }
    let places = world.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let place = places.into_iter().find(|place| place.record().cloud_id == cloud_id);
    match place {
        Some(place) => accounts::report(&body, &place, &Caller::App),
        None => error(401, "Unauthorized"),
    }
}
