//! The numbers of the statements, lived through on the delivered policies with a clock that is moved: the last moment at
//! which something is there, and the first at which it is gone. The numbers are written here as the statements have them.

use std::time::Duration;

use futures_util::future::join_all;
use kept::clock::{Clock, Timestamp};
use kept::db::orders::OrderRow;
use kept::db::schema::orders;
use kept::db::{DbError, Id, ledger, uploads};
use kept::erasure::SignedReceipt;
use kept::jobs::sweep_expired::sweep;
use kept::sandbox::Site;
use kept::tenancy::settings::WantedSettings;
use serde_json::{Value, json};

use crate::support::notices::contact;
use crate::support::{START, TestApp, TestDatabases, send};

const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);
const MOMENT: Duration = Duration::from_millis(1);

/// The service under a delivered policy, from `start` on.
async fn under(policy: &str, start: &str) -> TestApp {
    let clock = Clock::manual(start.parse().unwrap());
    let path = format!("policies/{policy}.toml");
    TestApp::at(TestDatabases::fresh(), clock, &[("KEPT_POLICY", &path)]).await
}

/// Goes on to `instant`, with a look at least every `step`.
pub async fn go_on(app: &TestApp, instant: Timestamp, step: Duration) {
    while app.clock.now().plus(step) < instant {
        app.advance(step);
        app.run_jobs().await;
    }
    app.set_clock_and_run(instant).await;
}

async fn store(app: &TestApp, tenant: Id) {
    let value = serde_json::value::RawValue::from_string("1".to_owned()).unwrap();
    app.services.operation.upload(tenant, "preferences", &value).await.unwrap();
}

async fn uploaded(app: &TestApp, tenant: Id) -> i64 {
    app.services.main.read(move |conn| Ok::<_, DbError>(uploads::count(conn, tenant)?)).await.unwrap()
}

async fn receipt(app: &TestApp, tenant: Id) -> SignedReceipt {
    let found = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
    let document = found.await.unwrap().remove(0).document;
    SignedReceipt::verify(&document, &app.services.vault.public_keys()).unwrap()
}

