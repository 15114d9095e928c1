//! What is stored of a tenant, per data class, counted in the database. The data map says which tables there are, so none
//! is forgotten.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Tenancy, mapped, store};
use crate::clock::Timestamp;
use crate::db::mapped::{self as rows, Total};
use crate::db::{Conn, DbError, Id, tenants};
use crate::error::Error;
use crate::policy::ClassName;
use crate::policy::datamap::{Kind, Table};

/// A permission to look: it ends by the hour, and what was done with it stays. When it ends says nothing of when the records go.
const PASSING: &str = "grants";

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DataSummary")]
pub struct Summary {
    pub classes: Vec<ClassSummary>,
}

/// One data class of the policy.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClassSummary {
    pub class: ClassName,
    pub records: i64,
    /// As stored: sealed.
    pub bytes: i64,
    pub oldest_at: Option<Timestamp>,
    pub next_expiry_at: Option<Timestamp>,
    /// Records per kind.
    pub kinds: BTreeMap<String, i64>,
}

impl Tenancy {
    pub async fn summary(&self, tenant: Id) -> Result<Summary, Error> {
        let tables = mapped::shown_tables()?;
        Ok(self.db.read(move |conn| count(conn, &tables, tenant)).await?)
    }
}

fn count(conn: &mut Conn, tables: &[&Table], tenant: Id) -> Result<Summary, DbError> {
    let due_at = match tenants::by_id(conn, tenant)? {
        Some(row) => store::to_state(&row, &tenants::suspicions_of(conn, tenant)?)?.due_at(),
        None => None,
    };
    let mut classes = BTreeMap::new();
    for table in tables {
        let summary = classes.entry(table.class).or_insert_with(|| ClassSummary::empty(table.class));
        let wanted = mapped::tenant_table(table, false);
        for total in rows::totals(conn, &wanted, &mapped::described(table), tenant)? {
            summary.add(table, total, due_at);
        }
    }
    Ok(Summary { classes: classes.into_values().collect() })
}

impl ClassSummary {
    fn empty(class: ClassName) -> Self {
        let kinds = BTreeMap::new();
        Self { class, records: 0, bytes: 0, oldest_at: None, next_expiry_at: None, kinds }
    }

    fn add(&mut self, table: &Table, total: Total, due_at: Option<Timestamp>) {
        let oldest_at = total.oldest.map(|value| mapped::recorded_at(table, value));
        let own_expiry = total.next_expiry.filter(|_| table.name != PASSING);
        let next_expiry_at = mapped::goes_at(own_expiry, due_at);
        self.records += total.records;
        self.bytes += total.bytes;
        self.oldest_at = self.oldest_at.into_iter().chain(oldest_at).min();
        self.next_expiry_at = self.next_expiry_at.into_iter().chain(next_expiry_at).min();
        let kind = match &table.kind {
            Kind::Fixed(kind) => kind.clone(),
            Kind::Column(_) => total.kind,
        };
        *self.kinds.entry(kind).or_default() += total.records;
    }
}
