//! Looks into the databases for what the oracle has foretold. What differs is a violation of the policy.

use anyhow::bail;

use super::oracle::Step;
use super::world::World;
use crate::clock::Timestamp;
use crate::db::ledger::{self, LedgerRow, ReceiptRow};
use crate::db::notices::{self, NoticeKind};
use crate::db::{Conn, DbError, DbResult, Id, Millis, Schema, erase, expiry, tenants, uploads, webhooks};
use crate::erasure::{self, OwnTable, Signed};

const PAGE: i64 = 1_000;

/// What was found in the end.
#[derive(Debug, Default)]
pub struct Proven {
    pub receipts: usize,
    /// Rows that erasures deleted, as the receipts say.
    pub rows: i64,
}

/// Somewhere to look.
#[derive(Clone)]
struct Look {
    customer: usize,
    step: Step,
    tenant: Id,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Present,
    Gone,
    Noticed { kind: NoticeKind, of: Timestamp, by: Timestamp },
    Event { received_at: Timestamp, expected: bool },
}

/// What is not as it was foretold.
pub struct Difference {
    pub customer: usize,
    pub step: Step,
    pub found: String,
}

impl Look {
    fn finds(&self, found: impl Into<String>) -> Difference {
        Difference { customer: self.customer, step: self.step, found: found.into() }
    }

    /// What the main database has, if it is not as foretold.
    fn at_main(&self, conn: &mut Conn, tables: &[OwnTable]) -> DbResult<Option<String>> {
        Ok(match self.what {
            What::Present => {
                let row = tenants::by_id(conn, self.tenant)?.filter(|row| row.standing != "erasing");
                let is_there = row.is_some() && uploads::count(conn, self.tenant)? > 0;
                (!is_there).then(|| "gone too early".to_owned())
            }
            What::Gone => {
                let targets: Vec<_> = tables.iter().map(OwnTable::target).collect();
                let counts = erase::counts(conn, &targets, self.tenant)?;
                let left = tables.iter().zip(counts).find(|(_, count)| *count > 0);
                left.map(|(table, _)| format!("{} still has rows", table.name))
            }
            What::Noticed { kind, of, by } => match notices::sent_at(conn, self.tenant, kind, of)? {
                Some(sent_at) if sent_at <= by => None,
                Some(sent_at) => Some(format!("the notice ({kind}) of {of} went out late, at {sent_at}")),
                None => Some(format!("the notice ({kind}) of {of} did not go out")),
            },
            What::Event { received_at, expected } => {
                let rows = webhooks::newest(conn, self.tenant, PAGE)?;
                match (rows.iter().any(|row| row.received_at == Millis::from(received_at)), expected) {
                    (true, false) => Some(format!("an event of {received_at} is still stored")),
                    (false, true) => Some(format!("an event of {received_at} went too early")),
                    _ => None,
                }
            }
        })
    }

    /// What the keyring has, if it is not as foretold.
    fn at_keyring(&self, conn: &mut Conn) -> DbResult<Option<String>> {
        if !matches!(self.what, What::Gone) {
            return Ok(None);
        }
        let documents = ledger::receipts_of(conn, self.tenant)?;
        let receipts = documents.iter().filter(|row| row.number == 0).count();
        Ok((receipts != 1).then(|| format!("{receipts} receipts")))
    }
}

impl World {
    /// Looks at everything that a day's steps foretell, in one reading of each database. Returns what differs.
    pub async fn look(&self, steps: &[(usize, Step)]) -> anyhow::Result<Vec<Difference>> {
        let mut differences = Vec::new();
        let mut looks = Vec::new();
        for (customer, step) in steps.iter().copied() {
            match self.place(customer, step) {
                Ok(look) => looks.extend(look),
                Err(error) => differences.push(Difference { customer, step, found: error.to_string() }),
            }
        }
        let (asked, tables) = (looks.clone(), self.services.eraser.tables().to_vec());
        let at_main = self.services.main.read(move |conn| {
            let found = asked.iter().map(|look| look.at_main(conn, &tables));
            found.collect::<DbResult<Vec<_>>>()
        });
        let asked = looks.clone();
        let at_keyring = self.services.keyring.read(move |conn| {
            let found = asked.iter().map(|look| look.at_keyring(conn));
            found.collect::<DbResult<Vec<_>>>()
        });
        for found in [at_main.await?, at_keyring.await?] {
            let found = looks.iter().zip(found);
            differences.extend(found.filter_map(|(look, found)| Some(look.finds(found?))));
        }
        Ok(differences)
    }

    /// Where to look; nowhere for an act.
    fn place(&self, customer: usize, step: Step) -> anyhow::Result<Option<Look>> {
        let event = |of_day, expected| What::Event { received_at: self.at(of_day), expected };
        let (index, what) = match step {
            Step::Do { .. } => return Ok(None),
            Step::Present { tenant } => (tenant, What::Present),
            Step::Gone { tenant } => (tenant, What::Gone),
            Step::Noticed { tenant, about, of_day, by_day } => {
                let kind = about.parse().map_err(anyhow::Error::msg)?;
                (tenant, What::Noticed { kind, of: self.at(of_day), by: self.at(by_day) })
            }
            Step::EventPresent { tenant, of_day } => (tenant, event(of_day, true)),
            Step::EventGone { tenant, of_day } => (tenant, event(of_day, false)),
        };
        Ok(Some(Look { customer, step, tenant: self.tenant(customer, index)?, what }))
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
