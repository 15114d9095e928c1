//! `GET` and `PUT /api/v1/settings`: whom to tell and in which language, a shorter retention, when the subscription ends,
//! what problem reports may hold. For administrators.

use std::borrow::Cow;
use std::marker::PhantomData;

use actix_web::web;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Services, value};
use crate::auth::{AdminCall, AdminCaller};
use crate::clock::Timestamp;
use crate::db::Change;
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::support::{ItemName, Tier};
use crate::tenancy::settings::{ContactState, TenantSettings, WantedSettings};
use crate::tenancy::{Address, ReportRule, ReportRules};

/// Room for as many terms as there may be.
const BODY_MAX: usize = 64 * 1024;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Settings")]
pub struct View {
    contact: Option<Address>,
    billing_cc: Option<Address>,
    language: Language,
    retention_days: Option<u32>,
    /// A longer time would change nothing.
    retention_days_max: u32,
    subscription_ends_at: Option<Timestamp>,
    contact_state: ContactState,
    reports: Rules,
}

/// [`ReportRules`] in the words of the page.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ReportRules")]
struct Rules {
    /// Whether reports may leave the site: at once, after an administrator has approved them, or not at all.
    #[serde(deserialize_with = "rule")]
    rule: ReportRule,
    /// What the page offers first.
    tier: Tier,
    never_content: bool,
    /// Texts, and patterns between slashes.
    terms: Vec<String>,
    /// Parts that never leave, whatever a user agrees to.
    #[schemars(with = "Vec<ItemName>")]
    blocked: Vec<String>,
}

/// What `PUT` takes. It is read member by member, so that whoever sends it hears which one is wrong.
#[derive(JsonSchema)]
#[schemars(rename = "SettingsChange", rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `wanted` reads")]
pub struct Wanted {
    contact: OrNull<Address>,
    billing_cc: OrNull<Address>,
    language: Language,
    /// Nothing stands for the number of the policy.
    retention_days: OrNull<u32>,
    subscription_ends_at: OrNull<Timestamp>,
    /// Without them what stands stays.
    reports: Option<Rules>,
}

/// Must be there, and may be nothing.
struct OrNull<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for OrNull<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

pub async fn read(caller: AdminCaller, services: web::Data<Services>) -> Result<web::Json<View>, Error> {
    let settings = services.tenancy.settings(caller.tenant.id()).await?;
    let settings = settings.ok_or_else(|| Error::new(Code::NotFound))?;
    Ok(web::Json(view(settings, &services)))
}

pub async fn change(
    call: AdminCall<Wanted, BODY_MAX>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let id = call.caller.tenant.id();
    let settings = services.tenancy.change_settings(id, wanted(call.body())?).await?;
    services.tenants.changed(Change::Tenant(id));
    services.wake.notify_one();
    Ok(web::Json(view(settings, &services)))
}

fn view(settings: TenantSettings, services: &Services) -> View {
    View {
        contact: settings.contact,
        billing_cc: settings.billing_cc,
        language: settings.language,
        retention_days: settings.retention_days,
        retention_days_max: services.policy.own_days_max(),
        subscription_ends_at: settings.subscription_ends_at,
        contact_state: settings.contact_state,
        reports: settings.reports.into(),
    }
}

impl From<ReportRules> for Rules {
    fn from(ReportRules { rule, full_by_default, never_content, terms, blocked }: ReportRules) -> Self {
        let tier = if full_by_default { Tier::Full } else { Tier::Minimal };
        Self { rule, tier, never_content, terms, blocked }
    }
}

impl From<Rules> for ReportRules {
    fn from(Rules { rule, tier, never_content, terms, blocked }: Rules) -> Self {
        Self { rule, full_by_default: tier == Tier::Full, never_content, terms, blocked }
    }
}

/// Every member is there, so that none is taken away by leaving it out; `reports` stay as they are where they are left out.
/// Others, such as those that only `GET` has, do
/// not matter.
fn wanted(body: &[u8]) -> Result<WantedSettings, Error> {
    let members: Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| wrong("The body", "a JSON object").because(error))?;
    Ok(WantedSettings {
        contact: address(&members, "contact")?,
        billing_cc: address(&members, "billingCc")?,
        language: match member(&members, "language")?.as_str() {
            Some("en") => Language::En,
            Some("de") => Language::De,
            _ => return Err(wrong("language", "\"en\" or \"de\"")),
        },
        retention_days: or_null(&members, "retentionDays", "a whole number of days", |value| {
            u32::try_from(value.as_u64()?).ok()
        })?,
        subscription_ends_at: or_null(&members, "subscriptionEndsAt", "an RFC 3339 time", |value| {
            value.as_str()?.parse().ok()
        })?,
        reports: members.get("reports").map(rules).transpose()?,
    })
}

fn rule<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<ReportRule, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

fn rules(value: &Value) -> Result<ReportRules, Error> {
    let right = "{\"rule\": \"allow\", \"approve\" or \"forbid\", \"tier\": \"minimal\" or \"full\", \"neverContent\", \"terms\", \"blocked\"}";
    let rules: Rules = serde_json::from_value(value.clone())
        .map_err(|error| wrong("reports", right).because(value::place(&error)))?;
    Ok(rules.into())
}

fn address(members: &Map<String, Value>, name: &str) -> Result<Option<Address>, Error> {
    let right = "a mail address such as name@example.com";
    or_null(members, name, right, |value| Address::parse(value.as_str()?).ok())
}

fn or_null<T>(
    members: &Map<String, Value>,
    name: &str,
    right: &str,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>, Error> {
    match member(members, name)? {
        Value::Null => Ok(None),
        value => read(value).map(Some).ok_or_else(|| wrong(name, &format!("null or {right}"))),
    }
}

fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a Value, Error> {
    let missing = || Error::new(Code::InvalidBody).with_detail(format!("{name}: is missing."));
    members.get(name).ok_or_else(missing)
}

fn wrong(name: &str, right: &str) -> Error {
    Error::new(Code::InvalidBody).with_detail(format!("{name}: expected {right}."))
}
