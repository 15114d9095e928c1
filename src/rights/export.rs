//! Everything that is stored of a tenant, to take along: a zip with a file of JSON Lines per data class, streamed while it
//! is read. Neither the export nor any class of it is ever in memory as a whole.

mod archive;
mod documents;
mod line;
mod pipe;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use moka::sync::Cache;
use tokio::runtime::Handle;
use tokio::sync::mpsc::Receiver;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, mpsc};

use super::reader::{ReadError, Reader};
use crate::clock::Clock;
use crate::db::{Db, Id};
use crate::error::{Code, Error};
use crate::tenancy::{Standing, Tenancy};
use crate::vault::Vault;
use archive::Archive;
use pipe::Pipe;

/// Exports at once: each keeps a thread for as long as its reader takes.
const AT_ONCE_MAX: usize = 8;
/// How long one waits for another to end, above all for the tenant's own former one whose reader went away.
const PLACE_WAIT: Duration = Duration::from_secs(5);
const TENANTS_MAX: u64 = 10_000;
/// Pieces of an archive that wait for their reader.
const PIECES_WAITING_MAX: usize = 4;

/// Makes exports. Cheap to clone.
#[derive(Clone)]
pub struct Export {
    db: Db,
    vault: Vault,
    tenancy: Tenancy,
    clock: Clock,
    all: Arc<Semaphore>,
    per_tenant: Cache<Id, Arc<Semaphore>>,
}

/// An export that has its place and has not begun.
pub struct Prepared {
    tenant: Id,
    archive: Archive,
    places: [OwnedSemaphorePermit; 2],
}

/// The pieces of a zip file, in order. Dropped early, it ends the work; an error in it means that the file is not whole.
pub struct ExportStream(Receiver<Result<Vec<u8>, ExportError>>);

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("the archive cannot be written: {0}")]
    Archive(#[from] zip::result::ZipError),
    #[error("whoever asked for the export is gone, or too slow")]
    Gone,
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
}

impl Export {
    pub fn new(db: Db, vault: Vault, tenancy: Tenancy, clock: Clock) -> Self {
        let all = Arc::new(Semaphore::new(AT_ONCE_MAX));
        Self { db, vault, tenancy, clock, all, per_tenant: Cache::new(TENANTS_MAX) }
    }

    /// Begins an export of everything that is stored of this tenant, whoever asks for it. 404 when nothing is, or when its
    /// erasure has begun; 429 when there are too many at once.
    pub async fn stream(&self, tenant: Id) -> Result<ExportStream, Error> {
        Ok(self.prepare(tenant).await?.begin())
    }

    /// As [`Export::stream`], and nothing is read before [`Prepared::begin`]: what is stored until then is in it.
    pub async fn prepare(&self, tenant: Id) -> Result<Prepared, Error> {
        let places = self.places(tenant).await?;
        let known = self.tenancy.find_by_id(tenant).await?;
        let known = known.filter(|known| !matches!(known.tenant.standing, Standing::Erasing(_)));
        let known = known.ok_or_else(|| Error::new(Code::NotFound))?;
        let reader = Reader::open(&self.db, &self.vault, tenant, known.tenant.due_at()).await?;
        let archive = Archive { reader, policy: self.tenancy.shared_policy(), now: self.clock.now() };
        Ok(Prepared { tenant, archive, places })
    }

    /// A place among all exports, after the tenant's only one: no tenant takes the places of others.
    async fn places(&self, tenant: Id) -> Result<[OwnedSemaphorePermit; 2], Error> {
        let own = self.per_tenant.get_with(tenant, || Arc::new(Semaphore::new(1)));
        let places = async { Ok([own.acquire_owned().await?, self.all.clone().acquire_owned().await?]) };
        let in_time: Result<Result<_, AcquireError>, _> = tokio::time::timeout(PLACE_WAIT, places).await;
        in_time.ok().and_then(Result::ok).ok_or_else(|| Error::new(Code::TooManyRequests))
    }
}

impl Prepared {
    pub fn begin(self) -> ExportStream {
        let Self { tenant, archive, places } = self;
        let (sender, receiver) = mpsc::channel(PIECES_WAITING_MAX);
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || {
            let _places = places;
            let pipe = Pipe::new(sender, runtime.clone());
            if let Err(error) = archive.write(&pipe, &runtime) {
                tracing::warn!(tenant.id = %tenant, %error, "an export was not finished");
                pipe.fail(error);
            }
        });
        ExportStream(receiver)
    }
}

impl Stream for ExportStream {
    type Item = Result<Vec<u8>, ExportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
