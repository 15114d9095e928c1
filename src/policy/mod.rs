//! The policy as data: read once at start, obeyed by everything that keeps or deletes.
//!
//! `policies/*.toml` is the only place with retention numbers. The statement is made from the same file that the service
//! obeys, so the text cannot drift from the behaviour. A policy that contradicts itself stops the start.

mod check;
pub mod datamap;
mod deployment;
pub mod diff;
mod due;
mod fault;
pub mod model;
pub mod promises;
pub mod published;
mod records;
pub mod statement;
mod support;

use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::telemetry::KeptBits;
pub use deployment::Deployment;
pub use due::{Departure, Due};
pub use fault::Fault;
pub use model::{AccountUse, ClassName, Language, Text};
use model::{Brake, Class, Document, Kind, Told};

/// A policy that was checked.
#[derive(Debug, Clone)]
pub struct Policy {
    version: PolicyVersion,
    document: Document,
    /// The file, as it was named and as it was written.
    file: String,
    text: String,
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
    #[error("{}", lines(.0))]
    Faulty(Vec<Fault>),
}

impl PolicyError {
    /// The single faults, where the file could be read.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Unreadable { .. } => &[],
            Self::Faulty(faults) => faults,
        }
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
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
        let places = fault::Text::new(path, text);
        let document: Document =
            toml::from_str(text).map_err(|error| PolicyError::Faulty(vec![places.unreadable(&error)]))?;
        let faults = check::faults(&document, &places);
        if !faults.is_empty() {
            return Err(PolicyError::Faulty(faults));
        }
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        let version = PolicyVersion(format!("{}-{}", document.version, hash.get(..12).unwrap_or_default()));
        Ok(Self { version, document, file: path.to_owned(), text: text.to_owned() })
    }

    pub fn version(&self) -> &PolicyVersion {
        &self.version
    }

    /// The whole file, for whoever tells people what is in it.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The file as it was written, from which the same policy can be read again.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole policy for machines, every number of it (`privacy.json`).
    pub fn machine_form(&self) -> serde_json::Value {
        serde_json::json!({ "version": self.version.as_str(), "policy": self.document })
    }

    fn places(&self) -> fault::Text<'_> {
        fault::Text::new(&self.file, &self.text)
    }

    pub fn class(&self, name: ClassName) -> Option<&Class> {
        self.document.classes.get(&name)
    }

    /// Whether this field of an installation may be stored (IDALKO-10).
    pub fn keeps_account_field(&self, name: &str) -> bool {
        self.keeps_field(ClassName::Account, name)
    }

    /// Whether a record of this class may hold this field.
    pub fn keeps_field(&self, class: ClassName, name: &str) -> bool {
        self.class(class).is_some_and(|class| class.fields.iter().any(|field| field == name))
    }

    /// Whether a problem report may hold the value that pages store under this key.
    pub fn is_reportable(&self, key: &str) -> bool {
        let listed = self.class(ClassName::Uploaded).map(|class| class.reportable.as_slice());
        listed.unwrap_or_default().iter().any(|reportable| reportable == key)
    }

    /// When a record of this class expires by its own clock; `None` when it goes with its tenant alone.
    pub fn expires_at(&self, class: ClassName, clock_began: Timestamp) -> Option<Timestamp> {
        self.class(class)?.retention.map(|retention| retention.ends(clock_began))
    }

    /// When operation data of this kind expires; `None` when the policy names no such kind, so that nothing of it may be
    /// stored.
    pub fn kind_expires_at(&self, kind: &str, recorded_at: Timestamp) -> Option<Timestamp> {
        self.ends(ClassName::Operation, kind, recorded_at)
    }

    /// Whether the app's own pages may write operation data of this kind.
    pub fn is_own_kind(&self, kind: &str) -> bool {
        self.kind(ClassName::Operation, kind).is_some_and(|kind| kind.own)
    }

    /// The kinds of operation data that the app's own pages may write.
    pub fn own_kinds(&self) -> impl Iterator<Item = &str> {
        let kinds = self.class(ClassName::Operation).into_iter().flat_map(|class| &class.kinds);
        kinds.filter(|(_, kind)| kind.own).map(|(name, _)| name.as_str())
    }

    /// When the counter of a feature's uses on one day expires; `None` when the policy names no such feature, so that its
    /// uses may not be counted.
    pub fn feature_expires_at(&self, feature: &str, day_began: Timestamp) -> Option<Timestamp> {
        self.ends(ClassName::Session, feature, day_began)
    }

    /// The end of a kind's own time, or of its class's where that comes first.
    fn ends(&self, class: ClassName, kind: &str, clock_began: Timestamp) -> Option<Timestamp> {
        let by_kind = self.kind(class, kind)?.retention.ends(clock_began);
        Some(self.expires_at(class, clock_began).map_or(by_kind, |by_class| by_class.min(by_kind)))
    }

    fn kind(&self, class: ClassName, kind: &str) -> Option<&Kind> {
        self.class(class)?.kinds.get(kind)
    }

    /// For how many days a log stream's lines are kept. A year has the days of one without a leap day.
    pub fn log_keep_days(&self, stream: ClassName) -> u32 {
        let begun = Timestamp::default();
        let kept = self.expires_at(stream, begun).unwrap_or(begun).since(begun);
        u32::try_from(kept.as_secs() / days(1).as_secs()).unwrap_or(u32::MAX).max(1)
    }

    /// Due work is done within this time.
    pub fn sweep_lag(&self) -> Duration {
        days(self.document.life_cycle.sweep_lag_days)
    }

    /// How long a host may refuse us before the tenant is suspected of having left.
    pub fn unreachable_for(&self) -> Duration {
        days(self.document.life_cycle.unreachable_days)
    }

    /// Until when a replaced secret still proves requests that were under way.
    pub fn former_secret_until(&self, replaced_at: Timestamp) -> Timestamp {
        let minutes = self.document.life_cycle.former_secret_minutes;
        replaced_at.plus(Duration::from_secs(u64::from(minutes) * 60))
    }

    /// Until when a deleted issue is remembered, so that a late event does not bring it back.
    pub fn tombstone_until(&self, deleted_at: Timestamp) -> Timestamp {
        deleted_at.plus(hours(self.document.life_cycle.tombstone_hours))
    }

    pub fn brake(&self) -> Brake {
        self.document.life_cycle.brake
    }

    /// How far the clock may have moved since the service last looked at it.
    pub fn clock_jump_max(&self) -> Duration {
        days(self.document.life_cycle.brake.clock_jump_days)
    }

    /// Whether notices go to the billing address too (UTILITAS-19).
    pub fn copies_billing(&self) -> bool {
        self.document.life_cycle.cc_billing
    }

    /// How much of an address may be written anywhere.
    pub fn kept_bits(&self) -> KeptBits {
        let kept = self.document.addresses;
        KeptBits { ipv4: kept.ipv4_bits, ipv6: kept.ipv6_bits }
    }

    /// How long a cookie may live in a browser; `None` for one that ends with the browser's session, or that is not in the
    /// register and must not be set.
    pub fn cookie_age(&self, name: &str) -> Option<Duration> {
        let cookie = self.document.cookies.iter().find(|cookie| cookie.name == name)?;
        cookie.days.map(days)
    }

    /// Those who are told of erasures, and how.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Told)> {
        let processors = self.document.processors.iter();
        processors.filter_map(|processor| Some((processor.name.as_str(), processor.told.as_ref()?)))
    }

    /// By when whoever was told at `told_at` has to say that its copy is gone.
    pub fn confirmed_by(&self, told: &Told, told_at: Timestamp) -> Timestamp {
        told_at.plus(days(told.within_days))
    }

    /// How often a backup is made.
    pub fn backup_interval(&self) -> Duration {
        hours(self.document.backup.every_hours)
    }

    /// When no copy of a key that was destroyed at `shredded_at` is left anywhere.
    pub fn unreadable_everywhere_at(&self, shredded_at: Timestamp) -> Timestamp {
        shredded_at.plus(days(self.document.keyring.escrow_keep_days))
    }

    /// When the last backup that holds what was deleted at `deleted_at` is pruned; `None` when there are no backups.
    pub fn backups_gone_at(&self, deleted_at: Timestamp) -> Option<Timestamp> {
        let keep_days = self.document.backup.keep_days;
        (keep_days > 0).then(|| deleted_at.plus(days(keep_days)))
    }
}

pub(crate) fn days(days: u32) -> Duration {
    hours(days.saturating_mul(24))
}

fn hours(hours: u32) -> Duration {
    Duration::from_secs(u64::from(hours) * 3_600)
}

#[cfg(test)]
mod tests;
