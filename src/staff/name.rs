//! What people sign in with, and what customers see of them.

use std::fmt;

use serde::{Deserialize, Serialize};

const LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

/// A name such as `mara.k` or `mara@example.com`. Small and large letters are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String", inline)]
pub struct StaffName(String);

impl StaffName {
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || ".-_@+".contains(letter);
        if LENGTH.contains(&text.len()) && text.chars().all(is_allowed) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let (least, most) = (LENGTH.start(), LENGTH.end());
        Err(format!("expected {least} to {most} letters, digits or any of . - _ @ +"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for StaffName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl fmt::Display for StaffName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
