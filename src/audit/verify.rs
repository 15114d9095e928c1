//! Whether the chains hold: every row has the hash that it must have and follows the one before; a chain begins at its
//! first row, or where a signed checkpoint says, and still has the row that the keyring has anchored.
//!
//! Chains are cut into pieces that several threads look at, each on a connection of its own. What is hashed is what the database
//! has in its hands: no row is copied, and none is kept.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use serde::Serialize;

use super::chain::{self, GENESIS};
use crate::db::audit::{self, CheckpointRow, Extent};
use crate::db::audit_anchors::AnchorRow;
use crate::db::audit_view::{AuditView, FromView};
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
    pub anchors: usize,
    pub broken: Vec<Broken>,
}

/// Where a chain is broken, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    pub tenant: Id,
    pub sequence: i64,
    pub why: &'static str,
}

/// Looks at all chains, `threads` pieces at once. The anchors were read before: a chain may grow meanwhile.
pub async fn verify(db: &Db, keys: &PublicKeys, anchors: &[AnchorRow], threads: usize) -> DbResult<Verified> {
    let (extents, points) =
        db.read(|conn| Ok::<_, DbError>((audit::extents(conn)?, audit::checkpoints(conn)?))).await?;
    let known = Known::new(&extents, &points, anchors);
    let mut verified = Verified {
        chains: extents.len(),
        checkpoints: points.len(),
        anchors: anchors.len(),
        broken: known.broken(keys),
        ..Verified::default()
    };
    let pieces: Arc<[Piece]> = extents.iter().flat_map(|extent| known.pieces(*extent)).collect();
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

type Hash = [u8; 32];

/// Nothing but 32 bytes is a hash of ours.
fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

/// What is known of the chains besides their rows.
struct Known<'a> {
    lasts: BTreeMap<Id, i64>,
    points: BTreeMap<Id, &'a CheckpointRow>,
    anchors: BTreeMap<Id, &'a AnchorRow>,
}

impl<'a> Known<'a> {
    fn new(extents: &[Extent], points: &'a [CheckpointRow], anchors: &'a [AnchorRow]) -> Self {
        Self {
            lasts: extents.iter().map(|extent| (extent.tenant, extent.last)).collect(),
            points: points.iter().map(|point| (point.tenant_id, point)).collect(),
            anchors: anchors.iter().map(|anchor| (anchor.tenant_id, anchor)).collect(),
        }
    }

    /// What is wrong with checkpoints and anchors, and with the ends of chains.
    fn broken(&self, keys: &PublicKeys) -> Vec<Broken> {
        let points = self.points.values().filter(|point| !chain::is_signed(point, keys));
        let mut broken: Vec<Broken> = points
            .map(|point| Broken {
                tenant: point.tenant_id,
                sequence: point.sequence,
                why: "the checkpoint is not signed by us",
            })
            .collect();
        for anchor in self.anchors.values() {
            let why = if chain::is_anchor_signed(anchor, keys) {
                self.wrong_end(anchor)
            } else {
                Some("the anchor in the keyring is not signed by us")
            };
            broken.extend(why.map(|why| Broken { tenant: anchor.tenant_id, sequence: anchor.sequence, why }));
        }
        broken
    }

