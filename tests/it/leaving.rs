//! Tenants that leave without a word: a licence that lapses, a host that refuses us, and dates that another policy moves.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::clock::Timestamp;
use kept::db::DbError;
use kept::db::jobs::{self, JobKind};
use kept::policy::Departure;
use kept::sandbox::{Rest, Site};
use kept::tenancy::{Event, Reason, Tenant};
use serde_json::json;

use crate::support::{TestApp, TestDatabases};

const DAY: Duration = Duration::from_secs(86_400);

async fn installed(app: &TestApp) -> Site {
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    site
}

async fn tenant(app: &TestApp, site: &Site) -> Tenant {
    app.tenant(site).await.unwrap().tenant
}

/// For how many days a host must refuse us.
fn unreachable_days(app: &TestApp) -> u32 {
    u32::try_from(app.services.policy.unreachable_for().as_secs() / DAY.as_secs()).unwrap()
}

fn due_after(app: &TestApp, left_at: Timestamp, subscription_end: Option<Timestamp>) -> Option<Timestamp> {
    Some(app.services.policy.due(&Departure { left_at, subscription_end, own_days: None }).at)
}

fn licence(active: bool) -> Option<serde_json::Value> {
    Some(json!({"active": active, "type": "COMMERCIAL", "evaluation": false}))
}

