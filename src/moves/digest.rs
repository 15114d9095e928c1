//! What a table holds of a tenant, as a number: the same on both engines and in whatever order rows are read. Columns that each
//! deployment has of its own do not count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::plan::{Moved, Plan};
use crate::db::moving::{self, WholeRow, WholeTable};
use crate::db::{Db, DbError, Id};

/// Rows and bytes that are read at once.
pub const ROWS: i64 = 200;
pub const BYTES: i64 = 1024 * 1024;

/// Rows, bytes of their texts, and the hashes of all rows, laid over each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Digest {
    pub rows: u64,
    pub bytes: u64,
    pub hash: [u8; 32],
}

/// Up to so many rows and bytes are compared while somebody waits for it.
const SMALL: (u64, u64) = (2_000, 32 * 1024 * 1024);

/// Whether so much is compared at once.
pub fn is_small(digests: &BTreeMap<String, Digest>) -> bool {
    let rows: u64 = digests.values().map(|digest| digest.rows).sum();
    let bytes: u64 = digests.values().map(|digest| digest.bytes).sum();
    rows <= SMALL.0 && bytes <= SMALL.1
}

/// What stands when a move is committed: everything anew where that is quick, and the number of rows otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Still {
    Whole(BTreeMap<String, Digest>),
    Rows(BTreeMap<String, u64>),
}

impl Still {
    pub async fn of(db: &Db, plan: &Plan, tenant: Id) -> Result<Self, DbError> {
        let mut rows = BTreeMap::new();
        for table in plan.tables.clone() {
            let name = table.name.clone();
            let count = db.read(move |conn| {
                let table = table.describe(conn)?;
                Ok::<_, DbError>(moving::count(conn, &table, tenant)?)
            });
            rows.insert(name, count.await?);
        }
        if rows.values().sum::<u64>() > SMALL.0 {
            return Ok(Self::Rows(rows));
        }
        Ok(Self::Whole(digests(db, plan, tenant).await?))
    }

    /// Whether it is what was compared.
    pub fn is(&self, compared: &BTreeMap<String, Digest>) -> bool {
        match self {
            Self::Whole(digests) => digests == compared,
            Self::Rows(rows) => {
                compared.len() == rows.len()
                    && compared.iter().all(|(name, digest)| rows.get(name) == Some(&digest.rows))
            }
        }
    }
}

impl Digest {
    const EMPTY: Self = Self { rows: 0, bytes: 0, hash: [0; 32] };

    fn add(&mut self, row: &WholeRow, table: &WholeTable, anew: &[String]) {
        let counted = table.columns.keys().filter(|column| !anew.contains(column));
        let values: Vec<_> = counted.map(|column| (column, row.get(column))).collect();
        let text = serde_json::to_vec(&values).unwrap_or_default();
        self.rows += 1;
        self.bytes += text.len() as u64;
        let hash: [u8; 32] = Sha256::digest(&text).into();
        self.hash.iter_mut().zip(hash).for_each(|(sum, byte)| *sum ^= byte);
    }
}

/// One for each table of the plan.
pub async fn digests(db: &Db, plan: &Plan, tenant: Id) -> Result<BTreeMap<String, Digest>, DbError> {
    let mut found = BTreeMap::new();
    for table in &plan.tables {
        found.insert(table.name.clone(), digest(db, table, tenant).await?);
    }
    Ok(found)
}

async fn digest(db: &Db, moved: &Moved, tenant: Id) -> Result<Digest, DbError> {
    let (mut digest, mut after) = (Digest::EMPTY, Vec::new());
    loop {
        let (moved, place) = (moved.clone(), after);
        let read = db.read(move |conn| {
            let table = moved.describe(conn)?;
            let page = moving::page(conn, &table, tenant, &place, ROWS, BYTES)?;
            Ok::<_, DbError>((moved, table, page))
        });
        let (moved, table, page) = read.await?;
        page.rows.iter().for_each(|row| digest.add(row, &table, &moved.anew));
        if page.is_last {
            return Ok(digest);
        }
        after = page.last;
    }
}
