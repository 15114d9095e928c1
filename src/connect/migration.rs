//! What a service of Atlassian's says that moves a site's data to another region (connect.md §9.2), and how it is answered.

use serde::Deserialize;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::error::{Code, Error};

/// No honest name of a move is longer.
const NAME_MAX: usize = 255;

/// The body of every call but the one that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    pub id: String,
    /// The region, and when the window ends: of a move that is planned.
    pub location: Option<String>,
    pub ends_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    migration_id: String,
    #[serde(default)]
    location: Option<String>,
    #[serde(default)]
    end_time: Option<Value>,
}

impl Migration {
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let wrong = |what: &str| {
            Error::new(Code::InvalidBody).with_detail(format!("{what} is missing or malformed."))
        };
        let body: Body = serde_json::from_slice(body).map_err(|_| wrong("migrationId"))?;
        let id = name(&body.migration_id).ok_or_else(|| wrong("migrationId"))?;
        let ends_at = match body.end_time {
            None | Some(Value::Null) => None,
            Some(time) => Some(instant(&time).ok_or_else(|| wrong("endTime"))?),
        };
        Ok(Self { id, location: body.location, ends_at })
    }
}

/// The name of a move, as whoever asks for it says it.
pub fn name(text: &str) -> Option<String> {
    let is_name = (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_name.then(|| text.to_owned())
}

/// Nothing says whether times are texts or milliseconds, so both are read.
fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(millis) => Some(Timestamp::from_millis(millis.as_i64()?)),
        Value::String(text) => text.parse().ok().or_else(|| text.parse().ok().map(Timestamp::from_millis)),
        _ => None,
    }
}

/// What the service calls a refusal. With it the service does not try again.
pub const fn response_code(code: Code) -> Option<&'static str> {
    match code {
        Code::MoveNotScheduled => Some("E0001"),
        Code::MoveRegionNotSupported => Some("E0002"),
        Code::MovesNotSupported => Some("E0003"),
        Code::TooManyMoves => Some("E0004"),
        Code::MoveFailed => Some(FAILED),
        _ => None,
    }
}

/// Anything else that went wrong for good.
pub const FAILED: &str = "E9999";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_at_a_text_or_at_milliseconds() {
        let ends = |time: &str| {
            let body = format!(r#"{{"migrationId":"m-1","location":"EU","startTime":1,"endTime":{time}}}"#);
            Migration::parse(body.as_bytes()).map(|migration| migration.ends_at.unwrap().as_seconds()).ok()
        };
        assert_eq!(ends("1800000000000"), Some(1_800_000_000));
        assert_eq!(ends("\"1800000000000\""), Some(1_800_000_000));
        assert_eq!(ends("\"2027-01-15T08:00:00Z\""), Some(1_800_000_000));
        assert_eq!(ends("\"tomorrow\""), None);
        assert!(Migration::parse(br#"{"migrationId":""}"#).is_err() && Migration::parse(b"{}").is_err());
        assert_eq!(Migration::parse(br#"{"migrationId":"m"}"#).unwrap().ends_at, None);
    }
}
