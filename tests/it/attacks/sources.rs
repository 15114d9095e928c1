//! What no request can show: how the code compares.

use std::path::{Path, PathBuf};

/// Words of values that an attacker guesses. Compared with `==`, the time of the answer would tell how far a guess was
/// right.
const GUESSED: [&str; 5] = ["qsh", "signature", "secret", "mac", "hash"];
/// A public word; there is nothing to guess.
const PUBLIC: &str = "CONTEXT_QSH";

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The code without its tests, one statement's parts joined, so that a comparison on its own line has both its sides.
fn code_of(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
    lines.collect::<Vec<_>>().join(" ")
}

/// Comparisons in `code` that have a guessed value on either side.
fn suspicious(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for operator in ["==", "!=", ".eq(", ".ne(", ".cmp(", ".starts_with("] {
        for (at, _) in code.match_indices(operator) {
            let (left, right) = (code[..at].trim_end(), code[at + operator.len()..].trim_start());
            let left = left.rsplit([' ', '{', ';', ',']).next().unwrap_or_default();
            let right = right.split([' ', '{', ';', ',', ')']).next().unwrap_or_default();
            let sides = format!("{left} {operator} {right}");
            if !sides.contains(PUBLIC) && names_guessed(&sides) {
                found.push(sides);
            }
        }
    }
    found
}

fn names_guessed(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| GUESSED.contains(&word))
}

#[test]
fn row_22_no_hash_or_signature_is_compared_in_a_time_that_tells() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files: Vec<PathBuf> =
        ["connect", "auth"].iter().flat_map(|folder| sources(&root.join(folder))).collect();
    assert!(files.len() > 10);
    for path in files {
        let code = code_of(&path);
        let found = suspicious(&code);
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
    let comparing = code_of(&root.join("connect/qsh.rs"));
    assert!(comparing.contains("constant_time::verify_slices_are_equal"));
}

#[test]
fn row_22_the_check_of_comparisons_sees_what_it_looks_for() {
    for bad in [
        "if claims.qsh == expected { return Ok(()); }",
        "let same = token.signature != computed;",
        "if shared_secret.eq(&given) {}",
        "if own_qsh.as_str() == claim {}",
        "hash.starts_with(claim);",
    ] {
        assert!(!suspicious(bad).is_empty(), "{bad}");
    }
    assert!(suspicious("if claims.qsh == CONTEXT_QSH {} if name == other {}").is_empty());
}
