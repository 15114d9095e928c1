//! Forge calling: pages through `invokeRemote`, and events of the app and the product (connect.md §11.5). RS256 under
//! Forge's keys; the token says which installation it is, which user, and which module of the app.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::body::Body;
use super::tenant::{check_enabled, check_hold, clear_suspicion, declared_length};
use super::{CachedTenant, Caller, Gate, ProvenTenant, ProvesCaller, extract_by_proof, forge_past, request};
use crate::connect::forge::modules::Door;
use crate::connect::forge::{ForgeError, Invoked, OAuthToken};
use crate::connect::token::TokenError;
use crate::error::{Code, Error};
use crate::openapi::{JSON, Operation, Schemas, Takes};
use crate::tenancy::{Delivery, Hold, Standing, moving};

const SYSTEM_TOKEN: &str = "x-forge-oauth-system";
const USER_TOKEN: &str = "x-forge-oauth-user";

/// An event of the app or of the product, proven, with a body of at most `LIMIT` bytes. The token is proven before the body
/// is read. Which modules may send it depends on the address ([`Door`]).
pub struct ForgeEvent<const LIMIT: usize> {
    pub invoked: Invoked,
    /// Whose installation it is; absent for one that nobody has heard of, or that was removed.
    pub tenant: Option<Arc<CachedTenant>>,
    body: Body,
    token_hash: Vec<u8>,
}

impl<const LIMIT: usize> ForgeEvent<LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let door = request.app_data::<Door>().copied().filter(|door| *door != Door::Ui);
        let door = door.ok_or_else(|| Error::unauthenticated(TokenError::Module))?;
        let token_hash = Sha256::digest(request::bearer(request)?.as_bytes()).to_vec();
        let invoked = prove(request, gate, door).await?;
        let tenant = find(request, gate, &invoked).await?;
        check_event_moves(gate, &invoked, tenant.as_deref()).await?;
        // What the app says of its own end must not look as if it had come back; and what the daily call shows depends on what
        // the product says to it.
        if !matches!(door, Door::Lifecycle | Door::PreUninstall | Door::Daily)
            && let Some(tenant) = tenant.as_deref().filter(|tenant| is_here(tenant))
        {
            clear_suspicion(gate, tenant).await?;
        }
        let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
        Ok(Self { invoked, tenant, body, token_hash })
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }

    /// What binds this call's token to this call's body. The token itself does not.
    pub fn delivery(&self) -> Delivery {
        Delivery {
            token_hash: self.token_hash.clone(),
            body_hash: Sha256::digest(self.body()).to_vec(),
            expires_at: self.invoked.invocation.expires_at,
            issued_at: self.invoked.invocation.issued_at,
        }
    }
}

impl<const LIMIT: usize> ProvesCaller for ForgeEvent<LIMIT> {
    const CALLER: Caller = Caller::ForgeEvent;
}

extract_by_proof!(ForgeEvent<LIMIT>, LIMIT);

impl<const LIMIT: usize> Takes for ForgeEvent<LIMIT> {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        // Atlassian says what stands in it.
        operation.takes_body(JSON, json!({ "type": "object" }), LIMIT);
    }
}

/// Somebody at an address of ours that does not exist, or not with this method: what is there is told to nobody else.
pub async fn prove_at(request: &HttpRequest, path: &str) -> Result<(), Error> {
    // Where no module calls, nobody does.
    let door = Door::at(path).ok_or_else(|| Error::unauthenticated(TokenError::Module))?;
    let gate = super::gate(request)?;
    prove(request, &gate, door).await.map(drop)
}

/// A page of ours, for a user of an installation that is here.
pub(super) async fn prove_page(
    request: &HttpRequest,
    gate: &Gate,
) -> Result<(Arc<CachedTenant>, Invoked), Error> {
    let invoked = prove(request, gate, Door::Ui).await?;
    let found = find(request, gate, &invoked).await?;
    check_moves(request, gate, &invoked, found.as_deref()).await?;
    let found = found.filter(|tenant| is_here(tenant));
    let tenant = found.ok_or_else(|| Error::unauthenticated(TokenError::Issuer))?;
    check_enabled(&tenant)?;
    forge_past::check_page(gate, &tenant, &invoked).await?;
    clear_suspicion(gate, &tenant).await?;
    Ok((tenant, invoked))
}

/// An event of a tenant that moves, or has moved, is sent again.
async fn check_event_moves(
    gate: &Gate,
    invoked: &Invoked,
    found: Option<&CachedTenant>,
) -> Result<(), Error> {
    if let Some(tenant) = found {
        return tenant.known.hold.as_ref().map_or(Ok(()), Hold::check_event);
    }
    match gate.tenancy.moved_forge_from_here(&invoked.invocation.installation_id).await? {
        Some((_, to)) => Err(moving::event_moved(&to)),
        None => Ok(()),
    }
}

/// Whose data lives in another region is told so, and whose moves there waits.
async fn check_moves(
    request: &HttpRequest,
    gate: &Gate,
    invoked: &Invoked,
    found: Option<&CachedTenant>,
) -> Result<(), Error> {
    if let Some(tenant) = found {
        return check_hold(request, tenant);
    }
    match gate.tenancy.moved_forge_from_here(&invoked.invocation.installation_id).await? {
        Some((_, to)) => Err(moving::moved(&to)),
        None => Ok(()),
    }
}

pub(super) async fn prove(request: &HttpRequest, gate: &Gate, door: Door) -> Result<Invoked, Error> {
    let token = request::bearer(request)?;
    let forge = gate.forge.as_ref().ok_or_else(|| Error::unauthenticated(TokenError::ForgeOff))?;
    let invocation = forge.verify(token, door).await.map_err(|error| match error {
        ForgeError::Token(error) => Error::unauthenticated(error),
        ForgeError::Unavailable(_) => Error::new(Code::Unavailable).because(error),
    })?;
    let system_token = oauth_token(request, SYSTEM_TOKEN)?;
    let user_token = oauth_token(request, USER_TOKEN)?;
    Ok(Invoked { invocation, system_token, user_token })
}

pub(super) async fn find(
    request: &HttpRequest,
    gate: &Gate,
    invoked: &Invoked,
) -> Result<Option<Arc<CachedTenant>>, Error> {
    let found = gate.tenants.get_forge(&invoked.invocation.installation_id).await?;
    if let Some(tenant) = &found {
        request.extensions_mut().insert(ProvenTenant(tenant.id()));
    }
    Ok(found)
}

/// A tenant that left has no secret, which ends what Connect may ask for. An installation never had one.
fn is_here(tenant: &CachedTenant) -> bool {
    matches!(tenant.known.tenant.standing, Standing::Active)
}

/// The token for calls to the product. Whose call brings two might have brought one of its own.
fn oauth_token(request: &HttpRequest, name: &str) -> Result<Option<OAuthToken>, Error> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (first, None) => {
            Ok(first.and_then(|value| value.to_str().ok()).and_then(|text| OAuthToken::parse(text.trim())))
        }
        _ => Err(Error::new(Code::AmbiguousRequest).with_detail("The request has two tokens of one kind.")),
    }
}
