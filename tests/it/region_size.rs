//! Moves of sites with much data, between engines, and of whose work nobody is left.

use std::time::Duration;

use kept::db::jobs::{self, JobKind};
use kept::db::moving::{self, WholeRow};
use kept::db::{DbError, Id};
use kept::moves::Plan;
use kept::policy::datamap::DataMap;
use kept::sandbox::MoveProof;
use serde_json::json;

use crate::presets::numbers::Numbers;
use crate::presets::stock::{self, census};
use crate::support::admin::{installed, tenant_id};
use crate::support::regions::{Regions, assert_same, dump, is_alive, note};
use crate::support::{TestApp, TestDatabases};

const PROOF: MoveProof = MoveProof::InstallKey;

/// Rows of this table as many times as there are changes, each changed in another way.
async fn more(app: &TestApp, tenant: Id, table: &str, changes: Vec<WholeRow>) {
    let plan = Plan::of(DataMap::builtin().unwrap()).unwrap();
    let moved = plan.tables.into_iter().find(|moved| moved.name == table).unwrap();
    let first = dump(app, tenant, true).await[table][0].clone();
    let stored = app.services.main.write(move |tx| {
        let whole = moved.describe(tx)?;
        let rows: Vec<WholeRow> = changes
            .into_iter()
            .map(|change| {
                let mut row = first.clone();
                row.extend(change);
                row
            })
            .collect();
        for page in rows.chunks(500) {
            moving::insert(tx, &whole, page)?;
        }
        Ok::<_, DbError>(())
    });
    stored.await.unwrap();
}

fn changed(values: serde_json::Value) -> WholeRow {
    values.as_object().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_with_many_rows_and_large_ones_moves_page_by_page_from_where_it_was_cut() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    assert_eq!(note(us, &site, "one").await, 204);
    us.run_jobs().await;
    // More than a page of rows, more than is compared while somebody waits, and a row that is larger than a page.
    let many = (0..2_300).map(|_| changed(json!({"id": Id::new(us.clock.now()).as_i64()}))).collect();
    more(us, id, "timeline", many).await;
    let large = json!({
        "id": Id::new(us.clock.now()).as_i64(), "key_index": "AB".repeat(32), "sealed": "CD".repeat(1_300_000),
    });
    more(us, id, "uploads", vec![changed(large)]).await;
    let (before, counted) = (dump(us, id, false).await, census(us, id));

    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    assert_eq!(site.start_move(PROOF, "m-1").await.status, 204);
    us.advance(Duration::from_secs(3));
    let mut seen = Vec::new();
    for bytes in [60_000, 70_000, 80_000] {
        regions.wire.cut_after(bytes);
        us.run_jobs().await;
        us.advance(Duration::from_secs(11));
        seen.push(us.services.moves.list(1).await.unwrap()[0].position);
    }
    assert!(seen.is_sorted() && seen[0] > 0 && seen[0] < seen[2], "each goes on from where it was: {seen:?}");
    let (there, all) = (dump(eu, id, false).await["timeline"].len(), before["timeline"].len());
    assert!(there > 200 && there < all, "cut in the middle of a table: {there} of {all}");
    regions.wire.mend();
    // The other side compares as work of its own, and is asked again.
    us.run_jobs().await;
    let status = site.move_status(PROOF, "m-1").await;
    assert_eq!(status.json()["status"], "in-progress", "{}", status.body);
    assert_eq!(census(eu, id), counted, "all of it is there, and is not compared yet");
    regions.until(&site, "m-1", "ready-to-commit").await;
    assert_same(&before, &dump(eu, id, false).await, "as it arrived");
    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    assert_same(&before, &dump(eu, id, false).await, "as it lives");
    regions.let_go().await;
    regions.assert_only_in(eu, us, id, "after the move").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn much_that_arrived_otherwise_than_it_was_sent_fails_and_goes() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    us.run_jobs().await;
    let many = (0..2_300).map(|_| changed(json!({"id": Id::new(us.clock.now()).as_i64()}))).collect();
    more(us, id, "timeline", many).await;
    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    assert_eq!(site.start_move(PROOF, "m-1").await.status, 204);
    us.advance(Duration::from_secs(3));
    us.run_jobs().await;
    let extra = vec![changed(json!({"id": Id::new(us.clock.now()).as_i64()}))];
    more(eu, id, "timeline", extra).await;
    regions.until(&site, "m-1", "failed").await;
    us.advance(Duration::from_secs(11));
    regions.work().await;
    assert!(is_alive(us, id).await && census(eu, id).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_moves_from_one_engine_to_the_other_and_back() {
    // On SQLite both are the same.
    let databases = [TestDatabases::sqlite(), TestDatabases::fresh()];
    let regions = Regions::on(databases, &[], &[]).await;
    let (us, eu) = (&regions.us, &regions.eu);
    let (site, id) = stock::install(us, "jira").await;
    stock::fill(us, &site, id, &Numbers::of("default")).await;
    us.run_jobs().await;
    let (before, counted) = (dump(us, id, false).await, census(us, id));
    regions.ready(&site, "m-1").await;
    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    assert_same(&before, &dump(eu, id, false).await, "there");
    assert_eq!(census(eu, id), counted);
    assert_eq!(note(eu, &site, "preferences").await, 204);
    regions.let_go().await;
    let before = dump(eu, id, false).await;
    assert_eq!(site.schedule_move(PROOF, "m-2", "US").await.status, 204);
    assert_eq!(site.start_move(PROOF, "m-2").await.status, 204);
    regions.until(&site, "m-2", "ready-to-commit").await;
    assert_eq!(site.commit_move(PROOF, "m-2").await.status, 204);
    assert_same(&before, &dump(us, id, false).await, "back");
    regions.let_go().await;
    regions.assert_only_in(us, eu, id, "home again").await;
}

/// Whatever its job failed for, as long as it is open its tenant is held.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_whose_job_was_given_up_is_taken_up_again() {
    let regions = Regions::start().await;
    let us = &regions.us;
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    us.run_jobs().await;
    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    assert_eq!(site.start_move(PROOF, "m-1").await.status, 204);
    let now = us.clock.now();
    let buried = us.services.main.write(move |tx| {
        let job = jobs::claim(tx, &[JobKind::Move], now, now.plus(Duration::from_secs(60)), 1)?.remove(0);
        Ok::<_, DbError>(jobs::bury(tx, &job, now, "a fault")?)
    });
    assert!(buried.await.unwrap());
    kept::app::worker(&us.services).schedule_recurring().await.unwrap();
    us.advance(Duration::from_secs(3));
    regions.work().await;
    assert_eq!(site.move_status(PROOF, "m-1").await.json()["status"], "in-progress", "nobody works on it");
    us.advance(Duration::from_secs(600));
    regions.until(&site, "m-1", "ready-to-commit").await;
    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    regions.let_go().await;
    regions.assert_only_in(&regions.eu, us, id, "after all").await;
}
