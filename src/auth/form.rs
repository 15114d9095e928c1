//! Anybody, with a small form: what is sent is bounded like every other body.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use serde_json::json;

use super::body::Body;
use super::tenant::declared_length;
use super::{Caller, Gate, ProvesCaller, extract_by_proof};
use crate::error::Error;
use crate::openapi::{Operation, Schemas, Takes};

/// No proof: the handler answers anybody. The body holds `application/x-www-form-urlencoded` of at most `LIMIT` bytes.
pub struct PublicForm<const LIMIT: usize>(Body);

impl<const LIMIT: usize> PublicForm<LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        Ok(Self(gate.budget.read(&mut payload, declared_length(request), LIMIT).await?))
    }

    /// The one value of this field; none if there are two.
    pub fn value(&self, name: &str) -> Option<String> {
        let fields = url::form_urlencoded::parse(&self.0.bytes);
        let mut values = fields.filter(|(field, _)| field == name).map(|(_, value)| value.into_owned());
        values.next().filter(|_| values.next().is_none())
    }
}

impl<const LIMIT: usize> ProvesCaller for PublicForm<LIMIT> {
    const CALLER: Caller = Caller::Public;
}

extract_by_proof!(PublicForm<LIMIT>, LIMIT);

impl<const LIMIT: usize> Takes for PublicForm<LIMIT> {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        let fields = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        operation.takes_body("application/x-www-form-urlencoded", fields, LIMIT);
    }
}
