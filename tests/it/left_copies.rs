//! Copies of tickets at the desk that are due: whatever stands in the way of one of them, the others go, and none is forgotten.

use diesel::connection::SimpleConnection;
use kept::clock::Timestamp;
use kept::db::{DbError, Id, sink_copies};
use kept::tickets::state::Step;

use crate::sinks::{MINUTE, confirmed, erasures, only, pass, start};
use crate::support::TestApp;
use crate::support::admin::{installed, tenant_id};
use crate::support::databases::postgres_server;
use crate::support::reports::step;

/// More than are looked at together.
const MANY: u32 = 250;

fn run(app: &TestApp, sql: &str) {
    app.services.main.maintain_here(|conn| Ok(conn.batch_execute(sql)?)).unwrap();
}

/// Copies of a site that is on its way to another region, all of them due for long.
async fn hold(app: &TestApp, tenant: Id) {
    let now = app.clock.now();
    let row = |_| sink_copies::CopyRow {
        tenant_id: tenant,
        ticket_id: Id::new(now),
        sink: "jsm".to_owned(),
        id: Id::new(now),
        state: "delivered".to_owned(),
        attempts: 1,
        updated_at: now.into(),
        expires_at: now.into(),
        sealed: Some(vec![0; 40]),
    };
    let rows: Vec<_> = (0..MANY).map(row).collect();
    let stored = app
        .services
        .main
        .write(move |tx| Ok::<_, DbError>(rows.iter().try_for_each(|row| sink_copies::put(tx, row))?));
    stored.await.unwrap();
    run(app, &format!("UPDATE tenants SET held_by = 1 WHERE id = {tenant}"));
}

async fn close(app: &TestApp, tenant: Id, ticket: Id) {
    step(app, tenant, ticket, Step::Close, Some("Done.")).await.unwrap();
    app.run_jobs().await;
}

/// Until the ticket goes by the policy, with the desk's copy after it.
async fn live_to_its_end(app: &TestApp, tenant: Id, ticket: Id) {
    let row = app.services.tickets.find(tenant, ticket).await.unwrap().unwrap();
    app.live_until(Timestamp::from(row.expires_at).plus(MINUTE)).await;
    pass(app, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_copies_that_wait_for_their_site_keep_no_other_at_the_desk() {
    let (app, tenant) = start().await;
    let moving = tenant_id(&app, &installed(&app, "moving").await).await;
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    only(&app, &number);
    close(&app, tenant, ticket).await;
    hold(&app, moving).await;
    live_to_its_end(&app, tenant, ticket).await;
    assert_eq!(app.sandbox.desk().requests().len(), 0, "its copy went with it");
    assert_eq!(erasures(&app, tenant).await, 0, "and that is settled");
    let left = app.services.main.read(move |conn| Ok::<_, DbError>(sink_copies::of_tenant(conn, moving)?));
    assert_eq!(left.await.unwrap().len(), MANY as usize, "what moves goes after it has arrived");
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_24_a_copy_of_which_nobody_can_read_the_name_is_found_by_its_number_and_deleted() {
    let (app, tenant) = start().await;
    let (ticket, number) = confirmed(&app, tenant, "ada").await;
    app.run_jobs().await;
    only(&app, &number);
    close(&app, tenant, ticket).await;
    let bad = if postgres_server().is_some() { "'\\x00'" } else { "x'00'" };
    run(&app, &format!("UPDATE sink_copies SET sealed = {bad} WHERE ticket_id = {ticket}"));
    live_to_its_end(&app, tenant, ticket).await;
    assert_eq!(app.sandbox.desk().requests().len(), 0);
    assert_eq!(erasures(&app, tenant).await, 0);
}
