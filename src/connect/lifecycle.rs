//! The bodies of `installed`, `uninstalled`, `enabled` and `disabled` (connect.md §2.1).

use serde::Deserialize;
use url::Url;

use crate::config::{HostRules, Secret};
use crate::error::{Code, Error};

/// Shortest and longest secret that we take (connect.md §13, 19).
const SECRET_LENGTH: std::ops::RangeInclusive<usize> = 16..=255;
const TEXT_MAX: usize = 255;

/// Which callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifecycleEvent {
    Installed,
    Uninstalled,
    Enabled,
    Disabled,
}

impl LifecycleEvent {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Uninstalled => "uninstalled",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

/// What the host sent. Unknown fields are not even read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    key: String,
    client_key: String,
    base_url: String,
    event_type: String,
    #[serde(default)]
    shared_secret: Option<String>,
    #[serde(default)]
    product_type: Option<String>,
    #[serde(default)]
    oauth_client_id: Option<String>,
    #[serde(default)]
    entitlement_number: Option<String>,
    #[serde(default)]
    service_entitlement_number: Option<String>,
    #[serde(default)]
    installation_id: Option<String>,
}

/// A life-cycle body that belongs to its route, its token and this app.
pub struct Lifecycle {
    body: Body,
    base_url: Url,
}

impl Lifecycle {
    /// Reads `body`. `issuer` is who the token proved.
    pub fn parse(body: &[u8], event: LifecycleEvent, issuer: &str, app_key: &str) -> Result<Self, Error> {
        let invalid = |detail: &str| Error::new(Code::InvalidBody).with_detail(detail);
        let body: Body = serde_json::from_slice(body).map_err(|error| {
            invalid("The body is not a life-cycle payload.")
                .because(anyhow::anyhow!("{}", error.classify_text()))
        })?;
        if body.client_key != issuer {
            return Err(Error::new(Code::TenantMismatch));
        }
        if body.key != app_key {
            return Err(invalid("The body is for another app key."));
        }
        if body.event_type != event.as_str() {
            return Err(invalid("The eventType does not belong to this address."));
        }
        body.check_lengths()?;
        let base_url = Url::parse(&body.base_url).map_err(|_| invalid("The baseUrl is not a URL."))?;
        Ok(Self { body, base_url })
    }

    /// Refuses a base URL whose host is not on the list: we would later send signed requests there. A URL that programs
    /// could read in more than one way is on no list.
    pub fn check_host(&self, hosts: &HostRules) -> Result<(), Error> {
        let is_plain = self.body.base_url.trim_end_matches('/').eq_ignore_ascii_case(self.base_url());
        if is_plain && hosts.admit(&self.base_url) { Ok(()) } else { Err(Error::new(Code::HostNotAllowed)) }
    }

    /// Normalised: lower-case host, no default port, no trailing slash.
    fn base_url(&self) -> &str {
        self.base_url.as_str().trim_end_matches('/')
    }

    /// The secret of an installation.
    pub fn secret(&self) -> Result<Secret, Error> {
        let secret =
            self.body.shared_secret.as_deref().filter(|secret| SECRET_LENGTH.contains(&secret.len()));
        secret.map(Secret::new).ok_or_else(|| {
            Error::new(Code::InvalidBody).with_detail("The sharedSecret is missing, too short or too long.")
        })
    }

    pub fn client_key(&self) -> &str {
        &self.body.client_key
    }

    /// Product and normalised base URL.
    pub fn site(&self) -> [String; 2] {
        let product = self.body.product_type.clone().unwrap_or_default().to_ascii_lowercase();
        [product, self.base_url().to_owned()]
    }

    /// What an account may be made of, by the host's names. The secret is not among it: it is kept apart, under a key of
    /// its own.
    pub fn fields(&self) -> [(&'static str, Option<&str>); 8] {
        let body = &self.body;
        [
            ("key", Some(body.key.as_str())),
            ("clientKey", Some(&body.client_key)),
            ("baseUrl", Some(self.base_url())),
            ("productType", body.product_type.as_deref()),
            ("oauthClientId", body.oauth_client_id.as_deref()),
            ("entitlementNumber", body.entitlement_number.as_deref()),
            ("serviceEntitlementNumber", body.service_entitlement_number.as_deref()),
            ("installationId", body.installation_id.as_deref()),
        ]
    }
}

impl Body {
    fn check_lengths(&self) -> Result<(), Error> {
        let texts = [
            Some(&self.client_key),
            Some(&self.base_url),
            self.product_type.as_ref(),
            self.oauth_client_id.as_ref(),
            self.entitlement_number.as_ref(),
            self.service_entitlement_number.as_ref(),
            self.installation_id.as_ref(),
        ];
        let fits = |text: &String| text.len() <= TEXT_MAX;
        if !self.client_key.is_empty() && texts.into_iter().flatten().all(fits) {
            return Ok(());
        }
        Err(Error::new(Code::InvalidBody).with_detail("A field is empty or longer than 255 bytes."))
    }
}

/// Serde's messages may repeat a part of the input, and the input holds a secret.
trait ClassifyText {
    fn classify_text(&self) -> String;
}

impl ClassifyText for serde_json::Error {
    fn classify_text(&self) -> String {
        format!("{:?} error in JSON at line {} column {}", self.classify(), self.line(), self.column())
    }
}
