//! A link that was mailed before the data of its site moved to another region: whoever follows it is led there.

use actix_web::http::header::LOCATION;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::erasure::words::Words;
use super::public::{self, Visit};
use crate::api::Services;
use crate::api::answer::Raw;
use crate::config::Secret;
use crate::error::Error;
use crate::moves::Leads;

/// The answer to such a link at this place (`status`, `erasure`); `None` for every other one. Looking leads on. What somebody
/// sends is not sent on for them: they see where to go.
pub async fn led<M>(
    place: &str,
    request: &HttpRequest,
    services: &web::Data<Services>,
) -> Result<Option<Raw<M>>, Error> {
    let token = request.match_info().get("token").unwrap_or_default();
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let (region, way) = match services.moves.follow(token).await? {
        None => return Ok(None),
        Some(Leads::Here(token)) => return Ok(Some(to(token.expose().to_owned(), request))),
        Some(Leads::There { region, way }) => (region, way),
    };
    tracing::info!("a link leads to another region");
    let address = way.map(|(url, token): (String, Secret)| format!("{url}/{place}/{}", token.expose()));
    match address {
        Some(address) if looks => Ok(Some(to(address, request))),
        address => page(&region, address, request, services).map(Some),
    }
}

/// In the language that was chosen, if one was.
fn to<M>(address: String, request: &HttpRequest) -> Raw<M> {
    let language = Visit::of(request).asked.map(|language| format!("?lang={}", language.tag()));
    let location = address + &language.unwrap_or_default();
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish().into()
}

fn page<M>(
    region: &str,
    address: Option<String>,
    request: &HttpRequest,
    services: &Services,
) -> Result<Raw<M>, Error> {
    let language = public::language(request);
    let visit = Visit { comes_again: true, ..Visit::of(request) };
    let content = Words::of(language).moved(region, address);
    super::erasure::answer(visit, StatusCode::NOT_FOUND, language, &content, services)
}
