//! Whoever gets data that goes with a customer is told when it goes, or the policy says why not (APPERNETIC-33).

use super::super::fault::{Fault, Text};
use super::super::model::{ClassName, Document, Processor, Told};
use crate::clock::Timestamp;
use crate::policy::days;

pub fn check(at: &str, processor: &Processor, document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let goes = |name: &ClassName| document.classes.get(name).is_some_and(|class| class.with_tenant);
    let name = &processor.name;
    match (&processor.told, &processor.not_told) {
        (Some(told), None) => check_told(&format!("{at}.told"), told, document, text, found),
        (Some(_), Some(_)) => {
            let problem = format!("{name} is told of deletions, and there is a reason why not");
            found.push(text.fault(&format!("{at}.not_told"), problem, "keep one of told and not_told"));
        }
        (None, None) if processor.classes.iter().any(goes) => {
            let problem = format!(
                "{name} gets data that goes with its customer, and nothing says how it hears of that"
            );
            let right = "told = { mail = \"privacy@…\", within_days = …, by = [\"message_ids\"] }, or \
                         not_told = { en = \"why not\", de = \"warum nicht\" }";
            found.push(text.fault(at, problem, right));
        }
        (None, _) => {}
    }
}

fn check_told(at: &str, told: &Told, document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    if !is_address(&told.mail) {
        let problem = format!("{:?} is no mail address", told.mail);
        found.push(text.fault(&format!("{at}.mail"), problem, "an address such as privacy@example.com"));
    }
    if told.by.is_empty() {
        let problem = "says nothing that a copy could be found by";
        found.push(text.fault(
            &format!("{at}.by"),
            problem,
            "[\"message_ids\"], [\"tenant_number\"], or both",
        ));
    }
    if told.within_days == 0 {
        found.push(text.fault(&format!("{at}.within_days"), "is 0", "make it at least 1"));
    }
    // Until it has confirmed, a record says that it has not; records of what was done go by their own time.
    let begun = Timestamp::default();
    let kept = document.classes.get(&ClassName::Audit).and_then(|class| class.retention);
    if kept.is_some_and(|kept| begun.plus(days(told.within_days)) > kept.ends(begun)) {
        let problem = "is longer than the record of it is kept";
        let right = "make it at most the retention of [classes.audit]";
        found.push(text.fault(&format!("{at}.within_days"), problem, right));
    }
}

/// Mail can be sent there, with nothing else around the address.
fn is_address(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    text.split_once('@').is_some_and(|(user, domain)| {
        !user.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && text.len() <= 254
            && user.bytes().chain(domain.bytes()).all(is_plain)
    })
}
