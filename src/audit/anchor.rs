//! How far a chain went is written down in the keyring, some minutes after each change. A chain of hashes shows what was changed
//! within it, and nothing shows that its last rows were cut off, or that somebody wrote a whole new end: with the anchor that is
//! seen too, for everything that is older than it.

use std::time::Duration;

use serde_json::{Map, Value};

use super::chain;
use crate::clock::Timestamp;
use crate::db::audit::{self, CheckpointRow};
use crate::db::audit_anchors::{self, AnchorRow};
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::{Conn, Db, DbError, DbResult, Id};
use crate::vault::{PublicKeys, Signer, Vault};

/// What is done within this time is anchored together.
pub const ANCHORED_WITHIN: Duration = Duration::from_secs(300);

/// What becomes of a chain that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchored {
    /// Its present end is written down.
    Yes,
    /// The tenant is gone.
    Gone,
    /// The row that was written down before is not there any more. The old anchor stays: it is what shows that.
    Broken,
}

/// All anchors. To be read before the chains that they are compared with.
pub async fn anchors(vault: &Vault) -> DbResult<Vec<AnchorRow>> {
    vault.keyring().read(|conn| Ok::<_, DbError>(audit_anchors::all(conn)?)).await
}

/// Asks for the end of a chain to be written down, in the transaction of the row that is the end now.
pub(super) fn soon(tx: &mut Conn, tenant: Id, now: Timestamp) -> diesel::QueryResult<()> {
    let (kind, run_at) = (JobKind::AnchorRecords, now.plus(ANCHORED_WITHIN));
    jobs::enqueue(tx, now, &NewJob { kind, tenant, generation: 0, discriminator: String::new(), run_at })
}

/// Writes down where a tenant's chain ends now, if the row that was written down before still stands.
pub async fn anchor(db: &Db, vault: &Vault, tenant: Id, now: Timestamp) -> DbResult<Anchored> {
    let former =
        vault.keyring().read(move |conn| Ok::<_, DbError>(audit_anchors::find(conn, tenant)?)).await?;
    let sequence = former.as_ref().map(|former| former.sequence);
    let seen = db.read(move |conn| Ok::<_, DbError>(Seen::of(conn, tenant, sequence)?)).await?;
    if former.is_some_and(|former| !seen.holds(&former, &vault.public_keys())) {
        return Ok(Anchored::Broken);
    }
    let Some(head) = seen.head else { return Ok(Anchored::Yes) };
    let row = chain::anchor(tenant, head, now, vault.signer());
    let stored = vault.keyring().write(move |tx| Ok::<_, DbError>(audit_anchors::put(tx, &row)?)).await?;
    Ok(if stored { Anchored::Yes } else { Anchored::Gone })
}

/// The anchor of a chain that came from another deployment, signed here; `None` when that one has not signed it.
pub fn anchor_again(there: &AnchorRow, keys: &PublicKeys, signer: &Signer) -> Option<AnchorRow> {
    let head = (there.sequence, there.hash.clone());
    chain::is_anchor_signed(there, keys)
        .then(|| chain::anchor(there.tenant_id, head, there.at.into(), signer))
}

/// The signature of this deployment on a checkpoint that came from another one, as a row of the wire has it; `None` when it
/// cannot be read.
pub fn checkpoint_again(row: &Map<String, Value>, signer: &Signer) -> Option<String> {
    let number = |name: &str| row.get(name).and_then(Value::as_i64);
    let hash = data_encoding::HEXUPPER.decode(row.get("hash")?.as_str()?.as_bytes()).ok()?;
    let point = CheckpointRow {
        tenant_id: Id::from_i64(number("tenant_id")?),
        sequence: number("sequence")?,
        at: Timestamp::from_millis(number("at")?).into(),
        hash,
        signature: String::new(),
    };
    Some(chain::signed(point, signer).signature)
}

/// What there is of a chain.
struct Seen {
    head: Option<(i64, Vec<u8>)>,
    /// The hash of the row that was anchored.
    anchored: Option<Vec<u8>>,
    point: Option<CheckpointRow>,
}

impl Seen {
    fn of(conn: &mut Conn, tenant: Id, anchored: Option<i64>) -> diesel::QueryResult<Self> {
        let anchored = match anchored {
            Some(sequence) => audit::by_sequence(conn, tenant, sequence)?.map(|row| row.hash),
            None => None,
        };
        // After the row: what goes meanwhile leaves a checkpoint.
        Ok(Self { anchored, head: audit::head(conn, tenant)?, point: audit::checkpoint(conn, tenant)? })
    }

    fn holds(&self, former: &AnchorRow, keys: &PublicKeys) -> bool {
        let has_gone = |point: &CheckpointRow| {
            let is_same = point.sequence == former.sequence && point.hash == former.hash;
            (is_same || point.sequence > former.sequence) && chain::is_signed(point, keys)
        };
        self.anchored.as_ref() == Some(&former.hash) || self.point.as_ref().is_some_and(has_gone)
    }
}
