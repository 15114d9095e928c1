//! Statements that a connection prepares once and keeps.
//!
//! Diesel prepares every UPDATE, every upsert and every SQL text anew, because each of them may read differently at each call
//! and would fill its cache. Here they read the same but for the values, which are bound: so each is kept, found again by its
//! text. A text with a value written into it must not come here.

use std::cell::OnceCell;

use diesel::internal::derives::multiconnection::AstPassHelper as _;
use diesel::pg::{Pg, PgQueryBuilder};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder as _, QueryFragment, QueryId};
use diesel::sqlite::{Sqlite, SqliteQueryBuilder};

use super::{Conn, each};

/// Runs such a statement. Returns how many rows it changed.
pub fn execute<Q>(tx: &mut Conn, statement: Q) -> QueryResult<usize>
where
    Q: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    let statement = Prepared::new(statement);
    each!(tx, |tx| statement.execute(tx))
}

/// A query of this sort, for what returns rows.
pub struct Prepared<Q> {
    query: Q,
    text: OnceCell<String>,
}

impl<Q> Prepared<Q> {
    pub fn new(query: Q) -> Self {
        Self { query, text: OnceCell::new() }
    }
}

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The pass that asks whether a statement may be kept does not reach the query: it sees a text, and values.
macro_rules! walk {
    ($engine:ident, $builder:ident) => {
        impl<Q: QueryFragment<$engine>> QueryFragment<$engine> for Prepared<Q> {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, $engine>) -> QueryResult<()> {
                if let Some((values, types)) = pass.bind_collector() {
                    return self.query.collect_binds(values, types, &$engine);
                }
                if self.text.get().is_none() {
                    let mut builder = $builder::new();
                    self.query.to_sql(&mut builder, &$engine)?;
                    let _ = self.text.set(builder.finish());
                }
                pass.push_sql(self.text.get().map_or("", String::as_str));
                Ok(())
            }
        }
    };
}

walk!(Pg, PgQueryBuilder);
walk!(Sqlite, SqliteQueryBuilder);

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Prepared<Q> {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::{InstrumentationEvent, SimpleConnection};

    use super::*;

    diesel::table! {
        things (id) {
            id -> BigInt,
            name -> Nullable<Text>,
        }
    }

    #[test]
    fn an_update_is_prepared_once_whatever_its_values_are() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute(
            "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT); INSERT INTO things VALUES (1, 'a')",
        )
        .unwrap();
        let kept = Arc::new(AtomicUsize::new(0));
        let counter = kept.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
        for name in [Some("b"), None, Some("c")] {
            let update = diesel::update(things::table.find(1)).set(things::name.eq(name));
            assert_eq!(Prepared::new(update).execute(&mut conn), Ok(1));
            let text = diesel::sql_query("SELECT id, name FROM things WHERE id = $1")
                .bind::<diesel::sql_types::BigInt, _>(1);
            let stored: Vec<Thing> = Prepared::new(text).load(&mut conn).unwrap();
            assert_eq!(stored[0].name.as_deref(), name);
        }
        assert_eq!(kept.load(Ordering::SeqCst), 2, "one for each text");
    }

    #[derive(QueryableByName)]
    struct Thing {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        name: Option<String>,
    }
}
