//! `kept reports month`: what happened in a month, for whoever has to account for it. Numbers alone: nobody is in it.

use std::collections::BTreeMap;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use crate::api::Services;
use crate::cli::output;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::db::due::Window;
use crate::db::month::{self, Counted, Span};
use crate::tenancy::outlook::{self, Amounts};

#[derive(Args)]
pub struct MonthArguments {
    /// Which month, in UTC: `2026-11`.
    #[arg(value_name = "MONTH", value_parser = Month::parse)]
    month: Month,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Month {
    from: Timestamp,
    until: Timestamp,
}

impl Month {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "expected a year and a month, such as 2026-11".to_owned();
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let (year, month): (i16, i8) =
            (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
        if text.len() != 7 || !(1..=12).contains(&month) {
            return Err(wrong());
        }
        let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let first =
            |(year, month): (i16, i8)| format!("{year:04}-{month:02}-01T00:00:00Z").parse::<Timestamp>();
        Ok(Self {
            from: first((year, month)).map_err(|_| wrong())?,
            until: first(next).map_err(|_| wrong())?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    from: Timestamp,
    until: Timestamp,
    reports: Reports,
    first_answers: FirstAnswers,
    /// What staff did, by the kind of the record. Accesses to bundles are `bundle_opened` and `bundle_downloaded`; what somebody tried
    /// and was not let do is `access_refused`.
    records: BTreeMap<String, i64>,
    reviews: Open,
    downloads: Open,
    receipts: i64,
    /// Records by class that are there now although they should have gone, with the time that the policy leaves for it: none, where
    /// all is well.
    overdue_now: Amounts,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reports {
    made: i64,
    closed: i64,
    deleted_on_request: i64,
}

/// Of the tickets of the month that are still there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FirstAnswers {
    in_time: i64,
    late: i64,
    waiting: i64,
}

#[derive(Serialize)]
struct Open {
    all: i64,
    /// Of these, what is not settled yet.
    open: i64,
}

pub async fn run(services: &Services, arguments: &MonthArguments) -> anyhow::Result<()> {
    let view = look(services, arguments.month).await?;
    if arguments.json { output::json(&view) } else { print(&view) }
}

async fn look(services: &Services, Month { from, until }: Month) -> anyhow::Result<View> {
    let span = Span { from: from.into(), until: until.into() };
    let counted = services.main.read(move |conn| Ok::<_, DbError>(month::count(conn, span)?));
    let Counted { records, reports, first_answers, reviews, downloads } = counted.await?;
    let receipts = services.keyring.read(move |conn| Ok::<_, DbError>(month::receipts(conn, span)?)).await?;
    let ([made, closed, deleted_on_request], [in_time, late, waiting]) = (reports, first_answers);
    let open = |[all, open]: [i64; 2]| Open { all, open };
    Ok(View {
        from,
        until,
        reports: Reports { made, closed, deleted_on_request },
        first_answers: FirstAnswers { in_time, late, waiting },
        records: records.into_iter().collect(),
        reviews: open(reviews),
        downloads: open(downloads),
        receipts,
        overdue_now: overdue(services).await?,
    })
}

async fn overdue(services: &Services) -> anyhow::Result<Amounts> {
    let by = services.clock.now().minus(services.policy.sweep_lag());
    let window = Window { now: by, until: by };
    let outlook = outlook::outlook(&services.main, &services.keyring, window).await;
    Ok(outlook.map_err(anyhow::Error::new).context("the dates of what is stored")?.overdue)
}

fn print(view: &View) -> anyhow::Result<()> {
    let row = |what: &str, count: i64| [what.to_owned(), count.to_string()];
    let mut rows = vec![
        row("reports made", view.reports.made),
        row("reports closed", view.reports.closed),
        row("reports deleted on request", view.reports.deleted_on_request),
        row("first answers in time", view.first_answers.in_time),
        row("first answers late", view.first_answers.late),
        row("first answers still to come", view.first_answers.waiting),
        row("accesses to look at", view.reviews.all),
        row("accesses nobody has looked at", view.reviews.open),
        row("downloads", view.downloads.all),
        row("downloads not confirmed deleted", view.downloads.open),
        row("receipts of erasures", view.receipts),
    ];
    rows.extend(view.records.iter().map(|(kind, count)| row(&format!("records: {kind}"), *count)));
    rows.extend(view.overdue_now.iter().map(|(class, count)| row(&format!("overdue now: {class}"), *count)));
    output::table(["what", "count"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_one_begins() {
        let month = Month::parse("2026-12").unwrap();
        assert_eq!(month.from.to_string(), "2026-12-01T00:00:00Z");
        assert_eq!(month.until.to_string(), "2027-01-01T00:00:00Z");
        for wrong in ["2026", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "x-11"] {
            assert!(Month::parse(wrong).is_err(), "{wrong}");
        }
    }
}
