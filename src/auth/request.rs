//! Finding the token of a request, and the hash of the request that it must carry.

use actix_web::HttpRequest;

use super::{Gate, UnderPrefix};
use crate::connect::qsh::{CONTEXT_QSH, Qsh, QshError};
use crate::connect::token::{Claims, TokenError};
use crate::error::{Code, Error};
use crate::urls;

/// The one token of the request: `Authorization: JWT …`, or the query's `jwt`. Two are one too many.
pub fn token(request: &HttpRequest) -> Result<&str, Error> {
    let mut in_query = urls::values_of(request.uri().query().unwrap_or_default(), "jwt");
    match (in_header(request, "jwt")?, in_query.next(), in_query.next()) {
        (Some(token), None, _) => Ok(token),
        (None, Some(token), None) => Ok(token),
        (None, None, _) => Err(Error::unauthenticated(TokenError::Missing)),
        _ => Err(Error::new(Code::AmbiguousRequest).with_detail("The request carries more than one token.")),
    }
}

/// The token of a request that may carry it in the header alone: a query ends up in logs and histories.
pub fn header_token(request: &HttpRequest) -> Result<&str, Error> {
    let token = token(request)?;
    match in_header(request, "jwt")? {
        Some(_) => Ok(token),
        None => Err(Error::unauthenticated(TokenError::Missing)),
    }
}

/// The token of an invocation by Forge: `Authorization: Bearer …`, and nowhere else.
pub fn bearer(request: &HttpRequest) -> Result<&str, Error> {
    in_header(request, "bearer")?.ok_or_else(|| Error::unauthenticated(TokenError::Missing))
}

fn in_header<'a>(request: &'a HttpRequest, scheme: &str) -> Result<Option<&'a str>, Error> {
    let mut values = request.headers().get_all("authorization");
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(
            Error::new(Code::AmbiguousRequest).with_detail("The request has two Authorization headers.")
        );
    }
    let text = first.and_then(|value| value.to_str().ok());
    let found = text.and_then(|text| text.split_once(' '));
    Ok(found.filter(|(found, _)| found.eq_ignore_ascii_case(scheme)).map(|(_, token)| token.trim()))
}

/// Whether the token is bound to exactly this request.
pub fn check_qsh(request: &HttpRequest, gate: &Gate, claims: &Claims) -> Result<(), Error> {
    if claims.qsh == CONTEXT_QSH {
        return Err(Error::unauthenticated(TokenError::ContextToken));
    }
    let raw = request.uri().path();
    // The router decodes a path before it compares; the hash is over the raw one. They must be about the same address.
    if request.match_info().as_str() != raw {
        return Err(Error::unauthenticated(TokenError::Qsh));
    }
    let path = if request.app_data::<UnderPrefix>().is_some() {
        gate.base_urls.first().map_or(raw, |base| urls::relative_path(raw, base.path()))
    } else {
        raw
    };
    let qsh = Qsh::of(request.method().as_str(), path, request.uri().query()).map_err(unreadable_query)?;
    if qsh.matches(&claims.qsh) { Ok(()) } else { Err(Error::unauthenticated(TokenError::Qsh)) }
}

fn unreadable_query(error: QshError) -> Error {
    Error::new(Code::AmbiguousRequest).with_detail("The query cannot be read.").because(error)
}
