//! Data of every class that goes with a tenant, made as it is made in life, and counted by the data map: a table, a kind or a
//! class that is new and not filled here fails the test.

use std::collections::{BTreeMap, BTreeSet};

use kept::api::Services;
use kept::audit::{self, AuditEvent, AuditKind, Subject, Who};
use kept::db::ticket_messages::MessageKind;
use kept::db::{Db, Id, tickets};
use kept::operation::Put;
use kept::policy::ClassName;
use kept::policy::datamap::{DataMap, Database, Erasure, Kind, Table};
use kept::sandbox::Site;
use serde_json::json;

use super::numbers::{Numbers, TICKETS};
use crate::support::admin::{call, settings};
use crate::support::records::{deleted, link, updated};
use crate::support::schema::select;
use crate::support::{TestApp, reports};

/// Tables that have rows only at times: with a mail, with a suspicion, while an erasure runs, and for the minutes of a
/// grant.
const AT_TIMES: [&str; 5] = ["links", "notices", "suspicions", "erasures", "grants"];
/// What stays until the tenant goes.
pub const LASTING: [&str; 5] = [
    "uploads/storage",
    "settings/settings",
    "tenants/installation",
    "forge_installations/forge_installation",
    "data_keys/data_keys",
];

/// An installed site with a contact.
pub async fn install(app: &TestApp, name: &str) -> (Site, Id) {
    let site = app.site(name);
    // The product names the installation under Forge; Forge itself says nothing, so the host is asked as before.
    site.begin_move_to_forge();
    assert_eq!(site.install().await.status, 204);
    // From now on the product says nothing of the licence, for or against the date that is entered.
    site.set_licence(None);
    let id = app.tenant(&site).await.unwrap().tenant.id;
    let entered = settings(json!({"contact": format!("{name}@example.com")}));
    assert_eq!(call(app, &site, "PUT", "/api/v1/settings", Some(entered)).await.status, 200);
    (site, id)
}

/// Data of every class and kind, from the product's events, the pages' calls and the host's answer.
pub async fn fill(app: &TestApp, site: &Site, id: Id, numbers: &Numbers) {
    let at = app.clock.now().as_millis();
    for (name, event) in [
        ("jira:issue_updated", updated(at, 1, 1, "One")),
        ("issuelink_created", link("issuelink_created", at, 7, [1, 2], "Blocks")),
        ("issuelink_created", link("issuelink_created", at, 8, [1, 2], "Cloners")),
        ("jira:issue_deleted", deleted(at, 9)),
    ] {
        assert_eq!(site.webhook(name, event).await.status, 204, "{name}");
    }
    let put = async |path: &str| {
        let answer = call(app, site, "PUT", path, Some(json!({"by": "a page"}))).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.body);
    };
    put("/api/v1/storage/preferences").await;
    for (kind, _) in own_kinds(app) {
        put(&format!("/api/v1/operation/{kind}/subject")).await;
    }
    for feature in numbers.features() {
        let used = call(app, site, "POST", &format!("/api/v1/usage/{feature}"), None).await;
        assert_eq!(used.status, 204, "{feature}");
    }
    let licence = json!({"active": true, "evaluation": false, "type": "COMMERCIAL"});
    assert_eq!(app.services.operation.put(id, "licence", "kept", None, &licence).await.unwrap(), Put::Stored);
    let event = AuditEvent::of_nobody(AuditKind::TicketRead);
    app.services.audit.write(AuditEvent { tenant: id, ..event }).await.unwrap();
    let Services { main, vault, policy, .. } = &**app.services;
    // As if that had been long ago: what is left of it is a checkpoint.
    audit::prune(main, vault, policy, policy.expires_at(ClassName::Audit, app.clock.now()).unwrap())
        .await
        .unwrap();
    report_problem(app, id).await;
    audit::anchor(main, vault, id, app.clock.now()).await.unwrap();
    assert_whole(&census(app, id), numbers);
}

/// The site may have left by then, and nobody answers here any more.
async fn answer_at_the_desk(app: &TestApp, tenant: Id, ticket: Id) {
    let (this, key) = (app.services.tickets.clone(), app.services.vault.data_key(tenant).await.unwrap());
    let now = app.clock.now();
    let answered = app.services.main.write(move |tx| {
        let row = tickets::find(tx, tenant, ticket)?.unwrap();
        this.written_elsewhere(tx, &row, (MessageKind::StaffReply, "We look at it."), &key, now)
    });
    assert_eq!(answered.await.unwrap().unwrap().len(), 1);
}

