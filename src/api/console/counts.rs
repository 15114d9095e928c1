//! `GET /console/api/v1/counts`: how many tickets there are in each state, with the filters that the queue takes. Agents have
//! those counted that are assigned to them.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use serde::Serialize;

use super::super::Services;
use super::queue::Asked;
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::db::{DbError, queue};
use crate::error::Error;
use crate::tickets::State;

#[derive(Serialize)]
pub struct View {
    /// Every state, also those that no ticket has.
    states: BTreeMap<&'static str, i64>,
}

pub async fn show(
    caller: StaffCaller<needs::Queue>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let mut wanted = Asked::parse(request.query_string(), &caller.account, &services).await?.wanted;
    // Counted by state, so none of them is left out.
    wanted.states.clear();
    let counted =
        services.main.read(move |conn| Ok::<_, DbError>(queue::count_by_state(conn, &wanted)?)).await?;
    let mut states: BTreeMap<_, i64> = State::ALL.iter().map(|state| (state.as_str(), 0)).collect();
    for (state, count) in counted {
        if let Ok(state) = state.parse::<State>() {
            states.insert(state.as_str(), count);
        }
    }
    Ok(web::Json(View { states }))
}
