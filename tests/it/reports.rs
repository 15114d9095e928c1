//! From a problem to a ticket and to its end: what users send, what they see of it, and that it goes on its day.

use std::time::Duration;

use futures_util::future::join_all;
use kept::audit::AuditKind;
use kept::db::{DbError, Id, bundle_items, consents, jobs, sink_copies, tickets};
use kept::policy::ClassName;
use kept::sandbox::{Site, Who};
use kept::tenancy::Event;
use kept::tickets::links::{TicketLink, TicketPurpose};
use kept::tickets::read::Whole;
use kept::tickets::state::Step;
use kept::tickets::submit::Submitted;
use kept::tickets::work::{After, By};
use kept::tickets::{Actor, Consent, Tickets};
use serde_json::{Value, json};

use crate::support::admin::{call, call_as, installed, tenant_id};
use crate::support::reports::{
    ADDRESS, act, answer, copy, deed, mailed, page, post, post_as, preview, report, step, submit,
    ticket_mails, token_of, whole,
};
use crate::support::schema::count;
use crate::support::{TestApp, code};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";

async fn start() -> (TestApp, Site, Id) {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let id = tenant_id(&app, &site).await;
    (app, site, id)
}

fn draft(description: &str) -> Value {
    json!({"description": description, "doing": "Opening the page", "severity": "high", "tier": "minimal"})
}

/// A ticket whose reporter has confirmed the address. Returns the token of the mailed link, too.
async fn confirmed(app: &TestApp, tenant: Id) -> (Submitted, String) {
    let submitted = submit(app, tenant, "ada", report(app)).await;
    app.run_jobs().await;
    let token = mailed(app);
    assert_eq!(act(app, &token, &[("do", "confirm")]).await.status, 303);
    (submitted, token)
}

/// What other systems are asked to delete, by their names for it.
async fn asked_for(app: &TestApp, tenant: Id) -> Vec<String> {
    let rows =
        app.services.main.read(move |conn| Ok::<_, DbError>(sink_copies::erasures_of_tenant(conn, tenant)?));
    let (rows, jobs) = (rows.await.unwrap(), app.jobs().await);
    let name = |row: &sink_copies::SinkErasureRow| {
        let remote = kept::tickets::forget::remote_of(row, &app.services.vault).unwrap();
        let is_asked = |job: &jobs::JobRow| {
            job.kind == "forget_ticket"
                && job.tenant_id == Id::NONE
                && job.discriminator == row.id.to_string()
        };
        assert!(jobs.iter().any(is_asked), "by a job that outlives ticket and tenant");
        format!("{} {}", remote.sink, remote.remote["key"].as_str().unwrap())
    };
    rows.iter().map(name).collect()
}

async fn read(app: &TestApp, tenant: Id, ticket: Id) -> Whole {
    app.services.tickets.whole(tenant, ticket).await.unwrap().unwrap()
}

