//! A move that is planned, and what may come between its plan and its end: whether it is possible is said before any product is
//! down, and what happens at either side meanwhile loses nothing (connect.md §9.2).

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use kept::db::expiry::{self, TABLES};
use kept::db::jobs::{self, JobKind};
use kept::db::{DbError, Id, Schema, downloads, uploads};
use kept::policy::Policy;
use kept::policy::published::NOTICE;
use kept::sandbox::{MoveProof, Site};

use crate::policy;
use crate::presets::numbers::Numbers;
use crate::presets::stock::{self, census};
use crate::support::TestDatabases;
use crate::support::admin::{installed, tenant_id};
use crate::support::regions::{Regions, assert_same, dump, is_alive, note, refused};

const PROOF: MoveProof = MoveProof::InstallKey;

/// The move is refused when it is planned, in these words, and nothing is held or left anywhere.
async fn refuses_the_plan(regions: &Regions, site: &Site, migration: &str, why: &str) {
    let us = &regions.us;
    let id = tenant_id(us, site).await;
    let answer = site.schedule_move(PROOF, migration, "EU").await;
    assert_eq!(refused(&answer), "E9999", "{}", answer.body);
    assert!(answer.body.contains(why), "{why}: {}", answer.body);
    assert_eq!(refused(&site.start_move(PROOF, migration).await), "E0001", "there is no such move");
    assert!(is_alive(us, id).await && census(&regions.eu, id).is_empty());
    assert_eq!(note(us, site, "preferences").await, 204, "the site goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_to_a_region_that_does_not_answer_is_refused_when_it_is_planned() {
    let regions = Regions::start().await;
    let site = installed(&regions.us, "jira").await;
    regions.wire.cut_after(0);
    refuses_the_plan(&regions, &site, "m-1", "does not answer").await;
    regions.wire.mend();
    assert_eq!(site.schedule_move(PROOF, "m-2", "EU").await.status, 204);
    // What was planned stays so, whoever is away when it is planned once more.
    regions.wire.cut_after(0);
    assert_eq!(site.schedule_move(PROOF, "m-2", "EU").await.status, 204);
    assert_eq!(site.roll_back_move(PROOF, "m-2").await.status, 204);
    regions.us.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_to_a_region_with_another_policy_or_secret_is_refused_when_it_is_planned() {
    let databases = TestDatabases::fresh();
    let path = databases.dir().join("policy.toml");
    std::fs::write(&path, policy::text("default").replacen("days = 14,", "days = 13,", 1)).unwrap();
    let other = [("KEPT_POLICY", path.to_str().unwrap())];
    let regions = Regions::on([TestDatabases::fresh(), databases], &[], &other).await;
    let site = installed(&regions.us, "jira").await;
    refuses_the_plan(&regions, &site, "m-1", "another version or policy").await;
    let other = [("KEPT_MOVE_SECRET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    let regions = Regions::on([TestDatabases::fresh(), TestDatabases::fresh()], &[], &other).await;
    let site = installed(&regions.us, "jira").await;
    refuses_the_plan(&regions, &site, "m-1", "does not answer").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_to_where_somebody_of_the_sites_name_is_is_refused_when_it_is_planned() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    us.sandbox.set_app_url(&eu.url);
    assert_eq!(site.install_with(&site.shared_secret().unwrap()).await.status, 204);
    us.sandbox.set_app_url(&us.url);
    site.read_descriptor().await.unwrap();
    refuses_the_plan(&regions, &site, "m-1", "is at the other deployment").await;
    regions.eu.run_jobs().await;
}

/// A copy is known by the name that it has at its desk: at another desk that is the name of something of somebody else's.
#[tokio::test(flavor = "multi_thread")]
async fn a_site_with_tickets_at_a_desk_moves_only_to_where_that_desk_is_used() {
    let desk = crate::sinks::DESK;
    let mut other = desk;
    other[3].1 = "2";
    for (of_eu, is_same) in [(&other[..], false), (&[], false), (&desk[..], true)] {
        let regions = Regions::on([TestDatabases::fresh(), TestDatabases::fresh()], &desk, of_eu).await;
        let us = &regions.us;
        let site = installed(us, "jira").await;
        let id = tenant_id(us, &site).await;
        assert_eq!(
            site.schedule_move(PROOF, "m-0", "EU").await.status,
            204,
            "without a copy the desk is no matter"
        );
        crate::support::reports::copy(us, id, Id::from_i64(7), "jsm").await;
        assert_eq!(site.start_move(PROOF, "m-0").await.status, 204);
        let comes = if is_same { "ready-to-commit" } else { "failed" };
        regions.until(&site, "m-0", comes).await;
        if is_same {
            assert_eq!(site.roll_back_move(PROOF, "m-0").await.status, 204);
        }
        us.advance(Duration::from_secs(11));
        regions.work().await;
        if !is_same {
            refuses_the_plan(&regions, &site, "m-1", "a desk").await;
        }
        us.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_whose_rows_are_found_with_a_key_that_stays_is_told_that_it_cannot_move() {
    let regions = Regions::start().await;
    let us = &regions.us;
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    let sql = format!("UPDATE data_keys SET own_index = FALSE WHERE tenant_id = {id}");
    us.services.keyring.maintain(move |conn| Ok(conn.batch_execute(&sql)?)).await.unwrap();
    let answer = site.schedule_move(PROOF, "m-1", "EU").await;
    assert_eq!(refused(&answer), "E0003", "{}", answer.body);
    assert!(answer.body.contains("older than moves"), "{}", answer.body);
    assert!(is_alive(us, id).await && regions.wire.carried().is_empty(), "nobody was asked");
    assert_eq!(refused(&site.start_move(PROOF, "m-1").await), "E0001");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_the_sites_name_after_it_arrived_keeps_it_and_the_site_goes_on_where_it_was() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    assert_eq!(note(us, &site, "mine").await, 204);
    let before = dump(us, id, true).await;
    regions.ready(&site, "m-1").await;
    us.sandbox.set_app_url(&eu.url);
    assert_eq!(site.install_with(&site.shared_secret().unwrap()).await.status, 204);
    us.sandbox.set_app_url(&us.url);
    site.read_descriptor().await.unwrap();
    let there = eu.tenant(&site).await.unwrap().tenant.id;
    let answer = site.commit_move(PROOF, "m-1").await;
    assert_eq!(refused(&answer), "E9999", "{}", answer.body);
    assert!(answer.body.contains("is at the other deployment"), "{}", answer.body);
    assert_same(&before, &dump(us, id, true).await, "nothing of it has changed");
    us.advance(Duration::from_secs(11));
    regions.work().await;
    assert!(is_alive(us, id).await && is_alive(eu, there).await && census(eu, id).is_empty());
    assert_eq!(note(us, &site, "mine").await, 204);
    assert_eq!(site.move_status(PROOF, "m-1").await.json()["status"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_past_the_fence_after_both_have_compared_stops_the_move_and_is_not_lost() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    for name in ["one", "two"] {
        assert_eq!(note(us, &site, name).await, 204);
    }
    regions.ready(&site, "m-1").await;
    let changed = us.services.main.write(move |tx| {
        let row = uploads::page(tx, id, Id::NONE, 1)?.remove(0);
        Ok::<_, DbError>(uploads::delete(tx, id, &row.key_index)?)
    });
    assert!(changed.await.unwrap());
    let answer = site.commit_move(PROOF, "m-1").await;
    assert_eq!(refused(&answer), "E9999", "{}", answer.body);
    assert!(answer.body.contains("not what was sent"), "{}", answer.body);
    us.advance(Duration::from_secs(11));
    regions.work().await;
    assert!(is_alive(us, id).await && census(eu, id).is_empty());
    assert_eq!(census(us, id)["uploads/storage"], 1, "it is as it was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_for_all_sites_leaves_one_alone_that_moves_and_is_done_for_it_afterwards() {
    let regions = Regions::start().await;
    let us = &regions.us;
    let (site, id) = stock::install(us, "jira").await;
    stock::fill(us, &site, id, &Numbers::of("default")).await;
    us.run_jobs().await;
    let (now, kind) = (us.clock.now(), JobKind::DestroySecret);
    let dead = us.services.main.write(move |tx| {
        let job =
            jobs::NewJob { kind, tenant: id, generation: 99, discriminator: "dead".to_owned(), run_at: now };
        jobs::enqueue(tx, now, &job)?;
        let claimed = jobs::claim(tx, &[kind], now, now.plus(Duration::from_secs(60)), 1)?.remove(0);
        jobs::bury(tx, &claimed, now, "a fault")?;
        Ok::<_, DbError>(claimed.id)
    });
    let dead = dead.await.unwrap();
    us.services.policy.publish(&us.services.main, us.clock.now(), false).await.unwrap();
    regions.ready(&site, "m-1").await;
    let before = dump(us, id, true).await;

    let now = us.clock.now();
    let far = now.plus(Duration::from_secs(400 * 86_400));
    let touched = us.services.main.write(move |tx| {
        assert_eq!(downloads::due_with_tickets(tx, far.into())?, 0, "downloads");
        assert!(!jobs::revive(tx, dead, now)?, "a job that failed for good");
        for table in TABLES.iter().filter(|table| table.schema == Schema::Main) {
            let found = expiry::walk(tx, table, now, None)?.len();
            let stays = ["moves", "orders", "operator_actions", "staff"].contains(&table.table);
            assert!(found == 0 || stays, "{}: {found}", table.table);
        }
        Ok::<_, DbError>(())
    });
    touched.await.unwrap();
    let text = policy::text("default").replace("\"2026-11-22\"", "\"2026-12-10\"").replacen(
        "days = 14,",
        "days = 15,",
        1,
    );
    let next = Policy::parse(&text, "next.toml").unwrap();
    let published = next.publish(&us.services.main, now, true).await.unwrap();
    assert_eq!(published.notified, Some(0), "nobody else is here");
    assert_same(&before, &dump(us, id, true).await, "while it moves");

    assert_eq!(site.roll_back_move(PROOF, "m-1").await.status, 204);
    let told = us.services.main.read(move |conn| {
        Ok::<_, DbError>(
            jobs::of_tenant(conn, id)?.into_iter().filter(|job| job.discriminator == NOTICE).count(),
        )
    });
    assert_eq!(told.await.unwrap(), 1, "it is told of the change now");
    us.advance(Duration::from_secs(11));
    regions.work().await;
    let mails = us.sandbox.mails();
    assert!(mails.iter().any(|mail| mail.text.contains("10 December 2026")), "{mails:?}");
    let revived = us.services.main.write(move |tx| Ok::<_, DbError>(jobs::revive(tx, dead, now)?));
    assert!(revived.await.unwrap());
    us.run_jobs().await;
}
