//! The policies that are delivered with the service: what they promise, what they refuse, and that no number of theirs is
//! without effect.

mod mutation;

pub use mutation::numbers_of_days_and_years;

use kept::cli::policy::marketplace;
use kept::policy::datamap::Database;
use kept::policy::model::{Basis, Role};
use kept::policy::{AccountUse, ClassName, Departure, Language, Policy};
use kept::telemetry::ShortenedIp;

use crate::support::source::read;
use crate::support::{fault, start};

/// Every policy that is delivered, by the name of its file.
pub const POLICIES: [&str; 6] = ["default", "idalko", "utilitas", "appernetic", "website", "utoolity"];

/// The text of a delivered policy, with the fault of this run in it.
pub fn text(name: &str) -> String {
    fault::policy_text(&read(&format!("policies/{name}.toml"))).into_owned()
}

pub fn policy(name: &str) -> Policy {
    Policy::parse(&text(name), &format!("policies/{name}.toml")).unwrap()
}

/// A policy of somebody whose pages set cookies, which those of the service do not.
const COOKIES: &str = "[[cookies]]\nname = \"visit\"\npurpose = { en = \"keeps a visit together\", \
    de = \"hält einen Besuch zusammen\" }\nessential = true\n\n[[cookies]]\nname = \"choice\"\n\
    purpose = { en = \"remembers a choice\", de = \"merkt sich eine Wahl\" }\nessential = false\ndays = 33\n\n";

pub fn with_cookies() -> Policy {
    let text = text("website").replacen("[[records]]", &format!("{COOKIES}[[records]]"), 1);
    Policy::parse(&text, "cookies.toml").unwrap()
}

/// A policy of a service that sets no cookie.
pub fn without_cookies() -> Policy {
    let text = text("website");
    let (before, rest) = text.split_once("[[cookies]]").unwrap();
    let (_, after) = rest.split_once("[[records]]").unwrap();
    Policy::parse(&format!("{before}[[records]]{after}"), "cookies.toml").unwrap()
}

/// The faults of a policy in which one text was replaced.
fn faults(name: &str, from: &str, to: &str) -> String {
    let text = text(name);
    assert!(text.contains(from), "{name}: {from}");
    let parsed = Policy::parse(&text.replacen(from, to, 1), "p.toml");
    parsed.err().map(|error| error.to_string()).unwrap_or_default()
}

fn days(policy: &Policy, subscription_end: Option<u64>, from_ceiling: bool) -> u64 {
    let ended = subscription_end.map(|days| start().plus(std::time::Duration::from_secs(days * 86_400)));
    let due = policy.due(&Departure { left_at: start(), subscription_end: ended, own_days: None });
    (if from_ceiling { due.ceiling } else { due.at }).since(start()).as_secs() / 86_400
}

#[test]
fn every_delivered_policy_holds_together_and_covers_the_app() {
    for name in POLICIES {
        let policy = policy(name);
        assert_eq!(policy.document().name, name);
        assert!(policy.document().apps.iter().any(|app| app.key == "kept"), "{name}");
        assert!(policy.lapsing(start().day()).is_empty(), "{name}");
    }
}

#[test]
fn idalko_29_everything_is_gone_before_the_promised_time_is_over() {
    let policy = policy("idalko");
    assert_eq!((days(&policy, None, false), days(&policy, None, true)), (150, 180 - 14 - 1));
}

#[test]
fn utilitas_21_the_date_is_exact_and_a_departure_without_one_counts_from_itself() {
    let policy = policy("utilitas");
    assert_eq!((days(&policy, Some(5), false), days(&policy, Some(5), true)), (95, 95));
    assert_eq!(days(&policy, None, false), 90);
}