fn probes(app: &TestApp) -> usize {
    let asked = |line: &&kept::sandbox::Recorded| line.path.contains("/rest/atlassian-connect/1/addons/");
    app.sandbox.recorded().iter().filter(asked).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_that_lapses_makes_a_suspicion_with_a_date_and_a_renewed_one_clears_it() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    site.set_licence(licence(true));
    app.live(2).await;
    assert_eq!((app.state(&site).await, probes(&app)), ("active", 2), "asked once a day");
    let id = tenant(&app, &site).await.id;
    let kept = app.services.operation.get(id, "licence", "licence").await.unwrap().unwrap();
    assert_eq!(kept.value.get(), r#"{"active":true,"evaluation":false,"type":"COMMERCIAL"}"#);
    assert_eq!(Some(kept.expires_at), app.services.policy.kind_expires_at("licence", app.clock.now()));

    site.set_licence(licence(false));
    app.live(1).await;
    let suspected = tenant(&app, &site).await;
    let lapsed_at = app.clock.now();
    assert_eq!((suspected.state(), suspected.reason()), ("suspected", Some("lapsed")));
    assert_eq!(suspected.due_at(), due_after(&app, lapsed_at, Some(lapsed_at)));
    let page = app.get_with("/api/v1/session", &site.context_token(None)).await;
    assert_eq!(page.status, 200, "its pages still answer");
    app.live(3).await;
    assert_eq!(
        tenant(&app, &site).await,
        suspected,
        "a request clears no lapse, and no further day moves its date"
    );

    site.set_licence(licence(true));
    app.live(1).await;
    assert_eq!(tenant(&app, &site).await.state(), "active");
    assert_eq!(tenant(&app, &site).await.ends_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_the_host_does_not_licence_never_lapses() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    site.set_licence(None);
    app.live(20).await;
    assert_eq!(app.state(&site).await, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_refuses_us_for_the_policys_days_makes_a_suspicion_until_it_knows_us_again() {
    for status in [401, 403] {
        let app = TestApp::start().await;
        let site = installed(&app).await;
        app.sandbox.faults().set_rest(Rest::Status(status));
        app.live(1).await;
        for day in 1..unreachable_days(&app) {
            app.live(1).await;
            assert_eq!(app.state(&site).await, "active", "refused for {day} days");
        }
        app.live(1).await;
        let suspected = tenant(&app, &site).await;
        assert_eq!((suspected.state(), suspected.reason()), ("suspected", Some("unreachable")));
        assert_eq!(suspected.due_at(), due_after(&app, app.clock.now(), None));
        assert_eq!(app.tenant(&site).await.unwrap().secrets.len(), 1, "the secret stays");

        let page = app.get_with("/api/v1/session", &site.context_token(None)).await;
        assert_eq!((page.status, app.state(&site).await), (200, "active"), "a proven request clears it");
        app.live(unreachable_days(&app)).await;
        assert_eq!(app.state(&site).await, "active", "the days are counted anew");
        app.live(1).await;
        assert_eq!(app.state(&site).await, "suspected");
        app.sandbox.faults().clear();
        app.live(1).await;
        assert_eq!(app.state(&site).await, "active", "the host knows us again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_does_not_answer_for_whatever_reason_is_no_host_that_refuses_us() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    let days = unreachable_days(&app);
    for fault in [Rest::Down, Rest::Status(500), Rest::Status(404), Rest::TooManyRequests { retry_after: 5 }]
    {
        app.sandbox.faults().set_rest(fault);
        app.live(days + 2).await;
        assert_eq!(app.state(&site).await, "active", "{fault:?}");
    }
    // Such days neither count nor break.
    app.sandbox.faults().set_rest(Rest::Status(401));
    app.live(4).await;
    app.sandbox.faults().set_rest(Rest::Status(503));
    app.live(10).await;
    app.sandbox.faults().set_rest(Rest::Status(401));
    app.live(days - 4).await;
    assert_eq!(app.state(&site).await, "active", "one day is missing");
    app.live(1).await;
    assert_eq!(app.state(&site).await, "suspected");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_absence_is_no_refusal() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    app.sandbox.faults().set_rest(Rest::Status(401));
    app.live(1).await;
    app.advance(DAY * 20);
    app.run_jobs().await;
    assert_eq!(app.state(&site).await, "active", "refused on two days, with twenty of silence between");
    app.live(unreachable_days(&app)).await;
    assert_eq!(app.state(&site).await, "suspected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_left_is_not_asked_for_and_one_that_returns_is() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    app.live(1).await;
    site.uninstall().await;
    app.live(5).await;
    assert_eq!(probes(&app), 1);
    site.install().await;
    app.live(2).await;
    assert_eq!(probes(&app), 3);
    let known = app.tenant(&site).await.unwrap();
    let waiting = app.jobs_of(&known).await.into_iter().filter(|job| job.kind == "probe").count();
    assert_eq!(waiting, 1, "one question waits, whatever happened");
}

/// Somebody opens a page while we are in doubt: the host is asked at once, and no more than once an hour.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_opened_while_we_are_in_doubt_has_the_host_asked_soon() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    let open = async || app.get(&site.page_url("/app/admin", None)).await.status;
    site.set_licence(licence(true));
    app.live(1).await;
    let asked = probes(&app);
    assert_eq!(open().await, 200);
    app.run_jobs().await;
    assert_eq!(probes(&app), asked, "there is no doubt");

    site.set_licence(licence(false));
    app.live(1).await;
    assert_eq!((app.state(&site).await, probes(&app)), ("suspected", asked + 1));
    site.set_licence(licence(true));
    app.advance(Duration::from_secs(3_000));
    assert_eq!(open().await, 200);
    app.run_jobs().await;
    assert_eq!(probes(&app), asked + 1, "it was asked within the hour");
    app.advance(Duration::from_secs(1_200));
    assert_eq!((open().await, open().await), (200, 200));
    app.run_jobs().await;
    assert_eq!((app.state(&site).await, probes(&app)), ("active", asked + 2), "renewed, and known at once");

    // A host that refuses us is in doubt before it is suspected.
    app.sandbox.faults().set_rest(Rest::Status(401));
    app.live(1).await;
    app.sandbox.faults().clear();
    let asked = probes(&app);
    app.advance(Duration::from_secs(4_000));
    open().await;
    app.run_jobs().await;
    assert_eq!(probes(&app), asked + 1);
    app.advance(Duration::from_secs(4_000));
    open().await;
    app.run_jobs().await;
    assert_eq!(probes(&app), asked + 1, "it knows us again");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_is_asked_for_also_one_of_an_older_version() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    let forget = "DELETE FROM jobs WHERE kind = 'probe'";
    app.services.main.maintain(move |conn| Ok(conn.batch_execute(forget)?)).await.unwrap();
    app.live(2).await;
    assert!(probes(&app) >= 1);
    // Somewhere far away after a clock was ahead is as bad as nowhere.
    let far = "UPDATE jobs SET run_at = run_at + 40000000000 WHERE kind = 'probe'";
    app.services.main.maintain(move |conn| Ok(conn.batch_execute(far)?)).await.unwrap();
    let before = probes(&app);
    app.live(3).await;
    assert!(probes(&app) > before);
    assert_eq!(app.state(&site).await, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_host_says_of_people_is_never_kept() {
    let app = TestApp::start().await;
    let site = installed(&app).await;
    app.live(1).await;
    let person = kept::sandbox::Who::Admin.person().unwrap();
    let known = app.tenant(&site).await.unwrap();
    let text = format!("{:?}", known.account.iter().collect::<Vec<_>>());
    assert!(!text.contains(person.email) && !text.contains(person.display_name), "{text}");
    for file in app.databases.files() {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(person.email.len()).any(|window| window == person.email.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_to_hosts_hold_up_no_other_work() {
    use std::sync::{Arc, LazyLock};

    use kept::jobs::{Done, Handler, Worker};
    use tokio::sync::{Notify, watch};

    static OTHER_WORK: LazyLock<(watch::Sender<bool>, watch::Receiver<bool>)> =
        LazyLock::new(|| watch::channel(false));
    static STOP: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::channel(false).0);
    // A host that answers only once the other work is done.
    let handlers: fn(JobKind) -> Option<Handler> = |kind| match kind {
        JobKind::Probe => Some(|_, _| {
            Box::pin(async {
                let mut done = OTHER_WORK.1.clone();
                done.wait_for(|done| *done).await.unwrap();
                STOP.send_replace(true);
                Ok(Done::Finished)
            })
        }),
        JobKind::DestroySecret => Some(|_, _| {
            Box::pin(async {
                OTHER_WORK.0.send_replace(true);
                Ok(Done::Finished)
            })
        }),
        _ => None,
    };
    let app = TestApp::start().await;
    let site = installed(&app).await;
    let first = app.tenant(&site).await.unwrap().tenant.id;
    app.advance(Duration::from_secs(7_200));
    let now = app.clock.now();
    let job = jobs::NewJob {
        kind: JobKind::DestroySecret,
        tenant: first,
        generation: 1,
        discriminator: "1".to_owned(),
        run_at: now,
    };
    app.services.main.write(move |tx| Ok::<_, DbError>(jobs::enqueue(tx, now, &job)?)).await.unwrap();
    let environment = kept::app::environment(&app.services);
    let worker = Worker::with(environment, handlers);
    let running = worker.run_until(STOP.subscribe(), Arc::new(Notify::new()));
    tokio::time::timeout(Duration::from_secs(30), running).await.expect("nobody waits for the host");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_policy_brings_dates_nearer_and_never_moves_them_away() {
    let databases = TestDatabases::fresh();
    let app = TestApp::on(databases, &[]).await;
    let (left, lapsed) = (app.site("left"), app.site("lapsed"));
    for site in [&left, &lapsed] {
        site.install().await;
    }
    left.uninstall().await;
    let id = tenant(&app, &lapsed).await.id;
    app.services.tenancy.happened(id, Event::Suspected(Reason::Lapsed)).await.unwrap();
    app.run_jobs().await;
    let policy = std::fs::read_to_string("policies/default.toml").unwrap();
    let before = [tenant(&app, &left).await.due_at().unwrap(), tenant(&app, &lapsed).await.due_at().unwrap()];

    for (name, change, nearer) in [
        ("shorter.toml", [("grace_days = 150", "grace_days = 40"), ("\ndays = 90", "\ndays = 50")], true),
        ("longer.toml", [("grace_days = 150", "grace_days = 151"), ("\ndays = 90", "\ndays = 91")], false),
    ] {
        let changed = change.iter().fold(policy.clone(), |text, (from, to)| text.replacen(from, to, 1));
        let path = app.databases.dir().join(name);
        std::fs::write(&path, changed).unwrap();
        let mut settings = app.services.settings.clone();
        settings.policy = path;
        let services = kept::app::open_services(settings, kept::app::Databases::AsTheyAre).await.unwrap();
        let worker = kept::app::worker(&services);
        let dates_before = [tenant(&app, &left).await.due_at(), tenant(&app, &lapsed).await.due_at()];
        worker.schedule_recurring().await.unwrap();
        worker.drain().await.unwrap();
        let dates =
            [tenant(&app, &left).await.due_at().unwrap(), tenant(&app, &lapsed).await.due_at().unwrap()];
        if nearer {
            assert!(dates[0] < before[0] && dates[1] < before[1], "{name}: {dates:?}");
        } else {
            assert_eq!(dates.map(Some), dates_before, "{name}");
        }
        assert!(!services.tenancy.is_other_policy_left().await.unwrap(), "{name}");
    }
}
