//! The queue of work under many hands: one row per job, one worker per job, and an end for what never works.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use kept::db::jobs::{self, Claimed, JobKind, JobRow, NewJob};
use kept::db::{Conn, DbError, Id};
use kept::jobs::{ATTEMPTS_MAX, Done, Handler, Step, Worker};

use crate::support::process::Environment as ProcessEnvironment;
use crate::support::{TestApp, start};

const LEASE: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3_600);

fn job(number: i64) -> NewJob {
    NewJob {
        kind: JobKind::Erase,
        tenant: Id::from_i64(number),
        generation: 1,
        discriminator: "left".to_owned(),
        run_at: start(),
    }
}

async fn enqueue(app: &TestApp, job: NewJob) {
    let now = app.clock.now();
    let queued = app.services.main.write(move |tx| Ok::<_, DbError>(jobs::enqueue(tx, now, &job)?));
    queued.await.unwrap();
}

async fn claim(app: &TestApp) -> Option<Claimed> {
    let now = app.clock.now();
    let claimed = app
        .services
        .main
        .write(move |tx| Ok::<_, DbError>(jobs::claim(tx, &[JobKind::Erase], now, now.plus(LEASE), 1)?));
    claimed.await.unwrap().pop()
}

/// Ends an attempt; whether that counted.
async fn end(
    app: &TestApp,
    end: impl FnOnce(&mut Conn) -> diesel::QueryResult<bool> + Send + 'static,
) -> bool {
    app.services.main.write(move |tx| Ok::<_, DbError>(end(tx)?)).await.unwrap()
}

async fn erase_jobs(app: &TestApp) -> Vec<JobRow> {
    let mut rows = app.jobs().await;
    rows.retain(|row| row.kind == "erase");
    rows
}

