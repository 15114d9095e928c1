//! Copies of tickets at the vendor's own service desk: one for each ticket whatever fails, of what the reporter agreed to and no
//! more, and gone with the ticket.

use std::collections::BTreeSet;
use std::process::Output;
use std::time::Duration;

use kept::db::{DbError, Id, sink_copies};
use kept::sandbox::DeskFault;
use kept::sandbox::desk::{self, DeskRequest};
use kept::support::{Item, ItemName, Media, Tier};
use kept::tenancy::Event;
use kept::tickets::links::{TicketLink, TicketPurpose};
use kept::tickets::submit::Report;
use kept::tickets::{Consent, State};

use crate::support::admin::{installed, tenant_id};
use crate::support::blows::first_of;
use crate::support::databases::postgres_server;
use crate::support::process::Environment;
use crate::support::reports::{ADDRESS, confirm, report, submit};
use crate::support::{TestApp, TestDatabases, fault};

pub const MINUTE: Duration = Duration::from_secs(60);
pub const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n--not a boundary--\r\n";

/// Settings with which tickets are copied to the sandbox's desk.
pub const DESK: [(&str, &str); 5] = [
    ("KEPT_JSM_URL", "sandbox"),
    ("KEPT_JSM_EMAIL", desk::EMAIL),
    ("KEPT_JSM_TOKEN", desk::TOKEN),
    ("KEPT_JSM_SERVICE_DESK", desk::SERVICE_DESK),
    ("KEPT_JSM_REQUEST_TYPE", desk::REQUEST_TYPE),
];

pub async fn start() -> (TestApp, Id) {
    let app = TestApp::with(&DESK).await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    (app, tenant)
}

/// With a picture that was agreed to.
pub fn with_picture(app: &TestApp) -> Report {
    let mut report = report(app);
    let name = ItemName::Attachment(1);
    report.accepted.items.push(Item::new(name, Tier::Full, Media::Png, PICTURE.to_vec(), Vec::new()));
    report.consents.push(Consent::Item(name));
    report
}

pub fn link(tenant: Id, ticket: Id) -> TicketLink {
    TicketLink { tenant, ticket, purpose: TicketPurpose::Conversation }
}

pub async fn confirmed(app: &TestApp, tenant: Id, account: &str) -> (Id, String) {
    let submitted = submit(app, tenant, account, with_picture(app)).await;
    confirm(app, tenant, submitted.id).await;
    (submitted.id, submitted.number)
}

pub async fn state(app: &TestApp, tenant: Id, ticket: Id) -> State {
    app.services.tickets.find(tenant, ticket).await.unwrap().unwrap().state.parse().unwrap()
}

pub fn only(app: &TestApp, number: &str) -> DeskRequest {
    let found = app.sandbox.desk().requests();
    let mut own = found.into_iter().filter(|request| request.summary.contains(number));
    let one = own.next().unwrap_or_else(|| panic!("{number} is not at the desk"));
    assert_eq!(own.next(), None, "{number} is there twice");
    one
}

/// Lets the worker look every minute.
pub async fn pass(app: &TestApp, minutes: u32) {
    for _ in 0..minutes {
        app.advance(MINUTE);
        app.run_jobs().await;
    }
}

