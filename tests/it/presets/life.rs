//! A service under one policy, whose customers leave: what is done to it, and what is looked at on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kept::clock::{Clock, Timestamp};
use kept::db::{DbError, Id, ledger};
use kept::erasure::{Receipt, SignedReceipt};
use kept::jobs::sweep_expired::{INTERVAL, sweep};
use kept::sandbox::Site;
use serde_json::json;

use super::numbers::Numbers;
use super::stock::{LASTING, census, fill, fill_again, install};
use super::{DAY, SECOND};
use crate::support::admin::{call, settings};
use crate::support::schema::select;
use crate::support::{TestApp, TestDatabases};

const MOMENT: Duration = Duration::from_millis(1);
/// The longest that nobody looks: the brake holds what a clock does that jumps further.
const STRIDE: Duration = Duration::from_secs(30 * 86_400);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The customer removes the app.
    Uninstalled,
    /// The subscription ends twenty days after the start, on the day that an administrator entered.
    SubscriptionEnds,
}

/// Days from the start to the end of a subscription.
const SUBSCRIBED: u32 = 20;

/// One service under one policy, with sites that leave in one way, and one that changes its mind.
pub struct Life {
    pub name: String,
    pub app: TestApp,
    pub numbers: Numbers,
    way: Way,
    begun: Timestamp,
    pub due_at: Timestamp,
    pub leaving: Vec<(Site, Id)>,
    pub returning: (Site, Id),
    /// When what has a time of its own goes.
    timed: BTreeMap<String, Timestamp>,
    /// Tables that had rows at some time.
    pub seen: BTreeSet<String>,
}

impl Life {
    pub async fn begin(policy: &str, start: &str, way: Way) -> Self {
        let (numbers, begun): (_, Timestamp) = (Numbers::of(policy), start.parse().unwrap());
        let path = format!("policies/{policy}.toml");
        let app = TestApp::at(TestDatabases::fresh(), Clock::manual(begun), &[("KEPT_POLICY", &path)]).await;
        let names: &[&str] = if way == Way::Uninstalled { &["leaves"] } else { &["leaves", "stays"] };
        let mut leaving = Vec::new();
        for name in names {
            leaving.push(install(&app, name).await);
        }
        let returning = install(&app, "returns").await;
        for (site, id) in leaving.iter().chain([&returning]) {
            fill(&app, site, *id, &numbers).await;
        }
        let due_at = begun.plus(match way {
            Way::Uninstalled => DAY * numbers.after_leaving(),
            Way::SubscriptionEnds => DAY * (SUBSCRIBED + numbers.after_end.unwrap()),
        });
        let (name, timed) = (format!("{policy} from {start}, {way:?}"), numbers.timed(begun));
        Self { name, app, numbers, way, begun, due_at, leaving, returning, timed, seen: BTreeSet::new() }
    }

    fn day(&self, days: u32) -> Timestamp {
        self.begun.plus(DAY * days)
    }

    fn all(&self) -> impl Iterator<Item = &(Site, Id)> {
        self.leaving.iter().chain([&self.returning])
    }

    /// When mails go out, one to each site.
    fn notices(&self) -> Vec<Timestamp> {
        let before_erasure = self.due_at.minus(DAY * self.numbers.before_erasure);
        let before_end = self.day(SUBSCRIBED).minus(DAY * self.numbers.before_end);
        match self.way {
            Way::Uninstalled => vec![before_erasure],
            Way::SubscriptionEnds => vec![before_end, before_erasure],
        }
    }

    /// Every instant at which something must have changed, and the last one before it.
    fn stops(&self) -> BTreeSet<Timestamp> {
        let goes = self.timed.values().filter(|expires_at| **expires_at < self.due_at);
        let goes = goes.flat_map(|expires_at| [expires_at.minus(MOMENT), expires_at.plus(INTERVAL)]);
        let mails = self.notices().into_iter().flat_map(|at| [at.minus(SECOND), at]);
        goes.chain(mails).collect()
    }

    /// Lets time pass and looks at each stop on the way, and at the end.
    pub async fn go_on(&mut self, until: Timestamp) {
        let now = self.app.clock.now();
        let stops = self.stops().into_iter().filter(|stop| *stop > now && *stop < until);
        for stop in stops.chain([until]).collect::<Vec<_>>() {
            while self.app.clock.now().plus(STRIDE) < stop {
                self.app.advance(STRIDE);
                self.app.run_jobs().await;
            }
            self.app.set_clock_and_run(stop).await;
            self.look();
        }
    }

