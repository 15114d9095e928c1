//! `POST /moves/v1/offer` and `/moves/v1/frames`: another deployment of the vendor's sends a tenant here.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};

use super::Services;
use super::answer::{Raw, kinds};
use crate::auth::{PeerFrame, PeerOffer};
use crate::db::Change;
use crate::error::{Code, Error};

pub async fn offer(offer: PeerOffer) -> Result<Raw<kinds::AnyJson>, Error> {
    let answer = serde_json::to_vec(&offer.0).map_err(|error| Error::new(Code::Internal).because(error))?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(answer).into())
}

pub async fn frame(frame: PeerFrame, services: web::Data<Services>) -> Result<Raw<kinds::Sealed>, Error> {
    let (answer, begins) = services.moves.answer(&frame.session, &frame.said).await?;
    if let Some(tenant) = begins {
        services.tenants.changed(Change::Tenant(tenant));
        services.wake.notify_one();
    }
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/octet-stream")).body(answer).into())
}
