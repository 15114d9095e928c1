//! Replies between a ticket and its copy at the vendor's desk: each gets to the other side once, whatever the desk does and
//! wherever the service is killed, internal comments never do, and all of it goes with the ticket.

use std::process::Output;
use std::time::Duration;

use kept::audit::AuditKind;
use kept::db::Id;
use kept::db::ticket_messages::MessageKind;
use kept::sandbox::DeskFault;
use kept::sandbox::desk::{self, DeskComment, DeskRequest};
use kept::staff::Role;
use kept::tickets::State;
use kept::tickets::links::{TicketLink, TicketPurpose};
use kept::tickets::state::Step;
use kept::tickets::work::After;

use serde_json::json;

use crate::console::{fail_on, mend};
use crate::sinks::DESK;
use crate::support::admin::{call, installed, settings, tenant_id};
use crate::support::databases::postgres_server;
use crate::support::process::Environment;
use crate::support::reports::{act, answer, confirm, deed, mailed, page, report, step, submit, ticket_mails};
use crate::support::{TestApp, TestDatabases, code};

const MINUTE: Duration = Duration::from_secs(60);
const COLLEAGUE: &str = "colleague@vendor.example";

/// A confirmed ticket that has its copy at the desk.
struct Copied {
    app: TestApp,
    tenant: Id,
    ticket: Id,
    number: String,
    token: String,
}

