//! The ledger of erasures: append-only, each entry's hash covers the one before. A restored backup of the main database
//! must obey it before it may serve. Whoever moved to another region was erased here, and may come home: then the ledger says that
//! too, and its last word counts.

use sha2::{Digest, Sha256};

use super::moved::MOVED;
use super::receipt::SignedReceipt;
use crate::clock::Timestamp;
use crate::db::ledger::{self, LedgerRow, ReceiptRow};
use crate::db::{Conn, Id};

/// Where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {number} of the ledger does not follow from the one before")]
pub struct BrokenChain {
    pub number: i64,
}

/// Enters the receipt of an erasure, unless the tenant is erased already by the ledger's last word.
pub(super) fn enter(tx: &mut Conn, receipt: &ReceiptRow, shredded_at: Timestamp) -> diesel::QueryResult<()> {
    let last = ledger::lock_last(tx)?;
    if !ledger::erased(tx, &[receipt.tenant_id])?.is_empty() {
        return Ok(());
    }
    // Of an erasure before the tenant came home.
    let former = ledger::receipts_of(tx, receipt.tenant_id)?.last().map(|former| former.number);
    let receipt = ReceiptRow { number: former.map_or(0, |former| former + 1), ..receipt.clone() };
    ledger::insert_receipt(tx, &receipt)?;
    let receipt_hash = Sha256::digest(receipt.document.as_bytes()).to_vec();
    append(
        tx,
        last,
        LedgerRow { receipt_hash, ..word(receipt.tenant_id, shredded_at, receipt.expires_at.into()) },
    )
}

/// Enters that a tenant which moved away is here again, unless the ledger says so. False for one that was erased for another
/// reason, which nothing undoes.
pub fn come_home(
    tx: &mut Conn,
    tenant: Id,
    now: Timestamp,
    expires_at: Timestamp,
) -> diesel::QueryResult<bool> {
    let last = ledger::lock_last(tx)?;
    if !may_come(tx, tenant)? {
        return Ok(false);
    }
    if !ledger::erased(tx, &[tenant])?.is_empty() {
        append(tx, last, LedgerRow { returned: true, ..word(tenant, now, expires_at) })?;
    }
    Ok(true)
}

/// Whether a tenant of this number may be here: nobody of it was ever erased here, or only because it moved away.
pub fn may_come(conn: &mut Conn, tenant: Id) -> diesel::QueryResult<bool> {
    if ledger::erased(conn, &[tenant])?.is_empty() {
        return Ok(true);
    }
    let documents = ledger::receipts_of(conn, tenant)?;
    let mut receipts =
        documents.iter().rev().filter_map(|row| serde_json::from_str::<SignedReceipt>(&row.document).ok());
    Ok(receipts.next().is_some_and(|signed| signed.receipt.reason == MOVED))
}

/// An entry that is not in the chain yet.
fn word(tenant_id: Id, at: Timestamp, expires_at: Timestamp) -> LedgerRow {
    LedgerRow {
        number: 0,
        tenant_id,
        shredded_at: at.into(),
        receipt_hash: vec![0; 32],
        previous_hash: vec![0; 32],
        hash: Vec::new(),
        expires_at: expires_at.into(),
        returned: false,
    }
}

fn append(tx: &mut Conn, last: Option<LedgerRow>, entry: LedgerRow) -> diesel::QueryResult<()> {
    let number = last.as_ref().map_or(1, |last| last.number + 1);
    let previous_hash = last.map_or_else(|| vec![0; 32], |last| last.hash);
    let entry = LedgerRow { number, previous_hash, ..entry };
    let hash = entry_hash(&entry);
    ledger::insert(tx, &LedgerRow { hash, ..entry })
}

fn entry_hash(entry: &LedgerRow) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(if entry.returned { &b"kept ledger 1 returned"[..] } else { b"kept ledger 1" });
    hash.update(entry.number.to_be_bytes());
    hash.update(entry.tenant_id.as_i64().to_be_bytes());
    hash.update(Timestamp::from(entry.shredded_at).as_millis().to_be_bytes());
    hash.update(&entry.receipt_hash);
    hash.update(&entry.previous_hash);
    hash.finalize().to_vec()
}

/// Checks entries that follow each other. The first one of the slice may follow entries whose time is over.
pub fn check(entries: &[LedgerRow]) -> Result<(), BrokenChain> {
    let mut before: Option<&LedgerRow> = None;
    for entry in entries {
        let hash = entry_hash(entry);
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
            let said =
                word(Id::from_i64(number * 7), Timestamp::from_seconds(number), Timestamp::from_seconds(9));
            let entry =
                LedgerRow { number, previous_hash: previous_hash.clone(), returned: number == 4, ..said };
            previous_hash = entry_hash(&entry);
            LedgerRow { hash: previous_hash.clone(), ..entry }
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
        let mut turned = chain(5);
        turned[3].returned = false;
        assert_eq!(check(&turned), Err(BrokenChain { number: 4 }), "who came home did not go");
        let mut shorter = chain(5);
        shorter.remove(2);
        assert_eq!(check(&shorter), Err(BrokenChain { number: 4 }));
        let mut swapped = chain(5);
        swapped.swap(1, 2);
        assert!(check(&swapped).is_err());
    }
}
