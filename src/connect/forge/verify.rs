//! The one place where an invocation is proven.

use std::time::Duration;

use super::invocation::{self, Claims, Invocation, is_name};
use super::modules::Door;
use super::replays::{Replays, Use};
use super::{ForgeKeys, OAuthToken};
use crate::clock::{Clock, Timestamp};
use crate::config::{ForgeAppId, ForgeEnvironment, ForgeSettings, HostRules, is_same_resource};
use crate::connect::token::TokenError;
use crate::http::OutgoingError;

const ISSUER: &str = "forge/invocation-token";
/// An invocation lives for half a minute, so clocks may differ by less than for Connect.
const LEEWAY: Duration = Duration::from_secs(10);
/// Many times what was seen. It bounds how long a token is remembered.
const LIFE_MAX: Duration = Duration::from_secs(300);

/// Why an invocation was not believed.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// The token is at fault.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Something else is; the same request may succeed later.
    #[error("no invocation can be verified: {0}")]
    Unavailable(String),
}

/// Whom this deployment believes.
pub struct Forge {
    app_id: ForgeAppId,
    environments: Vec<ForgeEnvironment>,
    api_hosts: HostRules,
    keys: ForgeKeys,
    replays: Replays,
    clock: Clock,
}

/// A proven invocation with the tokens that came with it.
pub struct Invoked {
    pub invocation: Invocation,
    /// For calls as the app.
    pub system_token: Option<OAuthToken>,
    /// For calls as the acting user.
    pub user_token: Option<OAuthToken>,
}

impl Forge {
    /// `https_only` in production; a development service may ask a sandbox over http.
    pub fn new(settings: &ForgeSettings, https_only: bool, clock: Clock) -> Result<Self, OutgoingError> {
        Ok(Self {
            app_id: settings.app_id.clone(),
            environments: settings.environments.clone(),
            api_hosts: settings.api_hosts.clone(),
            keys: ForgeKeys::new(settings.jwks_url.clone(), https_only, clock.clone())?,
            replays: Replays::default(),
            clock,
        })
    }

    /// Proves a token of a module that may call at this door. It counts once.
    pub async fn verify(&self, token: &str, door: Door) -> Result<Invocation, ForgeError> {
        let token = invocation::read(token)?;
        token.check_rs256()?;
        let key = self.keys.get(token.key_id().ok_or(TokenError::KeyId)?).await?;
        if !token.is_signed_by_key(&key) {
            return Err(TokenError::Signature.into());
        }
        self.believe(token.into_claims(), door)
    }

    /// What is signed must also be meant for this app, this moment, this deployment and this door.
    fn believe(&self, claims: Claims, door: Door) -> Result<Invocation, ForgeError> {
        if claims.iss != ISSUER {
            return Err(TokenError::Issuer.into());
        }
        // The audience is compared as it is; the app's own word for itself may be written in another way.
        if claims.aud != self.app_id.as_str() || !is_same_resource(&claims.app.id, &claims.aud) {
            return Err(TokenError::Audience.into());
        }
        let now = self.clock.now();
        claims.window().check(now, LEEWAY, LIFE_MAX)?;
        let allowed = self.environments.iter().find(|kind| kind.as_str() == claims.app.environment.kind);
        let environment = *allowed.ok_or(TokenError::Environment)?;
        if !door.admits(&claims.app.module.kind, &claims.app.module.key) {
            return Err(TokenError::Module.into());
        }
        if !is_name(&claims.jti) {
            return Err(TokenError::Malformed("jti").into());
        }
        // For as long as it would be accepted, leeway and rounding included.
        let expires_at = Timestamp::from_seconds(claims.exp).plus(LEEWAY + Duration::from_secs(1));
        let invocation = claims.into_invocation(environment, expires_at)?;
        // Before anything is stored of it, and not only before a token goes there.
        if !self.api_hosts.admit(invocation.api_base.url()) {
            return Err(TokenError::ApiHost.into());
        }
        match self.replays.take(&invocation.token_id, expires_at, now) {
            Use::First => Ok(invocation),
            Use::Again => Err(TokenError::Replayed.into()),
            Use::TooMany => Err(ForgeError::Unavailable("too many invocations at once".to_owned())),
        }
    }
}
