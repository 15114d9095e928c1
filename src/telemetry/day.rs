//! A day of the service's clock, in UTC: the unit in which log files are made and removed.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::clock::Timestamp;

const MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// Days since 1970-01-01. Shown and read as `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    pub const fn of(instant: Timestamp) -> Self {
        Self(instant.as_millis().div_euclid(MILLIS))
    }

    /// The first instant of the day.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(MILLIS))
    }

    /// The first instant of the next day.
    pub const fn end(self) -> Timestamp {
        Self(self.0.saturating_add(1)).start()
    }

    /// This day and those before it, `count` in all, the newest first.
    pub fn back(self, count: u32) -> impl Iterator<Item = Self> {
        (0..i64::from(count)).map(move |days| Self(self.0.saturating_sub(days)))
    }

    /// How many midnights lie between an earlier day and this one; zero when it is not earlier.
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.start().as_millis()) {
            Ok(start) => start.to_zoned(jiff::tz::TimeZone::UTC).date().fmt(out),
            Err(_) => write!(out, "day {}", self.0),
        }
    }
}

/// The one way in which a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day such as 2026-11-22")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let date: Date = text.parse().map_err(|_| NotADay)?;
        let start = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| NotADay)?;
        let day = Self::of(Timestamp::from_millis(start.timestamp().as_millisecond()));
        // The library reads more forms than this one.
        if day.to_string() == text { Ok(day) } else { Err(NotADay) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_at_midnight_utc_and_ends_at_the_next() {
        let leap: Day = day("2028-02-29");
        assert_eq!(leap.start().to_string(), "2028-02-29T00:00:00Z");
        assert_eq!(leap.end(), day("2028-03-01").start());
        let last = Timestamp::from_millis(leap.end().as_millis() - 1);
        assert_eq!((Day::of(last), Day::of(leap.end())), (leap, day("2028-03-01")));
        assert_eq!(Day::of(Timestamp::from_millis(-1)).to_string(), "1969-12-31");
    }

    #[test]
    fn months_and_years_are_counted_in_days() {
        assert_eq!(day("2027-03-01").since(day("2027-02-28")), 1);
        assert_eq!(day("2028-03-01").since(day("2028-02-28")), 2);
        assert_eq!(day("2026-11-22").since(day("2026-11-23")), 0);
    }

    #[test]
    fn only_the_one_form_is_a_day() {
        for wrong in ["", "20261122", "2026-11-22T00:00:00", "2026-11-31", "2026-1-2", "2026-11-22 ", "x"] {
            assert_eq!(wrong.parse::<Day>(), Err(NotADay), "{wrong}");
        }
    }
}
