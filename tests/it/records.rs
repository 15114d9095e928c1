//! The list of all records of a tenant: whole, in pages, and nobody else's.

use kept::db::{DbError, erase};
use kept::policy::datamap::DataMap;
use kept::sandbox::{Site, Who};
use serde_json::Value;

use crate::support::planted::plant;
use crate::support::{TestApp, code};

const RECORDS: &str = "/api/v1/data/records";
/// The tables that the list leaves out, since the map withholds them.
const ROWS: usize = 7;

async fn installed(app: &TestApp, name: &str) -> Site {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    site
}

async fn ask(app: &TestApp, site: &Site, query: &str) -> kept::sandbox::Answer {
    app.get_with(&format!("{RECORDS}{query}"), &site.context_token(site.user(Who::Admin).as_deref())).await
}

/// All pages of a query.
async fn all(app: &TestApp, site: &Site, query: &str) -> Vec<Value> {
    let (mut records, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = ask(app, site, &format!("?{query}{cursor}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let page = answer.json();
        records.extend(page["records"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { return records };
        assert!(!page["records"].as_array().unwrap().is_empty(), "a page that promises more is not empty");
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_27_every_record_is_listed_once_whatever_the_size_of_a_page() {
    let app = TestApp::start().await;
    let (site, other) = (installed(&app, "jira").await, installed(&app, "other").await);
    let tenant = app.tenant(&site).await.unwrap().tenant.id;
    let markers = plant(&app, tenant, "mine", ROWS).await;
    plant(&app, app.tenant(&other).await.unwrap().tenant.id, "theirs", 2).await;
    let whole = all(&app, &site, "limit=200").await;
    for limit in [1, 3, ROWS] {
        assert_eq!(all(&app, &site, &format!("limit={limit}")).await, whole, "pages of {limit}");
    }
    let stored = app.services.main.read(move |conn| {
        let shown = DataMap::builtin().unwrap().tenant_tables().filter(|table| table.withheld.is_none());
        let count = |table: &kept::policy::datamap::Table| {
            erase::count(conn, erase::TenantTable { name: &table.name, key: table.owner().unwrap() }, tenant)
        };
        Ok::<_, DbError>(shown.map(count).sum::<Result<i64, _>>()?)
    });
    assert_eq!(whole.len() as i64, stored.await.unwrap());
    let text = serde_json::to_string(&whole).unwrap();
    assert!(!text.contains("theirs"));
    // What a record is about is shown where the sealed value says it.
    let about = |record: &&Value| record["subject"].is_string();
    let subjects: Vec<&str> =
        whole.iter().filter(about).map(|record| record["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects.len(), 2 * ROWS, "{subjects:?}");
    assert!(subjects.iter().all(|subject| markers.iter().any(|marker| marker == subject)), "{subjects:?}");
    for record in &whole {
        assert!(
            record["recordedAt"].is_string() && record["kind"].is_string() && record["bytes"].is_i64(),
            "{record}"
        );
        let names: Vec<&String> = record.as_object().unwrap().keys().collect();
        assert_eq!(names, ["bytes", "class", "expiresAt", "kind", "recordedAt", "subject"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_and_the_summary_agree_on_every_class() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    plant(&app, app.tenant(&site).await.unwrap().tenant.id, "mine", ROWS).await;
    let token = site.context_token(site.user(Who::Admin).as_deref());
    let summary = app.get_with("/api/v1/data/summary", &token).await.json();
    let classes = summary["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 6);
    for class in classes {
        let name = class["class"].as_str().unwrap();
        let records = all(&app, &site, &format!("limit=4&class={name}")).await;
        assert!(records.iter().all(|record| record["class"] == name), "{name}");
        assert_eq!(class["records"].as_i64().unwrap(), records.len() as i64, "{name}");
        let bytes: i64 = records.iter().map(|record| record["bytes"].as_i64().unwrap()).sum();
        assert_eq!(class["bytes"].as_i64().unwrap(), bytes, "{name}");
        let least = |member: &str| {
            records.iter().filter_map(|record| record[member].as_str()).min().map(str::to_owned)
        };
        assert_eq!(class["oldestAt"].as_str().map(str::to_owned), least("recordedAt"), "{name}");
        assert_eq!(class["nextExpiryAt"].as_str().map(str::to_owned), least("expiresAt"), "{name}");
        for (kind, count) in class["kinds"].as_object().unwrap() {
            let of_kind = records.iter().filter(|record| record["kind"] == kind.as_str()).count();
            assert_eq!(count.as_i64().unwrap(), of_kind as i64, "{name} {kind}");
        }
    }
    assert!(all(&app, &site, "class=order").await.is_empty(), "a class without tables of tenants");
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_in_a_query_is_a_400_and_a_cursor_is_good_for_its_tenant_and_class_alone() {
    let app = TestApp::start().await;
    let (site, other) = (installed(&app, "jira").await, installed(&app, "other").await);
    for site in [&site, &other] {
        let tenant = app.tenant(site).await.unwrap().tenant.id;
        plant(&app, tenant, &format!("of{tenant}"), 3).await;
    }
    let cursor = |answer: kept::sandbox::Answer| answer.json()["next"].as_str().unwrap().to_owned();
    let own = cursor(ask(&app, &site, "?limit=3").await);
    let theirs = cursor(ask(&app, &other, "?limit=3").await);
    let of_class = cursor(ask(&app, &site, "?limit=2&class=uploaded").await);
    let mut edited = own.clone().into_bytes();
    edited[20] = if edited[20] == b'A' { b'B' } else { b'A' };
    let edited = String::from_utf8(edited).unwrap();
    let rubbish = [
        format!("?cursor={theirs}"),
        format!("?cursor={edited}"),
        format!("?cursor={own}A"),
        format!("?cursor={of_class}&class=session"),
        format!("?cursor={}", "A".repeat(5_000)),
        "?cursor=".to_owned(),
        "?cursor=%00%ff".to_owned(),
        "?cursor=../../etc".to_owned(),
        "?cursor=1%20OR%201=1".to_owned(),
        "?limit=0".to_owned(),
        "?limit=201".to_owned(),
        "?limit=-1".to_owned(),
        "?limit=many".to_owned(),
        "?limit=".to_owned(),
        "?class=everything".to_owned(),
        "?class=".to_owned(),
    ];
    for query in rubbish {
        let answer = ask(&app, &site, &query).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_parameter"), "{query}");
    }
    assert_eq!(ask(&app, &site, &format!("?cursor={own}&limit=200&other=1")).await.status, 200);
    let member = app.get_with(RECORDS, &site.context_token(site.user(Who::Member).as_deref())).await;
    assert_eq!((member.status, code(&member).as_str()), (403, "admin_required"));
}
