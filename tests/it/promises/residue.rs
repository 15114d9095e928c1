//! What is left in the end: every table of both live databases that knows tenants is looked into, whatever the data map
//! says of it.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::db::{Db, DbError, Id};
use kept::operation::Put;
use kept::sandbox::Site;
use kept::tenancy::settings::WantedSettings;
use serde_json::json;

use super::periods::go_on;
use crate::export::{download, installed, taken};
use crate::support::TestApp;
use crate::support::admin::call;
use crate::support::notices::{ParseAddress, contact};
use crate::support::planted::plant;
use crate::support::scan::Traces;
use crate::support::schema::select;

const DAY: Duration = Duration::from_secs(86_400);
/// What says that there was an erasure, and that another process should forget the tenant.
const OUTLIVE: [&str; 3] = ["ledger", "receipts", "tenant_changes"];

/// What is left until the processors that were told have confirmed: their requests, and the key of these.
const UNCONFIRMED: [&str; 2] = ["processor_erasures", "erasure_keys"];

/// Tables with rows of this tenant.
pub fn rows_of(app: &TestApp, tenant: Id) -> Vec<String> {
    let mut found = Vec::new();
    for db in [&app.services.main, &app.services.keyring] {
        let tables = select(
            db,
            "SELECT tables.name AS name, columns.name AS sort FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns \
             WHERE tables.type = 'table' AND columns.name = 'tenant_id'",
            "SELECT table_name::text AS name, column_name::text AS sort FROM information_schema.columns \
             WHERE table_schema = current_schema() AND column_name = 'tenant_id'",
        );
        let is_main = tables.iter().any(|(name, _)| name == "jobs");
        let row = is_main.then(|| ("tenants".to_owned(), "id".to_owned()));
        for (table, column) in tables.into_iter().chain(row) {
            if count(db, &table, &column, tenant) > 0 && !OUTLIVE.contains(&table.as_str()) {
                found.push(table);
            }
        }
    }
    found
}

fn count(db: &Db, table: &str, column: &str, tenant: Id) -> usize {
    let sql =
        format!("SELECT CAST(COUNT(*) AS TEXT) AS name, '' AS sort FROM {table} WHERE {column} = {tenant}");
    select(db, &sql, &sql)[0].0.parse().unwrap()
}

/// A site with rows in every table that goes with a tenant, and an erasure that has not begun.
async fn with_everything(app: &TestApp, name: &str) -> (Site, Id) {
    let (site, id) = installed(app, name).await;
    plant(app, id, name, 3).await;
    // What was planted there is not what the service would work with.
    let clear: String = ["settings", "erasures", "suspicions"]
        .iter()
        .map(|table| format!("DELETE FROM {table} WHERE tenant_id = {id};"))
        .collect();
    app.services.main.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(&clear)?)).await.unwrap();
    let billing_cc = Some("bills@customer.example".parse_address());
    app.enter(id, WantedSettings { billing_cc, ..contact("ada@customer.example") }).await;
    (site, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_32_appernetic_34_of_a_customer_who_left_nothing_is_left_without_a_purpose() {
    let app = TestApp::start().await;
    let (site, id) = with_everything(&app, "leaves").await;
    let (other, other_id) = with_everything(&app, "stays").await;
    let due_at = app.due_after_leaving();
    assert_eq!(site.uninstall().await.status, 204);
    go_on(&app, due_at.minus(DAY * 10), DAY * 28).await;
    go_on(&app, due_at.minus(DAY), DAY).await;
    // What has a time of its own would be gone by now; this is younger.
    for (tenant, name) in [(id, "leaves"), (other_id, "stays")] {
        app.services.operation.count_use(tenant, "admin_page").await.unwrap();
        let put = app.services.operation.put(tenant, "draft", name, None, &json!({"draft": name})).await;
        assert_eq!(put.unwrap(), Put::Stored);
    }
    // The website's settings, mail addresses and mails, and what we know of the customer: all there until the day.
    let before = rows_of(&app, id);
    for table in
        ["uploads", "settings", "notices", "tenants", "usage_counters", "operation_records", "data_keys"]
    {
        assert!(before.contains(&table.to_owned()), "{table}: {before:?}");
    }
    let notices = app.notice_mails().len();
    let theirs: BTreeSet<String> = rows_of(&app, other_id).into_iter().collect();
    app.set_clock_and_run(due_at).await;
    assert_eq!(rows_of(&app, id), UNCONFIRMED, "and what is needed until the others have confirmed");
    app.confirm_deletions().await;
    assert_eq!(rows_of(&app, id), Vec::<String>::new());
    assert_eq!(app.state(&site).await, "nothing");
    assert_eq!((app.notice_mails().len(), app.mails_of("erased").len()), (notices, 1), "one last mail");
    // Nobody else's data went along, and it is still to be opened.
    assert_eq!(rows_of(&app, other_id).into_iter().collect::<BTreeSet<_>>(), theirs);
    assert!(taken(&download(&app, &other).await).text().contains("staysuploads0"));
    let traces = Traces::of(["leavesuploads", "leavesnotices", "leaveswebhooks", &site.client_key()]);
    assert_eq!(traces.in_everything(&app.databases), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn website_40_whoever_asks_for_deletion_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let (site, id) = with_everything(&app, "asks").await;
    let preview = call(&app, &site, "POST", "/api/v1/data/erasure", Some(json!({"preview": true}))).await;
    let body = json!({"confirmation": preview.json()["confirmation"]});
    let asked = call(&app, &site, "POST", "/api/v1/data/erasure", Some(body)).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let due_at = app.services.policy.due_after_asking(app.clock.now());
    app.set_clock_and_run(due_at.minus(Duration::from_secs(1))).await;
    assert!(rows_of(&app, id).len() > 8);
    app.set_clock_and_run(due_at.plus(DAY)).await;
    app.confirm_deletions().await;
    assert_eq!(rows_of(&app, id), Vec::<String>::new());
    assert_eq!(call(&app, &site, "GET", "/api/v1/session", None).await.status, 401);
    assert_eq!(Traces::of(["asksuploads", &site.client_key()]).in_everything(&app.databases), [""; 0]);
}
