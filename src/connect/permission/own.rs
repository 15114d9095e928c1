//! What the bearer of a token may do: the product is asked with the user's own token, so it needs no account id.

use std::collections::HashMap;

use serde::Deserialize;

use super::{ConfluenceUser, look};
use crate::connect::host::{HostClient, HostError, Site};

#[derive(Deserialize)]
struct Own {
    #[serde(default)]
    permissions: HashMap<String, Permission>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permission {
    have_permission: bool,
}

/// Whether they have this permission of Jira: everywhere, or for one issue.
pub(super) async fn has(
    host: &HostClient,
    site: &Site,
    permission: &str,
    issue: Option<u64>,
) -> Result<bool, HostError> {
    let issue = issue.map(|id| format!("&issueId={id}")).unwrap_or_default();
    let path = format!("/rest/api/3/mypermissions?permissions={permission}{issue}");
    match host.call::<Own>(site, &look(&path)).await {
        // An issue that is not there, or not for them, is theirs to see no more than others.
        Err(HostError::Status(404)) => Ok(false),
        answer => Ok(answer?.permissions.get(permission).is_some_and(|own| own.have_permission)),
    }
}

pub(super) async fn administers_confluence(host: &HostClient, site: &Site) -> Result<bool, HostError> {
    let user: ConfluenceUser = host.call(site, &look("/rest/api/user/current?expand=operations")).await?;
    Ok(user.administers())
}
