//! The source of the service, as text to look at.

use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// One source file without its comments and its unit tests.
pub struct Source {
    /// Relative to `src/`.
    pub path: String,
    /// Each line with its number.
    pub lines: Vec<(usize, String)>,
}

impl Source {
    pub fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }

    /// Where a line that `is_bad` stands.
    pub fn where_is(&self, is_bad: impl Fn(&str) -> bool) -> Vec<String> {
        let bad = self.lines.iter().filter(|(_, line)| is_bad(line));
        bad.map(|(number, line)| format!("src/{}:{number}: {}", self.path, line.trim())).collect()
    }
}

/// The service's own code. The sandbox plays the other side and the benchmark measures both; they have rules of their own.
pub fn sources() -> Vec<Source> {
    let src = Path::new(ROOT).join("src");
    let is_own = |path: &Path| {
        let path = path.strip_prefix(&src).unwrap();
        !path.starts_with("sandbox")
            && !path.starts_with("bench")
            && path != Path::new("bin/sandbox.rs")
            && !path.ends_with("tests.rs")
    };
    let sources: Vec<Source> = files("src", "rs")
        .into_iter()
        .filter(|path| is_own(path))
        .map(|path| Source {
            lines: code(&std::fs::read_to_string(&path).unwrap()),
            path: path.strip_prefix(&src).unwrap().display().to_string(),
        })
        .collect();
    assert!(sources.len() > 50, "the sources are there");
    sources
}

/// A file of the repository.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// All files under a folder of the repository that end like this, in order.
pub fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![Path::new(ROOT).join(folder)]);
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let (inner, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        folders.extend(inner);
        found.extend(files.into_iter().filter(|path| path.extension().is_some_and(|end| end == extension)));
    }
    found.sort();
    found
}

/// Without comments, and without the unit tests, which stand at the end of a file.
fn code(text: &str) -> Vec<(usize, String)> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let without_comment = |line: &str| line.split(" //").next().unwrap_or_default().to_owned();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number, without_comment(line)))
        .collect()
}
