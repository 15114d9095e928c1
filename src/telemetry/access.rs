//! The access log: how a line is written, and how lines get to the file.
//!
//! There is one line for each request, so both are made for that: a line costs no map and no system call, and wakes nobody.

use std::fs::File;
use std::io::{Result, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use super::ClockTime;

/// How long a line may be in memory only.
const INTERVAL: Duration = Duration::from_millis(100);
/// What waits for a disk that does not keep up. Further lines are lost: requests matter more.
const WAITING_MAX: usize = 8 * 1024 * 1024;

/// Lines on their way to the file. Cheap to clone.
#[derive(Clone, Default)]
pub struct AccessLog(Arc<Mutex<Vec<u8>>>);

/// Writes what waits, at intervals and when it is dropped.
pub struct AccessWriter {
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl AccessLog {
    pub fn start(mut file: File) -> Result<(Self, AccessWriter)> {
        let log = Self::default();
        let (waiting, (stop, stopped)) = (log.clone(), channel::<()>());
        let thread = std::thread::Builder::new().name("access-log".to_owned()).spawn(move || {
            let mut lines = Vec::new();
            loop {
                let last = !matches!(stopped.recv_timeout(INTERVAL), Err(RecvTimeoutError::Timeout));
                waiting.swap(&mut lines);
                if let Err(error) = file.write_all(&lines) {
                    tracing::warn!(%error, "lines of the access log were lost");
                }
                lines.clear();
                if last {
                    return;
                }
            }
        })?;
        Ok((log, AccessWriter { thread: Some((stop, thread)) }))
    }

    fn swap(&self, lines: &mut Vec<u8>) {
        std::mem::swap(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), lines);
    }
}

impl Drop for AccessWriter {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

impl Write for &AccessLog {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() + line.len() <= WAITING_MAX {
            waiting.extend_from_slice(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for AccessLog {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

/// A line in the shape of the other stream's JSON. The general formatter takes several times as long.
pub struct AccessLine(pub ClockTime);

impl<S, N> FormatEvent<S, N> for AccessLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        out.write_str("{\"timestamp\":\"")?;
        self.0.format_time(&mut out)?;
        out.write_str("\",\"fields\":{")?;
        let mut fields = AccessFields { out: &mut out, separator: "", written: Ok(()) };
        event.record(&mut fields);
        fields.written?;
        writeln!(out, "}},\"target\":\"{}\"}}", event.metadata().target())
    }
}

/// Writes members of a JSON object.
struct AccessFields<'a, 'w> {
    out: &'a mut Writer<'w>,
    separator: &'static str,
    written: std::fmt::Result,
}

impl AccessFields<'_, '_> {
    fn write(&mut self, field: &Field, value: std::fmt::Arguments<'_>) {
        let written = write!(self.out, "{}\"{}\":{value}", self.separator, field.name());
        self.written = self.written.and(written);
        self.separator = ",";
    }
}

impl Visit for AccessFields<'_, '_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, format_args!("{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let quoted = serde_json::to_string(value).unwrap_or_default();
        self.write(field, format_args!("{quoted}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_in_the_file_when_the_writer_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("access.log");
        let (log, writer) = AccessLog::start(File::create(&path).unwrap()).unwrap();
        (0..1_000).for_each(|line| writeln!(&log, "{line}").unwrap());
        drop(writer);
        assert_eq!(std::fs::read_to_string(path).unwrap().lines().count(), 1_000);
    }
}
