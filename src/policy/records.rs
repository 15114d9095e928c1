//! Duties that people keep: what the statement may claim about them on a given day.

use jiff::civil::Date;

use super::model::{Language, Record};
use super::{Fault, Policy};

/// How long before a record lapses somebody is told: long enough to renew a contract.
const WARNING_DAYS: i32 = 60;

impl Record {
    pub fn is_valid_on(&self, today: Date) -> bool {
        today <= self.expires
    }
}

impl Policy {
    /// What is proven on this day, in sentences.
    pub fn claims(&self, language: Language, today: Date) -> Vec<String> {
        let valid = self.document().records.iter().filter(|record| record.is_valid_on(today));
        valid
            .filter_map(|record| record.claim.as_ref())
            .map(|claim| claim.in_language(language).to_owned())
            .collect()
    }

    /// Records that have lapsed, or will soon.
    pub fn lapsing(&self, today: Date) -> Vec<Fault> {
        let places = self.places();
        let records = self.document().records.iter().enumerate();
        records
            .filter_map(|(index, record)| {
                let at = format!("records.{index}.expires");
                let title = &record.title.en;
                let right = format!("{} renews it and enters the new date", record.owner);
                match today.until(record.expires).ok()?.get_days() {
                    ..0 => {
                        let problem = format!(
                            "{title:?} lapsed on {}, and the statement claims it no more",
                            record.expires
                        );
                        Some(places.fault(&at, problem, right))
                    }
                    left @ ..=WARNING_DAYS => {
                        Some(places.fault(&at, format!("{title:?} lapses in {left} days"), right))
                    }
                    _ => None,
                }
            })
            .collect()
    }
}
