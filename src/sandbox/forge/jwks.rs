//! `GET /.well-known/jwks.json`: the public key under which invocations are signed, as Atlassian publishes it.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;

use super::super::connection::hang_up;
use super::super::faults::KeyServer;
use super::super::world::World;

pub(super) async fn get(request: HttpRequest, world: Data<World>) -> HttpResponse {
    let mut key = &world.keys.forge;
    match world.faults.forge_keys() {
        KeyServer::Up => {}
        KeyServer::Down => return hang_up(&request),
        KeyServer::Slow(duration) => actix_web::rt::time::sleep(duration).await,
        KeyServer::Status(status) => {
            return HttpResponse::new(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
        }
        KeyServer::WrongKey => key = &world.keys.wrong,
    }
    let (key_id, max_age) = {
        let state = world.forge.state();
        (state.key_id.clone(), state.max_age)
    };
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let mut answer = HttpResponse::Ok();
    if let Some(seconds) = max_age {
        answer.insert_header((header::CACHE_CONTROL, format!("public, max-age={seconds}")));
    }
    answer.json(json!({"keys": [{
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id,
        "n": encode(&key.modulus), "e": encode(&key.exponent),
    }]}))
}
