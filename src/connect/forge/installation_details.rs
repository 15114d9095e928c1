//! Whether an installation stands, by the Installation Details API. A token opens the details of its own installation alone, so
//! nobody can be asked for one that is gone for good.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;

use super::Invocation;
use crate::config::resource_id;
use crate::connect::host::{Call, HostClient, HostError, Site};

/// What is read of the answer: that it is one.
#[derive(Deserialize)]
struct Details {
    #[serde(rename = "version")]
    _version: serde_json::Value,
}

/// Whether the installation of an invocation stands. `site` has the invocation's token.
pub async fn stands(
    host: &HostClient,
    site: &Site,
    app_id: &str,
    invocation: &Invocation,
) -> Result<bool, HostError> {
    let (app, environment) = (resource_id(app_id), resource_id(&invocation.environment_id));
    let installation = resource_id(&invocation.installation_id);
    let mut origin = site.clone();
    origin.base_url.set_path("");
    let call = Call {
        purpose: "installation details",
        method: Method::GET,
        path: &format!("/forge/installation/v1/{app}/{environment}/installation/{installation}"),
        body: None,
        idempotent: true,
        patience: Duration::ZERO,
    };
    match host.call::<Details>(&origin, &call).await {
        Ok(_) => Ok(true),
        Err(HostError::Status(404 | 410)) => Ok(false),
        Err(error) => Err(error),
    }
}
