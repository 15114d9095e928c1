//! `kill -9` in front of every write between click and ticket, one after the other: what the service writes to its disk, sends to
//! its database's server, to the desk, to the mail server and to the page. In the end there is one ticket in each place, and
//! whoever reported has its number (IDALKO-19).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use kept::db::Id;
use kept::sandbox::Site;
use kept::sandbox::desk::DeskRequest;
use kept::support::{Item, ItemName, Media, Tier};
use kept::tickets::Consent;
use kept::tickets::state::Step;
use serde_json::{Value, json};

use crate::sinks::DESK;
use crate::support::TestApp;
use crate::support::admin::{installed, tenant_id};
use crate::support::blows::{Blows, Points, first_of};
use crate::support::databases::postgres_server;
use crate::support::previews::{PREVIEW, draft, file};
use crate::support::process::{Environment, Serving};
use crate::support::reports::{ADDRESS, confirm, report, step, submit, whole};

const SUPPORT: &str = "help@vendor.example";
/// Reports of one customer and of one user: fewer than they may send within an hour.
const OF_A_SITE: usize = 48;
const OF_A_USER: usize = 8;
/// What a killed worker held is free again.
const LEASE_OVER: Duration = Duration::from_secs(600);

/// The service with all its sinks, as it lives in this process and as it dies in others.
struct Vendor {
    app: TestApp,
    environment: Environment,
    blows: Blows,
}

impl Vendor {
    async fn new() -> Self {
        let app = TestApp::with(&[&DESK[..], &[("KEPT_SUPPORT_EMAIL", SUPPORT)]].concat()).await;
        let desk_url = app.sandbox.desk_url();
        let environment = DESK.iter().fold(
            Environment::new(&app.databases, &app.sandbox).set("KEPT_SUPPORT_EMAIL", SUPPORT),
            |environment, (name, value)| {
                environment.set(name, if *value == "sandbox" { &desk_url } else { value })
            },
        );
        Self { app, environment, blows: Blows::new() }
    }

    fn now(&self) -> Environment {
        self.environment.clone().set("KEPT_CLOCK", &self.app.clock.now().to_string())
    }

    /// `kept serve` in which a blow may fall.
    fn serving(&self) -> Serving {
        Serving::start(self.blows.within(&self.now()).command(&self.app.databases, &["serve"]))
    }

    /// Whatever waits is done by processes that nobody kills.
    async fn settle(&self, times: usize) {
        for _ in 0..times {
            self.app.advance(LEASE_OVER);
            self.app.run_jobs().await;
        }
    }

    fn requests(&self) -> BTreeMap<String, Vec<DeskRequest>> {
        let mut found = BTreeMap::<String, Vec<DeskRequest>>::new();
        for request in self.app.sandbox.desk().requests() {
            let number = request.summary.split(['[', ']']).nth(1).unwrap().to_owned();
            found.entry(number).or_default().push(request);
        }
        found
    }

    /// However often a mail was sent under it: the `Message-ID`s of each subject.
    fn mails(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::<String, BTreeSet<String>>::new();
        for mail in self.app.sandbox.mails() {
            found.entry(mail.subject).or_default().insert(mail.message_id);
        }
        found
    }

    /// One copy with its attachment, one mail to support and one to the reporter, for this number.
    fn assert_once(&self, number: &str, at: u32) {
        let at = format!("{number}, killed at point {at}");
        let requests = self.requests().remove(number).unwrap_or_default();
        assert_eq!(requests.len(), 1, "{at}: {requests:?}");
        assert_eq!(requests[0].attachments.len(), 1, "{at}: {requests:?}");
        let mails = self.mails();
        let ask = format!("Your report {number}: please confirm your address");
        for subject in [format!("New report {number}"), ask] {
            assert_eq!(mails.get(&subject).map(BTreeSet::len), Some(1), "{at}: {subject}");
        }
    }
}

