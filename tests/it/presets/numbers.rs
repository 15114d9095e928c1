//! The numbers of a policy file as it is written, read past the program that obeys them.

use std::collections::BTreeMap;
use std::time::Duration;

use kept::clock::Timestamp;
use serde_json::Value;

/// What goes with a report.
pub const TICKETS: [&str; 5] = [
    "tickets/ticket",
    "ticket_messages/staff_reply",
    "bundle_items/bundle_item",
    "consents/consent",
    "sink_copies/copy",
];
const DAY: Duration = Duration::from_secs(86_400);

/// Days, where nothing else is said.
pub struct Numbers {
    /// How long data stays after leaving, where that is what the file counts from.
    grace: Option<u32>,
    /// How long it stays after the subscription ended.
    pub after_end: Option<u32>,
    pub lag: u32,
    pub before_end: u32,
    pub before_erasure: u32,
    pub promised: Option<u32>,
    pub backups: u32,
    pub order_years: u32,
    pub ledger_years: u32,
    tombstone: Duration,
    kinds: BTreeMap<String, u32>,
    features: BTreeMap<String, u32>,
    /// How long a report stays, closed or not.
    support: u32,
    /// Classes that go with a tenant.
    pub with_tenant: Vec<String>,
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().map(|number| u32::try_from(number).unwrap())
}

fn days_of_kinds(class: &Value) -> BTreeMap<String, u32> {
    let kinds = class["kinds"].as_object().unwrap().iter();
    kinds.map(|(name, kind)| (name.clone(), number(&kind["retention"]["days"]).unwrap())).collect()
}

impl Numbers {
    pub fn of(name: &str) -> Self {
        let text = std::fs::read_to_string(format!("policies/{name}.toml")).unwrap();
        let file: Value = serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
        let (life, classes) = (&file["life_cycle"], &file["classes"]);
        let years = |class: &str| number(&classes[class]["retention"]["years"]).unwrap();
        let goes = classes.as_object().unwrap().iter().filter(|(_, class)| class["with_tenant"] == true);
        Self {
            grace: number(&life["after_leaving"]["grace_days"]),
            after_end: number(&life["after_subscription"]["days"]),
            lag: number(&life["sweep_lag_days"]).unwrap(),
            before_end: number(&life["notice_before_end_days"]).unwrap(),
            before_erasure: number(&life["notice_before_erasure_days"]).unwrap(),
            promised: number(&life["after_leaving"]["promised_days"]),
            backups: number(&file["backup"]["keep_days"]).unwrap(),
            order_years: years("order"),
            ledger_years: years("ledger"),
            tombstone: Duration::from_secs(3_600) * number(&life["tombstone_hours"]).unwrap(),
            kinds: days_of_kinds(&classes["operation"]),
            features: days_of_kinds(&classes["session"]),
            support: number(&classes["support"]["retention"]["days"]).unwrap(),
            with_tenant: goes.map(|(name, _)| name.clone()).collect(),
        }
    }

    /// How long data stays after leaving without a known end of the subscription.
    pub fn after_leaving(&self) -> u32 {
        self.grace.or(self.after_end).unwrap()
    }

    pub fn features(&self) -> impl Iterator<Item = &String> {
        self.features.keys()
    }

    /// What has a time of its own, with the instant at which it has to go if it was stored at `now`.
    pub fn timed(&self, now: Timestamp) -> BTreeMap<String, Timestamp> {
        let place = |kind: &String| match kind.as_str() {
            "webhook" => "webhooks/webhook".to_owned(),
            other => format!("operation_records/{other}"),
        };
        let kinds = self.kinds.iter().map(|(kind, days)| (place(kind), now.plus(DAY * *days)));
        let began = Timestamp::from_seconds(now.as_seconds() / 86_400 * 86_400);
        let features = self.features.iter();
        let features =
            features.map(|(name, days)| (format!("usage_counters/{name}"), began.plus(DAY * *days)));
        let tombstone = ("tombstones/tombstone".to_owned(), now.plus(self.tombstone));
        let tickets = TICKETS.map(|place| (place.to_owned(), now.plus(DAY * self.support)));
        kinds.chain(features).chain([tombstone]).chain(tickets).collect()
    }
}
