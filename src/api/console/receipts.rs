//! `GET /console/api/v1/receipts`: proofs of erasures, as they were signed. They hold no personal data; the keys that they are
//! verified with are at `/.well-known/kept-keys.json`.

use actix_web::{HttpRequest, web};
use serde::Serialize;

use super::super::Services;
use super::{Paging, wrong};
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::ledger::{self, ReceiptRow};
use crate::db::{DbError, Id};
use crate::error::Error;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
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

pub async fn list(
    _: StaffCaller<needs::ReadTenants>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let query = request.query_string();
    let before = before(query)?.unwrap_or((Id::from_i64(i64::MAX), 0));
    let limit = limit(query)?;
    let rows = services
        .keyring
        .read(move |conn| Ok::<_, DbError>(ledger::newest_receipts(conn, before, limit)?))
        .await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|found| found == limit);
    let next_cursor = rows.last().filter(|_| is_full).map(|row| format!("{}.{}", row.tenant_id, row.number));
    Ok(web::Json(List { items: rows.into_iter().map(View::from).collect(), next_cursor }))
}

/// A tenant and the number of a document of it.
fn before(query: &str) -> Result<Option<(Id, i64)>, Error> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, cursor)) = pairs.find(|(name, _)| name == "cursor") else { return Ok(None) };
    let parts = cursor.split_once('.');
    let place = parts.and_then(|(tenant, number)| Some((tenant.parse().ok()?, number.parse().ok()?)));
    place.map(Some).ok_or_else(|| wrong("cursor", "one from a former answer"))
}

/// The limit of a list; its cursor has another form here.
fn limit(query: &str) -> Result<i64, Error> {
    let pairs = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "limit");
    let text: Vec<String> = pairs.map(|(_, value)| format!("limit={value}")).collect();
    Ok(Paging::parse(&text.join("&"))?.limit)
}
