//! Whether the chains hold: every row has the hash that it must have and follows the one before; a chain begins at its
//! first row, or where a signed checkpoint says.
//!
//! Chains are cut into pieces that several threads look at, each on a connection of its own. No row is kept in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use serde::Serialize;

use super::chain::{self, GENESIS};
use crate::db::audit::{self, AuditRow, CheckpointRow, Extent};
use crate::db::{Db, DbError, DbResult, Id};
use crate::vault::PublicKeys;

/// Rows of one piece.
const PIECE: i64 = 20_000;
/// Broken places that one piece names.
const BROKEN_MAX: usize = 20;

/// What was looked at, and what is not as it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    pub chains: usize,
    pub rows: i64,
    pub checkpoints: usize,
    pub broken: Vec<Broken>,
}

/// Where a chain is broken, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    pub tenant: Id,
    pub sequence: i64,
    pub why: &'static str,
}

/// Looks at all chains, `threads` pieces at once.
pub async fn verify(db: &Db, keys: &PublicKeys, threads: usize) -> DbResult<Verified> {
    let (extents, points) =
        db.read(|conn| Ok::<_, DbError>((audit::extents(conn)?, audit::checkpoints(conn)?))).await?;
    let mut verified = Verified { chains: extents.len(), checkpoints: points.len(), ..Verified::default() };
    for point in points.iter().filter(|point| !chain::is_signed(point, keys)) {
        let why = "the checkpoint is not signed by us";
        verified.broken.push(Broken { tenant: point.tenant_id, sequence: point.sequence, why });
    }
    let pieces: Arc<[Piece]> = extents.iter().flat_map(|extent| pieces(*extent, &points)).collect();
    let (next, rows) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicI64::new(0)));
    let workers: Vec<_> = (0..threads.max(1))
        .map(|_| tokio::spawn(work(db.clone(), pieces.clone(), next.clone(), rows.clone())))
        .collect();
    for worker in workers {
        verified.broken.extend(worker.await.map_err(|_| DbError::Panicked)??);
    }
    verified.rows = rows.load(Ordering::SeqCst);
    verified.broken.sort_by_key(|broken| (broken.tenant, broken.sequence));
    Ok(verified)
}

/// Consecutive rows of a chain, and what the first of them follows, where that is known.
#[derive(Debug, Clone)]
struct Piece {
    extent: Extent,
    follows: Option<(i64, Vec<u8>)>,
}

/// The first piece follows the checkpoint or nothing at all, every other one the row before it, which is read with it.
fn pieces(extent: Extent, points: &[CheckpointRow]) -> Vec<Piece> {
    let point = points.iter().find(|point| point.tenant_id == extent.tenant);
    let start = point.map_or_else(|| (0, GENESIS.to_vec()), |point| (point.sequence, point.hash.clone()));
    let firsts = (0..).map(|number| extent.first + number * PIECE).take_while(|first| *first <= extent.last);
    firsts
        .map(|first| {
            let is_first = first == extent.first;
            let last = extent.last.min(first + PIECE - 1);
            let extent = Extent { first: if is_first { first } else { first - 1 }, last, ..extent };
            Piece { extent, follows: is_first.then(|| start.clone()) }
        })
        .collect()
}

async fn work(
    db: Db,
    pieces: Arc<[Piece]>,
    next: Arc<AtomicUsize>,
    rows: Arc<AtomicI64>,
) -> DbResult<Vec<Broken>> {
    let mut broken = Vec::new();
    while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::SeqCst)).cloned() {
        let looked = db.read(move |conn| {
            let mut look = Look::new(piece);
            audit::look_at(conn, look.extent, |row| look.at(row))?;
            Ok::<_, DbError>(look.ended())
        });
        let (seen, found) = looked.await?;
        rows.fetch_add(seen, Ordering::SeqCst);
        broken.extend(found);
    }
    Ok(broken)
}

/// The way along one piece.
struct Look {
    extent: Extent,
    follows: Option<(i64, Vec<u8>)>,
    seen: i64,
    broken: Vec<Broken>,
}

impl Look {
    fn new(piece: Piece) -> Self {
        Self { extent: piece.extent, follows: piece.follows, seen: 0, broken: Vec::new() }
    }

    fn at(&mut self, row: AuditRow) {
        // The row before a piece belongs to the piece before.
        if let Some((sequence, hash)) = &self.follows {
            if row.sequence != sequence + 1 {
                self.found(row.sequence, "the rows before it are missing");
            } else if &row.previous_hash != hash {
                self.found(row.sequence, "it does not follow the row before it");
            } else if chain::hash_of(&row).as_slice() != row.hash {
                self.found(row.sequence, "it was changed");
            }
            self.seen += 1;
        } else if row.sequence != self.extent.first {
            self.found(row.sequence, "the rows before it are missing");
        }
        self.follows = Some((row.sequence, row.hash));
    }

    fn found(&mut self, sequence: i64, why: &'static str) {
        if self.broken.len() < BROKEN_MAX {
            self.broken.push(Broken { tenant: self.extent.tenant, sequence, why });
        }
    }

    fn ended(mut self) -> (i64, Vec<Broken>) {
        let last = self.follows.as_ref().map(|(sequence, _)| *sequence);
        if last.is_some_and(|last| last != self.extent.last) {
            self.found(self.extent.last, "it is missing");
        }
        (self.seen, self.broken)
    }
}
