//! Data classes: all of them stated, each with a purpose, and each kind with a number that fits its clock.

use super::super::fault::{Fault, Text};
use super::super::model::{AccountUse, Class, ClassName, Count, Document, Kind, Retention};
use super::class_at;
use crate::clock::Timestamp;

/// Fields of an installation that the service cannot do without.
const NEEDED: [&str; 4] = ["clientKey", "baseUrl", "productType", "sharedSecret"];
/// Kinds of operation data that the service itself writes.
const OWN_KINDS: [&str; 6] = ["webhook", "licence", "issue_copy", "field_trace", "twin", "relation"];

pub fn check(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    for name in ClassName::ALL {
        match document.classes.get(name) {
            Some(class) => check_class(*name, class, document, text, found),
            None => {
                let right = format!("add [classes.{name}] with its retention");
                found.push(text.fault("classes", format!("the class {name} is missing"), right));
            }
        }
    }
    check_account(document, text, found);
    check_operation(document, text, found);
    check_session(document, text, found);
    check_logs(document, text, found);
}

fn check_class(name: ClassName, class: &Class, document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let at = class_at(name);
    if class.purposes.is_empty() {
        let problem = "has no purpose, and nothing may be kept without one";
        found.push(text.fault(&format!("{at}.purposes"), problem, "name at least one of [purposes]"));
    }
    for purpose in class.purposes.iter().filter(|purpose| !document.purposes.contains_key(*purpose)) {
        let problem = format!("the purpose {purpose:?} is explained nowhere");
        found.push(text.fault(&format!("{at}.purposes"), problem, "add it to [purposes]"));
    }
    let has_number = class.with_tenant || class.retention.is_some() || !class.kinds.is_empty();
    if !has_number {
        let right = "add retention = { days = …, bound = \"at_latest\", clock = \"recorded\" }";
        found.push(text.fault(&at, "nothing says when it goes", right));
    }
    if !class.reportable.is_empty() && name != ClassName::Uploaded {
        let problem = "only what pages store has keys that can be reportable";
        found.push(text.fault(&format!("{at}.reportable"), problem, "move it to [classes.uploaded]"));
    }
    if let Some(retention) = &class.retention {
        check_retention(&format!("{at}.retention"), retention, text, found);
    }
    for (kind, entry) in &class.kinds {
        check_kind(&format!("{at}.kinds.{kind}"), kind, entry, class, text, found);
    }
}

fn check_retention(at: &str, retention: &Retention, text: &Text<'_>, found: &mut Vec<Fault>) {
    match (retention.days, retention.years) {
        (Some(1..), None) | (None, Some(1..)) => {}
        (Some(_), Some(_)) => found.push(text.fault(at, "has both days and years", "state one of them")),
        _ => found.push(text.fault(at, "has no number", "state days or years, at least 1")),
    }
    if !matches!(retention.clock, Count::Recorded | Count::ContractEnd) {
        let problem = "a class of its own clock counts from recorded or contract_end";
        found.push(text.fault(&format!("{at}.clock"), problem, "\"recorded\""));
    }
}

fn check_account(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let Some(account) = document.classes.get(&ClassName::Account) else { return };
    for needed in NEEDED.iter().filter(|needed| !account.fields.iter().any(|field| field == *needed)) {
        let problem = format!("does not list {needed}, without which nothing works");
        found.push(text.fault("classes.account.fields", problem, format!("add {needed:?}")));
    }
    let used = AccountUse::ALL.iter().map(|purpose| purpose.as_str());
    for missing in used.clone().filter(|used| !account.purposes.iter().any(|purpose| purpose == used)) {
        let problem = format!("does not list {missing}, which the service uses account data for");
        found.push(text.fault("classes.account.purposes", problem, format!("add {missing:?}")));
    }
    for unused in account.purposes.iter().filter(|purpose| !used.clone().any(|used| used == *purpose)) {
        let problem = format!("lists {unused}, which the service does not use account data for");
        found.push(text.fault("classes.account.purposes", problem, "remove it"));
    }
    if let Some(order) = document.classes.get(&ClassName::Order)
        && order.with_tenant
    {
        let problem = "what tax law wants kept outlives the tenant";
        found.push(text.fault("classes.order.with_tenant", problem, "false"));
    }
}

/// A stream of lines is pruned by the day.
fn check_logs(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    for name in [ClassName::AccessLog, ClassName::AppLog] {
        let retention = document.classes.get(&name).and_then(|class| class.retention);
        if retention.is_none_or(|retention| retention.days.is_none() || retention.clock != Count::Recorded) {
            let right = "retention = { days = …, bound = \"at_latest\", clock = \"recorded\" }";
            let at = format!("{}.retention", class_at(name));
            found.push(text.fault(&at, "a log is kept for a number of days from each line on", right));
        }
    }
}

fn check_operation(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let Some(operation) = document.classes.get(&ClassName::Operation) else { return };
    for needed in OWN_KINDS.iter().filter(|needed| !operation.kinds.contains_key(**needed)) {
        let right = format!("add [classes.operation.kinds.{needed}] with its retention");
        found.push(text.fault("classes.operation", format!("the kind {needed} is missing"), right));
    }
    for (kind, entry) in &operation.kinds {
        if !entry.own && !OWN_KINDS.contains(&kind.as_str()) {
            let at = format!("classes.operation.kinds.{kind}");
            let problem = "is no kind that the service writes by itself";
            found.push(text.fault(&at, problem, "add own = true, or remove it"));
        }
        if entry.own && OWN_KINDS.contains(&kind.as_str()) {
            let at = format!("classes.operation.kinds.{kind}.own");
            found.push(text.fault(&at, "the service writes this kind by itself", "remove own"));
        }
    }
}

/// A kind of the class session is a feature whose uses the app's pages count.
fn check_session(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let Some(session) = document.classes.get(&ClassName::Session) else { return };
    for (feature, _) in session.kinds.iter().filter(|(_, entry)| !entry.own) {
        let at = format!("classes.session.kinds.{feature}");
        found.push(text.fault(&at, "nobody but the app's pages counts a use", "add own = true"));
    }
}

/// Names of kinds stand in addresses and rows; a time beyond the class's own would never be reached.
fn check_kind(at: &str, name: &str, kind: &Kind, class: &Class, text: &Text<'_>, found: &mut Vec<Fault>) {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || name.len() > 40 || !name.bytes().all(is_name) {
        found.push(text.fault(at, "is no name for a kind", "small letters, digits and _, at most 40"));
    }
    let end = |retention: &Retention| retention.ends(Timestamp::from_seconds(0));
    if class.retention.is_some_and(|whole| end(&kind.retention) > end(&whole)) {
        let problem = "is longer than the class's own retention, which comes first";
        found.push(text.fault(&format!("{at}.retention"), problem, "make it shorter, or remove the class's"));
    }
    check_retention(&format!("{at}.retention"), &kind.retention, text, found);
}
