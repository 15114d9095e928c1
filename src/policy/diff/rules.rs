//! Which changes customers must be told of.

use serde_json::Value;

use super::super::model::Retention;
use super::Matter;
use crate::clock::Timestamp;

/// Why this change is material; `None` when it is not.
pub fn material(at: &[String], before: Option<&Value>, after: Option<&Value>) -> Option<Matter> {
    let at: Vec<&str> = at.iter().map(String::as_str).collect();
    let (added, removed) = (before.is_none(), after.is_none());
    let when = |condition: bool, reason| condition.then_some(reason);
    match at.as_slice() {
        ["version" | "name" | "effective"] | ["records", ..] | ["apps", ..] => None,
        ["statement", "never", ..] => when(removed, Matter::TakenBack),
        ["statement", ..] => None,
        ["controller", "name"] => Some(Matter::Vendor),
        ["controller", _] => None,
        ["location", ..] => Some(Matter::Elsewhere),
        ["addresses", _] => when(grows(before, after), Matter::MoreData),
        ["classes", rest @ ..] => class(rest, before, after),
        // What a purpose means may change with its words.
        ["purposes", _] => when(removed, Matter::Purpose),
        ["purposes", _, _] => Some(Matter::Purpose),
        ["lifeCycle", rest @ ..] => life_cycle(rest, before, after),
        // The other numbers are about links and sessions.
        ["support", "closedDays" | "downloadDays"] => when(grows(before, after), Matter::Longer),
        ["support", "grantMinutes"] => when(grows(before, after), Matter::LongerAccess),
        ["support", "desk", ..] => when(added, Matter::NewReceiver),
        // It holds nothing of anybody, and goes to us.
        ["support", "mailToStaff"] => None,
        ["support", "confirmHours" | "sessionIdleMinutes" | "sessionHours"] => None,
        // How soon staff wants to answer says nothing of any data.
        ["support", "firstAnswerHours", ..] => None,
        ["backup", "everyHours"] => None,
        ["backup" | "keyring", _] => when(grows(before, after), Matter::Longer),
        ["processors", _] => when(added, Matter::NewReceiver),
        ["processors", _, "classes", _] => when(added, Matter::NewReceiver),
        ["processors", _, "link" | "hosts", ..] => None,
        ["processors", _, rest @ ..] if matches!(rest.first(), Some(&("told" | "notTold"))) => {
            told(rest, before, after)
        }
        ["processors", _, ..] => Some(Matter::NewReceiver),
        ["cookies", _] => when(added, Matter::MoreData),
        ["cookies", _, "days"] => when(removed || grows(before, after), Matter::Longer),
        ["cookies", _, ..] => Some(Matter::Purpose),
        _ => Some(Matter::Unknown),
    }
}

fn class(at: &[&str], before: Option<&Value>, after: Option<&Value>) -> Option<Matter> {
    let (added, removed) = (before.is_none(), after.is_none());
    let when = |condition: bool, reason| condition.then_some(reason);
    match at {
        [_] | [_, "fields", _] | [_, "kinds", _] => when(added, Matter::MoreData),
        [_, "title", _] | [_, "kinds", _, "title" | "own", ..] => None,
        [_, "reportable"] | [_, "reportable", _] => when(added, Matter::MoreShown),
        [_, "purposes", _] => when(added, Matter::Purpose),
        [_, "basis"] => Some(Matter::Basis),
        [_, "role" | "origin"] => Some(Matter::Role),
        [_, "withTenant"] => when(after == Some(&Value::Bool(false)), Matter::Later),
        [_, .., "retention"] => when(removed || is_longer(before, after), Matter::Longer),
        _ => Some(Matter::Unknown),
    }
}

/// Whether, how and by what a processor is told of deletions.
fn told(at: &[&str], before: Option<&Value>, after: Option<&Value>) -> Option<Matter> {
    let (added, removed) = (before.is_none(), after.is_none());
    let when = |condition: bool, reason| condition.then_some(reason);
    match at {
        ["told"] => when(removed, Matter::TakenBack),
        ["told", "withinDays"] => when(grows(before, after), Matter::Later),
        ["told", "by", _] => when(added, Matter::NewReceiver),
        ["told", "mail" | "language"] | ["notTold", ..] => None,
        _ => Some(Matter::Unknown),
    }
}

fn life_cycle(at: &[&str], before: Option<&Value>, after: Option<&Value>) -> Option<Matter> {
    let when = |condition: bool, reason| condition.then_some(reason);
    match at {
        // When deletions wait for a person, and not when they are due.
        ["brake", ..] => None,
        ["noticeBeforeEndDays" | "noticeBeforeErasureDays"] => {
            when(grows(after, before), Matter::ShorterNotice)
        }
        ["ccBilling"] => when(after == Some(&Value::Bool(false)), Matter::ShorterNotice),
        [_] | [_, _] => when(before.is_none() || after.is_none() || grows(before, after), Matter::Later),
        _ => Some(Matter::Unknown),
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
