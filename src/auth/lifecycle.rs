//! Atlassian itself calling: `installed` and `uninstalled`, RS256 with an install key (connect.md §3.3).

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::body::Body;
use super::tenant::declared_length;
use super::{Caller, Gate, ProvesCaller, extract_by_proof, request};
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::connect::install_keys::KeyError;
use crate::connect::token::{Claims, LEEWAY, TokenError, Unverified};
use crate::error::{Code, Error};
use crate::openapi::{JSON, Operation, Schemas, Takes};
use crate::tenancy::Delivery;

const BODY_MAX: usize = 64 * 1024;

/// A life-cycle call, proven, with its body.
pub struct LifecycleCall {
    pub claims: Claims,
    body: Body,
    token_hash: Vec<u8>,
}

impl LifecycleCall {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let token = request::token(request)?;
        let claims = prove(request, gate, token).await?;
        let token_hash = Sha256::digest(token.as_bytes()).to_vec();
        let body = gate.budget.read(&mut payload, declared_length(request), BODY_MAX).await?;
        Ok(Self { claims, body, token_hash })
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }

    /// What binds this call's token to this call's body. The token itself does not.
    pub fn delivery(&self) -> Delivery {
        Delivery {
            token_hash: self.token_hash.clone(),
            body_hash: Sha256::digest(self.body()).to_vec(),
            // For as long as a verifier would accept the token, leeway and rounding included.
            expires_at: Timestamp::from_seconds(self.claims.exp).plus(LEEWAY + Duration::from_secs(1)),
            issued_at: self.claims.iat,
        }
    }
}

impl ProvesCaller for LifecycleCall {
    const CALLER: Caller = Caller::ConnectLifecycle;
}

extract_by_proof!(LifecycleCall);

impl Takes for LifecycleCall {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        // Atlassian says what stands in it.
        operation.takes_body(JSON, json!({ "type": "object" }), BODY_MAX);
    }
}

pub(super) async fn prove(request: &HttpRequest, gate: &Gate, token: &str) -> Result<Claims, Error> {
    let token = Unverified::parse(token).map_err(Error::unauthenticated)?;
    token.check_rs256().map_err(Error::unauthenticated)?;
    let key_id = token.key_id().ok_or_else(|| Error::unauthenticated(TokenError::KeyId))?;
    let key = gate.install_keys.get(key_id).await.map_err(|error| match error {
        KeyError::Token(error) => Error::unauthenticated(error),
        KeyError::Unavailable(_) => Error::new(Code::Unavailable).because(error),
    })?;
    if !token.is_signed_by_key(&key) {
        return Err(Error::unauthenticated(TokenError::Signature));
    }
    let claims = token.into_claims();
    claims.check_times(gate.clock.now()).map_err(Error::unauthenticated)?;
    claims.check_audience(gate.base_urls.iter().map(BaseUrl::as_str)).map_err(Error::unauthenticated)?;
    request::check_qsh(request, gate, &claims)?;
    Ok(claims)
}
