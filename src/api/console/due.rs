//! `GET /console/api/v1/due`: what is due on which day, of everybody together. Counts, and nothing of anybody.

use std::time::Duration;

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::wrong;
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::clock::Timestamp;
use crate::db::due::Window;
use crate::error::Error;
use crate::openapi::{Kind, Parameter, Parameters};
use crate::tenancy::outlook::{Outlook, outlook};

const DAY: Duration = Duration::from_secs(86_400);
const WITHIN: u32 = 30;
const WITHIN_MAX: u32 = 1_000;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Due")]
pub struct View {
    now: Timestamp,
    until: Timestamp,
    #[serde(flatten)]
    outlook: Outlook,
}

pub struct Asked;

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::query("days", Kind::Whole(1, WITHIN_MAX as i64), "How many days to look ahead.")];
}

pub async fn show(
    _: StaffCaller<needs::ReadTenants>,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let days = days(&query)?;
    let now = services.clock.now();
    let until = now.plus(DAY * days);
    let outlook = outlook(&services.main, &services.keyring, Window { now, until }).await?;
    Ok(web::Json(View { now, until, outlook }))
}

fn days(query: &Query<Asked>) -> Result<u32, Error> {
    let Some(days) = query.value("days") else { return Ok(WITHIN) };
    let known = days.parse().ok().filter(|days| (1..=WITHIN_MAX).contains(days));
    known.ok_or_else(|| wrong("days", &format!("a number from 1 to {WITHIN_MAX}")))
}
