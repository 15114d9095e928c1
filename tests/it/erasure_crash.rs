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
/// Between two customers: so few in a day are no crowd.
const APART: Duration = Duration::from_secs(7 * 3_600);
/// So many steps after its notice a customer is erased: the ten days between the two are 34 steps and two hours, which leaves
/// room for a notice that was late and moves its erasure.
const NOTICED_AHEAD: usize = 35;

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
    let mut year = Year::begin().await;
    // First only notices are due.
    for call in 1..=NOTICED_AHEAD {
        year.live(call).await;
    }
    let (mut call, before) = (1, year.blows);
    while year.live(call).await {
        // Many statements of a client only read; one in three is enough there.
        call += if postgres_server().is_some() { 3 } else { 1 };
    }
    assert!(
        before >= 8 && year.blows >= before + 20,
        "the blows fell in the middle: {before}, {}",
        year.blows
    );
    year.app.run_jobs().await;
    let keyring = &year.app.services.keyring;
    let entries = keyring.read(|conn| Ok::<_, DbError>(ledger::page(conn, 0, 1_000)?)).await.unwrap();
    assert_eq!(erasure::check_ledger(&entries), Ok(()));
}

/// Customers leave one after the other, so far apart that the brake does not take them for a mistake. Time goes forward only:
/// at each step one of them gets its notice, and one whose notice went out long before is erased.
struct Year {
    app: TestApp,
    environment: Environment,
    left: Vec<Id>,
    step: usize,
    mails: Mails,
    blows: usize,
}

impl Year {
    async fn begin() -> Self {
        let app = TestApp::start().await;
        let environment = Environment::new(&app.databases, &app.sandbox);
        let mut year =
            Self { app, environment, left: Vec::new(), step: 0, mails: Mails::default(), blows: 0 };
        year.leave().await;
        // The clock of the processes is months ahead of this one: somebody has looked.
        let resumed = year.run(year.now(), &["erasures", "resume", "--reason", "a test"]);
        assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
        year
    }

    /// A customer leaves, with somebody to tell before, and when all is over.
    async fn leave(&mut self) {
        let tenant = install(&self.app, self.left.len()).await;
        self.app.enter(tenant, contact("ada@example.com")).await;
        self.app.services.tenancy.happened(tenant, Event::Uninstalled).await.unwrap();
        self.left.push(tenant);
    }

    /// A little after the notice of the next customer is due.
    fn now(&self) -> Timestamp {
        let gap = self.app.services.policy.notice_gap();
        self.app.due_after_leaving().minus(gap).plus(HOUR)
    }

    fn run(&self, at: Timestamp, words: &[&str]) -> Output {
        let environment = self.environment.clone().set("KEPT_CLOCK", &at.to_string());
        environment.run(&self.app.databases, words)
    }

    /// One step, killed at its n-th write and begun again. Returns whether the blow fell.
    async fn live(&mut self, call: usize) -> bool {
        let now = self.now();
        let environment = self.environment.clone().set("KEPT_CLOCK", &now.to_string());
        let was_killed = !run_killed_at(&self.app, &environment, call).status.success();
        // What the killed attempt held is free again when its lease is over.
        assert!(self.run(now.plus(HOUR), &["jobs", "run"]).status.success());
        self.blows += usize::from(was_killed);
        let erased = self.step.checked_sub(NOTICED_AHEAD);
        self.mails.check(
            &self.app,
            if erased.is_some() { &["notice", "told", "erased"] } else { &["notice"] },
            call,
        );
        if let Some(erased) = erased {
            check_erased(&self.app, self.left[erased], call).await;
        }
        self.step += 1;
        self.app.clock.advance(APART);
        self.leave().await;
        was_killed
    }
}

/// The mails that came so far, by their ids.
#[derive(Default)]
struct Mails(BTreeSet<String>);

impl Mails {
    /// One step more: one mail more of each kind, however often it was sent.
    fn check(&mut self, app: &TestApp, kinds: &[&str], call: usize) {
        for kind in ["notice", "told", "erased"] {
            let ids: BTreeSet<String> = app.mails_of(kind).into_iter().map(|mail| mail.message_id).collect();
            let new: Vec<_> = ids.difference(&self.0).cloned().collect();
            assert_eq!(
                new.len(),
                usize::from(kinds.contains(&kind)),
                "{kind}, killed at call {call}: {new:?}"
            );
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