#[test]
fn utilitas_18_and_23_and_24_and_website_05_have_the_numbers_of_their_statements() {
    let (utilitas, website) = (policy("utilitas"), policy("website"));
    let end = start();
    assert_eq!(end.since(utilitas.notice_before_end(end)).as_secs(), 10 * 86_400);
    assert!(utilitas.copies_billing());
    for stream in [ClassName::AccessLog, ClassName::AppLog] {
        assert_eq!(utilitas.log_keep_days(stream), 365);
    }
    assert_eq!(utilitas.expires_at(ClassName::Order, end), Some(end.plus_years(10)));
    assert_eq!(website.log_keep_days(ClassName::AccessLog), 14);
    assert_eq!(website.class(ClassName::AccessLog).unwrap().fields.len(), 10, "WEBSITE-01");
}

#[test]
fn appernetic_06_and_website_26_nothing_is_kept_without_one_of_the_legal_bases() {
    for name in POLICIES {
        let all = policy(name).document().classes.values().all(|class| {
            matches!(
                class.basis,
                Basis::Consent | Basis::Contract | Basis::LegalObligation | Basis::LegitimateInterest
            )
        });
        assert!(all, "{name}");
    }
    assert!(faults("appernetic", "basis = \"contract\"\n", "").contains("missing field `basis`"));
    let unknown = faults("website", "basis = \"contract\"", "basis = \"habit\"");
    assert!(
        unknown.contains("unknown variant `habit`") && unknown.contains("legitimate_interest"),
        "{unknown}"
    );
}

/// Whoever reads account data names one of its uses, or does not compile.
#[test]
fn idalko_11_account_data_serves_three_purposes_and_a_policy_that_states_others_is_refused() {
    let serves = ["licence_validation", "contract_administration", "talking_to_the_instance"];
    assert_eq!(AccountUse::ALL.iter().map(|purpose| purpose.as_str()).collect::<Vec<_>>(), serves);
    for name in POLICIES {
        assert_eq!(policy(name).class(ClassName::Account).unwrap().purposes, serves, "{name}");
    }
    let last = "\"talking_to_the_instance\"]";
    let another = faults("idalko", last, "\"talking_to_the_instance\", \"improvement\"]");
    assert!(
        another.contains("lists improvement, which the service does not use account data for"),
        "{another}"
    );
    let fewer = faults("idalko", "\"licence_validation\", ", "");
    assert!(
        fewer.contains("does not list licence_validation, which the service uses account data for"),
        "{fewer}"
    );
}

#[test]
fn utoolity_21_and_23_who_answers_and_since_when_cannot_be_left_out() {
    for name in POLICIES {
        let policy = policy(name);
        let statement = policy.statement(Language::En, start().day()).to_string();
        assert_eq!(policy.document().effective.to_string(), "2026-11-22");
        assert!(statement.contains("22 November 2026"), "{name}: {statement}");
    }
    assert!(faults("utoolity", "name = \"Example Apps GmbH\"", "name = \"\"").contains("controller.name"));
    assert!(faults("utoolity", "privacy_email = \"privacy@example.com\"\n", "").contains("privacy_email"));
    let effective = "effective = \"2026-11-22\"";
    assert!(faults("utoolity", effective, "effective = \"2019-01-32\"").starts_with("p.toml:"));
    assert!(faults("utoolity", effective, "").contains("missing field `effective`"));
}

#[test]
fn utoolity_20_an_app_without_a_section_of_its_own_is_a_fault() {
    let text = text("default");
    let section = text.lines().find(|line| line.starts_with("section = ")).unwrap();
    assert!(faults("default", section, "").contains("missing field `section`"));
    let empty = faults("default", section, "section = { en = \"\", de = \"Kept.\" }");
    assert!(empty.contains("apps.0.section.en: is empty"), "{empty}");
}

#[test]
fn a_text_that_promises_a_time_in_words_is_refused_since_nothing_would_obey_it() {
    for (says, promise) in [
        ("We keep it for 30 days.", "30 days"),
        ("Nach 2 Jahren ist alles weg.", "2 Jahren"),
        ("within 1 month", "1 month"),
    ] {
        let section = format!("disclosure = {{ en = \"{says}\", de = \"x\" }}");
        let text = text("default");
        let line = text.lines().find(|line| line.starts_with("disclosure = ")).unwrap();
        let fault = faults("default", line, &section);
        assert!(fault.contains(&format!("promises \"{promise}\"")), "{fault}");
    }
}

