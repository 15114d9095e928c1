//! The product as the engine asks it (`product.rs`): proven by the tenant's secret, or by the token of an invocation.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::site_of;
use crate::connect::forge::Invoked;
use crate::connect::host::{Acting, HostClient, HostError, Site};
use crate::connect::{licence, report_accounts};
use crate::db::Id;
use crate::policy::AccountUse;
use crate::product::{
    AccountStatus, AccountsOffice, Asking, Licence, NoAnswer, Product, Reported, StoredAccount,
};
use crate::tenancy::KnownTenant;

/// A host that needs longer, with all its redirects, has told us nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// Forge waits for five seconds for whatever is asked on its behalf.
const PATIENCE_IN_A_CALL: Duration = Duration::from_secs(2);

/// The hosts of tenants, asked with their secrets.
pub struct Hosts(pub Arc<HostClient>);

impl Product for Hosts {
    fn licence<'a>(&'a self, tenant: &'a KnownTenant) -> Asking<'a, Option<Licence>> {
        Box::pin(async move {
            let site = site_of(tenant, AccountUse::LicenceValidation).map_err(|_| NoAnswer::Unproven)?;
            let told = in_time(PATIENCE, licence::ask(&self.0, &site)).await?;
            let plain = |licence: licence::Licence| Licence {
                active: licence.active,
                evaluation: licence.evaluation,
                kind: licence.kind,
            };
            Ok(told.map(plain))
        })
    }

    fn accounts_office(&self, tenant: &KnownTenant) -> Option<Box<dyn AccountsOffice>> {
        let site = site_of(tenant, AccountUse::TalkingToTheInstance).ok()?;
        Some(Box::new(Office { host: self.0.clone(), site, patience: PATIENCE }))
    }
}

/// Where account ids are reported with the token of an invocation; `None` without one. The address comes from the settings, and the
/// token goes there only if the host may have it.
pub fn office_of_invocation(
    host: &Arc<HostClient>,
    tenant: Id,
    url: &Url,
    invoked: &Invoked,
) -> Option<Box<dyn AccountsOffice>> {
    let token = invoked.system_token.clone()?;
    let site = Site::at(tenant, url.clone(), token, Acting::App);
    Some(Box::new(Office { host: host.clone(), site, patience: PATIENCE_IN_A_CALL }))
}

struct Office {
    host: Arc<HostClient>,
    site: Site,
    patience: Duration,
}

impl AccountsOffice for Office {
    fn report<'a>(&'a self, accounts: &'a [StoredAccount]) -> Asking<'a, Reported> {
        Box::pin(async move {
            let accounts: Vec<_> = accounts
                .iter()
                .map(|stored| report_accounts::Account::new(&stored.account_id, stored.since))
                .collect();
            let asking = report_accounts::report(&self.host, &self.site, &accounts);
            in_time(self.patience, asking).await.map(plain)
        })
    }
}

fn plain(reported: report_accounts::Reported) -> Reported {
    let verdict = |verdict: report_accounts::Verdict| {
        let status = match verdict.status {
            report_accounts::Status::Closed => AccountStatus::Closed,
            report_accounts::Status::Updated => AccountStatus::Updated,
            report_accounts::Status::Other => AccountStatus::Other,
        };
        (verdict.account_id, status)
    };
    Reported {
        verdicts: reported.verdicts.into_iter().map(verdict).collect(),
        cycle_days: reported.cycle_days,
    }
}

async fn in_time<T>(
    patience: Duration,
    asking: impl Future<Output = Result<T, HostError>>,
) -> Result<T, NoAnswer> {
    match tokio::time::timeout(patience, asking).await {
        Ok(answer) => answer.map_err(NoAnswer::from),
        Err(_) => Err(NoAnswer::Away("no answer in time".to_owned())),
    }
}

impl From<HostError> for NoAnswer {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Refused(status) => Self::Refused(status),
            HostError::Busy(wait) => Self::Busy(wait),
            HostError::Unreachable(_) | HostError::Status(500..) => Self::Away(error.to_string()),
            HostError::Status(_) | HostError::LedAstray | HostError::NotAllowed | HostError::Unreadable => {
                Self::Fault(error.to_string())
            }
        }
    }
}
