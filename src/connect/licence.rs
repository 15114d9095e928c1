//! The app as a host has it, with its licence (connect.md §6). What the host says of its contacts is personal data and is
//! never read.

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::host::{Call, HostClient, HostError, Site};

/// The names of kinds of licences are short; anything else is none that we could tell somebody.
const KIND_MAX: usize = 40;

/// The licence of one installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Licence {
    pub active: bool,
    pub evaluation: bool,
    /// `COMMERCIAL`, `ACADEMIC` and others; kept as it is told.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

#[derive(Deserialize)]
struct Addon {
    key: String,
    license: Option<Wire>,
}

#[derive(Deserialize)]
struct Wire {
    active: bool,
    #[serde(default)]
    evaluation: bool,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// Asks the host for the app. `None` where the app is not licensed by the host.
pub async fn ask(host: &HostClient, site: &Site) -> Result<Option<Licence>, HostError> {
    let call = Call {
        purpose: "access probe",
        method: Method::GET,
        path: &format!("/rest/atlassian-connect/1/addons/{}", host.app_key()),
        body: None,
        idempotent: true,
        // Tomorrow is another day; a host that is slow today holds nobody up.
        patience: Duration::ZERO,
    };
    let addon: Addon = host.call(site, &call).await?;
    if addon.key != host.app_key() {
        return Err(HostError::Unreadable);
    }
    Ok(addon.license.map(Licence::from))
}

impl From<Wire> for Licence {
    fn from(Wire { active, evaluation, kind }: Wire) -> Self {
        Self { active, evaluation, kind: kind.filter(|kind| kind.len() <= KIND_MAX) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_read_without_the_contacts_beside_it() {
        let text = r#"{"key": "a", "host": {"contacts": [{"email": "x@example.com"}]},
            "license": {"active": false, "type": "COMMERCIAL", "evaluation": true, "supportEntitlementNumber": "SEN-1"}}"#;
        let addon: Addon = serde_json::from_str(text).unwrap();
        let licence = Licence::from(addon.license.unwrap());
        assert_eq!(
            serde_json::to_string(&licence).unwrap(),
            r#"{"active":false,"evaluation":true,"type":"COMMERCIAL"}"#
        );
        let free: Addon = serde_json::from_str(r#"{"key": "a"}"#).unwrap();
        assert!(free.license.is_none());
    }
}