#[test]
fn what_a_person_could_be_found_by_is_never_written() {
    let kept = policy("default").kept_bits();
    let shortened = |address: &str| ShortenedIp::of(address.parse().unwrap(), kept).to_string();
    assert_eq!(shortened("203.0.113.77"), "203.0.113.0/24");
    assert_eq!(shortened("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
    for (from, to) in [("ipv4_bits = 24", "ipv4_bits = 25"), ("ipv6_bits = 48", "ipv6_bits = 64")] {
        assert!(faults("default", from, to).contains("enough to find a person"));
    }
}

#[test]
fn utilitas_01_the_statement_and_the_marketplace_agree_about_who_decides() {
    let policy = policy("utilitas");
    let answers = marketplace::answers(&policy);
    assert_eq!(answers["privacy"]["gdpr"]["dataProcessor"]["isAppDataProcessor"], true);
    let processed = answers["privacy"]["gdpr"]["dataProcessor"]["endUserDataTypes"].as_array().unwrap();
    for class in policy.document().classes.values() {
        let said = processed.contains(&class.title.en.clone().into());
        assert!(!said || class.role == Role::Processor, "{}", class.title.en);
    }
    let statement = policy.statement(Language::En, start().day()).to_string();
    assert!(statement.contains("on your behalf and on your instructions"));
    assert!(statement.contains("you decide, we act on your behalf (processor)"));
}

#[test]
fn a_duty_is_claimed_while_it_is_proven_and_not_a_day_longer() {
    let policy = policy("default");
    let review = "We review our technical and organisational measures every year.";
    let says = |day: &str| {
        let statement = policy.statement(Language::En, day.parse().unwrap());
        statement.to_string().contains(review)
    };
    assert!(says("2027-11-30") && !says("2027-12-01"));
    let warnings = |day: &str| policy.lapsing(day.parse().unwrap());
    assert!(warnings("2027-09-30").is_empty());
    let soon = warnings("2027-10-01");
    assert_eq!(soon.len(), 1);
    assert!(
        soon[0].problem.contains("lapses in 60 days") && soon[0].right.contains("Security"),
        "{}",
        soon[0]
    );
    assert!(warnings("2027-12-01")[0].problem.contains("lapsed on 2027-11-30"));
    assert_eq!(warnings("2030-01-01").len(), 2);
}

#[test]
fn utoolity_02_website_03_the_web_presence_has_a_policy_of_its_own_and_its_log_joins_nothing() {
    let apps = policy("utoolity").statement(Language::En, start().day()).to_string();
    assert!(apps.contains("Our web presence has a statement of its own."));
    let web = policy("website").statement(Language::En, start().day()).to_string();
    assert!(web.contains("This statement covers our public pages"));
    for name in POLICIES {
        let policy = policy(name);
        let log = policy.class(ClassName::AccessLog).unwrap();
        let joins = |field: &String| field.to_lowercase().contains("tenant") || field.contains("clientKey");
        assert!(!log.with_tenant && !log.fields.iter().any(joins), "{name}");
    }
    // No table holds a line of it that a query could join with anything.
    let map = fault::data_map();
    for table in [Database::Main, Database::Keyring].into_iter().flat_map(|database| map.tables(database)) {
        let of_the_log = table.columns.values().any(|class| *class == ClassName::AccessLog);
        assert!(!of_the_log && !table.name.starts_with("web_"), "{}", table.name);
    }
}

#[test]
fn the_statement_in_the_documents_is_the_one_that_the_default_policy_makes() {
    let policy = policy("default");
    let made = policy.statement(Language::En, policy.document().effective).to_string();
    let written = read("docs/PRIVACY.md");
    let other = written.lines().zip(made.lines()).find(|(written, made)| written != made);
    assert!(written == made, "run `kept policy render > docs/PRIVACY.md`: {other:?}");
}
