//! Reading a body after its caller was proven, within two limits: one for the body, one for all bodies together.

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Code, Error};

/// Memory that all bodies in flight may take together.
const IN_FLIGHT_MAX_KIB: usize = 256 * 1024;
/// A sender that dribbles holds memory that others wait for.
const READ_MAX: Duration = Duration::from_secs(60);

/// What is taken from the line and dropped, so that its sender hears the answer.
const DROPPED_MAX: usize = 32 * 1024 * 1024;

/// The memory for bodies, shared by all requests.
#[derive(Clone)]
pub struct BodyBudget(Arc<Semaphore>);

impl Default for BodyBudget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(IN_FLIGHT_MAX_KIB)))
    }
}

/// A whole body, with its place in the budget.
pub struct Body {
    pub bytes: Bytes,
    _place: Vec<OwnedSemaphorePermit>,
}

impl BodyBudget {
    /// Reads the body up to `limit` bytes: 413 beyond it, 503 when there is no memory for it right now.
    pub async fn read(
        &self,
        payload: &mut Payload,
        declared: Option<usize>,
        limit: usize,
    ) -> Result<Body, Error> {
        if declared.is_some_and(|declared| declared > limit) {
            return Err(too_large(limit));
        }
        match tokio::time::timeout(READ_MAX, self.read_all(payload, limit)).await {
            Ok(read) => read,
            Err(_) => Err(Error::new(Code::InvalidBody).with_detail("The body did not arrive in time.")),
        }
    }

    /// Reads as much as `limit` bytes, and says whether there was more. The rest is taken from the line and dropped, within a bound:
    /// a browser that is cut off while it still sends shows its user nothing of the answer.
    pub async fn read_beginning(&self, payload: &mut Payload, limit: usize) -> Result<(Body, bool), Error> {
        match tokio::time::timeout(READ_MAX, self.read_and_drop(payload, limit)).await {
            Ok(read) => read,
            Err(_) => Err(Error::new(Code::InvalidBody).with_detail("The body did not arrive in time.")),
        }
    }

    async fn read_and_drop(&self, payload: &mut Payload, limit: usize) -> Result<(Body, bool), Error> {
        let (mut bytes, mut place, mut dropped) = (BytesMut::new(), Vec::new(), 0);
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(broken)?;
            let room = limit.saturating_sub(bytes.len()).min(chunk.len());
            dropped += chunk.len() - room;
            if dropped > DROPPED_MAX {
                return Err(too_large(limit));
            }
            let kib = (bytes.len() + room).div_ceil(1024) - bytes.len().div_ceil(1024);
            if kib > 0 {
                place.push(self.take(kib)?);
            }
            bytes.extend_from_slice(chunk.get(..room).unwrap_or_default());
        }
        Ok((Body { bytes: bytes.freeze(), _place: place }, dropped > 0))
    }

    async fn read_all(&self, payload: &mut Payload, limit: usize) -> Result<Body, Error> {
        let (mut bytes, mut place) = (BytesMut::new(), Vec::new());
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(broken)?;
            if bytes.len() + chunk.len() > limit {
                return Err(too_large(limit));
            }
            // Many small chunks share one KiB, or a few thousand bytes could take all the room there is.
            let kib = (bytes.len() + chunk.len()).div_ceil(1024) - bytes.len().div_ceil(1024);
            if kib > 0 {
                place.push(self.take(kib)?);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Body { bytes: bytes.freeze(), _place: place })
    }

    fn take(&self, kib: usize) -> Result<OwnedSemaphorePermit, Error> {
        let kib = u32::try_from(kib).unwrap_or(u32::MAX);
        let place = self.0.clone().try_acquire_many_owned(kib);
        place.map_err(|_| {
            Error::new(Code::Unavailable).because(anyhow::anyhow!("too many bytes of bodies in flight"))
        })
    }
}

fn too_large(limit: usize) -> Error {
    Error::new(Code::BodyTooLarge).with_detail(format!("At most {limit} bytes are accepted here."))
}

fn broken(error: PayloadError) -> Error {
    Error::new(Code::InvalidBody).with_detail("The body ended early or cannot be read.").because(error)
}
