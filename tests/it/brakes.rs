//! The brakes: an operator's mistake, or a fault of somebody else's, erases nobody and mails nobody.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kept::clock::Timestamp;
use kept::db::brakes::{self, Brake};
use kept::db::jobs::JobKind;
use kept::db::{DbError, Id};
use kept::jobs::{Done, Handler, Worker};
use kept::sandbox::{KeyServer, Rest};
use kept::tenancy::brake::{self, Verdict};
use kept::tenancy::{Delivery, Event, Reason, Tenant};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::place::{code, stderr, stdout};
use crate::support::process::Environment as ProcessEnvironment;
use crate::support::tenants::{client_key, install};
use crate::support::{TestApp, TestDatabases};

const DAY: Duration = Duration::from_secs(86_400);

/// Uninstalls the tenant of this number, past HTTP.
async fn leave(app: &TestApp, number: usize) {
    let delivery = Delivery {
        token_hash: Sha256::digest(format!("{number} leaves")).to_vec(),
        body_hash: Vec::new(),
        expires_at: app.clock.now().plus(Duration::from_secs(180)),
        issued_at: app.clock.now().as_seconds(),
    };
    app.services.tenancy.uninstall(&client_key(number), delivery).await.unwrap();
}

async fn by_id(app: &TestApp, id: Id) -> Tenant {
    app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant
}

async fn states(app: &TestApp, ids: &[Id]) -> Vec<&'static str> {
    let mut states = Vec::new();
    for id in ids {
        states.push(by_id(app, *id).await.state());
    }
    states
}

async fn engaged(app: &TestApp) -> Vec<Brake> {
    let engaged = app.services.tenancy.brakes().await.unwrap();
    engaged.into_iter().map(|engaged| engaged.brake).collect()
}

async fn resume(app: &TestApp) {
    app.services.tenancy.resume_erasures("looked").await.unwrap();
    kept::app::worker(&app.services).schedule_recurring().await.unwrap();
}

/// Asks the brake about a tenant's erasure.
async fn check(app: &TestApp, tenant: &Tenant) -> Verdict {
    let (tenant, now, policy) = (tenant.clone(), app.clock.now(), app.services.policy.clone());
    let asked = move |tx: &mut _| Ok::<_, DbError>(brake::check_erasure(tx, &tenant, now, &policy)?);
    app.services.main.write(asked).await.unwrap()
}

fn command(app: &TestApp) -> ProcessEnvironment {
    let now = app.clock.now().to_string();
    ProcessEnvironment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", &now)
}

static ERASURES: AtomicUsize = AtomicUsize::new(0);
static NOTICES: AtomicUsize = AtomicUsize::new(0);

