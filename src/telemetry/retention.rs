//! How long log files are kept: each stream by its own number of days, judged by the day in a file's name.
//!
//! A file holds a whole day, and goes as a whole. So that no line ever becomes older than the number, today's file is
//! kept and those of the days before it, one less than the number in all: the file goes at the midnight at which its
//! first line reaches that age.

use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::day::Day;
use crate::clock::Timestamp;

/// A kind of log, with a retention of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Access,
    App,
}

impl Stream {
    pub const ALL: [Self; 2] = [Self::Access, Self::App];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::App => "app",
        }
    }
}

/// How long each stream is kept, as the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    pub access_keep_days: u32,
    pub app_keep_days: u32,
}

impl Retention {
    fn is_over(&self, file: &LogFile, today: Day) -> bool {
        let keep_days = match file.stream {
            Stream::Access => self.access_keep_days,
            Stream::App => self.app_keep_days,
        };
        // What is written today is kept today, whatever the number.
        today.since(file.day) >= u64::from(keep_days.max(1))
    }
}

/// Removes the files whose time is over, and returns how many. One that cannot be removed does not keep the others; the
/// first such error is returned at the end.
pub fn prune(log_dir: &Path, now: Timestamp, retention: &Retention) -> Result<usize> {
    let (mut removed, mut failed) = (0, None);
    for file in log_files(log_dir)?.into_iter().filter(|file| retention.is_over(file, Day::of(now))) {
        match std::fs::remove_file(file.path) {
            Ok(()) => removed += 1,
            // Another process was first.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(removed), Err)
}

/// The age that the oldest line of a stream may have: since the midnight at which its oldest file began.
pub fn oldest_age(log_dir: &Path, now: Timestamp, stream: Stream) -> Result<Option<Duration>> {
    let days = log_files(log_dir)?.into_iter().filter(|file| file.stream == stream).map(|file| file.day);
    Ok(days.min().map(|day| now.since(day.start())))
}

struct LogFile {
    path: PathBuf,
    stream: Stream,
    day: Day,
}

/// Every file of a stream. What somebody else put into the folder is not ours to remove.
fn log_files(log_dir: &Path) -> Result<Vec<LogFile>> {
    let entries = match std::fs::read_dir(log_dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter_map(log_file).collect())
}

fn log_file(path: PathBuf) -> Option<LogFile> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".log")?;
    let stream = Stream::ALL.into_iter().find(|stream| stem.starts_with(stream.as_str()))?;
    let day = match stem.strip_prefix(stream.as_str())? {
        // Earlier versions wrote one file without a day, and nothing writes to it any more.
        "" => modified_on(&path)?,
        day => day.strip_prefix('-')?.parse().ok()?,
    };
    Some(LogFile { path, stream, day })
}

fn modified_on(path: &Path) -> Option<Day> {
    let modified = path.symlink_metadata().ok()?.modified().ok()?;
    Some(Day::of(Timestamp::default().plus(modified.duration_since(UNIX_EPOCH).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETENTION: Retention = Retention { access_keep_days: 3, app_keep_days: 5 };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(dir.path().join(name), "a line\n").unwrap();
        }
        dir
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn no_line_becomes_older_than_the_streams_own_number_of_days() {
        let dir = folder(&["access-2028-02-27.log", "access-2028-02-28.log", "app-2028-02-27.log"]);
        let prune = |now| prune(dir.path(), at(now), &RETENTION).unwrap();
        assert_eq!(prune("2028-02-29T23:59:59.999Z"), 0, "the oldest line is not quite three days old");
        let age = |now, stream| oldest_age(dir.path(), at(now), stream).unwrap();
        let three_days = Duration::from_secs(3 * 24 * 3_600);
        assert_eq!(age("2028-03-01T00:00:00Z", Stream::Access), Some(three_days));
        assert_eq!(prune("2028-03-01T00:00:00Z"), 1);
        assert_eq!(names(dir.path()), ["access-2028-02-28.log", "app-2028-02-27.log"]);
        assert_eq!(prune("2028-03-02T12:00:00Z"), 1, "the second file went at its midnight");
        assert_eq!(age("2028-03-02T12:00:00Z", Stream::Access), None);
        assert_eq!(prune("2028-03-02T23:59:59Z"), 0);
        assert_eq!(prune("2028-03-03T00:00:00Z"), 1, "the other stream has another number");
        assert_eq!(names(dir.path()), [""; 0]);
    }

    #[test]
    fn what_is_not_ours_and_what_lies_ahead_stays() {
        let dir = folder(&[
            "access-2020-01-01.log.gz",
            "access-.log",
            "accessories-2020-01-01.log",
            "app-2020.log",
            "app-2099-01-01.log",
        ]);
        assert_eq!(prune(dir.path(), at("2028-03-03T00:00:00Z"), &RETENTION).unwrap(), 0);
        assert_eq!(prune(&dir.path().join("missing"), at("2028-03-03T00:00:00Z"), &RETENTION).unwrap(), 0);
    }

    #[test]
    fn a_file_without_a_day_goes_by_the_time_of_its_last_line() {
        let dir = folder(&["access.log", "app.log"]);
        let written = at("2028-02-27T12:00:00Z");
        for name in ["access.log", "app.log"] {
            let file = std::fs::File::options().append(true).open(dir.path().join(name)).unwrap();
            let millis = u64::try_from(written.as_millis()).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_millis(millis)).unwrap();
        }
        assert_eq!(prune(dir.path(), at("2028-02-29T23:59:59Z"), &RETENTION).unwrap(), 0);
        assert_eq!(prune(dir.path(), at("2028-03-01T00:00:00Z"), &RETENTION).unwrap(), 1);
        assert_eq!(names(dir.path()), ["app.log"]);
    }

    #[test]
    fn a_file_that_cannot_be_removed_does_not_keep_the_others() {
        let dir = folder(&["access-2020-01-02.log"]);
        std::fs::create_dir_all(dir.path().join("access-2020-01-01.log/inner")).unwrap();
        assert!(prune(dir.path(), at("2028-03-03T00:00:00Z"), &RETENTION).is_err());
        assert_eq!(names(dir.path()), ["access-2020-01-01.log"]);
    }
}
