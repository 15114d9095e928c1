//! How long problem reports, and access to them, last.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(serialize = "camelCase"))]
pub struct Support {
    /// A closed ticket goes this long after it was closed, and never later than its class says.
    pub closed_days: u32,
    /// For how long the link works that confirms the reporter's address.
    pub confirm_hours: u32,
    /// For how long a member of staff may read a bundle after giving a reason.
    pub grant_minutes: u32,
    /// How long a downloaded bundle may be kept before its deletion has to be confirmed.
    pub download_days: u32,
    /// A session of staff ends after so long without a request, and after so long in any case.
    pub session_idle_minutes: u32,
    pub session_hours: u32,
}
