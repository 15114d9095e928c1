//! Whether a user is an administrator, asked of the product itself: a context token proves who, not what they may do
//! (connect.md §4.6).

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;

use super::descriptor::Product;
use super::host::{Call, HostClient, HostError, Site};

/// A person waits for the answer, so there is little patience for retries.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Granted {
    #[serde(default)]
    global_permissions: Vec<String>,
}

#[derive(Deserialize)]
struct ConfluenceUser {
    #[serde(default)]
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    operation: String,
    target_type: String,
}

/// Asks the product whether `account_id` administers it.
pub async fn is_admin(
    host: &HostClient,
    site: &Site,
    product: Product,
    account_id: &str,
) -> Result<bool, HostError> {
    match product {
        Product::Jira => is_jira_admin(host, site, account_id).await,
        Product::Confluence => is_confluence_admin(host, site, account_id).await,
    }
}

async fn is_jira_admin(host: &HostClient, site: &Site, account_id: &str) -> Result<bool, HostError> {
    let call = Call {
        purpose: "permission check",
        method: Method::POST,
        path: "/rest/api/3/permissions/check",
        body: Some(serde_json::json!({ "accountId": account_id, "globalPermissions": ["ADMINISTER"] })),
        // A question, although the product wants it as a POST.
        idempotent: true,
        patience: PATIENCE,
    };
    let granted: Granted = host.call(site, &call).await?;
    Ok(granted.global_permissions.iter().any(|permission| permission == "ADMINISTER"))
}

async fn is_confluence_admin(host: &HostClient, site: &Site, account_id: &str) -> Result<bool, HostError> {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("accountId", account_id)
        .append_pair("expand", "operations")
        .finish();
    let call = Call {
        purpose: "permission check",
        method: Method::GET,
        path: &format!("/rest/api/user?{query}"),
        body: None,
        idempotent: true,
        patience: PATIENCE,
    };
    let user: ConfluenceUser = match host.call(site, &call).await {
        // Somebody whom the product does not know administers nothing there.
        Err(HostError::Status(404)) => return Ok(false),
        answer => answer?,
    };
    let administers =
        |operation: &Operation| operation.operation == "administer" && operation.target_type == "application";
    Ok(user.operations.iter().any(administers))
}
