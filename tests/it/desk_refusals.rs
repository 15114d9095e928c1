//! A desk that takes some of a ticket and refuses the rest, that knows late what it has, and whose agents attach files of their own:
//! what else there is goes on, and there is one request of each ticket in the end.

use std::time::Duration;

use kept::db::{DbError, sink_copies};
use kept::sandbox::DeskFault;
use kept::support::ItemName;
use kept::tickets::work::After;
use kept::tickets::{Consent, State};

use crate::sinks::{confirmed, erasures, link, only, pass, start, state};
use crate::support::TestApp;
use crate::support::reports::answer;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_desk_refuses_holds_up_neither_replies_nor_states_and_is_tried_again_the_next_day() {
    for status in [403, 404, 413, 415] {
        let (app, tenant) = start().await;
        app.sandbox.faults().set_desk_at("POST", "/attachTemporaryFile", DeskFault::Status(status));
        let (ticket, number) = confirmed(&app, tenant, "ada").await;
        app.run_jobs().await;
        let key = only(&app, &number).key;
        answer(&app, tenant, ticket, "We look into it.", After::Unchanged).await;
        app.sandbox.desk().comment(&key, "agent", "We know more now.", true, app.clock.now());
        app.sandbox.desk().set_status(&key, "Resolved", "DONE");
        pass(&app, 6).await;
        assert_eq!(state(&app, tenant, ticket).await, State::Solved, "{status}");
        let there = only(&app, &number);
        assert!(there.comments.iter().any(|one| one.body.contains("We look into it.")), "{status}");
        assert!(there.attachments.is_empty());
        let tried = app.sandbox.desk().times_called("POST", "/attachTemporaryFile");
        assert_eq!(tried, 1, "{status}: it is not sent again at every look");
        app.sandbox.faults().clear();
        pass(&app, 6).await;
        assert!(only(&app, &number).attachments.is_empty(), "{status}");
        app.live(2).await;
        assert_eq!(only(&app, &number).attachments.len(), 1, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_finds_nothing_does_not_say_that_the_request_is_gone() {
    let (app, tenant) = start().await;
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    app.sandbox.faults().set_desk_at("POST", "/comment", DeskFault::Status(404));
    answer(&app, tenant, ticket, "We look into it.", After::Unchanged).await;
    pass(&app, 6).await;
    app.sandbox.faults().clear();
    pass(&app, 6).await;
    assert!(only(&app, &number).comments.iter().any(|one| one.body.contains("We look into it.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_agents_hide_none_of_ours_however_many_there_are() {
    let (app, tenant) = start().await;
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    let key = only(&app, &number).key;
    app.sandbox.desk().attach_others(&key, 120);
    pass(&app, 12).await;
    assert_eq!(only(&app, &number).attachments.len(), 121, "ours is there once");
    app.services
        .tickets
        .withdraw(&link(tenant, ticket), Consent::Item(ItemName::Attachment(1)))
        .await
        .unwrap();
    app.run_jobs().await;
    assert_eq!(only(&app, &number).attachments.len(), 120, "and found where it goes");
}

/// The first try was done and not heard of, and the search does not show it when it is looked for.
async fn made_twice(app: &TestApp, tenant: kept::db::Id) -> (kept::db::Id, String) {
    let (_, first) = confirmed(app, tenant, "ada").await;
    app.run_jobs().await;
    only(app, &first);
    app.sandbox.desk().set_index_lag(Duration::from_secs(600));
    app.sandbox.faults().set_desk_at("POST", "/servicedeskapi/request", DeskFault::FailAfter);
    let made = confirmed(app, tenant, "ada").await;
    app.run_jobs().await;
    app.sandbox.faults().clear();
    pass(app, 3).await;
    let all = app.sandbox.desk().requests();
    assert_eq!(all.iter().filter(|request| request.summary.contains(&made.1)).count(), 2);
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_19_a_request_that_the_search_shows_late_is_one_in_the_end() {
    let (app, tenant) = start().await;
    let (ticket, number) = made_twice(&app, tenant).await;
    pass(&app, 75).await;
    only(&app, &number);
    let row =
        app.services.main.read(move |conn| Ok::<_, DbError>(sink_copies::of_ticket(conn, tenant, ticket)?));
    assert_eq!(row.await.unwrap()[0].state, "delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_a_second_request_goes_with_the_ticket_too() {
    let (app, tenant) = start().await;
    let (ticket, number) = made_twice(&app, tenant).await;
    pass(&app, 15).await;
    app.services.tickets.delete_now(&link(tenant, ticket)).await.unwrap();
    pass(&app, 30).await;
    let left = app.sandbox.desk().requests();
    assert!(!left.iter().any(|request| request.summary.contains(&number)));
    assert_eq!(erasures(&app, tenant).await, 0);
}
