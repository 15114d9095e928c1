//! The product calling for one tenant: a page load in an iframe, a webhook, `enabled`, `disabled`. HS256 with the tenant's
//! secret, bound to method and URL.

use std::sync::{Arc, LazyLock};

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};

use super::body::Body;
use super::{CachedTenant, Caller, Gate, ProvesCaller, extract_by_proof, request};
use crate::connect::token::{Claims, HmacSecret, TokenError, Unverified};
use crate::db::{Change, Id};
use crate::error::{Code, Error};
use crate::tenancy::Event;

/// A secret that no tenant has: a token of a stranger costs as much time as a wrong one of a tenant.
static NOBODY: LazyLock<HmacSecret> = LazyLock::new(|| HmacSecret::new("nobody's secret, never stored"));

/// Left with a request whose token was proven, so that the log can say whose request failed later.
#[derive(Clone, Copy)]
pub struct ProvenTenant(pub Id);

/// A page load, proven. The tenant is enabled.
pub struct PageCaller {
    pub tenant: Arc<CachedTenant>,
    pub claims: Claims,
}

impl ProvesCaller for PageCaller {
    const CALLER: Caller = Caller::ConnectTenant;
}

extract_by_proof!(PageCaller);

impl PageCaller {
    pub async fn prove(request: &HttpRequest, gate: &Gate, _: Payload) -> Result<Self, Error> {
        let (tenant, claims) = prove_url_bound(request, gate).await?;
        check_enabled(&tenant)?;
        ask_in_doubt(gate, &tenant).await;
        Ok(Self { tenant, claims })
    }
}

/// Somebody is there: whatever made us doubt it, a question to the host says how things stand now. The page
/// does not wait for the answer, nor does it fail with the question.
async fn ask_in_doubt(gate: &Gate, tenant: &CachedTenant) {
    if tenant.known.is_in_doubt()
        && let Err(error) = gate.tenancy.ask_soon(tenant.id()).await
    {
        tracing::warn!(tenant.id = %tenant.id(), cause = error.log_line(), "a host cannot be asked soon");
    }
}

/// An event with a body of at most `LIMIT` bytes. The token is proven before the body is read.
pub struct TenantEvent<const LIMIT: usize> {
    pub tenant: Arc<CachedTenant>,
    pub claims: Claims,
    body: Body,
}

impl<const LIMIT: usize> TenantEvent<LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let (tenant, claims) = prove_url_bound(request, gate).await?;
        let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
        Ok(Self { tenant, claims, body })
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }
}

impl<const LIMIT: usize> ProvesCaller for TenantEvent<LIMIT> {
    const CALLER: Caller = Caller::ConnectTenant;
}

extract_by_proof!(TenantEvent<LIMIT>, LIMIT);

/// What the request says of its body's length.
pub fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get("content-length")?.to_str().ok()?.parse().ok()
}

async fn prove_url_bound(request: &HttpRequest, gate: &Gate) -> Result<(Arc<CachedTenant>, Claims), Error> {
    let token = request::token(request)?;
    let (tenant, claims) = prove(request, gate, token).await?;
    request::check_qsh(request, gate, &claims)?;
    clear_suspicion(gate, &tenant).await?;
    Ok((tenant, claims))
}

/// Finds the tenant that the token names, and checks signature and times (connect.md §4.4). What the token is bound to is
/// the caller's check.
pub async fn prove(
    request: &HttpRequest,
    gate: &Gate,
    token: &str,
) -> Result<(Arc<CachedTenant>, Claims), Error> {
    let token = Unverified::parse(token).map_err(Error::unauthenticated)?;
    token.check_hs256().map_err(Error::unauthenticated)?;
    let now = gate.clock.now();
    let Some(tenant) = gate.tenants.get(token.issuer()).await? else {
        token.is_signed_by_secret(&NOBODY);
        return Err(Error::unauthenticated(TokenError::Issuer));
    };
    let mut secrets = tenant.secrets(now).peekable();
    if secrets.peek().is_none() {
        token.is_signed_by_secret(&NOBODY);
        return Err(Error::unauthenticated(TokenError::Issuer));
    }
    if !secrets.any(|secret| token.is_signed_by_secret(secret)) {
        return Err(Error::unauthenticated(TokenError::Signature));
    }
    let claims = token.into_claims();
    claims.check_times(now).map_err(Error::unauthenticated)?;
    drop(secrets);
    request.extensions_mut().insert(ProvenTenant(tenant.id()));
    Ok((tenant, claims))
}

/// A disabled app has no pages; its life cycle and its webhooks go on.
pub fn check_enabled(tenant: &CachedTenant) -> Result<(), Error> {
    if tenant.known.tenant.enabled { Ok(()) } else { Err(Error::new(Code::TenantDisabled)) }
}

/// A proven request shows that the tenant is still there.
pub async fn clear_suspicion(gate: &Gate, tenant: &CachedTenant) -> Result<(), Error> {
    if tenant.known.tenant.is_cleared_by_a_request() {
        gate.tenancy.happened(tenant.id(), Event::Verified).await?;
        gate.tenants.changed(Change::Tenant(tenant.id()));
    }
    Ok(())
}
