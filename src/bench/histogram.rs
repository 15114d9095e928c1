//! Latencies, counted in classes of at most 3 % width: bounded memory, however many requests there are.

use std::time::Duration;

/// Each power of two is divided into this many classes.
const CLASSES_PER_DOUBLING: u64 = 32;
const CLASSES: usize = 40 * CLASSES_PER_DOUBLING as usize;

#[derive(Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; CLASSES], total: 0 }
    }
}

impl Histogram {
    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(class_of(micros)) {
            *count += 1;
        }
        self.total += 1;
    }

    pub fn add(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, count)| *sum += count);
        self.total += other.total;
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    /// The latency that this many percent of the requests did not exceed, in microseconds.
    pub fn percentile(&self, percent: u64) -> u64 {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let class = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        class.map_or(0, upper_end)
    }
}

/// Below the first doubling each microsecond is a class of its own.
fn class_of(micros: u64) -> usize {
    let doubling = u64::from(micros.max(1).ilog2().saturating_sub(CLASSES_PER_DOUBLING.ilog2()));
    let class = doubling * CLASSES_PER_DOUBLING + (micros >> doubling);
    usize::try_from(class).unwrap_or(usize::MAX).min(CLASSES - 1)
}

fn upper_end(class: usize) -> u64 {
    let class = class as u64;
    let doubling = (class / CLASSES_PER_DOUBLING).saturating_sub(1);
    (((class - doubling * CLASSES_PER_DOUBLING) + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_at_most_three_percent_too_high() {
        let mut histogram = Histogram::default();
        (1..=100_000).for_each(|micros| histogram.record(Duration::from_micros(micros)));
        for percent in [1, 50, 90, 99, 100] {
            let (exact, found) = (percent * 1_000, histogram.percentile(percent));
            assert!((exact..=exact + exact / 32 + 1).contains(&found), "{percent} %: {found}");
        }
        assert_eq!(histogram.total(), 100_000);
    }

    #[test]
    fn small_numbers_are_exact_and_huge_ones_are_kept() {
        let mut histogram = Histogram::default();
        histogram.record(Duration::from_micros(7));
        assert_eq!(histogram.percentile(50), 7);
        histogram.record(Duration::from_secs(1 << 40));
        assert_eq!(histogram.total(), 2);
    }
}
