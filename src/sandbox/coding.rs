//! What the network gives to browsers is compressed, as Atlassian's is: how soon a page is there hangs on it.

use std::io::Write;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A file in both forms.
#[derive(Clone)]
pub(super) struct Coded {
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Coded {
    pub(super) fn new(plain: Vec<u8>) -> Self {
        Self { gzip: gzip(&plain).map(Bytes::from), plain: plain.into() }
    }

    /// With what was compressed before, if anything was.
    pub(super) fn with(plain: Vec<u8>, gzip: Option<Vec<u8>>) -> Self {
        Self { plain: plain.into(), gzip: gzip.map(Bytes::from) }
    }

    /// The body in the form that the client takes.
    pub(super) fn answer(&self, request: &HttpRequest, mut answer: HttpResponseBuilder) -> HttpResponse {
        answer.insert_header((header::VARY, "accept-encoding"));
        match self.gzip.clone().filter(|_| takes_gzip(request)) {
            Some(gzip) => answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip),
            None => answer.body(self.plain.clone()),
        }
    }
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.split(',').any(|coding| coding.trim() == "gzip"))
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::default());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}
