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

/// What a file names of other modules, each by its whole path, and on which line: whatever is imported, alone or in a group, and
/// whatever stands in the code with its path. Modules of its own do not count.
pub fn names(source: &Source) -> Vec<(usize, String)> {
    let here = module_path(&source.path);
    let (mut found, mut lines) = (Vec::new(), source.lines.iter());
    while let Some((number, line)) = lines.next() {
        let text = line.trim();
        let import =
            text.split("use ").next().is_some_and(|before| before.is_empty() || before.starts_with("pub"));
        if text.starts_with("mod ") || text.starts_with("pub mod ") {
            continue;
        }
        if !import || !text.contains("use ") {
            found.extend(paths_in(text).map(|path| (*number, absolute(&here, &path))));
            continue;
        }
        let mut whole = text.split_once("use ").unwrap().1.to_owned();
        while !whole.contains(';') {
            whole.push_str(&lines.next().expect("an import ends").1);
        }
        let whole = whole.split(';').next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        found.extend(expanded(&whole).iter().map(|path| (*number, absolute(&here, path))));
    }
    found
}

/// What others find here that is another module's: the names of `pub use`.
pub fn reexports(source: &Source) -> Vec<(String, String)> {
    let here = module_path(&source.path);
    let text: String = source.lines.iter().map(|(_, line)| format!("{} ", line.trim())).collect();
    let uses = text.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let named = uses.flat_map(expanded).map(|path| {
        let name = path.rsplit([':', ' ']).next().unwrap().to_owned();
        (format!("{here}::{name}"), absolute(&here, &path))
    });
    named.collect()
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d` and `a::c::e`.
pub fn expanded(text: &str) -> Vec<String> {
    let Some((head, rest)) = text.split_once('{') else {
        let path = text.trim();
        return (!path.is_empty()).then(|| path.trim_end_matches("::self").to_owned()).into_iter().collect();
    };
    let (mut depth, mut part, mut parts) = (1, String::new(), Vec::new());
    for letter in rest.chars() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        if depth == 0 || (depth == 1 && letter == ',') {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(letter);
        }
        if depth == 0 {
            break;
        }
    }
    let whole = |part: &String| {
        if part.trim().is_empty() { Vec::new() } else { expanded(&format!("{}{}", head.trim(), part.trim())) }
    };
    parts.iter().flat_map(whole).collect()
}

fn module_path(path: &str) -> String {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
    if path == "lib" || path == "main" { "crate".to_owned() } else { format!("crate::{path}") }
}

/// A path as it is seen from the root; one that begins with a name is a module of this one, or another crate.
fn absolute(here: &str, path: &str) -> String {
    if path.starts_with("crate::") || path == "crate" {
        return path.to_owned();
    }
    let (mut at, mut rest) = (here, path.strip_prefix("self::").unwrap_or(path));
    while let Some(above) = rest.strip_prefix("super::") {
        (at, rest) = (at.rsplit_once("::").map_or("crate", |(at, _)| at), above);
    }
    format!("{at}::{rest}")
}

/// Paths in a line of code.
fn paths_in(line: &str) -> impl Iterator<Item = String> {
    let words = line.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | ':'));
    words.map(|word| word.trim_matches(':').to_owned()).filter(|word| !word.is_empty())
}
