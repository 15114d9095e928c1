//! The hash of a row: over the hash of the row before it, and over everything that is stored of it.

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::db::audit::{AuditRow, CheckpointRow};
use crate::db::audit_anchors::AnchorRow;
use crate::db::audit_view::AuditView;
use crate::db::{Id, Millis};
use crate::vault::{PublicKeys, Signer};

/// What the first row of a chain follows.
pub const GENESIS: [u8; 32] = [0; 32];
const FORM: &[u8; 8] = b"audit 1\0";
const NUMBERS: usize = 7;

/// The hash that this row must have. Numbers have a fixed place, and the kind is followed by its end: no two rows read alike.
pub fn hash_of(row: &AuditRow) -> [u8; 32] {
    hash_of_view(&row.view())
}

/// The same of a row that is still in the database's hands.
pub fn hash_of_view(row: &AuditView<'_>) -> [u8; 32] {
    // Nobody has the id 0, so it may stand for nobody; a 0 that somebody wrote is another row.
    let id = |id: Option<i64>| id.map_or(0, |id| if id == 0 { -1 } else { id });
    let numbers: [i64; NUMBERS] =
        [row.tenant_id, row.sequence, row.id, row.at, id(row.staff_id), id(row.ticket_id), row.expires_at];
    let mut hash = Sha256::new();
    hash.update(FORM);
    hash.update(row.previous_hash);
    hash.update(numbers.map(i64::to_be_bytes).as_flattened());
    hash.update(row.kind.as_bytes());
    hash.update([0]);
    hash.update(row.sealed);
    hash.finalize().into()
}

/// What a signature says of a row. One never passes for the other.
const CHECKPOINT: &[u8] = b"kept audit checkpoint 1\0";
const ANCHOR: &[u8] = b"kept audit anchor 1\0";

/// A checkpoint that stands for the chain up to this row.
pub fn checkpoint(row: &AuditRow, at: Timestamp, signer: &Signer) -> CheckpointRow {
    let point = CheckpointRow {
        tenant_id: row.tenant_id,
        sequence: row.sequence,
        at: at.into(),
        hash: row.hash.clone(),
        signature: String::new(),
    };
    signed(point, signer)
}

/// The same checkpoint with our signature.
pub fn signed(mut point: CheckpointRow, signer: &Signer) -> CheckpointRow {
    point.signature = sign(&of_checkpoint(&point), signer);
    point
}

/// Says that the chain had this row then.
pub fn anchor(tenant: Id, (sequence, hash): (i64, Vec<u8>), at: Timestamp, signer: &Signer) -> AnchorRow {
    let mut anchor = AnchorRow { tenant_id: tenant, sequence, at: at.into(), hash, signature: String::new() };
    anchor.signature = sign(&of_anchor(&anchor), signer);
    anchor
}

/// Whether we have signed this checkpoint.
pub fn is_signed(point: &CheckpointRow, keys: &PublicKeys) -> bool {
    has_signed(&of_checkpoint(point), &point.signature, keys)
}

/// Whether we have signed this anchor.
pub fn is_anchor_signed(anchor: &AnchorRow, keys: &PublicKeys) -> bool {
    has_signed(&of_anchor(anchor), &anchor.signature, keys)
}

fn sign(message: &[u8], signer: &Signer) -> String {
    format!("{}.{}", signer.key().kid, signer.sign(message))
}

fn has_signed(message: &[u8], signature: &str, keys: &PublicKeys) -> bool {
    let parts = signature.split_once('.');
    parts.is_some_and(|(kid, signature)| keys.find(kid).is_some_and(|key| key.has_signed(message, signature)))
}

fn of_checkpoint(point: &CheckpointRow) -> Vec<u8> {
    message(CHECKPOINT, point.tenant_id, point.sequence, point.at, &point.hash)
}

fn of_anchor(anchor: &AnchorRow) -> Vec<u8> {
    message(ANCHOR, anchor.tenant_id, anchor.sequence, anchor.at, &anchor.hash)
}

fn message(what: &[u8], tenant: Id, sequence: i64, at: Millis, hash: &[u8]) -> Vec<u8> {
    let numbers = [tenant.as_i64(), sequence, Timestamp::from(at).as_millis()].map(i64::to_be_bytes);
    [what, &numbers.concat(), hash].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> AuditRow {
        let at = Timestamp::from_seconds(1_800_000_000);
        AuditRow {
            tenant_id: Id::from_i64(7),
            sequence: 3,
            id: Id::from_i64(9),
            at: at.into(),
            kind: "bundle_opened".to_owned(),
            staff_id: Some(Id::from_i64(5)),
            ticket_id: Some(Id::from_i64(6)),
            previous_hash: vec![1; 32],
            hash: Vec::new(),
            expires_at: at.into(),
            sealed: vec![4; 20],
        }
    }

    #[test]
    fn every_column_of_a_row_changes_its_hash() {
        let changes: [fn(&mut AuditRow); 12] = [
            |row| row.tenant_id = Id::from_i64(8),
            |row| row.sequence = 4,
            |row| row.id = Id::from_i64(10),
            |row| row.at = Timestamp::from_seconds(1).into(),
            |row| row.kind = "bundle_opene".to_owned(),
            |row| row.staff_id = None,
            |row| row.staff_id = Some(Id::NONE),
            |row| row.ticket_id = Some(Id::NONE),
            |row| row.ticket_id = Some(Id::from_i64(1)),
            |row| row.previous_hash = vec![2; 32],
            |row| row.expires_at = Timestamp::from_seconds(2).into(),
            |row| row.sealed = vec![4; 21],
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut other = row();
            change(&mut other);
            assert_ne!(hash_of(&other), hash_of(&row()), "change {index}");
        }
        assert_eq!(hash_of(&row()), hash_of(&row()));
        let (mut nobody, mut zero) = (row(), row());
        (nobody.staff_id, zero.staff_id) = (None, Some(Id::NONE));
        assert_ne!(hash_of(&nobody), hash_of(&zero));
    }
}
