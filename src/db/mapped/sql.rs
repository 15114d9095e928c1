//! Statements over a tenant's rows, in the words of either engine.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use super::{KeyType, KeyValue, Read, TenantTable};
use crate::db::{Conn, Id, each};

/// Bytes of a row's values that count.
pub fn size(table: &TenantTable<'_>) -> String {
    let lengths: Vec<String> =
        table.sized.iter().map(|column| format!("COALESCE(LENGTH(\"{column}\"), 0)")).collect();
    format!("CAST({} AS BIGINT)", if lengths.is_empty() { "0".to_owned() } else { lengths.join(" + ") })
}

/// One statement over a tenant's rows after a place.
pub struct Sql {
    is_sqlite: bool,
    from: String,
    binds: Vec<KeyValue>,
}

impl Sql {
    pub fn new(conn: &Conn, table: &TenantTable<'_>, tenant: Id, after: &[KeyValue]) -> Self {
        let is_sqlite = matches!(conn, Conn::Sqlite(_));
        let place = |number: usize| if is_sqlite { "?".to_owned() } else { format!("${number}") };
        let key: Vec<String> = table.key.iter().map(|(column, _)| format!("\"{column}\"")).collect();
        let mut from = format!(" FROM \"{}\" WHERE \"{}\" = {}", table.name, table.owner, place(1));
        if !key.is_empty() && after.len() == key.len() {
            let places: Vec<String> = (2..after.len() + 2).map(place).collect();
            from.push_str(&format!(" AND ({}) > ({})", key.join(", "), places.join(", ")));
        }
        if !key.is_empty() {
            from.push_str(&format!(" ORDER BY {}", key.join(", ")));
        }
        let after = if after.len() == key.len() { after.to_vec() } else { Vec::new() };
        let binds = std::iter::once(KeyValue::Number(tenant.as_i64())).chain(after).collect();
        Self { is_sqlite, from, binds }
    }

    /// The row's values as one JSON object, its sealed value and its size.
    pub fn select(&self, table: &TenantTable<'_>) -> String {
        let key =
            table.key.iter().map(|(column, kind)| format!("'key.{column}', {}", self.of_key(column, *kind)));
        let columns = table
            .columns
            .iter()
            .map(|(column, read)| format!("'{column}', {}", self.of_column(column, *read)));
        let members: Vec<String> = key.chain(columns).collect();
        let object = if self.is_sqlite { "json_object" } else { "json_build_object" };
        let sealed = match table.sealed {
            Some((column, true)) => format!("\"{column}\""),
            _ if self.is_sqlite => "NULL".to_owned(),
            _ => "NULL::bytea".to_owned(),
        };
        format!(
            "CAST({object}({}) AS TEXT) AS shown, {sealed} AS sealed, {} AS bytes",
            members.join(", "),
            size(table)
        )
    }

    fn of_key(&self, column: &str, kind: KeyType) -> String {
        match kind {
            KeyType::Other => format!("\"{column}\""),
            KeyType::Bytes if self.is_sqlite => format!("hex(\"{column}\")"),
            KeyType::Bytes => format!("upper(encode(\"{column}\", 'hex'))"),
        }
    }

    fn of_column(&self, column: &str, read: Read) -> String {
        let yes_or_no = match read {
            Read::AsItIs => return format!("\"{column}\""),
            Read::Bytes => {
                let hex = self.of_key(column, KeyType::Bytes);
                return format!("CASE WHEN \"{column}\" IS NULL THEN NULL ELSE {hex} END");
            }
            Read::Flag => format!("\"{column}\""),
            Read::Presence => format!("\"{column}\" IS NOT NULL"),
        };
        if self.is_sqlite {
            format!("json(iif({yes_or_no}, 'true', 'false'))")
        } else {
            format!("({yes_or_no})")
        }
    }

    pub fn load<T>(&self, conn: &mut Conn, select: &str, rows: i64) -> QueryResult<Vec<T>>
    where
        T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
    {
        let sql = format!("SELECT {select}{} LIMIT {rows}", self.from);
        each!(conn, |conn| {
            let mut query = diesel::sql_query(sql).into_boxed();
            for value in self.binds.clone() {
                query = match value {
                    KeyValue::Number(number) => query.bind::<BigInt, _>(number),
                    KeyValue::Word(word) => query.bind::<Text, _>(word),
                    KeyValue::Bytes(bytes) => query.bind::<Binary, _>(bytes),
                };
            }
            query.load(conn)
        })
    }
}
