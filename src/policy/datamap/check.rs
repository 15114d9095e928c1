//! What must hold within the map, and between the map and a policy.

use super::table::{Database, Erasure, Form, Kind, Recorded, Table};
use super::{DataMap, PATH};
use crate::policy::{ClassName, Policy};

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
        Form::Withheld { why, .. } => Some(why),
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
    let sealed = table.forms.values().filter(|form| matches!(form, Form::Sealed { .. })).count();
    if sealed > 1 {
        found.push(format!("{}: has {sealed} sealed columns; seal together what one row holds", at(table)));
    }
    if sealed > 0 && !table.columns.contains_key("id") {
        found.push(format!(
            "{}: a sealed value is opened as the record of its row's id; there is none",
            at(table)
        ));
    }
}

/// What the map says and `policy` does not know.
pub fn uncovered(map: &DataMap, policy: &Policy) -> Vec<String> {
    let mut found = Vec::new();
    let columns = map.tables.iter().flat_map(|table| {
        let place = format!("[{}.{}]", table.database, table.name);
        table.columns.iter().map(move |(name, class)| (format!("{place}: {name}"), *class))
    });
    let fields = [("logs", &map.logs), ("outgoing", &map.outgoing)].into_iter().flat_map(|(part, all)| {
        all.iter().flat_map(move |(name, fields)| {
            fields.iter().map(move |(field, class)| (format!("[{part}.{name}]: {field}"), *class))
        })
    });
    let cookies = map.cookies.iter().map(|(name, class)| (format!("[cookies]: {name}"), *class));
    for (place, class) in
        columns.chain(fields).chain(cookies).filter(|(_, class)| policy.class(*class).is_none())
    {
        found.push(format!(
            "{PATH}: {place} is {class}, a class that the policy lacks; add [classes.{class}] to it"
        ));
    }
    found.extend(sent_to_nobody(map, policy));
    found.extend(cookies_of_one_side(map, policy));
    found
}

/// What goes out must have somebody in the policy who gets its class.
fn sent_to_nobody(map: &DataMap, policy: &Policy) -> Vec<String> {
    let receives =
        |class: ClassName| policy.document().processors.iter().any(|other| other.classes.contains(&class));
    let sent =
        map.outgoing.iter().flat_map(|(call, fields)| fields.values().map(move |class| (call, *class)));
    let lost: std::collections::BTreeSet<_> = sent.filter(|(_, class)| !receives(*class)).collect();
    let line = |(call, class)| {
        format!(
            "{PATH}: [outgoing.{call}] sends {class}, which no processor of the policy gets; add it to its classes"
        )
    };
    lost.into_iter().map(line).collect()
}

fn cookies_of_one_side(map: &DataMap, policy: &Policy) -> Vec<String> {
    let listed: Vec<&str> = policy.document().cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    let unlisted = map.cookies.keys().filter(|name| !listed.contains(&name.as_str()));
    let unset = listed.iter().filter(|name| !map.cookies.contains_key(**name));
    unlisted
        .map(|name| {
            format!("{PATH}: [cookies]: the policy lists no cookie {name}; add it there as [[cookies]]")
        })
        .chain(
            unset.map(|name| {
                format!("{PATH}: add under [cookies]: {name} = \"…\", since the policy lists it")
            }),
        )
        .collect()
}
