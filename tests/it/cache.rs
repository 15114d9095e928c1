//! Tenants in memory: a warm request asks no database, and what changes elsewhere is heard of.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use diesel::connection::SimpleConnection;
use kept::app::App;
use kept::db::{Change, Conn, Db, Feed};
use kept::sandbox::{Answer, Site};
use kept::tenancy::{Event, Reason};

use crate::support::{TestApp, code, send, settings};

/// Longer than any feed takes; it only ends a test that has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_request_asks_no_database_until_it_hears_of_a_change() {
    let app = TestApp::start().await;
    let changes = Changes::watch(&app);
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    changes.wait_for(Change::Tenant(id));
    assert_eq!(page(&app, &site).await.status, 200, "now it is warm");

    take_away(&app);
    assert_eq!(page(&app, &site).await.status, 200);
    let session = app.get_with("/api/v1/session", &site.context_token(Some("5b10a"))).await;
    assert_eq!(session.status, 200, "{}", session.body);
    let cold = page(&app, &app.site("confluence")).await;
    assert_eq!((cold.status, code(&cold).as_str()), (503, "unavailable"), "the tables are really gone");
    bring_back(&app);

    // Another process switches the tenant off: this one is told by the feed alone.
    app.services.tenancy.happened(id, Event::Disabled).await.unwrap();
    changes.wait_for(Change::Tenant(id));
    let answer = page(&app, &site).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "tenant_disabled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_for_a_site_that_is_known_leads_to_the_page_for_reports_with_the_id_of_the_request()
{
    let app = TestApp::start().await;
    let changes = Changes::watch(&app);
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    changes.wait_for(Change::Tenant(id));
    // A page that is opened clears the suspicion, which cannot be stored.
    app.services.tenancy.happened(id, Event::Suspected(Reason::Unreachable)).await.unwrap();
    changes.wait_for(Change::Tenant(id));
    assert!(app.services.tenants.get(&site.client_key()).await.unwrap().is_some(), "now it is warm");
    take_away(&app);
    let path = site.page_path("/app/admin");
    let request = app.request("GET", &format!("{path}&jwt={}", site.url_token("GET", &path, None)));
    let failed = send(request.header("accept", "text/html")).await;
    assert_eq!(failed.status, 503, "{}", failed.body);
    let error_id = failed.header("x-request-id").unwrap();
    let address = format!("{}/plugins/servlet/ac/kept/kept-report?ac.errorId={error_id}", site.base_url());
    assert!(failed.body.contains(&format!("<a href=\"{address}\" target=\"_top\">")), "{}", failed.body);
    // Whose site it is that nobody has proven, nobody is led anywhere.
    let cold = app.site("confluence").page_path("/app/admin");
    let request =
        app.request("GET", &format!("{cold}&jwt={}", app.site("confluence").url_token("GET", &cold, None)));
    let unknown = send(request.header("accept", "text/html")).await;
    assert!(unknown.status == 503 && !unknown.body.contains("plugins/servlet"), "{}", unknown.body);
    bring_back(&app);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_remembered_as_nobody_until_somebody_installs() {
    let app = TestApp::start().await;
    let changes = Changes::watch(&app);
    let neighbour = app.site("neighbour");
    neighbour.install().await;
    changes.wait_for(Change::Tenant(app.tenant(&neighbour).await.unwrap().tenant.id));

    let site = app.site("jira");
    site.set_shared_secret(Some("a secret that nobody told us"));
    assert_eq!(page(&app, &site).await.status, 401);
    take_away(&app);
    for _ in 0..3 {
        assert_eq!(page(&app, &site).await.status, 401, "not asked again");
    }
    bring_back(&app);
    assert_eq!(site.install().await.status, 204);
    assert_eq!(page(&app, &site).await.status, 200, "at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_another_process_replaced_is_known_here_after_the_feed() {
    let here = TestApp::start().await;
    let changes = Changes::watch(&here);
    let site = here.site("jira");
    site.install().await;
    let id = here.tenant(&site).await.unwrap().tenant.id;
    changes.wait_for(Change::Tenant(id));
    assert_eq!(page(&here, &site).await.status, 200);

    let (there, stop) = another_process(&here).await;
    here.sandbox.set_app_url(&there);
    assert_eq!(site.rotate_secret().await.status, 204);
    changes.wait_for(Change::Tenant(id));
    assert_eq!(page(&here, &site).await.status, 200, "under the new secret");
    let token = site.context_token(None);
    assert_eq!(site.uninstall().await.status, 204);
    changes.wait_for(Change::Tenant(id));
    assert_eq!(here.get_with("/api/v1/session", &token).await.status, 401);
    here.run_jobs().await;
    stop.stop(false).await;
}

/// The same service once more on the same databases: its address, and how to stop it.
async fn another_process(app: &TestApp) -> (String, ServerHandle) {
    let there = App::build(settings(&app.databases, &app.sandbox, &app.clock, &[])).await.unwrap();
    let (url, stop) = (format!("http://127.0.0.1:{}", there.port()), there.handle());
    tokio::spawn(there.serve_only());
    (url, stop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_tenant_is_switched_on_for_the_next_request_of_the_same_process() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    for _ in 0..5 {
        site.disable().await;
        assert_eq!(page(&app, &site).await.status, 403);
        site.enable().await;
        assert_eq!(page(&app, &site).await.status, 200);
    }
}

/// A feed in place of the service's own, that also tells the test what it told the cache.
struct Changes(Receiver<Change>);

impl Changes {
    fn watch(app: &TestApp) -> Self {
        let (heard, changes) = channel();
        let tenants = app.services.tenants.clone();
        let feed = Feed::start(&app.services.main, move |change| {
            tenants.changed(change);
            let _ = heard.send(change);
        });
        app.services.tenants.obey(feed.unwrap());
        let changes = Self(changes);
        // It begins by saying that it cannot know what came before it.
        changes.wait_for(Change::Everything);
        changes
    }

    fn wait_for(&self, expected: Change) {
        tokio::task::block_in_place(|| {
            while self.0.recv_timeout(PATIENCE).expect("the feed tells of the change") != expected {}
        });
    }
}

async fn page(app: &TestApp, site: &Site) -> Answer {
    let path = site.page_path("/app/admin");
    app.get(&format!("{}{path}&jwt={}", app.url, site.url_token("GET", &path, None))).await
}

const TABLES: [&str; 2] = ["tenants", "suspicions"];

/// From here on every query about a tenant or a key fails.
fn take_away(app: &TestApp) {
    TABLES.iter().for_each(|table| rename(&app.services.main, table, &format!("{table}_away")));
    rename(&app.services.keyring, "data_keys", "data_keys_away");
}

fn bring_back(app: &TestApp) {
    TABLES.iter().for_each(|table| rename(&app.services.main, &format!("{table}_away"), table));
    rename(&app.services.keyring, "data_keys_away", "data_keys");
}

fn rename(db: &Db, from: &str, to: &str) {
    let sql = format!("ALTER TABLE {from} RENAME TO {to}");
    let renamed = db.maintain_here(|conn| match conn {
        Conn::Pg(conn) => Ok(conn.batch_execute(&sql)?),
        Conn::Sqlite(conn) => Ok(conn.batch_execute(&sql)?),
    });
    renamed.unwrap();
}
