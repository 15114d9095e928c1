//! How the product called the same customer under Connect (connect.md §11.4): a property of the app's own, which the product
//! makes up and nobody can write.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;

use crate::clock::Timestamp;
use crate::connect::host::{Call, HostClient, HostError, Site};

const PROPERTY: &str = "connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8";
/// No honest name is longer.
const NAME_MAX: usize = 255;

/// The end of Connect's support, the day after 31 January 2027 (connect.md §11.1): until then the product tells the name.
const TOLD_UNTIL: i64 = 1_801_440_000;

#[derive(Deserialize)]
struct Property {
    value: String,
}

/// From then on the product tells nobody any more.
pub fn told_until() -> Timestamp {
    Timestamp::from_seconds(TOLD_UNTIL)
}

/// The `clientKey` of before; `None` where the product never had the app under Connect.
pub async fn ask(host: &HostClient, site: &Site) -> Result<Option<String>, HostError> {
    let call = Call {
        purpose: "client key",
        method: Method::GET,
        path: &format!("/rest/atlassian-connect/1/addons/{}/properties/{PROPERTY}", host.app_key()),
        body: None,
        idempotent: true,
        // The caller has seconds, and will ask again.
        patience: Duration::ZERO,
    };
    match host.call::<Property>(site, &call).await {
        Ok(Property { value }) if (1..=NAME_MAX).contains(&value.len()) => Ok(Some(value)),
        Ok(_) => Err(HostError::Unreadable),
        Err(HostError::Status(404 | 410)) => Ok(None),
        Err(error) => Err(error),
    }
}
