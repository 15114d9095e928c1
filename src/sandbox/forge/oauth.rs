//! The tokens that go along with invocations: opaque, and good at one site for an hour.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::super::people::Who;
use super::super::site::Site;
use crate::clock::Timestamp;

const LIFE: Duration = Duration::from_secs(3_600);
/// A sandbox that runs for weeks forgets those that have expired.
const GRANTS_MAX: usize = 10_000;

/// On whose behalf a token speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// `x-forge-oauth-system`
    App,
    /// `x-forge-oauth-user`
    User(Who),
}

#[derive(Default)]
pub(super) struct Grants(Mutex<HashMap<String, Grant>>);

struct Grant {
    cloud_id: String,
    token: Token,
    until: Timestamp,
}

impl Grants {
    /// Whose token this is, if it is good at this site now.
    pub(super) fn of(&self, text: &str, cloud_id: &str, now: Timestamp) -> Option<Token> {
        self.whose(text, now).filter(|(site, _)| site == cloud_id).map(|(_, token)| token)
    }

    /// At which site a token is good now, and on whose behalf it speaks.
    pub(super) fn whose(&self, text: &str, now: Timestamp) -> Option<(String, Token)> {
        let grants = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let grant = grants.get(text).filter(|grant| now < grant.until);
        grant.map(|grant| (grant.cloud_id.clone(), grant.token))
    }
}

impl Site {
    /// A new token for the REST API of this site.
    pub fn oauth_token(&self, token: Token) -> String {
        let text = format!("forge-oauth.{}", self.world.random.secret());
        let now = self.world.clock.now();
        let grant = Grant { cloud_id: self.cloud_id(), token, until: now.plus(LIFE) };
        let mut grants = self.world.forge.grants.0.lock().unwrap_or_else(PoisonError::into_inner);
        if grants.len() >= GRANTS_MAX {
            grants.retain(|_, grant| now < grant.until);
        }
        grants.insert(text.clone(), grant);
        text
    }
}
