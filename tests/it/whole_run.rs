//! One report from its user's first click to the day on which nothing of it is left: over HTTP alone, with everybody who has a
//! part in it, and with what each of them gets to see after each step.

mod people;

use std::time::Duration;

use kept::sandbox::ReceivedMail;
use serde_json::json;

use crate::support::reports::{ADDRESS, ticket_mails};
use people::{Cast, SECRET_WORD};

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_idalko_21_idalko_24_utoolity_13_a_report_gets_to_console_and_desk_is_answered_and_gone_on_its_day()
 {
    let cast = Cast::gather().await;
    let report = sent_as_it_was_shown(&cast).await;
    confirmed_and_at_the_desk(&cast, &report.number, &report.status).await;
    opened_with_a_reason_that_the_customer_sees(&cast, &report.number).await;
    answered_in_both_directions(&cast, &report.number).await;
    closed(&cast, &report.number).await;
    gone_on_its_day(&cast, &report.number, &report.status).await;
}

/// What a user was answered.
struct Sent {
    number: String,
    /// The token of the link that everybody gets.
    status: String,
}

async fn sent_as_it_was_shown(cast: &Cast) -> Sent {
    assert_eq!(cast.open_page("/app/report").await.status, 200, "the page opens in the iframe");
    let first = cast.preview(json!([])).await;
    assert!(first.report.contains("<email-1>") && !first.report.contains(ADDRESS), "{}", first.report);
    assert!(first.report.contains(SECRET_WORD), "what no pattern finds is there until the user selects it");
    let second = cast.preview(json!([SECRET_WORD])).await;
    assert!(second.report.contains("<selected-1>") && !second.report.contains(SECRET_WORD));
    let answer = cast.send(&second).await;
    let again = cast.send(&second).await;
    assert_eq!(answer, again, "a second click is the same report");
    cast.app.run_jobs().await;
    assert!(cast.requests().is_empty(), "nobody gets an account at the desk by somebody else's typing");
    let (number, status) = (answer["number"].as_str().unwrap(), answer["statusLink"].as_str().unwrap());
    let status = crate::support::reports::token_of(status);
    let shown = cast.page(&status).await;
    assert!(shown.contains(number) && shown.contains("received") && !shown.contains("card"), "{shown}");
    Sent { number: number.to_owned(), status }
}

async fn confirmed_and_at_the_desk(cast: &Cast, number: &str, status: &str) {
    let mail = ticket_mails(&cast.app).remove(0);
    assert!(mail.subject.contains(number) && mail.recipients == [ADDRESS], "{mail:?}");
    let shown = cast.press(&[("do", "confirm")]).await;
    assert!(shown.contains("I dragged a card") && !shown.contains(SECRET_WORD), "{shown}");
    assert!(!cast.page(status).await.contains("dragged a card"), "the other link shows no texts");
    cast.app.run_jobs().await;
    let (requests, customers) = (cast.requests(), cast.app.sandbox.desk().customers());
    assert_eq!((requests.len(), customers.len()), (1, 1), "{requests:#?} {customers:#?}");
    let request = &requests[0];
    assert_eq!((&request.reporter, customers[0].email.as_str()), (&customers[0].account_id, ADDRESS));
    assert!(request.summary.contains(number) && request.description.contains("I dragged a card"));
    assert!(!request.description.contains(SECRET_WORD) && !request.description.contains(ADDRESS));
    let attached: Vec<&str> = request.attachments.iter().map(|one| one.media.as_str()).collect();
    assert_eq!(attached, ["image/png"], "what was agreed to");
    // Somebody takes it on over there, and says something to the reporter and something to colleagues.
    let (desk, now) = (cast.app.sandbox.desk(), cast.app.clock.now());
    desk.set_status(&request.key, "In progress", "INDETERMINATE");
    desk.comment(&request.key, "dana@vendor.example", "Which browser was it?", true, now);
    desk.comment(&request.key, "dana@vendor.example", "A difficult one.", false, now);
    cast.pass_minutes(6).await;
    let shown = cast.conversation().await;
    assert!(shown.contains("being worked on") && shown.contains("Which browser was it?"), "{shown}");
    assert!(!shown.contains("difficult"), "{shown}");
}

async fn opened_with_a_reason_that_the_customer_sees(cast: &Cast, number: &str) {
    let (lead, agent) = cast.staff().await;
    let queue = cast.console_get(&lead, "tickets").await;
    assert_eq!(queue["items"][0]["number"], number, "{queue}");
    cast.app.assign(&lead, number, &agent.name).await;
    let bundle = format!("tickets/{number}/bundle");
    assert_eq!(cast.console(&agent, "GET", &bundle, None).await.status, 403, "not without a reason");
    let why = "the report names an error of the board";
    let opened = cast.console(&agent, "POST", &bundle, Some(json!({"reason": why}))).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    let items = cast.console_get(&agent, &bundle).await;
    assert!(
        people::report_in(&items).contains("I dragged a card, said <email-1> of <selected-1>"),
        "{items}"
    );
    // Within a minute.
    cast.app.advance(MINUTE - Duration::from_secs(1));
    let seen = cast.access_log("bundle_opened").await;
    assert_eq!((seen["who"].as_str(), seen["role"].as_str()), (Some("mara"), Some("agent")), "{seen}");
    assert_eq!((seen["ticket"].as_str(), seen["reason"].as_str()), (Some(number), Some(why)), "{seen}");
    assert!(cast.conversation().await.contains(&format!("mara looked into what you sent: {why}")));
}

