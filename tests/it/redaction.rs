//! How well texts are redacted, measured on texts that are made up anew from a seed: English and German, with known plants
//! of each class in many spellings, and with look-alikes that must stay. `--nocapture` shows the table.

mod dice;
mod lookalikes;
mod plants;
mod texts;

use std::collections::BTreeMap;
use std::time::Duration;

use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use kept::config::Secret;
use kept::support::safe::BundleSafe;
use kept::support::secrets::OwnSecrets;
use kept::support::{Redactor, Rule, Wanted};
use serde_json::Value;

use crate::support::fault::VARIABLE;
use dice::Dice;
use plants::{CLASSES, Plant};

const SEED: u64 = 4_711;
const PER_CLASS: usize = 500;
const LOOK_ALIKES: usize = 2_000;
const SECRETS: usize = 300;

#[derive(Default)]
struct Tally {
    texts: usize,
    found: usize,
    /// Sentences around the plants, and those that were changed.
    around: usize,
    changed: usize,
}

/// The terms of a site that the corpus is about.
fn terms() -> Vec<String> {
    ["Projekt Zebra", "Contoso Übersee", "Feldhamster", "ACME-77", "quantum ledger"]
        .map(str::to_owned)
        .to_vec()
}

fn redactor() -> Redactor {
    Redactor::new(&Wanted { terms: terms(), ..Wanted::default() })
}

#[test]
fn almost_every_plant_of_each_class_is_masked_and_hardly_anything_else() {
    let mut dice = Dice::new(seed());
    let fresh = redactor();
    let (mut tallies, mut missed, mut wrong) = (BTreeMap::<Rule, Tally>::new(), Vec::new(), Vec::new());
    for (rule, make) in CLASSES {
        for _ in 0..PER_CLASS {
            let plant: Plant = make(&mut dice);
            let text = texts::around(&mut dice, &plant.text);
            let masked = fresh.clone().text(&text.text);
            let tally = tallies.entry(rule).or_default();
            tally.texts += 1;
            match plant.needles.iter().find(|needle| masked.as_str().contains(needle.as_str())) {
                None => tally.found += 1,
                Some(needle) => {
                    missed.push(format!("{rule}: {needle:?} of {:?} in {:?}", plant.text, masked.as_str()))
                }
            }
            tally.around += text.sentences.len();
            for sentence in &text.sentences {
                if !masked.as_str().contains(sentence.as_str()) {
                    tally.changed += 1;
                    wrong.push(format!("{sentence:?} in {:?}", masked.as_str()));
                }
            }
        }
    }
    let (mut alike, mut touched) = (0, 0);
    for _ in 0..LOOK_ALIKES {
        let look_alike = lookalikes::any(&mut dice);
        let text = texts::around(&mut dice, &look_alike);
        let masked = fresh.clone().text(&text.text);
        alike += 1;
        if masked.as_str() != text.text {
            touched += 1;
            wrong.push(format!("{look_alike:?}: {:?}", masked.as_str()));
        }
    }
    print(&tallies, alike, touched);
    missed.iter().for_each(|line| println!("missed: {line}"));
    wrong.iter().for_each(|line| println!("changed: {line}"));
    let texts: usize = tallies.values().map(|tally| tally.texts).sum();
    assert!(texts + alike >= 5_000, "{texts} + {alike}");
    for (rule, tally) in &tallies {
        assert!(tally.found * 1_000 >= tally.texts * 995, "{rule}: {:#?}", of(&missed, &rule.to_string()));
        assert!(tally.changed * 100 <= tally.around, "{rule}: {} of {}", tally.changed, tally.around);
    }
    let changed: usize = tallies.values().map(|tally| tally.changed).sum();
    let around: usize = tallies.values().map(|tally| tally.around).sum();
    assert!(
        touched * 100 <= alike && changed * 100 <= around,
        "{touched} of {alike}, {changed} of {around}: {wrong:#?}"
    );
}

fn of<'a>(missed: &'a [String], rule: &str) -> Vec<&'a String> {
    missed.iter().filter(|line| line.starts_with(&format!("{rule}:"))).take(20).collect()
}

/// The seed of the corpus, or another one by which to look whether the patterns were made for that one alone.
#[expect(clippy::disallowed_methods, reason = "a setting of the test run itself")]
fn seed() -> u64 {
    std::env::var("KEPT_CORPUS_SEED")
        .map_or(SEED, |seed| seed.parse().expect("KEPT_CORPUS_SEED: expected a number"))
}

