//! A page of ours in an iframe that sends something along.

use std::marker::PhantomData;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;

use super::body::Body;
use super::tenant::declared_length;
use super::{CachedTenant, Caller, ContextCaller, Gate, ProvesCaller, extract_with_body};
use crate::error::Error;

/// As [`ContextCaller`], with a `B` of at most `LIMIT` bytes. The token is proven before the body is read.
pub struct ContextCall<B, const LIMIT: usize> {
    pub caller: ContextCaller,
    body: Body,
    holds: PhantomData<fn() -> B>,
}

impl<B, const LIMIT: usize> ContextCall<B, LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let caller = ContextCaller::prove(request, gate, Payload::None).await?;
        let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
        Ok(Self { caller, body, holds: PhantomData })
    }

    pub fn tenant(&self) -> &CachedTenant {
        &self.caller.tenant
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }
}

impl<B: schemars::JsonSchema + 'static, const LIMIT: usize> ProvesCaller for ContextCall<B, LIMIT> {
    const CALLER: Caller = Caller::ConnectContext;
}

extract_with_body!(ContextCall);
