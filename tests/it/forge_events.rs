//! Events of the products as triggers bring them: the same operation data as under Connect.

use std::time::Duration;

use kept::sandbox::{Edit, Site, Who};
use serde_json::json;

use crate::support::TestApp;
use crate::support::forge_sites::{id_of, state_of};
use crate::support::records::{Seen, of_kind, seen};

const NOTHING: [Seen; 0] = [];

async fn on_forge(app: &TestApp, name: &str) -> Site {
    let site = app.site(name);
    // What is known of a licence is a record, too.
    site.set_licence(None);
    assert_eq!(site.install_on_forge().await.status, 204);
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_under_forge_leaves_what_it_leaves_under_connect_and_nobody_in_it() {
    let app = TestApp::start().await;
    let site = on_forge(&app, "jira").await;
    let tenant = id_of(&app, &site).await;
    for (summary, status) in [("One", "In Progress"), ("Two", "Done")] {
        app.advance(Duration::from_secs(1));
        let edit = Edit {
            summary: Some(summary.into()),
            status: Some(status.into()),
            assignee: Some(Who::Admin),
            ..Edit::default()
        };
        let mut body = site.edit_issue("DEMO-2", &edit).unwrap();
        body["issue"]["fields"]["updated"] = json!(app.clock.now());
        let event = site.issue_event("avi:jira:updated:issue", &body);
        assert_eq!(site.send_forge_event(&event).await.status, 204);
    }
    let copies = of_kind(&app, tenant, "issue_copy").await;
    let says = |slot: usize| (copies[slot].slot.as_str(), copies[slot].value["summary"].as_str().unwrap());
    assert_eq!((copies.len(), says(0), says(1)), (2, ("latest", "Two"), ("previous", "One")));
    let traces = of_kind(&app, tenant, "field_trace").await;
    assert_eq!(traces.len(), 4, "{traces:?}");
    let stored = app.services.tenancy.summary(tenant).await.unwrap();
    let all = format!("{copies:?} {traces:?} {stored:?}");
    for who in [Who::Admin, Who::Member] {
        let person = who.person().unwrap();
        assert!(!all.contains(person.account_id) && !all.contains(person.display_name), "{all}");
    }

    let gone = site.issue_event("avi:jira:deleted:issue", &site.issue_body("x", "DEMO-2").unwrap());
    assert_eq!(site.send_forge_event(&gone).await.status, 204);
    assert_eq!(seen(&app, tenant).await, NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_tried_again_is_stored_once() {
    let app = TestApp::start().await;
    let site = on_forge(&app, "jira").await;
    let tenant = id_of(&app, &site).await;
    let body = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
    let mut event = site.issue_event("avi:jira:updated:issue", &body);
    for retry in 0..3 {
        event.body["retryContext"] = json!({"retryCount": retry});
        assert_eq!(site.send_forge_event(&event).await.status, 204);
    }
    let summary = app.services.tenancy.summary(tenant).await.unwrap();
    let operation = summary.classes.iter().find(|class| class.class.as_str() == "operation").unwrap();
    assert_eq!(operation.kinds.get("webhook"), Some(&1), "{operation:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_under_forge_is_kept_as_under_connect_until_it_is_in_the_trash() {
    let app = TestApp::start().await;
    let site = on_forge(&app, "confluence").await;
    let tenant = id_of(&app, &site).await;
    for (version, title) in [(1, "One"), (2, "Two")] {
        app.advance(Duration::from_secs(1));
        let event = site.page_event("avi:confluence:updated:page", "77", title, version);
        assert_eq!(site.send_forge_event(&event).await.status, 204);
    }
    let copies = of_kind(&app, tenant, "issue_copy").await;
    assert_eq!(
        copies[0].value,
        json!({"title": "Two", "version": 2, "spaceKey": "DEMO", "contentType": "page"})
    );
    assert_eq!((copies[1].slot.as_str(), &copies[1].value["title"]), ("previous", &json!("One")));
    app.advance(Duration::from_secs(1));
    site.send_forge_event(&site.page_event("avi:confluence:trashed:page", "77", "Two", 2)).await;
    assert_eq!(seen(&app, tenant).await, NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_stored_of_an_event_for_nobody_or_for_somebody_who_left() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    let event = site.issue_event("avi:jira:updated:issue", &site.issue_body("x", "DEMO-1").unwrap());
    assert_eq!(site.send_forge_event(&event).await.status, 204);
    site.install_on_forge().await;
    let tenant = id_of(&app, &site).await;
    let event = site.issue_event("avi:jira:updated:issue", &site.issue_body("x", "DEMO-1").unwrap());
    app.advance(Duration::from_secs(60));
    site.uninstall_on_forge().await;
    assert_eq!(state_of(&app, &site).await, "nothing");
    assert_eq!(site.send_forge_event(&event).await.status, 204);
    assert_eq!(seen(&app, tenant).await.iter().filter(|seen| seen.kind == "issue_copy").count(), 0);
    app.run_jobs().await;
}
