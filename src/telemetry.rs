//! Logs: the application stream on standard error and in `app.log`, the access stream in `access.log`.
//!
//! Tokens, secrets, queries and signed paths never reach a log, and a tenant is named by our own id alone (decision 20;
//! docs/LOGGING.md).

use std::fs::{DirBuilder, OpenOptions};
use std::io::{BufWriter, IsTerminal};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_subscriber::filter::{EnvFilter, FilterExt, FilterFn, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::clock::Clock;
use crate::config::{LogFormat, SettingError, Settings};

const ACCESS: &str = "kept::access";

/// Keeps the log's writers alive; dropping it writes what is still in memory.
pub struct Telemetry {
    _writers: Vec<WorkerGuard>,
}

/// Starts logging for a service that runs for long: to standard error and to files.
pub fn start_service(settings: &Settings) -> Result<Telemetry, SettingError> {
    let (app, app_guard) = file(settings, "app.log")?;
    let (access, access_guard) = file(settings, "access.log")?;
    let clock = ClockTime(settings.clock.clone());
    let app_file = fmt::layer()
        .json()
        .with_timer(clock.clone())
        .with_writer(app)
        .with_filter(filter(settings)?.and(coarse_libraries()));
    let access_file = fmt::layer()
        .event_format(AccessLine(clock))
        .with_writer(access)
        .with_filter(Targets::new().with_target(ACCESS, LevelFilter::INFO));
    tracing_subscriber::registry().with(app_file).with(access_file).with(console(settings)?).init();
    Ok(Telemetry { _writers: vec![app_guard, access_guard] })
}

/// Starts logging for a command: warnings on standard error, nothing in files.
pub fn start_command() {
    let warnings = fmt::layer()
        .without_time()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    tracing_subscriber::registry().with(warnings.with_filter(LevelFilter::WARN)).init();
}

type Boxed<S> = Box<dyn Layer<S> + Send + Sync>;

fn console<S>(settings: &Settings) -> Result<Boxed<S>, SettingError>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let layer = fmt::layer().with_timer(ClockTime(settings.clock.clone())).with_writer(std::io::stderr);
    let layer = layer.with_ansi(std::io::stderr().is_terminal());
    let filter = filter(settings)?.and(coarse_libraries());
    Ok(match settings.log_format {
        LogFormat::Pretty => layer.with_filter(filter).boxed(),
        LogFormat::Json => layer.json().with_filter(filter).boxed(),
    })
}

/// The access stream stays out of the application stream: each has its own retention.
fn filter(settings: &Settings) -> Result<EnvFilter, SettingError> {
    let directives = format!("{},{ACCESS}=off", settings.log_filter);
    EnvFilter::try_new(directives)
        .map_err(|_| SettingError::new("KEPT_LOG", "expected a filter such as info or kept=debug,warn"))
}

/// Libraries tell of their work in detail below `info`, and a detail of an HTTP client is the customer's host. Whatever
/// `KEPT_LOG` says, they are not heard there.
fn coarse_libraries() -> FilterFn {
    fn is_heard(line: &Metadata<'_>) -> bool {
        line.target().starts_with("kept") || *line.level() <= Level::INFO
    }
    FilterFn::new(is_heard as fn(&Metadata<'_>) -> bool).with_max_level_hint(LevelFilter::TRACE)
}

fn file(settings: &Settings, name: &str) -> Result<(NonBlocking, WorkerGuard), SettingError> {
    let unusable = |error: std::io::Error| {
        SettingError::new(
            "KEPT_LOG_DIR",
            format!("cannot write {name} in {}: {error}", settings.log_dir.display()),
        )
    };
    DirBuilder::new().recursive(true).mode(0o700).create(&settings.log_dir).map_err(unusable)?;
    let path = settings.log_dir.join(name);
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(unusable)?;
    // The writer flushes whenever nothing waits for it: a line is in the file at once, and many lines are one write.
    Ok(tracing_appender::non_blocking(BufWriter::new(file)))
}

/// Log times come from the same clock as everything else.
#[derive(Clone)]
struct ClockTime(Clock);

impl FormatTime for ClockTime {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0.now())
    }
}

/// A line of the access log, in the shape of the other stream's JSON. There is one for each request, so it is written
/// straight away: the general formatter builds maps, and takes several times as long.
struct AccessLine(ClockTime);

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
