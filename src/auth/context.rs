//! A page of ours in an iframe, calling back with a context token (connect.md §4.6): it proves tenant and user, and no
//! permission.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;

use super::body::Body;
use super::tenant::{self, check_enabled, clear_suspicion, declared_length};
use super::{CachedTenant, Caller, Gate, ProvesCaller, extract_by_proof, request};
use crate::connect::qsh::CONTEXT_QSH;
use crate::connect::token::TokenError;
use crate::error::{Code, Error};

/// A user of a tenant, in one of our pages.
pub struct ContextCaller {
    pub tenant: Arc<CachedTenant>,
    /// Absent for an anonymous user.
    pub account_id: Option<String>,
}

impl ProvesCaller for ContextCaller {
    const CALLER: Caller = Caller::ConnectContext;
}

extract_by_proof!(ContextCaller);

impl ContextCaller {
    pub async fn prove(request: &HttpRequest, gate: &Gate, _: Payload) -> Result<Self, Error> {
        let (tenant, claims) = tenant::prove(request, gate, request::header_token(request)?).await?;
        // A token that is bound to some URL was made for that URL, not for this one.
        if claims.qsh != CONTEXT_QSH {
            return Err(Error::unauthenticated(TokenError::NotContextToken));
        }
        check_enabled(&tenant)?;
        clear_suspicion(gate, &tenant).await?;
        // A name of no letters is nobody's. Asked about it, a product might answer for the app itself.
        let account_id = claims.sub.filter(|sub| !sub.is_empty());
        Ok(Self { tenant, account_id })
    }
}

/// A user who administers the product, as the product itself says.
pub struct AdminCaller {
    pub tenant: Arc<CachedTenant>,
    pub account_id: String,
}

impl ProvesCaller for AdminCaller {
    const CALLER: Caller = Caller::ConnectAdmin;
}

extract_by_proof!(AdminCaller);

impl AdminCaller {
    async fn prove(request: &HttpRequest, gate: &Gate, payload: Payload) -> Result<Self, Error> {
        let ContextCaller { tenant, account_id } = ContextCaller::prove(request, gate, payload).await?;
        let account_id = account_id.ok_or_else(|| Error::new(Code::AdminRequired))?;
        if gate.admins.is_admin(gate, &tenant, &account_id).await? {
            Ok(Self { tenant, account_id })
        } else {
            Err(Error::new(Code::AdminRequired))
        }
    }
}

/// An administrator's request with a body of at most `LIMIT` bytes. Who is calling is proven before the body is read.
pub struct AdminCall<const LIMIT: usize> {
    pub caller: AdminCaller,
    body: Body,
}

impl<const LIMIT: usize> AdminCall<LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let caller = AdminCaller::prove(request, gate, Payload::None).await?;
        let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
        Ok(Self { caller, body })
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }
}

impl<const LIMIT: usize> ProvesCaller for AdminCall<LIMIT> {
    const CALLER: Caller = Caller::ConnectAdmin;
}

extract_by_proof!(AdminCall<LIMIT>, LIMIT);
