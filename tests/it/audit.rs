//! The chains of records of what staff did: nothing can be changed in them unseen, and they go on their date.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::audit::{self, AuditEvent, AuditKind, Verified, Who};
use kept::db::audit as rows;
use kept::db::audit::CheckpointRow;
use kept::db::erase::{self, TenantTable};
use kept::db::{Conn, DbError, Id, guarded};
use kept::sandbox::Who as User;
use serde_json::Value;

use crate::support::{TestApp, code};

const DAY: Duration = Duration::from_secs(86_400);

fn who() -> Who {
    Who { id: Id::from_i64(77), name: "mara".to_owned(), role: "agent".to_owned() }
}

async fn record(app: &TestApp, tenant: Id, reason: &str) {
    let event = AuditEvent::by(&who(), tenant, AuditKind::BundleOpened);
    app.services.audit.write(event.on(Id::from_i64(5), "K-5").because(reason)).await.unwrap();
}

async fn verify(app: &TestApp) -> Verified {
    let anchors = audit::anchors(&app.services.vault).await.unwrap();
    audit::verify(&app.services.main, &app.services.vault.public_keys(), &anchors, 2).await.unwrap()
}

fn is_postgres(app: &TestApp) -> bool {
    app.databases.main_url().starts_with("postgres")
}

async fn install(app: &TestApp, name: &str) -> Id {
    let site = app.site(name);
    site.install().await;
    app.tenant(&site).await.unwrap().tenant.id
}

fn execute(app: &TestApp, sql: &str) {
    app.services.main.maintain_here(|conn| Ok(conn.batch_execute(sql)?)).unwrap();
}

