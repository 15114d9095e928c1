//! The parts of a life-cycle call, one by one, so that a test bends one thing and leaves the rest right.

use serde_json::{Value, json};

use super::answer::Answer;
use super::lifecycle::Event;
use super::outgoing::Call;
use super::people::Who;
use super::sign::{SigningKey, sign, sign_hs256};
use super::site::Site;

impl Site {
    /// The body of a life-cycle call. `installed` carries the secret that the host has, or a new one.
    pub fn lifecycle_body(&self, event: Event) -> Value {
        let base_url = self.base_url();
        let product = self.product().name();
        let licence = self.licence();
        let mut body = json!({
            "key": self.world.app_key,
            "clientKey": self.client_key(),
            "oauthClientId": format!("sandbox-oauth-{}", self.name()),
            "publicKey": "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ",
            "serverVersion": "100274",
            "pluginsVersion": "1001.0.0-SNAPSHOT",
            "baseUrl": base_url,
            "displayUrl": base_url,
            "displayUrlServicedeskHelpCenter": base_url,
            "productType": product,
            "description": format!("Atlassian {product} at {base_url}"),
            "accountId": self.user(Who::Admin),
            "eventType": event.name(),
        });
        // Only a paid app has these.
        if let Some(licence) = licence {
            body["serviceEntitlementNumber"] = licence["supportEntitlementNumber"].clone();
            body["entitlementId"] = json!("11111111-1111-4111-a111-111111111111");
            body["entitlementNumber"] = json!("E-1AA-2BB-3CC-4DD");
        }
        if self.place.record().forge.is_moving {
            body["installationId"] = json!(self.forge_installation_id());
        }
        if event == Event::Installed {
            body["sharedSecret"] = json!(self.shared_secret().unwrap_or_else(|| self.world.random.secret()));
        }
        body
    }

    /// The claims of a life-cycle token. Each has an id of its own, or two calls in one second would be one token.
    pub fn lifecycle_claims(&self, event: Event) -> Value {
        let mut claims = self.url_claims("POST", &self.lifecycle_path(event), None);
        claims["jti"] = json!(self.world.random.uuid());
        if event.is_signed_by_host() {
            claims["aud"] = json!([self.app_base_url()]);
        }
        claims
    }

    pub fn lifecycle_token(&self, event: Event, claims: &Value) -> String {
        if event.is_signed_by_host() {
            let header = json!({"typ": "JWT", "alg": "RS256", "kid": self.world.key_id});
            return sign(&header, claims, SigningKey::Rs256(&self.world.keys.right.private));
        }
        sign_hs256(&self.shared_secret().unwrap_or_default(), claims)
    }

    pub async fn send_lifecycle(&self, event: Event, body: &Value, token: &str) -> Answer {
        let call = Call {
            what: event.name().to_owned(),
            method: "POST".to_owned(),
            path: self.lifecycle_path(event),
            token: Some(token.to_owned()),
            headers: Vec::new(),
            body: Some(body.to_string()),
            limit: None,
        };
        self.send(&call).await
    }

    /// From the descriptor, if it has been read.
    pub fn lifecycle_path(&self, event: Event) -> String {
        let read = self.descriptor().and_then(|read| read.lifecycle(event.name()).map(ToOwned::to_owned));
        read.unwrap_or_else(|| format!("/connect/{}", event.name()))
    }

    /// The base URL that the app calls its own: the audience of install tokens.
    pub(super) fn app_base_url(&self) -> String {
        self.descriptor().map_or_else(|| self.app_url(), |read| read.base_url().to_owned())
    }
}
