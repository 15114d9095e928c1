//! Whether a user is an administrator, and whether they may see an issue or page, asked of the product itself: a token
//! proves who, not what they may do (connect.md §4.6).
//!
//! The app asks about a user by their account id. With the user's own token, which an invocation of Forge brings along, the
//! product is asked what its bearer may do (`own.rs`).

mod own;

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;

use super::descriptor::Product;
use super::host::{Acting, Call, HostClient, HostError, Site};

/// A person waits for the answer, so there is little patience for retries.
const PATIENCE: Duration = Duration::from_secs(3);

const ADMINISTER: &str = "ADMINISTER";
const BROWSE: &str = "BROWSE_PROJECTS";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Granted {
    #[serde(default)]
    global_permissions: Vec<String>,
    #[serde(default)]
    project_permissions: Vec<ProjectPermission>,
}

/// Issues for which a permission is granted, as numbers.
#[derive(Deserialize)]
struct ProjectPermission {
    permission: String,
    #[serde(default)]
    issues: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContentPermission {
    has_permission: bool,
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
    match (site.acting(), product) {
        (Acting::App, Product::Jira) => is_jira_admin(host, site, account_id).await,
        (Acting::App, Product::Confluence) => is_confluence_admin(host, site, account_id).await,
        (Acting::User, Product::Jira) => own::has(host, site, ADMINISTER, None).await,
        (Acting::User, Product::Confluence) => own::administers_confluence(host, site).await,
    }
}

/// Asks the product whether `account_id` may see this issue or page. `id` is the product's number of it.
pub async fn may_see(
    host: &HostClient,
    site: &Site,
    product: Product,
    account_id: &str,
    id: u64,
) -> Result<bool, HostError> {
    match (site.acting(), product) {
        (Acting::User, Product::Jira) => own::has(host, site, BROWSE, Some(id)).await,
        (Acting::App, Product::Jira) => may_browse(host, site, account_id, id).await,
        // About oneself anybody may ask.
        (_, Product::Confluence) => may_read(host, site, account_id, id).await,
    }
}

async fn may_browse(host: &HostClient, site: &Site, account_id: &str, id: u64) -> Result<bool, HostError> {
    let asked = serde_json::json!({ "permissions": [BROWSE], "issues": [id] });
    let granted =
        granted(host, site, serde_json::json!({ "accountId": account_id, "projectPermissions": [asked] }))
            .await?;
    let mut browsable = granted.project_permissions.iter().filter(|granted| granted.permission == BROWSE);
    Ok(browsable.any(|granted| granted.issues.contains(&id)))
}

async fn may_read(host: &HostClient, site: &Site, account_id: &str, id: u64) -> Result<bool, HostError> {
    let subject = serde_json::json!({ "type": "user", "identifier": account_id });
    let path = format!("/rest/api/content/{id}/permission/check");
    let call = question(&path, serde_json::json!({ "subject": subject, "operation": "read" }));
    match host.call::<ContentPermission>(site, &call).await {
        // A page that is not there, or not for us, is nobody's to see through us.
        Err(HostError::Status(404)) => Ok(false),
        answer => Ok(answer?.has_permission),
    }
}

async fn is_jira_admin(host: &HostClient, site: &Site, account_id: &str) -> Result<bool, HostError> {
    let asked = serde_json::json!({ "accountId": account_id, "globalPermissions": [ADMINISTER] });
    let granted = granted(host, site, asked).await?;
    Ok(granted.global_permissions.iter().any(|permission| permission == ADMINISTER))
}

async fn granted(host: &HostClient, site: &Site, asked: serde_json::Value) -> Result<Granted, HostError> {
    host.call(site, &question("/rest/api/3/permissions/check", asked)).await
}

/// A question, although the product wants it as a POST.
fn question(path: &str, body: serde_json::Value) -> Call<'_> {
    Call {
        purpose: "permission check",
        method: Method::POST,
        path,
        body: Some(body),
        idempotent: true,
        patience: PATIENCE,
    }
}

fn look(path: &str) -> Call<'_> {
    Call {
        purpose: "permission check",
        method: Method::GET,
        path,
        body: None,
        idempotent: true,
        patience: PATIENCE,
    }
}

async fn is_confluence_admin(host: &HostClient, site: &Site, account_id: &str) -> Result<bool, HostError> {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("accountId", account_id)
        .append_pair("expand", "operations")
        .finish();
    let user: ConfluenceUser = match host.call(site, &look(&format!("/rest/api/user?{query}"))).await {
        // Somebody whom the product does not know administers nothing there.
        Err(HostError::Status(404)) => return Ok(false),
        answer => answer?,
    };
    Ok(user.administers())
}

impl ConfluenceUser {
    fn administers(&self) -> bool {
        let administers = |operation: &Operation| {
            operation.operation == "administer" && operation.target_type == "application"
        };
        self.operations.iter().any(administers)
    }
}
