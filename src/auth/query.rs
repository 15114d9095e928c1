//! What stands in the query of an address. Nothing in it is read before the caller is proven: actix makes all arguments of a
//! handler side by side, and a stranger must not be told that a parameter is wrong.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::error::{Code, Error};
use crate::openapi::{Operation, Parameters, Schemas, Takes};

/// A query, unread, with the parameters that `P` has.
pub struct Query<P> {
    text: String,
    has: PhantomData<fn() -> P>,
}

impl<P: Parameters> Query<P> {
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), has: PhantomData }
    }

    /// Names and values, decoded. What is no parameter of this address does not matter.
    pub fn pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        let is_known = |name: &str| P::PARAMETERS.iter().any(|parameter| parameter.name == name);
        url::form_urlencoded::parse(self.text.as_bytes()).filter(move |(name, _)| is_known(name))
    }

    /// The first value of this name.
    pub fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        self.pairs().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<P: Parameters> Takes for Query<P> {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        operation.parameters.extend(P::PARAMETERS);
        operation.may_fail(&[Code::InvalidParameter]);
    }
}

impl<P: Parameters> FromRequest for Query<P> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.query_string())))
    }
}
