//! The ledger of erasures: append-only, each entry's hash covers the one before. A restored backup of the main database
//! must obey it before it may serve.

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::db::ledger::{self, LedgerRow, ReceiptRow};
use crate::db::{Conn, Id};

/// Where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {number} of the ledger does not follow from the one before")]
pub struct BrokenChain {
    pub number: i64,
}

/// Enters the receipt of an erasure, unless the tenant is in the ledger already.
pub(super) fn enter(tx: &mut Conn, receipt: &ReceiptRow, shredded_at: Timestamp) -> diesel::QueryResult<()> {
    let last = ledger::lock_last(tx)?;
    if !ledger::erased(tx, &[receipt.tenant_id])?.is_empty() {
        return Ok(());
    }
    let previous_hash = last.as_ref().map_or_else(|| vec![0; 32], |last| last.hash.clone());
    let number = last.map_or(1, |last| last.number + 1);
    let receipt_hash = Sha256::digest(receipt.document.as_bytes()).to_vec();
    let hash = entry_hash(number, receipt.tenant_id, shredded_at, &receipt_hash, &previous_hash);
    ledger::insert_receipt(tx, receipt)?;
    let (tenant_id, expires_at) = (receipt.tenant_id, receipt.expires_at);
    let shredded_at = shredded_at.into();
    ledger::insert(
        tx,
        &LedgerRow { number, tenant_id, shredded_at, receipt_hash, previous_hash, hash, expires_at },
    )
}

fn entry_hash(
    number: i64,
    tenant: Id,
    shredded_at: Timestamp,
    receipt_hash: &[u8],
    previous: &[u8],
) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(b"kept ledger 1");
    hash.update(number.to_be_bytes());
    hash.update(tenant.as_i64().to_be_bytes());
    hash.update(shredded_at.as_millis().to_be_bytes());
    hash.update(receipt_hash);
    hash.update(previous);
    hash.finalize().to_vec()
}

/// Checks entries that follow each other. The first one of the slice may follow entries whose time is over.
pub fn check(entries: &[LedgerRow]) -> Result<(), BrokenChain> {
    let mut before: Option<&LedgerRow> = None;
    for entry in entries {
        let hash = entry_hash(
            entry.number,
            entry.tenant_id,
            entry.shredded_at.into(),
            &entry.receipt_hash,
            &entry.previous_hash,
        );
        let follows = before
            .is_none_or(|before| before.number + 1 == entry.number && before.hash == entry.previous_hash);
        if hash != entry.hash || !follows {
            return Err(BrokenChain { number: entry.number });
        }
        before = Some(entry);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<LedgerRow> {
        let mut previous_hash = vec![0; 32];
        let entry = |number| {
            let (tenant_id, shredded) = (Id::from_i64(number * 7), Timestamp::from_seconds(number));
            let receipt_hash = vec![1; 32];
            let hash = entry_hash(number, tenant_id, shredded, &receipt_hash, &previous_hash);
            let previous_hash = std::mem::replace(&mut previous_hash, hash.clone());
            let (shredded_at, expires_at) = (shredded.into(), Timestamp::from_seconds(9).into());
            LedgerRow { number, tenant_id, shredded_at, receipt_hash, previous_hash, hash, expires_at }
        };
        (1..=length).map(entry).collect()
    }

    #[test]
    fn a_chain_holds_until_an_entry_is_changed_taken_out_or_put_in_another_place() {
        assert_eq!(check(&chain(5)), Ok(()));
        assert_eq!(check(&chain(5)[2..]), Ok(()), "the oldest entries may have expired");
        let mut changed = chain(5);
        changed[2].tenant_id = Id::from_i64(1);
        assert_eq!(check(&changed), Err(BrokenChain { number: 3 }));
        let mut shorter = chain(5);
        shorter.remove(2);
        assert_eq!(check(&shorter), Err(BrokenChain { number: 4 }));
        let mut swapped = chain(5);
        swapped.swap(1, 2);
        assert!(check(&swapped).is_err());
    }
}
