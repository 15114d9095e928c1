//! What must hold within the map, and between the map and a policy.

use super::table::{Database, Erasure, Form, Kind, Recorded, Table};
use super::{DataMap, PATH};

/// Words that stand where a reason should.
const NO_REASONS: [&str; 5] = ["tbd", "todo", "fixme", "n/a", "none"];

/// Everything that contradicts itself.
pub fn faults(map: &DataMap) -> Vec<String> {
    let mut found = Vec::new();
    for table in &map.tables {
        check_erasure(table, &mut found);
        check_reasons(table, &mut found);
        check_names(table, &mut found);
    }
    found
}

fn at(table: &Table) -> String {
    format!("{PATH}: [tables.{}.{}]", table.database, table.name)
}

fn check_erasure(table: &Table, found: &mut Vec<String>) {
    let (at, has_owner) = (at(table), table.columns.contains_key("tenant_id"));
    match &table.erasure {
        Erasure::WithTenant if !has_owner => {
            found.push(format!("{at}: erasure = \"with_tenant\" needs a column tenant_id; without one say {{ kept = \"why\" }}"));
        }
        Erasure::TenantRow if (table.database, table.name.as_str()) != (Database::Main, "tenants") => {
            found.push(format!("{at}: erasure = \"tenant_row\" is for main.tenants alone"));
        }
        _ => {}
    }
}

fn check_reasons(table: &Table, found: &mut Vec<String>) {
    let kept = match &table.erasure {
        Erasure::Kept { why } => Some(why),
        _ => None,
    };
    let withheld = table.forms.values().filter_map(|form| match form {
        Form::Withheld { why } => Some(why),
        _ => None,
    });
    for why in kept.into_iter().chain(&table.withheld).chain(withheld) {
        let words = why.trim().to_lowercase();
        if words.split_whitespace().count() < 3 || NO_REASONS.iter().any(|no| words.starts_with(no)) {
            found.push(format!("{}: {why:?} is no reason; say why in a sentence", at(table)));
        }
    }
}

/// Columns that the rows are described by must be there.
fn check_names(table: &Table, found: &mut Vec<String>) {
    let kind = match &table.kind {
        Kind::Column(column) => Some(column),
        Kind::Fixed(_) => None,
    };
    let recorded = table.recorded.as_ref().map(|(Recorded::Millis(column) | Recorded::Days(column))| column);
    let named = table.key.iter().chain(kind).chain(recorded).chain(&table.expires);
    for column in named.filter(|column| !table.columns.contains_key(*column)) {
        found.push(format!(
            "{}: names a column {column}, which [{}.{}] lacks",
            at(table),
            table.database,
            table.name
        ));
    }
    if table.sealed().next().is_some() && !table.columns.contains_key("id") {
        found.push(format!(
            "{}: a sealed value is opened as the record of its row's id; there is none",
            at(table)
        ));
    }
}
