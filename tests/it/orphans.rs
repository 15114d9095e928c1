//! Keys that no tenant came to use, or that lost their owner: they go, and nobody else's with them.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::db::jobs::JobKind;
use kept::db::keyring::{self, KeyName};
use kept::db::{DbError, Id, deployment};

use crate::support::TestApp;

const HOUR: Duration = Duration::from_secs(3_600);
const WEEK: u32 = 24 * 7;

/// Data keys and secret keys.
async fn keys(app: &TestApp) -> (usize, usize) {
    let all = app
        .services
        .keyring
        .read(|conn| Ok::<_, DbError>(keyring::under_other_master(conn, "any", 1_000)?))
        .await
        .unwrap();
    let count = |wanted: fn(&KeyName) -> bool| all.iter().filter(|(name, _)| wanted(name)).count();
    (count(|name| matches!(name, KeyName::Data(_))), count(|name| matches!(name, KeyName::Secret(..))))
}

async fn hour(app: &TestApp) {
    app.advance(HOUR);
    app.run_jobs().await;
}

/// What a process that died between the key and the row leaves behind.
async fn leave_keys(app: &TestApp) {
    let nobody = Id::new(app.clock.now());
    drop(app.services.vault.create_tenant_keys(nobody, None).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_a_crash_left_behind_go_when_they_are_an_hour_old_and_others_stay() {
    let app = TestApp::start().await;
    app.site("jira").install().await;
    for _ in 0..3 {
        app.advance(Duration::from_secs(600));
        leave_keys(&app).await;
        assert_eq!(keys(&app).await, (2, 2), "an installation may be under way");
        hour(&app).await;
        hour(&app).await;
        assert_eq!(keys(&app).await, (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_loses_its_owner_later_is_found_within_a_week() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    hour(&app).await;
    hour(&app).await;
    site.uninstall().await;
    let forget = format!("DELETE FROM jobs WHERE kind = '{}'", JobKind::DestroySecret.as_str());
    app.services.main.maintain(move |conn| Ok(conn.batch_execute(&forget)?)).await.unwrap();
    hour(&app).await;
    assert_eq!(keys(&app).await, (1, 1), "each hour only new keys are looked at");
    for _ in 0..WEEK {
        hour(&app).await;
    }
    assert_eq!(keys(&app).await, (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_orphans_than_a_crash_leaves_are_not_touched_and_are_seen_again() {
    let app = TestApp::start().await;
    hour(&app).await;
    for _ in 0..101 {
        leave_keys(&app).await;
    }
    for _ in 0..3 {
        hour(&app).await;
        assert_eq!(keys(&app).await, (101, 101), "is this the right database?");
    }
    let job = app.jobs().await.into_iter().find(|job| job.kind == JobKind::DropOrphanKeys.as_str()).unwrap();
    assert!(job.last_error.unwrap().contains("is this the right database?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_went_ahead_and_back_hides_no_key() {
    let app = TestApp::start().await;
    let ahead = app.clock.now().plus(HOUR * 24 * 400).as_millis();
    let set = app.services.main.write(move |tx| {
        deployment::set(tx, "orphans.looked_until", ahead)?;
        Ok::<_, DbError>(deployment::set(tx, "orphans.looked_at_all", ahead)?)
    });
    set.await.unwrap();
    leave_keys(&app).await;
    hour(&app).await;
    hour(&app).await;
    assert_eq!(keys(&app).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_makes_all_of_its_keys_or_none() {
    let app = TestApp::start().await;
    let rename = |from: &'static str, to: &'static str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        app.services.keyring.maintain(move |conn| Ok(conn.batch_execute(&sql)?))
    };
    rename("secret_keys", "hidden_keys").await.unwrap();
    assert!(app.site("jira").install().await.status >= 500);
    rename("hidden_keys", "secret_keys").await.unwrap();
    assert_eq!(keys(&app).await, (0, 0));
}
