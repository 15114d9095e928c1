//! Change any number of any policy: the statement in each language, the machine form, the Marketplace answers, the verdict
//! about the change and what the service does all change. A number that does nothing would be a promise that nobody keeps.

use std::collections::BTreeSet;

use kept::cli::policy::marketplace;
use kept::clock::Timestamp;
use kept::mail::{About, Because, Facts, Links, render};
use kept::policy::{ClassName, Departure, Language, Policy};
use kept::telemetry::ShortenedIp;
use toml::de::{DeArray, DeTable, DeValue};

use super::{POLICIES, text, with_cookies};
use crate::support::start;

/// The numbers that mails speak of.
const IN_MAILS: [&str; 9] = [
    ".life_cycle.after_leaving.promised_days",
    ".life_cycle.after_leaving.grace_days",
    ".life_cycle.after_subscription.days",
    ".life_cycle.unreachable_days",
    ".life_cycle.early_erasure_delay_hours",
    ".backup.keep_days",
    ".keyring.escrow_keep_days",
    ".classes.order.retention.years",
    ".classes.ledger.retention.years",
];

/// One whole number in a file: its keys, where it stands, and what it is.
struct Number {
    at: String,
    place: std::ops::Range<usize>,
    value: u32,
}

#[test]
fn every_number_of_every_policy_changes_what_is_said_and_what_is_done() {
    let mut in_mails = BTreeSet::new();
    let with_cookies = ("website with cookies", with_cookies().text().to_owned());
    for (name, text) in POLICIES.map(|name| (name, text(name))).into_iter().chain([with_cookies]) {
        let before = Policy::parse(&text, name).unwrap();
        let same = Policy::parse(&format!("# Another comment.\n{text}"), name).unwrap();
        assert_eq!(seen(&before), seen(&same), "{name}: what changes by itself shows nothing");
        let numbers = numbers(&text);
        assert!(numbers.len() > 30, "{name}: {}", numbers.len());
        for number in numbers {
            let after = mutated(&text, &number);
            for (what, seen) in seen(&before).into_iter().zip(seen(&after)).map(|(a, b)| (a.0, a.1 != b.1)) {
                assert!(seen, "{name}: {} escapes: {what} does not change", number.at);
            }
            if IN_MAILS.contains(&number.at.as_str()) {
                assert_ne!(mails(&before), mails(&after), "{name}: {} escapes: no mail changes", number.at);
                in_mails.insert(number.at.clone());
            }
            let changes = before.changes_to(&after);
            assert_eq!(changes.len(), 1, "{name}: {}: {changes:?}", number.at);
            let told = [Language::En, Language::De].map(|one| changes[0].told(after.document(), one));
            assert!(told.iter().all(|told| told.before.is_some() && told.before != told.after), "{told:?}");
        }
    }
    assert_eq!(in_mails.len(), IN_MAILS.len(), "a number that mails speak of is in no policy: {in_mails:?}");
}

/// The policy with this number one larger; one smaller where larger is a fault.
fn mutated(text: &str, number: &Number) -> Policy {
    let with = |value: u32| {
        let mut text = text.to_owned();
        text.replace_range(number.place.clone(), &value.to_string());
        Policy::parse(&text, "mutated.toml")
    };
    with(number.value + 1)
        .or_else(|_| with(number.value - 1))
        .unwrap_or_else(|error| panic!("{}: {error}", number.at))
}

/// Everything that must change, by a word for it. Whatever is about the file as a whole stays out of it, or its hash would
/// show every change by itself.
fn seen(policy: &Policy) -> Vec<(&'static str, String)> {
    let today = start().day();
    let mut machine_form = policy.machine_form();
    machine_form["version"].take();
    vec![
        ("the statement", policy.statement(Language::En, today).to_string()),
        ("the German statement", policy.statement(Language::De, today).to_string()),
        ("the table of periods", policy.retention_table(Language::En).to_string()),
        ("privacy.json", machine_form.to_string()),
        ("the Marketplace answers", marketplace::answers(policy).to_string()),
        ("the behaviour", behaviour(policy)),
    ]
}

