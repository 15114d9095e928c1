//! Logs: the application stream on standard error and in a file per day, the access stream in files of its own.
//!
//! Tokens, secrets, queries and signed paths never reach a log, and a tenant is named by our own id alone
//! (docs/LOGGING.md).

mod access_line;
mod access_log;
mod address;
mod agent;
mod daily_file;
mod day;
mod retention;
mod tail;

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{EnvFilter, FilterExt, FilterFn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::clock::Clock;
use crate::config::{LogFormat, SettingError, Settings};
pub use access_line::{AccessLine, Language, Referrer};
pub use access_log::{AccessLog, AccessWriter};
pub use address::{KeptBits, Route, ShortenedIp, client};
pub use agent::{Agent, Browser, System};
use daily_file::DailyFile;
pub use daily_file::LogFolder;
pub use day::Day;
pub use retention::{Retention, Stream, oldest_age, prune};
pub use tail::newest_lines;

/// Keeps the log's writer alive; dropping it writes what is still in memory.
pub struct Telemetry {
    _app: WorkerGuard,
}

/// Starts the application stream of a service that runs for long: to standard error and to files.
pub fn start_service(settings: &Settings, retention: Retention) -> Result<Telemetry, SettingError> {
    start(settings, retention, console(settings)?)
}

/// Starts the application stream of services that a command has for itself: to their files, and warnings are not told on
/// standard error, where the command says what came of it.
pub fn start_own(settings: &Settings, retention: Retention) -> Result<Telemetry, SettingError> {
    let errors = fmt::layer().without_time().with_target(false).with_writer(std::io::stderr);
    start(settings, retention, errors.with_filter(LevelFilter::ERROR).boxed())
}

fn start(
    settings: &Settings,
    retention: Retention,
    console: Boxed<Registry>,
) -> Result<Telemetry, SettingError> {
    let file = DailyFile::start(log_folder(settings, retention), Stream::App)
        .map_err(|error| unusable(settings, &error))?;
    let (app, app_guard) = tracing_appender::non_blocking(file);
    let app_file = fmt::layer()
        .json()
        .with_timer(ClockTime(settings.clock.clone()))
        .with_writer(app)
        .with_filter(filter(settings)?.and(coarse_libraries()));
    tracing_subscriber::registry().with(console).with(app_file).init();
    Ok(Telemetry { _app: app_guard })
}

/// Starts the access stream, which is no part of the other one: each has its own retention.
pub fn start_access(
    settings: &Settings,
    retention: Retention,
) -> Result<(AccessLog, AccessWriter), SettingError> {
    AccessLog::start(log_folder(settings, retention)).map_err(|error| unusable(settings, &error))
}

/// Starts logging for a command: warnings on standard error, nothing in files.
pub fn start_command() {
    start_quiet(LevelFilter::WARN);
}

/// For a command in which the service works for thousands of made-up customers: what it warns its operators of is not about
/// anybody real, and what counts stands in the command's report.
pub fn start_simulation() {
    start_quiet(LevelFilter::OFF);
}

fn start_quiet(level: LevelFilter) {
    let warnings = fmt::layer()
        .without_time()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    tracing_subscriber::registry().with(warnings.with_filter(level)).init();
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

fn filter(settings: &Settings) -> Result<EnvFilter, SettingError> {
    EnvFilter::try_new(&settings.log_filter)
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

fn log_folder(settings: &Settings, retention: Retention) -> LogFolder {
    LogFolder { dir: settings.log_dir.clone(), retention, clock: settings.clock.clone() }
}

fn unusable(settings: &Settings, error: &std::io::Error) -> SettingError {
    SettingError::new("KEPT_LOG_DIR", format!("cannot write in {}: {error}", settings.log_dir.display()))
}

/// Log times come from the same clock as everything else.
#[derive(Clone)]
struct ClockTime(Clock);

impl FormatTime for ClockTime {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0.now())
    }
}
