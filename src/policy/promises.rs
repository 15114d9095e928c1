//! The promises of the published statements, and what proves each: the rows of `docs/reference/promises.md` and of
//! `policies/proofs.toml`, both part of the program.

use std::collections::BTreeMap;

use serde::Deserialize;

const PROMISES: &str = include_str!("../../docs/reference/promises.md");
const PROOFS: &str = include_str!("../../policies/proofs.toml");

/// One promise, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    pub id: String,
    pub text: String,
    /// Whether a program can keep it by itself; others are partly or wholly for people to keep.
    pub enforceable: bool,
    /// Whether a backend can enforce its half of it; the rest is somebody's duty.
    pub partly: bool,
}

/// What proves a promise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub promise: String,
    /// Integration tests, by their whole names.
    pub tests: Vec<String>,
    /// A fault of [`Proofs::faults`] that turns the first of the tests red.
    pub fault: String,
}

/// A promise that nothing proves yet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    pub promise: String,
    /// What is not there, in one sentence.
    pub missing: String,
}

/// A fault that can be planted into the service of a test, from outside of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantedFault {
    pub about: String,
    /// Run on the main database (SQLite) of every service that the test starts.
    #[serde(default)]
    pub main_sql: Option<String>,
    /// The same on the keyring.
    #[serde(default)]
    pub keyring_sql: Option<String>,
    /// A text of the policy file, and what stands in its place.
    #[serde(default)]
    pub policy: Option<(String, String)>,
    /// The same in the data map that the tests compare the service with.
    #[serde(default)]
    pub data_map: Option<(String, String)>,
    /// A setting of the service, and another value of it.
    #[serde(default)]
    pub setting: Option<(String, String)>,
    /// A header, and what a proxy in front of the service makes of it in every answer.
    #[serde(default)]
    pub header: Option<(String, String)>,
    /// A header that such a proxy takes away from every request.
    #[serde(default)]
    pub lost_header: Option<String>,
    /// A text of the answers' bodies, and what a proxy in front of the service puts in its place.
    #[serde(default)]
    pub body: Option<(String, String)>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    #[serde(rename = "proof", default)]
    pub proofs: Vec<Proof>,
    #[serde(default)]
    pub open: Vec<Open>,
    #[serde(default)]
    pub faults: BTreeMap<String, PlantedFault>,
}

/// All promises, in the order of the table.
pub fn promises() -> Vec<Promise> {
    PROMISES.lines().filter_map(promise).collect()
}

/// A row of the table: id, sentence, category, number, mechanism, evidence, kind.
fn promise(line: &str) -> Option<Promise> {
    let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
    let (id, text, kind) = (cells.first()?, cells.get(1)?, cells.last()?);
    let (statement, number) = id.split_once('-')?;
    let is_id = statement.len() > 4 && statement.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_row = cells.len() >= 7 && is_id && number.bytes().all(|byte| byte.is_ascii_digit());
    is_row.then(|| Promise {
        id: (*id).to_owned(),
        text: (*text).to_owned(),
        enforceable: *kind == "E",
        partly: *kind == "P",
    })
}

impl Promise {
    /// Whether the table of proofs has a row for it: each that can be enforced, and those of the others whose half is proven.
    pub fn is_shown(&self, proofs: &Proofs) -> bool {
        self.enforceable || proofs.proofs.iter().any(|proof| proof.promise == self.id)
    }
}

/// The proofs of this program.
pub fn proofs() -> Result<Proofs, toml::de::Error> {
    parse(PROOFS)
}

/// Reads a file of proofs.
pub fn parse(text: &str) -> Result<Proofs, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_has_as_many_promises_as_it_says() {
        let all = promises();
        let enforceable = all.iter().filter(|promise| promise.enforceable).count();
        assert_eq!((all.len(), enforceable), (168, 125));
    }

    #[test]
    fn each_proof_is_of_a_promise_with_a_fault_that_is_explained_and_used() {
        let proofs = proofs().unwrap();
        let known: BTreeSet<String> = promises().into_iter().map(|promise| promise.id).collect();
        let mut used = BTreeSet::new();
        for proof in &proofs.proofs {
            assert!(known.contains(&proof.promise), "{}", proof.promise);
            assert!(!proof.tests.is_empty(), "{}", proof.promise);
            let (statement, number) = proof.promise.split_once('-').unwrap();
            let named = |test: &String| {
                test.contains(&statement.to_lowercase()) && test.contains(&format!("_{number}_"))
            };
            assert!(proof.tests.iter().any(named), "{}: no test bears its id", proof.promise);
            assert!(proofs.faults.contains_key(&proof.fault), "{}: no fault {}", proof.promise, proof.fault);
            used.insert(&proof.fault);
        }
        assert_eq!(used.len(), proofs.faults.len(), "a fault that nobody plants");
    }

    #[test]
    fn each_enforceable_promise_is_either_proven_or_said_to_be_open() {
        let proofs = proofs().unwrap();
        let said = proofs.proofs.iter().map(|proof| &proof.promise);
        let mut said: Vec<&String> = said.chain(proofs.open.iter().map(|open| &open.promise)).collect();
        said.sort();
        let promises = promises();
        let shown = promises.iter().filter(|promise| promise.is_shown(&proofs));
        assert!(shown.clone().all(|promise| promise.enforceable || promise.partly), "nobody can enforce it");
        let mut shown: Vec<&String> = shown.map(|promise| &promise.id).collect();
        shown.sort();
        assert_eq!(said, shown, "each of them once");
        for open in &proofs.open {
            assert!(open.missing.split_whitespace().count() > 3 && open.missing.ends_with('.'), "{open:?}");
        }
        assert!(proofs.faults.values().all(|fault| !fault.about.trim().is_empty()));
    }
}
