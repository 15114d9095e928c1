//! `kill -9` in the middle of a move to another region, on either side, in front of what reaches a disk, a database's server or the
//! other deployment. In the end all of the site is in one region, and nothing of it in the other one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use kept::db::{DbError, Id, ledger};
use kept::sandbox::{Call, MoveProof, Site};
use serde_json::{Value, json};

use crate::presets::stock::census;
use crate::support::TestApp;
use crate::support::admin::{call, installed, tenant_id};
use crate::support::blows::{Blows, Points};
use crate::support::databases::postgres_server;
use crate::support::process::{Environment, Serving};
use crate::support::records::updated;
use crate::support::regions::{Dump, Regions, SECRET, assert_same, dump, is_alive};

const PROOF: MoveProof = MoveProof::InstallKey;
/// What a killed worker held is free again, and whoever waits for the other side asks again.
pub const LEASE_OVER: Duration = Duration::from_secs(600);
pub const POINTS: Points = Points { burst: 2, from_first_transaction: true };

/// Both deployments, as they live in this process and as they die in others.
pub struct Dying {
    pub regions: Arc<Regions>,
    pub blows: Blows,
    rounds: usize,
    fell: usize,
}

impl Dying {
    pub async fn new() -> Self {
        Self { regions: Arc::new(Regions::start().await), blows: Blows::new(), rounds: 0, fell: 0 }
    }

    pub fn of(&self, app: &TestApp, realm: &str) -> Environment {
        let regions = format!("EU={}", self.regions.wire.url);
        Environment::new(&app.databases, &app.sandbox)
            .set("KEPT_REALM", realm)
            .set("KEPT_MOVE_SECRET", SECRET)
            .set("KEPT_REGION_BASE_URLS", &regions)
            .set("KEPT_CLOCK", &app.clock.now().to_string())
    }

    /// A process that serves this deployment, and is killed when a blow falls.
    pub fn serve(&self, app: &TestApp, realm: &str) -> Serving {
        let environment = self.blows.within(&self.of(app, realm));
        Serving::start(environment.command(&app.databases, &["serve"]))
    }

    /// What is said of a move to the other region when it is planned.
    pub fn plan(&self, site: &Site, migration: &str) -> Value {
        let mut planned = site.planned(migration);
        planned["location"] = json!("EU");
        planned
    }

    /// A site with a little of everything, held for its move.
    async fn next(&mut self) -> Moving {
        let moving = self.settled().await;
        let (us, Moving { site, migration, .. }) = (&self.regions.us, &moving);
        assert_eq!(site.schedule_move(PROOF, migration, "EU").await.status, 204);
        assert_eq!(site.start_move(PROOF, migration).await.status, 204);
        us.advance(Duration::from_secs(3));
        moving
    }

    /// The same before anything was said of a move.
    async fn settled(&mut self) -> Moving {
        let (us, number) = (&self.regions.us, self.rounds);
        self.rounds += 1;
        let site = installed(us, &format!("site-{number}")).await;
        let id = tenant_id(us, &site).await;
        for name in ["one", "two"] {
            let stored = call(us, &site, "PUT", &format!("/api/v1/storage/{name}"), Some(json!(name))).await;
            assert_eq!(stored.status, 204);
        }
        let event = updated(us.clock.now().as_millis(), 1, 1, "One");
        assert_eq!(site.webhook("jira:issue_updated", event).await.status, 204);
        us.run_jobs().await;
        let before = dump(us, id, false).await;
        Moving { site, id, migration: format!("m-{number}"), before }
    }

    fn finish(&self, kind: &str, least: usize) {
        println!("killed at {} points of {kind}", self.fell);
        assert!(self.fell >= least, "the blows fell in the middle: {}", self.fell);
    }

    /// Whatever was begun is done by processes that nobody kills, and the site is in the other region and nowhere else.
    async fn moves_on(&self, moving: &Moving, at: u32) {
        let Moving { site, id, migration, before } = moving;
        let (us, eu) = (&self.regions.us, &self.regions.eu);
        us.advance(LEASE_OVER);
        self.regions.until(site, migration, "ready-to-commit").await;
        assert_same(before, &dump(eu, *id, false).await, &format!("killed at point {at}"));
        assert_eq!(site.commit_move(PROOF, migration).await.status, 204, "killed at point {at}");
        self.is_there_alone(moving, at).await;
    }

    async fn is_there_alone(&self, moving: &Moving, at: u32) {
        let what = format!("killed at point {at}");
        assert_same(&moving.before, &dump(&self.regions.eu, moving.id, false).await, &what);
        self.regions.let_go().await;
        self.regions.assert_only_in(&self.regions.eu, &self.regions.us, moving.id, &what).await;
    }
}

struct Moving {
    site: Site,
    id: Id,
    migration: String,
    before: Dump,
}

/// A service has work of its own, which makes points as well: on a busy machine there is no last one. Each run begins at another
/// point, so what is left out has its turn.
const ROUNDS_MAX: usize = 24;

