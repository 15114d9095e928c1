//! A conversation has an end somewhere, and the ticket goes on all the same: it is answered, solved and closed, and whatever follows it.

use kept::db::ticket_messages::MessageKind;
use kept::db::{Id, tickets};
use kept::error::{Code, Error};
use kept::tickets::State;
use kept::tickets::links::{TicketLink, TicketPurpose};
use kept::tickets::state::Step;
use kept::tickets::work::After;

use crate::support::TestApp;
use crate::support::admin::{installed, tenant_id};
use crate::support::reports::{answer, confirm, report, step, submit};

/// The reporter writes until there is no room left. Returns how often.
async fn write_on(app: &TestApp, tenant: Id, ticket: Id) -> usize {
    let (this, key, now) =
        (app.services.tickets.clone(), app.services.vault.data_key(tenant).await.unwrap(), app.clock.now());
    let written = app.services.main.write(move |tx| {
        let row = tickets::find(tx, tenant, ticket)?.unwrap();
        let mut written = 0;
        let reply = (MessageKind::UserReply, "And another thing.");
        while this.written_elsewhere(tx, &row, reply, &key, now)?.is_some() {
            written += 1;
        }
        Ok::<_, Error>(written)
    });
    let written = written.await.unwrap();
    let link = TicketLink { tenant, ticket, purpose: TicketPurpose::Conversation };
    let refused = app.services.tickets.reply(&link, "And this.").await.unwrap_err();
    assert_eq!(refused.code(), Code::LimitReached);
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_without_end_leaves_room_for_answers_and_for_the_end() {
    let app = TestApp::start().await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let ticket = submit(&app, tenant, "ada", report(&app)).await.id;
    confirm(&app, tenant, ticket).await;
    assert_eq!(write_on(&app, tenant, ticket).await, 400);
    app.run_jobs().await;
    answer(&app, tenant, ticket, "We have read it all.", After::Unchanged).await;
    for (wanted, after) in
        [(Step::Ask, State::Waiting), (Step::Solve, State::Solved), (Step::Close, State::Closed)]
    {
        assert_eq!(step(&app, tenant, ticket, wanted, Some("Done.")).await.unwrap(), after);
    }
    app.run_jobs().await;
}

/// Nobody may keep a ticket open by filling it: its short time counts from its closing (IDALKO-24).
#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_a_ticket_without_any_room_is_closed_all_the_same() {
    let app = TestApp::start().await;
    let tenant = tenant_id(&app, &installed(&app, "jira").await).await;
    let ticket = submit(&app, tenant, "ada", report(&app)).await.id;
    confirm(&app, tenant, ticket).await;
    write_on(&app, tenant, ticket).await;
    for number in 0..100 {
        answer(&app, tenant, ticket, &format!("Answer {number}."), After::Unchanged).await;
    }
    for _ in 0..120 {
        step(&app, tenant, ticket, Step::Solve, None).await.unwrap();
        step(&app, tenant, ticket, Step::Reopen, None).await.unwrap();
    }
    assert_eq!(step(&app, tenant, ticket, Step::Close, Some("Done.")).await.unwrap(), State::Closed);
    let row = app.services.tickets.find(tenant, ticket).await.unwrap().unwrap();
    let by_policy = app.services.policy.ticket_expires_at(row.created_at.into(), Some(app.clock.now()));
    assert_eq!(Some(row.expires_at.into()), by_policy);
    app.run_jobs().await;
}
