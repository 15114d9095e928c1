//! A mistyped address of a report: the link that came with the answer corrects it until one was confirmed, and never after that.

use std::time::Duration;

use kept::audit::{Audit, AuditKind};
use kept::db::ticket_mails::TicketMailRow;
use kept::db::{DbError, Id, ticket_mails};
use kept::error::Code;
use kept::policy::Language;
use kept::sandbox::{MailServer, ReceivedMail};
use kept::tickets::links::{TicketLink, TicketPurpose};
use kept::tickets::state::Step;
use kept::tickets::submit::Report;

use crate::support::TestApp;
use crate::support::admin::{call, installed, tenant_id};
use crate::support::reports::{ADDRESS, act, mailed, page, report, step, submit, ticket_mails as mails};
use crate::support::scan::Traces;

const DAY: Duration = Duration::from_secs(86_400);
const LEASE_OVER: Duration = Duration::from_secs(600);
const RIGHT: &str = "grace.hopper@right.example";
const SUPPORT: &str = "help@vendor.example";

/// A report whose reporter typed this address.
struct Reported {
    app: TestApp,
    tenant: Id,
    ticket: Id,
    number: String,
    /// The link of the answer.
    status: String,
}

impl Reported {
    async fn with(email: &str) -> Self {
        Self::of(TestApp::start().await, |report| report.email = email.parse().unwrap()).await
    }

    async fn of(app: TestApp, change: impl FnOnce(&mut Report)) -> Self {
        let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
        let mut typed = report(&app);
        change(&mut typed);
        let submitted = submit(&app, tenant, "ada", typed).await;
        let status = submitted.status.expose().to_owned();
        Self { app, tenant, ticket: submitted.id, number: submitted.number, status }
    }

    async fn correct(&self, token: &str, email: &str) -> u16 {
        act(&self.app, token, &[("do", "correct-address"), ("email", email)]).await.status
    }

    async fn page(&self) -> String {
        page(&self.app, &self.status).await.body
    }

    /// What is known of the address, and which it is.
    async fn address(&self) -> (String, String) {
        let whole = self.app.services.tickets.whole(self.tenant, self.ticket).await.unwrap().unwrap();
        (whole.ticket.email_state, whole.content.email.as_str().to_owned())
    }

    fn mails_to(&self, address: &str) -> Vec<ReceivedMail> {
        self.app.sandbox.mails().into_iter().filter(|mail| mail.recipients == [address]).collect()
    }

    async fn rows(&self) -> Vec<TicketMailRow> {
        let (tenant, ticket) = (self.tenant, self.ticket);
        let rows = self
            .app
            .services
            .main
            .read(move |conn| Ok::<_, DbError>(ticket_mails::of_ticket(conn, tenant, ticket)?));
        rows.await.unwrap()
    }

    fn audit(&self) -> &Audit {
        &self.app.services.audit
    }
}

#[tokio::test]
async fn idalko_21_a_mistyped_address_is_corrected_and_the_link_in_the_former_mail_is_dead() {
    let it = Reported::with(ADDRESS).await;
    it.app.run_jobs().await;
    let former = mailed(&it.app);
    assert!(it.page().await.contains("Was the address wrong?"));
    assert!(!page(&it.app, &former).await.body.contains("Was the address wrong?"), "it may be a stranger's");
    assert_eq!(it.correct(&former, RIGHT).await, 409);
    assert_eq!(it.correct(&it.status, RIGHT).await, 303);
    assert!(it.page().await.contains("The address was corrected."));
    it.app.run_jobs().await;

    let sent = it.mails_to(RIGHT);
    assert_eq!((sent.len(), it.mails_to(ADDRESS).len()), (1, 1));
    assert!(sent[0].subject.contains("confirm your address") && sent[0].text.contains("in the place"));
    assert!(sent[0].header("in-reply-to").is_none(), "another person's thread: {:?}", sent[0]);
    let token = mailed(&it.app);
    assert_ne!(token, former);
    assert_eq!(page(&it.app, &former).await.status, 404);
    assert_eq!(act(&it.app, &former, &[("do", "confirm")]).await.status, 404);

    assert!(!page(&it.app, &token).await.body.contains("It broke."), "nothing before it is confirmed");
    assert_eq!(act(&it.app, &token, &[("do", "confirm")]).await.status, 303);
    let shown = page(&it.app, &token).await.body;
    assert!(shown.contains("It broke.") && shown.contains(RIGHT), "{shown}");
    assert!(!it.page().await.contains("Was the address wrong?"));
    assert_eq!(it.correct(&it.status, "eve@example.com").await, 409, "never after that");
    assert_eq!(it.address().await, ("confirmed".to_owned(), RIGHT.to_owned()));
    it.app.run_jobs().await;
    let seen = Traces::of([ADDRESS, RIGHT]).in_everything(&it.app.databases);
    assert_eq!(seen, [""; 0], "it is sealed like the first one");
}