/// A report with all that a ticket can have: an answer, a consent, a copy elsewhere.
async fn report_problem(app: &TestApp, id: Id) {
    let submitted = reports::submit(app, id, "ada", reports::report(app)).await;
    answer_at_the_desk(app, id, submitted.id).await;
    reports::copy(app, id, submitted.id, "test").await;
    let who = Who { id: Id::from_i64(77), name: "mara".to_owned(), role: "agent".to_owned() };
    let subject = Subject { tenant: id, ticket: submitted.id, number: submitted.number };
    app.services.audit.grant(&who, &subject, "to look for the cause").await.unwrap();
    app.services.audit.download(&who, &subject, "to look for it elsewhere").await.unwrap();
}

fn own_kinds(app: &TestApp) -> Vec<(String, u32)> {
    let kinds = &app.services.policy.class(ClassName::Operation).unwrap().kinds;
    let own = kinds.iter().filter(|(_, kind)| kind.own);
    own.map(|(name, kind)| (name.clone(), kind.retention.days.unwrap())).collect()
}

/// Stores once more what can still come when the app is gone from the site: it is young on the last day. Returns where.
pub async fn fill_again(app: &TestApp, id: Id, numbers: &Numbers) -> Vec<String> {
    let mut again = Vec::new();
    for kind in own_kinds(app).into_iter().map(|(kind, _)| kind).chain(["relation".to_owned()]) {
        let put = app.services.operation.put(id, &kind, "subject", None, &json!({"by": "late"})).await;
        assert_eq!(put.unwrap(), Put::Stored, "{kind}");
        again.push(format!("operation_records/{kind}"));
    }
    report_problem(app, id).await;
    again.extend(TICKETS.map(str::to_owned));
    for feature in numbers.features() {
        app.services.operation.count_use(id, feature).await.unwrap();
        again.push(format!("usage_counters/{feature}"));
    }
    again
}

/// Nothing of what the data map and the file know may be missing.
fn assert_whole(census: &BTreeMap<String, usize>, numbers: &Numbers) {
    let tables: BTreeSet<&str> = census.keys().map(|key| key.split('/').next().unwrap()).collect();
    let mut classes = BTreeSet::new();
    for table in tables_of_a_tenant().filter(|table| !AT_TIMES.contains(&table.name.as_str())) {
        assert!(tables.contains(table.name.as_str()), "tests/it/presets/stock.rs: fill {} too", table.name);
        classes.insert(table.class.as_str());
    }
    for class in &numbers.with_tenant {
        assert!(classes.contains(class.as_str()), "tests/it/presets/stock.rs: {class}");
    }
    let unfilled: Vec<_> = numbers
        .timed(kept::clock::Timestamp::from_seconds(0))
        .into_keys()
        .filter(|key| !census.contains_key(key))
        .collect();
    assert!(unfilled.is_empty(), "tests/it/presets/stock.rs: fill {unfilled:?} too");
}

fn tables_of_a_tenant() -> impl Iterator<Item = &'static Table> {
    let map = DataMap::builtin().unwrap();
    let in_keyring = map.tables(Database::Keyring).filter(|table| table.erasure == Erasure::WithTenant);
    map.tenant_tables().chain(in_keyring)
}

/// How many records of each table and kind a tenant has.
pub fn census(app: &TestApp, id: Id) -> BTreeMap<String, usize> {
    let of = |db: &Db, database: Database| {
        let tables = tables_of_a_tenant().filter(|table| table.database == database);
        let parts: Vec<String> = tables.map(|table| count_sql(table, id)).collect();
        select(db, &parts.join(" UNION ALL "), &parts.join(" UNION ALL "))
    };
    let main = of(&app.services.main, Database::Main);
    let keyring = of(&app.services.keyring, Database::Keyring);
    main.into_iter().chain(keyring).map(|(key, count)| (key, count.parse().unwrap())).collect()
}

fn count_sql(table: &Table, id: Id) -> String {
    let kind = match &table.kind {
        Kind::Column(column) => column.clone(),
        Kind::Fixed(kind) if kind.is_empty() => format!("'{}'", table.name),
        Kind::Fixed(kind) => format!("'{kind}'"),
    };
    let (name, owner) = (&table.name, table.owner().unwrap());
    format!(
        "SELECT '{name}/' || kind AS name, CAST(COUNT(*) AS TEXT) AS sort \
         FROM (SELECT {kind} AS kind FROM {name} WHERE {owner} = {id}) AS {name}_of_tenant GROUP BY kind"
    )
}
