//! `kept policy prove`: promise by promise, what proves it and with which result, and what is still open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;

use super::output;
use crate::policy::promises::{self, Promise, Proofs};

/// A test proves something when it passed on each of them.
const ENGINES: [&str; 2] = ["sqlite", "postgres"];
/// Follows the commit where the checkout differs from it.
const CHANGED: &str = "+changes";

#[derive(Args)]
pub struct Prove {
    /// What `make test` wrote about its tests.
    #[arg(long, default_value = "target/test-results.txt")]
    results: PathBuf,
    /// Print a JSON array.
    #[arg(long)]
    json: bool,
}

/// One row of the table.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    promise: String,
    /// `proven`, `not proven` with the reason, or `open` with what is missing.
    result: String,
    tests: Vec<String>,
    /// The planted fault that turns it red.
    fault: Option<String>,
    #[serde(skip)]
    is_proven: bool,
    /// Whether a program can keep all of it.
    #[serde(skip)]
    is_enforceable: bool,
}

/// What the tests of one commit came to.
#[derive(Default)]
struct Results {
    commit: String,
    /// Results by engine and test.
    tests: BTreeMap<(String, String), String>,
    /// Promises whose planted fault turned their test red.
    red: BTreeSet<String>,
}

pub fn run(arguments: &Prove) -> anyhow::Result<()> {
    let proofs = promises::proofs().context("policies/proofs.toml")?;
    let results = read(&arguments.results)?;
    let at_hand = commit_at_hand()?;
    // What was not committed when the tests ran may be something else by now.
    let is_of_this_commit = results.commit == at_hand && !at_hand.ends_with(CHANGED);
    let shown: Vec<Promise> =
        promises::promises().into_iter().filter(|promise| promise.is_shown(&proofs)).collect();
    let row = |promise: &Promise| row(promise, &proofs, &results, is_of_this_commit);
    let mut rows: Vec<Row> = shown.iter().map(row).collect();
    // What is proven, what failed, what is open; within each as the statements have them.
    rows.sort_by_key(|row| (!row.is_proven, row.tests.is_empty()));
    if arguments.json {
        return output::json(&rows);
    }
    if !is_of_this_commit {
        output::note(&format!(
            "the results are of {}, and this is {at_hand}: commit what has changed, and run make test",
            results.commit
        ))?;
    }
    let cells = |row: &Row| {
        let tests = if row.tests.is_empty() { "-".to_owned() } else { row.tests.join(", ") };
        [row.promise.clone(), row.result.clone(), row.fault.clone().unwrap_or_else(|| "-".to_owned()), tests]
    };
    output::table(
        ["promise", "result", "planted fault", "proven by"],
        &rows.iter().map(cells).collect::<Vec<_>>(),
    )?;
    // Those that people keep in part stand in the table, and not in its sum.
    let enforceable = || rows.iter().filter(|row| row.is_enforceable);
    let proven = enforceable().filter(|row| row.is_proven).count();
    output::line(&format!("{proven}/{} proven", enforceable().count()))?;
    let is_red = |row: &&Row| !row.is_proven && row.fault.is_some();
    match rows.iter().filter(is_red).count() {
        red if is_of_this_commit && red > 0 => {
            bail!("{red} promises are not proven by what should prove them")
        }
        _ => Ok(()),
    }
}

fn row(promise: &Promise, proofs: &Proofs, results: &Results, is_of_this_commit: bool) -> Row {
    let (id, is_enforceable) = (promise.id.as_str(), promise.enforceable);
    let Some(proof) = proofs.proofs.iter().find(|proof| proof.promise == id) else {
        let open = proofs.open.iter().find(|open| open.promise == id);
        return Row {
            promise: id.to_owned(),
            result: open.map_or_else(|| "open".to_owned(), |open| format!("open: {}", open.missing)),
            tests: Vec::new(),
            fault: None,
            is_proven: false,
            is_enforceable,
        };
    };
    let failed = proof.tests.iter().find_map(|test| results.why_not(test));
    let fault = (!results.red.contains(id)).then(|| "its planted fault was not noticed".to_owned());
    let stale = (!is_of_this_commit).then(|| "results of another commit".to_owned());
    let why_not = stale.or(failed).or(fault);
    Row {
        promise: id.to_owned(),
        is_proven: why_not.is_none(),
        is_enforceable,
        result: why_not.map_or_else(|| "proven".to_owned(), |why| format!("not proven: {why}")),
        tests: proof.tests.clone(),
        fault: Some(proof.fault.clone()),
    }
}

impl Results {
    /// Why this test proves nothing; `None` when it passed on every engine that ran.
    fn why_not(&self, test: &str) -> Option<String> {
        ENGINES.iter().find_map(|engine| match self.tests.get(&((*engine).to_owned(), test.to_owned())) {
            Some(result) if result == "ok" => None,
            Some(result) => Some(format!("{test} {result} on {engine}")),
            None => Some(format!("{test} did not run on {engine}")),
        })
    }
}

/// Lines of the file: `commit HASH`, `ENGINE RESULT TEST`, `planted red PROMISE`.
fn read(path: &Path) -> anyhow::Result<Results> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {}; run make test", path.display()))?;
    let mut results = Results::default();
    for line in text.lines() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["commit", hash] => results.commit = (*hash).to_owned(),
            ["planted", "red", promise] => drop(results.red.insert((*promise).to_owned())),
            ["planted", ..] => {}
            [engine, result, test] => {
                results.tests.insert(((*engine).to_owned(), (*test).to_owned()), (*result).to_owned());
            }
            _ => bail!("{}: cannot read the line {line:?}", path.display()),
        }
    }
    Ok(results)
}

/// The commit of the working tree, with a mark when something in it is not committed.
fn commit_at_hand() -> anyhow::Result<String> {
    let git = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = Command::new("git")
            .args(arguments)
            .output()
            .context("git is needed to know the commit at hand")?;
        if !output.status.success() {
            bail!("this is no checkout: run it where the tests ran");
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let hash = git(&["rev-parse", "HEAD"])?;
    Ok(if git(&["status", "--porcelain"])?.is_empty() { hash } else { format!("{hash}{CHANGED}") })
}