/// Every so many points are tried in one run, and where that begins differs from run to run: so each write has its turn, and no run
/// takes long. `KEPT_TEST_PHASE` repeats one.
fn step_by() -> u32 {
    if postgres_server().is_some() { 9 } else { 3 }
}

fn first(step: u32) -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    let phase = std::env::var("KEPT_TEST_PHASE").ok().and_then(|phase| phase.parse().ok());
    let phase: u32 = phase.unwrap_or_else(std::process::id);
    println!("KEPT_TEST_PHASE={phase}");
    1 + phase % step
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_killed_at_any_write_of_a_move_loses_nothing_and_goes_on() {
    let mut dying = Dying::new().await;
    let mut at = first(step_by());
    loop {
        let moving = dying.next().await;
        let environment = dying.blows.within(&dying.of(&dying.regions.us, "US"));
        dying.blows.arm(at, POINTS);
        let run = environment.run(&dying.regions.us.databases, &["jobs", "run"]);
        let passed = dying.blows.disarm();
        assert_eq!(run.status.success(), passed < at, "{}", String::from_utf8_lossy(&run.stderr));
        let (us, eu) = (&dying.regions.us, &dying.regions.eu);
        assert!(
            !is_alive(us, moving.id).await && !is_alive(eu, moving.id).await,
            "held there and asleep here"
        );
        dying.moves_on(&moving, at).await;
        if run.status.success() {
            break;
        }
        dying.fell += 1;
        at += step_by();
    }
    dying.finish("sending", 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_killed_at_any_write_of_a_move_has_everything_once_in_the_end() {
    let mut dying = Dying::new().await;
    let mut at = first(step_by());
    loop {
        let moving = dying.next().await;
        let environment = dying.blows.within(&dying.of(&dying.regions.eu, "EU"));
        let serving = Serving::start(environment.command(&dying.regions.eu.databases, &["serve"]));
        dying.regions.wire.lead_to(&serving.url);
        dying.blows.arm(at, Points { from_first_transaction: false, ..POINTS });
        for _ in 0..3 {
            dying.regions.us.run_jobs().await;
            dying.regions.us.advance(Duration::from_secs(1));
        }
        let passed = dying.blows.disarm();
        serving.kill();
        dying.regions.wire.lead_to(&dying.regions.eu.url);
        let is_over = passed < at;
        dying.moves_on(&moving, at).await;
        if is_over || dying.rounds >= ROUNDS_MAX {
            break;
        }
        dying.fell += 1;
        at += step_by();
    }
    dying.finish("receiving", 8);
}

/// The bytes of a call, with whatever comes back.
pub fn say(serving: &Serving, call: &Call) -> Option<u16> {
    let body = call.body.clone().unwrap_or_default();
    let head = format!(
        "{} {} HTTP/1.1\r\nhost: app.example.com\r\ncontent-type: application/json\r\nauthorization: JWT {}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n",
        call.method,
        call.path,
        call.token.as_deref().unwrap_or_default(),
        body.len()
    );
    let mut stream = TcpStream::connect(serving.url.strip_prefix("http://").unwrap()).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).ok()?;
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    text.split(' ').nth(1)?.parse().ok()
}

/// Kills whoever hears this step of the product in front of each write, and says it once more.
async fn killed_while(step: &str, of_target: bool) {
    let mut dying = Dying::new().await;
    let by = if postgres_server().is_some() { 3 } else { 1 };
    let mut at = first(by);
    loop {
        let moving = match step {
            "schedule" | "start" => dying.settled().await,
            _ => dying.next().await,
        };
        let said = dying.before(step, &moving).await;
        let (us, eu) = (&dying.regions.us, &dying.regions.eu);
        let serving = if of_target { dying.serve(eu, "EU") } else { dying.serve(us, "US") };
        dying.blows.arm(at, Points { from_first_transaction: false, ..POINTS });
        let heard = if of_target {
            dying.regions.wire.lead_to(&serving.url);
            Some(crate::support::regions::at(us, &said).await.status)
        } else {
            say(&serving, &said)
        };
        let passed = dying.blows.disarm();
        serving.kill();
        dying.regions.wire.lead_to(&eu.url);
        let both = is_alive(us, moving.id).await && is_alive(eu, moving.id).await;
        assert!(!both, "it never lives in two places: killed at point {at}");
        us.advance(LEASE_OVER);
        let is_over = heard == Some(204) && passed < at;
        dying.after(step, &moving, at).await;
        if is_over || dying.rounds >= ROUNDS_MAX {
            break;
        }
        dying.fell += 1;
        at += by;
    }
    dying.finish(step, if by == 1 { 3 } else { 1 });
}

impl Dying {
    /// Up to where this step is said, and the call that says it.
    async fn before(&self, step: &str, moving: &Moving) -> Call {
        let Moving { site, migration, .. } = moving;
        let body = match step {
            "schedule" => self.plan(site, migration),
            "start" => {
                assert_eq!(site.schedule_move(PROOF, migration, "EU").await.status, 204);
                site.planned(migration)
            }
            _ => {
                self.regions.until(site, migration, "ready-to-commit").await;
                json!({"migrationId": migration})
            }
        };
        site.move_call(PROOF, "POST", &format!("/{step}"), Some(&body))
    }

    /// It is said once more, and what it began comes to its end.
    async fn after(&self, step: &str, moving: &Moving, at: u32) {
        let (us, eu) = (&self.regions.us, &self.regions.eu);
        let Moving { site, migration, .. } = moving;
        match step {
            "commit" => {
                assert_eq!(site.commit_move(PROOF, migration).await.status, 204, "killed at point {at}");
                return self.is_there_alone(moving, at).await;
            }
            "schedule" => {
                let again = site.schedule_move(PROOF, migration, "EU").await;
                assert_eq!(again.status, 204, "killed at point {at}: {}", again.body);
            }
            "start" => {
                let again = site.start_move(PROOF, migration).await;
                assert_eq!(again.status, 204, "killed at point {at}: {}", again.body);
            }
            _ => {}
        }
        let undone = site.roll_back_move(PROOF, migration).await;
        assert_eq!(undone.status, 204, "killed at point {at}: {}", undone.body);
        us.advance(Duration::from_secs(11));
        self.regions.work().await;
        self.is_as_it_was(moving, at).await;
        assert!(census(eu, moving.id).is_empty(), "killed at point {at}");
    }

    /// Its host may have been asked meanwhile, which depends on the time alone.
    async fn is_as_it_was(&self, moving: &Moving, at: u32) {
        let us = &self.regions.us;
        let without_probes = |mut dump: Dump| {
            dump.get_mut("jobs").unwrap().retain(|job| job["kind"] != "probe");
            dump
        };
        let now = without_probes(dump(us, moving.id, false).await);
        assert_same(&without_probes(moving.before.clone()), &now, &format!("killed at point {at}"));
        assert!(is_alive(us, moving.id).await, "killed at point {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_killed_while_a_move_is_planned_knows_it_when_it_is_planned_once_more() {
    killed_while("schedule", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_killed_while_a_move_begins_lets_it_begin_or_goes_on_as_before() {
    killed_while("start", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_killed_while_it_commits_leaves_the_site_in_one_region() {
    killed_while("commit", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_killed_while_it_takes_a_move_back_goes_on_as_before() {
    killed_while("rollback", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_killed_while_it_commits_lets_the_site_live_in_one_region() {
    killed_while("commit", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_killed_while_it_drops_a_copy_leaves_nothing_of_it_in_the_end() {
    let mut dying = Dying::new().await;
    let mut at = first(step_by());
    loop {
        let moving = dying.next().await;
        dying.regions.until(&moving.site, &moving.migration, "ready-to-commit").await;
        assert_eq!(moving.site.roll_back_move(PROOF, &moving.migration).await.status, 204);
        let (us, eu) = (&dying.regions.us, &dying.regions.eu);
        us.advance(Duration::from_secs(11));
        us.run_jobs().await;
        assert!(!census(eu, moving.id).is_empty(), "the copy is told to go, and is there");
        let environment = dying.blows.within(&dying.of(eu, "EU"));
        dying.blows.arm(at, POINTS);
        let run = environment.run(&eu.databases, &["jobs", "run"]);
        let passed = dying.blows.disarm();
        assert_eq!(run.status.success(), passed < at, "{}", String::from_utf8_lossy(&run.stderr));
        assert!(!is_alive(eu, moving.id).await, "what is to go does not come alive");
        us.advance(LEASE_OVER);
        dying.regions.work().await;
        assert!(census(eu, moving.id).is_empty(), "killed at point {at}");
        dying.is_as_it_was(&moving, at).await;
        if run.status.success() {
            break;
        }
        dying.fell += 1;
        at += step_by();
    }
    dying.finish("dropping", 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_killed_while_it_erases_what_is_left_erases_it_once_with_its_receipt() {
    let mut dying = Dying::new().await;
    let by = 2 * step_by();
    let mut at = first(by);
    loop {
        let moving = dying.next().await;
        dying.regions.until(&moving.site, &moving.migration, "ready-to-commit").await;
        assert_eq!(moving.site.commit_move(PROOF, &moving.migration).await.status, 204);
        let us = &dying.regions.us;
        us.advance(kept::moves::LINGER);
        let environment = dying.blows.within(&dying.of(us, "US"));
        dying.blows.arm(at, POINTS);
        let run = environment.run(&us.databases, &["jobs", "run"]);
        let passed = dying.blows.disarm();
        assert_eq!(run.status.success(), passed < at, "{}", String::from_utf8_lossy(&run.stderr));
        assert!(!is_alive(us, moving.id).await, "it lives there: killed at point {at}");
        us.advance(LEASE_OVER);
        // An erasure whose job was under way is taken up again.
        us.advance(Duration::from_secs(3_600));
        dying.is_there_alone(&moving, at).await;
        let id = moving.id;
        let receipts = us.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, id)?));
        assert_eq!(receipts.await.unwrap().len(), 1, "killed at point {at}");
        if run.status.success() {
            break;
        }
        dying.fell += 1;
        at += by;
    }
    dying.finish("erasing", 5);
}
