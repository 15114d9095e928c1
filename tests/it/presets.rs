//! Every policy that is delivered, lived through from the installation to the receipt. What must happen when is computed
//! here from the numbers of the file as it is written.

use std::time::Duration;

use futures_util::future::join_all;
use kept::clock::{Clock, Timestamp};
use kept::db::{DbError, Id, ledger, uploads};
use kept::sandbox::Site;
use serde_json::Value;

use crate::support::notices::contact;
use crate::support::{TestApp, TestDatabases};

const DAY: Duration = Duration::from_secs(86_400);
const POLICIES: [&str; 6] = ["default", "utoolity", "idalko", "utilitas", "appernetic", "website"];

/// The numbers of one policy file, in days.
struct Numbers {
    /// How long data stays after leaving without a known end of the subscription.
    kept: u32,
    lag: u32,
    notice: u32,
    promised: Option<u32>,
    backups: u32,
}

fn numbers(name: &str) -> Numbers {
    let text = std::fs::read_to_string(format!("policies/{name}.toml")).unwrap();
    let file: Value = serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
    let life_cycle = &file["life_cycle"];
    let number = |value: &Value| value.as_u64().map(|number| u32::try_from(number).unwrap());
    let grace = number(&life_cycle["after_leaving"]["grace_days"]);
    let lag = number(&life_cycle["sweep_lag_days"]).unwrap();
    let after = &life_cycle["after_subscription"];
    // A ceiling is finished before it is reached; an exact date is kept exactly.
    let early = if after["bound"] == "at_latest" { lag } else { 0 };
    Numbers {
        kept: grace.or(number(&after["days"]).map(|days| days - early)).unwrap(),
        lag,
        notice: number(&life_cycle["notice_before_erasure_days"]).unwrap(),
        promised: number(&life_cycle["after_leaving"]["promised_days"]),
        backups: number(&file["backup"]["keep_days"]).unwrap(),
    }
}

async fn install_with_data(app: &TestApp, site: &Site) -> Id {
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(site).await.unwrap().tenant.id;
    app.enter(id, contact("ada@example.com")).await;
    let value = serde_json::value::RawValue::from_string("1".to_owned()).unwrap();
    app.services.operation.upload(id, "preferences", &value).await.unwrap();
    id
}

async fn is_whole(app: &TestApp, id: Id) -> bool {
    let there = app.services.main.read(move |conn| Ok::<_, DbError>(uploads::count(conn, id)? == 1));
    there.await.unwrap() && app.services.tenancy.find_by_id(id).await.unwrap().is_some()
}

/// One life under one policy, begun at `start`.
async fn live(name: &str, start: &str) {
    let numbers = numbers(name);
    let clock = Clock::manual(start.parse().unwrap());
    let policy = format!("policies/{name}.toml");
    let app = TestApp::at(TestDatabases::fresh(), clock, &[("KEPT_POLICY", &policy)]).await;
    let (leaves, returns) = (app.site("jira"), app.site("confluence"));
    let (gone, kept) = (install_with_data(&app, &leaves).await, install_with_data(&app, &returns).await);
    for site in [&leaves, &returns] {
        assert_eq!(site.uninstall().await.status, 204);
    }
    let due_at: Timestamp = app.clock.now().plus(DAY * numbers.kept);
    let second = Duration::from_secs(1);

    app.live_until(due_at.minus(DAY * numbers.notice).minus(second)).await;
    assert!(app.sandbox.mails().is_empty(), "{name}: no notice before its day");
    app.live_until(due_at.minus(DAY)).await;
    assert_eq!(app.notice_mails().len(), 2, "{name}: one notice each");
    assert!(is_whole(&app, gone).await && is_whole(&app, kept).await, "{name}: nothing a day early");
    assert_eq!(returns.install().await.status, 204);

    app.live_until(due_at.plus(DAY * numbers.lag)).await;
    assert_eq!(app.state(&leaves).await, "nothing", "{name}: gone on time");
    assert!(is_whole(&app, kept).await, "{name}: who came back keeps everything");
    if let Some(promised) = numbers.promised {
        assert!(numbers.kept + numbers.lag + numbers.backups <= promised, "{name}");
    }
    let receipts = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, gone)?));
    assert_eq!(receipts.await.unwrap().len(), 1, "{name}");
    assert_eq!(leaves.install().await.status, 204);
    let again = app.tenant(&leaves).await.unwrap().tenant.id;
    assert!(again != gone && !is_whole(&app, again).await, "{name}: a return after the end starts empty");
    assert_eq!(app.notice_mails().len(), 2, "{name}: never a second notice");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_policy_is_kept_from_the_installation_to_the_receipt() {
    join_all(POLICIES.map(|name| live(name, "2026-11-22T08:00:00Z"))).await;
}

/// The end of a month, a leap day, and the nights in which clocks are changed in Europe.
#[tokio::test(flavor = "multi_thread")]
async fn no_day_of_the_calendar_moves_a_date() {
    let days =
        ["2027-01-31T23:30:00Z", "2028-02-29T12:00:00Z", "2027-03-28T00:59:59Z", "2027-10-31T00:59:59Z"];
    join_all(days.map(|start| live("utilitas", start))).await;
}
