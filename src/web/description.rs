//! `GET /openapi.json`: what the service answers to, made from its handlers.

use std::sync::OnceLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};

use super::{coding, public};
use crate::api::answer::{Raw, kinds};
use crate::auth::Public;

/// The document. It is made when somebody asks for it first. Registered as application data.
pub struct Description {
    document: fn() -> serde_json::Value,
    written: OnceLock<Written>,
}

struct Written {
    text: web::Bytes,
    compressed: Option<web::Bytes>,
    /// As HTTP wants it: in quotation marks. Weak, because it is one for both codings.
    tag: String,
}

impl Description {
    pub fn of(document: fn() -> serde_json::Value) -> Self {
        Self { document, written: OnceLock::new() }
    }

    fn written(&self) -> &Written {
        self.written.get_or_init(|| {
            let text = (self.document)().to_string();
            let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&text));
            let compressed = coding::gzip(&text).map(web::Bytes::from);
            Written { compressed, text: text.into(), tag: format!("W/\"{hash}\"") }
        })
    }
}

pub async fn handle(
    _: Public,
    request: HttpRequest,
    description: web::Data<Description>,
) -> Raw<kinds::AnyJson> {
    let written = description.written();
    let known = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|value| value.split(',')).any(|tag| names(tag.trim(), &written.tag));
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((CACHE_CONTROL, public::CACHE))
        .insert_header((ETAG, written.tag.as_str()))
        .insert_header((VARY, "accept-encoding"));
    if is_known {
        return answer.finish().into();
    }
    answer.insert_header((CONTENT_TYPE, "application/json"));
    match written.compressed.as_ref().filter(|_| coding::is_taken(&request, "gzip")) {
        Some(compressed) => answer.insert_header((CONTENT_ENCODING, "gzip")).body(compressed.clone()).into(),
        None => answer.body(written.text.clone()).into(),
    }
}

/// Whether a tag of the client's is ours; weak or strong does not matter here (RFC 9110 §13.1.2).
fn names(tag: &str, ours: &str) -> bool {
    let bare = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    tag == "*" || bare(tag) == bare(ours)
}
