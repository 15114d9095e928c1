//! The product calling for one tenant: a page load in an iframe, a webhook, `enabled`, `disabled`. HS256 with the tenant's
//! secret, bound to method and URL.

use std::sync::{Arc, LazyLock};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};
use serde_json::json;

use super::body::Body;
use super::{CachedTenant, Caller, Gate, ProvesCaller, extract_by_proof, request};
use crate::connect::descriptor;
use crate::connect::token::{Claims, HmacSecret, TokenError, Unverified};
use crate::db::{Change, Id};
use crate::error::{Code, Error};
use crate::openapi::{JSON, Operation, Schemas, Takes};
use crate::policy::AccountUse;
use crate::tenancy::{Event, Hold};

/// A secret that no tenant has: a token of a stranger costs as much time as a wrong one of a tenant.
static NOBODY: LazyLock<HmacSecret> = LazyLock::new(|| HmacSecret::new("nobody's secret, never stored"));

/// Left with a request whose token was proven, so that the log can say whose request failed later.
#[derive(Clone, Copy)]
pub struct ProvenTenant(pub Id);

/// Left with it too, so that a page about a failure can lead somewhere within the site.
#[derive(Clone)]
pub struct ProvenSite(Arc<CachedTenant>);

impl ProvenSite {
    /// Where somebody of the site reports the error with this id: a page in the site, whose address its installation told.
    pub fn report_address(&self, app_key: &str, error_id: &str) -> Option<String> {
        let site = self.0.known.account.get("baseUrl", AccountUse::TalkingToTheInstance)?;
        Some(descriptor::report_address(site, app_key, error_id))
    }
}

/// A page load, proven. The tenant is enabled.
pub struct PageCaller {
    pub tenant: Arc<CachedTenant>,
    pub claims: Claims,
}

impl ProvesCaller for PageCaller {
    const CALLER: Caller = Caller::ConnectTenant;
}

extract_by_proof!(PageCaller);

impl Takes for PageCaller {}

impl PageCaller {
    pub async fn prove(request: &HttpRequest, gate: &Gate, _: Payload) -> Result<Self, Error> {
        let (tenant, claims) = prove_url_bound(request, gate).await?;
        check_hold(request, &tenant)?;
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
        tenant.known.hold.as_ref().map_or(Ok(()), Hold::check_event)?;
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

impl<const LIMIT: usize> Takes for TenantEvent<LIMIT> {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        // Atlassian says what stands in it.
        operation.takes_body(JSON, json!({ "type": "object" }), LIMIT);
    }
}

/// What the request says of its body's length.
pub fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get("content-length")?.to_str().ok()?.parse().ok()
}

async fn prove_url_bound(request: &HttpRequest, gate: &Gate) -> Result<(Arc<CachedTenant>, Claims), Error> {
    let token = request::token(request)?;
    let (tenant, claims) = prove_even_held(request, gate, token).await?;
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
    let (tenant, claims) = prove_even_held(request, gate, token).await?;
    check_hold(request, &tenant)?;
    Ok((tenant, claims))
}

/// The same for whoever moves the tenant, which is held for that.
pub async fn prove_even_held(
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
    request.extensions_mut().insert(ProvenSite(Arc::clone(&tenant)));
    Ok((tenant, claims))
}

/// What moves to another region can be read here meanwhile, and what has moved is asked for there.
pub fn check_hold(request: &HttpRequest, tenant: &CachedTenant) -> Result<(), Error> {
    let only_reads = matches!(*request.method(), Method::GET | Method::HEAD);
    tenant.known.hold.as_ref().map_or(Ok(()), |hold| hold.check(only_reads))
}

/// A disabled app has no pages; its life cycle and its webhooks go on.
pub fn check_enabled(tenant: &CachedTenant) -> Result<(), Error> {
    if tenant.known.tenant.enabled { Ok(()) } else { Err(Error::new(Code::TenantDisabled)) }
}

/// A proven request shows that the tenant is still there.
pub async fn clear_suspicion(gate: &Gate, tenant: &CachedTenant) -> Result<(), Error> {
    // Nothing is written for a tenant that moves; the next request clears it, here or there.
    if tenant.known.hold.is_none() && tenant.known.tenant.is_cleared_by_a_request() {
        gate.tenancy.happened(tenant.id(), Event::Verified).await?;
        gate.tenants.changed(Change::Tenant(tenant.id()));
    }
    Ok(())
}
