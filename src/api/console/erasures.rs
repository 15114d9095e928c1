//! `GET /console/api/v1/erasures`: what holds erasures, which are under way and how far they are, and who has not confirmed one.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::brakes::Engaged;
use crate::db::due::{self, UnderWay};
use crate::db::processor_erasures::RequestRow;
use crate::db::{DbError, Id};
use crate::error::Error;

const SHOWN_MAX: i64 = 100;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Erasures")]
pub struct View {
    brakes: Vec<BrakeView>,
    /// At most 100.
    under_way: Vec<UnderWayView>,
    /// Whoever has the least time left comes first, at most 100.
    pending: Vec<PendingView>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "EngagedBrake")]
struct BrakeView {
    brake: &'static str,
    engaged_at: Timestamp,
    /// How many there would have been, or by how many milliseconds the clock had moved.
    measure: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ErasureUnderWay")]
struct UnderWayView {
    tenant: Id,
    /// The last step that is done.
    step: String,
    reason: String,
    frozen_at: Timestamp,
}

/// A processor that has not confirmed an erasure.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PendingProcessor")]
struct PendingView {
    tenant: Id,
    processor: String,
    told_at: Option<Timestamp>,
    due_at: Timestamp,
    /// Its time is over.
    is_silent: bool,
}

pub async fn list(
    _: StaffCaller<needs::ReadTenants>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let under_way = services.main.read(|conn| Ok::<_, DbError>(due::under_way(conn, SHOWN_MAX)?)).await?;
    let (pending, now) = (services.eraser.pending(SHOWN_MAX).await?, services.clock.now());
    Ok(web::Json(View {
        brakes: services.tenancy.brakes().await?.iter().map(BrakeView::from).collect(),
        under_way: under_way.into_iter().map(UnderWayView::from).collect(),
        pending: pending.into_iter().map(|row| PendingView::of(row, now)).collect(),
    }))
}

impl From<&Engaged> for BrakeView {
    fn from(engaged: &Engaged) -> Self {
        Self { brake: engaged.brake.as_str(), engaged_at: engaged.at, measure: engaged.measure }
    }
}

impl From<UnderWay> for UnderWayView {
    fn from(UnderWay { tenant, step, reason, frozen_at }: UnderWay) -> Self {
        Self { tenant, step, reason, frozen_at }
    }
}

impl PendingView {
    fn of(row: RequestRow, now: Timestamp) -> Self {
        let due_at = row.due_at.into();
        Self {
            tenant: row.tenant_id,
            processor: row.processor,
            told_at: row.told_at.map(Timestamp::from),
            due_at,
            is_silent: due_at <= now,
        }
    }
}
