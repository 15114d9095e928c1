//! The newest lines of the application stream, for whoever looks into a problem of one tenant.

use std::fs::File;
use std::io::{ErrorKind, Read, Result, Seek, SeekFrom};
use std::path::Path;

use super::day::Day;
use super::retention::Stream;
use crate::clock::Timestamp;

/// How much of one day's file is read: its end.
const READ_MAX: u64 = 8 * 1024 * 1024;

/// Lines of these last days for which `is_wanted`, newest first, up to `limit`. A day without a file has no lines.
pub fn newest_lines(
    log_dir: &Path,
    now: Timestamp,
    days: u32,
    limit: usize,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for day in Day::of(now).back(days) {
        let text = end_of(&log_dir.join(format!("{}-{day}.log", Stream::App.as_str())))?;
        let text = String::from_utf8_lossy(&text);
        let wanted = text.lines().rev().filter(|line| is_wanted(line)).map(str::to_owned);
        found.extend(wanted.take(limit.saturating_sub(found.len())));
    }
    Ok(found)
}

fn end_of(path: &Path) -> Result<Vec<u8>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        opened => opened?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(READ_MAX)))?;
    let mut text = Vec::new();
    file.take(READ_MAX).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_wanted_lines_of_some_days_come_first() {
        let dir = tempfile::tempdir().unwrap();
        for (day, lines) in
            [("2028-02-28", "a 1\nb 2\n"), ("2028-02-29", "a 3\n"), ("2028-03-01", "a 4\nb 5\na 6\n")]
        {
            std::fs::write(dir.path().join(format!("app-{day}.log")), lines).unwrap();
        }
        let now = "2028-03-01T12:00:00Z".parse().unwrap();
        let lines =
            |days, limit| newest_lines(dir.path(), now, days, limit, |line| line.starts_with('a')).unwrap();
        assert_eq!(lines(2, 9), ["a 6", "a 4", "a 3"]);
        assert_eq!(lines(9, 2), ["a 6", "a 4"]);
        assert!(newest_lines(&dir.path().join("none"), now, 3, 9, |_| true).unwrap().is_empty());
    }
}