/// Shows a table, and leaves it where `make test` shows it: what a test prints that passes is not seen.
#[expect(clippy::disallowed_methods, reason = "a setting of the test run itself")]
fn show(name: &str, lines: &[String]) {
    let table = format!("{}\n", lines.join("\n"));
    print!("{table}");
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let path = format!("{}/target/redaction-{name}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::write(path, format!("seed {}\n{table}\n", seed())).unwrap();
}

fn print(tallies: &BTreeMap<Rule, Tally>, alike: usize, touched: usize) {
    let mut lines = vec![format!(
        "{:<18}{:>7}{:>8}{:>10}{:>10}{:>9}",
        "class", "plants", "masked", "recall", "around", "changed"
    )];
    let percent = |part: usize, whole: usize| format!("{:.2} %", 100.0 * part as f64 / whole.max(1) as f64);
    for (rule, tally) in tallies {
        let recall = percent(tally.found, tally.texts);
        let (texts, found, around, changed) = (tally.texts, tally.found, tally.around, tally.changed);
        lines.push(format!("{:<18}{texts:>7}{found:>8}{recall:>10}{around:>10}{changed:>9}", rule.as_str()));
    }
    lines.push(format!("look-alikes: {touched} of {alike} changed ({})", percent(touched, alike)));
    show("texts", &lines);
}

#[test]
fn the_full_stop_of_a_sentence_stays_when_its_last_word_is_a_secret() {
    for (text, masked) in [
        ("It says Bearer abcDEF123456789. Then it stops.", "It says Bearer <token-1>. Then it stops."),
        ("The password is hunter22.", "The password is <token-1>."),
        ("password: hunter22...", "password: <token-1>..."),
    ] {
        assert_eq!(redactor().text(text).as_str(), masked);
    }
}

#[test]
fn json_is_masked_by_the_names_of_its_members_and_what_is_harmless_stays() {
    let (mut dice, fresh) = (Dice::new(seed()), redactor());
    let masked = |value: &Value| fresh.clone().json(value).value();
    let mut too_few = Vec::new();
    let mut lines = vec![format!("{:<28}{:>8}{:>8}", "in JSON", "planted", "masked")];
    for (class, make) in plants::IN_JSON {
        let mut missed = Vec::new();
        for _ in 0..PER_CLASS {
            let (planted, needle) = make(&mut dice);
            let left = masked(&planted);
            if holds(&left, &needle) {
                missed.push(format!("{class}: {needle:?} of {planted} in {left}"));
            }
        }
        lines.push(format!("{class:<28}{PER_CLASS:>8}{:>8}", PER_CLASS - missed.len()));
        missed.iter().for_each(|line| println!("missed: {line}"));
        too_few.extend((missed.len() * 1_000 > PER_CLASS * 5).then_some(missed));
    }
    let harmless: Vec<Value> = (0..LOOK_ALIKES).map(|_| plants::harmless_json(&mut dice)).collect();
    let changed: Vec<_> = harmless.iter().filter(|value| masked(value) != **value).collect();
    lines.push(format!("harmless JSON: {} of {LOOK_ALIKES} changed", changed.len()));
    show("json", &lines);
    assert!(too_few.is_empty(), "{too_few:#?}");
    assert!(changed.len() * 100 <= LOOK_ALIKES, "{changed:#?}");
}

/// Whether a text or number in it has this in it, as it was written and not as JSON escapes it.
fn holds(value: &Value, needle: &str) -> bool {
    match value {
        Value::String(text) => text.contains(needle),
        Value::Array(items) => items.iter().any(|item| holds(item, needle)),
        Value::Object(members) => members.values().any(|member| holds(member, needle)),
        other => other.to_string().contains(needle),
    }
}

/// The same text in every form in which a program may have written it.
fn encodings(secret: &str, dice: &mut Dice) -> Vec<(&'static str, String)> {
    let (mut forms, bytes) = (vec![("exact", secret.to_owned())], secret.as_bytes());
    for alignment in 0..3 {
        let (before, after) = (alignment + 3 * dice.below(4), dice.below(5));
        let (before, after) = (dice.letters(before), dice.letters(after));
        let around = [before.as_bytes(), bytes, after.as_bytes()].concat();
        forms.push(("base64", BASE64.encode(&around)));
        forms.push(("base64url", BASE64URL.encode(&around)));
        forms.push(("base64url without padding", BASE64URL_NOPAD.encode(&around)));
    }
    let percent = |is_plain: fn(u8) -> bool, upper: bool| -> String {
        let encode = |byte: &u8| match (is_plain(*byte), upper) {
            (true, _) => char::from(*byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        };
        bytes.iter().map(encode).collect()
    };
    forms.push(("URL", percent(|byte| byte.is_ascii_alphanumeric(), true)));
    forms
        .push(("URL, small", percent(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte), false)));
    forms.push(("URL, every byte", percent(|_| false, true)));
    forms.push(("hex", HEXLOWER.encode(bytes)));
    forms.push(("HEX", HEXUPPER.encode(bytes)));
    forms.push(("JSON", serde_json::json!(secret).to_string()));
    forms
}

#[test]
fn every_secret_of_the_site_is_found_in_every_encoding_and_no_text_without_one_is_refused() {
    let mut dice = Dice::new(seed());
    let (mut table, mut missed) = (BTreeMap::<&str, (usize, usize)>::new(), Vec::new());
    for _ in 0..SECRETS {
        let secret = plants::own_secret(&mut dice);
        let own = OwnSecrets::new(&[Secret::new(secret.clone())]).unwrap();
        for (form, encoded) in encodings(&secret, &mut dice) {
            let text = texts::around(&mut dice, &encoded).text;
            let (all, found) = table.entry(form).or_default();
            *all += 1;
            if own.are_in(text.as_bytes()) { *found += 1 } else { missed.push((form, secret.clone(), text)) }
        }
    }
    let secrets: Vec<Secret> = (0..20).map(|_| Secret::new(plants::own_secret(&mut dice))).collect();
    let own = OwnSecrets::new(&secrets).unwrap();
    let mut refused = 0;
    for _ in 0..LOOK_ALIKES {
        let look_alike = lookalikes::any(&mut dice);
        refused += usize::from(own.are_in(texts::around(&mut dice, &look_alike).text.as_bytes()));
    }
    print_forms(&table, refused);
    assert!(missed.is_empty(), "{missed:#?}");
    assert_eq!(refused, 0);
}

fn print_forms(table: &BTreeMap<&str, (usize, usize)>, refused: usize) {
    let mut lines = vec![format!("{:<28}{:>8}{:>8}", "own secrets", "planted", "found")];
    lines.extend(table.iter().map(|(form, (all, found))| format!("{form:<28}{all:>8}{found:>8}")));
    lines.push(format!("texts without one: {refused} of {LOOK_ALIKES} refused"));
    show("secrets", &lines);
}

/// How long this thread itself was at work, at the best of a few tries: what the machine does besides does not count.
fn worked(work: impl Fn()) -> Duration {
    let at_work = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
    };
    let tries = (0..4).map(|_| {
        let before = at_work();
        work();
        at_work() - before
    });
    tries.min().unwrap()
}