/// What a page sends, and sends again under the same name when it hears nothing.
struct Click {
    site: Site,
    user: String,
    key: String,
    body: String,
    /// The number, if the answer came.
    heard: Option<String>,
    /// Where the blow was meant to fall.
    at: u32,
}

impl Click {
    /// To a service, with whatever comes back of an answer.
    fn send(&self, serving: &Serving) -> Option<String> {
        let (token, key, body) = (self.site.context_token(Some(&self.user)), &self.key, &self.body);
        let head = format!(
            "POST /api/v1/problem-reports HTTP/1.1\r\nhost: app.example.com\r\ncontent-type: application/json\r\n\
             authorization: JWT {token}\r\nidempotency-key: {key}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(serving.url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        let body = text.split_once("\r\n\r\n")?.1;
        let answer: Value = serde_json::from_str(body).ok()?;
        assert!(text.starts_with("HTTP/1.1 201"), "{text}");
        Some(answer["number"].as_str()?.to_owned())
    }
}

/// Users of several customers, who look at a preview before they click.
#[derive(Default)]
struct Pages {
    site: Option<Site>,
    body: String,
    clicks: usize,
}

impl Pages {
    async fn click(&mut self, vendor: &Vendor, at: u32) -> Click {
        let (app, number) = (&vendor.app, self.clicks);
        self.clicks += 1;
        if number.is_multiple_of(OF_A_SITE) {
            self.site = Some(installed(app, &format!("site-{number}")).await);
        }
        let (site, user) = (self.site.clone().unwrap(), format!("user-{}", number / OF_A_USER));
        if number.is_multiple_of(OF_A_USER) {
            let draft = draft(json!({"attachments": [file("what.txt", b"It says: not found.")]}));
            let token = site.context_token(Some(&user));
            let seen = app.post_with(PREVIEW, &token, draft.to_string()).await;
            assert_eq!(seen.status, 200, "{}", seen.body);
            self.body = whole(&seen.json()).to_string();
        }
        Click { site, user, key: format!("click-number-{number}"), body: self.body.clone(), heard: None, at }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_service_killed_at_any_write_between_click_and_answer_leaves_one_ticket_in_each_place() {
    let (vendor, mut pages, mut clicks) = (Vendor::new().await, Pages::default(), Vec::new());
    let points = Points { burst: u32::MAX, from_first_transaction: false };
    let (mut fell, mut at) = (0, 1);
    loop {
        let mut click = pages.click(&vendor, at).await;
        let serving = vendor.serving();
        vendor.blows.arm(at, points);
        click.heard = click.send(&serving);
        let passed = vendor.blows.disarm();
        serving.kill();
        // What was begun before the blow is done by somebody else, so that the next process has nothing else to write.
        vendor.app.run_jobs().await;
        let is_over = click.heard.is_some() && passed < at;
        // On a busy machine the worker is quick enough to meet some blows behind the answer.
        fell += usize::from(click.heard.is_none());
        clicks.push(click);
        if is_over {
            break;
        }
        at += 1;
    }
    let heard = clicks.len() - fell;
    let stored = tickets(&vendor, &clicks).await.len() - heard;
    println!("killed at {fell} points between click and answer; at {stored} of them the ticket was there");
    // Measured: 71 on SQLite, 59 on PostgreSQL.
    assert!(fell >= 40, "the blows fell in the middle: {fell}");
    assert!(stored < fell, "before the commit: {stored}");
    // In a file each write is a point. Towards a server the reads beside it are points too, and come when they like, so that a
    // blow in the short time between commit and answer is a matter of chance there.
    assert!(stored > 0 || postgres_server().is_some(), "after the commit: {stored}");
    let numbers = repeat(&vendor, &clicks);
    vendor.settle(1).await;
    let made = tickets(&vendor, &clicks).await;
    confirm_all(&vendor, &made).await;
    vendor.settle(2).await;
    for (click, number) in clicks.iter().zip(&numbers) {
        vendor.assert_once(number, click.at);
    }
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), clicks.len(), "no two share a number");
    assert_eq!(made.len(), clicks.len(), "and there are no others in the console");
    assert_eq!((vendor.requests().len(), vendor.mails().len()), (clicks.len(), 2 * clicks.len()));
}

/// After a restart every page asks again, and hears the same number as before, if it heard one.
fn repeat(vendor: &Vendor, clicks: &[Click]) -> Vec<String> {
    let serving = vendor.serving();
    let again = clicks.iter().map(|click| {
        let number = click.send(&serving).unwrap_or_else(|| panic!("nothing is heard of {}", click.at));
        assert!(click.heard.as_ref().is_none_or(|heard| *heard == number), "{:?}: {number}", click.heard);
        number
    });
    let numbers = again.collect();
    assert!(serving.stop().status.success());
    numbers
}

/// All tickets of the customers who clicked.
async fn tickets(vendor: &Vendor, clicks: &[Click]) -> Vec<(Id, Id)> {
    let mut found = Vec::new();
    for click in clicks.iter().step_by(OF_A_SITE) {
        let tenant = tenant_id(&vendor.app, &click.site).await;
        let page = vendor
            .app
            .services
            .tickets
            .page(tenant, None, kept::db::tickets::Standing::default(), None, 1_000)
            .await
            .unwrap();
        found.extend(page.into_iter().map(|row| (tenant, row.id)));
    }
    found
}

async fn confirm_all(vendor: &Vendor, tickets: &[(Id, Id)]) {
    for &(tenant, ticket) in tickets {
        confirm(&vendor.app, tenant, ticket).await;
    }
}

/// A report with an attachment that may leave, whose reporter has confirmed already: everything about it is due at once.
async fn due(vendor: &Vendor, tenant: Id, user: &str) -> (Id, String) {
    let (mut report, name) = (report(&vendor.app), ItemName::Attachment(1));
    report.accepted.items.push(Item::new(name, Tier::Full, Media::Text, b"Words".to_vec(), Vec::new()));
    report.consents.push(Consent::Item(name));
    let submitted = submit(&vendor.app, tenant, user, report).await;
    confirm(&vendor.app, tenant, submitted.id).await;
    (submitted.id, submitted.number)
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_worker_killed_at_any_write_of_a_ticket_s_delivery_leaves_one_of_it_in_each_place() {
    let vendor = Vendor::new().await;
    let is_remote = postgres_server().is_some();
    let points = Points { burst: 2, from_first_transaction: is_remote };
    // There each statement is sent by itself, and of 150 sendings most only prepare or read. One in three is half a minute.
    let step_by = if is_remote { 3 } else { 1 };
    let (mut tenant, mut fell, mut at, mut rounds) = (Id::NONE, 0, first_of(step_by), 0);
    loop {
        if rounds % OF_A_SITE == 0 {
            tenant = tenant_id(&vendor.app, &installed(&vendor.app, &format!("site-{rounds}")).await).await;
        }
        let (ticket, number) = due(&vendor, tenant, &format!("user-{rounds}")).await;
        rounds += 1;
        vendor.blows.arm(at, points);
        let run = vendor.blows.within(&vendor.now()).run(&vendor.app.databases, &["jobs", "run"]);
        let passed = vendor.blows.disarm();
        assert_eq!(run.status.success(), passed < at, "{}", String::from_utf8_lossy(&run.stderr));
        vendor.settle(2).await;
        vendor.assert_once(&number, at);
        // A copy is looked at again for as long as its ticket is open.
        step(&vendor.app, tenant, ticket, Step::Close, Some("Done.")).await.unwrap();
        vendor.settle(1).await;
        if run.status.success() {
            break;
        }
        fell += 1;
        at += step_by;
    }
    println!("killed at {fell} points of a delivery");
    // Measured: 72 on SQLite; on PostgreSQL 150, of which a third is taken.
    assert!(fell >= 40, "the blows fell in the middle: {fell}");
    let customers = vendor.app.sandbox.desk().customers();
    assert_eq!(customers.iter().filter(|customer| customer.email == ADDRESS).count(), 1);
}
