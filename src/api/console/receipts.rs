//! `GET /console/api/v1/receipts`: proofs of erasures, as they were signed. They hold no personal data; the keys that they are
//! verified with are at `/.well-known/kept-keys.json`.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::{CURSOR, LIMITED, limit, wrong};
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::clock::Timestamp;
use crate::db::ledger::{self, ReceiptRow};
use crate::db::{DbError, Id};
use crate::error::Error;
use crate::openapi::{Parameter, Parameters};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Receipt")]
pub struct View {
    /// The number that the erased tenant had.
    tenant: Id,
    /// 0 is the receipt, higher ones are supplements.
    number: i64,
    issued_at: Timestamp,
    kept_until: Timestamp,
    /// Byte for byte as it was signed.
    document: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReceiptPage")]
pub struct List {
    /// The newest installations first.
    items: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<ReceiptRow> for View {
    fn from(row: ReceiptRow) -> Self {
        Self {
            tenant: row.tenant_id,
            number: row.number,
            issued_at: row.issued_at.into(),
            kept_until: row.expires_at.into(),
            document: row.document,
        }
    }
}

pub struct Asked;

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] = &[CURSOR, LIMITED];
}

pub async fn list(
    _: StaffCaller<needs::ReadTenants>,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let before = before(&query)?.unwrap_or((Id::from_i64(i64::MAX), 0));
    let limit = limit(&query)?;
    let rows = services
        .keyring
        .read(move |conn| Ok::<_, DbError>(ledger::newest_receipts(conn, before, limit)?))
        .await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|found| found == limit);
    let next_cursor = rows.last().filter(|_| is_full).map(|row| format!("{}.{}", row.tenant_id, row.number));
    Ok(web::Json(List { items: rows.into_iter().map(View::from).collect(), next_cursor }))
}

/// A tenant and the number of a document of it.
fn before(query: &Query<Asked>) -> Result<Option<(Id, i64)>, Error> {
    let Some(cursor) = query.value("cursor") else { return Ok(None) };
    let parts = cursor.split_once('.');
    let place = parts.and_then(|(tenant, number)| Some((tenant.parse().ok()?, number.parse().ok()?)));
    place.map(Some).ok_or_else(|| wrong("cursor", "one from a former answer"))
}
