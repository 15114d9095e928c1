//! A report while a database is away: on PostgreSQL the wire to it is cut, on SQLite somebody else holds the file. Whoever reports is
//! told to come back, and the same request goes through then, once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kept::sandbox::Site;
use serde_json::{Value, json};
use url::Url;

use crate::support::admin::{installed, tenant_id};
use crate::support::databases::postgres_server;
use crate::support::reports::{post, preview, whole};
use crate::support::schema::count;
use crate::support::wire::Wire;
use crate::support::{TestApp, TestDatabases, code};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";

/// One of the two databases, and how it is taken away.
struct Fragile {
    app: TestApp,
    site: Site,
    wire: Option<Wire>,
    path: String,
    holder: Option<SqliteConnection>,
}

impl Fragile {
    /// `setting` says which database.
    async fn new(setting: &'static str) -> Self {
        let databases = TestDatabases::fresh();
        let url = match setting {
            "DATABASE_URL" => databases.main_url(),
            _ => databases.keyring_url(),
        };
        let wire = match postgres_server() {
            Some(server) => {
                let server = Url::parse(&server).unwrap();
                let at = format!("{}:{}", server.host_str().unwrap(), server.port().unwrap());
                Some((Wire::to(&at).await, at))
            }
            None => None,
        };
        let through = wire.as_ref().map(|(wire, at)| url.replace(at, wire.url.trim_start_matches("http://")));
        let app = TestApp::on(databases, &[(setting, through.as_ref().unwrap_or(&url))]).await;
        let site = installed(&app, "jira").await;
        tenant_id(&app, &site).await;
        let path = url.trim_start_matches("sqlite:").to_owned();
        Self { app, site, wire: wire.map(|(wire, _)| wire), path, holder: None }
    }

    fn take_away(&mut self) {
        if let Some(wire) = &self.wire {
            wire.cut_after(0);
            return;
        }
        let mut holder = SqliteConnection::establish(&self.path).unwrap();
        holder.batch_execute("BEGIN EXCLUSIVE").unwrap();
        self.holder = Some(holder);
    }

    fn bring_back(&mut self) {
        if let Some(wire) = &self.wire {
            wire.mend();
        }
        self.holder = None;
    }

    fn count(&self, table: &str) -> usize {
        count(&self.app, table)
    }
}

fn draft() -> Value {
    json!({"description": "It broke", "doing": "Opening the page", "severity": "high", "tier": "minimal"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_while_the_database_is_away_is_told_to_come_back_and_goes_through_then() {
    let mut at = Fragile::new("DATABASE_URL").await;
    let body = whole(&preview(&at.app, &at.site, draft()).await);
    at.take_away();
    let refused = post(&at.app, &at.site, KEY, &body).await;
    assert_eq!((refused.status, code(&refused).as_str()), (503, "unavailable"), "{}", refused.body);
    assert!(refused.header("retry-after").is_some());
    at.bring_back();
    assert_eq!((at.count("tickets"), at.count("bundle_items"), at.count("ticket_mails")), (0, 0, 0));
    let first = post(&at.app, &at.site, KEY, &body).await;
    assert_eq!(first.status, 201, "the same request: {}", first.body);
    assert_eq!(post(&at.app, &at.site, KEY, &body).await.body, first.body);
    assert_eq!((at.count("tickets"), at.count("ticket_frames")), (1, 1));
    at.app.run_jobs().await;
}

/// Where the keyring's server is away, whoever reports is told to come back. A keyring in a file that somebody holds takes nothing new
/// either, but can be read, and that is enough for a report.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_while_the_keyring_is_away_is_taken_or_told_to_come_back_and_there_is_one_in_the_end() {
    let mut at = Fragile::new("KEPT_KEYRING_URL").await;
    let body = whole(&preview(&at.app, &at.site, draft()).await);
    let other = at.app.site("other");
    at.take_away();
    assert_eq!(other.install().await.status, 503, "whoever needs a key of their own does not get one");
    at.app.services.vault.forget_all();
    let answer = post(&at.app, &at.site, KEY, &body).await;
    if postgres_server().is_some() {
        assert_eq!((answer.status, code(&answer).as_str()), (503, "unavailable"), "{}", answer.body);
    } else {
        assert_eq!(answer.status, 201, "its key was read: {}", answer.body);
    }
    at.bring_back();
    let first = post(&at.app, &at.site, KEY, &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(post(&at.app, &at.site, KEY, &body).await.body, first.body);
    assert_eq!((at.count("tickets"), at.count("ticket_frames")), (1, 1));
    assert_eq!(other.install().await.status, 204);
    at.app.run_jobs().await;
}
