//! Whole lives under Forge, over HTTP and by commands alone: a site that never saw Connect, and one that had the app there. Installed or
//! moved, a report from the Custom UI page, an administrator who sees it, leaving in each of the ways in which it is heard of,
//! notice, erasure, and a receipt that the customer verifies.

use std::time::Duration;

use kept::clock::Timestamp;
use kept::db::{DbError, Id, erase, ledger};
use kept::sandbox::{Answer, ForgeModule, Site, Who};
use serde_json::{Value, json};

use crate::support::admin::call;
use crate::support::forge_sites::{id_of, note, noted, tenants};
use crate::support::place::{Place, code as exit_code, stdout};
use crate::support::previews::draft;
use crate::support::reports::{act, mailed, page, ticket_mails, whole};
use crate::support::{TestApp, TestDatabases, send};

const DAY: Duration = Duration::from_secs(86_400);
const CONTACT: &str = "grace.hopper@example.com";
const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";

/// How it is heard of that the customer left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaves {
    PreUninstall,
    UninstalledEvent,
    /// Nobody says it, and nobody calls for them any more.
    InSilence,
}

/// What a page of the app asks through Forge.
async fn from_page(site: &Site, who: Who, page: ForgeModule, what: (&str, &str, Option<Value>)) -> Answer {
    let (method, path, body) = what;
    let headers = [("idempotency-key".to_owned(), KEY.to_owned())];
    site.invoke_from(page, who, method, &format!("/forge/api/v1{path}"), &headers, body.as_ref()).await
}

async fn as_admin(site: &Site, what: (&str, &str, Option<Value>)) -> Value {
    let answer = from_page(site, Who::Admin, ForgeModule::admin_page(site.product()), what).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// The administrators enter whom to tell.
async fn a_contact_is_entered(site: &Site) {
    let mut settings = as_admin(site, ("GET", "/settings", None)).await;
    for told in ["retentionDaysMax", "contactState"] {
        settings.as_object_mut().unwrap().remove(told);
    }
    settings["contact"] = json!(CONTACT);
    settings["subscriptionEndsAt"] = Value::Null;
    assert_eq!(as_admin(site, ("PUT", "/settings", Some(settings))).await["contactState"], "set");
}

/// A member reports a problem on the app's page; the number.
async fn a_report_is_filed(app: &TestApp, site: &Site) -> String {
    let reports = ForgeModule::report_page(site.product());
    let asked = ("POST", "/problem-reports/preview", Some(draft(json!({}))));
    let preview = from_page(site, Who::Member, reports, asked).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    let body = Some(whole(&preview.json()));
    let sent = from_page(site, Who::Member, reports, ("POST", "/problem-reports", body)).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    app.run_jobs().await;
    let number = sent.json()["number"].as_str().unwrap().to_owned();
    assert!(ticket_mails(app)[0].subject.contains(&number));
    assert_eq!(act(app, &mailed(app), &[("do", "confirm")]).await.status, 303);
    assert!(page(app, &mailed(app)).await.body.contains("The board does not load."));
    number
}

/// An administrator sees it among the reports of the site, and nobody else but who made it.
async fn an_administrator_sees_it(site: &Site, number: &str) {
    let of_site = as_admin(site, ("GET", "/problem-reports?of=site", None)).await;
    assert_eq!(of_site["reports"][0]["number"], number, "{of_site}");
    let own = as_admin(site, ("GET", "/problem-reports", None)).await;
    assert_eq!(own["reports"], json!([]), "it is not their own");
    let admin_page = ForgeModule::admin_page(site.product());
    let refused = from_page(site, Who::Member, admin_page, ("GET", "/problem-reports?of=site", None)).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
}

/// The customer leaves. Days go by in which Forge calls for `other`. When their data is due.
async fn the_customer_leaves(app: &TestApp, site: &Site, other: &Site, id: Id, how: Leaves) -> Timestamp {
    let due_at = app.due_after_leaving();
    match how {
        Leaves::PreUninstall => assert_eq!(site.uninstall_on_forge().await.status, 204),
        Leaves::UninstalledEvent => {
            let event = site.lifecycle_event("avi:forge:uninstalled:app");
            assert_eq!(site.send_forge_event(&event).await.status, 204);
        }
        Leaves::InSilence => {
            // What is still known of Connect proves nothing any more.
            site.set_shared_secret(None);
            while app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant.due_at().is_none() {
                app.advance(DAY);
                assert_eq!(other.call_daily().await.status, 204);
                app.run_jobs().await;
            }
        }
    }
    app.run_jobs().await;
    let left = app.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant;
    let state = if how == Leaves::InSilence { "suspected" } else { "marked" };
    assert_eq!(left.state(), state, "{how:?}");
    if how != Leaves::InSilence {
        assert_eq!(left.due_at(), Some(due_at), "{how:?}");
    }
    left.due_at().unwrap()
}

/// The notice before, nothing after, and a receipt that whoever gets it can verify without us.
async fn the_data_goes(app: &TestApp, other: &Site, id: Id, due_at: Timestamp) {
    while app.clock.now().plus(DAY) < due_at {
        app.advance(DAY);
        assert_eq!(other.call_daily().await.status, 204);
        app.run_jobs().await;
    }
    let notices = app.notice_mails();
    assert!(notices.iter().all(|mail| mail.recipients == [CONTACT]) && !notices.is_empty(), "{notices:?}");
    assert!(tenants(app).await.contains(&id), "not a day earlier");
    app.live_until(due_at).await;
    assert!(!tenants(app).await.contains(&id));
    let tables = app.services.eraser.tables().to_vec();
    let left = app.services.main.read(move |conn| {
        let targets: Vec<_> = tables.iter().map(kept::erasure::OwnTable::target).collect();
        Ok::<_, DbError>(erase::counts(conn, &targets, id)?)
    });
    assert!(left.await.unwrap().iter().all(|count| *count == 0));
    the_receipt_is_verified(app, id).await;
}

async fn the_receipt_is_verified(app: &TestApp, id: Id) {
    let stored = app.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, id)?));
    let stored = stored.await.unwrap().remove(0).document;
    let mail = app.mails_of("erased").remove(0);
    let [(_, attached)] = mail.attachments.as_slice() else { panic!("{:?}", mail.attachments) };
    assert_eq!((mail.recipients.as_slice(), attached), ([CONTACT.to_owned()].as_slice(), &stored));
    let keys = send(app.request("GET", "/.well-known/kept-keys.json")).await.body;
    let desk = Place::on(TestDatabases::sqlite()).await;
    let write = |name: &str, text: &str| {
        let path = desk.databases.dir().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (receipt, keys) = (write("receipt.json", &stored), write("keys.json", &keys));
    let verified = desk.run(&["receipt", "verify", &receipt, "--keys", &keys]);
    assert_eq!(exit_code(&verified), 0);
    assert!(stdout(&verified).starts_with("valid: signed by the key "), "{}", stdout(&verified));
}

