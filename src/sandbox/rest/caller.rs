//! Who calls the REST API.

use actix_web::HttpRequest;
use actix_web::http::header;

use super::super::host_token;
use super::super::people::Who;
use super::super::world::{Found, World};

/// The cookie of the sandbox's page.
pub(in crate::sandbox) const SESSION_COOKIE: &str = "sandbox-session";

pub(in crate::sandbox) enum Caller {
    App,
    /// Whoever looks at the site in the browser.
    Person(Who),
}

impl Caller {
    pub(super) fn of(request: &HttpRequest, world: &World, found: &Found) -> Result<Self, &'static str> {
        if let Some(token) = token(request) {
            return app(&token, request, world, found);
        }
        let is_page = cookie(request).is_some_and(|value| value == world.session);
        if is_page { Ok(Self::Person(found.place.record().viewer)) } else { Err("there is no token") }
    }
}

fn app(token: &str, request: &HttpRequest, world: &World, found: &Found) -> Result<Caller, &'static str> {
    let secret = found.place.record().secret.clone().ok_or("the app is not installed")?;
    let (method, query) = (request.method().as_str(), request.uri().query().unwrap_or_default());
    host_token::verify(token, &secret, &world.app_key, method, &found.path, query, world.clock.now())?;
    Ok(Caller::App)
}

/// From the header, or from the query.
fn token(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some((scheme, token)) = header.and_then(|value| value.split_once(' ')) {
        return scheme.eq_ignore_ascii_case("jwt").then(|| token.to_owned());
    }
    request.uri().query()?.split('&').find_map(|piece| piece.strip_prefix("jwt=")).map(ToOwned::to_owned)
}

fn cookie(request: &HttpRequest) -> Option<&str> {
    let cookies = request.headers().get(header::COOKIE)?.to_str().ok()?;
    let value = |pair: &'static str| move |text| str::strip_prefix(text, pair);
    cookies.split("; ").find_map(value(SESSION_COOKIE)).and_then(|rest| rest.strip_prefix('='))
}
