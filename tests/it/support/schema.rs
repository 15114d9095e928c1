//! The live schema of a test's databases.

use diesel::prelude::*;
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::Text;
use kept::db::{Conn, Db};

use super::TestApp;

#[derive(QueryableByName)]
pub struct Column {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub sort: String,
}

/// What `sql` selects as `name` and `sort`.
pub fn columns<C>(conn: &mut C, sql: String) -> Vec<(String, String)>
where
    diesel::query_builder::SqlQuery: for<'q> LoadQuery<'q, C, Column>,
{
    let found: Vec<Column> = diesel::sql_query(sql).load(conn).unwrap();
    found.into_iter().map(|column| (column.name, column.sort)).collect()
}

/// The same on either engine.
pub fn select(db: &Db, sqlite: &str, postgres: &str) -> Vec<(String, String)> {
    let found = db.maintain_here(|conn| {
        Ok(match conn {
            Conn::Sqlite(conn) => columns(conn, sqlite.to_owned()),
            Conn::Pg(conn) => columns(conn, postgres.to_owned()),
        })
    });
    found.unwrap()
}

/// How many rows a table of the main database has.
pub fn count(app: &TestApp, table: &str) -> usize {
    let sql = format!("SELECT CAST(COUNT(*) AS TEXT) AS name, '' AS sort FROM {table}");
    select(&app.services.main, &sql, &sql)[0].0.parse().unwrap()
}

/// The columns of a table, with their types.
pub fn columns_of(db: &Db, table: &str) -> Vec<(String, String)> {
    let sqlite = format!("SELECT name AS name, type AS sort FROM pragma_table_info('{table}')");
    let postgres = format!(
        "SELECT column_name::text AS name, data_type::text AS sort FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name = '{table}'"
    );
    let columns = select(db, &sqlite, &postgres);
    assert!(!columns.is_empty(), "{table} is there");
    columns
}
