//! Logs: the application stream on standard error and in `app.log`, the access stream in `access.log`.
//!
//! Tokens, secrets, queries and signed paths never reach a log, and a tenant is named by our own id alone
//! (docs/LOGGING.md).

mod access;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::IsTerminal;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{EnvFilter, FilterExt, FilterFn, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::clock::Clock;
use crate::config::{LogFormat, SettingError, Settings};
use access::{AccessLine, AccessLog, AccessWriter};

const ACCESS: &str = "kept::access";

/// Keeps the log's writers alive; dropping it writes what is still in memory.
pub struct Telemetry {
    _app: WorkerGuard,
    _access: AccessWriter,
}

/// Starts logging for a service that runs for long: to standard error and to files.
pub fn start_service(settings: &Settings) -> Result<Telemetry, SettingError> {
    let (app, app_guard) = tracing_appender::non_blocking(file(settings, "app.log")?);
    let access = file(settings, "access.log")?;
    let (access, access_writer) = AccessLog::start(access)
        .map_err(|error| SettingError::new("KEPT_LOG_DIR", format!("cannot write access.log: {error}")))?;
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
    Ok(Telemetry { _app: app_guard, _access: access_writer })
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

fn file(settings: &Settings, name: &str) -> Result<File, SettingError> {
    let unusable = |error: std::io::Error| {
        SettingError::new(
            "KEPT_LOG_DIR",
            format!("cannot write {name} in {}: {error}", settings.log_dir.display()),
        )
    };
    DirBuilder::new().recursive(true).mode(0o700).create(&settings.log_dir).map_err(unusable)?;
    let path = settings.log_dir.join(name);
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(unusable)
}

/// Log times come from the same clock as everything else.
#[derive(Clone)]
struct ClockTime(Clock);

impl FormatTime for ClockTime {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0.now())
    }
}
