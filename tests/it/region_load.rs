//! A site moves while its pages, events and reports go on, and whoever sends, receives, commits or erases is killed meanwhile: what was
//! taken in is there in the end, once, and in one place.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kept::db::{DbError, Id, uploads};
use kept::sandbox::{MoveProof, Site, Who};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::presets::stock::census;
use crate::region_move_kills::{Dying, LEASE_OVER, POINTS, say};
use crate::support::admin::{call, installed, tenant_id};
use crate::support::blows::Points;
use crate::support::previews::{PREVIEW, draft};
use crate::support::records::updated;
use crate::support::regions::{Regions, at, is_alive, note};
use crate::support::reports::whole;
use crate::support::{TestApp, send};

const PROOF: MoveProof = MoveProof::InstallKey;

/// What came in while the site moved.
#[derive(Default)]
struct Accepted {
    notes: BTreeSet<String>,
    reports: BTreeSet<String>,
}

/// Pages, events and reports of a site that go on whatever happens. What is refused is tried again, as a user or a product does.
async fn load(us: &TestApp, eu: &TestApp, site: Site, stop: Arc<AtomicBool>) -> (Accepted, usize) {
    let (mut accepted, mut events) = (Accepted::default(), 0);
    let app = |site: &Site| if site.app_url() == us.sandbox.app_url() { us } else { eu };
    let mut number: u64 = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let name = format!("note-{number}");
        if note(app(&site), &site, &name).await == 204 {
            accepted.notes.insert(name);
        }
        let event = updated(us.clock.now().as_millis(), number, 1_000 + number, "Under load");
        site.webhook("jira:issue_updated", event).await;
        events += 1;
        let token = site.context_token(site.user(Who::Member).as_deref());
        app(&site).get_with("/api/v1/session", &token).await;
        if number <= 4 || number.is_multiple_of(5) {
            accepted.reports.extend(report(app(&site), &site, number).await);
        }
        tokio::task::yield_now().await;
    }
    (accepted, events)
}

async fn report(app: &TestApp, site: &Site, number: u64) -> Option<String> {
    let token = site.context_token(Some(&format!("user-{}", number / 3)));
    let seen = app.post_with(PREVIEW, &token, draft(json!({})).to_string()).await;
    if seen.status != 200 {
        return None;
    }
    let request =
        app.request("POST", "/api/v1/problem-reports").header("authorization", format!("JWT {token}"));
    let request = request
        .header("content-type", "application/json")
        .header("idempotency-key", format!("report-{number}"));
    let sent = send(request.body(whole(&seen.json()).to_string())).await;
    (sent.status == 201).then(|| sent.json()["number"].as_str().unwrap().to_owned())
}

/// A site that is in use, and what came of it.
struct Used {
    site: Site,
    id: Id,
    stop: Arc<AtomicBool>,
    going_on: JoinHandle<(Accepted, usize)>,
}

impl Used {
    async fn begin(regions: &Arc<Regions>) -> Self {
        let site = installed(&regions.us, "jira").await;
        let (id, stop) = (tenant_id(&regions.us, &site).await, Arc::new(AtomicBool::new(false)));
        let (loaded, moving, stopping) = (regions.clone(), site.clone(), stop.clone());
        let going_on = tokio::spawn(async move { load(&loaded.us, &loaded.eu, moving, stopping).await });
        let used = Self { site, id, stop, going_on };
        used.goes_on(&regions.us, 10).await;
        used
    }

    async fn stored(&self, app: &TestApp) -> i64 {
        let id = self.id;
        app.services.main.read(move |conn| Ok::<_, DbError>(uploads::count(conn, id)?)).await.unwrap()
    }

