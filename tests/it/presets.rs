//! Every policy that is delivered, lived through from the installation to the receipt and beyond, with data of every class.
//! What must happen when is computed here from the numbers of the file as it is written.

mod life;
pub mod numbers;
pub mod stock;

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use kept::policy::datamap::DataMap;

use self::life::{Life, Way};
use self::numbers::Numbers;
use self::stock::{LASTING, census};

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);
const SECOND: Duration = Duration::from_secs(1);
const POLICIES: [&str; 6] = ["default", "utoolity", "idalko", "utilitas", "appernetic", "website"];

/// One life under one policy, begun at `start`; returns the tables that were seen with rows in it.
async fn live(policy: &str, start: &str, way: Way) -> BTreeSet<String> {
    let mut life = Life::begin(policy, start, way).await;
    life.look();
    life.leave().await;
    life.go_on(life.due_at.minus(DAY)).await;
    life.fill_again().await;
    life.go_on(life.due_at.minus(HOUR)).await;
    // One of them comes back in time.
    let (returns, kept) = life.returning.clone();
    match way {
        Way::Uninstalled => assert_eq!(returns.install().await.status, 204),
        Way::SubscriptionEnds => life.subscribe_until(&returns, life.due_at.plus(DAY * 700)).await,
    }
    life.go_on(life.due_at.minus(SECOND)).await;

    life.app.set_clock_and_run(life.due_at).await;
    life.app.set_clock_and_run(life.due_at.plus(DAY * life.numbers.lag)).await;
    life.assert_gone().await;
    if let (Way::Uninstalled, Some(promised)) = (way, life.numbers.promised) {
        let finished = life.numbers.after_leaving() + life.numbers.lag + life.numbers.backups;
        assert!(finished <= promised, "{}: before the ceiling", life.name);
    }
    let (app, name) = (&life.app, &life.name);
    let mails = app.notice_mails().len();
    app.set_clock_and_run(life.due_at.plus(DAY * 20)).await;
    let found = census(app, kept);
    assert!(LASTING.iter().all(|key| found.contains_key(*key)), "{name}: who came back keeps it: {found:?}");
    assert_eq!((app.state(&returns).await, app.tenant(&returns).await.unwrap().tenant.id), ("active", kept));

    let (site, gone) = &life.leaving[0];
    assert_eq!(site.install().await.status, 204);
    let again = app.tenant(site).await.unwrap().tenant.id;
    let tables: BTreeSet<String> =
        census(app, again).into_keys().map(|key| key.split('/').next().unwrap().to_owned()).collect();
    // The site is named by its installation under Forge as well by now.
    let empty =
        ["data_keys", "forge_installations", "jobs", "secret_keys", "tenants", "timeline"].map(str::to_owned);
    assert!(again != *gone, "{name}");
    assert_eq!(tables, BTreeSet::from(empty), "{name}: a return after the end starts empty");
    assert_eq!(app.notice_mails().len(), mails, "{name}: never a second notice");
    app.run_jobs().await;
    life.assert_rest_goes().await;
    life.seen
}

#[tokio::test(flavor = "multi_thread")]
async fn every_policy_is_kept_from_the_installation_to_the_receipt() {
    let exact = POLICIES.into_iter().filter(|name| Numbers::of(name).after_end.is_some());
    let ways = POLICIES.map(|name| (name, Way::Uninstalled)).into_iter();
    let ways = ways.chain(exact.map(|name| (name, Way::SubscriptionEnds)));
    let lives = ways.map(|(name, way)| live(name, "2026-11-22T08:00:00Z", way));
    let seen: BTreeSet<String> = join_all(lives).await.into_iter().flatten().collect();
    // An erasure's own row is there only while it runs.
    let unseen = DataMap::builtin().unwrap().tenant_tables().map(|table| table.name.clone());
    let unseen: Vec<_> = unseen.filter(|table| !seen.contains(table) && table != "erasures").collect();
    assert!(unseen.is_empty(), "no life had rows in {unseen:?}");
}

/// The end of a month, a leap day, and the nights in which clocks are changed in Europe.
#[tokio::test(flavor = "multi_thread")]
async fn no_day_of_the_calendar_moves_a_date() {
    let days =
        ["2027-01-31T23:30:00Z", "2028-02-29T12:00:00Z", "2027-03-28T00:59:59Z", "2027-10-31T00:59:59Z"];
    let ways = [Way::Uninstalled, Way::SubscriptionEnds, Way::Uninstalled, Way::SubscriptionEnds];
    join_all(days.into_iter().zip(ways).map(|(start, way)| live("utilitas", start, way))).await;
}
