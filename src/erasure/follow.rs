//! What goes on after an erasure until everybody has been told: what is due for each of those who are told, and the end of the
//! key that opens what is kept for it.

use super::receipt::SignedReceipt;
use super::told::{self, Addressee, CONFIRMATION, Handles, REQUEST};
use super::{EraseError, Eraser, supplement};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::ledger::{self, ReceiptRow};
use crate::db::processor_erasures::{self, RequestRow};
use crate::db::{DbError, Id};

/// What is due for one processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Tell,
    /// Half of its time is over, and it has not confirmed.
    Again,
    /// All of it is: somebody must look.
    Alarm,
    Wait(Timestamp),
    /// It has confirmed, or somebody has been told that it did not.
    Nothing,
}

/// When a processor that has said nothing is asked again.
pub fn half_time(row: &RequestRow) -> Timestamp {
    let (from, to) = (Timestamp::from(row.recorded_at), Timestamp::from(row.due_at));
    from.plus(to.since(from) / 2)
}

/// What is to be done about this request now. Pure.
pub fn ask(row: &RequestRow, now: Timestamp) -> Ask {
    if row.acknowledged_at.is_some() || row.silent_at.is_some() {
        return Ask::Nothing;
    }
    let (half, due_at) = (half_time(row), Timestamp::from(row.due_at));
    match (row.told_at, row.told_again_at) {
        _ if now >= due_at => Ask::Alarm,
        (None, _) => Ask::Tell,
        (Some(_), None) if now >= half => Ask::Again,
        (Some(_), None) => Ask::Wait(half),
        (Some(_), Some(_)) => Ask::Wait(due_at),
    }
}

/// The last mail to a customer, and what goes with it.
pub struct Farewell {
    /// The same for every try.
    pub key: String,
    pub addressee: Addressee,
    pub receipt: SignedReceipt,
    /// The receipt as it was signed.
    pub document: String,
}