    /// Until so many more were stored at this deployment.
    async fn goes_on(&self, app: &TestApp, more: i64) {
        let wanted = self.stored(app).await + more;
        for _ in 0..100_000 {
            if self.stored(app).await >= wanted {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the load does not go on");
    }

    /// Everything that was accepted is in the second region, once, and nothing of it in the first one.
    async fn assert_whole(self, regions: &Regions) {
        let (us, eu, id, site) = (&regions.us, &regions.eu, self.id, &self.site);
        self.goes_on(eu, 10).await;
        self.stop.store(true, Ordering::Relaxed);
        let (accepted, events) = self.going_on.await.unwrap();
        for _ in 0..6 {
            site.retry_webhooks().await;
        }
        assert!(site.webhooks_to_retry().is_empty());
        eu.advance(Duration::from_secs(60));
        regions.work().await;
        regions.let_go().await;
        regions.assert_only_in(eu, us, id, "under load").await;
        for name in &accepted.notes {
            let kept = call(eu, site, "GET", &format!("/api/v1/storage/{name}"), None).await;
            assert_eq!(kept.status, 200, "{name} of {} is there", accepted.notes.len());
        }
        let stored = eu
            .services
            .tickets
            .page(id, None, kept::db::tickets::Standing::default(), None, 1_000)
            .await
            .unwrap();
        let stored: BTreeSet<String> = stored.into_iter().map(|row| row.number).collect();
        assert_eq!(stored, accepted.reports, "each report once");
        assert_eq!(census(eu, id)["webhooks/webhook"], events, "each event once");
        let (notes, reports) = (accepted.notes.len(), accepted.reports.len());
        println!("{notes} notes, {reports} reports and {events} events under load");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_taken_in_under_load_is_lost_by_a_move() {
    let regions = Arc::new(Regions::start().await);
    let used = Used::begin(&regions).await;
    regions.ready(&used.site, "m-1").await;
    assert_eq!(used.site.commit_move(PROOF, "m-1").await.status, 204);
    used.assert_whole(&regions).await;
}

/// Where each of those is killed that have a part in a move: the load goes on through all of it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_taken_in_under_load_is_lost_when_each_side_is_killed_at_each_step() {
    for point in [2, 4] {
        let dying = Dying::new().await;
        let (regions, blows) = (&dying.regions, &dying.blows);
        let (us, eu) = (&regions.us, &regions.eu);
        let used = Used::begin(regions).await;
        let (site, id) = (&used.site, used.id);
        let mut killed = Vec::new();
        let points = Points { from_first_transaction: false, ..POINTS };
        let one_place = async |step: &str| {
            assert!(
                !(is_alive(us, id).await && is_alive(eu, id).await),
                "{step}: it never lives in two places"
            );
        };

        // Whoever hears of the plan and of the start, then the one that sends.
        for step in ["schedule", "start"] {
            let planned = if step == "schedule" { dying.plan(site, "m-1") } else { site.planned("m-1") };
            let said = site.move_call(PROOF, "POST", &format!("/{step}"), Some(&planned));
            let serving = dying.serve(us, "US");
            blows.arm(point, points);
            say(&serving, &said);
            killed.push((step, blows.disarm() >= point));
            serving.kill();
            let again = match step {
                "schedule" => site.schedule_move(PROOF, "m-1", "EU").await,
                _ => site.start_move(PROOF, "m-1").await,
            };
            assert_eq!(again.status, 204, "{step}: said once more");
        }
        us.advance(Duration::from_secs(3));
        let environment = blows.within(&dying.of(us, "US"));
        blows.arm(point * 4, POINTS);
        let run = environment.run(&us.databases, &["jobs", "run"]);
        killed.push(("send", blows.disarm() >= point * 4));
        assert!(!run.status.success(), "it was killed: {}", String::from_utf8_lossy(&run.stdout));
        one_place("send").await;
        us.advance(LEASE_OVER);

        // The one that receives; then each side while it commits.
        let serving = dying.serve(eu, "EU");
        regions.wire.lead_to(&serving.url);
        blows.arm(point * 2, points);
        us.run_jobs().await;
        killed.push(("receive", blows.disarm() >= point * 2));
        serving.kill();
        regions.wire.lead_to(&eu.url);
        us.advance(LEASE_OVER);
        regions.until(site, "m-1", "ready-to-commit").await;
        one_place("receive").await;
        let commit = site.move_call(PROOF, "POST", "/commit", Some(&json!({"migrationId": "m-1"})));
        let serving = dying.serve(eu, "EU");
        regions.wire.lead_to(&serving.url);
        blows.arm(point, points);
        let heard = at(us, &commit).await.status;
        killed.push(("commit there", blows.disarm() >= point));
        serving.kill();
        regions.wire.lead_to(&eu.url);
        one_place("commit there").await;
        let serving = dying.serve(us, "US");
        blows.arm(point, points);
        say(&serving, &commit);
        let passed = blows.disarm();
        killed.push(("commit here", passed >= point || heard == 204));
        serving.kill();
        one_place("commit here").await;
        us.advance(LEASE_OVER);
        assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204, "said once more");

        // And the one that erases what is left.
        used.goes_on(eu, 5).await;
        us.advance(kept::moves::LINGER);
        let environment = blows.within(&dying.of(us, "US"));
        blows.arm(point * 4, POINTS);
        let run = environment.run(&us.databases, &["jobs", "run"]);
        killed.push(("erase", blows.disarm() >= point * 4 && !run.status.success()));
        us.advance(LEASE_OVER);
        println!("under load: {killed:?}");
        assert!(killed.iter().all(|(_, killed)| *killed), "{killed:?}");
        used.assert_whole(regions).await;
    }
}
