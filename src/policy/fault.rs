//! What is wrong with a policy file: where, why, and what would be right.

use std::fmt;

use toml::de::{DeTable, DeValue};

/// One fault of a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// From 1; 1 when nothing in particular is at fault.
    pub line: usize,
    /// Keys with dots between them, as in `life_cycle.grace_days`.
    pub at: String,
    pub problem: String,
    /// What would be right.
    pub right: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: {}; {}", self.file, self.line, self.at, self.problem, self.right)
    }
}

/// A policy file in which places can be found again.
pub struct Text<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Text<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text }
    }

    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// A fault at these keys; at the nearest table above them where they are missing.
    pub fn fault(&self, at: &str, problem: impl Into<String>, right: impl Into<String>) -> Fault {
        let line = self.line_at(self.offset_of(at));
        Fault {
            file: self.file.to_owned(),
            line,
            at: at.to_owned(),
            problem: problem.into(),
            right: right.into(),
        }
    }

    /// What the reader of TOML could not make sense of.
    pub fn unreadable(&self, error: &toml::de::Error) -> Fault {
        let offset = error.span().map_or(0, |span| span.start);
        let message = error.message().trim().replace('\n', " ");
        let (at, right) = match message.strip_prefix("missing field ") {
            Some(field) => (field.trim_matches('`').to_owned(), "state it".to_owned()),
            None => (self.key_near(offset), "correct this line".to_owned()),
        };
        Fault { file: self.file.to_owned(), line: self.line_at(offset), at, problem: message, right }
    }

    fn line_at(&self, offset: usize) -> usize {
        self.text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1)
    }

    /// The key that the line of `offset` begins with.
    fn key_near(&self, offset: usize) -> String {
        let line = self.text.lines().nth(self.line_at(offset) - 1).unwrap_or_default();
        let key = line.split('=').next().unwrap_or_default().trim();
        if key.is_empty() { "policy".to_owned() } else { key.to_owned() }
    }

    fn offset_of(&self, at: &str) -> usize {
        let Ok(document) = DeTable::parse(self.text) else { return 0 };
        let mut offset = 0;
        let mut table = Some(document.get_ref());
        let mut list: Option<&toml::de::DeArray<'_>> = None;
        for key in at.split('.') {
            let value = match (table, list) {
                (Some(inside), _) => {
                    let Some((name, value)) = inside.get_key_value(key) else { break };
                    offset = name.span().start;
                    value
                }
                (None, Some(items)) => {
                    let Some(item) = key.parse::<usize>().ok().and_then(|index| items.get(index)) else {
                        break;
                    };
                    offset = item.span().start;
                    item
                }
                _ => break,
            };
            (table, list) = match value.get_ref() {
                DeValue::Table(inside) => (Some(inside), None),
                DeValue::Array(items) => (None, Some(items)),
                _ => (None, None),
            };
        }
        offset
    }
}
