//! `GET /healthz`: the process answers. `GET /readyz`: it can also reach both databases.

use actix_web::{HttpResponse, web};

use super::Services;
use crate::auth::Public;
use crate::db::{DbError, deployment};
use crate::error::Error;

pub async fn alive(_: Public) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

pub async fn ready(_: Public, services: web::Data<Services>) -> Result<HttpResponse, Error> {
    for db in [&services.main, &services.keyring] {
        db.read(|conn| Ok::<_, DbError>(deployment::read(conn)?)).await?;
    }
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"))
}
