//! The sealed values and wrapped keys of those who are going to be erased, and in which files their bytes are.

use std::collections::{BTreeMap, HashSet};

use anyhow::Context;

use super::Victim;
use super::needles::Needles;
use super::places::Place;
use crate::api::Services;
use crate::db::proof::{self, SealedColumn};
use crate::db::{Db, DbError, Id};
use crate::policy::datamap::{DataMap, Database, Erasure, Table};
use crate::vault::{Carved, Label};

/// The column with a wrapped key, in each table of the keyring that goes with a tenant.
const WRAPPED: &str = "wrapped";

/// A column whose values are looked for. All of them come from the data map, so none can be forgotten.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub class: &'static str,
    pub place: SealedColumn<'static>,
    /// What values are sealed with; a wrapped key has none.
    pub label: Option<Label>,
}

impl Column {
    pub fn name(&self) -> String {
        format!("{}.{}", self.place.table, self.place.column)
    }

    /// The tenant's values, as they stand.
    pub async fn of(&self, db: &Db, tenant: Id) -> Result<Vec<(Id, Vec<u8>)>, DbError> {
        let place = self.place;
        db.read(move |conn| Ok::<_, DbError>(proof::sealed_of(conn, place, tenant)?)).await
    }
}

/// Every sealed column of the main database that goes with a tenant.
pub fn sealed_columns() -> anyhow::Result<Vec<Column>> {
    let of_table = |table: &'static Table| {
        let owner = table.owner().unwrap_or("tenant_id");
        table.sealed_columns().map(move |(column, label, record)| Column {
            class: table.columns.get(column).unwrap_or(&table.class).as_str(),
            place: SealedColumn { table: &table.name, column, owner, record },
            label: Some(Label(label)),
        })
    };
    Ok(DataMap::builtin()?.tenant_tables().flat_map(of_table).collect())
}

/// Every kind of wrapped key that goes with a tenant.
fn key_columns() -> anyhow::Result<Vec<Column>> {
    let of_table = |table: &'static Table| {
        let record = if table.key.is_empty() { "tenant_id" } else { "id" };
        let place = SealedColumn { table: &table.name, column: WRAPPED, owner: "tenant_id", record };
        Column { class: table.class.as_str(), place, label: None }
    };
    let tables = DataMap::builtin()?.tables(Database::Keyring);
    let holds_keys =
        |table: &&Table| table.erasure == Erasure::WithTenant && table.columns.contains_key(WRAPPED);
    Ok(tables.filter(holds_keys).map(of_table).collect())
}

/// One value that was seen in a row.
pub struct Watched {
    pub victim: usize,
    pub column: Column,
    pub record: Id,
    pub bytes: Vec<u8>,
    /// Whether it stood in its row at the last look.
    stands: bool,
}

/// Everything that was ever seen of the victims: a value that another one took the place of must go too.
#[derive(Default)]
pub struct Watch {
    pub seen: Vec<Watched>,
    known: HashSet<Vec<u8>>,
}

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub victim: usize,
    pub class: &'static str,
    pub value: String,
    pub file: String,
}

/// How many copies are where.
pub type Copies = BTreeMap<Found, usize>;

impl Watch {
    /// Looks at the rows of all victims.
    pub async fn look(&mut self, services: &Services, victims: &[Victim]) -> anyhow::Result<()> {
        self.seen.iter_mut().for_each(|watched| watched.stands = false);
        let sealed = sealed_columns()?.into_iter().map(|column| (&services.main, column));
        let keys = key_columns()?.into_iter().map(|column| (&services.keyring, column));
        for (db, column) in sealed.chain(keys) {
            for (number, victim) in victims.iter().enumerate() {
                let rows = column.of(db, victim.tenant).await.with_context(|| column.name())?;
                rows.into_iter().for_each(|(record, bytes)| self.see(number, column, record, bytes));
            }
        }
        Ok(())
    }

    fn see(&mut self, victim: usize, column: Column, record: Id, bytes: Vec<u8>) {
        if self.known.insert(bytes.clone()) {
            self.seen.push(Watched { victim, column, record, bytes, stands: true });
        } else if let Some(watched) = self.seen.iter_mut().find(|watched| watched.bytes == bytes) {
            // A secret that another one takes the place of goes to another column as it is.
            (watched.stands, watched.column) = (true, column);
        }
    }

    /// Columns of which no victim has a value now, and nothing could be shown.
    pub fn without_value(&self) -> anyhow::Result<Vec<String>> {
        let standing = |column: &Column| {
            self.seen.iter().any(|watched| watched.stands && watched.column.place == column.place)
        };
        let all = sealed_columns()?.into_iter().chain(key_columns()?);
        Ok(all.filter(|column| !standing(column)).map(|column| column.name()).collect())
    }

    /// Where their bytes are, and what stands in a row and was found nowhere.
    pub fn find(&self, files: &[Place]) -> anyhow::Result<(Copies, Vec<String>)> {
        let needles = Needles::of_sealed(self.seen.iter().map(|watched| watched.bytes.as_slice()))?;
        let (mut copies, mut found) = (Copies::new(), HashSet::new());
        for file in files {
            let mut pieces: BTreeMap<(usize, usize), usize> = BTreeMap::new();
            needles
                .in_file(&file.path, |hit| *pieces.entry((hit.needle.of, hit.needle.piece)).or_default() += 1)
                .with_context(|| format!("cannot read {}", file.path.display()))?;
            // A copy may have lost some of its pieces: the one that is there most often says how many there are.
            let mut most: BTreeMap<usize, usize> = BTreeMap::new();
            for ((of, _), count) in pieces {
                let most = most.entry(of).or_default();
                *most = count.max(*most);
            }
            for (of, count) in most {
                let Some(watched) = self.seen.get(of) else { continue };
                found.insert(of);
                let (victim, class, value) = (watched.victim, watched.column.class, watched.column.name());
                *copies.entry(Found { victim, class, value, file: file.name.clone() }).or_default() += count;
            }
        }
        let seen = self.seen.iter().enumerate();
        let missed = seen.filter(|(of, watched)| watched.stands && !found.contains(of));
        Ok((copies, missed.map(|(_, watched)| watched.column.name()).collect()))
    }

    /// The sealed values, for whoever tries keys on them. Wrapped keys are opened by the master key alone.
    pub fn carved(&self, victims: &[Victim]) -> Vec<(usize, String, Carved)> {
        let carved = |watched: &Watched| {
            let (label, owner) = (watched.column.label?, victims.get(watched.victim)?.tenant);
            let carved = Carved { label, owner, record: watched.record, sealed: watched.bytes.clone() };
            Some((watched.victim, watched.column.name(), carved))
        };
        self.seen.iter().filter_map(carved).collect()
    }
}
