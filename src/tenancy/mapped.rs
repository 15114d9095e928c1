//! How the data map describes a table, in the words of `db::mapped`.

use crate::clock::Timestamp;
use crate::db::DbError;
use crate::db::mapped::{Described, KeyType, Read, TenantTable};
use crate::error::{Code, Error};
use crate::policy::datamap::{DataMap, DataMapError, Form, Kind, Recorded, Table};

impl From<DataMapError> for Error {
    #[track_caller]
    fn from(error: DataMapError) -> Self {
        Self::new(Code::Internal).because(error)
    }
}

/// The tables whose rows a customer is told of, by class and in the map's order: everything that goes with a tenant but
/// what the map withholds.
pub fn shown_tables() -> Result<Vec<&'static Table>, DataMapError> {
    let tables = DataMap::builtin()?.tenant_tables();
    let mut shown: Vec<&Table> = tables.filter(|table| table.withheld.is_none()).collect();
    shown.sort_by_key(|table| table.class);
    Ok(shown)
}

/// What to read of a table; its sealed values too, if they are wanted.
pub fn tenant_table(table: &Table, wants_sealed: bool) -> TenantTable<'_> {
    let key_type = |column: &str| match table.form(column) {
        Form::Index { .. } => KeyType::Bytes,
        _ => KeyType::Other,
    };
    let sized = |column: &&str| matches!(table.form(column), Form::Sealed { .. } | Form::Withheld { .. });
    TenantTable {
        name: &table.name,
        owner: table.owner().unwrap_or("tenant_id"),
        key: table.key.iter().map(|column| (column.as_str(), key_type(column))).collect(),
        columns: columns(table),
        sealed: table.sealed().map(|(column, _)| (column, wants_sealed)),
        sized: table.columns.keys().map(String::as_str).filter(sized).collect(),
    }
}

/// Our own number of a row is read although it is not shown: sealed values open under it.
fn columns(table: &Table) -> Vec<(&str, Read)> {
    let read = |column: &str| match table.form(column) {
        _ if column == "id" => Some(Read::AsItIs),
        Form::Plain if column != "tenant_id" => Some(Read::AsItIs),
        Form::Flag => Some(Read::Flag),
        Form::Withheld { .. } => Some(Read::Presence),
        _ => None,
    };
    table.columns.keys().filter_map(|column| Some((column.as_str(), read(column)?))).collect()
}

pub fn described(table: &Table) -> Described<'_> {
    let kind = match &table.kind {
        Kind::Column(column) => Some(column.as_str()),
        Kind::Fixed(_) => None,
    };
    let recorded = table.recorded.as_ref().map(|recorded| match recorded {
        Recorded::Millis(column) | Recorded::Days(column) => column.as_str(),
    });
    Described { kind, recorded, expires: table.expires.as_deref() }
}

/// The time that a `recorded` column holds.
pub fn recorded_at(table: &Table, value: i64) -> Timestamp {
    match table.recorded {
        Some(Recorded::Days(_)) => Timestamp::from_seconds(value.saturating_mul(86_400)),
        _ => Timestamp::from_millis(value),
    }
}

/// A row that goes by itself goes with its tenant at the latest.
pub fn goes_at(own: Option<i64>, due_at: Option<Timestamp>) -> Option<Timestamp> {
    let own = own.map(Timestamp::from_millis);
    own.into_iter().chain(due_at).min()
}

/// A row that the map's words do not fit.
pub fn unreadable(table: &Table) -> DbError {
    let what = format!("{}: a row that the data map does not describe", table.name);
    DbError::Query(diesel::result::Error::DeserializationError(what.into()))
}
