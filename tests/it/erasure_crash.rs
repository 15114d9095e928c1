//! `kill -9` in the middle of an erasure, at every point at which anything reaches the disk or the database's server.

use std::collections::BTreeSet;
use std::process::Output;
use std::time::Duration;

use kept::clock::Timestamp;
use kept::db::{DbError, Id, ledger, tenants};
use kept::erasure::{self, SignedReceipt};
use kept::tenancy::Event;

use crate::support::TestApp;
use crate::support::databases::postgres_server;
use crate::support::notices::contact;
use crate::support::process::Environment;
use crate::support::tenants::install;

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// A run of `kept jobs run` that is killed at its n-th write (or that ends by itself before it).
fn run_killed_at(app: &TestApp, environment: &Environment, call: usize) -> Output {
    // SQLite syncs each commit; a PostgreSQL client sends each statement.
    let name = if postgres_server().is_some() { "sendto" } else { "fsync" };
    let inject = format!("inject={name}:signal=SIGKILL:when={call}");
    let trace = format!("trace={name}");
    let strace = ["strace", "-f", "-q", "-e", &trace, "-e", &inject, "-o", "/dev/null"];
    environment.wrap(&app.databases, &strace, &["jobs", "run"]).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_is_killed_at_any_point_ends_after_a_restart_with_one_notice_and_one_receipt() {
    let app = TestApp::start().await;
    // Among many, so that the brake does not take these for a mistake.
    for number in 10_000..10_600 {
        install(&app, number).await;
    }
    let (due_at, gap) = (app.due_after_leaving(), app.services.policy.notice_gap());
    let environment = Environment::new(&app.databases, &app.sandbox);
    let at = |instant: Timestamp| environment.clone().set("KEPT_CLOCK", &instant.to_string());
    let then = at(app.clock.now());
    let mut chapters =
        [due_at.minus(gap).plus(HOUR), due_at.plus(DAY)].map(|begins| Chapter::new(begins, &at));
    let (mut call, mut mails) = (1, Mails::default());
    while chapters.iter().any(|chapter| chapter.was_killed) {
        let tenant = leave(&app, call).await;
        believe(&app, &then);
        assert!(then.run(&app.databases, &["jobs", "run"]).status.success());
        chapters.iter_mut().for_each(|chapter| chapter.live(&app, call));
        check_erased(&app, tenant, call).await;
        mails.check(&app, call);
        // Many statements of a client only read; one in three is enough there.
        call += if postgres_server().is_some() { 3 } else { 1 };
    }
    let blows = chapters.map(|chapter| chapter.blows);
    assert!(blows[0] >= 3 && blows[1] >= 8, "the blows fell in the middle: {blows:?}");
    let entries =
        app.services.keyring.read(|conn| Ok::<_, DbError>(ledger::page(conn, 0, 1_000)?)).await.unwrap();
    assert_eq!(erasure::check_ledger(&entries), Ok(()));
}

/// A day of a tenant's end: its notice goes out, or it is erased.
struct Chapter {
    now: Environment,
    /// What a killed attempt held is free again when its lease is over.
    restarted: Environment,
    was_killed: bool,
    blows: usize,
}

impl Chapter {
    fn new(begins: Timestamp, at: &impl Fn(Timestamp) -> Environment) -> Self {
        Self { now: at(begins), restarted: at(begins.plus(HOUR)), was_killed: true, blows: 0 }
    }

    /// The work of the day, killed at its n-th write and begun again. One that was survived is not tried with a later blow.
    fn live(&mut self, app: &TestApp, call: usize) {
        believe(app, &self.now);
        if self.was_killed {
            self.was_killed = !run_killed_at(app, &self.now, call).status.success();
            self.blows += usize::from(self.was_killed);
        }
        let environment = if self.was_killed { &self.restarted } else { &self.now };
        assert!(environment.run(&app.databases, &["jobs", "run"]).status.success());
    }
}

/// The clock of this process is months away from the one before: somebody has looked.
fn believe(app: &TestApp, environment: &Environment) {
    let resumed = environment.run(&app.databases, &["erasures", "resume", "--reason", "a test"]);
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
}

/// A customer who leaves, with somebody to tell before, and when all is over.
async fn leave(app: &TestApp, number: usize) -> Id {
    let tenant = install(app, number).await;
    app.enter(tenant, contact("ada@example.com")).await;
    app.services.tenancy.happened(tenant, Event::Uninstalled).await.unwrap();
    tenant
}

/// The mails that came so far, by their ids.
#[derive(Default)]
struct Mails(BTreeSet<String>);

impl Mails {
    /// One erasure more: one mail more to each, however often it was sent.
    fn check(&mut self, app: &TestApp, call: usize) {
        for kind in ["notice", "told", "erased"] {
            let ids: BTreeSet<String> = app.mails_of(kind).into_iter().map(|mail| mail.message_id).collect();
            let new: Vec<_> = ids.difference(&self.0).cloned().collect();
            assert_eq!(new.len(), 1, "{kind}, killed at call {call}: {new:?}");
            self.0.extend(new);
        }
    }
}

async fn check_erased(app: &TestApp, tenant: Id, call: usize) {
    let row =
        app.services.main.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, tenant)?)).await.unwrap();
    assert_eq!(row, None, "killed at call {call}");
    let found = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
    let found = found.await.unwrap();
    assert_eq!(found.len(), 1, "killed at call {call}");
    assert!(SignedReceipt::verify(&found[0].document, &app.services.vault.public_keys()).is_ok());
}
