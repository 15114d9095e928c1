//! Which changes customers must be told of.

use serde_json::Value;

use super::super::model::Retention;
use crate::clock::Timestamp;

const LONGER: &str = "something is kept longer";
const LONGER_ACCESS: &str = "staff may read reports for longer";
const LATER: &str = "data goes later";
const SHORTER_NOTICE: &str = "a notice comes later, or to fewer people";
const MORE_DATA: &str = "more data is kept";
const MORE_SHOWN: &str = "a problem report may hold more";
const NEW_RECEIVER: &str = "somebody new gets data, or gets more";
const PURPOSE: &str = "data is used for something new";
const BASIS: &str = "another legal basis";
const ROLE: &str = "the roles or the source of data change";
const ELSEWHERE: &str = "the data is kept elsewhere";
const VENDOR: &str = "somebody else answers for the data";
const TAKEN_BACK: &str = "a promise is taken back";
const UNKNOWN: &str = "nothing says that it does not matter";

/// Why this change is material; `None` when it is not.
pub fn material(at: &[String], before: Option<&Value>, after: Option<&Value>) -> Option<&'static str> {
    let at: Vec<&str> = at.iter().map(String::as_str).collect();
    let (added, removed) = (before.is_none(), after.is_none());
    let when = |condition: bool, reason| condition.then_some(reason);
    match at.as_slice() {
        ["version" | "name" | "effective"] | ["records", ..] | ["apps", ..] => None,
        ["statement", "never", ..] => when(removed, TAKEN_BACK),
        ["statement", ..] => None,
        ["controller", "name"] => Some(VENDOR),
        ["controller", _] => None,
        ["location", ..] => Some(ELSEWHERE),
        ["addresses", _] => when(grows(before, after), MORE_DATA),
        ["classes", rest @ ..] => class(rest, before, after),
        // What a purpose means may change with its words.
        ["purposes", _] => when(removed, PURPOSE),
        ["purposes", _, _] => Some(PURPOSE),
        ["lifeCycle", rest @ ..] => life_cycle(rest, before, after),
        // The other numbers are about links and sessions.
        ["support", "closedDays" | "downloadDays"] => when(grows(before, after), LONGER),
        ["support", "grantMinutes"] => when(grows(before, after), LONGER_ACCESS),
        ["support", "desk", ..] => when(added, NEW_RECEIVER),
        // It holds nothing of anybody, and goes to us.
        ["support", "mailToStaff"] => None,
        ["support", "confirmHours" | "sessionIdleMinutes" | "sessionHours"] => None,
        ["backup", "everyHours"] => None,
        ["backup" | "keyring", _] => when(grows(before, after), LONGER),
        ["processors", _] => when(added, NEW_RECEIVER),
        ["processors", _, "classes", _] => when(added, NEW_RECEIVER),
        ["processors", _, "link" | "hosts", ..] => None,
        ["processors", _, rest @ ..] if matches!(rest.first(), Some(&("told" | "notTold"))) => {
            told(rest, before, after)
        }
        ["processors", _, ..] => Some(NEW_RECEIVER),
        ["cookies", _] => when(added, MORE_DATA),
        ["cookies", _, "days"] => when(removed || grows(before, after), LONGER),
        ["cookies", _, ..] => Some(PURPOSE),
        _ => Some(UNKNOWN),
    }
}

fn class(at: &[&str], before: Option<&Value>, after: Option<&Value>) -> Option<&'static str> {
    let (added, removed) = (before.is_none(), after.is_none());
    let when = |condition: bool, reason| condition.then_some(reason);
    match at {
        [_] | [_, "fields", _] | [_, "kinds", _] => when(added, MORE_DATA),
        [_, "title", _] | [_, "kinds", _, "title" | "own", ..] => None,
        [_, "reportable"] | [_, "reportable", _] => when(added, MORE_SHOWN),
        [_, "purposes", _] => when(added, PURPOSE),
        [_, "basis"] => Some(BASIS),
        [_, "role" | "origin"] => Some(ROLE),
        [_, "withTenant"] => when(after == Some(&Value::Bool(false)), LATER),
        [_, .., "retention"] => when(removed || is_longer(before, after), LONGER),
        _ => Some(UNKNOWN),
    }
}

/// Whether, how and by what a processor is told of deletions.
fn told(at: &[&str], before: Option<&Value>, after: Option<&Value>) -> Option<&'static str> {
    let (added, removed) = (before.is_none(), after.is_none());
    let when = |condition: bool, reason| condition.then_some(reason);
    match at {
        ["told"] => when(removed, TAKEN_BACK),
        ["told", "withinDays"] => when(grows(before, after), LATER),
        ["told", "by", _] => when(added, NEW_RECEIVER),
        ["told", "mail" | "language"] | ["notTold", ..] => None,
        _ => Some(UNKNOWN),
    }
}

fn life_cycle(at: &[&str], before: Option<&Value>, after: Option<&Value>) -> Option<&'static str> {
    let when = |condition: bool, reason| condition.then_some(reason);
    match at {
        // When deletions wait for a person, and not when they are due.
        ["brake", ..] => None,
        ["noticeBeforeEndDays" | "noticeBeforeErasureDays"] => when(grows(after, before), SHORTER_NOTICE),
        ["ccBilling"] => when(after == Some(&Value::Bool(false)), SHORTER_NOTICE),
        [_] | [_, _] => when(before.is_none() || after.is_none() || grows(before, after), LATER),
        _ => Some(UNKNOWN),
    }
}

/// Whether a number became larger; anything but two numbers may have.
fn grows(before: Option<&Value>, after: Option<&Value>) -> bool {
    let number = |value: Option<&Value>| value.and_then(Value::as_u64);
    match (number(before), number(after)) {
        (Some(before), Some(after)) => after > before,
        _ => true,
    }
}

fn is_longer(before: Option<&Value>, after: Option<&Value>) -> bool {
    let read = |value: Option<&Value>| -> Option<Retention> { serde_json::from_value(value?.clone()).ok() };
    // A clock of its own where there was none can only make something go earlier.
    let (Some(before), Some(after)) = (read(before), read(after)) else { return false };
    let start = Timestamp::default();
    before.clock != after.clock || before.bound != after.bound || after.ends(start) > before.ends(start)
}
