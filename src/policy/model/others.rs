//! Who answers, where data is, who else gets some, and duties that no program can keep.

use serde::{Deserialize, Serialize};

use super::{ClassName, Text};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    pub name: String,
    pub address: String,
    pub email: String,
    pub privacy_email: String,
    pub security_email: String,
    /// The supervisory authority that one may complain to (WEBSITE-46).
    pub authority: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    pub place: String,
    /// What the deployment must be set to.
    pub region: String,
}

/// One app that the statement covers (UTOOLITY-01).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub key: String,
    pub name: String,
    pub products: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    pub every_hours: u32,
    pub keep_days: u32,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyring {
    /// The longest that a copy of the keyring may exist outside it.
    pub escrow_keep_days: u32,
}

/// Somebody else who gets data (UTOOLITY-15, APPERNETIC-21).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Processor {
    pub name: String,
    pub purpose: Text,
    pub country: String,
    pub link: String,
    pub transfer: Transfer,
    /// Hosts of theirs that the service calls; `*.` stands for any name below.
    pub hosts: Vec<String>,
    pub classes: Vec<ClassName>,
    /// Where they are told of an erasure; absent when they hold no copy of their own.
    #[serde(default)]
    pub erasure_email: Option<String>,
}

/// What allows data to go to a country (APPERNETIC-17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    InsideEea,
    AdequacyDecision,
    StandardContractualClauses,
    BindingCorporateRules,
    DataPrivacyFramework,
    /// Void since 2020; read so that the check can say it.
    PrivacyShield,
    /// Void since 2015.
    SafeHarbor,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cookie {
    pub name: String,
    pub purpose: Text,
    /// Whether the page works without it only in part: others need consent.
    pub essential: bool,
    /// Absent for one that ends with the browser's session.
    #[serde(default)]
    pub days: Option<u32>,
}

/// A duty that people keep; the statement may claim it only while it is valid (design: refuse to claim).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub title: Text,
    pub kind: RecordKind,
    pub owner: String,
    pub expires: jiff::civil::Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    Contract,
    Review,
    Training,
}