async fn answered_in_both_directions(cast: &Cast, number: &str) {
    let (_, agent) = cast.staff().await;
    let question = json!({"text": "Which column was it?", "after": "asked"});
    let replies = format!("tickets/{number}/replies");
    assert_eq!(cast.console(&agent, "POST", &replies, Some(question)).await.status, 204);
    cast.app.run_jobs().await;
    let shown = cast.conversation().await;
    assert!(shown.contains("Which column was it?") && shown.contains("waiting for you"), "{shown}");
    let shown = cast.press(&[("do", "reply"), ("text", "The last one.")]).await;
    assert!(shown.contains("The last one.") && shown.contains("being worked on"), "{shown}");
    let ticket = cast.console_get(&agent, &format!("tickets/{number}")).await;
    assert!(ticket["messages"].to_string().contains("The last one."), "{ticket}");
    let answer = json!({"text": "It is mended in version 2.", "after": "solved"});
    assert_eq!(cast.console(&agent, "POST", &replies, Some(answer)).await.status, 204);
    cast.app.run_jobs().await;
    let shown = cast.conversation().await;
    assert!(shown.contains("It is mended in version 2.") && shown.contains("solved"), "{shown}");
    let at_the_desk: Vec<String> =
        cast.requests()[0].comments.iter().map(|comment| comment.body.clone()).collect();
    for text in ["Which column was it?", "The last one.", "It is mended in version 2."] {
        assert!(at_the_desk.iter().any(|body| body.contains(text)), "{text}: {at_the_desk:?}");
    }
}

async fn closed(cast: &Cast, number: &str) {
    let (_, agent) = cast.staff().await;
    let close = json!({"step": "close", "reason": "mended in version 2"});
    let answer = cast.console(&agent, "POST", &format!("tickets/{number}/state"), Some(close)).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    cast.app.run_jobs().await;
    assert_eq!(cast.access_log("closed").await["ticket"], number);
    let ticket = cast.console_get(&agent, &format!("tickets/{number}")).await;
    let goes_at = cast.closed_ones_go_at().to_string();
    assert_eq!((ticket["state"].as_str(), ticket["goesAt"].as_str()), (Some("closed"), Some(&*goes_at)));
    let shown = cast.conversation().await;
    assert!(shown.contains("closed") && shown.contains("mended in version 2"), "{shown}");
    mails_are_one_conversation_and_hold_no_text(&ticket_mails(&cast.app), number);
}

fn mails_are_one_conversation_and_hold_no_text(mails: &[ReceivedMail], number: &str) {
    let root = format!("<{}>", mails[0].message_id);
    for mail in &mails[1..] {
        assert!(mail.header("references").is_some_and(|all| all.contains(&root)), "{:#?}", mail.headers);
    }
    // Lines end where they are full.
    let said: Vec<String> =
        mails.iter().map(|mail| mail.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for (mail, said) in mails.iter().zip(&said) {
        assert!(said.contains(number), "{said}");
        for text in ["card", "browser", "column", "last one", "mended"] {
            assert!(!said.contains(text) && !mail.html.contains(text), "{text}: {said}");
        }
    }
    for state in ["It is now waiting for your answer.", "It is now solved.", "is now closed."] {
        assert!(said.iter().any(|said| said.contains(state)), "{state}: {said:#?}");
    }
}

async fn gone_on_its_day(cast: &Cast, number: &str, status: &str) {
    let goes_at = cast.closed_ones_go_at();
    let mails = ticket_mails(&cast.app).len();
    cast.app.live_until(goes_at.minus(HOUR)).await;
    let (lead, _) = cast.staff().await;
    let ticket = cast.console_get(&lead, &format!("tickets/{number}")).await;
    assert_eq!(ticket["number"], number, "not a day earlier");
    assert_eq!(cast.requests().len(), 1, "nor at the desk");
    assert!(cast.conversation().await.contains("I dragged a card"));
    cast.app.live_until(goes_at.plus(HOUR)).await;
    // The desk is asked again whether it is really gone.
    cast.pass_minutes(10).await;
    let (lead, _) = cast.staff().await;
    let ticket = cast.console(&lead, "GET", &format!("tickets/{number}"), None).await;
    assert_eq!(ticket.status, 404, "{}", ticket.body);
    assert_eq!(cast.console_get(&lead, "tickets").await["items"], json!([]));
    assert!(cast.requests().is_empty(), "{:#?}", cast.requests());
    assert!(cast.app.sandbox.desk().customers().iter().all(|known| !known.is_of_the_desk));
    let day = goes_at.day().strftime("%-d %B %Y").to_string();
    for shown in [cast.page(status).await, cast.conversation().await] {
        assert!(shown.contains("<strong>deleted</strong>") && shown.contains(&day), "{shown}");
        assert!(shown.contains(number) && !shown.contains("card") && !shown.contains("mended"), "{shown}");
    }
    assert_eq!(cast.own_reports().await, json!([]));
    // What was done is still there for the customer's administrators to see.
    assert_eq!(cast.access_log("bundle_opened").await["ticket"], number);
    assert_eq!(ticket_mails(&cast.app).len(), mails, "nobody is written to about a day that they were told");
}
