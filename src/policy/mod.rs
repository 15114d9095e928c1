//! The policy as data: read once at start, obeyed by everything that keeps or deletes.
//!
//! `policies/*.toml` is the only place with retention numbers. A policy that contradicts itself stops the start.

mod model;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use model::{Document, LifeCycleNumbers, LogNumbers};

/// A policy that was checked.
#[derive(Debug, Clone)]
pub struct Policy {
    version: PolicyVersion,
    account_fields: BTreeSet<String>,
    numbers: LifeCycleNumbers,
    webhook_ttl: Duration,
    logs: LogNumbers,
}

/// Which policy a computed date came from: its number and the head of the file's SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion(String);

impl PolicyVersion {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a policy cannot be obeyed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("cannot read the policy {path}: {cause}")]
    Unreadable { path: String, cause: std::io::Error },
    #[error("{path}: {cause}")]
    Malformed { path: String, cause: String },
    #[error("{path}: [{section}] {fault}")]
    Contradiction { path: String, section: &'static str, fault: String },
}

impl Policy {
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|cause| PolicyError::Unreadable { path: shown.clone(), cause })?;
        Self::parse(&text, &shown)
    }

    /// Reads and checks a policy; `path` names it in errors.
    pub fn parse(text: &str, path: &str) -> Result<Self, PolicyError> {
        let malformed = |cause: toml::de::Error| PolicyError::Malformed {
            path: path.to_owned(),
            cause: cause.to_string(),
        };
        let document: Document = toml::from_str(text).map_err(malformed)?;
        document.check().map_err(|(section, fault)| PolicyError::Contradiction {
            path: path.to_owned(),
            section,
            fault,
        })?;
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        Ok(Self {
            version: PolicyVersion(format!("{}-{}", document.version, hash.get(..12).unwrap_or_default())),
            account_fields: document.account.fields.into_iter().collect(),
            numbers: document.life_cycle,
            webhook_ttl: days(document.operation.webhook.ttl_days),
            logs: document.logs,
        })
    }

    pub fn version(&self) -> &PolicyVersion {
        &self.version
    }

    /// Whether this field of an installation may be stored.
    pub fn keeps_account_field(&self, name: &str) -> bool {
        self.account_fields.contains(name)
    }

    /// When the live data of a tenant that left at `left_at` is due to go.
    pub fn due_after_leaving(&self, left_at: Timestamp) -> Timestamp {
        left_at.plus(days(self.numbers.grace_days))
    }

    /// When the data of a subscription that ended at `ended_at` is due to go.
    pub fn due_after_subscription(&self, ended_at: Timestamp) -> Timestamp {
        ended_at.plus(days(self.numbers.after_subscription_days))
    }

    pub fn notice_before_erasure(&self, due_at: Timestamp) -> Timestamp {
        due_at.minus(days(self.numbers.notice_before_erasure_days))
    }

    pub fn notice_before_end(&self, ends_at: Timestamp) -> Timestamp {
        ends_at.minus(days(self.numbers.notice_before_end_days))
    }

    /// When an erasure asked for at `asked_at` is due.
    pub fn due_after_asking(&self, asked_at: Timestamp) -> Timestamp {
        asked_at.plus(hours(self.numbers.early_erasure_delay_hours))
    }

    /// How long a host may refuse us before the tenant is suspected of having left.
    pub fn unreachable_for(&self) -> Duration {
        days(self.numbers.unreachable_days)
    }

    /// Until when a replaced secret still proves requests that were under way.
    pub fn former_secret_until(&self, replaced_at: Timestamp) -> Timestamp {
        replaced_at.plus(Duration::from_secs(u64::from(self.numbers.former_secret_minutes) * 60))
    }

    pub fn webhook_expires_at(&self, received_at: Timestamp) -> Timestamp {
        received_at.plus(self.webhook_ttl)
    }

    /// The age in days that no line of the access log may pass.
    pub fn access_log_keep_days(&self) -> u32 {
        self.logs.access.keep_days
    }

    /// The age in days that no line of the application log may pass.
    pub fn app_log_keep_days(&self) -> u32 {
        self.logs.app.keep_days
    }
}

fn days(days: u32) -> Duration {
    hours(days.saturating_mul(24))
}

fn hours(hours: u32) -> Duration {
    Duration::from_secs(u64::from(hours) * 3_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../policies/default.toml");

    fn fault(from: &str, to: &str) -> String {
        assert!(DEFAULT.contains(from), "{from}");
        Policy::parse(&DEFAULT.replace(from, to), "p.toml")
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn the_default_policy_holds_together() {
        let policy = Policy::parse(DEFAULT, "p.toml").unwrap();
        let left_at = Timestamp::from_seconds(1_700_000_000);
        assert_eq!(policy.due_after_leaving(left_at).since(left_at), days(150));
        assert!(policy.keeps_account_field("clientKey") && !policy.keeps_account_field("publicKey"));
    }

    #[test]
    fn grace_lag_and_backups_together_stay_within_the_promise() {
        let fault = fault("grace_days = 150", "grace_days = 166");
        assert!(fault.contains("grace_days + sweep_lag_days + backup.keep_days = 181"), "{fault}");
    }

    #[test]
    fn a_missing_number_and_an_unknown_one_are_faults_with_a_line() {
        assert!(fault("sweep_lag_days = 1", "").contains("sweep_lag_days"));
        assert!(fault("sweep_lag_days = 1", "sweep_lag_day = 1").contains("sweep_lag_day"));
        assert!(fault("version = 1", "version = 0").contains("version"));
    }

    #[test]
    fn a_field_without_which_nothing_works_cannot_be_left_out() {
        assert!(fault("    \"clientKey\",", "").contains("clientKey"));
    }

    #[test]
    fn each_log_stream_has_a_number_of_its_own() {
        let policy = Policy::parse(DEFAULT, "p.toml").unwrap();
        assert_eq!((policy.access_log_keep_days(), policy.app_log_keep_days()), (14, 30));
        assert!(fault("[logs.app]\nkeep_days = 30", "[logs.app]\nkeep_days = 0").contains("[logs.app]"));
        assert!(fault("[logs.app]\nkeep_days = 30", "").contains("logs"));
    }

    #[test]
    fn another_text_is_another_version() {
        let one = Policy::parse(DEFAULT, "p.toml").unwrap();
        let two = Policy::parse(&DEFAULT.replace("ttl_days = 14", "ttl_days = 13"), "p.toml").unwrap();
        assert_ne!(one.version(), two.version());
    }
}
