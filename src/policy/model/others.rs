//! Who answers, where data is, who else gets some, and duties that no program can keep.

use serde::{Deserialize, Serialize};

use super::{ClassName, Language, Text};

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Controller {
    pub name: String,
    pub address: String,
    pub email: String,
    pub privacy_email: String,
    pub security_email: String,
    /// The supervisory authority that one may complain to (WEBSITE-46).
    pub authority: String,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Location {
    pub place: Text,
    /// What the deployment must be set to.
    pub region: String,
}

/// One app that the statement covers (UTOOLITY-01).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct App {
    pub key: String,
    pub name: String,
    pub products: Vec<String>,
    /// What the statement says about this app alone. Without it the app must not be installed (UTOOLITY-20).
    pub section: Text,
}

/// Sentences that no number follows from.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Sentences {
    /// Whom and what the statement covers (IDALKO-05).
    pub scope: Text,
    /// How data is protected.
    pub measures: Vec<Text>,
    /// What we do not do. Taking one back is a material change.
    pub never: Vec<Text>,
    /// When an authority gets data (APPERNETIC-22, WEBSITE-34).
    pub disclosure: Text,
    /// What the reader should not expect of a deletion.
    pub limitations: Vec<Text>,
}

/// How much of an IP address may be written anywhere (UTILITAS-15).
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Addresses {
    pub ipv4_bits: u32,
    pub ipv6_bits: u32,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Backup {
    pub every_hours: u32,
    pub keep_days: u32,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Keyring {
    /// The longest that a copy of the keyring may exist outside it.
    pub escrow_keep_days: u32,
}

/// Somebody else who gets data (UTOOLITY-15, APPERNETIC-21).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Processor {
    pub name: String,
    pub purpose: Text,
    pub country: Text,
    pub link: String,
    pub transfer: Transfer,
    /// Hosts of theirs that the service calls; `*.` stands for any name below.
    pub hosts: Vec<String>,
    pub classes: Vec<ClassName>,
    /// How they are told that a customer's data is gone, so that their copy of it goes too (APPERNETIC-33).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Why they need not be told: a decision too, and the statement shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_told: Option<Text>,
}

/// How a processor is told of erasures.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Told {
    /// Where its people for privacy read mail.
    pub mail: String,
    #[serde(default)]
    pub language: Language,
    /// Whoever has not confirmed by then is a matter for a person.
    pub within_days: u32,
    /// What it finds its copy by. It is told nothing else of the customer.
    pub by: Vec<Handle>,
}

/// Something that a processor knows a customer's data by, and that names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Handle {
    /// The ids of mails that we sent through it: it has them beside the addresses, and so never needs an address from us.
    MessageIds,
    /// Our own number of the tenant, as our logs have it.
    TenantNumber,
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

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Cookie {
    pub name: String,
    pub purpose: Text,
    /// Whether the page works without it only in part: others need consent.
    pub essential: bool,
    /// Absent for one that ends with the browser's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// A duty that people keep; the statement may claim it only while it is valid.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Record {
    pub title: Text,
    pub kind: RecordKind,
    pub owner: String,
    pub expires: jiff::civil::Date,
    /// What the statement says while this is valid, and not a day longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    Contract,
    Review,
    Training,
}
