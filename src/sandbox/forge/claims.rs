//! What an invocation claims, whole, so that a test bends one thing and leaves the rest right.

use serde_json::{Value, json};

use super::super::people::Who;
use super::super::sign::{SigningKey, sign};
use super::super::site::{Product, Site};

/// How long an invocation's token lives.
const TOKEN_SECONDS: i64 = 25;

/// A module of the app's manifest: its type and its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module(pub &'static str, pub &'static str);

/// The modules that send events: what the app's manifest says of them.
pub(in crate::sandbox) const MODULES: [Module; 5] =
    [Module::LIFECYCLE, Module::PRE_UNINSTALL, Module::JIRA_EVENTS, Module::CONFLUENCE_EVENTS, Module::DAILY];

impl Module {
    pub const LIFECYCLE: Self = Self("core:trigger", "kept-lifecycle");
    pub const PRE_UNINSTALL: Self = Self("core:preUninstall", "kept-pre-uninstall");
    pub const JIRA_EVENTS: Self = Self("core:trigger", "kept-jira-events");
    pub const CONFLUENCE_EVENTS: Self = Self("core:trigger", "kept-confluence-events");
    pub const DAILY: Self = Self("core:scheduledTrigger", "kept-daily");

    /// The page for administrators of this product.
    pub const fn admin_page(product: Product) -> Self {
        match product {
            Product::Jira => Self("jira:adminPage", "kept-admin-jira"),
            Product::Confluence => Self("confluence:globalSettings", "kept-admin-confluence"),
        }
    }

    /// The page for everybody.
    pub const fn report_page(product: Product) -> Self {
        match product {
            Product::Jira => Self("jira:globalPage", "kept-report-jira"),
            Product::Confluence => Self("confluence:globalPage", "kept-report-confluence"),
        }
    }
}

impl Site {
    /// What a page of the app claims that this person has open.
    pub fn forge_page_claims(&self, who: Who) -> Value {
        let module = Module::admin_page(self.product());
        let mut claims = self.forge_claims(module);
        claims["context"] = json!({
            "cloudId": self.cloud_id(),
            "siteUrl": self.site_url(),
            "localId": self.world.random.uuid(),
            "moduleKey": module.1,
            "environmentType": claims["app"]["environment"]["type"],
            "extension": {"type": module.0},
            "userAccess": {"enabled": false, "hasAccess": true},
        });
        if let Some(account_id) = self.user(who) {
            claims["principal"] = json!(account_id);
            claims["context"]["accountId"] = json!(account_id);
        }
        claims
    }

    /// What a module claims that nobody looks at.
    pub fn forge_claims(&self, module: Module) -> Value {
        let state = self.world.forge.state();
        let now = self.world.clock.now().as_seconds();
        let (installation, api_base_url) = (self.forge_installation_id(), self.api_base_url());
        let app = state.app_id.rsplit('/').next().unwrap_or_default();
        let mut claims = json!({
            "app": {
                "id": state.app_id,
                "appVersion": "1.0.0",
                "installationId": installation,
                "apiBaseUrl": api_base_url,
                "environment": {
                    "type": state.environment,
                    "id": format!("ari:cloud:ecosystem::environment/{app}/{}", state.environment_id),
                },
                "module": {"type": module.0, "key": module.1},
                "installation": {
                    "id": installation,
                    "contexts": [{"name": self.product().name(), "apiBaseUrl": api_base_url}],
                },
            },
            "context": {"cloudId": self.cloud_id(), "moduleKey": module.1, "userAccess": {"enabled": false}},
            "iss": "forge/invocation-token",
            "aud": state.app_id,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
            "jti": self.world.random.uuid().replace('-', ""),
        });
        if state.environment == "PRODUCTION"
            && let Some(licence) = self.licence()
        {
            claims["app"]["license"] = told(&licence);
        }
        claims
    }

    /// Signs under the published key.
    pub fn sign_forge(&self, claims: &Value) -> String {
        self.sign_forge_as(&self.world.forge.state().key_id.clone(), claims)
    }

    /// Signs under the same key, and names another.
    pub fn sign_forge_as(&self, key_id: &str, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": key_id});
        sign(&header, claims, SigningKey::Rs256(&self.world.keys.forge.private))
    }
}

/// The licence in the words of an invocation. It says when it ends if the site's licence has `endsAt`, in milliseconds.
fn told(licence: &Value) -> Value {
    let is_trial = licence["evaluation"] == true;
    let mut told = json!({
        "isActive": licence["active"],
        "isEvaluation": is_trial,
        "billingPeriod": "MONTHLY",
        "type": licence["type"].as_str().unwrap_or_default().to_lowercase(),
        "ccpEntitlementId": "5e176cc2-6fa0-3c7b-8fc4-302443a16e86",
        "ccpEntitlementSlug": "E-1AA-2BB-3CC-4DD",
        "supportEntitlementNumber": licence["supportEntitlementNumber"],
    });
    if let Some(millis) = licence["endsAt"].as_i64() {
        let name = if is_trial { "trialEndDate" } else { "subscriptionEndDate" };
        told[name] = json!(millis.to_string());
    }
    told
}
