//! What people ask for goes through a report, is kept apart from the others, and is done: here and at the vendor's desk.

use std::time::Duration;

use kept::audit::{AuditEvent, AuditKind, Who as Staff};
use kept::db::Id;
use kept::error::Error;
use kept::sandbox::{DeskFault, Site, Who};
use kept::staff::Role;
use kept::support::{Item, ItemName, Media, Tier};
use kept::tickets::Consent;
use kept::tickets::links::{TicketLink, TicketPurpose};
use serde_json::{Value, json};

use crate::sinks::DESK;
use crate::support::TestApp;
use crate::support::admin::{call, call_as, installed, tenant_id};
use crate::support::console::Person;
use crate::support::reports::{act, confirm, mailed, post, preview, report, submit, whole};
use crate::support::scan::Traces;

const API: &str = "/console/api/v1";
const MINUTE: Duration = Duration::from_secs(60);

async fn start() -> (TestApp, Site) {
    let app = TestApp::with(&DESK).await;
    let site = installed(&app, "jira").await;
    (app, site)
}

/// A report of a member over HTTP, with the address confirmed. Returns its number and the token of its page.
async fn reported(app: &TestApp, site: &Site, text: &str, is_privacy: bool) -> (String, String) {
    let draft = json!({"description": text, "doing": "Reading", "severity": "normal", "tier": "minimal"});
    let mut body = whole(&preview(app, site, draft).await);
    body["privacy"] = json!(is_privacy);
    let answer = post(app, site, &format!("key-of-{:05}", text.len()), &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    app.run_jobs().await;
    let token = mailed(app);
    assert_eq!(act(app, &token, &[("do", "confirm")]).await.status, 303);
    app.run_jobs().await;
    (answer.json()["number"].as_str().unwrap().to_owned(), token)
}

async fn queue(app: &TestApp, person: &Person, query: &str) -> Vec<String> {
    let answer = app.console(Some(person), "GET", &format!("{API}/tickets?{query}"), None).await;
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["number"].as_str().unwrap().to_owned()).collect()
}