async fn a_whole_life(app: &TestApp, site: &Site, id: Id, how: Leaves) {
    let other = app.site("two");
    assert_eq!(other.install_on_forge().await.status, 204);
    a_contact_is_entered(site).await;
    let number = a_report_is_filed(app, site).await;
    an_administrator_sees_it(site, &number).await;
    app.advance(DAY);
    assert_eq!((site.call_daily().await.status, other.call_daily().await.status), (204, 204));
    assert_eq!(id_of(app, site).await, id);
    let due_at = the_customer_leaves(app, site, &other, id, how).await;
    if how == Leaves::PreUninstall {
        let refused = site.invoke_remote(Who::Member, "GET", "/forge/api/v1/session", None).await;
        assert_eq!(refused.status, 401, "{}", refused.body);
    }
    the_data_goes(app, &other, id, due_at).await;
    app.confirm_deletions().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_never_saw_connect_installs_reports_leaves_and_gets_its_receipt() {
    for how in [Leaves::PreUninstall, Leaves::UninstalledEvent, Leaves::InSilence] {
        let app = TestApp::start().await;
        let site = app.site("jira");
        site.set_licence(None);
        assert_eq!(site.install_on_forge().await.status, 204);
        let id = id_of(&app, &site).await;
        assert!(app.tenant(&site).await.is_none(), "there is no name of before");
        a_whole_life(&app, &site, id, how).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_of_connect_moves_with_its_data_reports_leaves_and_gets_its_receipt() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.set_licence(None);
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    let stored = call(&app, &site, "PUT", "/api/v1/storage/note", Some(json!({"text": "from before"})));
    assert_eq!(stored.await.status, 204);
    app.advance(DAY);
    assert_eq!(site.move_to_forge().await.status, 204);
    assert_eq!((id_of(&app, &site).await, tenants(&app).await), (id, vec![id]));
    assert!(noted(&site).await.contains("from before"));
    assert_eq!(note(&site, "from then on").await, 204);
    a_whole_life(&app, &site, id, Leaves::PreUninstall).await;
}
