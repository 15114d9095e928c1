//! The `kept` command as an operator and a script see it: help, JSON, exit codes, and what it makes or leaves alone.

use std::process::Output;

use kept::db::jobs::{self, JobKind, NewJob};
use kept::db::{DbError, Id};
use serde_json::{Value, json};

use crate::support::place::{Place, code, stderr, stdout};
use crate::support::process::Environment;
use crate::support::{START, TestApp};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["serve"],
    &["work"],
    &["migrate"],
    &["tenants"],
    &["tenants", "list"],
    &["tenants", "show"],
    &["jobs"],
    &["jobs", "list"],
    &["jobs", "run"],
    &["jobs", "retry"],
    &["receipt"],
    &["receipt", "list"],
    &["receipt", "show"],
    &["receipt", "verify"],
    &["policy"],
    &["policy", "check"],
    &["policy", "render"],
    &["policy", "diff"],
    &["policy", "publish"],
    &["rekey"],
];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_explains_itself() {
    let place = Place::new().await;
    let mut all = String::new();
    for command in COMMANDS.iter().copied().chain([["doctor"].as_slice()]) {
        let output = place.run(&[command, &["--help"]].concat());
        assert_eq!((code(&output), stderr(&output).as_str()), (0, ""), "{command:?}");
        all += &format!("$ kept {}\n{}\n", [command, &["--help"]].concat().join(" "), stdout(&output));
    }
    insta::assert_snapshot!(all);
    assert!(place.files().is_empty(), "help makes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_use_ends_with_2_a_failure_with_1_and_success_with_0() {
    let place = Place::new().await;
    let wrong: [&[&str]; 7] = [
        &[],
        &["nonsense"],
        &["tenants"],
        &["tenants", "show"],
        &["jobs", "retry", "x"],
        &["serve", "extra"],
        &["doctor", "--no-such"],
    ];
    for arguments in wrong {
        let output = place.run(arguments);
        assert_eq!((code(&output), stdout(&output).as_str()), (2, ""), "{arguments:?}");
        let helps = ["Usage:", "try '--help'"].iter().any(|help| stderr(&output).contains(help));
        assert!(helps, "{arguments:?}: {}", stderr(&output));
    }
    assert_eq!(code(&place.run(&["migrate"])), 0);
    let first = place.run(&["tenants", "list"]);
    assert_eq!(code(&first), 0);
    assert!(stderr(&first).contains("made a master key for development"), "a warning is no output");
    for (arguments, reason) in [
        (["tenants", "show", "nobody"].as_slice(), "no tenant \"nobody\""),
        (&["jobs", "retry", "1"], "no dead job with id 1; `kept jobs list` shows them"),
    ] {
        for arguments in [arguments.to_vec(), [arguments, &["--json"]].concat()] {
            let output = place.run(&arguments);
            assert_eq!((code(&output), stdout(&output).as_str()), (1, ""), "{arguments:?}");
            assert!(stderr(&output).contains(reason), "{}", stderr(&output));
            assert!(stderr(&output).starts_with("kept: ") && stderr(&output).lines().count() == 1);
        }
    }
    let output = place.with("KEPT_LISTEN", "8080").run(&["serve"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("KEPT_LISTEN: expected an address and port such as 127.0.0.1:8080"));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_all_that_a_machine_reads_on_standard_output() {
    let app = TestApp::start().await;
    let (environment, databases) = (Environment::new(&app.databases, &app.sandbox), &app.databases);
    assert_eq!(environment.json(databases, &["tenants", "list", "--json"]), json!([]));
    let site = app.site("jira");
    site.install().await;
    site.webhook("jira:issue_updated", json!({"a": 1})).await;
    let known = app.tenant(&site).await.unwrap();
    let id = known.tenant.id.to_string();
    let shown = environment.json(databases, &["tenants", "show", &site.client_key(), "--json"]);
    assert_eq!(shown, environment.json(databases, &["tenants", "show", &id, "--json"]));
    let expected = json!({
        "id": id, "clientKey": site.client_key(), "state": "active", "dueAt": null, "reason": null,
        "generation": 1, "product": "jira", "baseUrl": site.base_url(), "since": START,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&shown[field], value, "{field}");
    }
    assert!(shown["account"].get("sharedSecret").is_none(), "a secret is never shown");
    assert_eq!(shown["classes"][0]["class"], "account");
    assert_eq!(
        (&shown["classes"][1]["class"], &shown["classes"][1]["records"]),
        (&json!("operation"), &json!(1))
    );
    let listed = environment.json(databases, &["tenants", "list", "--json"]);
    assert_eq!(listed, json!([expected]), "the same, without what needs counting");

    let table = environment.run(databases, &["tenants", "list"]);
    assert!(stdout(&table).starts_with("ID ") && stdout(&table).contains(&site.client_key()));
    let card = stdout(&environment.run(databases, &["tenants", "show", &id]));
    assert!(card.contains("state       active (generation 1)") && card.contains("1 in use"), "{card}");

    site.uninstall().await;
    let shown = environment.json(databases, &["tenants", "show", &id, "--json"]);
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("marked"), &json!("left")));
    assert_eq!(shown["dueAt"], json!(app.due_after_leaving()));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_without_a_handler_are_held_and_those_with_one_run() {
    let app = TestApp::start().await;
    // The same hour as the test's clock.
    let environment =
        Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", "2026-11-22T08:00:30Z");
    let databases = &app.databases;
    let site = app.site("jira");
    site.install().await;
    site.uninstall().await;
    let id = app.tenant(&site).await.unwrap().tenant.id.to_string();
    let of = |jobs: &Value, state: &str| -> Vec<Value> {
        let all = jobs.as_array().unwrap().iter();
        all.filter(|job| job["tenantId"] == *id && job["state"] == state).cloned().collect()
    };
    let before = environment.json(databases, &["jobs", "list", "--json"]);
    let held = of(&before, "held");
    let kinds: Vec<_> = held.iter().map(|job| job["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["notice", "erase"]);
    for job in &held {
        assert_eq!((&job["attempts"], &job["lastError"]), (&json!(0), &Value::Null), "{job}");
        assert!(job["runAt"].as_str().unwrap() > START, "{job}");
    }
    assert_eq!(of(&before, "queued").len(), 1, "the key of the secret is to be destroyed");

    assert_eq!(environment.json(databases, &["jobs", "run", "--json"]), json!({"ran": 1}));
    assert_eq!(environment.json(databases, &["jobs", "run", "--json"]), json!({"ran": 0}));
    let after = environment.json(databases, &["jobs", "list", "--json"]);
    assert_eq!(of(&after, "held"), held, "untouched");
    assert!(of(&after, "queued").is_empty());

    // Long after both are due they are held still.
    let late = environment.clone().set("KEPT_CLOCK", "2029-01-01T00:00:00Z");
    late.json(databases, &["jobs", "run", "--json"]);
    assert_eq!(of(&late.json(databases, &["jobs", "list", "--json"]), "held"), held);
    let table = stdout(&environment.run(databases, &["jobs", "list"]));
    assert!(table.starts_with("ID ") && table.matches(" held ").count() == 2, "{table}");
    let retried = environment.run(databases, &["jobs", "retry", held[0]["id"].as_str().unwrap()]);
    assert_eq!(code(&retried), 1, "only a dead job is retried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_is_shown_with_its_reason_and_an_operator_revives_it() {
    let app = TestApp::start().await;
    let (environment, databases) = (Environment::new(&app.databases, &app.sandbox), &app.databases);
    let now = app.clock.now();
    let hopeless = NewJob {
        kind: JobKind::DestroySecret,
        tenant: Id::NONE,
        generation: 0,
        discriminator: "no key".to_owned(),
        run_at: now,
    };
    app.services.main.write(move |tx| Ok::<_, DbError>(jobs::enqueue(tx, now, &hopeless)?)).await.unwrap();
    let dead = || {
        let listed = environment.json(databases, &["jobs", "list", "--json"]);
        listed.as_array().unwrap().iter().find(|job| job["state"] == "dead").cloned()
    };
    assert_eq!(dead(), None);
    assert_eq!(app.run_jobs().await, 1);
    let job = dead().unwrap();
    assert_eq!((&job["lastError"], &job["tenantId"]), (&json!("not a key id"), &Value::Null));
    let ill = environment.run(databases, &["doctor"]);
    assert!(code(&ill) == 1 && stdout(&ill).contains("1 are dead"), "{}", stdout(&ill));

    let id = job["id"].as_str().unwrap();
    let revived = environment.json(databases, &["jobs", "retry", id, "--json"]);
    assert_eq!(revived, json!({"id": id, "state": "queued"}));
    assert_eq!(dead(), None);
    assert_eq!(code(&environment.run(databases, &["doctor"])), 0);
    assert_eq!(environment.json(databases, &["jobs", "run", "--json"]), json!({"ran": 1}));
    assert_eq!(dead().unwrap()["id"], *id, "it is as hopeless as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_is_well_and_what_is_not() {
    let place = Place::new().await;
    let checks = |output: &Output| -> Vec<(String, bool)> {
        let checks: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let pair =
            |check: &Value| (check["check"].as_str().unwrap().to_owned(), check["ok"].as_bool().unwrap());
        checks.iter().map(pair).collect()
    };
    place.run(&["migrate"]);
    let well = place.run(&["doctor", "--json"]);
    assert_eq!(code(&well), 0, "{}{}", stdout(&well), stderr(&well));
    let names: Vec<String> = checks(&well).into_iter().map(|(name, _)| name).collect();
    let expected =
        ["policy", "descriptor", "databases", "master key", "jobs", "install keys", "clock", "front end"]
            .map(str::to_owned);
    assert_eq!(names, expected);
    assert!(checks(&well).iter().all(|(_, ok)| *ok));

    let other_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (setting, value, failing) in [
        ("KEPT_POLICY", "no-such.toml", "policy"),
        ("KEPT_KEYRING_URL", "sqlite:no-such.db", "databases"),
        ("KEPT_MASTER_KEY", other_key, "master key"),
        ("KEPT_INSTALL_KEYS_URL", "http://127.0.0.1:9/install-keys", "install keys"),
    ] {
        let ill = place.with(setting, value).run(&["doctor", "--json"]);
        assert_eq!(code(&ill), 1, "{setting}");
        assert!(checks(&ill).contains(&(failing.to_owned(), false)), "{setting}: {}", stdout(&ill));
        assert!(stderr(&ill).contains("failed"), "{}", stderr(&ill));
        let table = place.with(setting, value).run(&["doctor"]);
        assert!(stdout(&table).contains("FAIL"), "{}", stdout(&table));
    }
}
