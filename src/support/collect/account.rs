//! Which installation it is, without its secrets, and how its licence stands.

use serde_json::Value;

use super::{Collected, Gathered};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::support::bundle_safe;
use crate::support::item::Tier;
use crate::support::missing::Lack;
use crate::support::redact::{Redacted, Redactor};
use crate::support::safe::Word;

bundle_safe! {
    struct Account {
        tenant: Id,
        product: Option<Word>,
        site: Option<Redacted>,
        entitlement_number: Option<Redacted>,
        state: Word,
        is_enabled: bool,
        generation: i64,
        installed_at: Timestamp,
        due_at: Option<Timestamp>,
        contact_state: Word,
        is_refused_by_host: bool,
    }
}

bundle_safe! {
    struct Licence {
        is_active: Option<bool>,
        is_evaluation: Option<bool>,
        kind: Option<Redacted>,
        told_at: Timestamp,
    }
}

const PRODUCTS: [&str; 2] = ["jira", "confluence"];

pub fn account(gathered: &Gathered, _: Tier, redactor: &mut Redactor) -> Collected {
    let known = &gathered.known;
    let copied = known.account.for_a_report();
    let product = PRODUCTS.into_iter().find(|product| copied.product == Some(*product));
    Ok(Box::new(Account {
        tenant: known.tenant.id,
        product: product.map(Word),
        site: copied.base_url.map(|site| redactor.text(site)),
        entitlement_number: copied.entitlement_number.map(|number| redactor.text(number)),
        state: Word(known.tenant.state()),
        is_enabled: known.tenant.enabled,
        generation: known.tenant.generation,
        installed_at: known.installed_at,
        due_at: known.tenant.due_at(),
        contact_state: Word(known.contact_state.as_str()),
        is_refused_by_host: known.is_refused,
    }))
}

pub fn licence(gathered: &Gathered, _: Tier, redactor: &mut Redactor) -> Collected {
    let record = gathered.licence.as_ref().map_err(|why| *why)?;
    let told: Value = serde_json::from_str(record.value.get()).map_err(|_| Lack::LicenceUnreadable)?;
    Ok(Box::new(Licence {
        is_active: told.get("active").and_then(Value::as_bool),
        is_evaluation: told.get("evaluation").and_then(Value::as_bool),
        kind: told.get("type").and_then(Value::as_str).map(|kind| redactor.text(kind)),
        told_at: record.recorded_at,
    }))
}
