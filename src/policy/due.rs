//! When a tenant's data is due to go, and when notices about it are.

use std::time::Duration;

use super::model::Bound;
use super::{Policy, days, hours};
use crate::clock::Timestamp;

/// What is known about a tenant that left, or seems to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    pub left_at: Timestamp,
    /// When the subscription or trial ended or will end, if that is known.
    pub subscription_end: Option<Timestamp>,
    /// A shorter time that the customer chose.
    pub own_days: Option<u32>,
}

/// When live data is due to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    /// A late notice moves the erasure, but never beyond this: later, the promise would be broken.
    pub ceiling: Timestamp,
}

impl Policy {
    /// When the data goes. A ceiling (`at_latest`) counts from leaving, an exact date from the end of the subscription;
    /// the exact date is kept wherever the ceiling allows it, and a customer's own shorter choice wins over both.
    pub fn due(&self, departure: &Departure) -> Due {
        let leaving = self.due_by_leaving(departure.left_at);
        let due = match (leaving, self.due_by_subscription(departure)) {
            (Some(leaving), Some(exact)) if exact.at <= leaving.ceiling => exact,
            (Some(leaving), _) => leaving,
            (None, Some(exact)) => exact,
            // No checked policy is without both.
            (None, None) => Due { at: departure.left_at, ceiling: departure.left_at },
        };
        // Whoever chose a time is promised that time: no notice moves it.
        match departure.own_days.map(|own| departure.left_at.plus(days(own))) {
            Some(own) if own < due.at => Due { at: own, ceiling: own },
            _ => due,
        }
    }

    fn due_by_leaving(&self, left_at: Timestamp) -> Option<Due> {
        let leaving = self.document.life_cycle.after_leaving.as_ref()?;
        let finished =
            days(leaving.promised_days).saturating_sub(self.backup_age()).saturating_sub(self.sweep_lag());
        Some(Due { at: left_at.plus(days(leaving.grace_days)), ceiling: left_at.plus(finished) })
    }

    /// Where a statement counts from the subscription alone, leaving ends it unless its end is known.
    fn due_by_subscription(&self, departure: &Departure) -> Option<Due> {
        let life_cycle = &self.document.life_cycle;
        let after = life_cycle.after_subscription.as_ref()?;
        let leaving_ends_it = life_cycle.after_leaving.is_none().then_some(departure.left_at);
        let at = departure.subscription_end.or(leaving_ends_it)?.plus(days(after.days));
        let ceiling = match after.bound {
            Bound::Exactly => at,
            Bound::AtLatest => at.minus(self.sweep_lag()),
        };
        Some(Due { at: at.min(ceiling), ceiling })
    }

    fn backup_age(&self) -> Duration {
        days(self.document.backup.keep_days)
    }

    pub fn notice_before_erasure(&self, due_at: Timestamp) -> Timestamp {
        due_at.minus(self.notice_gap())
    }

    /// How long before an erasure its notice goes out, at least.
    pub fn notice_gap(&self) -> Duration {
        days(self.document.life_cycle.notice_before_erasure_days)
    }

    pub fn notice_before_end(&self, ends_at: Timestamp) -> Timestamp {
        ends_at.minus(days(self.document.life_cycle.notice_before_end_days))
    }

    /// When an erasure asked for at `asked_at` is due.
    pub fn due_after_asking(&self, asked_at: Timestamp) -> Timestamp {
        asked_at.plus(hours(self.document.life_cycle.early_erasure_delay_hours))
    }

    /// The longest time after leaving that a customer may choose: anything longer would change nothing.
    pub fn own_days_max(&self) -> u32 {
        let life_cycle = &self.document.life_cycle;
        let grace = life_cycle.after_leaving.as_ref().map(|leaving| leaving.grace_days);
        grace.or(life_cycle.after_subscription.as_ref().map(|after| after.days)).unwrap_or(1)
    }
}
