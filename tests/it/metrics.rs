//! The operators' side: metrics on a listener of their own, and nothing of a customer in them.

use std::net::TcpListener;
use std::time::Duration;

use kept::db::jobs::{self, JobKind, NewJob};
use kept::db::{DbError, Id};
use kept::jobs::{JobError, Worker};
use kept::policy::ClassName;
use kept::sandbox::Answer;

use crate::support::place::{Place, code, stderr};
use crate::support::process::Serving;
use crate::support::{TestApp, raw, send};

async fn metrics(app: &TestApp) -> String {
    let answer = app.get(&format!("{}/metrics", app.admin_url)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        answer.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    answer.body
}

/// The value behind this name and these labels.
fn value(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in\n{metrics}")).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_on_the_operators_port_and_never_on_the_public_one() {
    let app = TestApp::start().await;
    assert!(metrics(&app).await.ends_with("# EOF\n"));
    assert_eq!(send(app.request("GET", "/metrics")).await.status, 404);
    let on_admin = |path: &str| {
        let url = format!("{}{path}", app.admin_url);
        let app = &app;
        async move { app.get(&url).await }
    };
    for path in ["/", "/healthz", "/app/admin", "/api/v1/session", "/atlassian-connect.json"] {
        let answer: Answer = on_admin(path).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let routes: Vec<_> = kept::admin::table().routes().iter().map(|route| route.path).collect();
    assert_eq!(routes, ["/metrics"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_the_template_of_their_route() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    for path in ["/healthz", "/healthz", "/assets/secret-1?secret-2", "/secret-3", "/app/admin?jwt=secret-4"]
    {
        send(app.request("GET", path)).await;
    }
    let metrics = metrics(&app).await;
    for (route, status, count) in [
        ("/healthz", "2xx", 2.0),
        ("/assets/{file}", "4xx", 1.0),
        ("none", "4xx", 1.0),
        ("/app/admin", "4xx", 1.0),
        ("/connect/installed", "2xx", 1.0),
    ] {
        let name = format!("kept_requests_total{{route=\"{route}\",status=\"{status}\"}}");
        assert_eq!(value(&metrics, &name), count, "{name}");
    }
    assert_eq!(value(&metrics, "kept_request_duration_seconds_count{route=\"/healthz\"}"), 2.0);
    let tenant = app.tenant(&site).await.unwrap().tenant.id.to_string();
    for told in ["secret-", "jwt", "127.0.0.1", &site.client_key(), &tenant] {
        assert!(!metrics.contains(told), "{told} is in\n{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_counted_by_kind_and_dead_ones_are_seen() {
    let app = TestApp::start().await;
    assert_eq!(value(&metrics(&app).await, "kept_jobs_dead"), 0.0);
    app.advance(Duration::from_secs(3_600));
    app.run_jobs().await;
    let now = app.clock.now();
    let job = NewJob {
        kind: JobKind::Erase,
        tenant: Id::NONE,
        generation: 0,
        discriminator: String::new(),
        run_at: now,
    };
    let enqueue = app.services.main.write(move |tx| Ok::<_, DbError>(jobs::enqueue(tx, now, &job)?));
    enqueue.await.unwrap();
    let worker = Worker::with(kept::app::environment(&app.services), |kind| match kind {
        JobKind::Erase => {
            Some(|_, _| Box::pin(async { Err(JobError::Fail(anyhow::anyhow!("nobody's tenant"))) }))
        }
        _ => None,
    });
    assert_eq!(worker.drain().await.unwrap(), 1);
    let metrics = metrics(&app).await;
    assert_eq!(value(&metrics, "kept_jobs_total{kind=\"prune_logs\",outcome=\"ran\"}"), 1.0);
    assert_eq!(value(&metrics, "kept_jobs_total{kind=\"erase\",outcome=\"failed\"}"), 1.0);
    assert_eq!(value(&metrics, "kept_jobs_dead"), 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn website_05_utilitas_23_the_oldest_line_is_never_older_than_its_number_of_days() {
    let app = TestApp::start().await;
    let policy = app.services.policy.clone();
    let limit = |days: u32| f64::from(days) * 24.0 * 3_600.0;
    let mut oldest = 0.0_f64;
    for hour in 0..24 * (policy.log_keep_days(ClassName::AccessLog) + 2) {
        if hour % 12 == 0 {
            send(app.request("GET", "/healthz")).await;
            app.access_log.flush();
        }
        app.run_jobs().await;
        if hour % 6 == 0 {
            let shown = metrics(&app).await;
            let age = value(&shown, "kept_log_oldest_line_age_seconds{stream=\"access\"}");
            assert!(age <= limit(policy.log_keep_days(ClassName::AccessLog)), "{age}");
            assert!(value(&shown, "kept_log_oldest_line_age_seconds{stream=\"app\"}") == 0.0);
            oldest = oldest.max(age);
        }
        app.advance(Duration::from_secs(3_600));
    }
    assert!(
        oldest > limit(policy.log_keep_days(ClassName::AccessLog) - 1),
        "and what is younger is there: {oldest}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_stops_the_start_and_names_its_setting() {
    let place = Place::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for command in ["serve", "work"] {
        let output = place.with("KEPT_ADMIN_LISTEN", &address).run(&[command]);
        assert_eq!(code(&output), 1, "{command}");
        let said = stderr(&output);
        let last = said.lines().last().unwrap();
        assert!(
            last.starts_with("kept: KEPT_ADMIN_LISTEN: cannot listen on") && last.contains(&address),
            "{said}"
        );
    }
    assert!(!place.databases.dir().join("data/kept.db").exists(), "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_alone_shows_its_metrics_too() {
    let place = Place::new().await;
    place.run(&["migrate"]);
    let working = Serving::start_until(place.environment.command(&place.databases, &["work"]), "working");
    let (status, answer) = raw::send(&working.admin_url, b"GET /metrics HTTP/1.1", b"");
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("kept_jobs_dead 0.0"), "{answer}");
    assert!(working.stop().status.success());
}
