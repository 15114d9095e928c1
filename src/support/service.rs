//! Previews, and reports that are held to them.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Semaphore;

use super::attachment::{self, Attached};
use super::collect::{self, Gathered};
use super::draft::Draft;
use super::item::{Described, Item, ItemName, Tier};
use super::missing::{Lack, Lacking, Missing};
use super::preview::{self, Accepted, Preview, Reporter, Sent, Shown, Sight};
use super::redact::{Redactor, Wanted};
use super::secrets::{OwnSecrets, SecretFound};
use crate::clock::Clock;
use crate::config::Secret;
use crate::db::{Db, Id};
use crate::error::{Code, Error};
use crate::metrics::Metrics;
use crate::operation::Operation;
use crate::tenancy::settings::TenantSettings;
use crate::tenancy::{KnownTenant, ReportRule, Tenancy};
use crate::vault::Vault;

/// Previews that one user may ask for within a minute: each selection that is masked is one.
const PREVIEWS_PER_MINUTE: u32 = 30;
/// Users who are remembered for that; more than these are looked through for those whose minute is over.
const REMEMBERED_MAX: usize = 10_000;
/// Pictures and texts of so many reports are worked on at once: they take memory and time.
const AT_ONCE: usize = 2;
/// How long a preview waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// When to come back while an operator has paused reports.
const PAUSE: Duration = Duration::from_secs(15 * 60);

/// Everything that previews need. Cheap to clone.
#[derive(Clone)]
pub struct Support {
    pub(super) db: Db,
    pub(super) vault: Vault,
    pub(super) tenancy: Tenancy,
    pub(super) operation: Operation,
    pub(super) clock: Clock,
    pub(super) log_dir: PathBuf,
    metrics: Metrics,
    asked: Arc<DefaultKeyedRateLimiter<(Id, String)>>,
    turns: Arc<Semaphore>,
}

/// What a preview shows, and which selections were found nowhere.
#[derive(Debug)]
pub struct Previewed {
    pub preview: Preview,
    pub unmatched: Vec<usize>,
    /// Whether an administrator of the site has to approve it before it leaves.
    pub needs_approval: bool,
}

/// What would be in a report.
#[derive(Debug)]
pub struct DryRun {
    pub tier: Tier,
    pub items: Vec<Described>,
    pub missing: Vec<Missing>,
}

impl Support {
    pub fn new(
        db: Db,
        vault: Vault,
        tenancy: Tenancy,
        operation: Operation,
        clock: Clock,
        log_dir: PathBuf,
        metrics: Metrics,
    ) -> Self {
        let per_minute = NonZeroU32::new(PREVIEWS_PER_MINUTE).unwrap_or(NonZeroU32::MIN);
        let asked = Arc::new(RateLimiter::keyed(Quota::per_minute(per_minute)));
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { db, vault, tenancy, operation, clock, log_dir, metrics, asked, turns }
    }

    /// What would be sent. Nothing of it is stored. A report never shows its user what the product would not.
    pub async fn preview(&self, reporter: &Reporter, draft: Draft, sight: Sight) -> Result<Previewed, Error> {
        self.check_rate(reporter)?;
        let (known, settings) = self.site(reporter.tenant).await?;
        let own = self.own_secrets(&known, &settings)?;
        let wanted = wanted(&draft, &settings, reporter);
        let (tier, is_held_back) = tier(&draft, &settings);
        let needs_approval = settings.reports.rule == ReportRule::Approve;
        let gathered = self.gather(draft, sight, known, settings).await;
        let made = self.compose(gathered, tier, Redactor::new(&wanted), own).await?;
        let mut made = made.map_err(|error| self.as_error(error, reporter.tenant))?;
        if is_held_back {
            made.missing.push(Missing::new(ItemName::Issue, Lack::NoContent));
        }
        let Signed { preview, unmatched } = self.sign(reporter, tier, made).await?;
        Ok(Previewed { preview, unmatched, needs_approval })
    }

    /// What a report of somebody of this site would hold, without any of it: nothing is sent, stored or shown but the manifest.
    pub async fn dry_run(&self, tenant: Id, draft: Draft, sight: Sight) -> Result<DryRun, Error> {
        let (known, settings) = self.site(tenant).await?;
        let own = self.own_secrets(&known, &settings)?;
        let nobody = Reporter { tenant, account_id: String::new() };
        let wanted = wanted(&draft, &settings, &nobody);
        let (tier, _) = tier(&draft, &settings);
        let gathered = self.gather(draft, sight, known, settings).await;
        let made = self.compose(gathered, tier, Redactor::new(&wanted), own).await?;
        let Made { items, missing, .. } = made.map_err(|error| self.as_error(error, tenant))?;
        Ok(DryRun { tier, items: items.iter().map(Item::described).collect(), missing })
    }

