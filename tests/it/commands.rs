//! The `kept` command as an operator and a script see it: help, JSON, exit codes, and what it makes or leaves alone.

use std::process::Output;

use kept::db::jobs::{self, JobKind, JobRow, NewJob};
use kept::db::{DbError, Id, operator_actions};
use kept::policy::ClassName;
use serde_json::{Value, json};

use crate::support::place::{Place, code, stderr, stdout};
use crate::support::process::Environment;
use crate::support::scan::Traces;
use crate::support::{START, TestApp};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["serve"],
    &["work"],
    &["migrate"],
    &["tenants"],
    &["tenants", "list"],
    &["tenants", "show"],
    &["tenants", "end"],
    &["tenants", "join"],
    &["tenants", "export"],
    &["tenants", "erase"],
    &["jobs"],
    &["jobs", "list"],
    &["jobs", "run"],
    &["jobs", "retry"],
    &["due"],
    &["erasures"],
    &["erasures", "list"],
    &["erasures", "pause"],
    &["erasures", "resume"],
    &["erasures", "acknowledge"],
    &["reports"],
    &["reports", "status"],
    &["reports", "pause"],
    &["reports", "resume"],
    &["receipt"],
    &["receipt", "list"],
    &["receipt", "show"],
    &["receipt", "verify"],
    &["prove-erasure"],
    &["policy"],
    &["policy", "check"],
    &["policy", "render"],
    &["policy", "diff"],
    &["policy", "publish"],
    &["policy", "prove"],
    &["simulate"],
    &["rekey"],
    &["manifest"],
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
    let wrong: [&[&str]; 12] = [
        &[],
        &["nonsense"],
        &["tenants"],
        &["tenants", "show"],
        &["tenants", "end", "1"],
        &["tenants", "end", "1", "--on", "31.5.2027"],
        &["tenants", "end", "1", "--on", "2027-02-29"],
        &["tenants", "erase", "1"],
        &["tenants", "erase", "1", "--reason", " "],
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
        (&["tenants", "end", "nobody", "--on", "2027-05-31"], "no tenant \"nobody\""),
        (&["tenants", "erase", "nobody", "--reason", "asked", "--yes"], "no tenant \"nobody\""),
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

/// A job of a kind that only a later version of the service knows.
async fn enqueue_unknown(app: &TestApp) {
    let now = app.clock.now();
    let row = JobRow {
        tenant_id: Id::from_i64(7),
        id: Id::new(now),
        kind: "of_a_later_version".to_owned(),
        generation: 1,
        discriminator: String::new(),
        state: "queued".to_owned(),
        run_at: now.into(),
        attempts: 0,
        attempt_token: None,
        lease_until: None,
        asked_again: false,
        last_error: None,
        created_at: now.into(),
    };
    let stored = app.services.main.write(move |tx| {
        use diesel::prelude::*;
        Ok::<_, DbError>(diesel::insert_into(kept::db::schema::jobs::table).values(row).execute(tx)?)
    });
    stored.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sets_when_a_subscription_ends() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START);
    let end =
        |arguments: &[&str]| environment.run(&app.databases, &[&["tenants", "end"], arguments].concat());
    let site = app.site("jira");
    site.install().await;
    let (key, id) = (site.client_key(), app.tenant(&site).await.unwrap().tenant.id.to_string());
    let said: Value = serde_json::from_slice(&end(&[&key, "--on", "2027-05-31", "--json"]).stdout).unwrap();
    let expected = json!({"id": id, "state": "active", "endsAt": "2027-05-31T00:00:00Z", "dueAt": null});
    assert_eq!(said, expected);
    assert_eq!(
        app.tenant(&site).await.unwrap().tenant.ends_at,
        Some("2027-05-31T00:00:00Z".parse().unwrap())
    );
    // Heard of late, but not so late that the data would be due at once.
    let past = end(&[&id, "--on", "2026-11-01T12:00:00Z"]);
    assert_eq!(stdout(&past), format!("the subscription of tenant {id} ends on 2026-11-01T12:00:00Z\n"));
    let long_past = end(&[&id, "--on", "2026-01-01"]);
    assert_eq!((code(&long_past), stdout(&long_past).as_str()), (1, ""));
    assert!(stderr(&long_past).contains("the data would be due at once"), "{}", stderr(&long_past));
    assert_eq!(code(&end(&[&id, "--on", "2126-01-01"])), 1);
    assert_eq!(app.state(&site).await, "active", "what follows from it is the job's to find");
    site.uninstall().await;
    let late = end(&[&id, "--on", "2027-05-31"]);
    assert!(code(&late) == 1 && stderr(&late).contains("has left already"), "{}", stderr(&late));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_has_a_tenant_erased_early_with_a_reason_that_is_kept_sealed() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START);
    let erase = |arguments: &[&str]| {
        environment.run(
            &app.databases,
            &[&["tenants", "erase", "--reason", "mk01234567 by letter"], arguments].concat(),
        )
    };
    let site = app.site("jira");
    site.install().await;
    let known = app.tenant(&site).await.unwrap().tenant;
    let id = known.id.to_string();
    // Standard input of a test is no terminal.
    let unasked = erase(&[&id]);
    assert_eq!(code(&unasked), 1);
    assert!(stdout(&unasked).contains("account ") && stderr(&unasked).contains("add --yes"), "{unasked:?}");
    let unasked = erase(&[&id, "--json"]);
    assert_eq!((code(&unasked), stdout(&unasked).as_str()), (1, ""));
    assert_eq!(app.tenant(&site).await.unwrap().tenant, known, "nothing was done");

    let said: Value = serde_json::from_slice(&erase(&[&id, "--yes", "--json"]).stdout).unwrap();
    let tenant = app.tenant(&site).await.unwrap().tenant;
    assert_eq!((tenant.state(), tenant.reason()), ("suspected", Some("asked")));
    assert_eq!((&said["id"], &said["dueAt"]), (&json!(id), &json!(tenant.due_at())));
    assert_eq!(said["classes"][0], json!({"class": "account", "records": 1}));
    let actions = app.services.main.read(|conn| Ok::<_, DbError>(operator_actions::newest(conn, 10)?));
    let actions = actions.await.unwrap();
    assert_eq!((actions.len(), actions[0].action.as_str()), (1, "tenants erase"));
    let until = app.services.policy.expires_at(ClassName::Audit, actions[0].at.into());
    assert_eq!(Some(actions[0].expires_at.into()), until);
    assert_eq!(Traces::of(["mk01234567"]).in_everything(&app.databases), [""; 0]);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_whose_key_is_gone_is_listed_with_what_is_left_to_see() {
    let app = TestApp::start().await;
    let (environment, databases) = (Environment::new(&app.databases, &app.sandbox), &app.databases);
    let (site, other) = (app.site("jira"), app.site("confluence"));
    site.install().await;
    other.install().await;
    let known = app.tenant(&site).await.unwrap();
    let id = known.tenant.id;
    app.services.vault.shred(id).await.unwrap();
    let listed = environment.json(databases, &["tenants", "list", "--json"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    let of = |id: &str| listed.as_array().unwrap().iter().find(|view| view["id"] == *id).unwrap().clone();
    let gone = of(&id.to_string());
    assert_eq!(
        (&gone["state"], &gone["clientKey"], &gone["baseUrl"]),
        (&json!("active"), &Value::Null, &Value::Null)
    );
    let stands = app.tenant(&other).await.unwrap().tenant.id.to_string();
    assert_eq!(of(&stands)["clientKey"], other.client_key());
    let table = stdout(&environment.run(databases, &["tenants", "list"]));
    let row = table.lines().find(|line| line.starts_with(&id.to_string())).unwrap();
    assert!(row.split_whitespace().skip(2).all(|cell| cell == "-"), "{row}");
    let shown = environment.json(databases, &["tenants", "show", &id.to_string(), "--json"]);
    assert_eq!((&shown["state"], &shown["clientKey"]), (&json!("active"), &Value::Null));
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
    enqueue_unknown(&app).await;
    let of = |jobs: &Value, state: &str| -> Vec<Value> {
        let all = jobs.as_array().unwrap().iter();
        all.filter(|job| job["state"] == state && job["kind"] != "probe").cloned().collect()
    };
    let before = environment.json(databases, &["jobs", "list", "--json"]);
    let held = of(&before, "held");
    assert_eq!(held.len(), 1);
    assert_eq!((&held[0]["attempts"], &held[0]["lastError"]), (&json!(0), &Value::Null), "{held:?}");

    assert_eq!(
        environment.json(databases, &["jobs", "run", "--json"]),
        json!({"ran": 1}),
        "a key is destroyed"
    );
    assert_eq!(environment.json(databases, &["jobs", "run", "--json"]), json!({"ran": 0}));
    // However late it is.
    let late = environment.clone().set("KEPT_CLOCK", "2029-01-01T00:00:00Z");
    late.json(databases, &["jobs", "run", "--json"]);
    assert_eq!(of(&late.json(databases, &["jobs", "list", "--json"]), "held"), held, "untouched");
    let table = stdout(&environment.run(databases, &["jobs", "list"]));
    assert!(table.starts_with("ID ") && table.matches(" held ").count() == 1, "{table}");
    let retried = environment.run(databases, &["jobs", "retry", held[0]["id"].as_str().unwrap()]);
    assert_eq!(code(&retried), 1, "only a dead job is retried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_is_shown_with_its_reason_and_an_operator_revives_it() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START);
    let databases = &app.databases;
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
    // Each process begins at the instant of the setting: this one is later than the one that made the job due.
    let later = environment.clone().set("KEPT_CLOCK", "2026-11-22T08:00:30Z");
    assert_eq!(later.json(databases, &["jobs", "run", "--json"]), json!({"ran": 1}));
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
    let expected = [
        "policy",
        "descriptor",
        "databases",
        "master key",
        "jobs",
        "brakes",
        "problem reports",
        "records of staff",
        "install keys",
        "forge",
        "way to Forge",
        "clock",
        "front end",
    ]
    .map(str::to_owned);
    assert_eq!(names, expected);
    assert!(checks(&well).iter().all(|(_, ok)| *ok));

    let other_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (setting, value, failing) in [
        ("KEPT_POLICY", "no-such.toml", "policy"),
        ("KEPT_KEYRING_URL", "sqlite:no-such.db", "databases"),
        ("KEPT_MASTER_KEY", other_key, "master key"),
        ("KEPT_INSTALL_KEYS_URL", "http://127.0.0.1:9/install-keys", "install keys"),
        ("KEPT_FORGE_JWKS_URL", "http://127.0.0.1:9/jwks.json", "forge"),
    ] {
        let ill = place.with(setting, value).run(&["doctor", "--json"]);
        assert_eq!(code(&ill), 1, "{setting}");
        assert!(checks(&ill).contains(&(failing.to_owned(), false)), "{setting}: {}", stdout(&ill));
        assert!(stderr(&ill).contains("failed"), "{}", stderr(&ill));
        let table = place.with(setting, value).run(&["doctor"]);
        assert!(stdout(&table).contains("FAIL"), "{}", stdout(&table));
    }
}
