//! Speaking to another deployment: one conversation for each move, begun again where the other side has forgotten it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::here::{Here, Peer};
use super::wire::{Reply, Said};
use crate::clock::{Stopwatch, Timestamp};
use crate::db::Id;
use crate::http::{self, OutgoingError};
use crate::vault::{OfferAnswer, Session};

/// A page is stored within this time.
const TIMEOUT: Duration = Duration::from_secs(30);
const ANSWER_MAX: usize = 1024 * 1024;
/// Names the conversation that a frame belongs to.
pub const SESSION: &str = "x-kept-session";

/// Why nothing was heard. Whoever asks tries again.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    #[error("the other deployment: {0}")]
    NotHeard(#[from] OutgoingError),
    #[error("the other deployment answered {0}")]
    Status(u16),
    #[error("the other deployment is not proven, or what it said cannot be read")]
    Unproven,
}

/// Conversations that this process has begun.
#[derive(Default)]
pub struct Talks(Mutex<HashMap<Id, Arc<Talk>>>);

/// One of them.
pub struct Talk {
    pub session: Session,
    name: String,
}

pub type Client = reqwest::Client;

pub fn client(https_only: bool) -> Result<Client, OutgoingError> {
    http::client(TIMEOUT, https_only)
}

impl Talks {
    /// The conversation about this move.
    pub async fn talk(
        &self,
        here: &Here,
        id: Id,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Arc<Talk>, PeerError> {
        if let Some(talk) = self.of(id) {
            return Ok(talk);
        }
        let about = format!("{}>{}", here.realm, peer.realm);
        let offered = here.secret.offer(&about, now).map_err(|_| PeerError::Unproven)?;
        let body = serde_json::to_vec(offered.offer()).map_err(|_| PeerError::Unproven)?;
        let request = here.client.post(format!("{}/moves/v1/offer", peer.url));
        let request = request.header("content-type", "application/json").body(body);
        let answer: OfferAnswer =
            serde_json::from_slice(&call(request).await?).map_err(|_| PeerError::Unproven)?;
        let name = offered.offer().session.clone();
        let session = offered.agreed(&here.secret, &answer).map_err(|_| PeerError::Unproven)?;
        let talk = Arc::new(Talk { session, name });
        self.lock().insert(id, talk.clone());
        Ok(talk)
    }

    /// Says one thing and hears the answer.
    pub async fn say(
        &self,
        here: &Here,
        id: Id,
        peer: &Peer,
        talk: &Talk,
        said: &Said,
    ) -> Result<Reply, PeerError> {
        let plain = serde_json::to_vec(said).map_err(|_| PeerError::Unproven)?;
        let request = here.client.post(format!("{}/moves/v1/frames", peer.url));
        let request = request.header(SESSION, &talk.name).header("content-type", "application/octet-stream");
        let heard = call(request.body(talk.session.seal(&plain))).await;
        // Whatever went wrong: the next word begins anew, which costs nothing but a moment.
        let heard = heard.inspect_err(|_| self.end(id))?;
        let plain = talk.session.open(&heard).map_err(|_| PeerError::Unproven);
        let plain = plain.inspect_err(|_| self.end(id))?;
        serde_json::from_slice(&plain).map_err(|_| PeerError::Unproven)
    }

    pub fn end(&self, id: Id) {
        self.lock().remove(&id);
    }

    fn of(&self, id: Id) -> Option<Arc<Talk>> {
        self.lock().get(&id).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Id, Arc<Talk>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn call(request: reqwest::RequestBuilder) -> Result<Vec<u8>, PeerError> {
    let watch = Stopwatch::start();
    let sent = request.send().await.map_err(OutgoingError::from);
    http::log_call("move", sent.as_ref().ok().map(|response| response.status().as_u16()), &watch);
    let response = sent?;
    match response.status().as_u16() {
        200 => Ok(http::read_body(response, ANSWER_MAX).await?),
        status => Err(PeerError::Status(status)),
    }
}
