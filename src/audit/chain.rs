//! The hash of a row: over the hash of the row before it, and over everything that is stored of it.

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::audit::{AuditRow, CheckpointRow};
use crate::vault::{PublicKeys, Signer};

/// What the first row of a chain follows.
pub const GENESIS: [u8; 32] = [0; 32];
const FORM: &[u8; 8] = b"audit 1\0";
const NUMBERS: usize = 7;

/// The hash that this row must have. Numbers have a fixed place, and the kind is followed by its end: no two rows read alike.
pub fn hash_of(row: &AuditRow) -> [u8; 32] {
    let id = |id: Option<Id>| id.map_or(0, Id::as_i64);
    let numbers: [i64; NUMBERS] = [
        row.tenant_id.as_i64(),
        row.sequence,
        row.id.as_i64(),
        Timestamp::from(row.at).as_millis(),
        id(row.staff_id),
        id(row.ticket_id),
        Timestamp::from(row.expires_at).as_millis(),
    ];
    let mut hash = Sha256::new();
    hash.update(FORM);
    hash.update(&row.previous_hash);
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    hash.update(row.kind.as_bytes());
    hash.update([0]);
    hash.update(&row.sealed);
    hash.finalize().into()
}

/// A checkpoint that stands for the chain up to this row.
pub fn checkpoint(row: &AuditRow, at: Timestamp, signer: &Signer) -> CheckpointRow {
    let mut point = CheckpointRow {
        tenant_id: row.tenant_id,
        sequence: row.sequence,
        at: at.into(),
        hash: row.hash.clone(),
        signature: String::new(),
    };
    point.signature = format!("{}.{}", signer.key().kid, signer.sign(&signed(&point)));
    point
}

/// Whether we have signed it.
pub fn is_signed(point: &CheckpointRow, keys: &PublicKeys) -> bool {
    let parts = point.signature.split_once('.');
    parts.is_some_and(|(kid, signature)| {
        keys.find(kid).is_some_and(|key| key.has_signed(&signed(point), signature))
    })
}

fn signed(point: &CheckpointRow) -> Vec<u8> {
    let numbers = [point.tenant_id.as_i64(), point.sequence, Timestamp::from(point.at).as_millis()]
        .map(i64::to_be_bytes);
    [b"kept audit checkpoint 1\0".as_slice(), &numbers.concat(), &point.hash].concat()
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
        let changes: [fn(&mut AuditRow); 10] = [
            |row| row.tenant_id = Id::from_i64(8),
            |row| row.sequence = 4,
            |row| row.id = Id::from_i64(10),
            |row| row.at = Timestamp::from_seconds(1).into(),
            |row| row.kind = "bundle_opene".to_owned(),
            |row| row.staff_id = None,
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
    }
}