    /// Holds a report to its preview, and looks once more for what must not leave.
    pub async fn accept(&self, token: &str, sent: Vec<Sent>, reporter: &Reporter) -> Result<Accepted, Error> {
        let (known, settings) = self.site(reporter.tenant).await?;
        let key = self.vault.data_key(reporter.tenant).await?;
        let accepted = preview::accept(&key, token, sent, reporter, self.clock.now())?;
        if settings.reports.never_content && accepted.tier == Tier::Full {
            let detail =
                "The administrators of this site do not let content of issues leave. Make another preview.";
            return Err(Error::new(Code::StateChanged).with_detail(detail));
        }
        if accepted.items.iter().any(|item| is_held_back(item.name, &settings)) {
            let detail =
                "The administrators of this site hold back a part of it by now. Make another preview.";
            return Err(Error::new(Code::StateChanged).with_detail(detail));
        }
        let own = self.own_secrets(&known, &settings)?;
        own.check(&accepted.items).map_err(|found| self.as_error(found.into(), reporter.tenant))?;
        Ok(accepted)
    }

    /// The site, unless its administrators forbid reports, or an operator has paused them for everybody.
    async fn site(&self, tenant: Id) -> Result<(KnownTenant, TenantSettings), Error> {
        if self.tenancy.reports_paused_at().await?.is_some() {
            return Err(Error::new(Code::ReportsPaused).retry_after(PAUSE));
        }
        let gone = || Error::unauthenticated(anyhow::anyhow!("the tenant is gone"));
        let settings = self.tenancy.settings(tenant).await?.ok_or_else(gone)?;
        if settings.reports.rule == ReportRule::Forbid {
            return Err(Error::new(Code::ReportsForbidden));
        }
        Ok((self.tenancy.find_by_id(tenant).await?.ok_or_else(gone)?, settings))
    }

    /// Shared secrets, former ones too, what calls on behalf of a user are made with, and the addresses that were entered.
    pub(super) fn own_secrets(
        &self,
        known: &KnownTenant,
        settings: &TenantSettings,
    ) -> Result<OwnSecrets, Error> {
        let mut secrets: Vec<Secret> = known.secrets.iter().map(|used| used.secret.clone()).collect();
        secrets.extend(known.account.credentials().map(Secret::new));
        let addresses = [&settings.contact, &settings.billing_cc].into_iter().flatten();
        secrets.extend(addresses.map(|address| Secret::new(address.as_str())));
        OwnSecrets::new(&secrets).map_err(|error| Error::new(Code::Internal).because(error))
    }

    fn check_rate(&self, reporter: &Reporter) -> Result<(), Error> {
        if self.asked.len() > REMEMBERED_MAX {
            self.asked.retain_recent();
        }
        let user = (reporter.tenant, reporter.account_id.clone());
        self.asked.check_key(&user).map_err(|_| Error::new(Code::TooManyRequests))
    }

    /// The slow part.
    async fn compose(
        &self,
        gathered: Gathered,
        tier: Tier,
        redactor: Redactor,
        own: OwnSecrets,
    ) -> Result<Result<Made, Unmade>, Error> {
        self.in_turn(move || make(&gathered, tier, redactor, &own)).await
    }

