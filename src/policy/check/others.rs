//! Who answers, who else gets data, and duties with a date.

use super::super::fault::{Fault, Text};
use super::super::model::{Document, Processor, Transfer};

pub fn check(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    check_controller(document, text, found);
    check_apps(document, text, found);
    check_addresses(document, text, found);
    if document.backup.every_hours == 0 || document.backup.keep_days == 0 {
        found.push(text.fault(
            "backup",
            "has a number that is 0",
            "make every_hours and keep_days at least 1",
        ));
    }
    if u64::from(document.backup.every_hours) > u64::from(document.backup.keep_days) * 24 {
        let problem = "a backup is pruned before the next one is made";
        found.push(text.fault("backup.every_hours", problem, "make it less than keep_days"));
    }
    for (index, processor) in document.processors.iter().enumerate() {
        if document.processors.iter().take(index).any(|other| other.name == processor.name) {
            let problem = format!("{:?} is listed twice", processor.name);
            found.push(text.fault(&format!("processors.{index}.name"), problem, "one entry for each"));
        }
        check_processor(&format!("processors.{index}"), processor, text, found);
        super::told::check(&format!("processors.{index}"), processor, document, text, found);
    }
    for (index, cookie) in document.cookies.iter().enumerate() {
        if cookie.days == Some(0) {
            let right = "at least 1, or leave it out for one that ends with the browser's session";
            found.push(text.fault(&format!("cookies.{index}.days"), "is 0", right));
        }
    }
}

fn check_apps(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    if document.apps.is_empty() {
        let right = "add [[apps]] with key, name, products and section";
        found.push(text.fault("apps", "no app is covered", right));
    }
    for (index, app) in document.apps.iter().enumerate() {
        let at = format!("apps.{index}");
        if app.key.trim().is_empty() || app.name.trim().is_empty() {
            found.push(text.fault(&at, "has no key or no name", "those of the descriptor"));
        }
        if document.apps.iter().take(index).any(|other| other.key == app.key) {
            let problem = format!("{:?} is listed twice", app.key);
            found.push(text.fault(&format!("{at}.key"), problem, "one entry for each app"));
        }
    }
}

/// The last byte of an IPv4 address names a household, and so does what follows the prefix of an IPv6 site (UTILITAS-15).
fn check_addresses(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let addresses = &document.addresses;
    for (name, bits, most) in [("ipv4_bits", addresses.ipv4_bits, 24), ("ipv6_bits", addresses.ipv6_bits, 48)]
    {
        if bits > most {
            let problem = format!("{bits} bits are enough to find a person");
            found.push(text.fault(&format!("addresses.{name}"), problem, format!("at most {most}")));
        }
    }
}

fn check_controller(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let controller = &document.controller;
    for (name, value) in
        [("name", &controller.name), ("address", &controller.address), ("authority", &controller.authority)]
    {
        if value.trim().is_empty() {
            let right = "people must know who answers for their data";
            found.push(text.fault(&format!("controller.{name}"), "is empty", right));
        }
    }
    let addresses = [
        ("email", &controller.email),
        ("privacy_email", &controller.privacy_email),
        ("security_email", &controller.security_email),
    ];
    for (name, value) in addresses {
        if !value.contains('@') || value.contains(char::is_whitespace) {
            let at = format!("controller.{name}");
            found.push(text.fault(
                &at,
                format!("{value:?} is no mail address"),
                "an address such as privacy@example.com",
            ));
        }
    }
}

fn check_processor(at: &str, processor: &Processor, text: &Text<'_>, found: &mut Vec<Fault>) {
    let stale = match processor.transfer {
        Transfer::PrivacyShield => Some("Privacy Shield has been void since 2020"),
        Transfer::SafeHarbor => Some("Safe Harbor has been void since 2015"),
        _ => None,
    };
    if let Some(problem) = stale {
        let right =
            "\"standard_contractual_clauses\", \"data_privacy_framework\" or another that is in force";
        found.push(text.fault(&format!("{at}.transfer"), problem, right));
    }
    if processor.classes.is_empty() {
        let problem = format!("{} gets no class of data", processor.name);
        found.push(text.fault(&format!("{at}.classes"), problem, "name the classes, or remove the entry"));
    }
    for (name, value) in [
        ("name", &processor.name),
        ("country.en", &processor.country.en),
        ("purpose.en", &processor.purpose.en),
    ] {
        if value.trim().is_empty() {
            found.push(text.fault(
                &format!("{at}.{name}"),
                "is empty",
                "readers must know who gets their data, where and why",
            ));
        }
    }
    let is_name = |host: &str| !host.contains(['/', ':']) && (host.contains('.') || host == "localhost");
    for host in processor.hosts.iter().filter(|host| !is_name(host)) {
        let right = "a name such as api.example.com or *.example.com";
        found.push(text.fault(&format!("{at}.hosts"), format!("{host:?} is no name of a host"), right));
    }
    if !processor.link.starts_with("https://") {
        found.push(text.fault(
            &format!("{at}.link"),
            "is no https link",
            "a link to the processor's own statement",
        ));
    }
}