    /// What is wrong with an end that was anchored, as far as it is seen without the row itself.
    fn wrong_end(&self, anchor: &AnchorRow) -> Option<&'static str> {
        let point = self.points.get(&anchor.tenant_id);
        let last = self.lasts.get(&anchor.tenant_id).copied();
        let last = last.max(point.map(|point| point.sequence)).unwrap_or_default();
        if last < anchor.sequence {
            return Some("the rows up to this one were cut off");
        }
        let is_other =
            point.is_some_and(|point| point.sequence == anchor.sequence && point.hash != anchor.hash);
        is_other.then_some("the checkpoint is of another row than the one that was anchored")
    }

    /// The first piece follows the checkpoint or nothing at all, every other one the row before it, which is read with it.
    fn pieces(&self, extent: Extent) -> impl Iterator<Item = Piece> {
        let start = match self.points.get(&extent.tenant) {
            Some(point) => (point.sequence, hash(&point.hash)),
            None => (0, Some(GENESIS)),
        };
        let anchor = self.anchors.get(&extent.tenant).map(|anchor| (anchor.sequence, hash(&anchor.hash)));
        let firsts = (0..)
            .map(move |number| extent.first + number * PIECE)
            .take_while(move |first| *first <= extent.last);
        firsts.map(move |first| {
            let is_first = first == extent.first;
            let last = extent.last.min(first + PIECE - 1);
            let extent = Extent { first: if is_first { first } else { first - 1 }, last, ..extent };
            Piece { extent, follows: is_first.then_some(start), anchor }
        })
    }
}

/// Consecutive rows of a chain, and what the first of them follows, where that is known.
#[derive(Debug, Clone, Copy)]
struct Piece {
    extent: Extent,
    follows: Option<(i64, Option<Hash>)>,
    /// A row of this chain that must not have changed.
    anchor: Option<(i64, Option<Hash>)>,
}

async fn work(
    db: Db,
    pieces: Arc<[Piece]>,
    next: Arc<AtomicUsize>,
    rows: Arc<AtomicI64>,
) -> DbResult<Vec<Broken>> {
    let mut broken = Vec::new();
    while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::SeqCst)).copied() {
        let looked = db.read(move |conn| {
            let mut look = Look { piece, seen: 0, broken: Vec::new() };
            audit::look_at(conn, piece.extent, |link| look.at(&link))?;
            Ok::<_, DbError>(look.ended())
        });
        let (seen, found) = looked.await?;
        rows.fetch_add(seen, Ordering::SeqCst);
        broken.extend(found);
    }
    Ok(broken)
}

/// What is left of a row that was looked at.
struct Link {
    sequence: i64,
    previous: Option<Hash>,
    hash: Option<Hash>,
    /// Whether it has the hash that it must have.
    is_intact: bool,
}

impl FromView for Link {
    fn from_view(view: AuditView<'_>) -> Self {
        Self {
            sequence: view.sequence,
            previous: hash(view.previous_hash),
            hash: hash(view.hash),
            is_intact: chain::hash_of_view(&view) == view.hash,
        }
    }
}

/// The way along one piece.
struct Look {
    piece: Piece,
    seen: i64,
    broken: Vec<Broken>,
}

impl Look {
    fn at(&mut self, link: &Link) {
        // The row before a piece belongs to the piece before.
        if let Some((sequence, hash)) = self.piece.follows {
            if link.sequence != sequence + 1 {
                self.found(link.sequence, "the rows before it are missing");
            } else if link.previous != hash {
                self.found(link.sequence, "it does not follow the row before it");
            } else if !link.is_intact {
                self.found(link.sequence, "it was changed");
            } else if self.piece.anchor.is_some_and(|(at, hash)| at == link.sequence && hash != link.hash) {
                self.found(link.sequence, "it is not the row that was anchored: the chain was written anew");
            }
            self.seen += 1;
        } else if link.sequence != self.piece.extent.first {
            self.found(link.sequence, "the rows before it are missing");
        }
        self.piece.follows = Some((link.sequence, link.hash));
    }

    fn found(&mut self, sequence: i64, why: &'static str) {
        if self.broken.len() < BROKEN_MAX {
            self.broken.push(Broken { tenant: self.piece.extent.tenant, sequence, why });
        }
    }

    fn ended(mut self) -> (i64, Vec<Broken>) {
        let (last, due) = (self.piece.follows.map(|(sequence, _)| sequence), self.piece.extent.last);
        if last.is_some_and(|last| last != due) {
            self.found(due, "it is missing");
        }
        (self.seen, self.broken)
    }
}
