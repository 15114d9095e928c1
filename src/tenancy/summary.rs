//! What is stored of a tenant, per data class, counted in the database.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Tenancy, store};
use crate::clock::Timestamp;
use crate::db::tenants::{SuspicionRow, TenantRow};
use crate::db::{DbError, Id, tenants, webhooks};
use crate::error::Error;

#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    pub classes: Vec<ClassSummary>,
}

/// One data class of the policy.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassSummary {
    pub class: &'static str,
    pub records: i64,
    /// As stored: sealed.
    pub bytes: i64,
    pub oldest_at: Option<Timestamp>,
    pub next_expiry_at: Option<Timestamp>,
    /// Records per kind.
    pub kinds: BTreeMap<&'static str, i64>,
}

impl Tenancy {
    pub async fn summary(&self, tenant: Id) -> Result<Summary, Error> {
        self.db
            .read(move |conn| {
                let account = match tenants::by_id(conn, tenant)? {
                    Some(row) => Some(account_summary(&row, &tenants::suspicions_of(conn, tenant)?)?),
                    None => None,
                };
                let operation = operation_summary(&webhooks::stored(conn, tenant)?);
                Ok::<_, DbError>(Summary { classes: account.into_iter().chain([operation]).collect() })
            })
            .await
            .map_err(Error::from)
    }
}

/// Account data lives as long as the tenant; once marked or suspected, until the tenant is due.
fn account_summary(row: &TenantRow, suspicions: &[SuspicionRow]) -> Result<ClassSummary, DbError> {
    let sealed = [Some(&row.account), row.secret.as_ref(), row.former_secret.as_ref()];
    let bytes: usize = sealed.into_iter().flatten().map(Vec::len).sum();
    Ok(ClassSummary {
        class: "account",
        records: 1,
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        oldest_at: Some(row.installed_at.into()),
        next_expiry_at: store::to_state(row, suspicions)?.due_at(),
        kinds: BTreeMap::new(),
    })
}

fn operation_summary(stored: &webhooks::Stored) -> ClassSummary {
    let kinds =
        if stored.records > 0 { BTreeMap::from([("webhook", stored.records)]) } else { BTreeMap::new() };
    ClassSummary {
        class: "operation",
        records: stored.records,
        bytes: stored.bytes,
        oldest_at: stored.oldest_at.map(Timestamp::from),
        next_expiry_at: stored.next_expiry_at.map(Timestamp::from),
        kinds,
    }
}
