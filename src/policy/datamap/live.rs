//! The map beside a database as it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{Database, Engine, Table};
use super::{DataMap, PATH};

/// Diesel's record of which migrations ran: version and time of each, and nothing of anybody.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// Columns by table.
pub type Columns = BTreeMap<String, BTreeSet<String>>;

impl DataMap {
    /// Where map and database differ: each line says what to add or to remove, and where.
    pub fn differences(&self, database: Database, engine: Engine, live: &Columns) -> Vec<String> {
        let mut found = Vec::new();
        for (name, columns) in live.iter().filter(|(name, _)| *name != MIGRATIONS) {
            match self.table(database, name) {
                Some(table) => compare(table, columns, &mut found),
                None => found.push(unmapped(database, name, columns)),
            }
        }
        let expected = |table: &&Table| table.engine.is_none_or(|only| only == engine);
        for table in self.tables(database).filter(expected).filter(|table| !live.contains_key(&table.name)) {
            let name = &table.name;
            found.push(format!(
                "{PATH}: remove [tables.{database}.{name}] and [{database}.{name}]: there is no such table"
            ));
        }
        found
    }
}

fn compare(table: &Table, live: &BTreeSet<String>, found: &mut Vec<String>) {
    let place = format!("[{}.{}]", table.database, table.name);
    for name in live.iter().filter(|name| !table.columns.contains_key(*name)) {
        found.push(format!("{PATH}: add under {place}: {name} = \"{}\"", table.class));
    }
    for name in table.columns.keys().filter(|name| !live.contains(*name)) {
        found.push(format!("{PATH}: remove under {place}: {name}, because there is no such column"));
    }
}

fn unmapped(database: Database, name: &str, columns: &BTreeSet<String>) -> String {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    format!(
        "{PATH}: add [tables.{database}.{name}] with class and erasure, and [{database}.{name}] with the class of each \
         column: {}",
        columns.join(", ")
    )
}
