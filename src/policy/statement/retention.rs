//! How long each thing is kept: the whole table, and the part of it that the statement shows as one.

use serde::Serialize;

use super::super::model::{Class, Document, Retention};
use super::words::{Unit, Words};
use super::{Block, Section, periods};

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    pub what: String,
    pub how_long: String,
    pub counted_from: String,
}

/// What is kept, class by class.
pub fn section(document: &Document, words: Words) -> Section {
    let within = words.within(document.life_cycle.sweep_lag_days);
    let when_due = words.say(
        format!(
            "Whatever has reached its time is deleted {within}, by a program, without anybody having to ask."
        ),
        format!(
            "Was seine Zeit erreicht hat, löscht ein Programm {within}, ohne dass jemand darum bitten muss."
        ),
    );
    let blocks = vec![table(&of_classes(document, words), words), Block::Paragraph(when_due)];
    Section::new("retention", words.say("How long we keep it", "Wie lange wir es aufbewahren"), blocks)
}

/// Every number of the policy in one table.
pub fn whole(document: &Document, words: Words) -> Section {
    let title = words.say("Every period that we keep to", "Alle Fristen, an die wir uns halten");
    Section::new("retention", title, vec![table(&periods(document, words), words)])
}

pub fn periods(document: &Document, words: Words) -> Vec<Period> {
    let parts = [
        of_classes(document, words),
        periods::of_leaving(document, words),
        periods::of_life(document, words),
        periods::of_support(document, words),
        periods::of_copies(document, words),
        periods::of_others(document, words),
        periods::of_brake(document, words),
    ];
    parts.into_iter().flatten().collect()
}

fn table(periods: &[Period], words: Words) -> Block {
    let columns = vec![
        words.say("What", "Was"),
        words.say("How long", "Wie lange"),
        words.say("Counted from", "Gerechnet ab"),
    ];
    let row =
        |period: &Period| vec![period.what.clone(), period.how_long.clone(), period.counted_from.clone()];
    Block::Table { columns, rows: periods.iter().map(row).collect() }
}

fn of_classes(document: &Document, words: Words) -> Vec<Period> {
    let classes = document.classes.values();
    classes.flat_map(|class| of_class(class, words)).collect()
}

fn of_class(class: &Class, words: Words) -> Vec<Period> {
    let title = words.text(&class.title);
    let mut periods: Vec<Period> = class
        .kinds
        .values()
        .map(|kind| {
            let what = format!("{title}: {}", words.text(&kind.title));
            own_clock(what, &kind.retention, class.with_tenant, words)
        })
        .collect();
    match &class.retention {
        Some(retention) => periods.push(own_clock(title, retention, class.with_tenant, words)),
        None if class.kinds.is_empty() => periods.push(with_tenant(title, words)),
        None => {}
    }
    periods
}

fn own_clock(what: String, retention: &Retention, goes_with_tenant: bool, words: Words) -> Period {
    let period = match (retention.days, retention.years) {
        (_, Some(years)) => words.count(years, Unit::Years),
        (days, None) => words.days(days.unwrap_or_default()),
    };
    let mut counted_from = words.counted_from(retention.clock);
    if goes_with_tenant {
        counted_from += &words
            .say("; earlier if everything of yours goes", "; früher, wenn alles von Ihnen gelöscht wird");
    }
    Period { what, how_long: words.bound(retention.bound, &period), counted_from }
}

fn with_tenant(what: String, words: Words) -> Period {
    Period {
        what,
        how_long: words.say("as long as you use the app", "solange Sie die App nutzen"),
        counted_from: words.say("then as “When you leave” says", "danach wie unter „Wenn Sie gehen“"),
    }
}
