//! `kept policy …`, as a vendor at a terminal and a build server see it.

use serde_json::Value;

use crate::policy::{POLICIES, text};
use crate::support::place::{Place, code, stderr, stdout};
use crate::support::process::Serving;

/// A file beside the test's databases, by its path.
fn write(place: &Place, name: &str, text: &str) -> String {
    let path = place.databases.dir().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn delivered(name: &str) -> String {
    format!("{}/policies/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_delivered_policy_passes_the_check() {
    let place = Place::new().await;
    let files = POLICIES.map(delivered);
    let words: Vec<&str> = ["policy", "check"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let checked = place.run(&words);
    assert_eq!(code(&checked), 0);
    assert!(stderr(&checked).starts_with("Each file was checked by itself."), "{}", stderr(&checked));
    for (line, file) in stdout(&checked).lines().zip(files) {
        assert!(line.starts_with(&format!("{file}: ok, version ")), "{line}");
    }
    for name in POLICIES {
        let here = place.with("KEPT_POLICY", &delivered(name)).run(&["policy", "check"]);
        assert_eq!(code(&here), 0, "{name}: {}", stdout(&here));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_names_file_line_and_key_of_each_fault_and_what_would_be_right() {
    let place = Place::new().await;
    let default = text("default");
    let line_of = |start: &str| default.lines().position(|line| line.starts_with(start)).unwrap() + 1;
    let told = default.lines().find(|line| line.starts_with("told = ")).unwrap().to_owned() + "\n";
    for (from, to, line, said) in [
        ("grace_days = 150\n", "", line_of("[life_cycle.after_leaving]"), "grace_days: missing field"),
        ("basis = \"contract\"", "basis = \"habit\"", line_of("basis = "), "basis: unknown variant `habit`"),
        (
            "transfer = \"inside_eea\"",
            "transfer = \"privacy_shield\"",
            line_of("transfer = "),
            "processors.0.transfer: Privacy Shield has been void since 2020; \"standard_contractual_clauses\"",
        ),
        (
            told.as_str(),
            "",
            line_of("name = \"Example Mail GmbH\"") - 1,
            "processors.2: Example Mail GmbH gets data that goes with its customer, and nothing says how it hears of \
             that; told = { mail",
        ),
        (
            "not_told = { en = \"this data",
            "told = { mail = \"nobody\", within_days = 1, by = [\"tenant_number\"] } # ",
            line_of("not_told = { en = \"this data"),
            "processors.1.told.mail: \"nobody\" is no mail address; an address such as",
        ),
        (
            "within_days = 30",
            "within_days = 400",
            line_of("told = "),
            "processors.2.told.within_days: is longer than the record of it is kept; make it at most",
        ),
        (
            "promised_days = 180",
            "promised_days = 163",
            line_of("grace_days"),
            "life_cycle.after_leaving.grace_days: grace_days 150 + sweep_lag_days 1 + backup.keep_days 13 = 164 \
             is more than promised_days = 163; grace_days may be at most 149",
        ),
    ] {
        assert!(default.contains(from), "{from}");
        let file = write(&place, "policy.toml", &default.replacen(from, to, 1));
        let checked = place.run(&["policy", "check", &file]);
        let expected = format!("{file}:{line}: {said}");
        assert_eq!(code(&checked), 1, "{to}");
        assert!(stdout(&checked).starts_with(&expected), "{expected}\n{}", stdout(&checked));
        assert!(stdout(&checked).lines().all(|line| line.contains("; ")), "{}", stdout(&checked));
        assert!(stderr(&checked).contains("1 fault"), "{}", stderr(&checked));
        let served = place.with("KEPT_POLICY", &file).run(&["serve"]);
        assert!(code(&served) == 1 && stderr(&served).contains(&expected), "{}", stderr(&served));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_compares_the_policy_in_force_with_the_deployment() {
    let place = Place::new().await;
    let file = delivered("default");
    let default = text("default");
    let line_of = |start: &str| default.lines().position(|line| line.starts_with(start)).unwrap() + 1;
    for (setting, value, line, said) in [
        (
            "KEPT_APP_KEY",
            "other",
            line_of("[[apps]]"),
            "apps: KEPT_APP_KEY is \"other\", and no section covers",
        ),
        ("KEPT_REGION", "us", line_of("region = "), "location.region: KEPT_REGION is \"us\""),
        (
            "KEPT_ALL_JS_URL",
            "https://cdn.example.org/all.js",
            line_of("[[processors]]"),
            "processors: KEPT_ALL_JS_URL makes us call cdn.example.org, and no processor has that host",
        ),
    ] {
        let checked = place.with(setting, value).run(&["policy", "check"]);
        let expected = format!("{file}:{line}: {said}");
        assert!(stdout(&checked).starts_with(&expected), "{expected}\n{}", stdout(&checked));
        assert_eq!(code(&checked), 1);
        let alone = place.with(setting, value).run(&["policy", "check", &file]);
        assert_eq!(code(&alone), 0, "a file by itself is no deployment");
    }
    let missing = place.run(&["policy", "check", "no-such.toml"]);
    assert!(code(&missing) == 1 && stderr(&missing).contains("no-such.toml"), "{}", stderr(&missing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duty_that_lapses_is_a_warning_and_no_output() {
    let place = Place::new().await.with("KEPT_CLOCK", "2027-11-01T00:00:00Z");
    let checked = place.run(&["policy", "check"]);
    assert_eq!(code(&checked), 0);
    let warning = stderr(&checked);
    assert!(warning.starts_with("warning: ") && warning.contains("lapses in 29 days"), "{warning}");
    assert!(!stdout(&checked).contains("warning"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_follows_from_a_policy_can_be_printed() {
    let place = Place::new().await;
    let render = |words: &[&str]| {
        let output = place.run(&[&["policy", "render"], words].concat());
        assert_eq!((code(&output), stderr(&output).as_str()), (0, ""), "{words:?}");
        stdout(&output)
    };
    assert!(render(&[]).starts_with("# Privacy statement\n"));
    assert!(render(&["--language", "de"]).starts_with("# Datenschutzerklärung\n"));
    let page = render(&["--format", "html", "--language", "de"]);
    assert!(page.starts_with("<!doctype html>") && page.contains("<h1>Datenschutzerklärung</h1>"));
    let json: Value = serde_json::from_str(&render(&["--format", "json"])).unwrap();
    assert_eq!(json["policy"]["backup"]["keepDays"], 13);
    let answers: Value = serde_json::from_str(&render(&["--format", "marketplace"])).unwrap();
    let retention = &answers["dataRetention"];
    assert_eq!(retention["retentionDurationInDays"]["max"], 180);
    assert!(retention["retentionDetails"].as_array().unwrap().len() > 25);
    assert_eq!(answers["security"]["securityContact"], "security@example.com");
    let table = render(&["--format", "retention", &delivered("utilitas")]);
    assert!(table.contains("| Your data after the subscription ended | exactly 90 days |"), "{table}");
    assert!(place.files().is_empty(), "printing makes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_ends_with_its_verdict_and_gives_the_reason_for_each_change() {
    let place = Place::new().await;
    let default = text("default");
    let processor =
        default.split("[[processors]]").nth(1).unwrap().replace("Example Hosting SAS", "Other Ltd");
    let added = default.replacen("[[processors]]", &format!("[[processors]]{processor}[[processors]]"), 1);
    let field = default.replacen("\"summary\",", "\"summary\", \"colour\",", 1);
    let purpose =
        default.replacen("[\"running_the_service\"]", "[\"running_the_service\", \"improvement\"]", 1);
    let gone = default.replacen("We do not sell your data", "We hardly sell your data", 1);
    for (next, material, said) in [
        (
            default.replace("days = 14,", "days = 15,"),
            true,
            "14 days → at_latest, recorded, 15 days (material: something is kept longer)",
        ),
        (default.replace("days = 14,", "days = 13,"), false, "(not material)"),
        (default.replace("years = 10,", "days = 3653,"), true, "kept longer"),
        (default.replace("years = 10,", "days = 3600,"), false, "(not material)"),
        (default.replace("grace_days = 150", "grace_days = 151"), true, "(material: data goes later)"),
        (default.replace("grace_days = 150", "grace_days = 149"), false, "(not material)"),
        (
            default.replace("notice_before_erasure_days = 10", "notice_before_erasure_days = 9"),
            true,
            "a notice comes later",
        ),
        (default.replace("cc_billing = true", "cc_billing = false"), true, "a notice comes later"),
        (default.replace("\"legitimate_interest\"", "\"consent\""), true, "another legal basis"),
        (default.replace("Musterweg 1", "Musterweg 2"), false, "(not material)"),
        (default.replace("share_percent = 10", "share_percent = 11"), false, "(not material)"),
        (default.replace("Roubaix, France", "Roubaix"), true, "the data is kept elsewhere"),
        (added, true, "processors › Other Ltd: added (material: somebody new gets data"),
        (field, true, "fields › colour: added (material: more data is kept)"),
        (purpose, true, "purposes › improvement: added (material: data is used for something new)"),
        (gone, true, "(material: a promise is taken back)"),
    ] {
        let (a, b) = (write(&place, "a.toml", &default), write(&place, "b.toml", &next));
        let compared = place.run(&["policy", "diff", &a, &b]);
        let lines = stdout(&compared);
        assert_eq!(code(&compared), 0, "{said}: {}", stderr(&compared));
        assert!(lines.contains(said), "{said}: {lines}");
        let verdict =
            if material { "material: customers must be told before it takes effect" } else { "not material" };
        assert_eq!(lines.lines().last(), Some(verdict), "{lines}");
        let json = place.run(&["policy", "diff", "--json", &a, &b]);
        let json: Value = serde_json::from_str(&stdout(&json)).unwrap();
        assert_eq!(json["material"], material, "{json}");
    }
    let same = place.run(&["policy", "diff", &delivered("default"), &delivered("default")]);
    assert_eq!(stdout(&same), "nothing changes\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_published_once_and_serve_warns_about_one_that_never_was() {
    let place = Place::new().await;
    assert_eq!(code(&place.run(&["migrate"])), 0);
    let warning = "the policy in force was never published";
    let serving = Serving::start(place.environment.command(&place.databases, &["serve"]));
    assert!(serving.stop().stderr.contains(warning));

    let publish = |place: &Place, words: &[&str]| {
        let output = place.run(&[&["policy", "publish"], words].concat());
        (code(&output), stdout(&output), stderr(&output))
    };
    let (status, said, _) = publish(&place, &[]);
    assert_eq!(status, 0);
    assert!(
        said.starts_with("published 2-") && said.contains("as version 1, in force from 2026-11-22"),
        "{said}"
    );
    assert!(publish(&place, &[]).1.contains("is published already, as version 1"));
    let serving = Serving::start(place.environment.command(&place.databases, &["serve"]));
    assert!(!serving.stop().stderr.contains(warning));

    let later =
        text("default").replace("days = 14,", "days = 15,").replace("\"2026-11-22\"", "\"2199-01-01\"");
    let later = place.with("KEPT_POLICY", &write(&place, "later.toml", &later));
    for words in [[].as_slice(), &["--without-notice"]] {
        let (status, _, said) = publish(&later, words);
        assert!(status == 1 && said.contains("--notify") && said.contains("kept longer"), "{said}");
    }
    assert_eq!(publish(&later, &["--notify", "--without-notice"]).0, 2);
    let (status, said, _) = publish(&later, &["--notify", "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &said["number"], &said["notified"]), (0, &2.into(), &0.into()), "{said}");
    let compared = stdout(&place.run(&["policy", "diff", "1", "2"]));
    assert!(compared.contains("14 days") && compared.contains("\nmaterial: "), "{compared}");

    let faulty =
        write(&place, "faulty.toml", &text("default").replace("grace_days = 150", "grace_days = 170"));
    let (status, _, said) = publish(&place.with("KEPT_POLICY", &faulty), &["--notify"]);
    assert!(status == 1 && said.contains("grace_days may be at most 166"), "{said}");
}
