//! What stands beside the lines: a schema for programs, a page for people, and a manifest with the counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ExportError, ReadError};
use crate::clock::Timestamp;
use crate::db::{DbError, Id};
use crate::policy::datamap::DataMapError;
use crate::policy::model::{Basis, Origin, Retention, Role, Text};
use crate::policy::{ClassName, Policy};

/// JSON Schema of a line.
pub const SCHEMA: &str = include_str!("schema.json");
const README: &str = include_str!("readme.txt");
/// Raised when lines change their meaning.
const FORMAT: u32 = 1;

pub fn file_of(class: ClassName) -> String {
    format!("{class}.jsonl")
}

/// The page for people, in English and German.
pub fn readme(policy: &Policy, now: Timestamp) -> String {
    let controller = &policy.document().controller;
    README
        .replace("{time}", &now.to_string())
        .replace("{name}", &controller.name)
        .replace("{address}", &controller.address)
        .replace("{email}", &controller.privacy_email)
        .replace("{authority}", &controller.authority)
        .replace("{version}", policy.version().as_str())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest<'a> {
    format: u32,
    generated_at: Timestamp,
    /// Our own number of the tenant, as in our logs.
    tenant: Id,
    policy: PolicyEntry<'a>,
    classes: Vec<ClassEntry<'a>>,
    /// What is stored and not shown, and why.
    withheld: Vec<WithheldEntry<'a>>,
}

#[derive(Serialize)]
struct PolicyEntry<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassEntry<'a> {
    class: ClassName,
    title: Words<'a>,
    file: String,
    records: u64,
    kinds: BTreeMap<String, u64>,
    origin: Origin,
    role: Role,
    legal_basis: Basis,
    purposes: Vec<PurposeEntry<'a>>,
    recipients: Vec<Recipient<'a>>,
    /// Whether it goes when the customer leaves.
    goes_with_tenant: bool,
    /// The class's own time, where it has one.
    retention: Option<Kept>,
}

#[derive(Serialize)]
struct Words<'a> {
    en: &'a str,
    de: &'a str,
}

#[derive(Serialize)]
struct PurposeEntry<'a> {
    name: &'a str,
    #[serde(flatten)]
    words: Option<Words<'a>>,
}

#[derive(Serialize)]
struct Recipient<'a> {
    name: &'a str,
    country: Words<'a>,
    purpose: Words<'a>,
    link: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    years: Option<u32>,
}

#[derive(Serialize)]
pub struct WithheldEntry<'a> {
    pub name: &'a str,
    pub class: ClassName,
    /// Absent where they are not in the same database.
    pub records: Option<i64>,
    pub reason: &'a str,
}

impl<'a> Manifest<'a> {
    pub fn new(
        tenant: Id,
        now: Timestamp,
        policy: &'a Policy,
        classes: Vec<ClassEntry<'a>>,
        withheld: Vec<WithheldEntry<'a>>,
    ) -> Self {
        let policy = PolicyEntry { name: &policy.document().name, version: policy.version().as_str() };
        Self { format: FORMAT, generated_at: now, tenant, policy, classes, withheld }
    }
}

impl<'a> ClassEntry<'a> {
    /// `None` for a class that the policy lacks.
    pub fn of(class: ClassName, kinds: BTreeMap<String, u64>, policy: &'a Policy) -> Option<Self> {
        let (stated, document) = (policy.class(class)?, policy.document());
        let purpose = |name: &'a String| PurposeEntry { name, words: document.purposes.get(name).map(words) };
        let gets_it = document.processors.iter().filter(|processor| processor.classes.contains(&class));
        let recipient = |processor: &'a crate::policy::model::Processor| Recipient {
            name: &processor.name,
            country: words(&processor.country),
            purpose: words(&processor.purpose),
            link: &processor.link,
        };
        Some(Self {
            class,
            title: words(&stated.title),
            file: file_of(class),
            records: kinds.values().sum(),
            kinds,
            origin: stated.origin,
            role: stated.role,
            legal_basis: stated.basis,
            purposes: stated.purposes.iter().map(purpose).collect(),
            recipients: gets_it.map(recipient).collect(),
            goes_with_tenant: stated.with_tenant,
            retention: stated.retention.map(|Retention { days, years, .. }| Kept { days, years }),
        })
    }
}

fn words(text: &Text) -> Words<'_> {
    Words { en: &text.en, de: &text.de }
}

/// The service does not start on a map that cannot be read, so this is never met.
pub fn not_mapped(error: DataMapError) -> ExportError {
    let query = diesel::result::Error::DeserializationError(error.to_string().into());
    ExportError::Read(ReadError::Database(DbError::Query(query)))
}
