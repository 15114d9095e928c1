//! What the service counts, for those who operate it: [`Metrics`] is passed to whoever has something to count, and
//! [`Metrics::render`] shows it in the text form that Prometheus reads.
//!
//! Labels are words of ours (a route's template, a kind of job, a class of the policy) and never anything that a caller
//! or a customer gave us: a metric is kept for as long as somebody likes.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

/// What [`Metrics::render`] returns, as a `Content-Type`.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the classes of a request's duration, in seconds.
const DURATIONS: [f64; 12] = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The counters of one service. Cheap to clone; all clones count together.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Counted>);

type Value = Gauge<f64, AtomicU64>;

struct Counted {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    jobs: Family<Job, Counter>,
    dead_jobs: Value,
    sweep_lag: Family<Class, Value>,
    rows_swept: Family<Class, Counter>,
    oldest_log_line: Family<Stream, Value>,
    erasures: Family<Erasures, Gauge>,
    brake: Gauge,
    receipts: Counter,
    notices: Family<Notices, Counter>,
    processors: Family<Processors, Counter>,
    processors_silent: Value,
    downloads_overdue: Value,
    answers_overdue: Value,
    tickets: Family<State, Value>,
    jobs_due: Value,
    moves_stuck: Value,
    secrets_in_reports: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Class {
    class: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Stream {
    stream: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Erasures {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Processors {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Notices {
    outcome: &'static str,
}

impl Metrics {
    /// A request was answered. `route` is its template.
    pub fn request(&self, route: &str, status: u16, took: Duration) {
        let status = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.0.requests.get_or_create(&Request { route: route.to_owned(), status }).inc();
        self.0.durations.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// A problem report held a secret of its site, and was not made.
    pub fn secret_in_report(&self) {
        self.0.secrets_in_reports.inc();
    }

    /// A job ran, well or not. A job that is tried again counts each time.
    pub fn job(&self, kind: &'static str, is_well: bool) {
        let outcome = if is_well { "ran" } else { "failed" };
        self.0.jobs.get_or_create(&Job { kind, outcome }).inc();
    }

    /// How many jobs wait for an operator; `None` when the queue cannot be read.
    pub fn dead_jobs(&self, count: Option<u32>) {
        self.0.dead_jobs.set(count.map_or(f64::NAN, f64::from));
    }

    /// For how long the oldest due row or file of a class has been overdue; 0 when nothing is.
    pub fn sweep_lag(&self, class: &str, seconds: f64) {
        self.0.sweep_lag.get_or_create(&Class { class: class.to_owned() }).set(seconds);
    }

    /// Rows of a class went because their time was over.
    pub fn rows_swept(&self, class: &str, rows: u64) {
        self.0.rows_swept.get_or_create(&Class { class: class.to_owned() }).inc_by(rows);
    }

    /// The age that the oldest line of a log stream may have; `None` when the folder cannot be read.
    pub fn oldest_log_line(&self, stream: &'static str, age: Option<Duration>) {
        let seconds = age.map_or(f64::NAN, |age| age.as_secs_f64());
        self.0.oldest_log_line.get_or_create(&Stream { stream }).set(seconds);
    }

    /// How many erasures are under way, and how many were halted.
    pub fn erasures(&self, running: u32, halted: u32) {
        for (state, count) in [("running", running), ("halted", halted)] {
            self.0.erasures.get_or_create(&Erasures { state }).set(count.into());
        }
    }

    /// Whether erasures are held back, by an operator or by the guard of batches.
    pub fn brake(&self, is_engaged: bool) {
        self.0.brake.set(is_engaged.into());
    }

    pub fn receipt_issued(&self) {
        self.0.receipts.inc();
    }

    pub fn notice_sent(&self) {
        self.0.notices.get_or_create(&Notices { outcome: "sent" }).inc();
    }

    pub fn notice_undeliverable(&self) {
        self.0.notices.get_or_create(&Notices { outcome: "undeliverable" }).inc();
    }

    /// A processor was told of an erasure, for the first time or again.
    pub fn processor_told(&self) {
        self.0.processors.get_or_create(&Processors { outcome: "told" }).inc();
    }

    /// A processor has not confirmed an erasure in time.
    pub fn processor_silent(&self) {
        self.0.processors.get_or_create(&Processors { outcome: "silent" }).inc();
    }

    /// How many of them have still not; `None` when the database cannot be read.
    pub fn processors_silent(&self, count: Option<u32>) {
        self.0.processors_silent.set(count.map_or(f64::NAN, f64::from));
    }

    /// How many tickets of all installations are in this state; `None` when they cannot be counted.
    pub fn tickets(&self, state: &'static str, count: Option<u32>) {
        self.0.tickets.get_or_create(&State { state }).set(count.map_or(f64::NAN, f64::from));
    }

    /// How many jobs should have begun by now.
    pub fn jobs_due(&self, count: Option<u32>) {
        self.0.jobs_due.set(count.map_or(f64::NAN, f64::from));
    }

    /// How many reports should have got their first answer by now; `None` when the database cannot be read.
    pub fn answers_overdue(&self, count: Option<u32>) {
        self.0.answers_overdue.set(count.map_or(f64::NAN, f64::from));
    }

    /// How many downloads should be deleted by now; `None` when the database cannot be read.
    pub fn downloads_overdue(&self, count: Option<u32>) {
        self.0.downloads_overdue.set(count.map_or(f64::NAN, f64::from));
    }

    /// How many moves to other regions should be over by now; `None` when the database cannot be read.
    pub fn moves_stuck(&self, count: Option<u32>) {
        self.0.moves_stuck.set(count.map_or(f64::NAN, f64::from));
    }

    pub fn render(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.0.registry)?;
        Ok(out)
    }
}

impl Default for Counted {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("kept");
        let to = &mut registry;
        Self {
            requests: add(to, "requests", "Answered requests"),
            durations: add_durations(to),
            jobs: add(to, "jobs", "Attempts to run a job"),
            dead_jobs: add(to, "jobs_dead", "Jobs that wait for an operator"),
            sweep_lag: add(to, "sweep_lag_seconds", "How long the oldest due record has been overdue"),
            rows_swept: add(to, "rows_swept", "Rows that went because their time was over"),
            oldest_log_line: add(to, "log_oldest_line_age_seconds", "Age of the oldest log line at most"),
            erasures: add(to, "erasures", "Erasures under way, and halted ones"),
            brake: add(to, "brake_engaged", "Whether erasures are held back"),
            receipts: add(to, "receipts_issued", "Receipts of erasures"),
            notices: add(to, "notices", "Notices by mail"),
            processors: add(
                to,
                "processors",
                "Processors that were told of erasures, and alarms about silent ones",
            ),
            processors_silent: add(
                to,
                "processors_silent",
                "Processors that have not confirmed an erasure in time",
            ),
            downloads_overdue: add(
                to,
                "downloads_overdue",
                "Downloads of bundles by staff that should be deleted by now, and nobody says that they are",
            ),
            tickets: add(to, "tickets", "Tickets that are there, by their state"),
            jobs_due: add(to, "jobs_due", "Jobs whose time has come and that nobody has begun yet"),
            answers_overdue: add(
                to,
                "answers_overdue",
                "Problem reports whose first answer should have been given by now",
            ),
            moves_stuck: add(to, "moves_stuck", "Moves to other regions that should be over by now"),
            secrets_in_reports: add(
                to,
                "secrets_in_reports",
                "Problem reports that were not made because a secret of the site stood in them",
            ),
            registry,
        }
    }
}

fn add<M: Metric + Default + Clone>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

fn add_durations(registry: &mut Registry) -> Family<Route, Histogram, fn() -> Histogram> {
    let durations: Family<_, _, fn() -> Histogram> =
        Family::new_with_constructor(|| Histogram::new(DURATIONS));
    registry.register("request_duration_seconds", "Time until an answer began", durations.clone());
    durations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_counted_is_shown() {
        let metrics = Metrics::default();
        metrics.request("/assets/{file}", 200, Duration::from_millis(3));
        metrics.request("/assets/{file}", 404, Duration::from_secs(60));
        metrics.job("erase", true);
        metrics.job("erase", false);
        metrics.dead_jobs(Some(2));
        metrics.sweep_lag("operation", 12.5);
        metrics.rows_swept("operation", 500);
        metrics.oldest_log_line("access", Some(Duration::from_secs(90)));
        metrics.oldest_log_line("app", None);
        metrics.erasures(1, 3);
        metrics.clone().brake(true);
        metrics.receipt_issued();
        metrics.notice_sent();
        metrics.notice_undeliverable();
        metrics.processor_told();
        metrics.processor_silent();
        metrics.processors_silent(Some(1));
        metrics.downloads_overdue(Some(3));
        metrics.answers_overdue(Some(2));
        metrics.tickets("received", Some(7));
        metrics.jobs_due(Some(4));
        metrics.moves_stuck(Some(1));
        let text = metrics.render().unwrap();
        for line in [
            "kept_requests_total{route=\"/assets/{file}\",status=\"2xx\"} 1",
            "kept_requests_total{route=\"/assets/{file}\",status=\"4xx\"} 1",
            "kept_request_duration_seconds_bucket{le=\"0.0025\",route=\"/assets/{file}\"} 0",
            "kept_request_duration_seconds_bucket{le=\"0.005\",route=\"/assets/{file}\"} 1",
            "kept_request_duration_seconds_count{route=\"/assets/{file}\"} 2",
            "kept_jobs_total{kind=\"erase\",outcome=\"ran\"} 1",
            "kept_jobs_total{kind=\"erase\",outcome=\"failed\"} 1",
            "kept_jobs_dead 2.0",
            "kept_sweep_lag_seconds{class=\"operation\"} 12.5",
            "kept_rows_swept_total{class=\"operation\"} 500",
            "kept_log_oldest_line_age_seconds{stream=\"access\"} 90.0",
            "kept_log_oldest_line_age_seconds{stream=\"app\"} NaN",
            "kept_erasures{state=\"running\"} 1",
            "kept_erasures{state=\"halted\"} 3",
            "kept_brake_engaged 1",
            "kept_receipts_issued_total 1",
            "kept_notices_total{outcome=\"sent\"} 1",
            "kept_notices_total{outcome=\"undeliverable\"} 1",
            "kept_processors_total{outcome=\"told\"} 1",
            "kept_processors_total{outcome=\"silent\"} 1",
            "kept_processors_silent 1.0",
            "kept_downloads_overdue 3.0",
            "kept_answers_overdue 2.0",
            "kept_tickets{state=\"received\"} 7.0",
            "kept_jobs_due 4.0",
            "kept_moves_stuck 1.0",
            "kept_secrets_in_reports_total 0",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} is not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
