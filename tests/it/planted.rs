//! Every proof is put to the test itself: with a fault planted into its service, it must turn red.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use futures_util::stream::{self, StreamExt};

use crate::support::databases::postgres_server;
use crate::support::fault::{self, PLANTED, VARIABLE};

/// Tests that run at once, each in a process of its own.
const AT_ONCE: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_fault_turns_the_proof_of_its_promise_red() {
    // Faults are planted into SQLite, whatever engine the other tests run on; once is enough.
    if postgres_server().is_some() {
        return;
    }
    let proofs = fault::on_disk().proofs;
    // Promises that one test proves may share a fault of it.
    let runs: BTreeSet<(String, String)> =
        proofs.iter().map(|proof| (proof.tests[0].clone(), proof.fault.clone())).collect();
    let runs: BTreeMap<(String, String), Outcome> = stream::iter(runs)
        .map(|(test, fault)| async move {
            let run = (test.clone(), fault.clone());
            let outcome = tokio::task::spawn_blocking(move || plant(&test, &fault)).await.unwrap();
            (run, outcome)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/planted-faults.txt");
    let mut file = std::fs::File::create(path).unwrap();
    let mut unnoticed = Vec::new();
    for proof in &proofs {
        let outcome = runs[&(proof.tests[0].clone(), proof.fault.clone())];
        let is_red = outcome == Outcome::Red;
        writeln!(file, "planted {} {}", if is_red { "red" } else { "unnoticed" }, proof.promise).unwrap();
        if !is_red {
            unnoticed.push((outcome, proof));
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

/// A proof by a test that is not there would never be counted, and nobody would see why.
#[test]
fn every_test_that_proves_something_is_there() {
    let output = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let listed: BTreeSet<&str> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let proofs = fault::on_disk().proofs;
    let named = proofs.iter().flat_map(|proof| &proof.tests);
    let lost: Vec<_> = named.filter(|test| !listed.contains(test.as_str())).collect();
    assert!(lost.is_empty(), "policies/proofs.toml: no such tests: {lost:#?}");
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Red,
    Unnoticed,
    /// The test never came to where the fault would be.
    NotPlanted,
}

/// Whether the test fails, as a test does and not because it could not run, with the fault really in it.
fn plant(test: &str, fault: &str) -> Outcome {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test]).env(VARIABLE, fault).stdin(Stdio::null());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("running 1 test"), "no test {test}:\n{said}");
    if !String::from_utf8_lossy(&output.stderr).contains(PLANTED) {
        return Outcome::NotPlanted;
    }
    if said.contains("test result: FAILED. 0 passed; 1 failed") { Outcome::Red } else { Outcome::Unnoticed }
}
