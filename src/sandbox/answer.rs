//! What the app said to one call.

use serde_json::Value;

/// The app's answer. A status of 0 means that nothing was answered; the body then says why in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case, in the order of the wire.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// An answer that did not come, or a call that was not made.
    pub(super) fn none(reason: impl Into<String>) -> Self {
        Self { status: 0, headers: Vec::new(), body: reason.into() }
    }

    /// What Atlassian counts as success of a life-cycle call: 200 and 204, nothing else.
    pub const fn is_good(&self) -> bool {
        matches!(self.status, 200 | 204)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is not.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The stable code of a problem answer.
    pub fn code(&self) -> Option<String> {
        self.json().get("code")?.as_str().map(ToOwned::to_owned)
    }
}
