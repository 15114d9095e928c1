//! A page of ours in an iframe, calling back with a context token (connect.md §4.6): it proves tenant and user, and no
//! permission.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::tenant::{check_enabled, clear_suspicion, prove};
use super::{CachedTenant, Caller, Extracting, Gate, ProvesCaller, gate, request};
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

impl FromRequest for ContextCaller {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let gate = gate(&request)?;
            prove_context(&request, &gate).await
        })
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

impl FromRequest for AdminCaller {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let gate = gate(&request)?;
            let ContextCaller { tenant, account_id } = prove_context(&request, &gate).await?;
            let account_id = account_id.ok_or_else(|| Error::new(Code::AdminRequired))?;
            if gate.admins.is_admin(&gate, &tenant, &account_id).await? {
                Ok(Self { tenant, account_id })
            } else {
                Err(Error::new(Code::AdminRequired))
            }
        })
    }
}

async fn prove_context(request: &HttpRequest, gate: &Gate) -> Result<ContextCaller, Error> {
    let (tenant, claims) = prove(request, gate, request::header_token(request)?).await?;
    // A token that is bound to some URL was made for that URL, not for this one.
    if claims.qsh != CONTEXT_QSH {
        return Err(Error::unauthenticated(TokenError::NotContextToken));
    }
    check_enabled(&tenant)?;
    clear_suspicion(gate, &tenant).await?;
    // A name of no letters is nobody's. Asked about it, a product might answer for the app itself.
    let account_id = claims.sub.filter(|sub| !sub.is_empty());
    Ok(ContextCaller { tenant, account_id })
}
