//! A service of Atlassian's that moves a site's data to another region (connect.md §9.2). Under Forge it shows an invocation. Under
//! Connect nobody says what it shows, so either of two is believed at these addresses and nowhere else: RS256 with an install key, as
//! for the life cycle, and HS256 with the site's own secret. Which of them came is logged.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use serde_json::json;

use super::body::Body;
use super::tenant::{declared_length, prove_even_held};
use super::{Caller, Gate, ProvesCaller, extract_by_proof, forge, lifecycle, request};
use crate::connect::forge::modules::Door;
use crate::connect::token::{TokenError, Unverified};
use crate::db::Id;
use crate::error::{Code, Error};
use crate::openapi::{JSON, Operation, Schemas, Takes};

const BODY_MAX: usize = 16 * 1024;

/// A call about the move of one tenant, proven.
pub struct MigrationCall {
    tenant: Option<Id>,
    body: Body,
}

impl MigrationCall {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let (tenant, proof) = match request.app_data::<Door>() {
            None => connect(request, gate).await?,
            Some(Door::Migration) => (through_forge(request, gate).await?, "an invocation"),
            Some(_) => return Err(Error::unauthenticated(TokenError::Module)),
        };
        tracing::info!(purpose = proof, "a call about a move to another region was proven");
        let body = gate.budget.read(&mut payload, declared_length(request), BODY_MAX).await?;
        Ok(Self { tenant, body })
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }

    /// Whose move it is: a tenant that is here, or was before it moved.
    pub fn tenant(&self) -> Result<Id, Error> {
        self.tenant.ok_or_else(|| Error::new(Code::MoveNotScheduled))
    }
}

async fn connect(request: &HttpRequest, gate: &Gate) -> Result<(Option<Id>, &'static str), Error> {
    let token = request::token(request)?;
    let is_signed_by_atlassian =
        Unverified::parse(token).map_err(Error::unauthenticated)?.check_rs256().is_ok();
    if !is_signed_by_atlassian {
        let (tenant, claims) = prove_even_held(request, gate, token).await?;
        request::check_qsh(request, gate, &claims)?;
        return Ok((Some(tenant.id()), "HS256 with the site's secret"));
    }
    let claims = lifecycle::prove(request, gate, token).await?;
    let here = gate.tenants.get(&claims.iss).await?.map(|tenant| tenant.id());
    let tenant = match here {
        Some(tenant) => Some(tenant),
        None => gate.tenancy.moved_from_here(&claims.iss).await?.map(|(tenant, _)| tenant),
    };
    Ok((tenant, "RS256 with an install key"))
}

async fn through_forge(request: &HttpRequest, gate: &Gate) -> Result<Option<Id>, Error> {
    let invoked = forge::prove(request, gate, Door::Migration).await?;
    if let Some(tenant) = forge::find(request, gate, &invoked).await? {
        return Ok(Some(tenant.id()));
    }
    let moved = gate.tenancy.moved_forge_from_here(&invoked.invocation.installation_id).await?;
    Ok(moved.map(|(tenant, _)| tenant))
}

impl ProvesCaller for MigrationCall {
    const CALLER: Caller = Caller::Migration;
}

extract_by_proof!(MigrationCall);

impl Takes for MigrationCall {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        operation.may_fail(&[
            Code::InvalidBody,
            Code::MoveNotScheduled,
            Code::MoveRegionNotSupported,
            Code::MovesNotSupported,
            Code::TooManyMoves,
            Code::MoveFailed,
        ]);
    }
}

/// The same with a body.
pub struct MigrationStep(pub MigrationCall);

impl MigrationStep {
    async fn prove(request: &HttpRequest, gate: &Gate, payload: Payload) -> Result<Self, Error> {
        Ok(Self(MigrationCall::prove(request, gate, payload).await?))
    }
}

impl ProvesCaller for MigrationStep {
    const CALLER: Caller = Caller::Migration;
}

extract_by_proof!(MigrationStep);

impl Takes for MigrationStep {
    fn takes(operation: &mut Operation, schemas: &mut Schemas) {
        MigrationCall::takes(operation, schemas);
        // Atlassian says what stands in it.
        operation.takes_body(JSON, json!({ "type": "object" }), BODY_MAX);
    }
}
