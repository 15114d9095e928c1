//! What an operator does with a whole installation: start it, stop it, bring it up to date, change its master key.

use serde_json::{Value, json};

use crate::support::TestDatabases;
use crate::support::place::{Place, code, stderr, stdout};
use crate::support::process::Serving;

#[tokio::test(flavor = "multi_thread")]
async fn only_serve_work_and_migrate_make_a_missing_database() {
    let place = Place::on(TestDatabases::sqlite()).await;
    for arguments in [
        ["tenants", "list"].as_slice(),
        &["tenants", "show", "x"],
        &["jobs", "list"],
        &["jobs", "run"],
        &["jobs", "retry", "1"],
        &["rekey"],
        &["doctor"],
    ] {
        let output = place.run(arguments);
        assert_eq!(code(&output), 1, "{arguments:?}");
        let said = stdout(&output) + &stderr(&output);
        assert!(said.contains("no SQLite database at"), "{arguments:?}: {said}");
        assert!(place.files().is_empty(), "{arguments:?} made {:?}", place.files());
    }
    // A mistyped path is an error, not a new database.
    let mistyped = place.with("DATABASE_URL", "sqlite:dta/kept.db");
    for command in ["serve", "work", "migrate"] {
        let output = mistyped.run(&[command]);
        assert_eq!(code(&output), 1, "{command}");
        assert!(stderr(&output).contains("the folder dta does not exist"), "{}", stderr(&output));
        assert!(!place.databases.dir().join("dta").exists());
    }
    for (command, ready) in [("serve", "serving"), ("work", "working")] {
        let place = Place::on(TestDatabases::sqlite()).await;
        let running = Serving::start_until(place.environment.command(&place.databases, &[command]), ready);
        assert!(place.databases.dir().join("data/kept.db").exists(), "{command}");
        assert!(running.stop().status.success(), "{command}");
    }
    assert_eq!(code(&place.run(&["migrate"])), 0);
    assert_eq!(code(&place.run(&["migrate"])), 0, "again changes nothing");
    assert_eq!(code(&place.run(&["tenants", "list"])), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_and_work_end_in_their_own_time_when_asked_to() {
    let place = Place::new().await;
    let migrated: Value = serde_json::from_slice(&place.run(&["migrate", "--json"]).stdout).unwrap();
    assert_eq!(migrated["migrated"], true);
    assert!(migrated["main"].is_string() && migrated["keyring"].is_string());
    for (command, ready) in [("work", "working"), ("serve", "serving")] {
        for signal in ["TERM", "INT"] {
            let command = place.environment.command(&place.databases, &[command]);
            let stopped = Serving::start_until(command, ready).stop_with(signal);
            assert_eq!(stopped.status.code(), Some(0), "{ready} {signal}: {}", stopped.stderr);
            // Threads of the server may have a word after it.
            assert!(stopped.stderr.contains("\"message\":\"stopped\""), "{}", stopped.stderr);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rekey_moves_the_keyring_and_the_former_key_opens_nothing_any_more() {
    let place = Place::new().await;
    let (old, new) =
        ("b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=", "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU=");
    let before = place.with("KEPT_MASTER_KEY", old);
    assert_eq!(code(&before.run(&["migrate"])), 0);
    let serving = before.serve();
    place.sandbox.set_app_url(&serving.url);
    let site = place.sandbox.site("jira");
    assert_eq!(site.install().await.status, 204);
    serving.stop();

    let unknown = before.with("KEPT_MASTER_KEY", new).run(&["rekey"]);
    assert_eq!(
        (code(&unknown), stdout(&unknown).as_str()),
        (1, ""),
        "without the former key nothing can be moved"
    );
    let moving = before.with("KEPT_MASTER_KEY", new).with("KEPT_MASTER_KEY_PREVIOUS", old);
    let moved: Value = serde_json::from_slice(&moving.run(&["rekey", "--json"]).stdout).unwrap();
    assert_eq!(moved["moved"], 6, "look-up, vendor, signing, links, data and secret key");
    let again: Value = serde_json::from_slice(&moving.run(&["rekey", "--json"]).stdout).unwrap();
    assert_eq!((&again["moved"], &again["masterKeyId"]), (&json!(0), &moved["masterKeyId"]));

    let after = place.with("KEPT_MASTER_KEY", new);
    let serving = after.serve();
    place.sandbox.set_app_url(&serving.url);
    let call = kept::sandbox::Call {
        method: "GET".to_owned(),
        path: "/api/v1/session".to_owned(),
        token: Some(site.context_token(None)),
        ..kept::sandbox::Call::default()
    };
    assert_eq!(site.send(&call).await.status, 200, "sealed before, opened after");
    serving.stop();
    for arguments in [["serve"].as_slice(), &["work"], &["tenants", "list"], &["jobs", "run"]] {
        let refused = before.run(arguments);
        assert_eq!(code(&refused), 1, "{arguments:?}");
        let reason = "the keyring was wrapped with another master key than KEPT_MASTER_KEY";
        assert!(stderr(&refused).contains(reason), "{arguments:?}: {}", stderr(&refused));
    }
}
