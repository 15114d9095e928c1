//! What a Forge Invocation Token claims, first as it is read, then as it is believed.

use serde::Deserialize;

use super::ApiBase;
use crate::clock::Timestamp;
use crate::config::{ForgeEnvironment, is_same_resource};
use crate::connect::token::{Jws, TokenError, Window, numeric_date};

/// An invocation tells of the page that it comes from, so it is longer than a Connect token.
const SIZE_MAX: usize = 32 * 1024;
/// No name in it is longer.
const NAME_MAX: usize = 255;

/// A token that was read but proves nothing yet.
pub(super) type Unverified<'a> = Jws<'a, Claims>;

pub(super) fn read(token: &str) -> Result<Unverified<'_>, TokenError> {
    Jws::read(token, SIZE_MAX)
}

/// The claims. Every field that is not optional must be there, with the right type: `aud` is one text and no list.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    #[serde(deserialize_with = "numeric_date")]
    iat: i64,
    #[serde(deserialize_with = "numeric_date")]
    nbf: i64,
    #[serde(deserialize_with = "numeric_date")]
    pub(super) exp: i64,
    pub(super) jti: String,
    pub(super) app: App,
    #[serde(default)]
    context: Option<Context>,
    #[serde(default)]
    principal: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct App {
    pub(super) id: String,
    installation_id: String,
    api_base_url: String,
    #[serde(default)]
    app_version: Option<String>,
    pub(super) environment: Environment,
    pub(super) module: Named,
    installation: Option<Installation>,
    license: Option<WireLicence>,
}

#[derive(Deserialize)]
pub(super) struct Environment {
    #[serde(rename = "type")]
    pub(super) kind: String,
    id: String,
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) key: String,
}

#[derive(Deserialize)]
struct Installation {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    #[serde(default)]
    cloud_id: Option<String>,
    #[serde(default)]
    site_url: Option<String>,
}

/// The licence as an invocation tells it; absent where the app is not paid, and outside of production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    pub active: bool,
    pub evaluation: bool,
    /// `COMMERCIAL`, `ACADEMIC` and others; kept as it is told.
    pub kind: Option<String>,
    /// When the trial ends, for a trial; when the subscription does, otherwise.
    pub ends_at: Option<Timestamp>,
    pub entitlement_number: Option<String>,
    pub support_entitlement_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLicence {
    is_active: bool,
    #[serde(default)]
    is_evaluation: bool,
    #[serde(rename = "type")]
    kind: Option<String>,
    trial_end_date: Option<serde_json::Value>,
    subscription_end_date: Option<serde_json::Value>,
    ccp_entitlement_slug: Option<String>,
    support_entitlement_number: Option<String>,
}

/// An invocation that Atlassian signed for this app, this deployment and this address. [`super::Forge::verify`] alone
/// makes one.
pub struct Invocation {
    /// `ari:cloud:ecosystem::installation/<uuid>`: what a tenant is found by.
    pub installation_id: String,
    pub environment: ForgeEnvironment,
    pub environment_id: String,
    pub app_version: Option<String>,
    pub module_key: String,
    /// Where the product answers.
    pub api_base: ApiBase,
    /// The site's own address, where the invocation comes from a page.
    pub site_url: Option<String>,
    pub licence: Option<Licence>,
    /// The acting user, where there is one.
    pub account_id: Option<String>,
    /// The token's own name, and until when a verifier would accept it.
    pub token_id: String,
    pub expires_at: Timestamp,
    pub issued_at: i64,
}

impl Claims {
    pub(super) fn window(&self) -> Window {
        Window { iat: self.iat, exp: self.exp, nbf: Some(self.nbf) }
    }

    /// The claims in their own types, once their signature and everything that they are bound to was checked.
    pub(super) fn into_invocation(
        self,
        environment: ForgeEnvironment,
        expires_at: Timestamp,
    ) -> Result<Invocation, TokenError> {
        let malformed = |what| TokenError::Malformed(what);
        let App { installation_id, api_base_url, app_version, installation, license, module, .. } = self.app;
        let is_one = installation.is_none_or(|other| is_same_resource(&other.id, &installation_id));
        if !is_one || !is_name(&installation_id) {
            return Err(malformed("app.installationId"));
        }
        let api_base = ApiBase::parse(&api_base_url).ok_or(malformed("app.apiBaseUrl"))?;
        let (cloud_id, site_url) =
            self.context.map_or((None, None), |context| (context.cloud_id, context.site_url));
        if cloud_id.is_some_and(|id| id != api_base.cloud_id()) {
            return Err(malformed("context.cloudId"));
        }
        Ok(Invocation {
            installation_id,
            environment,
            environment_id: self.app.environment.id,
            app_version,
            module_key: module.key,
            api_base,
            site_url: site_url.filter(|url| is_site(url)),
            licence: license.map(Licence::from),
            // A name of no letters is nobody's.
            account_id: self.principal.filter(|id| is_name(id)),
            token_id: self.jti,
            expires_at,
            issued_at: self.iat,
        })
    }
}

pub(super) fn is_name(text: &str) -> bool {
    (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The address of a site becomes a link for people, so it is one of the web.
fn is_site(text: &str) -> bool {
    text.len() <= NAME_MAX
        && url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

impl From<WireLicence> for Licence {
    fn from(wire: WireLicence) -> Self {
        let ends = if wire.is_evaluation {
            wire.trial_end_date.or(wire.subscription_end_date)
        } else {
            wire.subscription_end_date
        };
        let short = |text: Option<String>| text.filter(|text| is_name(text));
        Self {
            active: wire.is_active,
            evaluation: wire.is_evaluation,
            kind: short(wire.kind),
            ends_at: ends.as_ref().and_then(instant),
            entitlement_number: short(wire.ccp_entitlement_slug),
            support_entitlement_number: short(wire.support_entitlement_number),
        }
    }
}

/// The last millisecond of the year 9999, after which nobody can write a date any more.
const LAST_MILLI: i64 = 253_402_300_799_999;

/// Milliseconds, as a number or as a text of digits, or RFC 3339.
fn instant(value: &serde_json::Value) -> Option<Timestamp> {
    let text = value.as_str().unwrap_or_default();
    match value.as_i64().or_else(|| text.parse().ok()) {
        Some(millis) => (0..=LAST_MILLI).contains(&millis).then(|| Timestamp::from_millis(millis)),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_ends_with_its_trial_or_with_its_subscription() {
        let licence = |text: &str| Licence::from(serde_json::from_str::<WireLicence>(text).unwrap());
        let trial = licence(
            r#"{"isActive": true, "isEvaluation": true, "trialEndDate": "1989949707000",
                "subscriptionEndDate": "1689949707000", "type": "commercial", "ccpEntitlementSlug": "X-1"}"#,
        );
        assert_eq!(trial.ends_at, Some(Timestamp::from_millis(1_989_949_707_000)));
        assert_eq!(trial.entitlement_number.as_deref(), Some("X-1"));
        let paid = licence(r#"{"isActive": false, "subscriptionEndDate": "2027-05-22T00:00:00Z"}"#);
        assert_eq!(paid.ends_at.unwrap().to_string(), "2027-05-22T00:00:00Z");
        assert_eq!(licence(r#"{"isActive": true, "trialEndDate": "never"}"#).ends_at, None);
    }
}