    /// Work on pictures and texts: away from the threads that answer, and few at a time.
    pub(super) async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned());
        let turn = turn.await.map_err(|_| Error::new(Code::TooManyRequests))?;
        let turn = turn.map_err(|error| Error::new(Code::Internal).because(error))?;
        let made = tokio::task::spawn_blocking(move || {
            let made = work();
            drop(turn);
            made
        });
        made.await.map_err(|error| Error::new(Code::Internal).because(error))
    }

    async fn sign(&self, reporter: &Reporter, tier: Tier, made: Made) -> Result<Signed, Error> {
        let Made { items, missing, unmatched, severity, fingerprint, statement_version, made_at } = made;
        let shown = Shown {
            account_id: reporter.account_id.clone(),
            tier,
            severity,
            fingerprint: fingerprint.clone(),
            statement_version,
            made_at: made_at.as_millis(),
            items: items.iter().map(Item::described).collect(),
            missing: missing.iter().map(Lacking::from).collect(),
        };
        let key = self.vault.data_key(reporter.tenant).await?;
        let token = preview::token(&key, &shown)?;
        let preview = Preview { tier, items, missing, statement_version, fingerprint, made_at, token };
        Ok(Signed { preview, unmatched })
    }

    pub(super) fn as_error(&self, unmade: Unmade, tenant: Id) -> Error {
        match unmade {
            Unmade::Attachment(refused) => {
                Error::new(Code::AttachmentRefused).with_detail(format!("{refused}."))
            }
            Unmade::Secret(SecretFound(item)) => self.secret_found(&item.to_string(), tenant),
        }
    }

    /// A secret in a report is told to the user and raises an alarm: somebody has it who should not.
    pub(super) fn secret_found(&self, place: &str, tenant: Id) -> Error {
        self.metrics.secret_in_report();
        let cause = format!("found in the item {place}");
        tracing::error!(tenant.id = %tenant, cause, "a problem report held a secret of the site");
        Error::new(Code::SecretInReport).with_detail(format!(
            "{place}: a secret or a contact's address of this site stands in it. Take it out and try again."
        ))
    }
}

/// A preview that a report can be held to.
struct Signed {
    preview: Preview,
    unmatched: Vec<usize>,
}

/// A bundle, and what goes with it.
struct Made {
    items: Vec<Item>,
    missing: Vec<Missing>,
    unmatched: Vec<usize>,
    severity: super::item::Severity,
    fingerprint: Option<String>,
    statement_version: i64,
    made_at: crate::clock::Timestamp,
}

/// Why there is no bundle.
pub(super) enum Unmade {
    Attachment(attachment::Refused),
    Secret(SecretFound),
}

impl From<SecretFound> for Unmade {
    fn from(found: SecretFound) -> Self {
        Self::Secret(found)
    }
}

fn make(gathered: &Gathered, tier: Tier, mut redactor: Redactor, own: &OwnSecrets) -> Result<Made, Unmade> {
    let (mut items, mut missing) = collect::collect(gathered, tier, &mut redactor);
    // What the administrators let nobody send.
    let is_held_back = |name| is_held_back(name, &gathered.settings);
    items.retain(|item| !is_held_back(item.name));
    missing.retain(|missing| !is_held_back(missing.name));
    let held_back = ItemName::COLLECTED.into_iter().filter(|name| is_held_back(*name));
    missing.extend(held_back.map(|name| Missing::new(name, Lack::HeldBack)));
    for (number, attached) in (1..).zip(&gathered.draft.attachments) {
        items.push(attach(ItemName::Attachment(number), tier, attached, &mut redactor)?);
    }
    own.check(&items)?;
    Ok(Made {
        items,
        missing,
        unmatched: redactor.unmatched(),
        severity: gathered.draft.severity,
        fingerprint: collect::fingerprint(gathered),
        statement_version: gathered.statement_version,
        made_at: gathered.now,
    })
}

fn is_held_back(name: ItemName, settings: &TenantSettings) -> bool {
    let word = name.to_string();
    settings.reports.blocked.contains(&word)
}

fn attach(name: ItemName, tier: Tier, attached: &Attached, redactor: &mut Redactor) -> Result<Item, Unmade> {
    let (media, content, masked) = attachment::prepare(attached, redactor).map_err(Unmade::Attachment)?;
    Ok(Item::new(name, tier, media, content, masked))
}

fn wanted(draft: &Draft, settings: &TenantSettings, reporter: &Reporter) -> Wanted {
    Wanted {
        terms: settings.reports.terms.clone(),
        selected: draft.selected.clone(),
        account_ids: vec![reporter.account_id.clone()],
    }
}

/// The tier of this report, and whether the administrators hold it back from a fuller one that the user wanted.
fn tier(draft: &Draft, settings: &TenantSettings) -> (Tier, bool) {
    let rules = &settings.reports;
    let by_default = if rules.full_by_default { Tier::Full } else { Tier::Minimal };
    let wanted = draft.tier.unwrap_or(by_default);
    let is_held_back = rules.never_content && wanted == Tier::Full;
    (if is_held_back { Tier::Minimal } else { wanted }, is_held_back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenancy::reports::PARTS;

    #[test]
    fn a_site_may_hold_back_everything_that_is_collected_but_the_report_itself() {
        let collected = ItemName::COLLECTED.iter().filter(|name| **name != ItemName::Report);
        assert_eq!(collected.map(ToString::to_string).collect::<Vec<_>>(), PARTS);
    }
}
