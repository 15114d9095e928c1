//! What administrators rule about problem reports of their site.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use crate::db::text_enum;

/// Terms that a site may list.
pub const TERMS_MAX: usize = 100;
/// Letters of one of them, and how few say something.
pub const TERM_CHARS_MAX: usize = 100;
pub const TERM_CHARS_MIN: usize = 2;
/// What a site's own pattern may become when it is compiled, and what looking for it may keep in memory.
const PATTERN_BYTES_MAX: usize = 256 * 1024;
/// The parts of a report that a site may hold back: everything that is collected but the report itself.
pub const PARTS: [&str; 8] =
    ["account", "licence", "issue", "records", "settings", "errors", "versions", "browser"];

text_enum! {
    /// Whether reports may leave the site.
    pub enum ReportRule {
        Allow = "allow",
        /// Each of them once an administrator has approved it.
        Approve = "approve",
        Forbid = "forbid",
    }
}

/// Whether reports may leave the site, and with what in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct ReportRules {
    pub rule: ReportRule,
    /// Whether the page offers the full tier first; the minimal one otherwise.
    pub full_by_default: bool,
    /// Whether content of issues never leaves, whatever a user agrees to.
    pub never_content: bool,
    /// Masked wherever they stand, beside what patterns find. One between slashes is a pattern of the site's own.
    pub terms: Vec<String>,
    /// Parts that never leave, whatever a user agrees to.
    pub blocked: Vec<String>,
}

impl Default for ReportRules {
    fn default() -> Self {
        Self {
            rule: ReportRule::Allow,
            full_by_default: false,
            never_content: false,
            terms: Vec::new(),
            blocked: Vec::new(),
        }
    }
}

/// As they are stored. Two flags say the rule: whoever knows the first one alone reads of it whether anything may leave at all.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Stored {
    allowed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    approve: bool,
    full_by_default: bool,
    never_content: bool,
    terms: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocked: Vec<String>,
}

impl Default for Stored {
    fn default() -> Self {
        ReportRules::default().into()
    }
}

impl From<Stored> for ReportRules {
    fn from(Stored { allowed, approve, full_by_default, never_content, terms, blocked }: Stored) -> Self {
        let rule = match (allowed, approve) {
            (false, _) => ReportRule::Forbid,
            (true, true) => ReportRule::Approve,
            (true, false) => ReportRule::Allow,
        };
        Self { rule, full_by_default, never_content, terms, blocked }
    }
}

impl From<ReportRules> for Stored {
    fn from(ReportRules { rule, full_by_default, never_content, terms, blocked }: ReportRules) -> Self {
        let (allowed, approve) = (rule != ReportRule::Forbid, rule == ReportRule::Approve);
        Self { allowed, approve, full_by_default, never_content, terms, blocked }
    }
}

impl ReportRules {
    /// Whether nothing was ruled: that is not stored.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong, if anything: which member, and what is expected there.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let terms = self.terms_fault().map(|right| ("terms", right));
        terms.or_else(|| self.blocked_fault().map(|right| ("blocked", right)))
    }

    /// The report itself is what somebody sends; without it there is nothing to send.
    fn blocked_fault(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        let is_right = self.blocked.iter().all(|part| PARTS.contains(&part.as_str()) && seen.insert(part));
        (!is_right).then(|| format!("some of {}, each once", PARTS.join(", ")))
    }

    fn terms_fault(&self) -> Option<String> {
        let is_term = |term: &String| {
            let letters = term.chars().filter(|letter| !letter.is_whitespace()).count();
            letters >= TERM_CHARS_MIN
                && term.chars().count() <= TERM_CHARS_MAX
                && !term.chars().any(char::is_control)
        };
        if self.terms.len() > TERMS_MAX {
            return Some(format!("at most {TERMS_MAX} terms"));
        }
        if !self.terms.iter().all(is_term) {
            return Some(format!("terms of {TERM_CHARS_MIN} to {TERM_CHARS_MAX} characters"));
        }
        let is_pattern = |term: &String| pattern_in(term).is_none_or(|pattern| pattern_of(pattern).is_some());
        let right =
            "between slashes a regular expression that finds at least one character, such as /KD-\\d{6}/";
        (!self.terms.iter().all(is_pattern)).then(|| right.to_owned())
    }
}

/// What stands between slashes in a term, if it does: a pattern of the site's own, such as `/KD-\d{6}/`.
pub fn pattern_in(term: &str) -> Option<&str> {
    let pattern = term.trim().strip_prefix('/')?.strip_suffix('/')?;
    (!pattern.is_empty()).then_some(pattern)
}

/// `None` for what is no pattern, is too large, or finds something in nothing. It takes time that grows with the text and not faster,
/// whoever made it: <https://docs.rs/regex/latest/regex/#untrusted-input>.
pub fn pattern_of(pattern: &str) -> Option<Regex> {
    let mut builder = RegexBuilder::new(pattern);
    let built =
        builder.case_insensitive(true).size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX);
    built.build().ok().filter(|regex| !regex.is_match(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_one_that_can_be_looked_for_and_the_report_itself_is_never_blocked() {
        let with = |term: &str, blocked: &[&str]| {
            let blocked = blocked.iter().map(|part| (*part).to_owned()).collect();
            let rules = ReportRules { terms: vec![term.to_owned()], blocked, ..ReportRules::default() };
            rules.fault().map(|(member, _)| member)
        };
        for right in ["Bluebird", "/KD-\\d{6}/", "a/b", "/", "//", "/half"] {
            assert_eq!(with(right, &["errors"]), (right == "/").then_some("terms"), "{right}");
        }
        for wrong in ["/[/", "/a*/", "/(a|)/", "/\\w{1000}{1000}/"] {
            assert_eq!(with(wrong, &[]), Some("terms"), "{wrong}");
        }
        for wrong in [&["report"][..], &["attachment-1"], &["errors", "errors"], &["secrets"]] {
            assert_eq!(with("Bluebird", wrong), Some("blocked"));
        }
    }

    #[test]
    fn rules_are_read_as_they_were_stored_also_those_from_before_there_were_three() {
        for rule in ReportRule::ALL {
            let rules = ReportRules { rule: *rule, never_content: true, ..ReportRules::default() };
            let stored = serde_json::to_string(&rules).unwrap();
            assert_eq!(serde_json::from_str::<ReportRules>(&stored).unwrap(), rules);
        }
        let read = |stored| serde_json::from_str::<ReportRules>(stored).unwrap().rule;
        assert_eq!(read(r#"{"allowed":false,"terms":[]}"#), ReportRule::Forbid);
        assert_eq!(read(r#"{"allowed":true}"#), ReportRule::Allow);
        assert_eq!(read("{}"), ReportRule::Allow);
    }
}
