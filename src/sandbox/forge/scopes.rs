//! What the app may ask for: the scopes of its manifest, as the administrator has approved them. The products know for
//! themselves what each of their resources needs.

use super::super::server::Sandbox;
use super::super::site::Product;
use super::ForgeSide;

/// Tokens are only sent along with these.
pub(super) const APP_TOKEN: &str = "read:app-system-token";
pub(super) const USER_TOKEN: &str = "read:app-user-token";
pub(super) const ACCOUNTS: &str = "report:personal-data";

/// Method, beginning and end of a path of the REST API, and what is needed for it (the scopes of Atlassian's reference).
const JIRA: [(&str, &str, &str, &str); 5] = [
    ("POST", "/rest/api/", "/permissions/check", "read:jira-work"),
    ("GET", "/rest/api/", "/mypermissions", "read:jira-work"),
    ("GET", "/rest/api/", "/myself", "read:jira-user"),
    ("GET", "/rest/api/3/issue/", "", "read:jira-work"),
    ("GET", "/rest/api/2/issue/", "", "read:jira-work"),
];
const CONFLUENCE: [(&str, &str, &str, &str); 4] = [
    ("GET", "/rest/api/user", "", "read:confluence-user"),
    ("POST", "/rest/api/content/", "/permission/check", "read:confluence-content.permission"),
    ("GET", "/rest/api/content/", "", "read:confluence-content.summary"),
    ("GET", "/rest/atlassian-connect/1/addons/", "", "read:app-data:confluence"),
];

/// What a request needs, if it needs anything.
pub(super) fn needed(product: Product, method: &str, path: &str) -> Option<&'static str> {
    let table: &[_] = match product {
        Product::Jira => &JIRA,
        Product::Confluence => &CONFLUENCE,
    };
    let found = table
        .iter()
        .find(|(known, begin, end, _)| *known == method && path.starts_with(begin) && path.ends_with(end));
    found.map(|(.., scope)| *scope)
}

impl ForgeSide {
    pub(super) fn may(&self, scope: &str) -> bool {
        self.state().scopes.iter().any(|known| known == scope)
    }
}

impl Sandbox {
    /// The scopes that the app has, which are those of its manifest until somebody says otherwise.
    pub fn forge_scopes(&self) -> Vec<String> {
        self.world.forge.state().scopes.clone()
    }

    pub fn set_forge_scopes(&self, scopes: Vec<String>) {
        self.world.forge.state().scopes = scopes;
    }

    /// As if the manifest had been deployed without this one.
    pub fn withhold_forge_scope(&self, scope: &str) {
        self.world.forge.state().scopes.retain(|known| known != scope);
    }
}
