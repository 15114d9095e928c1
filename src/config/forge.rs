//! Settings of the app's Forge side. Without an app id there is none.

use std::fmt;

use url::Url;

use super::HostRules;

/// What a deployment that serves a Forge app knows of it.
#[derive(Debug, Clone)]
pub struct ForgeSettings {
    pub app_id: ForgeAppId,
    /// Where Atlassian publishes the keys that sign invocations.
    pub jwks_url: Url,
    /// Which environments of the app call here.
    pub environments: Vec<ForgeEnvironment>,
    /// Which hosts get the tokens that came with an invocation.
    pub api_hosts: HostRules,
    /// Where it is reported whose account ids are stored. Its host is one of those.
    pub accounts_url: Url,
}

/// The app as Forge names it: `ari:cloud:ecosystem::app/<uuid>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgeAppId(String);

const APP: &str = "ari:cloud:ecosystem::app/";

impl ForgeAppId {
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_id = |id: &str| {
            let is_plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
            id.len() == 36 && id.bytes().all(is_plain) && id.split('-').count() == 5
        };
        match text.strip_prefix(APP) {
            Some(id) if is_id(id) => Ok(Self(text.to_owned())),
            _ => Err(format!("expected the id of the manifest, {APP} and a UUID in small letters")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ForgeAppId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The type of an environment that an app is deployed to. What is tried out in development must not reach what customers
/// gave us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgeEnvironment {
    Development,
    Staging,
    Production,
}

impl ForgeEnvironment {
    pub fn parse(text: &str) -> Result<Self, String> {
        let all = [Self::Development, Self::Staging, Self::Production];
        let found = all.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| format!("{text:?}: expected DEVELOPMENT, STAGING or PRODUCTION"))
    }

    /// As in an invocation's `app.environment.type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "DEVELOPMENT",
            Self::Staging => "STAGING",
            Self::Production => "PRODUCTION",
        }
    }
}

/// The part of a resource's name that tells it apart, in the one way in which it is compared. Forge writes names whole
/// (`ari:cloud:ecosystem::installation/<uuid>`) or bare, and the letters of a UUID in either case.
pub fn resource_id(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase()
}

/// Whether both are names of the same resource.
pub fn is_same_resource(one: &str, other: &str) -> bool {
    resource_id(one) == resource_id(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_the_same_however_its_name_is_written() {
        let name = "ari:cloud:ecosystem::installation/8db33809-1f32-48bb-8c52-5877dab48107";
        for same in [name, "8db33809-1f32-48bb-8c52-5877dab48107", "8DB33809-1F32-48BB-8C52-5877DAB48107"] {
            assert!(is_same_resource(name, same), "{same}");
        }
        assert!(!is_same_resource(
            name,
            "ari:cloud:ecosystem::installation/8db33809-1f32-48bb-8c52-5877dab48108"
        ));
    }

    #[test]
    fn an_app_id_is_an_ari_with_a_uuid_and_nothing_else() {
        let id = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107";
        assert_eq!(ForgeAppId::parse(id).unwrap().as_str(), id);
        for wrong in [
            "8db33809-1f32-48bb-8c52-5877dab48107",
            "ari:cloud:ecosystem::app/",
            "ari:cloud:ecosystem::app/8DB33809-1f32-48bb-8c52-5877dab48107",
            "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107/x",
            "ari:cloud:ecosystem::installation/8db33809-1f32-48bb-8c52-5877dab48107",
        ] {
            assert!(ForgeAppId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
