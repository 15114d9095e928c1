//! Who administers which product, as the product said within the last minute, and what users may see there.

use std::time::Duration;

use moka::sync::Cache;
use sha2::{Digest, Sha256};
use url::Url;

use super::{ContextCaller, Gate};
use crate::clock::Timestamp;
use crate::connect::host::{Access, HostError, Site};
use crate::connect::permission;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::policy::AccountUse;
use crate::support::Sight;
use crate::tenancy::KnownTenant;

const ANSWERS_MAX: u64 = 10_000;
const BELIEVED_FOR: Duration = Duration::from_secs(60);

/// Answers of the products. Users are remembered by a hash: nobody needs their ids here.
pub struct Admins {
    answers: Cache<(Id, [u8; 32]), (bool, Timestamp)>,
}

impl Default for Admins {
    fn default() -> Self {
        Self { answers: Cache::new(ANSWERS_MAX) }
    }
}

impl Admins {
    /// Asks the tenant's product whether the user administers it. `account_id` is that of the caller.
    pub async fn is_admin(
        &self,
        gate: &Gate,
        caller: &ContextCaller,
        account_id: &str,
    ) -> Result<bool, Error> {
        let key = (caller.tenant.id(), <[u8; 32]>::from(Sha256::digest(account_id.as_bytes())));
        let now = gate.clock.now();
        if let Some((answer, asked_at)) = self.answers.get(&key)
            && now.since(asked_at) < BELIEVED_FOR
        {
            return Ok(answer);
        }
        let site = caller.site()?;
        let answer = match permission::is_admin(&gate.host, &site, caller.product(), account_id).await {
            Ok(answer) => answer,
            // A host that refuses the question grants nothing.
            Err(HostError::Refused(_)) => false,
            Err(error) => return Err(error.into()),
        };
        self.answers.insert(key, (answer, now));
        Ok(answer)
    }
}

/// What the product lets a user see of what is stored of it. Whatever goes wrong, the answer is less.
pub async fn sight(gate: &Gate, caller: &ContextCaller, account_id: &str, thing: Option<&str>) -> Sight {
    match gate.admins.is_admin(gate, caller, account_id).await {
        Ok(true) => return Sight { everything: true, thing: true },
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(cause = error.log_line(), "nobody knows what a user may see");
            return Sight::default();
        }
    }
    let Some(id) = thing.and_then(|thing| thing.parse().ok()) else { return Sight::default() };
    let may_see = match caller.site() {
        Ok(site) => permission::may_see(&gate.host, &site, caller.product(), account_id, id).await,
        Err(_) => return Sight::default(),
    };
    let thing = may_see.unwrap_or_else(|error| {
        tracing::warn!(%error, "nobody knows whether a user may see what a report is about");
        false
    });
    Sight { everything: false, thing }
}

/// Where the tenant lives, from its account, for whoever is about to call it.
pub fn site_of(known: &KnownTenant, purpose: AccountUse) -> Result<Site, Error> {
    let broken =
        |what: &'static str| Error::new(Code::Internal).because(anyhow::anyhow!("the tenant has no {what}"));
    let account = |name| known.account.get(name, purpose);
    let base_url =
        account("baseUrl").and_then(|text| Url::parse(text).ok()).ok_or_else(|| broken("base URL"))?;
    let secret = known.secrets.first().ok_or_else(|| broken("secret"))?;
    let client_key = account("clientKey").ok_or_else(|| broken("client key"))?.to_owned();
    let access = Access::Signed { client_key, secret: secret.secret.clone() };
    Ok(Site { tenant: known.tenant.id, base_url, access })
}