async fn rows_of(app: &TestApp, tenant: Id) -> Vec<rows::AuditRow> {
    let read =
        app.services.main.read(move |conn| Ok::<_, DbError>(rows::page(conn, tenant, i64::MAX, 1_000)?));
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_edit_of_every_column_is_found_at_its_place() {
    let app = TestApp::start().await;
    let (one, two) = (install(&app, "one").await, install(&app, "two").await);
    for number in 0..5 {
        record(&app, one, &format!("reason {number}")).await;
        record(&app, two, "another").await;
    }
    assert_eq!(
        verify(&app).await,
        Verified { chains: 2, rows: 10, checkpoints: 0, anchors: 0, broken: Vec::new() }
    );
    let blob = |text: &str| match is_postgres(&app) {
        true => format!("'\\x{text}'::bytea"),
        false => format!("X'{text}'"),
    };
    let edits = [
        ("id", "id + 1".to_owned()),
        ("at", "at - 1".to_owned()),
        ("kind", "'ticket_read'".to_owned()),
        ("staff_id", "78".to_owned()),
        ("staff_id", "NULL".to_owned()),
        ("staff_id", "0".to_owned()),
        ("ticket_id", "6".to_owned()),
        ("expires_at", "expires_at + 1".to_owned()),
        ("sealed", blob("0102")),
        ("hash", blob("00")),
        ("previous_hash", blob("00")),
        ("sequence", "sequence + 100".to_owned()),
        ("tenant_id", "5".to_owned()),
    ];
    for (column, value) in edits {
        let copy = "CREATE TABLE kept_copy AS SELECT * FROM audit";
        let edit = format!("UPDATE audit SET {column} = {value} WHERE tenant_id = {one} AND sequence = 3");
        execute(&app, &format!("{copy}; {edit}"));
        let broken = verify(&app).await.broken;
        let found: Vec<(Id, i64)> = broken.iter().map(|place| (place.tenant, place.sequence)).collect();
        // A row that was moved is missing where it stood, and stands where it does not belong.
        let places = match column {
            "sequence" => vec![(one, 4), (one, 103)],
            "tenant_id" => vec![(one, 4), (Id::from_i64(5), 3)],
            _ => vec![(one, 3)],
        };
        assert!(places.iter().all(|place| found.contains(place)), "{column}: {broken:?}");
        let near = |place: &(Id, i64)| places.contains(place) || *place == (one, 4);
        assert!(found.iter().all(near), "{column}, and nowhere else: {broken:?}");
        assert!(broken.iter().all(|place| place.tenant != two), "{column}: {broken:?}");
        execute(&app, "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept_copy; DROP TABLE kept_copy");
        assert!(verify(&app).await.broken.is_empty(), "{column}");
    }
    execute(&app, &format!("DELETE FROM audit WHERE tenant_id = {one} AND sequence = 2"));
    let broken = verify(&app).await.broken;
    assert_eq!((broken.len(), broken[0].sequence, broken[0].why), (1, 3, "the rows before it are missing"));
    execute(&app, &format!("DELETE FROM audit WHERE tenant_id = {one} AND sequence < 4"));
    assert_eq!(verify(&app).await.broken[0].sequence, 4, "a beginning that nobody has signed");
}

/// Copies of the rows, to be put back after each attack.
const KEEP: &str = "CREATE TABLE kept_copy AS SELECT * FROM audit";
const PUT_BACK: &str = "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept_copy";

/// A row with another kind, and everything after it written anew, as somebody can who knows how it is made and has the main
/// database alone.
async fn write_anew(app: &TestApp, tenant: Id, from: i64) {
    let mut rows: Vec<_> = rows_of(app, tenant).await;
    rows.reverse();
    let (mut previous, mut written) = (Vec::new(), Vec::new());
    for mut row in rows {
        if row.sequence == from {
            row.kind = "ticket_read".to_owned();
        }
        if row.sequence > from {
            row.previous_hash = previous;
        }
        row.hash = audit::hash_of(&row).to_vec();
        previous = row.hash.clone();
        written.push(row);
    }
    execute(app, &format!("DELETE FROM audit WHERE tenant_id = {tenant}"));
    let stored = app
        .services
        .main
        .write(move |tx| Ok::<_, DbError>(written.iter().try_for_each(|row| rows::insert(tx, row))?));
    stored.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_13_what_was_cut_off_or_written_anew_is_found_by_what_the_keyring_knows() {
    let app = TestApp::start().await;
    let (tenant, other) = (install(&app, "one").await, install(&app, "two").await);
    record(&app, other, "another customer").await;
    for number in 0..5 {
        record(&app, tenant, &format!("reason {number}")).await;
    }
    app.advance(audit::ANCHORED_WITHIN);
    app.run_jobs().await;
    let whole = Verified { chains: 2, rows: 6, checkpoints: 0, anchors: 2, broken: Vec::new() };
    assert_eq!(verify(&app).await, whole);
    let broken = async || {
        let broken = verify(&app).await.broken;
        assert!(broken.iter().all(|place| place.tenant == tenant), "{broken:?}");
        broken.iter().map(|place| (place.sequence, place.why)).collect::<Vec<_>>()
    };
    execute(&app, KEEP);
    for left in [4, 1, 0] {
        execute(&app, &format!("DELETE FROM audit WHERE tenant_id = {tenant} AND sequence > {left}"));
        assert_eq!(broken().await, [(5, "the rows up to this one were cut off")], "{left}");
        // What is recorded from then on does not hide it.
        record(&app, tenant, "afterwards").await;
        app.advance(audit::ANCHORED_WITHIN);
        app.run_jobs().await;
        assert!(!broken().await.is_empty(), "{left}");
        execute(&app, PUT_BACK);
    }
    assert_eq!(verify(&app).await, whole);
    write_anew(&app, tenant, 2).await;
    assert_eq!(broken().await, [(5, "it is not the row that was anchored: the chain was written anew")]);
    // The worker found it too, and does not write the new end down.
    let dead = |conn: &mut Conn| Ok::<_, DbError>(kept::db::jobs::list(conn, 100)?);
    let jobs = app.services.main.read(dead).await.unwrap();
    let dead: Vec<_> = jobs.iter().filter(|job| job.state == "dead").map(|job| job.kind.as_str()).collect();
    assert_eq!(dead, ["anchor_records"]);
    execute(&app, PUT_BACK);
    // With the keyring as well, but without the master key, an anchor can be taken away, and none can be made up.
    app.services
        .keyring
        .maintain_here(|conn| Ok(conn.batch_execute("UPDATE audit_anchors SET sequence = sequence - 1")?))
        .unwrap();
    let broken = verify(&app).await.broken;
    let unsigned = broken.iter().filter(|place| place.why == "the anchor in the keyring is not signed by us");
    assert_eq!(unsigned.count(), 2, "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_goes_with_its_tenant_and_what_has_gone_on_its_date_is_not_missed() {
    let app = TestApp::start().await;
    let tenant = install(&app, "one").await;
    record(&app, tenant, "an old reason").await;
    app.advance(audit::ANCHORED_WITHIN);
    app.run_jobs().await;
    let expires_at = rows_of(&app, tenant).await[0].expires_at;
    app.live_until(kept::clock::Timestamp::from(expires_at).plus(Duration::from_secs(1_200))).await;
    assert_eq!(verify(&app).await, Verified { checkpoints: 1, anchors: 1, ..Verified::default() });
    // Anchored once more, though no row is left.
    record(&app, tenant, "after all had gone").await;
    app.advance(audit::ANCHORED_WITHIN);
    app.run_jobs().await;
    let anchors = audit::anchors(&app.services.vault).await.unwrap();
    assert_eq!(anchors.iter().map(|anchor| anchor.sequence).collect::<Vec<_>>(), [2]);
    app.services.vault.shred(tenant).await.unwrap();
    assert!(audit::anchors(&app.services.vault).await.unwrap().is_empty());
    let now = app.clock.now();
    let gone = audit::anchor(&app.services.main, &app.services.vault, tenant, now).await.unwrap();
    assert_eq!(gone, audit::Anchored::Gone, "nothing is written for who is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_make_one_chain() {
    let app = TestApp::start().await;
    let tenant = install(&app, "one").await;
    let writes = (0..40).map(|number| {
        let audit = app.services.audit.clone();
        let event =
            AuditEvent::by(&who(), tenant, AuditKind::TicketRead).because(&format!("reason {number}"));
        async move { audit.write(event).await }
    });
    for written in futures_util::future::join_all(writes).await {
        written.unwrap();
    }
    let verified = verify(&app).await;
    assert_eq!((verified.rows, verified.broken.len()), (40, 0), "{verified:?}");
    assert_eq!(rows_of(&app, tenant).await[0].sequence, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_go_on_their_date_and_a_signed_checkpoint_says_where_the_rest_begins() {
    let app = TestApp::start().await;
    let tenant = install(&app, "one").await;
    for _ in 0..3 {
        record(&app, tenant, "an old reason").await;
    }
    app.advance(DAY);
    record(&app, tenant, "a newer reason").await;
    let expires_at = rows_of(&app, tenant).await[1].expires_at;
    app.live_until(kept::clock::Timestamp::from(expires_at).plus(Duration::from_secs(1_200))).await;
    let left = rows_of(&app, tenant).await;
    assert_eq!(left.iter().map(|row| row.sequence).collect::<Vec<_>>(), [4]);
    assert_eq!(
        verify(&app).await,
        Verified { chains: 1, rows: 1, checkpoints: 1, anchors: 1, broken: Vec::new() }
    );
    // A checkpoint cannot be made up, nor moved.
    for edit in ["sequence = 2", "at = at + 1", "signature = 'x.y'"] {
        execute(
            &app,
            &format!(
                "CREATE TABLE kept_copy AS SELECT * FROM audit_checkpoints; UPDATE audit_checkpoints SET {edit}"
            ),
        );
        assert!(!verify(&app).await.broken.is_empty(), "{edit}");
        execute(
            &app,
            "DELETE FROM audit_checkpoints; INSERT INTO audit_checkpoints SELECT * FROM kept_copy; DROP TABLE kept_copy",
        );
    }
    app.live(2).await;
    assert!(rows_of(&app, tenant).await.is_empty());
    record(&app, tenant, "after all had gone").await;
    let verified = verify(&app).await;
    assert_eq!((verified.rows, verified.broken.len()), (1, 0), "{verified:?}");
    assert_eq!(rows_of(&app, tenant).await[0].sequence, 5, "the chain goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_within_a_minute_who_looked_at_what_and_why() {
    let app = TestApp::start().await;
    let (site, other) = (app.site("one"), app.site("two"));
    site.install().await;
    other.install().await;
    let tenant = app.tenant(&site).await.unwrap().tenant.id;
    record(&app, tenant, "the customer asked for help").await;
    let token = site.context_token(site.user(User::Admin).as_deref());
    let answer = app.get_with("/api/v1/access-log?limit=1", &token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let seen: Value = serde_json::from_str(&answer.body).unwrap();
    let item = &seen["items"][0];
    assert_eq!(item["kind"], "bundle_opened");
    assert_eq!((item["who"].as_str(), item["role"].as_str()), (Some("mara"), Some("agent")));
    assert_eq!(item["ticket"], "K-5");
    assert_eq!(item["reason"], "the customer asked for help");
    assert_eq!(item["at"], app.clock.now().to_string());
    let next = format!("/api/v1/access-log?cursor={}", seen["nextCursor"].as_str().unwrap());
    let rest: Value = serde_json::from_str(&app.get_with(&next, &token).await.body).unwrap();
    assert_eq!(rest["items"].as_array().unwrap().len(), 0);
    let token = other.context_token(other.user(User::Admin).as_deref());
    let theirs: Value = serde_json::from_str(&app.get_with("/api/v1/access-log", &token).await.body).unwrap();
    assert_eq!(theirs["items"].as_array().unwrap().len(), 0, "another customer's");
    let user = app.get_with("/api/v1/access-log", &site.context_token(None)).await;
    assert_eq!((user.status, code(&user).as_str()), (403, "admin_required"));
}

/// On PostgreSQL the service's own role can only add records: what must go goes by functions that look whether it has to.
#[tokio::test(flavor = "multi_thread")]
async fn the_services_role_on_postgresql_can_only_add_records() {
    let app = TestApp::start().await;
    if !is_postgres(&app) {
        return;
    }
    let (tenant, other) = (install(&app, "one").await, install(&app, "two").await);
    record(&app, tenant, "a reason").await;
    record(&app, other, "a reason").await;
    let role = format!("kept_app_{}", std::process::id());
    let grants = include_str!("../../docs/postgres-roles.sql").replace("kept_app", &role);
    let tried = app.services.main.maintain_here(|conn| {
        conn.batch_execute(&grants)?;
        // The functions go by the clock of the database, and a test's stands elsewhere.
        conn.batch_execute(
            "UPDATE audit SET at = floor(extract(epoch FROM clock_timestamp()) * 1000); \
             UPDATE audit SET expires_at = at + 86400000",
        )?;
        conn.batch_execute(&format!("SET SESSION AUTHORIZATION {role}"))?;
        let refused = |conn: &mut Conn, sql: &str| {
            let error = conn.batch_execute(sql).expect_err(sql).to_string();
            let why = ["permission denied", "must be owner", "is not over", "is not being erased"];
            assert!(why.iter().any(|why| error.contains(why)), "{sql}: {error}");
        };
        for sql in [
            "UPDATE audit SET kind = 'x'",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "UPDATE audit_checkpoints SET at = 1",
            "DELETE FROM audit_checkpoints",
            "SET ROLE kept_pruner",
            "ALTER FUNCTION kept_erase_audit OWNER TO CURRENT_USER",
            &format!("SELECT kept_erase_audit({tenant}, 10, FALSE)"),
            "SELECT kept_erase_audit(0, 10, FALSE)",
            &format!("SELECT kept_prune_audit({tenant}, 1000, 1, '', 'x')"),
        ] {
            refused(conn, sql);
        }
        for privilege in ["UPDATE", "DELETE", "TRUNCATE"] {
            assert!(!guarded::may_come_to(conn, "audit", privilege)?, "{privilege}");
        }
        conn.batch_execute(
            "SELECT * FROM audit; INSERT INTO audit SELECT tenant_id, sequence + 1, id + 1, at, kind, \
            staff_id, ticket_id, hash, hash, expires_at, sealed FROM audit; DELETE FROM grants",
        )?;
        // What has to go goes all the same: with its site, and by its date.
        conn.batch_execute(&format!(
            "UPDATE tenants SET standing = 'erasing', marked_at = 1, secret = NULL WHERE id = {tenant}"
        ))?;
        conn.batch_execute("BEGIN")?;
        let gone = erase::delete_some(conn, &[TenantTable { name: "audit", key: "tenant_id" }], tenant, 10)?;
        conn.batch_execute("COMMIT")?;
        refused(conn, "DELETE FROM audit");
        conn.batch_execute("RESET SESSION AUTHORIZATION; UPDATE audit SET expires_at = 1")?;
        conn.batch_execute(&format!("SET SESSION AUTHORIZATION {role}"))?;
        let point = CheckpointRow {
            tenant_id: other,
            sequence: 1_000,
            at: app.clock.now().into(),
            hash: vec![7],
            signature: "signed".to_owned(),
        };
        let over = rows::prune(conn, &point)?;
        let stands = rows::checkpoint(conn, other)?;
        conn.batch_execute(&format!("RESET SESSION AUTHORIZATION; DROP OWNED BY {role}; DROP ROLE {role}"))?;
        Ok((gone, over, stands.map(|found| found.signature)))
    });
    assert_eq!(tried.unwrap(), (2, 2, Some("signed".to_owned())));
    // Whoever can become a role that may is told so.
    let may = app.services.main.maintain_here(|conn| Ok(guarded::may_come_to(conn, "audit", "DELETE")?));
    assert!(may.unwrap());
}
