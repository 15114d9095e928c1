//! Another deployment of the vendor's, which sends a tenant here. It has the secret of the settings, and each word of it is sealed
//! for a conversation that it has begun with that (`vault::Session`).

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use serde_json::json;
use zeroize::Zeroizing;

use super::tenant::declared_length;
use super::{Caller, Gate, ProvesCaller, extract_by_proof};
use crate::error::Error;
use crate::moves::SESSION;
use crate::openapi::{JSON, Operation, Parameter, Schemas, Takes};
use crate::vault::{Offer, OfferAnswer, Session, Unproven};

const OFFER_MAX: usize = 4 * 1024;
/// The largest row, in hexadecimal, with what stands around it.
const FRAME_MAX: usize = 64 * 1024 * 1024;

/// The first word of a conversation, with the answer to it.
pub struct PeerOffer(pub OfferAnswer);

impl PeerOffer {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        // It proves itself by its own text, so that is read before; it is short.
        let body = gate.budget.read(&mut payload, declared_length(request), OFFER_MAX).await?;
        let offer: Offer =
            serde_json::from_slice(&body.bytes).map_err(|_| Error::unauthenticated(Unproven))?;
        Ok(Self(gate.moves.answer_offer(&offer).map_err(Error::unauthenticated)?))
    }
}

impl ProvesCaller for PeerOffer {
    const CALLER: Caller = Caller::Peer;
}

extract_by_proof!(PeerOffer);

impl Takes for PeerOffer {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        operation.takes_body(JSON, json!({ "type": "object" }), OFFER_MAX);
    }
}

/// What was said in a conversation, and which one.
pub struct PeerFrame {
    pub session: Arc<Session>,
    pub said: Zeroizing<Vec<u8>>,
}

impl PeerFrame {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let name = request.headers().get(SESSION).and_then(|value| value.to_str().ok());
        let name =
            name.filter(|name| gate.moves.knows(name)).ok_or_else(|| Error::unauthenticated(Unproven))?;
        let body = gate.budget.read(&mut payload, declared_length(request), FRAME_MAX).await?;
        let opened = gate.moves.open(name, &body.bytes);
        let (session, said) = opened.ok_or_else(|| Error::unauthenticated(Unproven))?;
        Ok(Self { session, said })
    }
}

impl ProvesCaller for PeerFrame {
    const CALLER: Caller = Caller::Peer;
}

extract_by_proof!(PeerFrame);

impl Takes for PeerFrame {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        operation.parameters.push(Parameter::header(SESSION, "Names the conversation."));
        let sealed = json!({ "type": "string", "contentMediaType": "application/octet-stream" });
        operation.takes_body("application/octet-stream", sealed, FRAME_MAX);
    }
}
