//! How lines of the access log get to their file.
//!
//! There is one line for each request, so this is made for that: a line costs no system call and wakes nobody.

use std::io::Result;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::access_line::AccessLine;
use super::daily_file::{DailyFile, LogFolder};
use super::day::Day;
use super::retention::Stream;

/// How long a line may be in memory only.
const INTERVAL: Duration = Duration::from_millis(100);
/// What waits for a disk that does not keep up. Further lines are lost: requests matter more.
const WAITING_MAX: usize = 8 * 1024 * 1024;

/// Lines on their way to the file. Cheap to clone.
#[derive(Clone)]
pub struct AccessLog {
    waiting: Arc<Mutex<Vec<Batch>>>,
    writer: Sender<Asked>,
}

/// Writes what waits, at intervals and when it is dropped.
pub struct AccessWriter {
    thread: Option<(Sender<Asked>, JoinHandle<()>)>,
}

/// Lines of one day.
struct Batch {
    day: Day,
    lines: Vec<u8>,
}

enum Asked {
    /// Write now, and say so.
    Flush(Sender<()>),
    End,
}

impl AccessLog {
    pub fn start(folder: LogFolder) -> Result<(Self, AccessWriter)> {
        let file = DailyFile::start(folder, Stream::Access)?;
        let (waiting, (writer, asked)) = (Arc::default(), channel());
        let log = Self { waiting, writer: writer.clone() };
        let waiting = log.waiting.clone();
        let thread = std::thread::Builder::new().name("access-log".to_owned());
        let thread = thread.spawn(move || write_until_ended(file, &waiting, &asked))?;
        Ok((log, AccessWriter { thread: Some((writer, thread)) }))
    }

    pub fn write(&self, line: &AccessLine) {
        let (day, text) = (Day::of(line.time), line.to_json());
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.iter().map(|batch| batch.lines.len()).sum::<usize>() + text.len() > WAITING_MAX {
            return;
        }
        match waiting.last_mut() {
            Some(last) if last.day == day => last.lines.extend_from_slice(&text),
            _ => waiting.push(Batch { day, lines: text }),
        }
    }

    /// Waits until every line of before is in its file.
    pub fn flush(&self) {
        let (done, written) = channel();
        // A writer that has ended wrote everything first.
        if self.writer.send(Asked::Flush(done)).is_ok() {
            let _ = written.recv();
        }
    }
}

impl Drop for AccessWriter {
    fn drop(&mut self) {
        if let Some((writer, thread)) = self.thread.take() {
            let _ = writer.send(Asked::End);
            let _ = thread.join();
        }
    }
}

fn write_until_ended(mut file: DailyFile, waiting: &Mutex<Vec<Batch>>, asked: &Receiver<Asked>) {
    let mut is_failing = false;
    loop {
        let asked = asked.recv_timeout(INTERVAL);
        let batches = std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if !batches.is_empty() {
            is_failing = report(write(&mut file, &batches), is_failing);
        }
        match asked {
            Ok(Asked::Flush(done)) => drop(done),
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Asked::End) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn write(file: &mut DailyFile, batches: &[Batch]) -> Result<()> {
    let written = batches.iter().map(|batch| file.append(batch.day, &batch.lines));
    let written = written.fold(Ok(()), Result::and);
    file.close();
    written
}

/// Says once that lines are lost, and not ten times a second. Returns whether they are.
fn report(written: Result<()>, was_failing: bool) -> bool {
    match &written {
        Err(error) if !was_failing => tracing::warn!(%error, "lines of the access log are lost"),
        Ok(()) if was_failing => tracing::warn!("the access log is written again"),
        _ => {}
    }
    written.is_err()
}

#[cfg(test)]
mod tests {
    use super::super::retention::Retention;
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn every_line_is_in_the_file_of_its_day_when_the_writer_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-11-22T23:59:59Z".parse().unwrap());
        let retention = Retention { access_keep_days: 2, app_keep_days: 2 };
        let folder = LogFolder { dir: dir.path().to_owned(), retention, clock: clock.clone() };
        let (log, writer) = AccessLog::start(folder).unwrap();
        for _ in 0..2 {
            (0..1_000).for_each(|_| log.write(&AccessLine { time: clock.now(), ..AccessLine::default() }));
            clock.advance(Duration::from_secs(1));
        }
        drop(writer);
        log.flush();
        for name in ["access-2026-11-22.log", "access-2026-11-23.log"] {
            assert_eq!(std::fs::read_to_string(dir.path().join(name)).unwrap().lines().count(), 1_000);
        }
    }
}
