//! Looks into the databases for what the oracle has foretold. What differs is a violation of the policy.

use anyhow::bail;

use super::oracle::Step;
use super::world::World;
use crate::clock::Timestamp;
use crate::db::erase::{self, TenantTable};
use crate::db::ledger::{self, LedgerRow, ReceiptRow};
use crate::db::{DbError, Id, Millis, Schema, expiry, notices, uploads, webhooks};
use crate::erasure::{self, Signed};

const PAGE: i64 = 1_000;

/// What was found in the end.
#[derive(Debug, Default)]
pub struct Proven {
    pub receipts: usize,
    /// Rows that erasures deleted, as the receipts say.
    pub rows: i64,
}

impl World {
    /// Whether what `step` says is so.
    pub async fn look(&self, customer: usize, step: Step) -> anyhow::Result<()> {
        match step {
            Step::Do { .. } => Ok(()),
            Step::Present { tenant } => self.is_present(self.tenant(customer, tenant)?).await,
            Step::Gone { tenant } => self.is_gone(self.tenant(customer, tenant)?).await,
            Step::Noticed { tenant, about, of_day, by_day } => {
                self.is_noticed(self.tenant(customer, tenant)?, about, self.at(of_day), self.at(by_day)).await
            }
            Step::EventPresent { tenant, of_day } => {
                self.has_event(self.tenant(customer, tenant)?, self.at(of_day), true).await
            }
            Step::EventGone { tenant, of_day } => {
                self.has_event(self.tenant(customer, tenant)?, self.at(of_day), false).await
            }
        }
    }

    async fn is_present(&self, tenant: Id) -> anyhow::Result<()> {
        let found = self.services.main.read(move |conn| {
            let row = crate::db::tenants::by_id(conn, tenant)?;
            Ok::<_, DbError>(
                row.is_some_and(|row| row.standing != "erasing") && uploads::count(conn, tenant)? > 0,
            )
        });
        if found.await? { Ok(()) } else { bail!("gone too early") }
    }

    async fn is_gone(&self, tenant: Id) -> anyhow::Result<()> {
        let tables = self.services.eraser.tables().to_vec();
        let left = self.services.main.read(move |conn| {
            for table in &tables {
                let target = TenantTable { name: &table.name, key: table.key };
                if erase::count(conn, target, tenant)? > 0 {
                    return Ok(Some(table.name.clone()));
                }
            }
            Ok::<_, DbError>(None)
        });
        if let Some(table) = left.await? {
            bail!("{table} still has rows");
        }
        let receipts =
            self.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
        // Supplements have higher numbers.
        let receipts = receipts.await?.iter().filter(|row| row.number == 0).count();
        if receipts != 1 {
            bail!("{receipts} receipts");
        }
        Ok(())
    }

    async fn is_noticed(
        &self,
        tenant: Id,
        about: &'static str,
        of: Timestamp,
        by: Timestamp,
    ) -> anyhow::Result<()> {
        let kind = about.parse().map_err(anyhow::Error::msg)?;
        let sent_at =
            self.services.main.read(move |conn| Ok::<_, DbError>(notices::sent_at(conn, tenant, kind, of)?));
        match sent_at.await? {
            Some(sent_at) if sent_at <= by => Ok(()),
            Some(sent_at) => bail!("the notice ({about}) of {of} went out late, at {sent_at}"),
            None => bail!("the notice ({about}) of {of} did not go out"),
        }
    }

    async fn has_event(&self, tenant: Id, received_at: Timestamp, expected: bool) -> anyhow::Result<()> {
        let rows =
            self.services.main.read(move |conn| Ok::<_, DbError>(webhooks::newest(conn, tenant, PAGE)?));
        let found = rows.await?.iter().any(|row| row.received_at == Millis::from(received_at));
        match (found, expected) {
            (true, false) => bail!("an event of {received_at} is still stored"),
            (false, true) => bail!("an event of {received_at} went too early"),
            _ => Ok(()),
        }
    }

    /// Whether anything with an expiry is overdue by more than the sweep lag.
    pub async fn is_swept(&self) -> anyhow::Result<()> {
        let due = self.services.clock.now().minus(self.services.policy.sweep_lag());
        for (schema, db) in [(Schema::Main, &self.services.main), (Schema::Keyring, &self.services.keyring)] {
            let overdue = db.read(move |conn| Ok::<_, DbError>(expiry::overdue(conn, schema, due)?)).await?;
            if let Some(first) = overdue.first() {
                bail!("rows of {} are overdue since {}", first.table.table, first.since);
            }
        }
        Ok(())
    }

    /// Verifies every receipt, and the chain of the ledger.
    pub async fn prove(&self) -> anyhow::Result<Proven> {
        let keys = self.services.vault.public_keys();
        let (mut proven, mut after) = (Proven::default(), (Id::NONE, 0));
        loop {
            let page: Vec<ReceiptRow> = self
                .services
                .keyring
                .read(move |conn| Ok::<_, DbError>(ledger::receipts(conn, after, PAGE)?))
                .await?;
            let Some(last) = page.last() else { break };
            after = (last.tenant_id, last.number);
            for row in &page {
                let Signed::Receipt(signed) = Signed::verify(&row.document, &keys)? else { continue };
                proven.receipts += 1;
                proven.rows += signed.receipt.classes.iter().map(|class| class.records_before).sum::<i64>();
            }
        }
        self.check_ledger(proven.receipts).await?;
        Ok(proven)
    }

    async fn check_ledger(&self, receipts: usize) -> anyhow::Result<()> {
        let limit = i64::try_from(receipts).unwrap_or(i64::MAX).saturating_add(1);
        let entries: Vec<LedgerRow> =
            self.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::page(conn, 0, limit)?)).await?;
        erasure::check_ledger(&entries)?;
        if entries.len() != receipts {
            bail!("{} entries in the ledger for {receipts} receipts", entries.len());
        }
        Ok(())
    }
}