/// Texts come from anybody. Whatever they repeat, their size alone decides how long they take.
#[test]
fn no_text_makes_redaction_slow() {
    let pieces = [
        "a@",
        "a@b.c ",
        "+4",
        "030 1234567 ",
        "+49 30 1234567,",
        "Tel 1",
        "1-212-555-0187 ",
        "Passwort für ",
        "Passwort \"",
        "sig=1",
        "4111.",
        "10.0.0.1-",
        "o'",
        "a://b:/",
        "a://:c/",
        "\\\\a\\Users\\b",
        "/mnt/c/Users/",
        "user/pass: a/",
        "Authorization: Basic ",
        " --password a",
        " -u a:",
        "1-",
        "4111 ",
        ":",
        "::1 ",
        "a://b:c",
        "a://b@c",
        "eyJ",
        "password=",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----aaaaaaaaaaaaaaaaaaaa",
        "\"",
        "(at)",
        "a (at) ",
        "/home/",
        "C:\\Users\\a ",
        "DE89 ",
        "557058:",
        "<email-1>",
        "Feldhamster ",
        " ",
        "a",
        "\\u0040",
        "%40",
    ];
    let selected =
        vec!["a@b.c <email-1>".to_owned(), "e".repeat(400), "1-1".to_owned(), "<email-1>".to_owned()];
    let redactor = Redactor::new(&Wanted { terms: terms(), selected, ..Wanted::default() });
    let took = |text: &str| worked(|| drop(redactor.clone().text(text)));
    let slow: Vec<_> = pieces
        .iter()
        .filter_map(|piece| {
            let [short, long] = [20_000, 160_000].map(|bytes| took(&piece.repeat(bytes / piece.len())));
            // Eight times the text; what grows with its square takes sixty-four times as long.
            (long > short * 30 && long.as_millis() > 400).then_some((piece, short, long))
        })
        .collect();
    assert!(slow.is_empty(), "{slow:?}");
    // A name is looked at with each item of the list under it.
    let json = |bytes: usize| serde_json::json!({ "password".repeat(bytes / 16): vec!["a"; bytes / 16] });
    let [short, long] = [20_000, 160_000].map(|bytes| worked(|| drop(redactor.clone().json(&json(bytes)))));
    assert!(long <= short * 30 || long.as_millis() <= 400, "{short:?} {long:?}");
}
