//! Which of two events about one thing is the newer one. Products deliver without order (connect.md §12.4), so an event says
//! itself when it happened.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Timestamp;

/// When something happened. Larger is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order {
    /// Milliseconds.
    pub at: i64,
    /// Whether the product said when. An arrival says less: at the same instant it is the older one.
    is_known: bool,
    /// Tells events of one instant apart: the number of the changelog, or the version of a page.
    sequence: Option<u64>,
}

impl Order {
    /// By the event's own time, else by when its issue was changed last, else by its arrival.
    pub fn of(event: &Value, arrived_at: Timestamp) -> Self {
        let issue_updated = &event["issue"]["fields"]["updated"];
        let page_updated = &event["page"]["modificationDate"];
        let known = [&event["timestamp"], issue_updated, page_updated].into_iter().find_map(instant);
        let versions = [&event["changelog"]["id"], &event["page"]["version"], &event["blog"]["version"]];
        Self {
            at: known.unwrap_or(arrived_at.as_millis()),
            is_known: known.is_some(),
            sequence: versions.into_iter().find_map(number),
        }
    }

    /// What nobody but us says, now.
    pub fn arrival(arrived_at: Timestamp) -> Self {
        Self { at: arrived_at.as_millis(), is_known: false, sequence: None }
    }
}

/// Milliseconds, as a number or as digits; or a date and time.
fn instant(value: &Value) -> Option<i64> {
    match value {
        Value::Number(millis) => millis.as_i64(),
        Value::String(text) => {
            text.parse().ok().or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_millis))
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_ordered_by_its_time_then_by_its_issue_then_by_its_arrival() {
        let arrived_at = Timestamp::from_seconds(1_800_000_000);
        let of = |event: Value| Order::of(&event, arrived_at);
        let updated = json!({"fields": {"updated": "2026-01-06T10:30:00.000+0000"}});
        let by_time = of(json!({"timestamp": 1_767_000_000_000_i64, "issue": updated}));
        assert_eq!((by_time.at, by_time.is_known), (1_767_000_000_000, true));
        let by_issue = of(json!({"issue": updated}));
        assert_eq!((by_issue.at, by_issue.is_known), (1_767_695_400_000, true));
        let by_arrival = of(json!({}));
        assert_eq!((by_arrival.at, by_arrival.is_known), (arrived_at.as_millis(), false));
    }

    #[test]
    fn the_changelog_tells_events_of_one_instant_apart_as_a_number() {
        let of =
            |id: Value| Order::of(&json!({"timestamp": 5, "changelog": {"id": id}}), Timestamp::default());
        assert!(of(json!("9")) < of(json!("10")) && of(json!(10)) == of(json!("10")));
        assert!(of(json!(null)) < of(json!("1")));
    }

    #[test]
    fn an_arrival_never_beats_what_is_known_to_be_newer() {
        let arrived_at = Timestamp::from_millis(1_000);
        let known = |at: i64| Order::of(&json!({"timestamp": at}), arrived_at);
        let arrival = Order::arrival(arrived_at);
        assert!(arrival < known(1_001) && arrival < known(1_000) && arrival > known(999));
    }
}
