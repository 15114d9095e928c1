//! `GET /install-keys/{kid}`: the public key under which installs are signed, as Atlassian publishes it.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::super::connection::hang_up;
use super::super::faults::KeyServer;
use super::super::world::World;

pub(super) async fn get(request: HttpRequest, key_id: Path<String>, world: Data<World>) -> HttpResponse {
    let mut key = &world.keys.right.public_pem;
    match world.faults.key_server() {
        KeyServer::Up => {}
        KeyServer::Down => return hang_up(&request),
        KeyServer::Slow(duration) => actix_web::rt::time::sleep(duration).await,
        KeyServer::Status(status) => {
            return HttpResponse::new(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
        }
        KeyServer::WrongKey => key = &world.keys.wrong.public_pem,
    }
    if *key_id != world.key_id {
        return HttpResponse::NotFound().finish();
    }
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/x-pem-file")).body(key.clone())
}