/// One life with uploaded data under IDALKO's statement. `is_away`: the service sleeps over the day of the notice, so that
/// the erasure would wait for it, and the ceiling wins.
async fn leave_with_uploads(start: &str, is_away: bool) {
    let app = under("idalko", start).await;
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    app.enter(id, contact("ada@example.com")).await;
    store(&app, id).await;
    let left_at = app.clock.now();
    let day = |days: u32| left_at.plus(DAY * days);
    assert_eq!(site.uninstall().await.status, 204);
    go_on(&app, day(125), DAY * 25).await;
    if is_away {
        app.set_clock_and_run(day(163)).await;
        assert_eq!(uploaded(&app, id).await, 1, "{start}: the notice has only just left");
        go_on(&app, day(165), DAY).await;
    } else {
        go_on(&app, day(150).minus(SECOND), DAY).await;
        assert_eq!(uploaded(&app, id).await, 1, "{start}: nothing goes early");
        go_on(&app, day(151), DAY).await;
    }
    assert_eq!(app.notice_mails().len(), 1, "{start}");
    for checked in [179, 180, 181] {
        go_on(&app, day(checked), DAY * 10).await;
        assert_eq!(uploaded(&app, id).await, 0, "{start}: on day {checked}");
        assert_eq!(app.state(&site).await, "nothing", "{start}: on day {checked}");
    }
    // Copies of it too: no backup and no copy of the key outlives the promise.
    let receipt = receipt(&app, id).await.receipt;
    assert!(receipt.ended_at <= day(166) && receipt.unreadable_everywhere_at <= day(180), "{receipt:?}");
    assert!(
        app.services.policy.backups_gone_at(receipt.ended_at).is_some_and(|at| at <= day(180)),
        "{start}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_16_uploaded_data_is_gone_by_day_180_whatever_the_calendar_and_however_late_the_notice() {
    // The end of a month, a leap day, and the nights in which clocks are changed in Europe.
    let starts =
        ["2027-01-31T23:30:00Z", "2028-02-29T12:00:00Z", "2027-03-28T00:59:59Z", "2027-10-31T00:59:59Z"];
    join_all(starts.map(|start| leave_with_uploads(start, false))).await;
    leave_with_uploads(starts[1], true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_21_everything_of_a_subscription_is_there_on_day_89_and_gone_on_day_90() {
    let app = under("utilitas", START).await;
    let ends_at = app.clock.now().plus(DAY * 20);
    let entered = WantedSettings { subscription_ends_at: Some(ends_at), ..contact("ada@example.com") };
    let (site, id) = app.site_with(entered).await;
    store(&app, id).await;
    let due_at = ends_at.plus(DAY * 90);
    go_on(&app, due_at.minus(DAY * 10), DAY * 20).await;
    go_on(&app, due_at.minus(SECOND), DAY).await;
    assert_eq!((uploaded(&app, id).await, app.state(&site).await), (1, "suspected"), "on day 89");
    app.set_clock_and_run(due_at).await;
    assert_eq!(app.state(&site).await, "nothing", "on day 90");
    let receipt = receipt(&app, id).await.receipt;
    assert_eq!((receipt.due_at, receipt.frozen_at >= due_at), (due_at, true));
    app.confirm_deletions().await;
    assert_eq!(super::residue::rows_of(&app, id), Vec::<String>::new());
}

fn files(app: &TestApp, stream: &str) -> Vec<String> {
    let folder = std::fs::read_dir(app.databases.dir().join("data/logs")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(stream)).collect();
    names.sort();
    names
}

/// A line of each stream, written now; returns the names of the two files.
async fn write_lines(app: &TestApp) -> [String; 2] {
    assert_eq!(send(app.request("GET", "/healthz")).await.status, 200);
    app.access_log.flush();
    let day = app.clock.now().to_string()[..10].to_owned();
    // The application stream is that of the process; its folder is pruned like the other one.
    std::fs::write(app.databases.dir().join(format!("data/logs/app-{day}.log")), "{}\n").unwrap();
    [format!("access-{day}.log"), format!("app-{day}.log")]
}

/// Days are those of UTC: a file holds the lines of one, and goes at the midnight at which its first line may be too old.
fn midnight_after(app: &TestApp, days: u64) -> Timestamp {
    let begun = app.clock.now().as_seconds() / 86_400 * 86_400;
    Timestamp::from_seconds(begun).plus(Duration::from_secs(days * 86_400))
}

#[tokio::test(flavor = "multi_thread")]
async fn website_05_an_access_line_is_there_until_the_midnight_of_day_14_and_then_gone() {
    let app = under("website", "2028-02-20T22:15:00Z").await;
    let [access, _] = write_lines(&app).await;
    let end = midnight_after(&app, 14);
    assert_eq!(end.to_string(), "2028-03-05T00:00:00Z", "over a leap day");
    app.set_clock_and_run(end.minus(SECOND)).await;
    assert!(files(&app, "access").contains(&access));
    app.set_clock_and_run(end).await;
    assert!(!files(&app, "access").contains(&access), "{:?}", files(&app, "access"));
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_23_a_line_of_any_log_is_gone_within_a_year() {
    for start in ["2026-11-22T08:00:00Z", "2027-12-31T23:59:59Z"] {
        let app = under("utilitas", start).await;
        let written = write_lines(&app).await;
        let end = midnight_after(&app, 365);
        go_on(&app, end.minus(SECOND), DAY * 40).await;
        for (stream, file) in ["access", "app"].into_iter().zip(&written) {
            assert!(files(&app, stream).contains(file), "{start}: {file} is there until {end}");
        }
        app.set_clock_and_run(end).await;
        for (stream, file) in ["access", "app"].into_iter().zip(&written) {
            assert!(!files(&app, stream).contains(file), "{start}: {file} is gone at {end}");
        }
        assert!(end <= start.parse::<Timestamp>().unwrap().plus_years(1), "{start}");
    }
}

async fn orders(app: &TestApp) -> Vec<OrderRow> {
    use diesel::prelude::*;
    let all = app
        .services
        .main
        .read(|conn| Ok::<_, DbError>(orders::table.select(OrderRow::as_select()).load(conn)?));
    all.await.unwrap()
}

/// A licensed site under UTILITAS' statement that left at `left_at` and is erased.
async fn erased_with_order(left_at: &str) -> (TestApp, Site, Id) {
    let app = under("utilitas", left_at).await;
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    assert_eq!(site.uninstall().await.status, 204);
    app.run_jobs().await;
    let due_at = app.clock.now().plus(DAY * 90);
    go_on(&app, due_at, DAY * 20).await;
    assert_eq!(app.state(&site).await, "nothing");
    (app, site, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_24_order_data_goes_ten_years_after_the_end_of_the_contract_and_not_before() {
    let cases =
        [("2027-01-31T23:30:00Z", "2037-01-31T23:30:00Z"), ("2028-02-29T12:00:00Z", "2038-02-28T12:00:00Z")];
    for (left_at, ends) in cases {
        let (app, _, id) = erased_with_order(left_at).await;
        let ends: Timestamp = ends.parse().unwrap();
        let retained = receipt(&app, id).await.receipt.retained;
        assert!(retained.iter().any(|one| one.class == "order" && one.until == ends), "{retained:?}");
        for (at, there) in [(ends.minus(MOMENT), 1), (ends, 0)] {
            let swept =
                sweep(&app.services.main, &app.services.vault, &app.services.policy, at).await.unwrap();
            assert!(swept.is_done);
            assert_eq!(orders(&app).await.len(), there, "{left_at}: at {at}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_36_what_accounting_law_wants_stays_with_a_number_and_two_dates_and_nobodys_name() {
    let (app, site, id) = erased_with_order("2027-01-31T23:30:00Z").await;
    let kept = orders(&app).await;
    assert_eq!(kept.len(), 1, "it outlives its tenant");
    let plain = app
        .services
        .vault
        .vendor_key()
        .open(kept::vault::Label("order.record"), kept[0].id, &kept[0].sealed)
        .unwrap();
    let mut order: Value = serde_json::from_slice(&plain).unwrap();
    order["startedAt"].take();
    let expected = json!({"entitlementNumber": "E-1AA-2BB-3CC-4DD", "startedAt": null, "endedAt": "2027-01-31T23:30:00Z"});
    assert_eq!(order, expected);
    let text = String::from_utf8_lossy(&plain).into_owned();
    for known in [site.client_key(), site.base_url(), id.to_string()] {
        assert!(!text.contains(&known), "{known}");
    }
    let retained = receipt(&app, id).await.receipt.retained;
    let order = retained.iter().find(|one| one.class == "order").unwrap();
    assert_eq!(order.basis, "legal_obligation");
}
