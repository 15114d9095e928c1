//! `GET /healthz`: the process answers. `GET /readyz`: it can also reach both databases.

use actix_web::{HttpResponse, web};

use super::Services;
use super::answer::{Raw, kinds};
use crate::auth::Public;
use crate::db::{DbError, deployment};
use crate::error::Error;

pub async fn alive(_: Public) -> Raw<kinds::Text> {
    says("ok\n")
}

fn says(word: &'static str) -> Raw<kinds::Text> {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(word).into()
}

pub async fn ready(_: Public, services: web::Data<Services>) -> Result<Raw<kinds::Text>, Error> {
    for db in [&services.main, &services.keyring] {
        db.read(|conn| Ok::<_, DbError>(deployment::read(conn)?)).await?;
    }
    Ok(says("ready\n"))
}
