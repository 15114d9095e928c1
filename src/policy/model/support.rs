//! How long problem reports, and access to them, last, and what of them leaves for others.

use serde::{Deserialize, Serialize};

/// What of a report may leave for the vendor's own service desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskPart {
    /// Its own words.
    Report,
    /// Attachments, as long as they are agreed to.
    Attachments,
    /// What reporter and staff write to each other afterwards, there and here.
    Replies,
}

/// Within how many hours staff wants to give the first answer, by how severe the reporter says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FirstAnswer {
    pub blocking: u32,
    pub high: u32,
    pub normal: u32,
    pub low: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
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
    /// What leaves for the service desk, where the settings name one. What is not listed stays here.
    #[serde(default)]
    pub desk: Vec<DeskPart>,
    /// The goal that staff works by. Without it nobody is told of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_hours: Option<FirstAnswer>,
    /// Whether a mail with number and link tells the vendor's own support of a new report.
    #[serde(default)]
    pub mail_to_staff: bool,
}
