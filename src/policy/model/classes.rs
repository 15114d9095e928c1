//! Data classes: fields, purposes, legal basis, origin, and how long they are kept.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Text;
use crate::clock::Timestamp;
use crate::db::text_enum;

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Class {
    pub title: Text,
    /// Names of [`super::Document::purposes`].
    pub purposes: Vec<String>,
    pub basis: Basis,
    pub role: Role,
    pub origin: Origin,
    /// Whether it goes when its tenant goes.
    pub with_tenant: bool,
    /// The fields that may be kept. Others are dropped before anything is stored.
    pub fields: Vec<String>,
    /// Keys of what pages store whose values a problem report may hold; of all others it says that they are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reportable: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Kinds of records with numbers of their own.
    #[serde(default)]
    pub kinds: BTreeMap<String, Kind>,
}

text_enum! {
    /// What account data serves (IDALKO-11), by the names of the policy's purposes. Code that wants it for anything else does
    /// not compile, and a policy that states other purposes does not start.
    pub enum AccountUse {
        LicenceValidation = "licence_validation",
        ContractAdministration = "contract_administration",
        TalkingToTheInstance = "talking_to_the_instance",
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Kind {
    pub title: Text,
    /// Whether the app's own pages write it.
    #[serde(default)]
    pub own: bool,
    pub retention: Retention,
}

/// How long something is kept: exactly one of days and years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Retention {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<u32>,
    pub bound: Bound,
    pub clock: Count,
}

/// The legal basis of a processing (APPERNETIC-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    Consent,
    Contract,
    LegalObligation,
    LegitimateInterest,
}

/// Whether the vendor decides about the processing, or the customer does (UTILITAS-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Controller,
    Processor,
}

/// Where data comes from (APPERNETIC-05, WEBSITE-38).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The product that the app runs in.
    Product,
    /// An administrator typed it.
    Admin,
    /// A user typed it.
    User,
    /// It came about by using the service.
    Use,
    /// We made it ourselves.
    Vendor,
}

/// What a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Gone by then; earlier is fine.
    AtLatest,
    /// Not before, and within the sweep lag after it.
    Exactly,
}

/// Which clock a number counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// The customer left.
    Left,
    SubscriptionEnd,
    ContractEnd,
    /// The record was written.
    Recorded,
}

impl Retention {
    /// When something whose clock began at `start` has to go. A year is a year of the calendar: ten years from the
    /// 29th of February end on the 28th.
    pub fn ends(&self, start: Timestamp) -> Timestamp {
        let years = self.years.map_or(start, |years| start.plus_years(years));
        years.plus(Duration::from_secs(u64::from(self.days.unwrap_or(0)) * 86_400))
    }
}