impl Eraser {
    /// Everybody who is told of this tenant's erasure.
    pub async fn requests(&self, tenant: Id) -> Result<Vec<RequestRow>, EraseError> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(processor_erasures::of_tenant(conn, tenant)?));
        Ok(found.await?)
    }

    /// What this processor finds its copy by, and the token of the link by which it says that its copy is gone.
    pub async fn opened(&self, row: &RequestRow) -> Result<(Handles, Secret), EraseError> {
        let key = self.vault.erasure_key(row.tenant_id).await?;
        let sealed = row.sealed.as_ref().ok_or(EraseError::Unreadable)?;
        let plain = key.open(REQUEST, row.id, sealed)?;
        let handles = serde_json::from_slice(&plain).map_err(|_| EraseError::Unreadable)?;
        // The key that stood when the request was made: the same mail has the same link at every try.
        let key_id = u16::try_from(row.key_id).map_err(|_| EraseError::Unreadable)?;
        let token = self.vault.sign_link_by(key_id, row.tenant_id, row.id).ok_or(EraseError::Unreadable)?;
        Ok((handles, token))
    }

    /// It was told, for the first time or again.
    pub async fn told(&self, row: &RequestRow, again: bool) -> Result<(), EraseError> {
        let (tenant, id, now) = (row.tenant_id, row.id, self.clock.now());
        let told =
            self.db.write(move |tx| Ok::<_, DbError>(processor_erasures::told(tx, tenant, id, now, again)?));
        Ok(told.await?)
    }

    /// It has stayed silent. True for whoever is the one to raise the alarm.
    pub async fn silent(&self, row: &RequestRow) -> Result<bool, EraseError> {
        let (tenant, id, now) = (row.tenant_id, row.id, self.clock.now());
        let silent =
            self.db.write(move |tx| Ok::<_, DbError>(processor_erasures::silent(tx, tenant, id, now)?));
        Ok(silent.await?)
    }

    /// The mail that says that everything is gone, once there is a receipt; `None` when nobody waits for it.
    pub async fn farewell(&self, tenant: Id) -> Result<Option<Farewell>, EraseError> {
        let found =
            self.db.read(move |conn| Ok::<_, DbError>(processor_erasures::confirmation(conn, tenant)?));
        let Some(row) = found.await? else { return Ok(None) };
        let Some(document) = self.documents(tenant).await?.into_iter().next() else { return Ok(None) };
        let plain = self.vault.erasure_key(tenant).await?.open(CONFIRMATION, row.id, &row.sealed)?;
        Ok(Some(Farewell {
            key: told::confirmation_key(row.id),
            addressee: serde_json::from_slice(&plain).map_err(|_| EraseError::Unreadable)?,
            receipt: serde_json::from_str(&document.document).map_err(|_| EraseError::Unreadable)?,
            document: document.document,
        }))
    }

    /// The mail has left, or cannot: the address goes.
    pub async fn said_farewell(&self, tenant: Id) -> Result<(), EraseError> {
        let gone =
            self.db.write(move |tx| Ok::<_, DbError>(processor_erasures::forget_confirmation(tx, tenant)?));
        Ok(gone.await?)
    }

    /// Writes down what changed since the receipt, and ends what is not needed any more: rows that are settled, and the key
    /// when nothing is sealed under it. Done twice, it changes nothing.
    pub async fn settle(&self, tenant: Id) -> Result<(), EraseError> {
        let rows = self.requests(tenant).await?;
        let documents = self.documents(tenant).await?;
        if let Some(next) = supplement::next(tenant, &documents, &rows, self.clock.now())? {
            self.issue(&next, &documents).await?;
        }
        // Who has confirmed is named in every supplement until the last one has.
        if !documents.is_empty() && !rows.is_empty() && rows.iter().all(|row| row.acknowledged_at.is_some()) {
            self.db.write(move |tx| Ok::<_, DbError>(processor_erasures::forget(tx, tenant)?)).await?;
        }
        let sealed =
            self.db.read(move |conn| Ok::<_, DbError>(processor_erasures::is_any_sealed(conn, tenant)?));
        if !sealed.await? {
            self.vault.destroy_erasure_key(tenant).await?;
        }
        Ok(())
    }

    /// The receipt of the last erasure, then its supplements.
    async fn documents(&self, tenant: Id) -> Result<Vec<ReceiptRow>, EraseError> {
        let found =
            self.vault.keyring().read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
        let mut found = found.await?;
        let is_receipt = |row: &ReceiptRow| serde_json::from_str::<SignedReceipt>(&row.document).is_ok();
        let last = found.iter().rposition(is_receipt).unwrap_or(0);
        Ok(found.split_off(last))
    }

    /// Two workers that write the same number: one of them is refused, and finds it written the next time.
    async fn issue(&self, next: &supplement::Supplement, before: &[ReceiptRow]) -> Result<(), EraseError> {
        let Some(receipt) = before.first() else { return Ok(()) };
        let row = ReceiptRow {
            tenant_id: receipt.tenant_id,
            number: next.number,
            issued_at: next.issued_at.into(),
            // It says nothing without the receipt, so the two go together.
            expires_at: receipt.expires_at,
            document: next.clone().sign(self.vault.signer()).text(),
        };
        tracing::info!(tenant.id = %receipt.tenant_id, "a supplement of a receipt was issued");
        let keyring = self.vault.keyring();
        Ok(keyring.write(move |tx| Ok::<_, DbError>(ledger::insert_receipt(tx, &row)?)).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(day: u64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).plus(Duration::from_secs(day * 86_400))
    }

    #[test]
    fn a_processor_is_told_asked_again_at_half_time_and_reported_at_the_end() {
        let mut row = RequestRow {
            tenant_id: Id::from_i64(1),
            processor: "Example".to_owned(),
            id: Id::from_i64(2),
            key_id: 1,
            recorded_at: at(0).into(),
            due_at: at(8).into(),
            told_at: None,
            told_again_at: None,
            silent_at: None,
            acknowledged_at: None,
            expires_at: at(9).into(),
            sealed: None,
            sink: None,
        };
        assert_eq!(ask(&row, at(0)), Ask::Tell);
        assert_eq!(ask(&row, at(7)), Ask::Tell, "the mail server was away");
        row.told_at = Some(at(0).into());
        assert_eq!((ask(&row, at(1)), ask(&row, at(4))), (Ask::Wait(at(4)), Ask::Again));
        row.told_again_at = Some(at(4).into());
        assert_eq!((ask(&row, at(4)), ask(&row, at(8))), (Ask::Wait(at(8)), Ask::Alarm));
        row.silent_at = Some(at(8).into());
        assert_eq!(ask(&row, at(8)), Ask::Nothing);
        row.silent_at = None;
        row.acknowledged_at = Some(at(1).into());
        assert_eq!(ask(&row, at(8)), Ask::Nothing);
    }
}
