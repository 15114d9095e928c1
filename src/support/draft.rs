//! What a user wants to report, as far as it came from their page.

use super::attachment::Attached;
use super::item::{Severity, Tier};
use crate::telemetry::{Agent, Language};

/// Letters of the description, and of what the user was doing.
pub const DESCRIPTION_MAX: usize = 20_000;
pub const DOING_MAX: usize = 5_000;
/// Selections to mask, and letters of one.
pub const SELECTIONS_MAX: usize = 50;
pub const SELECTION_CHARS_MAX: usize = 500;

/// A report on its way to a preview. The texts are the user's own and unmasked.
#[derive(Debug, Clone)]
pub struct Draft {
    pub description: String,
    pub doing: String,
    pub severity: Severity,
    /// `None` leaves it to the site's administrators.
    pub tier: Option<Tier>,
    /// The id of a request that failed.
    pub error_id: Option<String>,
    /// The product's id of the issue or page at hand.
    pub issue_id: Option<String>,
    pub browser: Browser,
    /// What the user selected in an earlier preview.
    pub selected: Vec<String>,
    pub attachments: Vec<Attached>,
}

/// Facts that the page sends: a closed list, each of a closed type.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browser {
    /// Of the `User-Agent`, nothing is kept but families and a major version.
    pub agent: Option<Agent>,
    pub language: Option<Language>,
    pub width: Option<u16>,
    pub height: Option<u16>,
    pub is_dark: Option<bool>,
    pub is_online: Option<bool>,
    pub page: Option<Page>,
}

crate::db::text_enum! {
    /// The pages of the app.
    pub enum Page {
        Admin = "admin",
        Report = "report",
    }
}
