//! A site that moved away comes home: by a move back, with everything, or because the app is installed there anew. And links that were
//! mailed before a move lead to where it went.

use std::time::Duration;

use kept::db::{DbError, ledger};
use kept::erasure::{SignedReceipt, check_ledger};
use kept::sandbox::{Answer, Event, MoveProof, Site};
use kept::tenancy::links::Purpose;
use kept::tickets::links::{TicketLink, TicketPurpose, token};

use crate::presets::numbers::Numbers;
use crate::presets::stock::{self, census};
use crate::support::admin::{installed, link, press, tenant_id};
use crate::support::process::{Environment, Serving};
use crate::support::regions::{Dump, Regions, assert_same, dump, note};
use crate::support::{TestApp, code, reports, send};

const PROOF: MoveProof = MoveProof::InstallKey;
const DAY: Duration = Duration::from_secs(86_400);

/// Moves the site, and waits until nothing is left where it was.
async fn moved(regions: &Regions, site: &Site, migration: &str, to: &str) {
    assert_eq!(site.schedule_move(PROOF, migration, to).await.status, 204, "{migration}");
    assert_eq!(site.start_move(PROOF, migration).await.status, 204, "{migration}");
    regions.until(site, migration, "ready-to-commit").await;
    assert_eq!(site.commit_move(PROOF, migration).await.status, 204, "{migration}");
    regions.let_go().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_moved_away_moves_home_with_everything_and_can_leave_for_good() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let (site, id) = stock::install(us, "jira").await;
    stock::fill(us, &site, id, &Numbers::of("default")).await;
    us.run_jobs().await;
    let (before, counted) = (dump(us, id, false).await, census(us, id));
    moved(&regions, &site, "m-1", "EU").await;
    regions.assert_only_in(eu, us, id, "away").await;
    moved(&regions, &site, "m-2", "US").await;
    regions.assert_only_in(us, eu, id, "home again").await;
    // Jobs go on wherever their tenant is.
    let without_jobs = |mut dump: Dump| {
        dump.remove("jobs");
        dump
    };
    let but_jobs = |mut counted: std::collections::BTreeMap<String, usize>| {
        counted.retain(|name, _| !name.starts_with("jobs/"));
        counted
    };
    assert_same(&without_jobs(before), &without_jobs(dump(us, id, false).await), "as it was");
    assert_eq!(but_jobs(census(us, id)), but_jobs(counted));
    assert_eq!(site.app_url(), regions.back.url);
    assert_eq!(us.tenant(&site).await.unwrap().tenant.id, id, "names lead to it");
    assert_eq!(site.notify(Event::Installed).await.status, 204, "and it is not sent away");
    assert_eq!(note(us, &site, "after").await, 204);
    moved(&regions, &site, "m-3", "EU").await;
    moved(&regions, &site, "m-4", "US").await;

    // Its erasure has a receipt of its own, beside those of the copies that it left.
    us.services.tenancy.happened(id, kept::tenancy::Event::ErasureAsked).await.unwrap();
    let due_at = us.services.tenancy.find_by_id(id).await.unwrap().unwrap().tenant.due_at().unwrap();
    us.live_until(due_at).await;
    eu.run_jobs().await;
    assert!(census(us, id).is_empty() && census(eu, id).is_empty());
    let read = us.services.keyring.read(move |conn| {
        Ok::<_, DbError>((
            ledger::receipts_of(conn, id)?,
            ledger::page(conn, 0, 100)?,
            ledger::erased(conn, &[id])?,
        ))
    });
    let (receipts, entries, erased) = read.await.unwrap();
    let keys = us.services.vault.public_keys();
    let reasons: Vec<String> = receipts
        .iter()
        .filter_map(|row| Some(SignedReceipt::verify(&row.document, &keys).ok()?.receipt.reason))
        .collect();
    assert_eq!(reasons, ["moved", "moved", "asked"]);
    let returned: Vec<bool> = entries.iter().map(|entry| entry.returned).collect();
    assert_eq!(returned, [false, true, false, true, false], "the ledger tells all of it");
    assert_eq!(
        (check_ledger(&entries), erased),
        (Ok(()), vec![id]),
        "and its last word is that it is erased"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_erased_for_another_reason_than_a_move_does_not_come_back() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    // As if a tenant of this number had been erased there on request.
    let row = ledger::LedgerRow {
        number: 1,
        tenant_id: id,
        shredded_at: us.clock.now().into(),
        receipt_hash: vec![0; 32],
        previous_hash: vec![0; 32],
        hash: vec![0; 32],
        expires_at: us.clock.now().plus(DAY).into(),
        returned: false,
    };
    eu.services.keyring.write(move |tx| Ok::<_, DbError>(ledger::insert(tx, &row)?)).await.unwrap();
    let refused = site.schedule_move(PROOF, "m-1", "EU").await;
    assert_eq!(refused.json()["errorResponseCode"], "E9999", "{}", refused.body);
}

async fn installs(us: &TestApp, site: &Site) -> Answer {
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    us.post_with("/connect/installed", &token, site.lifecycle_body(Event::Installed).to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_moved_away_begins_anew_when_the_app_is_installed_there_again() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    regions.ready(&site, "m-1").await;
    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    us.advance(Duration::from_secs(3_601));
    let early = installs(us, &site).await;
    assert_eq!((early.status, code(&early).as_str()), (421, "tenant_moved"), "something of it is here still");
    regions.work().await;
    let late = installs(us, &site).await;
    assert_eq!(late.status, 204, "{}", late.body);
    let anew = us.tenant(&site).await.unwrap().tenant;
    assert_ne!(anew.id, id);
    assert_eq!(census(us, anew.id).get("uploads/storage"), None, "it starts empty");
    assert_eq!(eu.state(&site).await, "active", "what is elsewhere is the other region's matter");
    assert_eq!(installs(us, &site).await.status, 204, "and is here from now on");
    regions.work().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_was_sent_while_the_site_moved_does_not_begin_anew() {
    let regions = Regions::start().await;
    let us = &regions.us;
    let site = installed(us, "jira").await;
    moved(&regions, &site, "m-1", "EU").await;
    us.advance(Duration::from_secs(3_000));
    let answer = installs(us, &site).await;
    assert_eq!((answer.status, code(&answer).as_str()), (421, "tenant_moved"), "{}", answer.body);
    assert!(us.tenant(&site).await.is_none());
    regions.work().await;
}

/// Follows a link as a browser does, from one region to the other.
async fn follow(app: &TestApp, address: &str) -> (Answer, Vec<String>) {
    let (mut at, mut seen) = (address.to_owned(), Vec::new());
    for _ in 0..4 {
        let answer = app.get(&at).await;
        let Some(location) = answer.header("location") else { return (answer, seen) };
        assert_eq!(answer.status, 303, "{at}");
        at = reqwest::Url::parse(&at).unwrap().join(location).unwrap().to_string();
        seen.push(at.clone());
    }
    panic!("in a circle: {seen:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_were_mailed_before_a_move_lead_to_where_the_site_went() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    let id = tenant_id(us, &site).await;
    let report = reports::submit(us, id, "ada", reports::report(us)).await;
    let vault = us.services.vault.clone();
    let of_report = us.services.main.write(move |tx| {
        token(tx, &vault, &TicketLink { tenant: id, ticket: report.id, purpose: TicketPurpose::Conversation })
    });
    let of_report = format!("{}/status/{}", us.url, of_report.await.unwrap().expose());
    us.services
        .tenancy
        .happened(id, kept::tenancy::Event::Suspected(kept::tenancy::Reason::Unreachable))
        .await
        .unwrap();
    let of_erasure = link(us, id, Purpose::Erase, us.clock.now().plus(DAY * 20)).await;
    let of_erasure = format!("{}/erasure/{}", us.url, of_erasure.expose());
    us.run_jobs().await;
    regions.ready(&site, "m-1").await;
    assert_eq!(follow(us, &of_report).await.1.len(), 0, "until it has moved it can be looked at here");
    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    assert_eq!(follow(us, &of_report).await.1.len(), 2, "and from then on there alone");
    regions.let_go().await;

    for address in [&of_report, &of_erasure] {
        let (page, way) = follow(us, &format!("{address}?lang=de")).await;
        assert_eq!((page.status, way.len()), (200, 2), "{}", page.body);
        assert!(
            way.iter().all(|at| at.starts_with(&regions.wire.url) && at.ends_with("?lang=de")),
            "{way:?}"
        );
        assert_ne!(way[0], way[1], "what two regions have in common is no link of either");
    }
    // What somebody sends is not sent on for them.
    let sent = press(us, of_erasure.rsplit('/').next().unwrap(), "erase").await;
    assert_eq!(sent.status, 404, "{}", sent.body);
    assert!(
        sent.body.contains("has moved to the region EU") && sent.body.contains(&regions.wire.url),
        "{}",
        sent.body
    );
    assert!(!eu.tenant(&site).await.unwrap().tenant.is_asked());
    // Nobody without the secret makes such a link, nor does one of another site lead anywhere.
    let (_, way) = follow(us, &of_report).await;
    let (head, tail) = way[0].split_at(way[0].len() - 3);
    for forged in [format!("{head}AAA"), format!("{head}{}", &tail[..2]), format!("{}AAAA", way[0])] {
        let page = eu.get(&forged).await;
        assert_eq!((page.status, page.body.contains("has moved")), (404, false), "{forged}");
    }

    // Where the other region's address is not known any more, the page says where it went.
    let environment =
        Environment::new(&us.databases, &us.sandbox).set("KEPT_CLOCK", &us.clock.now().to_string());
    let alone = Serving::start(environment.command(&us.databases, &["serve"]));
    let page = send(us.request_to("GET", &of_report.replace(&us.url, &alone.url))).await;
    assert_eq!(page.status, 404);
    assert!(
        page.body.contains("has moved to the region EU") && !page.body.contains("Go on there"),
        "{}",
        page.body
    );
    alone.kill();

    // And home again: the link works as it did at first.
    moved(&regions, &site, "m-2", "US").await;
    let (page, way) = follow(us, &of_report).await;
    assert_eq!((page.status, way.len()), (200, 0), "{}", page.body);
    assert_eq!(tenant_id(us, &site).await, id);
}
