//! Every proof is put to the test itself: with a fault planted into its service, it must turn red.

use std::io::Write;
use std::process::{Command, Stdio};

use futures_util::stream::{self, StreamExt};
use kept::policy::promises::Proof;

use crate::support::databases::postgres_server;
use crate::support::fault::{self, VARIABLE};

/// Tests that run at once, each in a process of its own.
const AT_ONCE: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_fault_turns_the_proof_of_its_promise_red() {
    // Faults are planted into SQLite, whatever engine the other tests run on; once is enough.
    if postgres_server().is_some() {
        return;
    }
    let proofs = fault::on_disk().proofs;
    let results: Vec<(Proof, bool)> = stream::iter(proofs)
        .map(|proof| async move {
            let (test, fault) = (proof.tests[0].clone(), proof.fault.clone());
            let red = tokio::task::spawn_blocking(move || is_red(&test, &fault)).await.unwrap();
            (proof, red)
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/planted-faults.txt");
    let mut file = std::fs::File::create(path).unwrap();
    for (proof, red) in &results {
        writeln!(file, "planted {} {}", if *red { "red" } else { "unnoticed" }, proof.promise).unwrap();
    }
    let unnoticed: Vec<_> = results.iter().filter(|(_, red)| !red).map(|(proof, _)| proof).collect();
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

/// Whether the test fails, as a test does and not because it could not run.
fn is_red(test: &str, fault: &str) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test]).env(VARIABLE, fault).stdin(Stdio::null());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("running 1 test"), "no test {test}:\n{said}");
    said.contains("test result: FAILED. 0 passed; 1 failed")
}
