//! What happens to a tenant's data, and when.

use serde::{Deserialize, Serialize};

use super::{Bound, Count};

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct LifeCycle {
    pub sweep_lag_days: u32,
    pub notice_before_end_days: u32,
    pub notice_before_erasure_days: u32,
    pub cc_billing: bool,
    pub unreachable_days: u32,
    pub early_erasure_delay_hours: u32,
    pub former_secret_minutes: u32,
    pub tombstone_hours: u32,
    /// Absent where a statement counts from the end of the subscription alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_leaving: Option<AfterLeaving>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_subscription: Option<AfterSubscription>,
    pub brake: Brake,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct AfterLeaving {
    /// Everything is gone by then: live data, and every backup of it.
    pub promised_days: u32,
    pub bound: Bound,
    pub clock: Count,
    /// How long live data stays.
    pub grace_days: u32,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct AfterSubscription {
    pub days: u32,
    pub bound: Bound,
    pub clock: Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Brake {
    /// Of all tenants, within a day.
    pub share_percent: u32,
    /// Fewer than these are never too many.
    pub count_min: u32,
    pub clock_jump_days: u32,
}
