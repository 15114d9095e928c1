//! The name that a caller gives to a request, so that sending it again does nothing a second time.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::error::{Code, Error};
use crate::openapi::{Operation, Parameter, Schemas, Takes};
use crate::tickets::submit::IdempotencyKey;

/// `Idempotency-Key`, unread: nothing of a request is judged before its caller is proven.
pub struct RequestName(Option<IdempotencyKey>);

impl RequestName {
    pub fn key(self) -> Result<IdempotencyKey, Error> {
        let wanted =
            "Idempotency-Key: expected 8 to 128 letters without spaces, another one for each report.";
        self.0.ok_or_else(|| Error::new(Code::InvalidParameter).with_detail(wanted))
    }
}

impl FromRequest for RequestName {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all("idempotency-key");
        let key = values.next().and_then(|value| IdempotencyKey::parse(value.to_str().ok()?));
        // Two names are none.
        ready(Ok(Self(key.filter(|_| values.next().is_none()))))
    }
}

impl Takes for RequestName {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        let about = "8 to 128 letters without spaces, another one for each report.";
        operation.parameters.push(Parameter::header("Idempotency-Key", about));
        operation.may_fail(&[Code::InvalidParameter]);
    }
}