impl Copied {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(more: &[(&'static str, &str)]) -> Self {
        let settings: Vec<_> = DESK.iter().chain(more).copied().collect();
        let app = TestApp::with(&settings).await;
        let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
        let submitted = submit(&app, tenant, "ada", report(&app)).await;
        app.run_jobs().await;
        let token = mailed(&app);
        assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
        app.run_jobs().await;
        Self { app, tenant, ticket: submitted.id, number: submitted.number, token }
    }

    /// The one request of this ticket.
    fn request(&self) -> DeskRequest {
        let found = self.app.sandbox.desk().requests();
        let mut own = found.into_iter().filter(|request| request.summary.contains(&self.number));
        let one = own.next().expect("it is at the desk");
        assert_eq!(own.next(), None, "it is there once");
        one
    }

    fn comments(&self) -> Vec<DeskComment> {
        self.request().comments
    }

    /// What stands there of ours, as often as it does.
    fn times(&self, text: &str) -> usize {
        self.comments().iter().filter(|comment| comment.body.contains(text)).count()
    }

    /// As if somebody had written it there.
    fn says(&self, author: &str, text: &str, is_public: bool) {
        self.app.sandbox.desk().comment(&self.request().key, author, text, is_public, self.app.clock.now());
    }

    async fn messages(&self) -> Vec<(MessageKind, String)> {
        let whole = self.app.services.tickets.whole(self.tenant, self.ticket).await.unwrap().unwrap();
        whole.messages.into_iter().map(|message| (message.kind, message.text)).collect()
    }

    async fn reply(&self, text: &str) {
        assert_eq!(act(&self.app, &self.token, &[("do", "reply"), ("text", text)]).await.status, 303);
    }

    async fn answer(&self, text: &str) {
        answer(&self.app, self.tenant, self.ticket, text, After::Unchanged).await;
    }

    async fn state(&self) -> State {
        let found = self.app.services.tickets.find(self.tenant, self.ticket).await.unwrap();
        found.unwrap().state.parse().unwrap()
    }

    async fn pass(&self, minutes: u32) {
        for _ in 0..minutes {
            self.app.advance(MINUTE);
            self.app.run_jobs().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reporter_and_staff_write_stands_at_the_desk_as_public_comments_and_notes_do_not() {
    let it = Copied::new().await;
    it.reply("It broke again.\r\nTwice.").await;
    it.answer("We look at it.").await;
    let note = deed(&it.app, it.tenant, it.ticket, AuditKind::NoteAdded).await;
    it.app.services.tickets.note(note, "for us alone").await.unwrap();
    it.app.run_jobs().await;
    let comments = it.comments();
    assert_eq!(comments.len(), 2, "{comments:?}");
    assert!(comments.iter().all(|comment| comment.is_public && comment.author == desk::EMAIL));
    assert!(comments[0].body.starts_with("The reporter:\n\nIt broke again.\nTwice.\n\n"), "{comments:?}");
    assert!(comments[1].body.starts_with("Support:\n\nWe look at it.\n\n"), "{comments:?}");
    it.pass(20).await;
    assert_eq!(it.comments(), comments, "once, and none of ours comes back");
    assert_eq!(it.messages().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_types_is_no_markup_at_the_desk() {
    let it = Copied::new().await;
    it.reply("<script>alert(1)</script> {html}<b>{html} !https://example.com/x.png! [~accountid:5b10]").await;
    it.app.run_jobs().await;
    let body = it.comments().remove(0).body;
    for live in [" {html}", " !https", " [~"] {
        assert!(!body.contains(live), "{live}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_comment_of_an_agent_comes_back_as_a_reply_with_the_usual_mail_and_an_internal_one_never() {
    let it = Copied::new().await;
    let before = ticket_mails(&it.app).len();
    it.says(COLLEAGUE, "This customer is difficult.", false);
    it.says(COLLEAGUE, "Please update, says [~accountid:5b10ac8d82e05b22cc7d4ef5]. <b>Now</b>", true);
    // The desk's own account may be used by people too.
    it.says(desk::EMAIL, "And tell us whether it helped.", true);
    it.pass(20).await;
    let replies = [
        (MessageKind::StaffReply, "Please update, says @support. <b>Now</b>".to_owned()),
        (MessageKind::StaffReply, "And tell us whether it helped.".to_owned()),
    ];
    assert_eq!(it.messages().await, replies, "each once");
    assert_eq!(it.comments().len(), 3, "and none is written there again");
    assert_eq!(it.state().await, State::Triaged);
    let mails = ticket_mails(&it.app);
    assert_eq!(mails.len(), before + 2);
    assert!(mails.iter().all(|mail| !mail.text.contains("helped") && !mail.html.contains("helped")));
    let page = page(&it.app, &it.token).await;
    assert!(page.body.contains("whether it helped") && !page.body.contains("difficult"), "{}", page.body);
    assert!(page.body.contains("&#60;b&#62;Now") && !page.body.contains("<b>Now"), "{}", page.body);
    assert!(!page.body.contains("5b10ac8d") && !page.body.contains(COLLEAGUE), "nobody is named");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_personal_in_a_reply_is_masked_at_the_desk_and_stands_here_as_it_was_written() {
    let it = Copied::new().await;
    let rules = json!({"rule": "allow", "tier": "minimal", "neverContent": false, "terms": ["Projekt Zebra"], "blocked": []});
    let rules = Some(settings(json!({"reports": rules})));
    let set = call(&it.app, &it.app.site("jira"), "PUT", "/api/v1/settings", rules).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let (mine, ours) = (
        "Write to lin@customer.example about projekt zebra.",
        "We wrote to lin@customer.example and bo@x.example.",
    );
    it.reply(mine).await;
    it.app.run_jobs().await;
    it.answer(ours).await;
    it.app.run_jobs().await;
    let comments = it.comments();
    assert!(comments[0].body.contains("Write to <email-1> about <term-1>."), "{comments:?}");
    assert!(comments[1].body.contains("We wrote to <email-1> and <email-2>."), "{comments:?}");
    it.pass(12).await;
    assert_eq!(it.comments(), comments, "each once");
    let here: Vec<String> = it.messages().await.into_iter().map(|(_, text)| text).collect();
    assert_eq!(here, [mine, ours]);
    let page = page(&it.app, &it.token).await;
    assert!(page.body.contains(mine) && page.body.contains(ours), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_with_a_secret_of_the_site_is_refused_on_both_sides_and_raises_an_alarm() {
    let it = Copied::new().await;
    let lead = it.app.person("lead", Role::Lead).await;
    let secret = it.app.site("jira").shared_secret().unwrap();
    let hidden = data_encoding::HEXLOWER.encode(secret.as_bytes());
    let refused = act(&it.app, &it.token, &[("do", "reply"), ("text", &format!("It says {hidden}"))]).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("secret") && refused.body.contains(&format!("It says {hidden}</textarea>"))
    );
    let path = format!("/console/api/v1/tickets/{}/replies", it.number);
    let answer = it.app.console(Some(&lead), "POST", &path, Some(json!({"text": secret}))).await;
    assert_eq!((answer.status, code(&answer).as_str()), (422, "secret_in_report"));
    assert!(answer.json()["detail"].as_str().unwrap().starts_with("text: "), "{}", answer.body);
    it.pass(6).await;
    assert!(it.messages().await.is_empty() && it.comments().is_empty());
    let metrics = it.app.get(&format!("{}/metrics", it.app.admin_url)).await.body;
    assert!(metrics.contains("kept_secrets_in_reports_total 2\n"), "{metrics}");
}

/// A browser counts the end of a line as one letter and sends two.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_as_long_as_the_page_lets_it_be_is_taken_and_none_is_lost_that_is_not() {
    let it = Copied::new().await;
    let lines = format!("{}y", "x\r\n".repeat(4_999));
    it.reply(&lines).await;
    assert_eq!(it.messages().await[0].1, lines.replace("\r\n", "\n"));
    let long = format!("<b>{}", "z".repeat(10_000));
    let refused = act(&it.app, &it.token, &[("do", "reply"), ("text", &long)]).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains(&format!("&#60;b&#62;{}</textarea>", "z".repeat(10_000))),
        "{}",
        refused.body
    );
    fail_on(&it.app, "INSERT", "ticket_messages");
    let failed = act(&it.app, &it.token, &[("do", "reply"), ("text", "Do not lose me.")]).await;
    mend(&it.app, "ticket_messages");
    assert!(failed.status >= 500, "{}", failed.status);
    assert!(failed.body.contains("Do not lose me.</textarea>"), "{}", failed.body);
    it.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_writes_at_the_desk_is_theirs_and_opens_what_waited_for_it() {
    let it = Copied::new().await;
    step(&it.app, it.tenant, it.ticket, Step::Ask, None).await.unwrap();
    it.app.run_jobs().await;
    let before = ticket_mails(&it.app).len();
    it.says(&it.request().reporter, "Here is what you asked for.", true);
    it.pass(6).await;
    let last = it.messages().await.pop().unwrap();
    assert_eq!(last, (MessageKind::UserReply, "Here is what you asked for.".to_owned()));
    assert_eq!((it.state().await, ticket_mails(&it.app).len()), (State::Triaged, before), "and no mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_longer_than_a_message_comes_whole_and_an_empty_one_not_at_all() {
    let it = Copied::new().await;
    let long = "ä".repeat(25_000);
    it.says(COLLEAGUE, &long, true);
    it.says(COLLEAGUE, " \u{0}\r\n ", true);
    it.pass(12).await;
    let texts: Vec<String> = it.messages().await.into_iter().map(|(_, text)| text).collect();
    assert_eq!((texts.len(), texts.concat() == long), (3, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_desk_does_each_reply_stands_there_once_in_the_end() {
    let it = Copied::new().await;
    let (faults, calls) = (it.app.sandbox.faults(), it.app.sandbox.desk());
    let all = [
        DeskFault::Down,
        DeskFault::Slow(Duration::from_secs(11)),
        DeskFault::FailAfter,
        DeskFault::Status(503),
        DeskFault::Status(403),
        DeskFault::TooManyRequests { retry_after: 90 },
    ];
    // Each strikes whatever is called first, and then the comment itself.
    let struck = all.into_iter().flat_map(|fault| [(fault, None), (fault, Some(("POST", "/comment")))]);
    for (number, (fault, scope)) in struck.enumerate() {
        let (mine, ours, theirs) =
            (format!("mine-{number}."), format!("ours-{number}."), format!("theirs-{number}."));
        match scope {
            None => faults.set_desk(fault),
            Some((method, path)) => faults.set_desk_at(method, path, fault),
        }
        it.reply(&mine).await;
        it.answer(&ours).await;
        let before = calls.times_called("POST", "/comment");
        it.app.run_jobs().await;
        let is_struck = calls.times_called("POST", "/comment") > before;
        assert!(is_struck || scope.is_none(), "{fault:?}: the desk saw no comment");
        it.says(COLLEAGUE, &theirs, true);
        it.app.sandbox.faults().clear();
        it.pass(15).await;
        for text in [mine, ours, theirs] {
            assert_eq!(it.times(&text), 1, "{fault:?}: {text}");
            let here = it.messages().await.into_iter().filter(|(_, known)| *known == text).count();
            assert_eq!(here, 1, "{fault:?}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_somebody_deleted_there_is_not_written_again() {
    let it = Copied::new().await;
    it.reply("Only once.").await;
    it.app.run_jobs().await;
    it.app.sandbox.desk().clear_comments(&it.request().key);
    it.pass(12).await;
    assert!(it.comments().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_12_no_reply_leaves_or_comes_where_the_policy_does_not_list_replies() {
    let text = std::fs::read_to_string("policies/default.toml").unwrap();
    let changed =
        text.replace("desk = [\"report\", \"attachments\", \"replies\"]", "desk = [\"attachments\"]");
    assert_ne!(text, changed);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, changed).unwrap();
    let it = Copied::with(&[("KEPT_POLICY", path.to_str().unwrap())]).await;
    it.reply("Only here.").await;
    it.says(COLLEAGUE, "Only there.", true);
    it.pass(12).await;
    let request = it.request();
    assert!(request.comments.len() == 1 && !request.description.contains("It broke."), "{request:?}");
    assert_eq!(it.messages().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_comments_and_the_customer_go_from_the_desk_with_the_last_ticket() {
    let it = Copied::new().await;
    it.reply("It broke again.").await;
    let link = TicketLink { tenant: it.tenant, ticket: it.ticket, purpose: TicketPurpose::Conversation };
    let other = submit(&it.app, it.tenant, "ada", report(&it.app)).await;
    let other = TicketLink { ticket: other.id, ..link };
    confirm(&it.app, it.tenant, other.ticket).await;
    it.app.run_jobs().await;
    it.pass(3).await;
    let is_customer = || it.app.sandbox.desk().customers().iter().any(|customer| customer.is_of_the_desk);
    assert_eq!((it.app.sandbox.desk().requests().len(), is_customer()), (2, true));
    it.app.services.tickets.delete_now(&link).await.unwrap();
    it.pass(10).await;
    assert_eq!((it.app.sandbox.desk().requests().len(), is_customer()), (1, true), "another one is left");
    it.app.services.tickets.delete_now(&other).await.unwrap();
    it.app.run_jobs().await;
    assert_eq!((it.app.sandbox.desk().requests().len(), is_customer()), (0, true), "the search lags behind");
    it.pass(10).await;
    assert!(!is_customer());
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_a_desk_that_lets_nobody_be_taken_off_its_list_keeps_no_deletion_from_ending() {
    let it = Copied::new().await;
    let link = TicketLink { tenant: it.tenant, ticket: it.ticket, purpose: TicketPurpose::Conversation };
    it.app.services.tickets.delete_now(&link).await.unwrap();
    it.app.sandbox.faults().set_desk(DeskFault::OpenAccess);
    it.pass(10).await;
    assert!(it.app.sandbox.desk().requests().is_empty());
    let waiting = it.app.jobs().await.into_iter().filter(|job| job.kind == "forget_ticket").count();
    assert_eq!(waiting, 0, "what the desk does not let us do is said in the log");
}

/// A run of `kept jobs run` that is killed at its n-th write (or that ends by itself before it).
fn run_killed_at(databases: &TestDatabases, environment: &Environment, call: usize) -> Output {
    // SQLite syncs each commit; a PostgreSQL client sends each statement. Both send each call to the desk.
    let name = if postgres_server().is_some() { "sendto" } else { "fsync,sendto" };
    let inject = format!("inject={name}:signal=SIGKILL:when={call}");
    let trace = format!("trace={name}");
    let strace = ["strace", "-f", "-q", "-e", &trace, "-e", &inject, "-o", "/dev/null"];
    environment.wrap(databases, &strace, &["jobs", "run"]).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_replies_whose_delivery_is_killed_at_any_point_are_one_each_on_both_sides() {
    let it = Copied::new().await;
    let desk_url = it.app.sandbox.desk_url();
    let environment = DESK.iter().fold(
        Environment::new(&it.app.databases, &it.app.sandbox),
        |environment, (name, value)| {
            environment.set(name, if *value == "sandbox" { &desk_url } else { value })
        },
    );
    let at = |time: String| environment.clone().set("KEPT_CLOCK", &time);
    let (mut call, mut killed) = (1, 0);
    loop {
        let (mine, theirs) = (format!("mine-{call}."), format!("theirs-{call}."));
        it.says(COLLEAGUE, &theirs, true);
        it.reply(&mine).await;
        let now = it.app.clock.now().to_string();
        let was_killed = !run_killed_at(&it.app.databases, &at(now), call).status.success();
        killed += usize::from(was_killed);
        for _ in 0..2 {
            it.app.advance(MINUTE * 10);
            let restarted = at(it.app.clock.now().to_string()).run(&it.app.databases, &["jobs", "run"]);
            assert!(restarted.status.success());
        }
        for text in [mine, theirs] {
            assert_eq!(it.times(&text), 1, "killed at call {call}: {text}");
            let here = it.messages().await.into_iter().filter(|(_, known)| *known == text).count();
            assert_eq!(here, 1, "killed at call {call}: {text}");
        }
        if !was_killed {
            break;
        }
        call += if postgres_server().is_some() { 9 } else { 1 };
    }
    println!("killed at {killed} points");
    assert!(killed >= 4, "the blows fell in the middle: {killed}");
    it.app.run_jobs().await;
}
