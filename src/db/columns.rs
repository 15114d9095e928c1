//! What a database holds as it stands: every column of every table and view.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Conn;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Hidden and generated columns too, which `table_info` leaves out.
const SQLITE: &str = "SELECT tables.name AS of, columns.name AS name \
     FROM sqlite_schema AS tables JOIN pragma_table_xinfo(tables.name) AS columns \
     WHERE tables.type IN ('table', 'view')";
/// From the catalogue itself: `information_schema` shows only what this role may read, and no materialised views.
const POSTGRES: &str = "SELECT tables.relname::text AS of, columns.attname::text AS name \
     FROM pg_catalog.pg_class AS tables \
     JOIN pg_catalog.pg_namespace AS schemas ON schemas.oid = tables.relnamespace \
     JOIN pg_catalog.pg_attribute AS columns ON columns.attrelid = tables.oid \
     WHERE schemas.nspname = current_schema() AND tables.relkind IN ('r', 'p', 'v', 'm', 'f') \
     AND columns.attnum > 0 AND NOT columns.attisdropped";

/// Columns by table, in the current schema.
pub fn live(conn: &mut Conn) -> QueryResult<BTreeMap<String, BTreeSet<String>>> {
    let columns: Vec<Column> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(SQLITE).load(conn)?,
        Conn::Pg(conn) => diesel::sql_query(POSTGRES).load(conn)?,
    };
    let mut tables = BTreeMap::<String, BTreeSet<String>>::new();
    for Column { of, name } in columns {
        tables.entry(of).or_default().insert(name);
    }
    Ok(tables)
}
