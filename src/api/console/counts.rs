//! `GET /console/api/v1/counts`: how many tickets there are in each state, with the filters that the queue takes. Agents have
//! those counted that are assigned to them.

use std::collections::BTreeMap;

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::queue::Asked;
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::db::DbError;
use crate::db::queue::{self, Wanted};
use crate::error::Error;
use crate::tickets::State;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TicketCounts")]
pub struct View {
    /// Every state, also those that no ticket has.
    states: BTreeMap<&'static str, i64>,
    /// Those that wait for a first answer which should have been given.
    overdue: i64,
}

pub async fn show(
    caller: StaffCaller<needs::Queue>,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let mut wanted = Asked::parse(&query, &caller.account, &services).await?.wanted;
    // Counted by state, so none of them is left out.
    wanted.states.clear();
    let late = Wanted { is_overdue: true, ..wanted.clone() };
    let counted = services.main.read(move |conn| {
        let overdue = queue::count_by_state(conn, &late)?.into_iter().map(|(_, count)| count).sum();
        Ok::<_, DbError>((queue::count_by_state(conn, &wanted)?, overdue))
    });
    let (counted, overdue) = counted.await?;
    let mut states: BTreeMap<_, i64> = State::ALL.iter().map(|state| (state.as_str(), 0)).collect();
    for (state, count) in counted {
        if let Ok(state) = state.parse::<State>() {
            states.insert(state.as_str(), count);
        }
    }
    Ok(web::Json(View { states, overdue }))
}
