//! What handlers answer, as types: each says what comes back, so that the description of the interface follows from the
//! signatures of the handlers.

use std::marker::PhantomData;

use actix_web::body::BoxBody;
use actix_web::{CustomizeResponder, Either, HttpRequest, HttpResponse, Responder, web};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Code, Error};
use crate::openapi::{Answers, Operation, Schemas};

/// 204. Hosts count 200 and 204 as success of life cycle and webhooks, and nothing else (connect.md §2.2).
pub struct NoContent;

/// 201, with what was made.
pub struct Created<T>(pub T);

/// 202: it will be done.
pub struct Accepted<T>(pub T);

/// An answer that is no JSON of a known form: pages, files.
pub struct Raw<M> {
    response: HttpResponse,
    kind: PhantomData<fn() -> M>,
}

/// A kind of such answers.
pub trait Media {
    const ABOUT: &'static str;
    const TYPES: &'static [&'static str];
}

pub type Html = Raw<kinds::Html>;

impl<M> From<HttpResponse> for Raw<M> {
    fn from(response: HttpResponse) -> Self {
        Self { response, kind: PhantomData }
    }
}

impl<M> Responder for Raw<M> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.response
    }
}

impl<M: Media> Answers for Raw<M> {
    fn answers(operation: &mut Operation, _: &mut Schemas) {
        let content = M::TYPES.iter().map(|media| (*media, schema_of(media))).collect();
        operation.answers(200, M::ABOUT, content);
    }
}

/// Any JSON, any text, any bytes.
fn schema_of(media: &str) -> Value {
    match media {
        "application/json" => json!(true),
        text if text.starts_with("text/") => json!({ "type": "string" }),
        _ => json!({ "type": "string", "contentMediaType": media }),
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

impl Answers for NoContent {
    fn answers(operation: &mut Operation, _: &mut Schemas) {
        operation.answers(204, "It is done.", Vec::new());
    }
}

macro_rules! json_with_status {
    ($type:ident, $builder:ident, $status:literal, $about:literal) => {
        impl<T: Serialize> Responder for $type<T> {
            type Body = BoxBody;

            fn respond_to(self, _: &HttpRequest) -> HttpResponse {
                HttpResponse::$builder().json(self.0)
            }
        }

        impl<T: JsonSchema> Answers for $type<T> {
            fn answers(operation: &mut Operation, schemas: &mut Schemas) {
                operation.answers_json($status, $about, schemas.sent::<T>());
            }
        }
    };
}

json_with_status!(Created, Created, 201, "It was made.");
json_with_status!(Accepted, Accepted, 202, "It will be done.");

impl<T: JsonSchema> Answers for web::Json<T> {
    fn answers(operation: &mut Operation, schemas: &mut Schemas) {
        operation.answers_json(200, "What was asked for.", schemas.sent::<T>());
    }
}

/// With headers of its own.
impl<A: Answers> Answers for CustomizeResponder<A> {
    fn answers(operation: &mut Operation, schemas: &mut Schemas) {
        A::answers(operation, schemas);
    }
}

impl<A: Answers, B: Answers> Answers for Either<A, B> {
    fn answers(operation: &mut Operation, schemas: &mut Schemas) {
        A::answers(operation, schemas);
        B::answers(operation, schemas);
    }
}

impl<A: Answers> Answers for Result<A, Error> {
    fn answers(operation: &mut Operation, schemas: &mut Schemas) {
        A::answers(operation, schemas);
        operation.may_fail(&[Code::Internal, Code::Unavailable]);
    }
}

/// Kinds of content that are no JSON of a known form.
pub mod kinds {
    use super::Media;

    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident, $about:literal, [$($media:literal),*];)*) => {
            $($(#[$doc])* pub struct $name;

            impl Media for $name {
                const ABOUT: &'static str = $about;
                const TYPES: &'static [&'static str] = &[$($media),*];
            })*
        };
    }

    kinds! {
        Html, "A page.", ["text/html"];
        Text, "A text.", ["text/plain"];
        Feed, "A feed (RFC 4287).", ["application/atom+xml"];
        Zip, "A file.", ["application/zip"];
        Sealed, "What only whoever asked can read.", ["application/octet-stream"];
        /// What a link in a mail leads to.
        PageOrZip, "A page, or the file that was asked for.", ["text/html", "application/zip"];
        /// JSON whose form somebody else knows: Atlassian, a policy, a page of the app.
        AnyJson, "What was asked for.", ["application/json"];
        /// Part of the built front end.
        Asset, "A file of the pages.", ["text/javascript", "text/css", "image/svg+xml", "text/markdown"];
    }
}
