//! `kept simulate`: a small crowd under the default policy, and every fault that can be planted.

use serde_json::Value;

use crate::support::place::{Place, code, stderr, stdout};

/// Enough lives that each fault meets some.
const CROWD: [&str; 7] = ["simulate", "--tenants", "30", "--years", "1", "--seed", "3"];

fn report(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_lives_keeps_every_number_of_the_policy() {
    let place = Place::new().await;
    let ran = place.run(&[&CROWD[..], &["--json"]].concat());
    let report = report(&stdout(&ran));
    assert_eq!((code(&ran), &report["violations"], &report["told"]), (0, &0.into(), &serde_json::json!([])));
    assert!(report["erasuresForetold"].as_u64().unwrap() > 5, "{report}");
    assert_eq!(report["receiptsVerified"], report["erasuresForetold"]);
    assert!(
        ["acts", "looks", "jobsRun", "rowsDeleted"].iter().all(|count| report[count].as_u64() > Some(20))
    );
    assert!(stderr(&ran).contains("100 %"), "it says how far it is");
    assert!(place.files().is_empty(), "its databases are removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_planted_fault_is_found_and_told_in_words() {
    let place = Place::new().await;
    for (fault, words) in [
        ("sweeper-skips-events", "is still stored"),
        ("no-notices", "did not go out"),
        ("no-receipts", "receipts"),
    ] {
        let ran = place.run(&[&CROWD[..], &["--plant", fault]].concat());
        assert_eq!(code(&ran), 1, "{fault}");
        assert!(stdout(&ran).contains(words), "{fault}: {}", stdout(&ran));
        assert!(stderr(&ran).contains("violations of the policy"), "{fault}: {}", stderr(&ran));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_simulated_is_said() {
    let place = Place::new().await;
    let missing = place.run(&["simulate", "--policy", "nowhere.toml"]);
    assert_eq!(code(&missing), 1);
    assert!(stderr(&missing).contains("nowhere.toml"), "{}", stderr(&missing));
    assert_eq!(code(&place.run(&["simulate", "--plant", "nonsense"])), 2);
    assert_eq!(code(&place.run(&["simulate", "--years", "-1"])), 2);
    assert!(place.files().is_empty());
}
