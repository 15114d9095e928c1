//! What is due when, of everybody together: counts per day, and nothing of anybody.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::db::due::{self, OVERDUE, OnDay, Window};
use crate::db::{Db, DbError, Schema};
use crate::error::{Code, Error};
use crate::policy::datamap::{DataMap, Database};

const DAY_SECONDS: i64 = 86_400;

/// How much of what: `notices`, `ends` (of subscriptions), `erasures`, `confirmations` (of erasures, by processors), and the
/// data classes with rows that expire.
pub type Amounts = BTreeMap<&'static str, i64>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Outlook {
    /// Due already.
    pub overdue: Amounts,
    /// Days on which nothing is due are not there.
    pub days: Vec<Day>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DueDay")]
pub struct Day {
    pub day: String,
    pub due: Amounts,
}

/// What both databases say about this time.
pub async fn outlook(main: &Db, keyring: &Db, window: Window) -> Result<Outlook, Error> {
    let mut found = main.read(move |conn| Ok::<_, DbError>(due::work(conn, window)?)).await?;
    let map = DataMap::builtin().map_err(|error| Error::new(Code::Internal).because(error))?;
    let databases = [(main, Schema::Main, Database::Main), (keyring, Schema::Keyring, Database::Keyring)];
    for (db, schema, database) in databases {
        let rows = db.read(move |conn| Ok::<_, DbError>(due::expiries(conn, schema, window)?)).await?;
        for (table, day) in rows {
            let class = map.tables(database).find(|mapped| mapped.name == table);
            found.push((class.map_or(table, |mapped| mapped.class.as_str()), day));
        }
    }
    Ok(by_day(&found))
}

fn by_day(found: &[(&'static str, OnDay)]) -> Outlook {
    let mut days: BTreeMap<i64, Amounts> = BTreeMap::new();
    for (what, OnDay { day, count }) in found {
        *days.entry(*day).or_default().entry(what).or_default() += count;
    }
    let overdue = days.remove(&OVERDUE).unwrap_or_default();
    Outlook { overdue, days: days.into_iter().map(|(day, due)| Day { day: name(day), due }).collect() }
}

fn name(day: i64) -> String {
    Timestamp::from_seconds(day * DAY_SECONDS).to_string().chars().take(10).collect()
}
