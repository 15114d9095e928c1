//! A page of ours in an iframe that sends something along.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;

use super::body::Body;
use super::tenant::declared_length;
use super::{CachedTenant, Caller, ContextCaller, Gate, ProvesCaller, extract_by_proof};
use crate::error::Error;

/// As [`ContextCaller`], with a body of at most `LIMIT` bytes. The token is proven before the body is read.
pub struct ContextCall<const LIMIT: usize> {
    pub caller: ContextCaller,
    body: Body,
}

impl<const LIMIT: usize> ContextCall<LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let caller = ContextCaller::prove(request, gate, Payload::None).await?;
        let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
        Ok(Self { caller, body })
    }

    pub fn tenant(&self) -> &CachedTenant {
        &self.caller.tenant
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }
}

impl<const LIMIT: usize> ProvesCaller for ContextCall<LIMIT> {
    const CALLER: Caller = Caller::ConnectContext;
}

extract_by_proof!(ContextCall<LIMIT>, LIMIT);
