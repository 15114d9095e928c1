//! The only place that asks what time it is.
//!
//! Everything that depends on time takes a [`Clock`]: tokens, jobs, links, retention. Ten years of retention run in
//! seconds in a test, and `KEPT_CLOCK` starts a development service at any instant. TLS is the one exception: the
//! library reads the system's time by itself.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in milliseconds since 1970-01-01T00:00:00Z. Shown and read as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000))
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded down: the form of `iat` and `exp`.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The instant `duration` later; the end of time instead of an overflow.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The same instant `years` later by the calendar of UTC; the end of February where a leap day has no counterpart.
    pub fn plus_years(self, years: u32) -> Self {
        let instant = jiff::Timestamp::from_millisecond(self.0)
            .map(|instant| instant.to_zoned(jiff::tz::TimeZone::UTC));
        let later = instant.and_then(|instant| instant.checked_add(jiff::Span::new().try_years(years)?));
        later.map_or(Self(i64::MAX), |later| Self(later.timestamp().as_millisecond()))
    }

    /// The first instant of a day, in UTC.
    pub fn at_midnight(day: jiff::civil::Date) -> Self {
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC);
        midnight.map_or(Self(i64::MAX), |midnight| Self(midnight.timestamp().as_millisecond()))
    }

    /// The day of this instant, in UTC.
    pub fn day(self) -> jiff::civil::Date {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        instant.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => instant.fmt(out),
            Err(_) => write!(out, "{} ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let instant: jiff::Timestamp = text
            .parse()
            .map_err(|_| format!("{text:?} is not an RFC 3339 time such as 2027-05-22T00:00:00Z"))?;
        Ok(Self(instant.as_millisecond()))
    }
}

impl schemars::JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Tells the time. Cheap to clone; all clones of one clock agree.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    /// Started at an instant of the caller's choice, running at the speed of the system.
    Running {
        started_at: Timestamp,
        origin: Instant,
    },
    /// Stands still until a test moves it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `started_at` now and runs on from there (`KEPT_CLOCK`).
    #[expect(clippy::disallowed_methods, reason = "this module is where time comes from")]
    pub fn starting_at(started_at: Timestamp) -> Self {
        Self(Source::Running { started_at, origin: Instant::now() })
    }

    /// A clock that moves only when told to, for tests and simulations.
    pub fn manual(now: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(now.0))))
    }

    #[expect(clippy::disallowed_methods, reason = "this module is where time comes from")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Source::Running { started_at, origin } => started_at.plus(origin.elapsed()),
            Source::Manual(now) => Timestamp(now.load(Ordering::SeqCst)),
        }
    }

    /// Whether this is the system's own time, which other machines can be compared with.
    pub const fn is_system(&self) -> bool {
        matches!(self.0, Source::System)
    }

    /// Moves a manual clock forward. Other clocks cannot be moved: returns false.
    pub fn advance(&self, duration: Duration) -> bool {
        let Source::Manual(now) = &self.0 else { return false };
        now.fetch_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        true
    }

    /// Sets a manual clock. Other clocks cannot be set: returns false.
    pub fn set(&self, instant: Timestamp) -> bool {
        let Source::Manual(now) = &self.0 else { return false };
        now.store(instant.0, Ordering::SeqCst);
        true
    }
}

/// Measures how long something took on this machine. Not affected by [`Clock`]: for limits and logs, never for promises.
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this module is where time comes from")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_shown_and_read_as_rfc_3339() {
        let instant: Timestamp = "2027-05-22T00:00:00Z".parse().unwrap();
        assert_eq!(instant.to_string(), "2027-05-22T00:00:00Z");
        assert_eq!(instant.as_seconds(), 1_810_944_000);
        assert!("22.5.2027".parse::<Timestamp>().is_err());
    }

    #[test]
    fn only_a_manual_clock_can_be_moved() {
        let clock = Clock::manual(Timestamp::from_seconds(10));
        assert!(clock.advance(Duration::from_secs(5)));
        assert_eq!(clock.now(), Timestamp::from_seconds(15));
        assert!(!Clock::system().advance(Duration::from_secs(5)));
    }

    #[test]
    fn a_started_clock_shows_its_start() {
        let start: Timestamp = "2027-05-22T00:00:00Z".parse().unwrap();
        let shown = Clock::starting_at(start).now();
        assert!(shown >= start && shown.since(start) < Duration::from_secs(60));
    }
}