#[tokio::test]
async fn the_customers_administrators_see_that_an_address_was_corrected_and_not_which_one_it_is() {
    let it = Reported::with(ADDRESS).await;
    assert_eq!(it.correct(&it.status, RIGHT).await, 303);
    let entries = it.audit().page(it.tenant, None, 10).await.unwrap();
    let found: Vec<_> = entries.iter().map(|entry| (entry.kind, entry.detail.ticket.as_deref())).collect();
    assert_eq!(found, [(AuditKind::AddressCorrected, Some(it.number.as_str()))]);
    let seen = call(&it.app, &it.app.site("jira"), "GET", "/api/v1/access-log", None).await;
    assert!(seen.body.contains(r#""kind":"address_corrected","who":"reporter""#), "{}", seen.body);
    assert!(!seen.body.contains("right.example"), "{}", seen.body);
    it.app.run_jobs().await;
}

#[tokio::test]
async fn an_address_is_corrected_three_times_a_day_and_no_mailbox_is_filled() {
    let it = Reported::with(ADDRESS).await;
    for number in 0..3 {
        assert_eq!(it.correct(&it.status, &format!("grace-{number}@example.com")).await, 303);
        it.app.run_jobs().await;
    }
    let refused = act(&it.app, &it.status, &[("do", "correct-address"), ("email", RIGHT)]).await;
    assert_eq!(refused.status, 429);
    assert!(refused.body.contains("three times a day") && refused.body.contains(RIGHT), "{}", refused.body);
    assert_eq!(act(&it.app, &it.status, &[("do", "ask-again")]).await.status, 429, "nor by asking again");
    let entries = it.audit().page(it.tenant, None, 10).await.unwrap();
    assert_eq!((entries.len(), mails(&it.app).len()), (3, 3), "the first mail was not sent yet");
    assert_eq!(it.address().await.1, "grace-2@example.com", "what was refused changed nothing");
    it.app.advance(DAY);
    assert_eq!(it.correct(&it.status, RIGHT).await, 303);
    it.app.run_jobs().await;
    assert_eq!(it.mails_to(RIGHT).len(), 1);
}

#[tokio::test]
async fn no_corrected_address_adds_a_header_or_a_recipient_and_what_was_typed_is_given_back() {
    let it = Reported::with(ADDRESS).await;
    it.app.run_jobs().await;
    for address in [
        "",
        "grace",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\nBcc: b@example.com",
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a@example.com, b@example.com",
        "\"a\r\nBcc: b@example.com\"@example.com",
        "a\u{0}@example.com",
        "\"><script>alert(1)</script>@example.com",
    ] {
        let refused = act(&it.app, &it.status, &[("do", "correct-address"), ("email", address)]).await;
        assert_eq!(refused.status, 400, "{address:?}");
        assert!(refused.body.contains("that is not one mail address"), "{}", refused.body);
        assert!(!refused.body.contains("<script"), "{}", refused.body);
    }
    let kept = act(&it.app, &it.status, &[("do", "correct-address"), ("email", "grace@right")]).await.body;
    assert!(kept.contains(r#"value="grace@right""#), "{kept}");
    let twice = [("do", "correct-address"), ("email", RIGHT), ("email", "eve@example.com")];
    assert_eq!(act(&it.app, &it.status, &twice).await.status, 400, "one of two is not chosen");
    it.app.run_jobs().await;
    assert_eq!((it.address().await.1, mails(&it.app).len()), (ADDRESS.to_owned(), 1));
}

#[tokio::test]
async fn what_has_not_left_for_a_wrong_address_never_does_and_support_is_told_all_the_same() {
    let app = TestApp::with(&[("KEPT_SUPPORT_EMAIL", SUPPORT)]).await;
    let it = Reported::of(app, |_| ()).await;
    // Claimed, and not sent: nobody knows that, after a crash.
    it.app.sandbox.faults().set_mail(MailServer::Down);
    it.app.run_jobs().await;
    assert_eq!(it.correct(&it.status, "first@example.com").await, 303);
    // Planned, and not claimed.
    assert_eq!(it.correct(&it.status, RIGHT).await, 303);
    it.app.sandbox.faults().clear();
    for _ in 0..3 {
        it.app.advance(LEASE_OVER);
        it.app.run_jobs().await;
    }
    let sent = [ADDRESS, "first@example.com", RIGHT, SUPPORT].map(|address| it.mails_to(address).len());
    assert_eq!(sent, [0, 0, 1, 1]);
    let rows = it.rows().await;
    let of_reporter = rows.iter().filter(|row| row.kind != "staff");
    let states: Vec<_> = of_reporter.map(|row| (row.state.as_str(), row.sealed.is_some())).collect();
    assert_eq!(states, [("sending", false), ("dropped", false), ("sent", false)]);
}

#[tokio::test]
async fn idalko_21_whoever_followed_the_former_link_confirms_no_address_but_their_own() {
    let it = Reported::with(ADDRESS).await;
    it.app.run_jobs().await;
    let followed = it.app.services.tickets.link(&mailed(&it.app)).await.unwrap();
    assert_eq!(it.correct(&it.status, RIGHT).await, 303, "while they look at the page");
    let late = it.app.services.tickets.confirm(&followed).await.unwrap_err();
    assert_eq!(late.code(), Code::StateChanged);
    assert_eq!(it.address().await, ("unconfirmed".to_owned(), RIGHT.to_owned()));
    it.app.run_jobs().await;
}

#[tokio::test]
async fn an_address_that_takes_no_mail_is_corrected_unless_it_was_confirmed_before() {
    let it = Reported::with("bounce@example.com").await;
    it.app.run_jobs().await;
    assert_eq!(it.address().await.0, "undeliverable");
    assert!(it.page().await.contains("Our mail to your address came back."));
    assert_eq!(it.correct(&it.status, "bounce@right.example").await, 303);
    assert_eq!(it.address().await.0, "unconfirmed");
    // It is confirmed, by whatever way its mail came, and takes none later.
    crate::support::reports::confirm(&it.app, it.tenant, it.ticket).await;
    step(&it.app, it.tenant, it.ticket, Step::Ask, None).await.unwrap();
    it.app.run_jobs().await;
    assert_eq!(it.address().await.0, "bounced");
    assert!(!it.page().await.contains("Was the address wrong?"));
    assert_eq!(it.correct(&it.status, RIGHT).await, 409);
    assert_eq!(it.mails_to(RIGHT).len(), 0);
}

/// A mailbox may be full for a day. Whoever showed that an address is theirs reads, answers and deletes by the link all the same.
#[tokio::test]
async fn idalko_21_a_mail_that_comes_back_takes_no_right_from_whoever_confirmed_the_address() {
    let it = Reported::with("bounce@example.com").await;
    crate::support::reports::confirm(&it.app, it.tenant, it.ticket).await;
    step(&it.app, it.tenant, it.ticket, Step::Ask, None).await.unwrap();
    it.app.run_jobs().await;
    assert_eq!(it.address().await.0, "bounced");
    let link = TicketLink { tenant: it.tenant, ticket: it.ticket, purpose: TicketPurpose::Conversation };
    it.app.services.tickets.reply(&link, "Here I am.").await.unwrap();
    it.app.services.tickets.delete_now(&link).await.unwrap();
    assert!(it.app.services.tickets.find(it.tenant, it.ticket).await.unwrap().is_none());
    it.app.run_jobs().await;
}

#[tokio::test]
async fn the_other_address_is_asked_in_the_language_of_the_report() {
    let it = Reported::of(TestApp::start().await, |report| report.language = Language::De).await;
    assert_eq!(it.correct(&it.status, RIGHT).await, 303);
    it.app.run_jobs().await;
    let mail = it.mails_to(RIGHT).remove(0);
    assert!(mail.subject.contains("Bitte bestätigen Sie Ihre Adresse"), "{}", mail.subject);
    assert!(mail.text.contains("anstelle"), "{}", mail.text);
}
