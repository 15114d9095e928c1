//! What the app's own pages store for the customer.

use std::time::Duration;

use futures_util::future::join_all;
use kept::db::uploads::{self, UploadRow};
use kept::db::{DbError, Id};
use kept::operation::uploads::{KEYS_MAX, open};
use kept::policy::{ClassName, Policy};
use kept::sandbox::{Answer, Site, Who};

use crate::policy::text;
use crate::support::schema::columns_of;
use crate::support::{TestApp, code, send};

async fn installed(app: &TestApp, name: &str) -> (Site, Id) {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    (site, id)
}

async fn call(app: &TestApp, site: &Site, method: &str, key: &str, body: &str) -> Answer {
    let token = site.context_token(site.user(Who::Member).as_deref());
    let request = app.request(method, &format!("/api/v1/storage/{key}"));
    send(request.header("authorization", format!("JWT {token}")).body(body.to_owned())).await
}

async fn stored(app: &TestApp, tenant: Id) -> Vec<UploadRow> {
    let rows =
        app.services.main.read(move |conn| Ok::<_, DbError>(uploads::page(conn, tenant, Id::NONE, 2_000)?));
    rows.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_15_what_a_page_stores_is_given_back_as_it_came_until_it_is_deleted() {
    let app = TestApp::start().await;
    let ((site, tenant), (other, _)) = (installed(&app, "jira").await, installed(&app, "other").await);
    assert_eq!(code(&call(&app, &site, "GET", "rules", "").await), "not_found");
    for body in ["{ \"b\": 1.10, \"a\": [null, 12345678901234567890123] }", "null", "\"text\"", "[]"] {
        let put = call(&app, &site, "PUT", "rules", body).await;
        assert_eq!((put.status, put.body.as_str()), (204, ""));
        let got = call(&app, &site, "GET", "rules", "").await;
        assert_eq!((got.status, got.body.as_str()), (200, body.trim()));
        assert_eq!(got.header("content-type"), Some("application/json"));
    }
    assert_eq!(stored(&app, tenant).await.len(), 1);
    assert_eq!(call(&app, &other, "GET", "rules", "").await.status, 404, "another tenant's");
    app.advance(Duration::from_secs(20 * 365 * 86_400));
    app.run_jobs().await;
    assert_eq!(stored(&app, tenant).await.len(), 1, "no clock of its own takes it away");
    for _ in 0..2 {
        assert_eq!(call(&app, &site, "DELETE", "rules", "").await.status, 204);
        assert_eq!(call(&app, &site, "GET", "rules", "").await.status, 404);
    }
    assert_eq!(stored(&app, tenant).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn key_and_value_are_sealed_together() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    for key in ["board%2F1", "board%201"] {
        call(&app, &site, "PUT", key, "\"the value\"").await;
    }
    let (rows, sealing) = (stored(&app, tenant).await, app.services.vault.data_key(tenant).await.unwrap());
    let keys: Vec<String> = rows.iter().map(|row| open(&sealing, row).unwrap().key).collect();
    assert_eq!(keys, ["board/1", "board 1"]);
    let swapped = UploadRow { sealed: rows[1].sealed.clone(), ..rows[0].clone() };
    assert!(open(&sealing, &swapped).is_err(), "a value cannot be passed off as another key's");
    let holds = |row: &UploadRow, text: &[u8]| row.sealed.windows(text.len()).any(|part| part == text);
    assert!(rows.iter().all(|row| !holds(row, b"board") && !holds(row, b"the value")));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_values_have_limits() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    let largest = format!("\"{}\"", "x".repeat(64 * 1024 - 2));
    assert_eq!(call(&app, &site, "PUT", &"é".repeat(128), &largest).await.status, 204);
    for (key, body, expected) in [
        ("a".to_owned(), format!("{largest} "), (413, "body_too_large")),
        ("a".to_owned(), "1 2".to_owned(), (400, "invalid_body")),
        ("a".to_owned(), "\u{feff}1".to_owned(), (400, "invalid_body")),
        ("é".repeat(129), "1".to_owned(), (400, "invalid_parameter")),
    ] {
        let answer = call(&app, &site, "PUT", &key, &body).await;
        assert_eq!((answer.status, code(&answer).as_str()), expected);
    }
    let token = site.context_token(None);
    let request = app.request("PUT", "/api/v1/storage/a").header("authorization", format!("JWT {token}"));
    assert_eq!(code(&send(request.body(b"\"\xff\"".to_vec())).await), "invalid_body", "not UTF-8");
    assert_eq!(send(app.request("PUT", "/api/v1/storage/a").body("1")).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_may_store_so_many_keys_and_not_one_more_however_many_come_at_once() {
    let app = TestApp::start().await;
    let (site, tenant) = installed(&app, "jira").await;
    let now = app.clock.now();
    let fill = app.services.main.write(move |tx| {
        for number in 2..KEYS_MAX {
            let (key_index, sealed) = (number.to_be_bytes().to_vec(), vec![0; 40]);
            let row =
                UploadRow { tenant_id: tenant, key_index, id: Id::new(now), updated_at: now.into(), sealed };
            uploads::replace(tx, &row)?;
        }
        Ok::<_, DbError>(())
    });
    fill.await.unwrap();
    let keys: Vec<String> = (0..12).map(|number| format!("new-{number}")).collect();
    let answers = join_all(keys.iter().map(|key| call(&app, &site, "PUT", key, "1"))).await;
    let (good, full): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 204);
    assert_eq!((good.len(), full.len()), (2, 10));
    assert!(full.iter().all(|answer| answer.status == 409 && code(answer) == "limit_reached"));
    assert!(full[0].body.contains("A site may store 1000 keys."), "{}", full[0].body);
    let kept = keys.iter().zip(&answers).find(|(_, answer)| answer.status == 204).unwrap().0;
    assert_eq!(call(&app, &site, "PUT", kept, "2").await.status, 204, "what is there may change");
    call(&app, &site, "DELETE", kept, "").await;
    assert_eq!(call(&app, &site, "PUT", "another", "1").await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_17_usage_is_kept_apart_from_what_is_stored_and_goes_by_numbers_of_its_own() {
    let app = TestApp::start().await;
    let numbers = text("default");
    for kind in app.services.policy.class(ClassName::Session).unwrap().kinds.values() {
        let days = kind.retention.days.unwrap();
        let line = format!("retention = {{ days = {days}, bound = \"at_latest\", clock = \"recorded\" }}\n");
        let without = numbers.replace(&line, "");
        let refused = Policy::parse(&without, "p.toml").unwrap_err().to_string();
        assert!(refused.contains("missing field `retention`"), "{refused}");
    }
    let names = |table| -> Vec<String> {
        let mut names: Vec<_> =
            columns_of(&app.services.main, table).into_iter().map(|(name, _)| name).collect();
        names.sort();
        names
    };
    assert_eq!(names("usage_counters"), ["day", "expires_at", "feature", "tenant_id", "uses"]);
    assert_eq!(
        names("uploads"),
        ["id", "key_index", "sealed", "tenant_id", "updated_at"],
        "no key joins them"
    );
}
