//! One table: each row with its floor from the same run.

use std::time::Duration;

use serde::Serialize;

use super::load::Measured;
use crate::cli::output;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    tenants: u32,
    connections: u16,
    seconds: u64,
    install_seconds: f64,
    warm_up_seconds: f64,
    server_memory_mib: u64,
    rows: Vec<Row>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    what: String,
    per_second: f64,
    /// Processor time of the process under test, for each request.
    cpu_us: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor_cpu_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Row {
    pub fn of(what: &str, (measured, cpu): &(Measured, Duration)) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
        let done = measured.done.max(1) as f64;
        let percentile =
            |percent| (measured.latency.total() > 0).then(|| measured.latency.percentile(percent));
        Self {
            what: what.to_owned(),
            per_second: done / measured.wall.as_secs_f64(),
            cpu_us: cpu.as_secs_f64() * 1e6 / done,
            p50_us: percentile(50),
            p99_us: percentile(99),
            floor_cpu_us: None,
            ratio: None,
            note: None,
        }
    }

    /// Beside its floor: processor time in microseconds.
    #[must_use]
    pub fn above(mut self, floor: f64) -> Self {
        self.floor_cpu_us = Some(floor);
        self.ratio = (floor > 0.0).then(|| self.cpu_us / floor);
        self
    }

    #[must_use]
    pub fn noting(mut self, note: String) -> Self {
        self.note = Some(note);
        self
    }
}

impl Report {
    pub fn new(tenants: u32, connections: u16, seconds: u64) -> Self {
        let (install_seconds, warm_up_seconds, server_memory_mib) = (0.0, 0.0, 0);
        let rows = Vec::new();
        Self { tenants, connections, seconds, install_seconds, warm_up_seconds, server_memory_mib, rows }
    }

    pub fn installed(&mut self, took: Duration) {
        self.install_seconds = took.as_secs_f64();
    }

    pub fn warmed_up(&mut self, took: Duration) {
        self.warm_up_seconds = took.as_secs_f64();
    }

    pub fn memory(&mut self, mib: u64) {
        self.server_memory_mib = mib;
    }

    /// Adds a row and returns its processor time, for rows that it is the floor of.
    pub fn add(&mut self, row: Row) -> f64 {
        let cpu = row.cpu_us;
        self.rows.push(row);
        cpu
    }

    pub fn print(&self, as_json: bool) -> anyhow::Result<()> {
        if as_json {
            return output::json(self);
        }
        let Self { tenants, connections, seconds, .. } = self;
        output::line(&format!(
            "{tenants} tenants installed in {:.1} s, warmed up in {:.1} s; with all of them warm the service holds {} MiB.\n\
             {connections} connections, {seconds} s each row, times in microseconds. CPU is processor time of the process under\n\
             test alone, for each request; FLOOR is the same of a program that does the least that could be done.\n",
            self.install_seconds, self.warm_up_seconds, self.server_memory_mib,
        ))?;
        let cells: Vec<_> = self.rows.iter().map(cells).collect();
        output::table(["what", "per s", "cpu", "floor", "ratio", "p50", "p99", "note"], &cells)
    }
}

fn cells(row: &Row) -> [String; 8] {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        row.what.clone(),
        format!("{:.0}", row.per_second),
        format!("{:.1}", row.cpu_us),
        or_dash(row.floor_cpu_us.map(|floor| format!("{floor:.1}"))),
        or_dash(row.ratio.map(|ratio| format!("{ratio:.2}"))),
        or_dash(row.p50_us.map(|micros| micros.to_string())),
        or_dash(row.p99_us.map(|micros| micros.to_string())),
        row.note.clone().unwrap_or_default(),
    ]
}
