//! What administrators rule about problem reports of their site.

use serde::{Deserialize, Serialize};

/// Terms that a site may list.
pub const TERMS_MAX: usize = 100;
/// Letters of one of them, and how few say something.
pub const TERM_CHARS_MAX: usize = 100;
pub const TERM_CHARS_MIN: usize = 2;

/// Whether reports may leave the site, and with what in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReportRules {
    pub allowed: bool,
    /// Whether the page offers the full tier first; the minimal one otherwise.
    pub full_by_default: bool,
    /// Whether content of issues never leaves, whatever a user agrees to.
    pub never_content: bool,
    /// Masked wherever they stand, beside what patterns find.
    pub terms: Vec<String>,
}

impl Default for ReportRules {
    fn default() -> Self {
        Self { allowed: true, full_by_default: false, never_content: false, terms: Vec::new() }
    }
}

impl ReportRules {
    /// Whether nothing was ruled: that is not stored.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with the terms, if anything.
    pub fn fault(&self) -> Option<String> {
        let is_term = |term: &String| {
            let letters = term.chars().filter(|letter| !letter.is_whitespace()).count();
            letters >= TERM_CHARS_MIN
                && term.chars().count() <= TERM_CHARS_MAX
                && !term.chars().any(char::is_control)
        };
        if self.terms.len() > TERMS_MAX {
            return Some(format!("at most {TERMS_MAX} terms"));
        }
        let right = format!("terms of {TERM_CHARS_MIN} to {TERM_CHARS_MAX} characters");
        (!self.terms.iter().all(is_term)).then_some(right)
    }
}
