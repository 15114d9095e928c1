//! What the service answers to, as an OpenAPI 3.1 document. Nothing is written down for it: each route is described by the
//! types in its handler's signature, so a handler that says less cannot be registered, and one that changes changes it.

mod document;
mod operation;
mod parameter;
mod schemas;

pub use document::{Described, document};
pub use operation::{JSON, Operation};
pub use parameter::{Kind, Parameter, Parameters};
pub use schemas::Schemas;

/// Something that a handler takes: a caller, a body, parameters, or what the service itself gives to it.
pub trait Takes {
    /// Nothing, unless the caller has to send something for it.
    fn takes(_: &mut Operation, _: &mut Schemas) {}
}

/// Something that a handler answers.
pub trait Answers {
    fn answers(operation: &mut Operation, schemas: &mut Schemas);
}

/// A text that is one of these words.
pub fn words(all: impl IntoIterator<Item = &'static str>) -> schemars::Schema {
    let all: Vec<&str> = all.into_iter().collect();
    schemars::json_schema!({ "type": "string", "enum": all })
}
