//! Errors of this tenant, as the application log has them: the one whose id the user saw, or else the newest ones.
//!
//! A line names its tenant by our own number, and only lines that name this one are read further. Its cause stays in the log,
//! where staff finds it by the request's id: users see what a report holds, and causes are not for clients.
//!
//! Any user of a site may report a problem, and most errors of the site are somebody else's. So a line says what went wrong and
//! in which hour, and nothing by which it could be told whose it was: no id of a request but the one that the user typed, and
//! no minute. Ids of requests can be guessed, so whoever types one learns no more than that.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Collected, Gathered};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::Code;
use crate::support::bundle_safe;
use crate::support::item::Tier;
use crate::support::missing::Lack;
use crate::support::redact::{Redacted, Redactor};
use crate::support::safe::Word;

bundle_safe! {
    struct Errors { reported: Option<Line>, newest: Vec<Line> }
}

bundle_safe! {
    struct Line {
        at: Option<Timestamp>,
        level: Redacted,
        message: Redacted,
        /// As the user typed it.
        request_id: Option<Redacted>,
        job: Option<Redacted>,
        code: Option<Word>,
        status: Option<u16>,
    }
}

const HOUR: i64 = 3_600;

/// A line of the log about a tenant.
#[derive(Debug, Clone)]
pub struct LogLine(Value);

impl LogLine {
    /// Reads a line; `None` unless it is about this tenant and tells of something that went wrong.
    pub fn parse(line: &str, tenant: Id) -> Option<Self> {
        // Most lines are about others, and need not be read as JSON to be put aside.
        let name = tenant.to_string();
        if !line.contains(&name) {
            return None;
        }
        let line = Self(serde_json::from_str(line).ok()?);
        let names = [line.field("tenant.id"), line.span("tenant.id")];
        let is_own = names.iter().flatten().any(|named| *named == name);
        let is_error =
            line.field("status").is_some() || line.0["level"] == "WARN" || line.0["level"] == "ERROR";
        (is_own && is_error).then_some(line)
    }

    pub fn request_id(&self) -> Option<&str> {
        self.0.pointer("/span")?.get("request.id")?.as_str()
    }

    fn field(&self, name: &str) -> Option<String> {
        word(self.0.get("fields")?.get(name)?)
    }

    fn span(&self, name: &str) -> Option<String> {
        word(self.0.get("span")?.get(name)?)
    }

    fn safe(&self, asked: Option<&str>, redactor: &mut Redactor) -> Line {
        let mut masked = |text: Option<String>| text.map(|text| redactor.text(&text));
        let code = self.field("code");
        let code = Code::ALL.iter().find(|known| code.as_deref() == Some(known.as_str()));
        let level = self.0["level"].as_str().map(str::to_owned);
        Line {
            at: self.0["timestamp"].as_str().and_then(|at| at.parse().ok()).map(hour),
            request_id: masked(asked.map(str::to_owned)),
            job: masked(self.span("job.kind")),
            code: code.map(|code| Word(code.as_str())),
            status: self.field("status").and_then(|status| status.parse().ok()),
            level: redactor.text(level.as_deref().unwrap_or_default()),
            message: redactor.text(&self.field("message").unwrap_or_default()),
        }
    }
}

/// The full hour that this time is in.
fn hour(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(at.as_seconds().div_euclid(HOUR) * HOUR)
}

/// A text, or a number as text.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub fn collect(gathered: &Gathered, _: Tier, redactor: &mut Redactor) -> Collected {
    let lines = gathered.errors.as_ref().map_err(|why| *why)?;
    let wanted = gathered.draft.error_id.as_deref();
    let (reported, others): (Vec<_>, Vec<_>) =
        lines.iter().partition(|line| wanted.is_some() && line.request_id() == wanted);
    if wanted.is_some() && reported.is_empty() && others.is_empty() {
        return Err(Lack::NoErrorWithId);
    }
    if lines.is_empty() {
        return Err(Lack::NoError);
    }
    let reported = reported.first().map(|line| line.safe(wanted, redactor));
    // Where the one is found that is meant, the others are nobody's business.
    let others = if reported.is_some() { Vec::new() } else { others };
    Ok(Box::new(Errors { reported, newest: others.iter().map(|line| line.safe(None, redactor)).collect() }))
}

/// The same for every report of the same error, whatever the customer: its code, and where in the program it came about.
pub fn fingerprint(gathered: &Gathered) -> Option<String> {
    let wanted = gathered.draft.error_id.as_deref()?;
    let lines = gathered.errors.as_ref().ok()?;
    let line = lines.iter().find(|line| line.request_id() == Some(wanted))?;
    let cause = line.field("cause").unwrap_or_default();
    let place = cause.rsplit_once("(at ").map_or("", |(_, place)| place.trim_end_matches(')'));
    let named = format!("{}\n{}\n{place}", line.field("message")?, line.field("code").unwrap_or_default());
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(named.as_bytes()));
    hash.get(..16).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"timestamp":"2026-11-22T04:52:15.956Z","level":"INFO","fields":{"message":"request refused","tenant.id":"42","code":"not_found","status":404,"cause":"of ada@example.com (at src/x.rs:1)"},"target":"kept::web::finish","span":{"request.id":"29ae1","name":"request"}}"#;

    #[test]
    fn a_line_is_read_for_its_own_tenant_alone() {
        let line = LogLine::parse(LINE, Id::from_i64(42)).unwrap();
        assert_eq!(line.request_id(), Some("29ae1"));
        let safe = line.safe(None, &mut Redactor::new(&crate::support::Wanted::default()));
        let shown = crate::support::safe::BundleSafe::value(&safe);
        assert_eq!((&shown["code"], &shown["status"]), (&"not_found".into(), &404.into()));
        assert!(!shown.to_string().contains("src/x.rs"), "{shown}");
        assert_eq!((&shown["at"], &shown["requestId"]), (&"2026-11-22T04:00:00Z".into(), &Value::Null));
        for other in [4, 2, 420] {
            assert!(LogLine::parse(LINE, Id::from_i64(other)).is_none(), "{other}");
        }
        // The number alone, somewhere else in the line, is not the tenant.
        assert!(
            LogLine::parse(&LINE.replace("\"42\"", "\"7\"").replace("29ae1", "42"), Id::from_i64(42))
                .is_none()
        );
    }
}
