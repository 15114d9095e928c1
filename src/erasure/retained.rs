//! What outlives a tenant and says something about it or about its erasure: on which basis, and until when at the latest.

use std::collections::BTreeMap;

use super::receipt::Retained;
use super::{EraseError, Eraser};
use crate::clock::Timestamp;
use crate::db::erase::{self, TenantTable};
use crate::db::orders::OrderRow;
use crate::db::{Db, DbError, Id};
use crate::policy::datamap::{DataMap, Database, Erasure, Table};
use crate::policy::{ClassName, Policy};

/// Classes of which each erasure leaves something behind by itself: lines of the application log with our own number of the
/// tenant, and the receipt with its entry in the ledger. The access log names no tenant.
const ALWAYS: [ClassName; 2] = [ClassName::AppLog, ClassName::Ledger];
const EXPIRES: &str = "expires_at";

impl Eraser {
    /// By class, with the end of what stays longest.
    pub(super) async fn retained(
        &self,
        tenant: Id,
        order: Option<&OrderRow>,
        now: Timestamp,
    ) -> Result<Vec<Retained>, EraseError> {
        let mut found: Vec<(ClassName, Timestamp)> = Vec::new();
        found.extend(order.map(|order| (ClassName::Order, order.expires_at.into())));
        let actions = self.tenancy.operator_actions_about(tenant).await?;
        found.extend(actions.map(|until| (ClassName::Audit, until)));
        for (database, db) in [(Database::Main, &self.db), (Database::Keyring, self.vault.keyring())] {
            found.extend(latest_ends(db, kept_tables(database)?.collect(), tenant).await?);
        }
        found.extend(ALWAYS.iter().filter_map(|class| Some((*class, self.policy.expires_at(*class, now)?))));
        let mut until = BTreeMap::new();
        for (class, end) in found {
            let latest = until.entry(class).or_insert(end);
            *latest = end.max(*latest);
        }
        Ok(until.into_iter().map(|(class, until)| retained(class, until, &self.policy)).collect())
    }
}

/// Tables whose rows name a tenant, outlive it and go on a date of their own.
fn kept_tables(database: Database) -> Result<impl Iterator<Item = &'static Table>, EraseError> {
    let map = DataMap::builtin().map_err(crate::error::Error::from)?;
    Ok(map.tables(database).filter(|table| {
        matches!(table.erasure, Erasure::Kept { .. })
            && table.owner().is_some()
            && table.columns.contains_key(EXPIRES)
    }))
}

/// By class: when the last row of each table goes in which the tenant has any.
async fn latest_ends(
    db: &Db,
    tables: Vec<&'static Table>,
    tenant: Id,
) -> Result<Vec<(ClassName, Timestamp)>, DbError> {
    db.read(move |conn| {
        let targets: Vec<_> =
            tables.iter().map(|table| TenantTable { name: &table.name, key: "tenant_id" }).collect();
        let ends = erase::latest_ends(conn, &targets, tenant)?;
        let known = tables.iter().zip(ends).filter_map(|(table, end)| Some((table.class, end?.into())));
        Ok(known.collect())
    })
    .await
}

fn retained(class: ClassName, until: Timestamp, policy: &Policy) -> Retained {
    let basis = policy.class(class).and_then(|class| serde_json::to_value(class.basis).ok());
    let basis = basis.and_then(|basis| basis.as_str().map(str::to_owned)).unwrap_or_default();
    Retained { class: class.as_str().to_owned(), basis, until }
}
