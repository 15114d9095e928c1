//! `GET /api/v1/session`: who is looking, in what state their site's installation is, and where its data is kept.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use crate::auth::ContextCaller;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::policy::{AccountUse, Text};
use crate::tenancy::settings::ContactState;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Session")]
pub struct Session {
    state: &'static str,
    /// Absent for an anonymous user.
    account_id: Option<String>,
    product: Option<String>,
    app_key: String,
    /// Where the public pages are, for a page that does not come from here.
    public_url: String,
    /// The site's base URL, as it was told with the installation or with this very request.
    site: Option<String>,
    since: Timestamp,
    due_at: Option<Timestamp>,
    reason: Option<&'static str>,
    /// Whether a notice would reach anybody.
    contact_state: ContactState,
    /// Where the data of the site is kept, as the privacy statement says it.
    location: Text,
}

pub async fn handle(
    caller: ContextCaller,
    services: web::Data<Services>,
) -> Result<web::Json<Session>, Error> {
    let known = &caller.tenant.known;
    let field = |name| known.account.get(name, AccountUse::TalkingToTheInstance).map(str::to_owned);
    let site = caller.site_url().map(str::to_owned);
    Ok(web::Json(Session {
        state: known.tenant.state(),
        account_id: caller.account_id,
        product: field("productType"),
        app_key: services.settings.app_key.clone(),
        public_url: services.settings.base_url.as_str().to_owned(),
        site,
        since: known.installed_at,
        due_at: known.tenant.due_at(),
        reason: known.tenant.reason(),
        contact_state: known.contact_state,
        location: services.policy.document().location.place.clone(),
    }))
}
