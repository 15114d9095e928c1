//! `GET /atlassian-connect.json` and `GET /atlassian-connect-confluence.json`: the app's descriptor (connect.md §1.1).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use super::Services;
use super::answer::{Raw, kinds};
use crate::auth::Public;
use crate::connect::descriptor::Descriptor;

pub async fn jira(_: Public, services: web::Data<Services>) -> Raw<kinds::AnyJson> {
    answer(&services.jira_descriptor)
}

pub async fn confluence(_: Public, services: web::Data<Services>) -> Raw<kinds::AnyJson> {
    answer(&services.confluence_descriptor)
}

fn answer(descriptor: &Descriptor) -> Raw<kinds::AnyJson> {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=60")).json(descriptor).into()
}
