//! `GET /.well-known/security.txt`: where to report a weakness (RFC 9116, UTOOLITY-17).

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use super::public::CACHE;
use crate::api::Services;
use crate::api::answer::{Raw, kinds};
use crate::auth::Public;
use crate::clock::Timestamp;

/// Half a year of weeks: the standard asks for less than a year, so that nobody trusts a forgotten file.
const VALID_FOR: Duration = Duration::from_secs(26 * 604_800);

pub async fn handle(_: Public, services: web::Data<Services>) -> Raw<kinds::Text> {
    let (contact, base) =
        (&services.policy.document().controller.security_email, &services.settings.base_url);
    let expires = Timestamp::at_midnight(services.clock.now().plus(VALID_FOR).day());
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, CACHE))
        .body(format!(
            "Contact: mailto:{contact}\nExpires: {expires}\nPreferred-Languages: en, de\n\
             Canonical: {base}/.well-known/security.txt\nPolicy: {base}/privacy#security\n"
        ))
        .into()
}
