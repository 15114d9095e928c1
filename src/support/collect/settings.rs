//! What is set, and which keys the app's pages stored. A value is there only where the policy says that it may be reported.

use serde_json::Value;

use super::{Collected, Gathered, Room};
use crate::clock::Timestamp;
use crate::policy::Language;
use crate::support::bundle_safe;
use crate::support::item::Tier;
use crate::support::redact::{Redacted, RedactedJson, Redactor};
use crate::support::safe::Word;

bundle_safe! {
    struct Settings {
        language: Word,
        retention_days: Option<u32>,
        has_billing_cc: bool,
        subscription_ends_at: Option<Timestamp>,
        stored: Vec<Stored>,
    }
}

bundle_safe! {
    struct Stored {
        key: Redacted,
        bytes: u64,
        updated_at: Timestamp,
        value: Option<RedactedJson>,
    }
}

pub fn collect(gathered: &Gathered, _: Tier, redactor: &mut Redactor) -> Collected {
    let set = &gathered.settings;
    let uploads = gathered.uploads.as_ref().map_err(|why| *why)?;
    let mut room = Room::default();
    let stored = uploads.iter().map(|(upload, is_reportable)| {
        let value = *is_reportable && room.takes(upload.value.get().len());
        let value = value.then(|| serde_json::from_str::<Value>(upload.value.get()).ok()).flatten();
        Stored {
            key: redactor.text(&upload.key),
            bytes: upload.value.get().len() as u64,
            updated_at: upload.updated_at,
            value: value.map(|value| redactor.json_under(&upload.key, &value)),
        }
    });
    Ok(Box::new(Settings {
        stored: stored.collect(),
        language: Word(match set.language {
            Language::En => "en",
            Language::De => "de",
        }),
        retention_days: set.retention_days,
        has_billing_cc: set.billing_cc.is_some(),
        subscription_ends_at: set.subscription_ends_at,
    }))
}