pub async fn erasures(app: &TestApp, tenant: Id) -> usize {
    let rows =
        app.services.main.read(move |conn| Ok::<_, DbError>(sink_copies::erasures_of_tenant(conn, tenant)?));
    rows.await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn website_22_a_report_gets_to_the_desk_on_behalf_of_its_reporter_with_what_was_agreed_to_and_no_more()
{
    let (app, tenant) = start().await;
    let submitted = submit(&app, tenant, "ada", with_picture(&app)).await;
    app.run_jobs().await;
    assert!(app.sandbox.desk().requests().is_empty() && app.sandbox.desk().customers().is_empty());
    confirm(&app, tenant, submitted.id).await;
    app.run_jobs().await;
    let (request, customers) = (only(&app, &submitted.number), app.sandbox.desk().customers());
    assert_eq!((customers.len(), customers[0].email.as_str()), (1, ADDRESS));
    assert_eq!(request.reporter, customers[0].account_id);
    assert!(request.description.contains("It broke.") && !request.description.contains("The issue."));
    let there: Vec<_> =
        request.attachments.iter().map(|one| (one.media.as_str(), one.content.as_slice())).collect();
    assert_eq!(there, [("image/png", PICTURE)], "byte for byte, and nothing of the other items");
    // A second report of the same person makes no second customer.
    let (_, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    assert_eq!(only(&app, &number).reporter, request.reporter);
    assert_eq!(app.sandbox.desk().customers().len(), 1);
}

/// The account was made, and nobody heard of it: it is found, and raised on behalf of.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_there_already_is_used() {
    let (app, tenant) = start().await;
    app.sandbox.faults().set_desk(DeskFault::FailAfter);
    let (_, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    app.sandbox.faults().clear();
    assert_eq!((app.sandbox.desk().customers().len(), app.sandbox.desk().requests().len()), (1, 0));
    pass(&app, 1).await;
    assert_eq!(only(&app, &number).reporter, app.sandbox.desk().customers()[0].account_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_30_a_consent_that_is_taken_back_takes_the_attachment_from_the_desk() {
    let (app, tenant) = start().await;
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    assert_eq!(only(&app, &number).attachments.len(), 1);
    let consent = Consent::Item(ItemName::Attachment(1));
    app.services.tickets.withdraw(&link(tenant, ticket), consent).await.unwrap();
    app.run_jobs().await;
    assert!(only(&app, &number).attachments.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_address_nobody_confirms_gets_there_on_nobodys_behalf() {
    let (app, tenant) = start().await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    app.run_jobs().await;
    let until = app.services.policy.confirmable_until(app.clock.now());
    app.live_until(until).await;
    assert_eq!(only(&app, &submitted.number).reporter, desk::EMAIL);
    assert!(app.sandbox.desk().customers().is_empty(), "nobody gets an account by somebody else's typing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_lets_nobody_raise_on_behalf_still_gets_the_ticket() {
    let (app, tenant) = start().await;
    app.sandbox.faults().set_desk(DeskFault::NoOnBehalf);
    let (_, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    assert_eq!(only(&app, &number).reporter, desk::EMAIL);
}

/// It fails for as long as a name is asked for, in the request itself or on the way to it: the ticket gets there without one.
#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_desk_that_fails_on_behalf_of_others_gets_the_ticket_on_nobodys_behalf_and_once() {
    let (app, tenant) = start().await;
    app.sandbox.faults().set_desk(DeskFault::OnBehalfFails);
    let (_, number) = confirmed(&app, tenant, "ada").await;
    pass(&app, 6).await;
    assert!(app.sandbox.desk().requests().is_empty(), "a moment's fault costs nobody their name");
    pass(&app, 6).await;
    assert_eq!(only(&app, &number).reporter, desk::EMAIL);
    // Where no customer can be found, nothing was sent yet.
    for (user, fault) in [("bob", DeskFault::Status(503)), ("dana", DeskFault::Slow(Duration::from_secs(11)))]
    {
        app.sandbox.faults().set_desk_at("GET", "/customer", fault);
        let (_, number) = confirmed(&app, tenant, user).await;
        pass(&app, 5).await;
        assert_eq!(only(&app, &number).reporter, desk::EMAIL, "{fault:?}");
    }
    app.sandbox.faults().clear();
    let (_, number) = confirmed(&app, tenant, "cem").await;
    pass(&app, 1).await;
    assert_ne!(only(&app, &number).reporter, desk::EMAIL, "one that works again is asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_whatever_the_desk_does_there_is_one_request_in_the_end() {
    let (app, tenant) = start().await;
    let faults = [
        DeskFault::Down,
        DeskFault::Slow(Duration::from_secs(11)),
        DeskFault::FailAfter,
        DeskFault::Status(503),
        DeskFault::Status(401),
        DeskFault::TooManyRequests { retry_after: 90 },
    ];
    // Each strikes whatever is called first, and then the making of the request itself.
    let create = ("POST", "/servicedeskapi/request");
    let struck = faults.into_iter().flat_map(|fault| [(fault, None), (fault, Some(create))]);
    for (number, (fault, scope)) in struck.enumerate() {
        // The customer is known, so that nothing has to be made before the request.
        let (_, first) = confirmed(&app, tenant, &format!("user-{number}")).await;
        app.run_jobs().await;
        only(&app, &first);
        match scope {
            None => app.sandbox.faults().set_desk(fault),
            Some((method, path)) => app.sandbox.faults().set_desk_at(method, path, fault),
        }
        let (ticket, text) = confirmed(&app, tenant, &format!("user-{number}")).await;
        let before = app.sandbox.desk().times_called(create.0, create.1);
        app.run_jobs().await;
        let is_struck = app.sandbox.desk().times_called(create.0, create.1) > before;
        assert!(is_struck || scope.is_none(), "{fault:?}: the desk saw no request");
        app.sandbox.faults().clear();
        pass(&app, 12).await;
        let request = only(&app, &text);
        assert_eq!(request.attachments.len(), 1, "{fault:?}");
        assert_eq!(state(&app, tenant, ticket).await, State::Received, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_asks_to_wait_is_left_alone_for_so_long() {
    let (app, tenant) = start().await;
    app.sandbox.faults().set_desk(DeskFault::TooManyRequests { retry_after: 600 });
    let (_, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    app.sandbox.faults().clear();
    pass(&app, 9).await;
    assert!(app.sandbox.desk().requests().is_empty());
    pass(&app, 1).await;
    only(&app, &number);
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_what_is_deleted_here_is_deleted_at_the_desk() {
    let (app, tenant) = start().await;
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    only(&app, &number);
    app.sandbox.faults().set_desk(DeskFault::Status(503));
    app.services.tickets.delete_now(&link(tenant, ticket)).await.unwrap();
    app.run_jobs().await;
    assert_eq!((app.sandbox.desk().requests().len(), erasures(&app, tenant).await), (1, 1), "not forgotten");
    app.sandbox.faults().set_desk(DeskFault::FailAfter);
    pass(&app, 2).await;
    assert_eq!((app.sandbox.desk().requests().len(), erasures(&app, tenant).await), (0, 1), "not believed");
    app.sandbox.faults().clear();
    pass(&app, 5).await;
    assert_eq!(erasures(&app, tenant).await, 0, "gone already is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_a_copy_that_nobody_heard_of_is_found_and_deleted_too() {
    let (app, tenant) = start().await;
    let (_, first) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    app.sandbox.faults().set_desk(DeskFault::FailAfter);
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    only(&app, &number);
    app.services.tickets.delete_now(&link(tenant, ticket)).await.unwrap();
    app.sandbox.faults().clear();
    pass(&app, 15).await;
    let left: Vec<_> = app.sandbox.desk().requests().into_iter().map(|request| request.summary).collect();
    assert!(left.len() == 1 && left[0].contains(&first), "{left:?}");
    assert_eq!(erasures(&app, tenant).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_copies_go_with_their_tenant_even_when_the_desk_is_away_until_it_is_gone() {
    let (app, tenant) = start().await;
    let (_, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    only(&app, &number);
    for event in [Event::Uninstalled, Event::ErasureAsked] {
        app.services.tenancy.happened(tenant, event).await.unwrap();
    }
    app.sandbox.faults().set_desk(DeskFault::Down);
    app.run_jobs().await;
    app.live(2).await;
    assert_eq!(app.state(&app.site("jira")).await, "nothing");
    assert_eq!((app.sandbox.desk().requests().len(), erasures(&app, tenant).await), (1, 1));
    app.sandbox.faults().clear();
    app.live(2).await;
    assert_eq!((app.sandbox.desk().requests().len(), erasures(&app, tenant).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_moved_as_its_copy_was_moved_and_only_when_it_was() {
    let (app, tenant) = start().await;
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    let key = only(&app, &number).key;
    for (status, category, expected) in [
        ("In progress", "INDETERMINATE", State::Triaged),
        ("Waiting for customer", "INDETERMINATE", State::Waiting),
        ("Resolved", "DONE", State::Solved),
        ("Waiting for customer", "INDETERMINATE", State::Waiting),
        ("Resolved", "DONE", State::Solved),
        ("Open", "NEW", State::Triaged),
        ("Resolved", "DONE", State::Solved),
    ] {
        app.sandbox.desk().set_status(&key, status, category);
        pass(&app, 6).await;
        assert_eq!(state(&app, tenant, ticket).await, expected, "{status}");
    }
    app.services.tickets.reply(&link(tenant, ticket), "It broke again.").await.unwrap();
    pass(&app, 12).await;
    assert_eq!(state(&app, tenant, ticket).await, State::Triaged, "what the desk said before is old");
}

/// Which call of the data map a path of the desk belongs to.
fn call_of(path: &str) -> &'static str {
    match path {
        _ if path.ends_with("/customer") || path.ends_with("/user/search") => "desk-customer",
        _ if path.ends_with("/comment") => "desk-comment",
        _ if path.ends_with("/attachment") || path.ends_with("/attachTemporaryFile") => "desk-attachment",
        _ if path.contains("/api/3/attachment/") => "desk-attachment",
        "/rest/servicedeskapi/request" => "desk-request",
        _ => "desk-copy",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_12_what_is_sent_to_the_desk_is_what_the_map_lists_for_that_call() {
    let (app, tenant) = start().await;
    let (ticket, _) = confirmed(&app, tenant, "ada").await;
    app.services.tickets.reply(&link(tenant, ticket), "It broke again.").await.unwrap();
    app.sandbox.faults().set_desk(DeskFault::FailAfter);
    app.run_jobs().await;
    app.sandbox.faults().clear();
    pass(&app, 10).await;
    let consent = Consent::Item(ItemName::Attachment(1));
    app.services.tickets.withdraw(&link(tenant, ticket), consent).await.unwrap();
    app.run_jobs().await;
    app.services.tickets.delete_now(&link(tenant, ticket)).await.unwrap();
    pass(&app, 10).await;
    assert!(app.sandbox.desk().requests().is_empty());
    let (map, mut calls) = (fault::data_map(), BTreeSet::new());
    for (path, name) in app.sandbox.desk().sent() {
        let call = call_of(&path);
        assert!(map.outgoing()[call].contains_key(&name), "{call}: {name}");
        calls.insert(call);
    }
    assert_eq!(calls.len(), 5, "every kind of call was made: {calls:?}");
}

/// A run of `kept jobs run` that is killed at its n-th write (or that ends by itself before it).
fn run_killed_at(databases: &TestDatabases, environment: &Environment, call: u32) -> Output {
    // SQLite syncs each commit; a PostgreSQL client sends each statement. Both send each call to the desk.
    let name = if postgres_server().is_some() { "sendto" } else { "fsync,sendto" };
    let inject = format!("inject={name}:signal=SIGKILL:when={call}");
    let trace = format!("trace={name}");
    let strace = ["strace", "-f", "-q", "-e", &trace, "-e", &inject, "-o", "/dev/null"];
    environment.wrap(databases, &strace, &["jobs", "run"]).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_delivery_that_is_killed_at_any_point_is_one_request() {
    let (app, tenant) = start().await;
    let desk_url = app.sandbox.desk_url();
    let set = |environment: Environment, (name, value): &(&'static str, &str)| {
        environment.set(name, if *value == "sandbox" { &desk_url } else { value })
    };
    let environment = DESK.iter().fold(Environment::new(&app.databases, &app.sandbox), set);
    let step_by = if postgres_server().is_some() { 9 } else { 1 };
    let (mut call, mut killed) = (first_of(step_by), 0);
    loop {
        let (_, number) = confirmed(&app, tenant, &format!("user-{call}")).await;
        let at = |time: String| environment.clone().set("KEPT_CLOCK", &time);
        let output = run_killed_at(&app.databases, &at(app.clock.now().to_string()), call);
        let was_killed = !output.status.success();
        killed += usize::from(was_killed);
        for _ in 0..3 {
            app.advance(Duration::from_secs(600));
            assert!(at(app.clock.now().to_string()).run(&app.databases, &["jobs", "run"]).status.success());
        }
        assert_eq!(only(&app, &number).attachments.len(), 1, "killed at call {call}");
        if !was_killed {
            break;
        }
        call += step_by;
    }
    println!("killed at {killed} points");
    assert!(killed >= 4, "the blows fell in the middle: {killed}");
    app.run_jobs().await;
}
