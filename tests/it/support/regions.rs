//! Two deployments of one vendor, in two regions, and what each has of a tenant.

use std::collections::BTreeMap;
use std::time::Duration;

use kept::db::moving::{self, WholeRow};
use kept::db::{DbError, Id, tenants};
use kept::moves::Plan;
use kept::policy::datamap::DataMap;
use kept::sandbox::{Answer, Call, MoveProof, Site};
use serde_json::json;

use super::admin::call;
use super::wire::Wire;
use super::{TestApp, TestDatabases, send};
use crate::presets::stock::census;

/// The secret that both have.
pub const SECRET: &str = "YSBzZWNyZXQgb2YgYWxsIHRoZSBkZXBsb3ltZW50cyE=";

pub struct Regions {
    /// Where sites are at first.
    pub us: TestApp,
    pub eu: TestApp,
    /// From the one to the other.
    pub wire: Wire,
    /// And back.
    pub back: Wire,
}

/// The rows of each table.
pub type Dump = BTreeMap<String, Vec<WholeRow>>;

type Changed<'a> = &'a [(&'static str, &'a str)];

impl Regions {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Both with these settings.
    pub async fn with(both: Changed<'_>) -> Self {
        Self::on([TestDatabases::fresh(), TestDatabases::fresh()], both, both).await
    }

    /// On these databases, the first region's before the second one's, each with settings of its own.
    pub async fn on([us, eu]: [TestDatabases; 2], of_us: Changed<'_>, of_eu: Changed<'_>) -> Self {
        let back = Wire::to("http://127.0.0.1:9").await;
        let home = format!("US={}", back.url);
        let own =
            [("KEPT_REALM", "EU"), ("KEPT_MOVE_SECRET", SECRET), ("KEPT_REGION_BASE_URLS", home.as_str())];
        let eu = TestApp::on(eu, &[&own, of_eu].concat()).await;
        let wire = Wire::to(&eu.url).await;
        let regions = format!("EU={}", wire.url);
        let own =
            [("KEPT_REALM", "US"), ("KEPT_MOVE_SECRET", SECRET), ("KEPT_REGION_BASE_URLS", regions.as_str())];
        let us = TestApp::beside(&eu, us, &[&own, of_us].concat()).await;
        back.lead_to(&us.url);
        Self { us, eu, wire, back }
    }

    /// Lets both work, with time going on, until the move stands so.
    pub async fn until(&self, site: &Site, migration: &str, wanted: &str) {
        let mut seen = String::new();
        for _ in 0..40 {
            self.work().await;
            let answer = site.move_status(MoveProof::InstallKey, migration).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            seen = answer.json()["status"].as_str().unwrap().to_owned();
            if seen == wanted {
                return;
            }
            self.us.advance(Duration::from_secs(3));
        }
        panic!("{migration} is {seen}, not {wanted}");
    }

    pub async fn work(&self) {
        self.us.run_jobs().await;
        self.eu.run_jobs().await;
    }

    /// A move up to where it can be committed.
    pub async fn ready(&self, site: &Site, migration: &str) {
        let proof = MoveProof::InstallKey;
        assert_eq!(site.schedule_move(proof, migration, "EU").await.status, 204);
        assert_eq!(site.start_move(proof, migration).await.status, 204);
        self.until(site, migration, "ready-to-commit").await;
    }

    /// What is left in the first region has gone.
    pub async fn let_go(&self) {
        self.us.advance(kept::moves::LINGER);
        self.work().await;
    }

    pub async fn assert_only_in(&self, here: &TestApp, other: &TestApp, tenant: Id, what: &str) {
        assert!(is_alive(here, tenant).await, "{what}: it lives there");
        assert!(census(other, tenant).is_empty(), "{what}: and nowhere else: {:?}", census(other, tenant));
    }
}

/// Stores something through a page of the site, and returns the status.
pub async fn note(app: &TestApp, site: &Site, name: &str) -> u16 {
    call(app, site, "PUT", &format!("/api/v1/storage/{name}"), Some(json!({"by": name}))).await.status
}

/// The word for why a step of a move was refused.
pub fn refused(answer: &Answer) -> String {
    answer.json()["errorResponseCode"].as_str().unwrap_or_default().to_owned()
}

/// Whether the tenant lives at this deployment: it is there, awake, and not on its way out.
pub async fn is_alive(app: &TestApp, tenant: Id) -> bool {
    let row = app.services.main.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, tenant)?));
    row.await.unwrap().is_some_and(|row| row.standing != "erasing" && row.held_by.is_none())
}

/// Everything of the main database that would go along; without what each deployment has of its own, if that is not wanted.
pub async fn dump(app: &TestApp, tenant: Id, with_own: bool) -> Dump {
    let plan = Plan::of(DataMap::builtin().unwrap()).unwrap();
    let mut found = Dump::new();
    for moved in plan.tables {
        let name = moved.name.clone();
        let anew = moved.anew.clone();
        let rows = app.services.main.read(move |conn| {
            let table = moved.describe(conn)?;
            Ok::<_, DbError>(moving::page(conn, &table, tenant, &[], 100_000, i64::MAX)?.rows)
        });
        let mut rows = rows.await.unwrap();
        if !with_own {
            rows.iter_mut().for_each(|row| anew.iter().for_each(|column| drop(row.remove(column))));
        }
        rows.sort_by_key(|row| serde_json::to_string(row).unwrap());
        found.insert(name, rows);
    }
    found
}

/// Where the two differ, table by table.
pub fn assert_same(one: &Dump, other: &Dump, what: &str) {
    for (table, rows) in one {
        assert_eq!(Some(rows), other.get(table), "{what}: {table}");
    }
    assert_eq!(one.len(), other.len(), "{what}");
}

/// A call of the sandbox to this deployment, wherever the site is called by now.
pub async fn at(app: &TestApp, call: &Call) -> Answer {
    let mut request = app.request(&call.method, &call.path);
    if let Some(token) = &call.token {
        request = request.header("authorization", format!("JWT {token}"));
    }
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    if let Some(body) = &call.body {
        request = request.header("content-type", "application/json").body(body.clone());
    }
    send(request).await
}