/// Whoever wants something to be removed says so in a report about privacy. It is no ticket among others, and what was asked for
/// is done: everything of that person goes, here and at the desk, and nothing of anybody else.
#[tokio::test(flavor = "multi_thread")]
async fn utoolity_10_website_45_what_a_report_about_privacy_asks_for_is_done_here_and_at_the_desk() {
    let (app, site) = start().await;
    let tenant = tenant_id(&app, &site).await;
    let (first, _) = reported(&app, &site, "the giraffe does not work", false).await;
    let other = submit(&app, tenant, "somebody-else", report(&app)).await;
    confirm(&app, tenant, other.id).await;
    app.run_jobs().await;
    let (asked, token) =
        reported(&app, &site, "please remove the giraffe and me from your support", true).await;
    let (lead, agent) = (app.person("lead", Role::Lead).await, app.person("agent", Role::Agent).await);
    assert_eq!(queue(&app, &lead, "").await, [first.as_str(), other.number.as_str()]);
    assert_eq!(queue(&app, &lead, "privacy=true").await, [asked.as_str()]);
    assert!(queue(&app, &agent, "privacy=true").await.is_empty());
    assert_eq!(app.sandbox.desk().requests().len(), 3);
    let path = format!("{API}/tickets/{asked}/forget");
    let why = json!({"reason": "the reporter asks to be removed", "of": "reporter"});
    assert_eq!(app.console(Some(&agent), "POST", &path, Some(why.clone())).await.status, 403);
    app.sandbox.faults().set_desk(DeskFault::Status(503));
    let gone = app.console(Some(&lead), "POST", &path, Some(why)).await;
    assert_eq!((gone.status, gone.json()), (200, json!({"tickets": 2, "copies": 2})), "{}", gone.body);
    app.sandbox.faults().clear();
    for _ in 0..10 {
        app.advance(MINUTE);
        app.run_jobs().await;
    }
    let left = app.sandbox.desk().requests();
    assert!(left.len() == 1 && left[0].summary.contains(&other.number), "{left:?}");
    assert_eq!(queue(&app, &lead, "").await, [other.number.as_str()]);
    assert!(queue(&app, &lead, "privacy=true").await.is_empty());
    let account = site.user(Who::Member).unwrap();
    let (listed, own) = (call_as(&app, &site, Who::Member, "GET", "/api/v1/problem-reports", None), account);
    assert_eq!(listed.await.json()["reports"], json!([]), "{own}");
    assert_eq!(Traces::of(["giraffe"]).in_everything(&app.databases), [""; 0]);
    let shown = crate::support::reports::page(&app, &token).await;
    assert!(shown.status == 200 && shown.body.contains("deleted"), "{}", shown.body);
    // Whoever administers the site sees who did it, and why.
    let log = call(&app, &site, "GET", "/api/v1/access-log", None).await.json();
    let done: Vec<&Value> =
        log["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "forgotten").collect();
    assert_eq!(done.len(), 2, "{log}");
    assert!(done.iter().all(|item| item["reason"] == "the reporter asks to be removed"), "{log}");
    app.run_jobs().await;
}

/// A consent that is taken back while something waits to be sent on its ground: what waits looks again before it sends.
#[tokio::test(flavor = "multi_thread")]
async fn website_27_what_waits_to_be_sent_looks_at_the_consent_when_it_is_sent() {
    let (app, site) = start().await;
    let tenant = tenant_id(&app, &site).await;
    let name = ItemName::Attachment(1);
    let mut with_picture = report(&app);
    with_picture.accepted.items.push(Item::new(
        name,
        Tier::Full,
        Media::Png,
        b"picture".to_vec(),
        Vec::new(),
    ));
    with_picture.consents.push(Consent::Item(name));
    let submitted = submit(&app, tenant, "ada", with_picture).await;
    app.sandbox.faults().set_desk(DeskFault::Status(503));
    app.run_jobs().await;
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    app.run_jobs().await;
    assert!(app.sandbox.desk().requests().is_empty(), "it waits");
    let consent = Consent::Item(name).to_string();
    assert_eq!(act(&app, &token, &[("do", "withdraw"), ("consent", &consent)]).await.status, 303);
    app.sandbox.faults().clear();
    for _ in 0..15 {
        app.advance(MINUTE);
        app.run_jobs().await;
    }
    let there = app.sandbox.desk().requests();
    assert_eq!(there.len(), 1, "the report itself gets there");
    assert!(there[0].summary.contains(&submitted.number) && there[0].attachments.is_empty(), "{there:?}");
}

/// Files that were taken out are beyond our reach: whoever has one must delete it now, and is asked until they say that they did.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_is_overdue_when_its_consent_or_its_ticket_goes() {
    let (app, site) = start().await;
    let tenant = tenant_id(&app, &site).await;
    let lead = app.person("lead", Role::Lead).await;
    let mut taken = Vec::new();
    for account in ["ada", "bob", "cid"] {
        let submitted = submit(&app, tenant, account, report(&app)).await;
        let link = TicketLink { tenant, ticket: submitted.id, purpose: TicketPurpose::Conversation };
        confirm(&app, tenant, submitted.id).await;
        let path = format!("{API}/tickets/{}", submitted.number);
        let why = || Some(json!({"reason": "to look for the cause"}));
        assert_eq!(app.console(Some(&lead), "POST", &format!("{path}/bundle"), why()).await.status, 200);
        let answer = app.console(Some(&lead), "POST", &format!("{path}/downloads"), why()).await;
        taken.push((link, answer.header("x-kept-download").unwrap().to_owned()));
    }
    let overdue = async || {
        let listed = app.console(Some(&lead), "GET", &format!("{API}/downloads"), None).await.json();
        let due = listed["items"].as_array().unwrap().iter().filter(|item| item["isOverdue"] == true).count();
        assert_eq!(app.services.audit.overdue_downloads().await.unwrap(), i64::try_from(due).unwrap());
        due
    };
    app.advance(MINUTE);
    assert_eq!(overdue().await, 0);
    let (tickets, consent) = (&app.services.tickets, Consent::Item(ItemName::Issue));
    tickets.withdraw(&taken[0].0, consent).await.unwrap();
    assert_eq!(overdue().await, 1, "a consent was taken back");
    tickets.delete_now(&taken[1].0).await.unwrap();
    assert_eq!(overdue().await, 2, "everything was to be deleted");
    // Whoever said that the file is gone is not asked again.
    for (_, id) in &taken {
        let path = format!("{API}/downloads/{id}/deleted");
        assert_eq!(app.console(Some(&lead), "POST", &path, Some(json!({}))).await.status, 204);
    }
    tickets.delete_now(&taken[2].0).await.unwrap();
    assert_eq!(overdue().await, 0);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reporter_sees_who_looked_however_much_else_was_done() {
    let app = TestApp::start().await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    app.run_jobs().await;
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    let (audit, who) = (
        app.services.audit.clone(),
        Staff { id: Id::from_i64(77), name: "mara".to_owned(), role: Role::Lead.to_string() },
    );
    let event = move |kind| AuditEvent::by(&who, tenant, kind).on(submitted.id, &submitted.number);
    let key = audit.key(tenant).await.unwrap();
    app.services
        .main
        .write(move |tx| {
            audit.record(tx, &key, &event(AuditKind::TicketRead))?;
            for _ in 0..501 {
                audit.record(tx, &key, &event(AuditKind::Tagged))?;
            }
            audit.record(tx, &key, &event(AuditKind::BundleOpened).because("to find the cause"))?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    let page = crate::support::reports::page(&app, &token).await.body;
    let (last, first) = (page.find("to find the cause"), page.find("read the messages"));
    assert!(last.is_some() && last < first, "the newest first: {page}");
    app.run_jobs().await;
}