/// A worker that only counts what would erase and mail.
fn counting(app: &TestApp) -> Worker {
    let handlers: fn(JobKind) -> Option<Handler> = |kind| match kind {
        JobKind::Erase => Some(|_, _| {
            ERASURES.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(Done::Finished) })
        }),
        JobKind::Notice => Some(|_, _| {
            NOTICES.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(Done::Finished) })
        }),
        _ => None,
    };
    let environment = kept::app::environment(&app.services);
    Worker::with(environment, handlers)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_a_year_ahead_erases_nobody_and_mails_nobody_and_is_said() {
    for (all, leaving) in [(3, 1), (300, 120)] {
        let app = TestApp::start().await;
        let mut ids = Vec::new();
        for number in 0..all {
            ids.push(install(&app, number).await);
        }
        app.live(1).await;
        for number in 0..leaving {
            leave(&app, number).await;
        }
        app.run_jobs().await;
        let before = states(&app, &ids).await;
        assert_eq!(before.iter().filter(|state| **state == "marked").count(), leaving);
        let jobs_before = app.jobs().await.len();
        let (due_at, right) = (by_id(&app, ids[0]).await.due_at().unwrap(), app.clock.now());
        let (erased, mailed) = (ERASURES.load(Ordering::SeqCst), NOTICES.load(Ordering::SeqCst));

        app.advance(DAY * 365);
        app.run_jobs().await;
        counting(&app).drain().await.unwrap();
        assert_eq!(engaged(&app).await, [Brake::Clock], "{all} tenants");
        assert_eq!(states(&app, &ids).await, before);
        assert_eq!(app.jobs().await.len(), jobs_before, "what is held waits");
        assert!(matches!(
            check(&app, &by_id(&app, ids[0]).await).await,
            Verdict::Held { by: Brake::Clock, .. }
        ));
        let suspected = app.services.tenancy.happened(ids[all - 1], Event::Suspected(Reason::Lapsed)).await;
        assert!(suspected.is_ok());
        assert_eq!(states(&app, &ids).await, before, "nobody is suspected either");
        let doctor = command(&app).run(&app.databases, &["doctor"]);
        assert!(
            code(&doctor) == 1 && stdout(&doctor).contains("the clock was 8760 h away"),
            "{}",
            stdout(&doctor)
        );
        let shown = command(&app).json(&app.databases, &["tenants", "show", &ids[0].to_string(), "--json"]);
        assert_eq!(shown["brakes"][0]["brake"], "clock");
        assert_eq!(app.get(&format!("{}/readyz", app.url)).await.status, 200, "it answers all the same");

        // The clock is set right. That alone tells nobody that somebody has looked.
        app.clock.set(right.plus(DAY));
        counting(&app).drain().await.unwrap();
        assert_eq!(engaged(&app).await, [Brake::Clock]);
        let resumed =
            command(&app).json(&app.databases, &["erasures", "resume", "--reason", "NTP", "--json"]);
        assert_eq!(resumed["released"][0]["brake"], "clock");
        assert_eq!(engaged(&app).await, []);

        // Work goes on: notices and erasures on their days, and what recurs is not a year away.
        let worker = counting(&app);
        while app.clock.now() < due_at {
            assert_eq!(ERASURES.load(Ordering::SeqCst), erased, "nothing is early");
            app.advance(DAY);
            worker.drain().await.unwrap();
        }
        assert_eq!(NOTICES.load(Ordering::SeqCst) - mailed, leaving);
        assert_eq!(ERASURES.load(Ordering::SeqCst) - erased, leaving);
        let recurring = app.jobs().await.into_iter().filter(|job| job.tenant_id == Id::NONE);
        for job in recurring {
            assert!(Timestamp::from(job.run_at) < right.plus(DAY * 3), "{} at {:?}", job.kind, job.run_at);
        }
        app.clock.set(right.plus(DAY));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_database_believes_the_clock_and_a_later_start_compares_it() {
    let app = TestApp::start().await;
    assert_eq!(engaged(&app).await, []);
    let start = app.clock.now();
    let jump = app.services.policy.clock_jump_max();
    let worker = || kept::app::worker(&app.services);
    for (moved, expected) in [
        (start.plus(jump), vec![]),
        (start.plus(jump).minus(DAY), vec![]),
        (start.plus(jump).minus(DAY * 2 + Duration::from_millis(1)), vec![Brake::Clock]),
    ] {
        app.clock.set(moved);
        worker().schedule_recurring().await.unwrap();
        assert_eq!(engaged(&app).await, expected, "{moved}");
    }
    resume(&app).await;
    app.clock.set(app.clock.now().plus(jump + Duration::from_millis(1)));
    worker().schedule_recurring().await.unwrap();
    assert_eq!(engaged(&app).await, [Brake::Clock]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_all_refuse_us_mark_no_more_than_the_share_and_erase_nobody() {
    let app = TestApp::start().await;
    let all = 60;
    let mut sites = Vec::new();
    for number in 0..all {
        let site = app.site(&format!("site-{number}"));
        assert_eq!(site.install().await.status, 204);
        sites.push(site);
    }
    app.sandbox.faults().set_rest(Rest::Status(401));
    app.sandbox.faults().set_key_server(KeyServer::Status(401));
    app.live(12).await;
    let count = async |state: &str| {
        let mut count = 0;
        for site in &sites {
            count += usize::from(app.state(site).await == state);
        }
        count
    };
    let share = usize::try_from(app.services.policy.brake().share_percent).unwrap();
    assert_eq!(count("suspected").await, all * share / 100);
    assert_eq!(count("active").await, all - all * share / 100);
    assert_eq!(engaged(&app).await, [Brake::Suspicions]);
    let doctor = command(&app).run(&app.databases, &["doctor"]);
    assert!(
        stdout(&doctor).contains("7 tenants would have been suspected within a day"),
        "{}",
        stdout(&doctor)
    );

    // What was only guessed is not erased while it holds, not even long after its time.
    for _ in 0..5 {
        app.advance(DAY * 34);
        app.run_jobs().await;
    }
    assert_eq!((count("suspected").await, count("active").await), (6, 54));
    for site in &sites {
        let tenant = app.tenant(site).await.unwrap().tenant;
        if tenant.state() == "suspected" {
            let verdict = check(&app, &tenant).await;
            assert!(matches!(verdict, Verdict::Held { by: Brake::Suspicions, .. }), "{verdict:?}");
        }
    }
    app.sandbox.faults().clear();
    app.live(1).await;
    assert_eq!(count("active").await, all, "they know us again");
    resume(&app).await;
    assert_eq!(engaged(&app).await, []);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_that_they_leave_is_erased_while_guesses_are_held() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(install(&app, number).await);
    }
    for id in &ids[..10] {
        app.services.tenancy.happened(*id, Event::Suspected(Reason::Unreachable)).await.unwrap();
    }
    let policy = app.services.policy.brake();
    let expected = usize::try_from(policy.count_min).unwrap() - 1;
    let suspected = states(&app, &ids).await.iter().filter(|state| **state == "suspected").count();
    assert_eq!(
        (suspected, engaged(&app).await),
        (expected, vec![Brake::Suspicions]),
        "fewer are never too many"
    );
    leave(&app, 19).await;
    app.run_jobs().await;
    let left = by_id(&app, ids[19]).await;
    assert_eq!(check(&app, &left).await, Verdict::Go);
    let verdict = check(&app, &by_id(&app, ids[0]).await).await;
    assert!(matches!(verdict, Verdict::Held { by: Brake::Suspicions, .. }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_erasures_than_the_share_within_a_day_halt_the_rest_until_somebody_has_looked() {
    let app = TestApp::start().await;
    let mut marked = Vec::new();
    for number in 0..100 {
        let id = install(&app, number).await;
        if number < 40 {
            leave(&app, number).await;
            marked.push(by_id(&app, id).await);
        }
    }
    app.run_jobs().await;
    let go = async || {
        let mut go = 0;
        for tenant in &marked {
            go += usize::from(check(&app, tenant).await == Verdict::Go);
        }
        go
    };
    assert_eq!(go().await, 10);
    assert_eq!(engaged(&app).await, [Brake::Erasures]);
    app.live(3).await;
    assert_eq!(go().await, 0, "it holds until somebody has looked");
    resume(&app).await;
    assert_eq!(go().await, 10, "another share may go");
    resume(&app).await;
    assert_eq!(go().await, 10);

    // Spread over time, nothing is too many.
    resume(&app).await;
    for tenant in &marked[..30] {
        assert_eq!(check(&app, tenant).await, Verdict::Go);
        app.advance(Duration::from_secs(4 * 3_600));
    }
    assert_eq!(engaged(&app).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_erasures_but_never_past_the_ceiling_and_is_recorded() {
    let app = TestApp::start().await;
    let id = install(&app, 1).await;
    leave(&app, 1).await;
    app.run_jobs().await;
    let tenant = by_id(&app, id).await;
    let ceiling = tenant.ceiling(&app.services.policy).unwrap();
    let due_at = tenant.due_at().unwrap();
    assert!(due_at < ceiling);
    let paused =
        command(&app).run(&app.databases, &["erasures", "pause", "--reason", "the mail server is away"]);
    assert_eq!(code(&paused), 0, "{}", stderr(&paused));
    while app.clock.now() < due_at {
        app.advance(DAY);
        kept::app::worker(&app.services).schedule_recurring().await.unwrap();
    }
    let hour = Duration::from_secs(3_600);
    assert_eq!(
        check(&app, &tenant).await,
        Verdict::Held { by: Brake::Paused, look_at: app.clock.now().plus(hour) }
    );
    app.clock.set(ceiling.minus(hour / 2));
    assert_eq!(check(&app, &tenant).await, Verdict::Held { by: Brake::Paused, look_at: ceiling });
    app.clock.set(ceiling);
    assert_eq!(check(&app, &tenant).await, Verdict::Go, "the customer was promised it");
    app.clock.set(ceiling.minus(hour / 2));

    let listed = command(&app).json(&app.databases, &["erasures", "list", "--json"]);
    assert_eq!(listed["brakes"][0]["brake"], "paused");
    assert_eq!(listed["actions"][0]["reason"], "the mail server is away");
    assert_eq!(code(&command(&app).run(&app.databases, &["erasures", "pause"])), 2, "not without a reason");
    let resumed = command(&app).run(&app.databases, &["erasures", "resume", "--reason", "it is back"]);
    assert!(stdout(&resumed).contains("let go of paused"), "{}{}", stdout(&resumed), stderr(&resumed));
    assert_eq!(check(&app, &tenant).await, Verdict::Go);
    let listed = command(&app).json(&app.databases, &["erasures", "list", "--json"]);
    assert_eq!(listed["brakes"], json!([]));
    let actions: Vec<_> = listed["actions"].as_array().unwrap().iter().map(|done| &done["action"]).collect();
    assert_eq!(actions, ["erasures resume", "erasures pause"]);
    for file in app.databases.files() {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"mail server"), "{}", file.display());
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_ends_while_the_brake_holds_is_looked_at_again() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(install(&app, number).await);
    }
    let ends_at = app.clock.now().plus(DAY * 2);
    for id in &ids {
        app.services.tenancy.happened(*id, Event::EndsOn(Some(ends_at))).await.unwrap();
    }
    app.live(3).await;
    for id in &ids {
        app.services.tenancy.happened(*id, Event::Due).await.unwrap();
    }
    let suspected = async || states(&app, &ids).await.iter().filter(|state| **state == "suspected").count();
    assert_eq!((suspected().await, engaged(&app).await), (4, vec![Brake::Suspicions]));
    let tenant = by_id(&app, ids[19]).await;
    assert_eq!((tenant.state(), tenant.ends_at), ("active", Some(ends_at)), "its end is not forgotten");
    let waits = app.jobs().await.into_iter().filter(|job| job.kind == "erase" && job.tenant_id == ids[19]);
    assert_eq!(waits.count(), 1, "and it will be looked at again");
    resume(&app).await;
    app.run_jobs().await;
    assert_eq!(suspected().await, 8, "another few are suspected");
    for _ in 0..4 {
        resume(&app).await;
        app.run_jobs().await;
    }
    assert_eq!((suspected().await, by_id(&app, ids[19]).await.reason()), (20, Some("lapsed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_beside_an_end_that_is_held_is_let_through_by_the_brake_of_erasures_or_waits() {
    for held in [Brake::Erasures, Brake::Suspicions] {
        let app = TestApp::start().await;
        let mut ids = Vec::new();
        for number in 0..20 {
            ids.push(install(&app, number).await);
        }
        for id in &ids[..10] {
            app.services.tenancy.happened(*id, Event::Suspected(Reason::Unreachable)).await.unwrap();
        }
        let engage = brakes::Engaged { brake: held, at: app.clock.now(), measure: 1 };
        app.services.main.write(move |tx| Ok::<_, DbError>(brakes::engage(tx, engage)?)).await.unwrap();
        assert!(engaged(&app).await.contains(&Brake::Suspicions) && engaged(&app).await.contains(&held));
        // It is asked for on the same day on which the subscription is over.
        let ends_at = app.clock.now().plus(Duration::from_secs(3_600));
        for event in [Event::EndsOn(Some(ends_at)), Event::ErasureAsked] {
            app.services.tenancy.happened(ids[19], event).await.unwrap();
        }
        app.live(3).await;
        let found = app.services.tenancy.listed(ids[19]).await.unwrap();
        let state = found.map(|listed| listed.tenant.state());
        if held == Brake::Erasures {
            assert_eq!(state, Some("suspected"), "nobody let it through");
            resume(&app).await;
            app.run_jobs().await;
            app.live(1).await;
            assert!(app.services.tenancy.listed(ids[19]).await.unwrap().is_none(), "it was only held");
        } else {
            assert_eq!(state, None, "who asked is erased while guesses are held");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_within_a_day_is_counted_by_the_hour() {
    let app = TestApp::on(TestDatabases::fresh(), &[]).await;
    let start = app.clock.now();
    let hour = Duration::from_secs(3_600);
    let counted = app.services.main.write(move |tx| {
        let mut seen = Vec::new();
        for hours in 0..30 {
            let now = start.plus(hour * hours);
            brakes::count_one(tx, brakes::Counted::Erasures, now)?;
            seen.push(brakes::begun_within_a_day(tx, brakes::Counted::Erasures, now)?);
        }
        Ok::<_, DbError>(seen)
    });
    let expected: Vec<i64> = (1..=30).map(|count: i64| count.min(24)).collect();
    assert_eq!(counted.await.unwrap(), expected);
}
