//! Dates, numbers and closed words in the languages of a mail.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::clock::Timestamp;
use crate::policy::Language;
use crate::policy::model::{Basis, Count, Retention};

const MONTHS: [[&str; 2]; 12] = [
    ["January", "Januar"],
    ["February", "Februar"],
    ["March", "März"],
    ["April", "April"],
    ["May", "Mai"],
    ["June", "Juni"],
    ["July", "Juli"],
    ["August", "August"],
    ["September", "September"],
    ["October", "Oktober"],
    ["November", "November"],
    ["December", "Dezember"],
];

/// The language's tag (RFC 5646).
pub const fn code(language: Language) -> &'static str {
    pick(language, "en", "de")
}

const fn pick(language: Language, en: &'static str, de: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::De => de,
    }
}

/// "2 December 2026", "2. Dezember 2026"; the day of UTC.
pub fn day(at: Timestamp, language: Language) -> String {
    civil(at).map_or_else(|| at.to_string(), |time| date(time.date(), language))
}

pub fn date(date: Date, language: Language) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index));
    let month = month.map_or("", |[en, de]| pick(language, en, de));
    let dot = pick(language, "", ".");
    format!("{}{dot} {month} {}", date.day(), date.year())
}

/// "2 December 2026, 08:00 UTC", "2. Dezember 2026, 08:00 Uhr UTC".
pub fn moment(at: Timestamp, language: Language) -> String {
    let Some(time) = civil(at) else { return at.to_string() };
    let unit = pick(language, "UTC", "Uhr UTC");
    format!("{}, {:02}:{:02} {unit}", date(time.date(), language), time.hour(), time.minute())
}

fn civil(at: Timestamp) -> Option<DateTime> {
    let instant = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(instant.to_zoned(TimeZone::UTC).datetime())
}

pub fn days(count: u64, language: Language) -> String {
    counted(count, language, ["day", "days"], ["Tag", "Tage"])
}

/// As [`days`], after a preposition such as "since".
pub fn days_since(count: u64, language: Language) -> String {
    counted(count, language, ["day", "days"], ["Tag", "Tagen"])
}

pub fn hours(count: u64, language: Language) -> String {
    counted(count, language, ["hour", "hours"], ["Stunde", "Stunden"])
}

fn years(count: u64, language: Language) -> String {
    counted(count, language, ["year", "years"], ["Jahr", "Jahre"])
}

fn counted(count: u64, language: Language, en: [&'static str; 2], de: [&'static str; 2]) -> String {
    let form = usize::from(count != 1);
    format!("{count} {}", pick(language, en[form], de[form]))
}

/// "10 years after the end of the contract".
pub fn retention(kept: Retention, language: Language) -> String {
    let length = match (kept.years, kept.days) {
        (Some(count), _) => years(u64::from(count), language),
        (None, count) => days(u64::from(count.unwrap_or(0)), language),
    };
    let clock = match kept.clock {
        Count::Left => pick(language, "after leaving", "nach dem Weggang"),
        Count::SubscriptionEnd => {
            pick(language, "after the end of the subscription", "nach Ende des Abonnements")
        }
        Count::ContractEnd => pick(language, "after the end of the contract", "nach Ende des Vertrags"),
        Count::Recorded => pick(language, "after the record was made", "nach der Aufzeichnung"),
    };
    format!("{length} {clock}")
}

pub const fn basis(basis: Basis, language: Language) -> &'static str {
    match basis {
        Basis::Consent => pick(language, "consent", "Einwilligung"),
        Basis::Contract => pick(language, "contract", "Vertrag"),
        Basis::LegalObligation => pick(language, "legal obligation", "rechtliche Verpflichtung"),
        Basis::LegitimateInterest => pick(language, "legitimate interest", "berechtigtes Interesse"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_said_in_both_languages() {
        let at: Timestamp = "2027-03-01T08:05:00Z".parse().unwrap();
        assert_eq!(moment(at, Language::En), "1 March 2027, 08:05 UTC");
        assert_eq!(moment(at, Language::De), "1. März 2027, 08:05 Uhr UTC");
        assert_eq!(days(1, Language::En), "1 day");
        assert_eq!(days(91, Language::De), "91 Tage");
        assert_eq!(days_since(1, Language::De), "1 Tag");
    }
}