    /// Nothing a moment early, everything on time, one mail at each date.
    pub fn look(&mut self) {
        let (now, name) = (self.app.clock.now(), &self.name);
        for id in self.all().map(|(_, id)| *id).collect::<Vec<_>>() {
            let found = census(&self.app, id);
            for key in LASTING {
                assert!(found.contains_key(key), "{name}: {key} is there at {now}: {found:?}");
            }
            for (key, expires_at) in &self.timed {
                if now < *expires_at {
                    assert!(found.contains_key(key), "{name}: {key} is there at {now}, until {expires_at}");
                } else if now >= expires_at.plus(INTERVAL) {
                    assert!(!found.contains_key(key), "{name}: {key} is gone at {now}, since {expires_at}");
                }
            }
            self.seen.extend(found.into_keys().map(|key| key.split('/').next().unwrap().to_owned()));
        }
        let due = self.notices().into_iter().filter(|at| *at <= now).count();
        let mails: Vec<String> = self
            .app
            .notice_mails()
            .into_iter()
            .map(|mail| format!("{}: {}", mail.at, mail.subject))
            .collect();
        assert_eq!(mails.len(), due * self.all().count(), "{name}: at {now}: {mails:#?}");
    }

    /// The customers leave.
    pub async fn leave(&mut self) {
        if self.way == Way::Uninstalled {
            for (site, _) in self.all() {
                assert_eq!(site.uninstall().await.status, 204);
            }
            return;
        }
        for (site, _) in self.all() {
            self.subscribe_until(site, self.day(SUBSCRIBED)).await;
        }
        // One of them removes the app as well; the date stays that of the subscription.
        self.go_on(self.day(SUBSCRIBED + 5)).await;
        assert_eq!(self.leaving[0].0.uninstall().await.status, 204);
        self.app.run_jobs().await;
    }

    pub async fn subscribe_until(&self, site: &Site, ends_at: Timestamp) {
        let contact = format!("{}@example.com", site.name());
        let entered = settings(json!({"contact": contact, "subscriptionEndsAt": ends_at}));
        let answer = call(&self.app, site, "PUT", "/api/v1/settings", Some(entered)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// On the last day there is data of every class once more.
    pub async fn fill_again(&mut self) {
        let (now, mut again) = (self.app.clock.now(), Vec::new());
        for (_, id) in self.all() {
            again = fill_again(&self.app, *id, &self.numbers).await;
        }
        let young = self.numbers.timed(now);
        self.timed.extend(again.into_iter().map(|key| (key.clone(), young[&key])));
    }

    /// Within the lag nothing is left of those who left, in any table, and a receipt says so.
    pub async fn assert_gone(&self) {
        let (app, name) = (&self.app, &self.name);
        for (site, id) in &self.leaving {
            assert_eq!(app.state(site).await, "nothing", "{name}: gone on time");
            assert_eq!(census(app, *id), BTreeMap::new(), "{name}");
            let receipt = self.receipt(*id).await;
            assert_eq!((receipt.due_at, receipt.frozen_at >= self.due_at), (self.due_at, true), "{name}");
            for class in &receipt.classes {
                assert_eq!(class.records_after, 0, "{name}: {class:?}");
            }
            let before = receipt.classes.iter().filter(|class| class.records_before > 0);
            let before: BTreeSet<&str> = before.map(|class| class.class.as_str()).collect();
            let expected = ["account", "audit", "operation", "session", "support", "uploaded"];
            assert_eq!(before, BTreeSet::from(expected), "{name}: data of every class was there");
        }
    }

    async fn receipt(&self, id: Id) -> Receipt {
        let services = &self.app.services;
        let found = services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, id)?));
        let found = found.await.unwrap();
        // The made-up system that has copies of reports never answers: a supplement says that.
        assert_eq!(found.iter().filter(|row| row.number == 0).count(), 1, "{}", self.name);
        SignedReceipt::verify(&found[0].document, &services.vault.public_keys()).unwrap().receipt
    }

    /// What outlives a tenant has its own end: order data from that of the contract, receipts from their own date.
    pub async fn assert_rest_goes(&self) {
        let services = &self.app.services;
        let ended_at = if self.way == Way::Uninstalled { self.begun } else { self.day(SUBSCRIBED) };
        let issued_at = self.receipt(self.leaving[0].1).await.issued_at;
        let ends = [
            (&services.main, "orders", ended_at.plus_years(self.numbers.order_years)),
            (&services.keyring, "receipts WHERE number = 0", issued_at.plus_years(self.numbers.ledger_years)),
            (&services.keyring, "ledger", issued_at.plus_years(self.numbers.ledger_years)),
        ];
        for (db, table, ends_at) in ends {
            let count = || {
                let sql = format!("SELECT CAST(COUNT(*) AS TEXT) AS name, '' AS sort FROM {table}");
                select(db, &sql, &sql)[0].0.parse::<usize>().unwrap()
            };
            // Rows of the keyring go together: the ledger's are swept with the receipts'.
            if table != "ledger" {
                assert!(
                    sweep(&services.main, &services.vault, &services.policy, ends_at.minus(MOMENT))
                        .await
                        .unwrap()
                        .is_done
                );
                assert_eq!(count(), self.leaving.len(), "{}: {table} until {ends_at}", self.name);
            }
            assert!(sweep(&services.main, &services.vault, &services.policy, ends_at).await.unwrap().is_done);
            assert_eq!(count(), 0, "{}: {table} after {ends_at}", self.name);
        }
    }
}
