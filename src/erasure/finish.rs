//! The second half of erasures, for all that wait: clean the pages, look that nothing is left, sign the receipts.

use std::collections::BTreeMap;
use std::future::Future;

use futures_util::stream::{self, StreamExt};

use super::receipt::{self, Receipt};
use super::steps::{advance, emptied, step_of};
use super::{EraseError, Eraser, OwnTable, ledger, told};
use crate::clock::Timestamp;
use crate::db::erasures::{self, ErasureRow, Step};
use crate::db::ledger::ReceiptRow;
use crate::db::{Conn, DbError, Id, Schema, erase, keyring, processor_erasures};
use crate::policy::ClassName;

/// Erasures that are taken on at once.
const BATCH: i64 = 500;
/// Of them, those that one step is done for at the same time.
const AT_ONCE: usize = 8;

/// What [`Eraser::finish`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finished {
    /// Tenants that are gone, with their receipts in the ledger.
    pub tenants: Vec<Id>,
}

impl Eraser {
    /// Finishes every erasure whose rows are gone.
    pub async fn finish(&self) -> Result<Finished, EraseError> {
        let mut finished = Finished::default();
        if self.under_way().await?.is_empty() {
            return Ok(finished);
        }
        self.clean().await?;
        // What cannot be verified stops its own erasure and no other.
        let verified = each(self.waiting(Step::Cleaned).await?, |row| self.verify(row)).await;
        let certified = each(self.waiting(Step::Verified).await?, |row| self.certify(row)).await;
        let receipted = self.waiting(Step::Receipted).await?;
        finished.tenants = receipted.iter().map(|row| row.tenant_id).collect();
        each(receipted, |row| self.let_go(row.tenant_id)).await?;
        verified.and(certified).map(|()| finished)
    }

    async fn let_go(&self, tenant: Id) -> Result<(), EraseError> {
        self.db.write(move |tx| Ok::<_, DbError>(erasures::finish(tx, tenant)?)).await?;
        tracing::info!(tenant.id = %tenant, "erased");
        Ok(())
    }

    async fn under_way(&self) -> Result<Vec<ErasureRow>, DbError> {
        self.db.read(|conn| Ok::<_, DbError>(erasures::list(conn, 1)?)).await
    }

    async fn waiting(&self, step: Step) -> Result<Vec<ErasureRow>, DbError> {
        self.db.read(move |conn| Ok::<_, DbError>(erasures::at_step(conn, step, BATCH)?)).await
    }

    /// Cleans both databases once for all erasures whose rows were gone before it began.
    async fn clean(&self) -> Result<(), EraseError> {
        let waiting = self.waiting(Step::Deleted).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let tables = self.tables.clone();
        let main = self.db.maintain(move |conn| {
            erase::clean(conn, &tables.iter().map(OwnTable::target).collect::<Vec<_>>())
        });
        let keys = self.vault.keyring().maintain(|conn| erase::clean(conn, &keyring::KEY_TABLES));
        if !main.await? || !keys.await? {
            return Err(EraseError::Busy);
        }
        let now = self.clock.now();
        let cleaned = move |row| ErasureRow { cleaned_at: Some(now.into()), ..row };
        let mut waiting = waiting.into_iter().map(cleaned);
        let store = move |tx: &mut Conn| {
            waiting.try_for_each(|next| advance(tx, Step::Deleted, Step::Cleaned, next).map(drop))
        };
        self.db.write(store).await
    }

    /// Looks into every mapped table and the keyring. What is found stops the erasure, with an alarm.
    async fn verify(&self, row: ErasureRow) -> Result<(), EraseError> {
        let (tables, tenant) = (self.tables.clone(), row.tenant_id);
        let is_key_left = self
            .vault
            .keyring()
            .read(move |conn| Ok::<_, DbError>(keyring::data_key(conn, tenant)?.is_some()));
        if is_key_left.await? {
            return Err(EraseError::Left("data_keys".to_owned()));
        }
        self.db
            .write(move |tx| {
                let targets: Vec<_> = emptied(&tables).map(OwnTable::target).collect();
                let left = erase::counts(tx, &targets, tenant)?;
                if let Some((table, _)) = emptied(&tables).zip(left).find(|(_, left)| *left > 0) {
                    return Err(EraseError::Left(table.name.clone()));
                }
                let counts: BTreeMap<&str, i64> = tables.iter().map(|table| (table.class, 0)).collect();
                let counts = serde_json::to_string(&counts).map_err(|_| EraseError::Unreadable)?;
                let next = ErasureRow { counts_after: Some(counts), ..row };
                advance(tx, Step::Cleaned, Step::Verified, next).map(drop)
            })
            .await
    }

    /// Signs the receipt and chains it into the ledger, in one transaction of the keyring.
    async fn certify(&self, row: ErasureRow) -> Result<(), EraseError> {
        let (now, requests) = (self.clock.now(), self.requests(row.tenant_id).await?);
        let pending = requests.iter().filter(|request| request.acknowledged_at.is_none());
        let pending_processors = pending.map(|request| request.processor.clone()).collect();
        let receipt = Receipt { pending_processors, ..self.receipt(&row, now).await? };
        let signed = receipt.sign(self.vault.signer());
        let expires_at = self.policy.expires_at(ClassName::Ledger, now).unwrap_or(now);
        let document = ReceiptRow {
            tenant_id: row.tenant_id,
            number: 0,
            issued_at: now.into(),
            expires_at: expires_at.into(),
            document: signed.text(),
        };
        let shredded_at: Timestamp = row.shredded_at.ok_or(EraseError::Unreadable)?.into();
        self.vault
            .keyring()
            .write(move |tx| Ok::<_, DbError>(ledger::enter(tx, &document, shredded_at)?))
            .await?;
        self.db
            .write(move |tx| {
                let tenant = row.tenant_id;
                let waits = !requests.is_empty() || processor_erasures::confirmation(tx, tenant)?.is_some();
                if advance(tx, Step::Verified, Step::Receipted, row)? && waits {
                    told::follow_soon(tx, tenant, now)?;
                }
                Ok::<_, EraseError>(())
            })
            .await
    }

    async fn receipt(&self, row: &ErasureRow, now: Timestamp) -> Result<Receipt, EraseError> {
        step_of(row)?;
        let order_id = row.id;
        let order =
            self.db.read(move |conn| Ok::<_, DbError>(crate::db::orders::by_id(conn, order_id)?)).await?;
        let retained = self.retained(row.tenant_id, order.as_ref(), now).await?;
        receipt::compose(row, retained, now, &self.policy).ok_or(EraseError::Unreadable)
    }

    /// Which database a proof looks into.
    pub fn databases(&self) -> [(Schema, &crate::db::Db); 2] {
        [(Schema::Main, &self.db), (Schema::Keyring, self.vault.keyring())]
    }
}

/// One step for each of these erasures, several at once; then the first error, if there was one.
async fn each<'a, F>(rows: Vec<ErasureRow>, step: impl Fn(ErasureRow) -> F + 'a) -> Result<(), EraseError>
where
    F: Future<Output = Result<(), EraseError>> + 'a,
{
    let done: Vec<_> = stream::iter(rows).map(step).buffer_unordered(AT_ONCE).collect().await;
    done.into_iter().collect()
}
