//! A log file per stream and day, by the service's own clock: a test that moves the clock moves the file too.
//!
//! A file is open only while lines are written to it. So a file that was removed, by this process or another one, is
//! really gone: no idle process holds its bytes. Several processes may write to one folder, since all of them append.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::day::Day;
use super::retention::{Retention, Stream, prune};
use crate::clock::Clock;

/// Where log files are, and how long they stay.
#[derive(Clone)]
pub struct LogFolder {
    pub dir: PathBuf,
    pub retention: Retention,
    pub clock: Clock,
}

/// Appends lines of one stream to the file of their day.
pub struct DailyFile {
    folder: LogFolder,
    stream: Stream,
    open: Option<(Day, File)>,
    /// The day of the newest line.
    newest: Day,
    /// The day of a write that failed, and may have left half a line behind.
    broken: Option<Day>,
}

impl DailyFile {
    /// Makes the folder and today's file, so that a place where nothing can be written stops the start.
    pub fn start(folder: LogFolder, stream: Stream) -> Result<Self> {
        let newest = Day::of(folder.clock.now());
        let mut file = Self { folder, stream, open: None, newest, broken: None };
        file.of(newest)?;
        file.close();
        Ok(file)
    }

    /// Writes whole lines of one day.
    pub fn append(&mut self, day: Day, lines: &[u8]) -> Result<()> {
        let broken = self.broken.replace(day);
        let written = self.of(day).and_then(|mut file| {
            if broken == Some(day) {
                // What comes next must not become part of half a line.
                file.write_all(b"\n")?;
            }
            file.write_all(lines)
        });
        if let Err(error) = written {
            self.close();
            return Err(error);
        }
        self.broken = None;
        self.begin(day);
        Ok(())
    }

    pub fn close(&mut self) {
        self.open = None;
    }

    /// The day of a line that does not say its own.
    pub fn today(&self) -> Day {
        Day::of(self.folder.clock.now())
    }

    fn of(&mut self, day: Day) -> Result<&File> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != day) {
            self.open = Some((day, self.open_file(day)?));
        }
        self.open.as_ref().map(|(_, file)| file).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn open_file(&self, day: Day) -> Result<File> {
        let open = |path: &Path| OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        let path = self.folder.dir.join(format!("{}-{day}.log", self.stream.as_str()));
        match open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(&self.folder.dir)?;
                open(&path)
            }
            opened => opened,
        }
    }

    /// The job that prunes runs in one process of a deployment. The folders of two machines are two, so each process
    /// prunes its own as well, with the first line of a new day.
    fn begin(&mut self, day: Day) {
        if day <= self.newest {
            return;
        }
        self.newest = day;
        if let Err(error) = prune(&self.folder.dir, self.folder.clock.now(), &self.folder.retention) {
            tracing::warn!(%error, "log files whose time is over cannot be removed");
        }
    }
}

/// The application stream: each call writes one line, whose own time says its day.
impl Write for DailyFile {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        let day = day_of(line).unwrap_or_else(|| self.today());
        self.append(day, line)?;
        Ok(line.len())
    }

    /// Comes when no more lines wait.
    fn flush(&mut self) -> Result<()> {
        self.close();
        Ok(())
    }
}

/// The day in a line of JSON that begins with its time. A line waits for its writer, and must not reach a younger file.
fn day_of(line: &[u8]) -> Option<Day> {
    let time = line.strip_prefix(b"{\"timestamp\":\"")?;
    std::str::from_utf8(time.get(.."2026-11-22".len())?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(now: &str) -> (tempfile::TempDir, LogFolder) {
        let dir = tempfile::tempdir().unwrap();
        let retention = Retention { access_keep_days: 3, app_keep_days: 2 };
        let clock = Clock::manual(now.parse().unwrap());
        let folder = LogFolder { dir: dir.path().join("logs"), retention, clock };
        (dir, folder)
    }

    fn text(folder: &LogFolder, name: &str) -> String {
        std::fs::read_to_string(folder.dir.join(name)).unwrap_or_default()
    }

    #[test]
    fn a_line_is_in_the_file_of_its_own_day() {
        let (_dir, folder) = place("2028-02-28T23:59:59Z");
        let mut file = DailyFile::start(folder.clone(), Stream::App).unwrap();
        let line = |time: &str| format!("{{\"timestamp\":\"{time}\",\"level\":\"INFO\"}}\n");
        let (before, after) = (line("2028-02-28T23:59:59.999Z"), line("2028-02-29T00:00:00Z"));
        folder.clock.set("2028-02-29T00:00:01Z".parse().unwrap());
        // It waited for the writer over midnight.
        file.write_all(before.as_bytes()).unwrap();
        file.write_all(after.as_bytes()).unwrap();
        file.write_all(b"no line of ours\n").unwrap();
        file.flush().unwrap();
        assert_eq!(text(&folder, "app-2028-02-28.log"), before);
        assert_eq!(text(&folder, "app-2028-02-29.log"), after + "no line of ours\n");
    }

    #[test]
    fn the_first_line_of_a_new_day_removes_what_is_over() {
        let (_dir, folder) = place("2028-02-28T12:00:00Z");
        let mut file = DailyFile::start(folder.clone(), Stream::App).unwrap();
        std::fs::write(folder.dir.join("access-2028-02-27.log"), "").unwrap();
        file.append("2028-02-28".parse().unwrap(), b"line\n").unwrap();
        assert!(folder.dir.join("access-2028-02-27.log").exists());
        folder.clock.set("2028-03-01T00:00:00Z".parse().unwrap());
        file.append("2028-03-01".parse().unwrap(), b"line\n").unwrap();
        for gone in ["access-2028-02-27.log", "app-2028-02-28.log"] {
            assert!(!folder.dir.join(gone).exists(), "{gone}");
        }
        assert_eq!(text(&folder, "app-2028-03-01.log"), "line\n");
    }

    #[test]
    fn a_folder_that_was_taken_away_is_made_again() {
        let (_dir, folder) = place("2028-02-28T12:00:00Z");
        let mut file = DailyFile::start(folder.clone(), Stream::Access).unwrap();
        std::fs::remove_dir_all(&folder.dir).unwrap();
        file.append(file.today(), b"line\n").unwrap();
        assert_eq!(text(&folder, "access-2028-02-28.log"), "line\n");
    }

    #[test]
    fn after_a_full_disk_the_next_line_begins_anew() {
        let (_dir, folder) = place("2028-02-28T12:00:00Z");
        let mut file = DailyFile::start(folder.clone(), Stream::App).unwrap();
        let (today, path) = (file.today(), folder.dir.join("app-2028-02-28.log"));
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        assert!(file.append(today, b"lost\n").is_err());
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "lo").unwrap();
        file.append(today, b"kept\n").unwrap();
        assert_eq!(text(&folder, "app-2028-02-28.log"), "lo\nkept\n");
    }
}