#[tokio::test]
async fn idalko_19_idalko_21_a_report_becomes_a_ticket_whose_texts_need_a_confirmed_address() {
    let (app, site, _) = start().await;
    let previewed = preview(&app, &site, draft("It shows <script>alert(1)</script> & nothing else")).await;
    let answer = post(&app, &site, KEY, &whole(&previewed)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    let (number, status) =
        (answer["number"].as_str().unwrap(), token_of(answer["statusLink"].as_str().unwrap()));

    // The link of the answer shows number, state and day, and no text.
    let shown = page(&app, &status).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains(number) && shown.body.contains("received"), "{}", shown.body);
    assert!(
        shown.body.contains("Will be deleted on") && shown.body.contains("21 January 2027"),
        "{}",
        shown.body
    );
    assert!(!shown.body.contains("nothing else") && !shown.body.contains(ADDRESS), "{}", shown.body);
    for (what, more) in [("confirm", ""), ("reply", "Hello"), ("delete-now", ""), ("delete", "")] {
        let refused = act(&app, &status, &[("do", what), ("text", more)]).await;
        assert_eq!(refused.status, if what == "delete" { 400 } else { 409 }, "{what}: {}", refused.body);
    }

    // The one of the mail does, once its button was pressed; looking at it confirms nothing.
    app.run_jobs().await;
    let mail = ticket_mails(&app).remove(0);
    assert_eq!(
        (mail.to.clone(), mail.subject.contains(number)),
        (vec![ADDRESS.to_owned()], true),
        "{mail:#?}"
    );
    assert!(!mail.text.contains("nothing else") && !mail.html.contains("script"), "{}", mail.text);
    let token = mailed(&app);
    assert!(!page(&app, &token).await.body.contains("nothing else"));
    let asked = page(&app, &token).await.body;
    assert!(
        asked.contains("Confirm your address below") && !asked.contains("The link for that is in our mail"),
        "{asked}"
    );
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    let shown = page(&app, &token).await.body;
    assert!(shown.contains("nothing else") && !shown.contains("<script"), "{shown}");
    assert!(
        !page(&app, &status).await.body.contains("nothing else"),
        "the other link shows no more than before"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn idalko_19_the_same_request_gets_the_same_ticket_and_another_body_is_refused() {
    let (app, site, tenant) = start().await;
    let body = whole(&preview(&app, &site, draft("It broke")).await);
    let answers = join_all((0..10).map(|_| post(&app, &site, KEY, &body))).await;
    let numbers: Vec<Value> = answers
        .iter()
        .map(|answer| {
            assert_eq!(answer.status, 201, "{}", answer.body);
            serde_json::from_str::<Value>(&answer.body).unwrap()
        })
        .collect();
    assert!(numbers.iter().all(|answer| answer == &numbers[0]), "{numbers:?}");
    assert_eq!((count(&app, "tickets"), count(&app, "ticket_mails"), count(&app, "ticket_links")), (1, 1, 2));

    // Hours later, when no preview is fresh any more, the user still gets the number.
    app.advance(HOUR * 3);
    let again = post(&app, &site, &format!("\"{KEY}\""), &body).await;
    assert_eq!(
        (again.status, serde_json::from_str::<Value>(&again.body).unwrap()),
        (201, numbers[0].clone())
    );
    let mut other = body.clone();
    other["email"] = json!("eve@example.com");
    let refused = post(&app, &site, KEY, &other).await;
    assert_eq!((refused.status, code(&refused).as_str()), (409, "state_changed"));
    // A key belongs to whoever used it.
    let theirs = post_as(&app, &site, Who::Admin, KEY, body.to_string()).await;
    assert_eq!(theirs.status, 400, "{}", theirs.body);
    let page = app
        .services
        .tickets
        .page(tenant, None, kept::db::tickets::Standing::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(page.len(), 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_bad_report_gets_a_clear_error_and_nothing_is_stored() {
    let (app, site, _) = start().await;
    let good = whole(&preview(&app, &site, draft("It broke")).await);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let mut changed = good.clone();
    changed["items"][0]["content"] = json!("bm90IHRoYXQ=");
    for (what, body, status) in [
        ("a header in the address", with("email", json!("a@example.com\r\nBcc: b@example.com")), 400),
        ("no address", with("email", json!("")), 400),
        ("another language", with("language", json!("fr")), 400),
        ("a consent to what is not sent", with("consents", json!(["attachment-1"])), 400),
        ("a consent that nobody knows", with("consents", json!(["everything"])), 400),
        ("a token of nobody", with("previewToken", json!("AAAA")), 400),
        ("no items", with("items", json!([])), 400),
        ("other bytes than were shown", changed, 409),
        ("a member more", with("more", json!(1)), 400),
    ] {
        let answer = post(&app, &site, KEY, &body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        assert!(!answer.body.contains("Bcc"), "{what}: {}", answer.body);
    }
    for key in ["", "short", "two words are none"] {
        let answer = post(&app, &site, key, &good).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_parameter"), "{key:?}");
    }
    let large = "x".repeat(13 * 1024 * 1024);
    let answer = post_as(&app, &site, Who::Member, KEY, large).await;
    assert_eq!((answer.status, code(&answer).as_str()), (413, "body_too_large"));
    let anonymous = post_as(&app, &site, Who::Anonymous, KEY, good.to_string()).await;
    assert_eq!(anonymous.status, 401);
    assert_eq!((count(&app, "tickets"), count(&app, "bundle_items"), count(&app, "ticket_mails")), (0, 0, 0));
    assert_eq!(
        post(&app, &site, KEY, &good).await.status,
        201,
        "the same report goes through when it is right"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn whoever_reports_without_end_is_told_to_wait() {
    let (app, site, _) = start().await;
    let body = whole(&preview(&app, &site, draft("It broke")).await);
    for number in 0..10 {
        assert_eq!(post(&app, &site, &format!("{KEY}-{number}"), &body).await.status, 201);
    }
    let refused = post(&app, &site, &format!("{KEY}-10"), &body).await;
    assert_eq!((refused.status, code(&refused).as_str()), (429, "too_many_requests"));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(post(&app, &site, &format!("{KEY}-3"), &body).await.status, 201, "what was taken is answered");
    assert_eq!(count(&app, "tickets"), 10);
    app.run_jobs().await;
}

#[tokio::test]
async fn idalko_18_nothing_of_a_bundle_exists_before_a_user_sends_it() {
    let (app, site, _) = start().await;
    assert_eq!(
        site.webhook("jira:issue_updated", crate::support::records::updated(1, 1, 1, "One")).await.status,
        204
    );
    preview(&app, &site, draft("It broke")).await;
    app.live(3).await;
    for table in ["tickets", "bundle_items", "consents", "ticket_messages", "ticket_mails", "ticket_frames"] {
        assert_eq!(count(&app, table), 0, "{table}");
    }
    let body = whole(&preview(&app, &site, draft("It broke")).await);
    assert_eq!(post(&app, &site, KEY, &body).await.status, 201);
    assert!(count(&app, "bundle_items") > 0, "only now");
    app.run_jobs().await;
}

#[tokio::test]
async fn idalko_21_the_time_to_confirm_ends_and_another_mail_can_be_asked_for() {
    let (app, _, tenant) = start().await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    app.run_jobs().await;
    let (status, first) = (submitted.status.expose().to_owned(), mailed(&app));
    app.advance(HOUR * 72);
    let late = act(&app, &first, &[("do", "confirm")]).await;
    assert_eq!(late.status, 409, "{}", late.body);
    assert!(late.body.contains("Send the mail again"), "{}", late.body);
    for _ in 0..3 {
        assert_eq!(act(&app, &status, &[("do", "ask-again")]).await.status, 303);
    }
    assert_eq!(act(&app, &status, &[("do", "ask-again")]).await.status, 429, "nobody's mailbox is filled");
    app.run_jobs().await;
    assert_eq!(ticket_mails(&app).len(), 4);
    assert_eq!(act(&app, &mailed(&app), &[("do", "confirm")]).await.status, 303);
    assert!(page(&app, &first).await.body.contains("It broke."), "it is one link");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_conversation_is_read_behind_the_link_and_mails_hold_none_of_it() {
    let (app, _, tenant) = start().await;
    let (submitted, token) = confirmed(&app, tenant).await;
    let tickets = &app.services.tickets;
    let note = deed(&app, tenant, submitted.id, AuditKind::NoteAdded).await;
    tickets.note(note, "Looks like the old bug").await.unwrap();
    answer(&app, tenant, submitted.id, "Which <browser> is it?", After::Asked).await;
    app.run_jobs().await;
    let shown = page(&app, &token).await.body;
    assert!(shown.contains("Which &#60;browser&#62; is it?") && shown.contains("waiting for you"), "{shown}");
    assert!(!shown.contains("old bug"), "notes are for staff: {shown}");
    let mails = ticket_mails(&app);
    assert_eq!(mails.len(), 2, "{mails:#?}");
    let (first, second) = (&mails[0], &mails[1]);
    assert!(!second.text.contains("browser") && second.text.contains(&submitted.number), "{}", second.text);
    let root = format!("<{}>", first.message_id);
    assert_eq!((second.header("in-reply-to"), second.header("references")), (Some(&*root), Some(&*root)));
    assert_eq!((first.header("in-reply-to"), first.header("references")), (None, None));

    assert_eq!(act(&app, &token, &[("do", "reply"), ("text", "")]).await.status, 400);
    assert_eq!(act(&app, &token, &[("do", "reply"), ("text", &"x".repeat(10_001))]).await.status, 400);
    let reply = act(&app, &token, &[("do", "reply"), ("text", "Firefox\r\n<b>140</b>")]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some(format!("{token}?done=reply").as_str())));
    let said = page(&app, &format!("{token}?done=reply")).await.body;
    assert!(
        said.contains("Your message was sent.") && !page(&app, &token).await.body.contains("was sent."),
        "{said}"
    );
    let shown = page(&app, &token).await.body;
    assert!(shown.contains("Firefox\n&#60;b&#62;140") && shown.contains("being worked on"), "{shown}");
    step(&app, tenant, submitted.id, Step::Solve, None).await.unwrap();
    app.run_jobs().await;
    assert!(ticket_mails(&app)[2].text.contains("is now solved"));
    assert_eq!(read(&app, tenant, submitted.id).await.messages.len(), 4);
}

#[tokio::test]
async fn appernetic_29_appernetic_30_only_what_was_agreed_to_is_stored_and_what_is_taken_back_goes() {
    let (app, site, tenant) = start().await;
    let previewed = preview(&app, &site, draft("It broke")).await;
    let mut body = whole(&previewed);
    let items = body["items"].as_array_mut().unwrap();
    items.retain(|item| item["name"] == "report" || item["name"] == "versions");
    let answer = post(&app, &site, KEY, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id: Id =
        serde_json::from_str::<Value>(&answer.body).unwrap()["id"].as_str().unwrap().parse().unwrap();
    let stored = read(&app, tenant, id).await;
    let names: Vec<String> = stored.items.iter().map(|item| item.described.name.to_string()).collect();
    assert_eq!(names, ["report", "versions"], "what was switched off is not stored");
    assert!(!stored.content.left_out.is_empty());

    let mut unagreed = report(&app);
    unagreed.consents.clear();
    let key = kept::tickets::submit::IdempotencyKey::parse("another-key").unwrap();
    let request = kept::tickets::submit::Request::new(tenant, "ada", key, b"body");
    let refused = app.services.tickets.submit(request, unagreed).await.unwrap_err();
    assert!(refused.to_string().contains("issue is sent only if you agree"), "{refused}");

    let (submitted, token) = confirmed(&app, tenant).await;
    let agreed = &read(&app, tenant, submitted.id).await.consents[0];
    assert_eq!((agreed.item.as_str(), agreed.statement_version, agreed.withdrawn_at), ("issue", 3, None));
    assert!(page(&app, &token).await.body.contains("The issue."));
    assert_eq!(act(&app, &token, &[("do", "withdraw"), ("consent", "issue")]).await.status, 303);
    let after = read(&app, tenant, submitted.id).await;
    assert!(after.consents[0].withdrawn_at.is_some() && !after.agrees("issue".parse().unwrap()));
    assert_eq!(after.items.len(), 1, "the item is gone");
    let shown = page(&app, &token).await.body;
    assert!(!shown.contains("The issue.") && shown.contains("Taken back on"), "{shown}");
    app.run_jobs().await;
}

/// The same service, that also has two other systems to tell.
fn with_sinks(app: &TestApp) -> Tickets {
    let (services, sinks) = (&app.services, vec!["jsm".to_owned(), "email".to_owned()]);
    let (main, vault) = (services.main.clone(), services.vault.clone());
    Tickets::new(main, vault, services.tenancy.clone(), app.clock.clone(), "https://app.example.com", sinks)
}

#[tokio::test]
async fn other_systems_are_asked_to_look_after_every_change_in_its_transaction() {
    let (app, _, tenant) = start().await;
    let tickets = with_sinks(&app);
    let key = kept::tickets::submit::IdempotencyKey::parse("another-key").unwrap();
    let request = kept::tickets::submit::Request::new(tenant, "ada", key, b"body");
    let submitted = tickets.submit(request, report(&app)).await.unwrap();
    let asked =
        app.services.main.read(move |conn| Ok::<_, DbError>(jobs::of_tenant(conn, tenant)?)).await.unwrap();
    let asked: Vec<_> = asked
        .iter()
        .filter(|job| job.kind == "deliver_ticket")
        .map(|job| job.discriminator.clone())
        .collect();
    assert_eq!(asked, [format!("jsm:{}", submitted.id), format!("email:{}", submitted.id)]);
    app.run_jobs().await;
}

#[tokio::test]
async fn website_22_experts_get_a_report_only_while_its_reporter_agrees() {
    let (app, _, tenant) = start().await;
    let experts = Consent::Experts.to_string();
    let stands = async |ticket| {
        let experts = experts.clone();
        let asked = app
            .services
            .main
            .read(move |conn| Ok::<_, DbError>(consents::stands(conn, tenant, ticket, &experts)?));
        asked.await.unwrap()
    };
    let without = submit(&app, tenant, "bob", report(&app)).await;
    assert!(!stands(without.id).await);
    let mut agreed = report(&app);
    agreed.consents.push(Consent::Experts);
    let with = submit(&app, tenant, "ada", agreed).await;
    app.run_jobs().await;
    assert!(stands(with.id).await && !stands(without.id).await);
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    assert_eq!(act(&app, &token, &[("do", "withdraw"), ("consent", "experts")]).await.status, 303);
    assert!(!stands(with.id).await, "whoever asks from now on gets nothing");
    assert_eq!(read(&app, tenant, with.id).await.items.len(), 2, "and the report itself is still there");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_reporter_deletes_everything_at_once_and_a_frame_of_counts_stays() {
    let (app, _, tenant) = start().await;
    let (submitted, token) = confirmed(&app, tenant).await;
    copy(&app, tenant, submitted.id, "jsm").await;
    answer(&app, tenant, submitted.id, "We look", After::Unchanged).await;
    app.run_jobs().await;
    let asked = act(&app, &token, &[("do", "delete")]).await;
    assert!(asked.status == 200 && asked.body.contains("Delete everything now?"), "{}", asked.body);
    assert_eq!(read(&app, tenant, submitted.id).await.items.len(), 2, "asking is not deleting");
    app.advance(HOUR);
    assert_eq!(act(&app, &token, &[("do", "delete-now")]).await.status, 303);
    for table in ["tickets", "bundle_items", "consents", "ticket_messages", "sink_copies"] {
        assert_eq!(count(&app, table), 0, "{table}");
    }
    assert_eq!(asked_for(&app, tenant).await, ["jsm HELP-1"]);
    app.run_jobs().await;
    let last = ticket_mails(&app).pop().unwrap();
    assert!(last.text.contains("as you asked. What others had of it is deleted there"), "{}", last.text);
    for token in [token.as_str(), submitted.status.expose()] {
        let shown = page(&app, token).await;
        assert_eq!(shown.status, 200);
        assert!(
            shown.body.contains("deleted") && shown.body.contains("22 November 2026, 09:00 UTC"),
            "{}",
            shown.body
        );
        assert!(shown.body.contains("2 items (") && shown.body.contains(", 1 message<"), "{}", shown.body);
        assert_eq!(act(&app, token, &[("do", "reply"), ("text", "Hello?")]).await.status, 404);
    }
}

/// The answer was lost, and the client sends the request again after everything was deleted: nothing comes back.
#[tokio::test]
async fn a_request_whose_report_was_deleted_makes_no_other_one() {
    let (app, site, tenant) = start().await;
    let body = whole(&preview(&app, &site, draft("It broke")).await);
    let made: Value = serde_json::from_str(&post(&app, &site, KEY, &body).await.body).unwrap();
    let ticket = app
        .services
        .tickets
        .page(tenant, None, kept::db::tickets::Standing::default(), None, 1)
        .await
        .unwrap()[0]
        .id;
    app.run_jobs().await;
    crate::support::reports::confirm(&app, tenant, ticket).await;
    let link = TicketLink { tenant, ticket, purpose: TicketPurpose::Conversation };
    app.services.tickets.delete_now(&link).await.unwrap();
    let again = post(&app, &site, KEY, &body).await;
    assert_eq!((again.status, code(&again).as_str()), (410, "report_deleted"), "{}", again.body);
    assert!(again.body.contains(made["number"].as_str().unwrap()), "{}", again.body);
    assert_eq!(count(&app, "tickets"), 0);
    // With another key it is another report.
    assert_eq!(post(&app, &site, "another-key-of-mine", &body).await.status, 201);
    // What the request is known by goes with the frame.
    app.run_jobs().await;
    let audit = app.services.policy.expires_at(ClassName::Audit, app.clock.now()).unwrap();
    app.live_until(audit.plus(DAY)).await;
    assert_eq!(count(&app, "ticket_frames"), 0);
}

#[tokio::test]
async fn a_consent_to_no_published_statement_names_no_version() {
    let (app, _, tenant) = start().await;
    let mut report = report(&app);
    report.accepted.statement_version = 0;
    let submitted = submit(&app, tenant, "ada", report).await;
    app.run_jobs().await;
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    let shown = page(&app, &token).await.body;
    assert!(shown.contains("22 November 2026") && !shown.contains("statement 0"), "{shown}");
    assert!(!shown.contains(", statement"), "{shown}");
    assert!(!submitted.number.is_empty());
}

/// Whatever ends a ticket ends what was taken out of it.
#[tokio::test]
async fn idalko_24_a_download_is_due_with_its_ticket_at_the_latest() {
    let (app, _, tenant) = start().await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    let who = kept::audit::Who { id: Id::from_i64(77), name: "mara".to_owned(), role: "lead".to_owned() };
    let goes_at = submitted.goes_at;
    app.live_until(goes_at.minus(HOUR)).await;
    let subject = app.services.audit.subject(&submitted.number).await.unwrap().unwrap();
    let download = app.services.audit.download(&who, &subject, "to run it").await.unwrap();
    assert!(download.until > goes_at, "by the policy it might stay for longer");
    assert_eq!(app.services.audit.overdue_downloads().await.unwrap(), 0);
    app.live_until(goes_at.plus(HOUR)).await;
    assert_eq!((count(&app, "tickets"), app.services.audit.overdue_downloads().await.unwrap()), (0, 1));
}

#[tokio::test]
async fn idalko_24_a_closed_report_goes_after_the_policys_days_with_everything_of_it() {
    let (app, site, tenant) = start().await;
    let (submitted, token) = confirmed(&app, tenant).await;
    copy(&app, tenant, submitted.id, "jsm").await;
    app.live(2).await;
    assert!(step(&app, tenant, submitted.id, Step::Close, None).await.is_err(), "a reason is needed");
    step(&app, tenant, submitted.id, Step::Close, Some("Fixed in version 2")).await.unwrap();
    app.run_jobs().await;
    let closed_at = app.clock.now();
    let shown = page(&app, &token).await.body;
    assert!(shown.contains("19 December 2026") && shown.contains("Fixed in version 2"), "{shown}");
    let late = act(&app, &token, &[("do", "reply"), ("text", "Thanks")]).await;
    assert_eq!((late.status, late.body.contains("Thanks</textarea>")), (409, true), "{}", late.body);
    app.live_until(closed_at.plus(DAY * 25).minus(HOUR)).await;
    assert_eq!(read(&app, tenant, submitted.id).await.items.len(), 2, "not before its day");
    app.live_until(closed_at.plus(DAY * 25).plus(HOUR)).await;
    for table in ["tickets", "bundle_items", "consents", "ticket_messages"] {
        assert_eq!(count(&app, table), 0, "{table}");
    }
    assert_eq!(asked_for(&app, tenant).await, ["jsm HELP-1"], "and elsewhere");
    let shown = page(&app, &token).await.body;
    assert!(shown.contains("deleted") && shown.contains("19 December 2026"), "{shown}");
    let listed = call(&app, &site, "GET", "/api/v1/problem-reports?of=site", None).await;
    assert_eq!(serde_json::from_str::<Value>(&listed.body).unwrap()["reports"], json!([]));
}

#[tokio::test]
async fn idalko_24_a_report_that_nobody_closes_goes_by_the_time_of_support_data() {
    let (app, _, tenant) = start().await;
    let (submitted, _) = confirmed(&app, tenant).await;
    let goes_at = crate::support::start().plus(DAY * 60);
    assert_eq!(submitted.goes_at, goes_at);
    app.live_until(goes_at.minus(HOUR)).await;
    answer(&app, tenant, submitted.id, "Still here?", After::Asked).await;
    app.run_jobs().await;
    // Closing it on the last day does not put its end off.
    step(&app, tenant, submitted.id, Step::Close, Some("Old")).await.unwrap();
    app.live_until(goes_at.plus(HOUR)).await;
    assert_eq!(
        (count(&app, "tickets"), count(&app, "ticket_messages"), count(&app, "ticket_frames")),
        (0, 0, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_reports_go_with_their_tenant_and_copies_elsewhere_are_asked_for() {
    let (app, _, tenant) = start().await;
    let (submitted, token) = confirmed(&app, tenant).await;
    copy(&app, tenant, submitted.id, "jsm").await;
    for event in [Event::Uninstalled, Event::ErasureAsked] {
        app.services.tenancy.happened(tenant, event).await.unwrap();
    }
    app.run_jobs().await;
    assert_eq!(page(&app, &token).await.status, 200, "until the erasure begins");
    app.advance(DAY);
    app.run_jobs().await;
    assert_eq!(page(&app, &token).await.status, 404);
    for table in [
        "tickets",
        "bundle_items",
        "consents",
        "ticket_messages",
        "sink_copies",
        "ticket_mails",
        "ticket_frames",
        "ticket_links",
    ] {
        assert_eq!(count(&app, table), 0, "{table}");
    }
    assert_eq!(asked_for(&app, tenant).await, ["jsm HELP-1"]);
    // Whoever delivers our mail is told of the mails about reports, too.
    let told = app.mails_of("told").remove(0);
    let confirm = ticket_mails(&app).remove(0).message_id;
    assert!(told.text.contains(&confirm), "{}", told.text);
    app.confirm_deletions().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_report_is_refused_from_the_freeze_on_like_every_other() {
    let (app, _, tenant) = start().await;
    let (submitted, token) = confirmed(&app, tenant).await;
    for event in [Event::Uninstalled, Event::ErasureAsked] {
        app.services.tenancy.happened(tenant, event).await.unwrap();
    }
    app.run_jobs().await;
    app.advance(DAY);
    app.services.eraser.advance(tenant, generation(&app, tenant).await).await.unwrap();
    assert_eq!(count(&app, "tickets"), 1, "frozen, and nothing deleted yet");
    let nonsense = page(&app, "bm9uc2Vuc2U").await;
    for token in [token.as_str(), submitted.status.expose()] {
        let refused = page(&app, token).await;
        assert_eq!((refused.status, refused.body.as_str()), (404, nonsense.body.as_str()));
        assert_eq!(act(&app, token, &[("do", "delete-now")]).await.status, 404);
    }
    app.run_jobs().await;
    app.confirm_deletions().await;
}

async fn generation(app: &TestApp, tenant: Id) -> i64 {
    app.services.tenancy.find_by_id(tenant).await.unwrap().unwrap().tenant.generation
}

#[tokio::test]
async fn users_see_their_own_reports_and_administrators_those_of_the_site_without_their_content() {
    let (app, site, tenant) = start().await;
    let body = whole(&preview(&app, &site, draft("It broke")).await);
    let mut answer: Value = serde_json::from_str(&post(&app, &site, KEY, &body).await.body).unwrap();
    let id = answer["id"].take();
    let one = format!("/api/v1/problem-reports/{}", id.as_str().unwrap());
    let others = submit(&app, tenant, "somebody-else", report(&app)).await;
    let get = async |who, path: &str| {
        let answer = call_as(&app, &site, who, "GET", path, None).await;
        (answer.status, serde_json::from_str::<Value>(&answer.body).unwrap())
    };
    let (_, own) = get(Who::Member, "/api/v1/problem-reports").await;
    assert_eq!((own["reports"].as_array().unwrap().len(), &own["reports"][0]["id"]), (1, &id));
    assert_eq!(get(Who::Member, "/api/v1/problem-reports?of=site").await.0, 403);
    let (status, shown) = get(Who::Member, &one).await;
    assert_eq!(
        (status, shown["own"].as_bool(), shown["content"]["email"].as_str()),
        (200, Some(true), Some(ADDRESS))
    );
    assert!(shown["content"]["items"].as_array().unwrap().iter().any(|item| item["name"] == "report"));
    assert_eq!(get(Who::Member, &format!("/api/v1/problem-reports/{}", others.id)).await.0, 404);
    assert_eq!(get(Who::Member, "/api/v1/problem-reports/nothing").await.0, 404);

    // All of them at once, for whoever keeps records; what is in them is in none of it.
    assert_eq!(get(Who::Member, "/api/v1/problem-reports/export").await.0, 403);
    let (status, exported) = get(Who::Admin, "/api/v1/problem-reports/export").await;
    let listed: Vec<_> = exported["reports"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!((status, listed), (200, vec![&json!(others.id), &id]));
    assert!(!exported.to_string().contains("It broke") && !exported.to_string().contains(ADDRESS));

    let (_, first) = get(Who::Admin, "/api/v1/problem-reports?of=site&limit=1").await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let (_, second) =
        get(Who::Admin, &format!("/api/v1/problem-reports?of=site&limit=1&cursor={cursor}")).await;
    assert_eq!((&second["reports"][0]["id"], second["nextCursor"].is_null()), (&id, true));
    let (status, seen) = get(Who::Admin, &one).await;
    assert_eq!(
        (status, seen["own"].as_bool(), seen["content"].is_null()),
        (200, Some(false), true),
        "{seen}"
    );
    assert!(seen["items"].as_u64() > Some(0) && !seen.to_string().contains(ADDRESS));
    let mut agreed = report(&app);
    agreed.consents.push(Consent::Administrators);
    let agreed = submit(&app, tenant, "ada", agreed).await;
    let (_, seen) = get(Who::Admin, &format!("/api/v1/problem-reports/{}", agreed.id)).await;
    assert!(seen["content"]["items"].is_array() && seen["content"]["email"].is_null(), "{seen}");
    app.run_jobs().await;
}

#[tokio::test]
async fn idalko_22_a_report_names_the_place_it_was_made_in_and_is_read_nowhere_else() {
    let (app, _, tenant) = start().await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    let row = app.services.tickets.find(tenant, submitted.id).await.unwrap().unwrap();
    assert_eq!(row.region, app.services.policy.document().location.region);
    let elsewhere = tickets::TicketRow { region: "somewhere-else".to_owned(), ..row };
    app.services.main.write(move |tx| Ok::<_, DbError>(tickets::update(tx, &elsewhere)?)).await.unwrap();
    assert!(app.services.tickets.whole(tenant, submitted.id).await.is_err());
    // Not even a mail is written from it.
    assert!(app.run_jobs().await > 0 && ticket_mails(&app).is_empty());
    let back = app.services.policy.document().location.region.clone();
    let row = app.services.tickets.find(tenant, submitted.id).await.unwrap().unwrap();
    let home = tickets::TicketRow { region: back, ..row };
    app.services.main.write(move |tx| Ok::<_, DbError>(tickets::update(tx, &home)?)).await.unwrap();
    app.advance(HOUR);
    app.run_jobs().await;
    assert_eq!(ticket_mails(&app).len(), 1);
}

#[tokio::test]
async fn utoolity_06_the_app_works_whole_for_who_never_reports_and_nobody_is_registered() {
    let (app, site, _) = start().await;
    for (method, path, body, status) in [
        ("GET", "/api/v1/session", None, 200),
        ("PUT", "/api/v1/storage/preferences", Some(json!({"a": 1})), 204),
        ("GET", "/api/v1/storage/preferences", None, 200),
        ("GET", "/api/v1/settings", None, 200),
        ("GET", "/api/v1/data/summary", None, 200),
        ("GET", "/api/v1/data/records", None, 200),
        ("GET", "/api/v1/timeline", None, 200),
        ("GET", "/api/v1/problem-reports", None, 200),
    ] {
        assert_eq!(call(&app, &site, method, path, body).await.status, status, "{method} {path}");
    }
    app.live(1).await;
    assert_eq!((count(&app, "tickets"), count(&app, "ticket_mails")), (0, 0));
    assert!(ticket_mails(&app).is_empty());
}

#[tokio::test]
async fn utoolity_08_of_a_reporter_nothing_is_stored_but_what_the_policy_lists() {
    let (app, site, tenant) = start().await;
    let body = whole(&preview(&app, &site, draft("It broke")).await);
    let answer: Value = serde_json::from_str(&post(&app, &site, KEY, &body).await.body).unwrap();
    let id: Id = answer["id"].as_str().unwrap().parse().unwrap();
    let content = serde_json::to_value(&read(&app, tenant, id).await.content).unwrap();
    // Who, where to answer and in which language; the rest is ours about the bundle.
    let ours = ["tier", "leftOut", "missing", "tags"];
    for (name, value) in content.as_object().unwrap() {
        let listed = app.services.policy.keeps_field(kept::policy::ClassName::Support, name);
        assert!(listed || ours.contains(&name.as_str()), "{name}: {value}");
    }
    assert_eq!(content["email"], ADDRESS);
    assert_eq!(content["accountId"], json!(site.user(Who::Member)));
    let stored_by = app.services.policy.document().processors.iter();
    let stored_by = stored_by.filter(|other| other.classes.contains(&kept::policy::ClassName::Support));
    assert!(stored_by.count() > 0, "the place that keeps it is in the list of processors");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_duplicate_follows_another_ticket_on_the_earlier_day_with_its_own_consents() {
    let (app, _, tenant) = start().await;
    let old = submit(&app, tenant, "ada", report(&app)).await;
    app.live(5).await;
    let (young, token) = confirmed(&app, tenant).await;
    let tickets = &app.services.tickets;
    let alike = tickets.alike(tenant, young.id).await.unwrap();
    assert_eq!(alike.iter().map(|row| row.id).collect::<Vec<_>>(), [old.id], "the same error");
    let merged = deed(&app, tenant, young.id, AuditKind::Merged).await;
    tickets.merge(merged, old.id).await.unwrap();
    let [old_row, young_row] =
        [read(&app, tenant, old.id).await.ticket, read(&app, tenant, young.id).await.ticket];
    assert_eq!((young_row.merged_into, young_row.expires_at), (Some(old.id), old_row.expires_at));
    assert_eq!(old_row.expires_at, old.goes_at.into(), "the earlier one");
    let parts = app
        .services
        .main
        .read(move |conn| {
            Ok::<_, DbError>((
                bundle_items::of_ticket(conn, tenant, young.id)?,
                consents::of_ticket(conn, tenant, young.id)?,
            ))
        })
        .await
        .unwrap();
    assert!(parts.0.iter().all(|item| item.expires_at == old_row.expires_at));
    assert!(parts.1.iter().all(|row| row.expires_at == old_row.expires_at && row.withdrawn_at.is_none()));
    step(&app, tenant, old.id, Step::Solve, None).await.unwrap();
    assert!(page(&app, &token).await.body.contains("solved"), "what becomes of one becomes of the other");
    let by_nobody = By { actor: Actor::Auditor, staff: None };
    assert!(tickets.step(tenant, old.id, by_nobody, Step::Reopen, None).await.is_err());
    app.run_jobs().await;
}

#[tokio::test]
async fn staff_assigns_weighs_and_tags_within_bounds() {
    let (app, _, tenant) = start().await;
    let submitted = submit(&app, tenant, "ada", report(&app)).await;
    let (tickets, id) = (&app.services.tickets, submitted.id);
    let staff = Id::from_i64(7);
    let tagged = async || deed(&app, tenant, id, AuditKind::Tagged).await;
    tickets.assign(deed(&app, tenant, id, AuditKind::Assigned).await, Some(staff)).await.unwrap();
    let urgent = deed(&app, tenant, id, AuditKind::Prioritised).await;
    tickets.set_priority(urgent, kept::tickets::submit::Priority::Urgent).await.unwrap();
    tickets.set_privacy(deed(&app, tenant, id, AuditKind::Tagged).await, true).await.unwrap();
    tickets.set_tags(tagged().await, vec!["login".into(), " cache ".into()]).await.unwrap();
    assert!(tickets.set_tags(tagged().await, vec!["x".repeat(41)]).await.is_err());
    let many = (0..30).map(|number| format!("tag {number}")).collect();
    assert!(tickets.set_tags(tagged().await, many).await.is_err());
    let read = read(&app, tenant, id).await;
    assert_eq!(
        (read.ticket.assignee_id, read.ticket.priority.as_str(), read.ticket.is_privacy),
        (Some(staff), "urgent", true)
    );
    assert_eq!(read.content.tags, ["login", "cache"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_report_of_an_address_that_takes_no_mail_is_kept_and_says_so() {
    let (app, _, tenant) = start().await;
    let mut wrong = report(&app);
    wrong.email = "bounce@example.com".parse().unwrap();
    let submitted = submit(&app, tenant, "ada", wrong).await;
    app.run_jobs().await;
    let row = app.services.tickets.find(tenant, submitted.id).await.unwrap().unwrap();
    assert_eq!(row.email_state, "undeliverable");
    assert_eq!(page(&app, submitted.status.expose()).await.status, 200);
}
