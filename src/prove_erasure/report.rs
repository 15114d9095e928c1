//! What the proof found.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Victim;
use super::copy::Tried;
use super::crowd::Acts;
use super::watch::Copies;

/// Places in clear that are told; more say the same.
const TOLD_MAX: usize = 20;

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub engine: &'static str,
    pub policy: String,
    /// Other tenants, which stay.
    pub tenants: usize,
    pub acts: Acts,
    pub erased: Vec<Erased>,
    pub scans: Vec<Scan>,
    pub traces: Vec<Trace>,
    pub copy: CopyReport,
    /// Where texts were found that had been planted in clear, to see that they are.
    pub controls: Vec<String>,
    /// Why nothing is proven. Empty when everything is.
    pub faults: Vec<String>,
    pub seconds: f64,
}

/// A tenant that was erased.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Erased {
    pub how: &'static str,
    pub tenant_hash: String,
    /// Sealed values and wrapped keys that were looked for.
    pub values: usize,
    pub receipt_verified: bool,
}

/// A search for texts in clear, in every file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    pub moment: String,
    pub files: usize,
    pub bytes: u64,
    /// Places where one stands.
    pub in_clear: usize,
}

/// Copies of sealed bytes in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub tenant: &'static str,
    pub class: &'static str,
    pub value: String,
    pub file: String,
    pub before: usize,
    pub after: usize,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyReport {
    pub about: &'static str,
    pub keys_tried: usize,
    pub values_tried: usize,
    pub opened: Vec<String>,
    pub others_tried: usize,
    pub others_opened: usize,
}

impl Report {
    pub fn fault(&mut self, fault: impl Into<String>) {
        let fault = fault.into();
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub fn scanned(&mut self, scan: Scan, places: &[String]) {
        for place in places.iter().take(TOLD_MAX) {
            self.fault(format!("{}: in clear {place}", scan.moment));
        }
        self.scans.push(scan);
    }

    /// What each file held before, beside what it holds after.
    pub fn traced(&mut self, victims: &[Victim], before: &Copies, after: &Copies) {
        let mut all: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        before.iter().for_each(|(key, count)| all.entry(key).or_default().0 = *count);
        after.iter().for_each(|(key, count)| all.entry(key).or_default().1 = *count);
        for (found, (before, after)) in all {
            let tenant = victims.get(found.victim).map_or("", |victim| victim.how);
            let (value, file) = (found.value.clone(), found.file.clone());
            self.traces.push(Trace { tenant, class: found.class, value, file, before, after });
        }
        // PostgreSQL overwrites the space of dead rows when it needs it; what is left of them is told, and is noise.
        if self.engine == "sqlite" {
            let left: Vec<Trace> = self.traces.iter().filter(|trace| trace.after > 0).cloned().collect();
            for trace in left {
                let Trace { tenant, value, file, after, .. } = trace;
                self.fault(format!("{value} of the tenant that {tenant}: {after} copies are left in {file}"));
            }
        }
    }

    pub fn tried(&mut self, tried: Tried) {
        for name in &tried.opened {
            self.fault(format!("the copy from before: {name} still opens"));
        }
        if tried.controls == 0 || tried.controls_opened < tried.controls {
            let Tried { controls, controls_opened, .. } = tried;
            self.fault(format!(
                "the copy from before: of {controls} values of tenants that stay {controls_opened} open, so that trying keys proves nothing"
            ));
        }
        self.copy = CopyReport {
            about: self.copy.about,
            keys_tried: tried.keys,
            values_tried: tried.values,
            opened: tried.opened,
            others_tried: tried.controls,
            others_opened: tried.controls_opened,
        };
    }
}
