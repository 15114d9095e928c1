//! The data map: which data class everything belongs to that is stored, written to a log or sent out
//! (`policies/datamap.toml`).
//!
//! The map is part of the program, because the program's tables are. It is compared with both databases when the service
//! starts: a column without a class stops the start, and so nothing can be stored that the statement does not speak of.

mod check;
mod file;
mod live;
mod table;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{ClassName, Policy};
pub use live::Columns;
pub use table::{Database, Engine, Erasure, Form, Kind, Recorded, Table};

const PATH: &str = "policies/datamap.toml";
const TEXT: &str = include_str!("../../policies/datamap.toml");

/// The map, checked in itself.
#[derive(Debug, Clone)]
pub struct DataMap {
    tables: Vec<Table>,
    unstored: Vec<String>,
    /// Fields of each log stream, with dots between nested names.
    logs: BTreeMap<String, BTreeMap<String, ClassName>>,
    /// Fields of each kind of outgoing call.
    outgoing: BTreeMap<String, BTreeMap<String, ClassName>>,
    cookies: BTreeMap<String, ClassName>,
}

/// What is wrong: each line says where, and what would be right.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct DataMapError(pub Vec<String>);

impl DataMap {
    /// The map of this program. Read once.
    pub fn builtin() -> Result<&'static Self, DataMapError> {
        static BUILTIN: OnceLock<Result<DataMap, DataMapError>> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::parse(TEXT)).as_ref().map_err(Clone::clone)
    }

    pub fn parse(text: &str) -> Result<Self, DataMapError> {
        let map = file::read(text)?;
        let found = check::faults(&map);
        if found.is_empty() { Ok(map) } else { Err(DataMapError(found)) }
    }

    pub fn tables(&self, database: Database) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(move |table| table.database == database)
    }

    pub fn table(&self, database: Database, name: &str) -> Option<&Table> {
        self.tables(database).find(|table| table.name == name)
    }

    /// The tables of the main database whose rows go with their tenant, in the order of deletion: the tenant itself is
    /// last.
    pub fn tenant_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables(Database::Main).filter(|table| !matches!(table.erasure, Erasure::Kept { .. }))
    }

    /// Every label that a value or a blind index is made with.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().flat_map(Table::labels).chain(self.unstored.iter().map(String::as_str))
    }

    /// What the map says and `policy` does not know.
    pub fn uncovered(&self, policy: &Policy) -> Vec<String> {
        check::uncovered(self, policy)
    }

    pub fn log_fields(&self, stream: &str) -> Option<&BTreeMap<String, ClassName>> {
        self.logs.get(stream)
    }

    pub fn outgoing(&self) -> &BTreeMap<String, BTreeMap<String, ClassName>> {
        &self.outgoing
    }

    pub fn cookies(&self) -> &BTreeMap<String, ClassName> {
        &self.cookies
    }
}

#[cfg(test)]
mod tests;
