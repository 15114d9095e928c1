//! `GET /.well-known/kept-keys.json`: the public keys that receipts are verified with, as a JSON Web Key Set (RFC 7517).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use super::Services;
use super::answer::{Raw, kinds};
use crate::auth::Public;

pub async fn handle(_: Public, services: web::Data<Services>) -> Raw<kinds::AnyJson> {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .json(services.vault.public_keys())
        .into()
}
