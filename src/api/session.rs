//! `GET /api/v1/session`: who is looking, and in what state their site's installation is.

use actix_web::web;
use serde::Serialize;

use super::Services;
use crate::auth::ContextCaller;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::policy::AccountUse;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    state: &'static str,
    /// Absent for an anonymous user.
    account_id: Option<String>,
    product: Option<String>,
    app_key: String,
    /// The site's base URL.
    site: Option<String>,
    since: Timestamp,
    due_at: Option<Timestamp>,
    reason: Option<&'static str>,
    /// Whether a notice would reach anybody.
    contact_state: &'static str,
}

pub async fn handle(
    caller: ContextCaller,
    services: web::Data<Services>,
) -> Result<web::Json<Session>, Error> {
    let known = &caller.tenant.known;
    let field = |name| known.account.get(name, AccountUse::TalkingToTheInstance).map(str::to_owned);
    Ok(web::Json(Session {
        state: known.tenant.state(),
        account_id: caller.account_id,
        product: field("productType"),
        app_key: services.settings.app_key.clone(),
        site: field("baseUrl"),
        since: known.installed_at,
        due_at: known.tenant.due_at(),
        reason: known.tenant.reason(),
        contact_state: known.contact_state.as_str(),
    }))
}