/// What the service does, asked of every public function of the policy that a number goes into.
fn behaviour(policy: &Policy) -> String {
    let at = Timestamp::from_seconds(1_700_000_000);
    let departure = |subscription_end, own_days| Departure { left_at: at, subscription_end, own_days };
    let classes: Vec<_> = ClassName::ALL.iter().map(|class| policy.expires_at(*class, at)).collect();
    let kinds = policy.class(ClassName::Operation).unwrap().kinds.keys();
    let kinds: Vec<_> = kinds.map(|kind| policy.kind_expires_at(kind, at)).collect();
    let features = policy.class(ClassName::Session).unwrap().kinds.keys();
    let features: Vec<_> = features.map(|feature| policy.feature_expires_at(feature, at)).collect();
    let cookies = policy.document().cookies.iter();
    let cookies: Vec<_> = cookies.map(|cookie| policy.cookie_age(&cookie.name)).collect();
    let due = [policy.due(&departure(None, None)), policy.due(&departure(Some(at), None))];
    let notices = [policy.notice_before_end(at), policy.notice_before_erasure(at)];
    let waits =
        [policy.sweep_lag(), policy.unreachable_for(), policy.clock_jump_max(), policy.backup_interval()];
    let ends = [
        policy.due_after_asking(at),
        policy.former_secret_until(at),
        policy.tombstone_until(at),
        policy.unreadable_everywhere_at(at),
    ];
    let addresses = ["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]
        .map(|address| ShortenedIp::of(address.parse().unwrap(), policy.kept_bits()));
    let logs = [ClassName::AccessLog, ClassName::AppLog].map(|stream| policy.log_keep_days(stream));
    let support = (
        policy.ticket_expires_at(at, Some(at)),
        policy.confirmable_until(at),
        policy.grant_until(at),
        policy.download_until(at),
        (policy.session_idle(), policy.session_until(at)),
        ["blocking", "high", "normal", "low"].map(|severity| policy.respond_by(at, severity)),
    );
    let confirmed: Vec<_> = policy.told().map(|(_, told)| policy.confirmed_by(told, at)).collect();
    format!(
        "{due:?} {notices:?} {waits:?} {ends:?} {classes:?} {kinds:?} {features:?} {cookies:?} {logs:?} \
         {addresses:?} {confirmed:?} {support:?} {:?} {:?}",
        policy.backups_gone_at(at),
        policy.brake()
    )
}

/// What mails about an end and about an erasure say, in every language, but for the version at their foot.
fn mails(policy: &Policy) -> String {
    let at = Timestamp::from_seconds(1_700_000_000);
    let due = policy.due(&Departure { left_at: at, subscription_end: None, own_days: None });
    let link = || Some("https://app.example.com/erasure/token".to_owned());
    let links = Links {
        statement: "https://app.example.com/privacy".into(),
        erase: link(),
        export: link(),
        undo: link(),
    };
    let facts = Facts { app_key: "kept".into(), site: None, links };
    let abouts = [
        About::End { ends_at: at, own_days: None },
        About::Erasure { at: due.at, because: Because::Left },
        About::Erasure { at: due.at, because: Because::Unreachable },
    ];
    let written = abouts.iter().flat_map(|about| Language::ALL.map(|language| (about, language)));
    let texts = written.map(|(about, language)| render(about, &facts, language, policy).unwrap());
    texts.map(|mail| (mail.subject + &mail.text).replace(policy.version().as_str(), "")).collect()
}

/// Every number of days or of years in any delivered policy.
pub fn numbers_of_days_and_years() -> BTreeSet<u32> {
    let all = POLICIES.into_iter().flat_map(|name| numbers(&text(name)));
    let is_long = |number: &Number| number.at.ends_with("days") || number.at.ends_with("years");
    all.filter(is_long).map(|number| number.value).collect()
}

/// Every whole number of a file but its version, which is about the file and not about data.
fn numbers(text: &str) -> Vec<Number> {
    let document = DeTable::parse(text).unwrap();
    let mut found = Vec::new();
    in_table("", document.get_ref(), &mut found);
    found.retain(|number| number.at != ".version");
    found
}

fn in_table(at: &str, table: &DeTable<'_>, found: &mut Vec<Number>) {
    for (key, value) in table {
        in_value(&format!("{at}.{}", key.get_ref()), value, found);
    }
}

fn in_array(at: &str, items: &DeArray<'_>, found: &mut Vec<Number>) {
    for (index, value) in items.iter().enumerate() {
        in_value(&format!("{at}.{index}"), value, found);
    }
}

fn in_value(at: &str, value: &toml::Spanned<DeValue<'_>>, found: &mut Vec<Number>) {
    match value.get_ref() {
        DeValue::Table(inside) => in_table(at, inside, found),
        DeValue::Array(items) => in_array(at, items, found),
        DeValue::Integer(integer) => found.push(Number {
            at: at.to_owned(),
            place: value.span(),
            value: integer.as_str().parse().unwrap(),
        }),
        DeValue::Float(_) => panic!("{at}: a policy has whole numbers only"),
        _ => {}
    }
}
