//! The map as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::table::{Database, Engine, Erasure, Form, Kind, Recorded, Table};
use super::{DataMap, DataMapError, PATH};
use crate::policy::ClassName;
use crate::policy::fault::Text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    deletion: Vec<String>,
    unstored: Vec<String>,
    tables: Tables,
    main: BTreeMap<String, Columns>,
    keyring: BTreeMap<String, Columns>,
    #[serde(default)]
    logs: BTreeMap<String, BTreeMap<String, ClassName>>,
    #[serde(default)]
    outgoing: BTreeMap<String, BTreeMap<String, ClassName>>,
    #[serde(default)]
    cookies: BTreeMap<String, ClassName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    main: BTreeMap<String, Rows>,
    keyring: BTreeMap<String, Rows>,
}

type Columns = BTreeMap<String, Column>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    class: ClassName,
    erasure: RawErasure,
    #[serde(default)]
    kind: Option<RawKind>,
    #[serde(default)]
    key: Vec<String>,
    #[serde(default)]
    recorded: Option<RawRecorded>,
    #[serde(default)]
    expires: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    withheld: Option<String>,
    #[serde(default)]
    engine: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected \"with_tenant\", \"tenant_row\" or { kept = \"why\" }")]
enum RawErasure {
    Word(ErasureWord),
    Kept { kept: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ErasureWord {
    WithTenant,
    TenantRow,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a word or { column = \"…\" }")]
enum RawKind {
    Fixed(String),
    Column { column: String },
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a column or { days = \"…\" }")]
enum RawRecorded {
    Millis(String),
    Days { days: String },
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a data class, or a table with class and sealed, index, own, withheld or fields"
)]
enum Column {
    Class(ClassName),
    Detailed(Detailed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    class: ClassName,
    #[serde(default)]
    sealed: Option<String>,
    #[serde(default)]
    index: Option<String>,
    #[serde(default)]
    own: Option<String>,
    #[serde(default)]
    withheld: Option<String>,
    #[serde(default)]
    flag: bool,
    #[serde(default)]
    fields: Vec<String>,
}

/// Reads the map. What its parts mean together is checked in `check`.
pub fn read(text: &str) -> Result<DataMap, DataMapError> {
    let unreadable =
        |error: toml::de::Error| DataMapError(vec![Text::new(PATH, text).unreadable(&error).to_string()]);
    let File { deletion, unstored, tables, main, keyring, logs, outgoing, cookies } =
        toml::from_str(text).map_err(unreadable)?;
    let mut all = join(Database::Main, tables.main, main)?;
    all.extend(join(Database::Keyring, tables.keyring, keyring)?);
    let place = |table: &Table| match table.erasure {
        Erasure::Kept { .. } => usize::MAX,
        _ => deletion.iter().position(|name| *name == table.name).unwrap_or(usize::MAX),
    };
    all.sort_by_key(|table| (table.database, place(table)));
    check_deletion(&deletion, &all)?;
    Ok(DataMap { tables: all, unstored, logs, outgoing, cookies })
}

/// What is deleted is listed, and what is listed is deleted.
fn check_deletion(deletion: &[String], tables: &[Table]) -> Result<(), DataMapError> {
    let goes =
        |table: &&Table| table.database == Database::Main && !matches!(table.erasure, Erasure::Kept { .. });
    let ordered: Vec<&str> = tables.iter().filter(goes).map(|table| table.name.as_str()).collect();
    if ordered.iter().eq(deletion.iter()) {
        return Ok(());
    }
    let right = format!(
        "{PATH}: deletion: list exactly the tables that go with their tenant: {}",
        ordered.join(", ")
    );
    Err(DataMapError(vec![right]))
}

/// Puts what rows are and what columns hold together.
fn join(
    database: Database,
    rows: BTreeMap<String, Rows>,
    mut columns: BTreeMap<String, Columns>,
) -> Result<Vec<Table>, DataMapError> {
    let mut found = Vec::new();
    let mut tables = Vec::with_capacity(rows.len());
    for (name, rows) in rows {
        match columns.remove(&name) {
            Some(columns) => tables.push(table(database, name, rows, columns)),
            None => found.push(format!("{PATH}: add [{database}.{name}] with a class for each column")),
        }
    }
    let without_rows = columns.keys();
    found.extend(
        without_rows.map(|name| format!("{PATH}: add [tables.{database}.{name}] with class and erasure")),
    );
    if found.is_empty() { Ok(tables) } else { Err(DataMapError(found)) }
}

fn table(database: Database, name: String, rows: Rows, columns: Columns) -> Table {
    let mut table = Table {
        database,
        class: rows.class,
        erasure: match rows.erasure {
            RawErasure::Word(ErasureWord::WithTenant) => Erasure::WithTenant,
            RawErasure::Word(ErasureWord::TenantRow) => Erasure::TenantRow,
            RawErasure::Kept { kept } => Erasure::Kept { why: kept },
        },
        kind: match rows.kind {
            Some(RawKind::Fixed(kind)) => Kind::Fixed(kind),
            Some(RawKind::Column { column }) => Kind::Column(column),
            None => Kind::Fixed(name.clone()),
        },
        recorded: rows.recorded.map(|recorded| match recorded {
            RawRecorded::Millis(column) => Recorded::Millis(column),
            RawRecorded::Days { days } => Recorded::Days(days),
        }),
        key: rows.key,
        expires: rows.expires,
        subject: rows.subject,
        withheld: rows.withheld,
        engine: rows.engine.and_then(|engine| engine.parse::<Engine>().ok()),
        columns: BTreeMap::new(),
        forms: BTreeMap::new(),
        fields: BTreeMap::new(),
        name,
    };
    for (name, column) in columns {
        place(&mut table, name, column);
    }
    table
}

fn place(table: &mut Table, name: String, column: Column) {
    let detailed = match column {
        Column::Class(class) => {
            table.columns.insert(name, class);
            return;
        }
        Column::Detailed(detailed) => detailed,
    };
    let form = match detailed {
        Detailed { withheld: Some(why), sealed, .. } => Form::Withheld { why, label: sealed },
        Detailed { sealed: Some(label), .. } => Form::Sealed { label },
        Detailed { index: Some(label), .. } => Form::Index { label },
        Detailed { own: Some(_), .. } => Form::Own,
        Detailed { flag: true, .. } => Form::Flag,
        _ => Form::Plain,
    };
    table.columns.insert(name.clone(), detailed.class);
    table.forms.insert(name.clone(), form);
    table.fields.insert(name, detailed.fields);
}