fn worker(app: &TestApp, handlers: fn(JobKind) -> Option<Handler>) -> Worker {
    Worker::with(kept::app::environment(&app.services), handlers)
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_job_many_times_at_once_is_asking_once() {
    let app = TestApp::start().await;
    join_all((0..50).map(|_| enqueue(&app, job(1)))).await;
    assert_eq!(erase_jobs(&app).await.len(), 1);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_workers_run_each_job_once() {
    static RUNS: Mutex<BTreeMap<i64, usize>> = Mutex::new(BTreeMap::new());
    let count: fn(JobKind) -> Option<Handler> = |kind| {
        let handler: Handler = |_, job| {
            Box::pin(async move {
                *RUNS.lock().unwrap().entry(job.tenant.as_i64()).or_default() += 1;
                tokio::task::yield_now().await;
                Ok(Done::Finished)
            })
        };
        (kind == JobKind::Erase).then_some(handler)
    };
    let app = TestApp::start().await;
    join_all((1..=60).map(|number| enqueue(&app, job(number)))).await;
    let workers: Vec<Worker> = (0..6).map(|_| worker(&app, count)).collect();
    let mut ran = 0;
    // A worker ends when it finds nothing free, which may be while others still hold what is left.
    while !erase_jobs(&app).await.is_empty() {
        ran +=
            join_all(workers.iter().map(Worker::drain)).await.into_iter().map(Result::unwrap).sum::<usize>();
    }
    let runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!((ran, runs.len()), (60, 60));
    assert!(runs.values().all(|runs| *runs == 1), "{runs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_the_lease_does_not_count() {
    let app = TestApp::start().await;
    enqueue(&app, job(1)).await;
    let first = claim(&app).await.unwrap();
    assert_eq!(claim(&app).await, None, "it is leased");
    app.advance(LEASE);
    let second = claim(&app).await.unwrap();
    assert_eq!((second.id, second.attempt), (first.id, 2));
    let (late, now) = (first.clone(), app.clock.now());
    assert!(!end(&app, move |tx| jobs::put_back(tx, &late, now, Some("late"))).await);
    let late = first.clone();
    assert!(!end(&app, move |tx| jobs::bury(tx, &late, now, "late")).await);
    assert!(!end(&app, move |tx| jobs::complete(tx, &first)).await);
    assert_eq!(erase_jobs(&app).await[0].state, "running", "the second attempt goes on");
    assert!(end(&app, move |tx| jobs::complete(tx, &second)).await);
    assert_eq!(erase_jobs(&app).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_asked_for_while_it_runs_runs_again_no_later_than_asked() {
    type End = fn(&mut Conn, &Claimed) -> diesel::QueryResult<bool>;
    let finished: End = |tx, job| jobs::complete(tx, job);
    let again: End = |tx, job| jobs::put_back(tx, job, start().plus(HOUR * 100), None);
    let failed: End = |tx, job| jobs::put_back(tx, job, start().plus(HOUR * 100), Some("failed"));
    let buried: End = |tx, job| jobs::bury(tx, job, start(), "failed for good");
    for (way, end_it) in [("finished", finished), ("again", again), ("failed", failed), ("buried", buried)] {
        let app = TestApp::start().await;
        enqueue(&app, job(1)).await;
        let running = claim(&app).await.unwrap();
        for hours in [3, 2, 5] {
            enqueue(&app, NewJob { run_at: start().plus(HOUR * hours), ..job(1) }).await;
        }
        assert!(end(&app, move |tx| end_it(tx, &running)).await, "{way}");
        app.advance(HOUR * 2);
        assert!(claim(&app).await.is_some(), "{way}: {:?}", erase_jobs(&app).await);
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_handler_is_a_failed_attempt_and_the_worker_goes_on() {
    let panics: fn(JobKind) -> Option<Handler> = |kind| {
        let handler: Handler = |_, job| {
            Box::pin(async move {
                assert_ne!(job.tenant, Id::from_i64(1), "a fault in our own code, on purpose");
                Ok(Done::Finished)
            })
        };
        (kind == JobKind::Erase).then_some(handler)
    };
    let app = TestApp::start().await;
    enqueue(&app, job(1)).await;
    enqueue(&app, job(2)).await;
    assert_eq!(worker(&app, panics).drain().await.unwrap(), 2);
    let left = erase_jobs(&app).await;
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].state.as_str(), left[0].attempts), ("queued", 1));
    assert_eq!(left[0].last_error.as_deref(), Some("the handler panicked"));
    assert!(left[0].run_at > start().into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_takes_its_worker_with_it_each_time_ends_as_a_dead_letter() {
    let never: fn(JobKind) -> Option<Handler> = |kind| {
        let handler: Handler = |_, _| Box::pin(async { panic!("it would take this worker too") });
        (kind == JobKind::Erase).then_some(handler)
    };
    let app = TestApp::start().await;
    enqueue(&app, job(1)).await;
    for _ in 0..ATTEMPTS_MAX {
        assert!(claim(&app).await.is_some(), "a worker takes it and dies");
        app.advance(LEASE);
    }
    assert!(matches!(worker(&app, never).step().await.unwrap(), Step::Ran(_)));
    let dead = erase_jobs(&app).await.remove(0);
    assert_eq!(dead.state, "dead");
    assert_eq!(
        dead.last_error.as_deref(),
        Some("all attempts are used up, and the last one never answered"),
        "the handler was not called again"
    );
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_keeps_failing_ends_as_a_dead_letter_until_an_operator_retries_it() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let rename = |from: &'static str, to: &'static str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        app.services.keyring.maintain(move |conn| Ok(conn.batch_execute(&sql)?))
    };
    rename("secret_keys", "hidden_keys").await.unwrap();
    site.uninstall().await;
    for attempt in 1..=ATTEMPTS_MAX {
        assert_eq!(failing(&app).await.unwrap().state, "queued", "attempt {attempt}");
        app.run_jobs().await;
        assert_eq!(failing(&app).await.unwrap().attempts, attempt);
        app.advance(HOUR);
    }
    let dead = failing(&app).await.unwrap();
    assert_eq!((dead.state.as_str(), dead.last_error.is_some()), ("dead", true));
    app.run_jobs().await;
    assert_eq!(failing(&app).await.unwrap(), dead, "it waits for somebody to look");

    rename("hidden_keys", "secret_keys").await.unwrap();
    let environment = ProcessEnvironment::new(&app.databases, &app.sandbox);
    let environment = environment.set("KEPT_CLOCK", &app.clock.now().to_string());
    let retry = environment.run(&app.databases, &["jobs", "retry", &dead.id.to_string(), "--json"]);
    assert!(retry.status.success(), "{}", String::from_utf8_lossy(&retry.stderr));
    let again = environment.run(&app.databases, &["jobs", "retry", &dead.id.to_string()]);
    assert_eq!(again.status.code(), Some(1), "it is not dead any more");
    app.advance(HOUR);
    app.run_jobs().await;
    assert_eq!(failing(&app).await, None, "it was done");
}

/// The job that this file makes fail: it cannot destroy a key while the keys are hidden.
async fn failing(app: &TestApp) -> Option<JobRow> {
    app.jobs().await.into_iter().find(|job| job.kind == JobKind::DestroySecret.as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_recurs_never_ends_however_often_it_fails() {
    let app = TestApp::start().await;
    let hide = "ALTER TABLE data_keys RENAME TO hidden_keys";
    app.services.keyring.maintain(move |conn| Ok(conn.batch_execute(hide)?)).await.unwrap();
    for _ in 0..=ATTEMPTS_MAX + 1 {
        app.advance(HOUR * 2);
        app.run_jobs().await;
    }
    let orphans = JobKind::DropOrphanKeys.as_str();
    let job = app.jobs().await.into_iter().find(|job| job.kind == orphans).unwrap();
    assert_eq!((job.state.as_str(), job.last_error.is_some()), ("queued", true));
}
