//! A site's data moves to the deployment of another region: all of it, as it was, under the same dates; once, and back as if nothing
//! had been (connect.md §9.2).

use std::time::Duration;

use kept::audit;
use kept::config::Secret;
use kept::db::{DbError, Id, ledger};
use kept::erasure::SignedReceipt;
use kept::policy::datamap::{DataMap, Database};
use kept::sandbox::{Event, MoveProof, Who};
use kept::vault::TransportSecret;
use serde_json::{Value, json};

use crate::presets::numbers::Numbers;
use crate::presets::stock::{self, census};
use crate::support::admin::{call, installed, tenant_id};
use crate::support::records::updated;
use crate::support::regions::{Regions, SECRET, assert_same, at, dump, is_alive, note};
use crate::support::{TestApp, code, send};

const PROOF: MoveProof = MoveProof::InstallKey;

/// What stands in a census but for keys that are made anew.
fn without_keys(app: &TestApp, tenant: Id) -> std::collections::BTreeMap<String, usize> {
    census(app, tenant)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_moves_with_everything_that_is_stored_of_it_and_nothing_is_left_where_it_was() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let (site, id) = stock::install(us, "jira").await;
    stock::fill(us, &site, id, &Numbers::of("default")).await;
    us.run_jobs().await;
    let (before, counted) = (dump(us, id, false).await, without_keys(us, id));
    for table in DataMap::builtin().unwrap().tenant_tables() {
        assert!(table.name == "erasures" || before.contains_key(&table.name), "{} goes along", table.name);
    }

    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    assert_eq!(note(us, &site, "planned").await, 204, "a move that is planned holds nothing");
    us.services.operation.delete_upload(id, "planned").await.unwrap();
    assert_eq!(site.start_move(PROOF, "m-1").await.status, 204);
    // What is stored can be read; what would be stored is refused in a way that makes the product come again.
    let held = call(us, &site, "PUT", "/api/v1/storage/late", Some(json!({"by": "late"}))).await;
    assert_eq!((held.status, code(&held).as_str()), (503, "tenant_moving"), "{}", held.body);
    let event = site.webhook("jira:issue_updated", updated(us.clock.now().as_millis(), 3, 3, "Late")).await;
    assert_eq!((event.status, event.header("retry-after").is_some()), (503, true));
    assert_eq!(call(us, &site, "GET", "/api/v1/storage/preferences", None).await.status, 200);
    assert_eq!(us.get(&site.page_url("/app/admin", site.user(Who::Admin).as_deref())).await.status, 200);
    assert_eq!(site.notify(Event::Disabled).await.status, 503);

    regions.until(&site, "m-1", "ready-to-commit").await;
    assert_same(&before, &dump(us, id, false).await, "while it moves");
    assert_same(&before, &dump(eu, id, false).await, "as it arrived");
    assert_eq!(without_keys(eu, id), counted, "keys and anchors too");
    assert!(eu.tenant(&site).await.is_none(), "it is asleep: no name leads to it");
    assert!(!is_alive(eu, id).await && !is_alive(us, id).await);

    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    assert_eq!(site.app_url(), regions.wire.url, "the site calls the other region");
    assert_eq!(eu.state(&site).await, "active");
    assert_eq!(eu.tenant(&site).await.unwrap().tenant.id, id, "under the same number");
    assert_same(&before, &dump(eu, id, false).await, "as it lives");
    let again = site.retry_webhooks().await;
    assert_eq!(
        again.iter().map(|answer| answer.status).collect::<Vec<_>>(),
        [204],
        "what waited arrives there"
    );
    assert_eq!(note(eu, &site, "after").await, 204);
    let kept = call(eu, &site, "GET", "/api/v1/storage/preferences", None).await;
    assert_eq!((kept.status, kept.json()), (200, json!({"by": "a page"})));
    let found = eu
        .services
        .tickets
        .page(id, Some("ada"), kept::db::tickets::Standing::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(found.len(), 1, "reports are found by whoever made them");
    let (key, row) = (eu.services.vault.data_key(id).await.unwrap(), &found[0]);
    assert_eq!(row.assignee_id, None);
    assert!(eu.services.tickets.open(&key, row).is_ok(), "and are read in the region where they are now");
    let anchors = audit::anchors(&eu.services.vault).await.unwrap();
    let keys = eu.services.vault.public_keys();
    let chains = audit::verify(&eu.services.main, &keys, &anchors, 1).await.unwrap();
    assert!(chains.broken.is_empty() && chains.anchors == 1, "the chain of records is whole: {chains:?}");

    // Whoever still comes where it was, and proves who they are, is told where it is.
    let token = site.context_token(site.user(Who::Admin).as_deref());
    let late = us.get_with("/api/v1/session", &token).await;
    assert_eq!((late.status, code(&late).as_str()), (421, "tenant_moved"), "{}", late.body);
    let repeated =
        at(us, &site.move_call(MoveProof::Secret, "POST", "/commit", Some(&json!({"migrationId": "m-1"}))))
            .await;
    assert_eq!(repeated.status, 204, "{}", repeated.body);

    let (mails, desk) = (us.sandbox.mails().len(), us.sandbox.desk().sent().len());
    regions.let_go().await;
    regions.assert_only_in(eu, us, id, "after the move").await;
    assert_eq!(us.sandbox.mails().len(), mails, "nobody is told that data is gone");
    assert_eq!(us.sandbox.desk().sent().len(), desk, "nor asked to delete any");
    let receipts =
        us.services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, id)?)).await.unwrap();
    let receipt =
        SignedReceipt::verify(&receipts[0].document, &us.services.vault.public_keys()).unwrap().receipt;
    assert_eq!((receipts.len(), receipt.reason.as_str()), (1, "moved"));
    assert!(
        receipt.pending_processors.is_empty() && receipt.retained.iter().all(|kept| kept.class != "order")
    );

    // The key that proves the site is gone here; Atlassian's own calls are still answered.
    assert_eq!(us.get_with("/api/v1/session", &token).await.status, 401);
    for step in ["/commit", "/status?migrationId=m-1"] {
        let (method, body) =
            if step == "/commit" { ("POST", Some(json!({"migrationId": "m-1"}))) } else { ("GET", None) };
        let answer = at(us, &site.move_call(PROOF, method, step, body.as_ref())).await;
        assert!(answer.is_good(), "{step}: {}", answer.body);
    }
    for event in [Event::Installed, Event::Uninstalled] {
        let body = site.lifecycle_body(event).to_string();
        let token = site.lifecycle_token(event, &site.lifecycle_claims(event));
        let answer = us.post_with(&format!("/connect/{}", event.name()), &token, body).await;
        assert_eq!((answer.status, code(&answer).as_str()), (421, "tenant_moved"), "{}", answer.body);
    }
    assert!(us.tenant(&site).await.is_none(), "it does not begin here once more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_left_moves_with_the_dates_on_which_it_is_due() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    assert_eq!(note(us, &site, "mine").await, 204);
    let suspected = tenant_id(us, &site).await;
    us.services.tenancy.happened(suspected, kept::tenancy::Event::ErasureAsked).await.unwrap();
    us.run_jobs().await;
    let before = us.tenant(&site).await.unwrap().tenant;
    regions.ready(&site, "m-1").await;
    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    let after = eu.tenant(&site).await.unwrap().tenant;
    assert_eq!(after, before, "nothing of its life has changed");
    regions.let_go().await;
    eu.live_until(before.due_at().unwrap()).await;
    us.run_jobs().await;
    assert!(
        eu.tenant(&site).await.is_none() && census(eu, before.id).is_empty(),
        "it is erased there, on its day"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_under_forge_alone_moves_by_its_installation() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = us.site("jira");
    assert_eq!(site.install_on_forge().await.status, 204);
    let id = crate::support::forge_sites::id_of(us, &site).await;
    assert_eq!(crate::support::forge_sites::note(&site, "from before").await, 204);
    us.run_jobs().await;
    site.read_descriptor().await.unwrap();
    assert_eq!(site.schedule_move(MoveProof::Forge, "m-1", "EU").await.status, 204);
    assert_eq!(site.start_move(MoveProof::Forge, "m-1").await.status, 204);
    for _ in 0..3 {
        us.advance(Duration::from_secs(3));
        regions.work().await;
    }
    let ready = site.move_status(MoveProof::Forge, "m-1").await;
    assert_eq!(ready.json()["status"], "ready-to-commit", "{}", ready.body);
    assert_eq!(site.commit_move(MoveProof::Forge, "m-1").await.status, 204);
    assert!(crate::support::forge_sites::noted(&site).await.contains("from before"));
    assert_eq!(crate::support::forge_sites::id_of(eu, &site).await, id);
    regions.let_go().await;
    regions.assert_only_in(eu, us, id, "under Forge").await;
    let call = site.move_call(MoveProof::Forge, "POST", "/commit", Some(&json!({"migrationId": "m-1"})));
    assert_eq!(at(us, &call).await.status, 204, "said once more where it was");
    let late = site.remote_call(
        "GET",
        "/forge/api/v1/session",
        &site.sign_forge(&site.forge_page_claims(Who::Admin)),
        None,
    );
    let late = at(us, &late).await;
    assert_eq!((late.status, code(&late).as_str()), (421, "tenant_moved"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_taken_back_leaves_the_site_as_it_was_and_nothing_elsewhere() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let (site, id) = stock::install(us, "jira").await;
    stock::fill(us, &site, id, &Numbers::of("default")).await;
    us.run_jobs().await;
    for (number, stage) in ["scheduled", "holding", "half", "ready", "unheard"].into_iter().enumerate() {
        let migration = format!("m-{number}");
        let (before, counted) = (dump(us, id, true).await, census(us, id));
        assert_eq!(site.schedule_move(PROOF, &migration, "EU").await.status, 204, "{stage}");
        if stage != "scheduled" {
            assert_eq!(site.start_move(PROOF, &migration).await.status, 204, "{stage}");
        }
        if stage == "half" {
            regions.wire.cut_after(12_000);
            us.advance(Duration::from_secs(3));
            regions.work().await;
            let there = census(eu, id);
            assert!(!there.is_empty() && there != counted, "a part of it is there: {there:?}");
            regions.wire.mend();
        }
        if stage == "ready" || stage == "unheard" {
            regions.until(&site, &migration, "ready-to-commit").await;
        }
        if stage == "unheard" {
            // Nobody knows whether the other side heard that it is to begin. Only its own word can tell.
            regions.wire.cut_after(0);
            assert_eq!(site.commit_move(PROOF, &migration).await.status, 503);
            assert_eq!(site.roll_back_move(PROOF, &migration).await.status, 503);
            regions.wire.mend();
        }
        assert_eq!(site.roll_back_move(PROOF, &migration).await.status, 204, "{stage}");
        assert_same(&before, &dump(us, id, true).await, stage);
        assert_eq!(census(us, id), counted, "{stage}");
        us.advance(Duration::from_secs(11));
        regions.work().await;
        assert_eq!(census(eu, id), std::collections::BTreeMap::new(), "{stage}: no copy is left");
        assert_eq!(site.roll_back_move(PROOF, &migration).await.status, 204, "{stage}: said twice");
        assert_eq!(site.move_status(PROOF, &migration).await.json()["status"], "rolled-back", "{stage}");
        assert_eq!(site.start_move(PROOF, &migration).await.json()["errorResponseCode"], "E0001", "{stage}");
        assert_eq!(note(us, &site, "preferences").await, 204, "{stage}: it goes on");
        us.run_jobs().await;
    }
    assert_eq!(us.state(&site).await, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wire_that_breaks_again_and_again_only_delays_a_move_and_tells_nothing() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let (site, id) = stock::install(us, "jira").await;
    stock::fill(us, &site, id, &Numbers::of("default")).await;
    assert_eq!(
        call(us, &site, "PUT", "/api/v1/storage/plain", Some(json!("a marker of nobody else"))).await.status,
        204
    );
    us.run_jobs().await;
    let before = dump(us, id, false).await;
    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    assert_eq!(site.start_move(PROOF, "m-1").await.status, 204);
    let mut cuts = 0;
    us.advance(Duration::from_secs(3));
    for bytes in (1_000..20_000).step_by(1_500) {
        regions.wire.cut_after(bytes);
        us.run_jobs().await;
        us.advance(Duration::from_secs(11));
        cuts += usize::from(site.move_status(PROOF, "m-1").await.json()["status"] == "in-progress");
    }
    assert!(cuts >= 3, "it was cut in the middle: {cuts}");
    regions.wire.mend();
    regions.until(&site, "m-1", "ready-to-commit").await;
    assert_same(&before, &dump(eu, id, false).await, "after all of it");
    assert_eq!(site.commit_move(PROOF, "m-1").await.status, 204);
    let carried = regions.wire.carried();
    let told = |text: &str| carried.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(told("/moves/v1/frames"), "it went over this wire");
    let row = &before["operation_records"][0]["payload"];
    let account = &before["tenants"][0]["account"];
    for (what, text) in [
        ("a text", "a marker of nobody else".to_owned()),
        ("the secret", site.shared_secret().unwrap()),
        ("the customer", site.client_key()),
        ("a sealed value", row.as_str().unwrap()[..64].to_owned()),
        ("the sealed account", account.as_str().unwrap()[..64].to_owned()),
        ("our number", id.to_string()),
        ("the name of the move", "m-1\"".to_owned()),
        ("a table", "operation_records".to_owned()),
        ("the secret of the settings", SECRET.to_owned()),
    ] {
        assert!(!told(&text), "{what} was told");
    }
    regions.let_go().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_cannot_be_is_refused_with_the_code_for_it() {
    let regions = Regions::start().await;
    let us = &regions.us;
    let site = installed(us, "jira").await;
    let refused = |answer: kept::sandbox::Answer| {
        answer.json()["errorResponseCode"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(refused(site.start_move(PROOF, "m-0").await), "E0001");
    assert_eq!(refused(site.commit_move(PROOF, "m-0").await), "E0001");
    assert_eq!(refused(site.roll_back_move(PROOF, "m-0").await), "E0001");
    assert_eq!(refused(site.move_status(PROOF, "m-0").await), "E0001");
    for elsewhere in ["JP", "US", "Mars"] {
        assert_eq!(refused(site.schedule_move(PROOF, "m-0", elsewhere).await), "E0002", "{elsewhere}");
    }
    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204, "planned twice is planned once");
    assert_eq!(refused(site.commit_move(PROOF, "m-1").await), "E9999", "it has not begun");
    assert_eq!(refused(site.schedule_move(PROOF, "m-2", "EU").await), "E0004", "one at a time for a site");
    // Nobody but the site's own name for it leads to a move.
    let other = installed(us, "other").await;
    assert_eq!(refused(other.start_move(PROOF, "m-1").await), "E0001");
    let mut under_way = Vec::new();
    for number in 0..=kept::moves::AT_ONCE {
        let site = installed(us, &format!("site-{number}")).await;
        assert_eq!(site.schedule_move(PROOF, "m", "EU").await.status, 204);
        let started = site.start_move(PROOF, "m").await;
        match number == kept::moves::AT_ONCE {
            true => assert_eq!(refused(started), "E0004"),
            false => assert_eq!(started.status, 204),
        }
        under_way.push(site);
    }
    for site in under_way {
        assert_eq!(site.roll_back_move(PROOF, "m").await.status, 204);
    }
    us.advance(Duration::from_secs(11));
    regions.work().await;

    let plain = TestApp::start().await;
    let site = installed(&plain, "jira").await;
    assert!(site.descriptor().unwrap().lifecycle("dare-migration").is_none(), "it promises no moves");
    assert_eq!(refused(site.schedule_move(PROOF, "m-1", "EU").await), "E0003");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_about_a_move_proves_it_by_what_the_address_takes_and_by_nothing_else() {
    let regions = Regions::start().await;
    let us = &regions.us;
    let site = installed(us, "jira").await;
    let plan = json!({"migrationId": "m-1", "location": "EU", "endTime": us.clock.now().plus(Duration::from_secs(60))});
    for proof in [MoveProof::InstallKey, MoveProof::Secret] {
        assert_eq!(site.move_step(proof, "schedule", &plan).await.status, 204, "{proof:?}");
    }
    let good = site.move_call(PROOF, "POST", "/start", Some(&plan));
    let token = |token: Option<String>| kept::sandbox::Call { token, ..good.clone() };
    let path = &good.path;
    let mut claims = site.url_claims("POST", path, None);
    let hs256 = |claims: &Value| kept::sandbox::sign_hs256(&site.shared_secret().unwrap(), claims);
    let mut bad = vec![
        ("none", None),
        ("of another secret", Some(kept::sandbox::sign_hs256("another", &claims))),
        ("of a page", Some(site.context_token(None))),
        ("of another address", Some(site.url_token("POST", "/connect/data-residency/commit", None))),
        ("of no key", Some(us.sandbox.sign_rs256(None, &claims))),
        ("for another app", Some(us.sandbox.sign_rs256(Some(&us.sandbox.key_id()), &claims))),
    ];
    claims["exp"] = json!(us.clock.now().as_seconds() - 60);
    bad.push(("of yesterday", Some(hs256(&claims))));
    for (what, bad) in bad {
        assert_eq!(at(us, &token(bad)).await.status, 401, "{what}");
    }
    // Forge's door takes invocations of the one module, and the other one takes none.
    assert_eq!(site.install_on_forge().await.status, 204);
    let claims = site.forge_claims(kept::sandbox::ForgeModule::DAILY);
    let daily =
        site.remote_call("POST", "/forge/data-residency/start", &site.sign_forge(&claims), Some(&plan));
    assert_eq!(at(us, &daily).await.status, 401);
    let call = site.move_call(MoveProof::Forge, "POST", "/start", Some(&plan));
    let crossed = kept::sandbox::Call { path: path.clone(), ..call.clone() };
    assert_eq!(at(us, &crossed).await.status, 401);
    let mut with_jwt = good.clone();
    with_jwt.path = "/forge/data-residency/start".to_owned();
    assert_eq!(at(us, &with_jwt).await.status, 401);
    assert!(is_alive(us, tenant_id(us, &site).await).await, "nothing was held");
    assert_eq!(site.roll_back_move(PROOF, "m-1").await.status, 204);
    us.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_takes_nothing_from_anybody_without_the_secret_nor_anything_twice() {
    let regions = Regions::start().await;
    let eu = &regions.eu;
    let parse = |text: &str| TransportSecret::parse(&Secret::new(text)).unwrap();
    let (ours, theirs) = (parse(SECRET), parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    let offer = async |body: Vec<u8>| {
        let request = eu.request("POST", "/moves/v1/offer").header("content-type", "application/json");
        send(request.body(body)).await
    };
    let now = eu.clock.now();
    let text = |offered: &kept::vault::Offered| serde_json::to_vec(offered.offer()).unwrap();
    for (what, body) in [
        ("another secret", text(&theirs.offer("US>EU", now).unwrap())),
        ("to another region", text(&ours.offer("US>JP", now).unwrap())),
        ("of yesterday", text(&ours.offer("US>EU", now.minus(Duration::from_secs(121))).unwrap())),
        ("of tomorrow", text(&ours.offer("US>EU", now.plus(Duration::from_secs(121))).unwrap())),
        ("of nobody", b"{}".to_vec()),
    ] {
        assert_eq!(offer(body).await.status, 401, "{what}");
    }
    let offered = ours.offer("US>EU", now).unwrap();
    let (said, name) = (text(&offered), offered.offer().session.clone());
    let answer = offer(said.clone()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(offer(said).await.status, 401, "an offer is good once");
    let session = offered.agreed(&ours, &serde_json::from_str(&answer.body).unwrap()).unwrap();
    let frame = async |name: &str, body: Vec<u8>| {
        let request = eu.request("POST", "/moves/v1/frames").header(kept::moves::SESSION, name);
        let request = request.header("content-type", "application/octet-stream").body(body).build().unwrap();
        reqwest_status(eu, request).await
    };
    let word = session.seal(json!({"tenant": 7, "migration": "m", "frame": "drop"}).to_string().as_bytes());
    assert_eq!(frame("nobody's", word.clone()).await, 401);
    assert_eq!(frame(&name, b"no frame at all".to_vec()).await, 401);
    assert_eq!(frame(&name, word.clone()).await, 200);
    assert_eq!(frame(&name, word).await, 401, "a word counts once");
    let page = json!({"tenant": 7, "migration": "m", "frame": {"page": {"number": 1, "table": "tenants", "rows": []}}});
    assert_eq!(frame(&name, session.seal(page.to_string().as_bytes())).await, 200);
    assert!(census(eu, Id::from_i64(7)).is_empty());
}

/// The answer is bytes, which the description of the interface is not held to.
async fn reqwest_status(_: &TestApp, request: reqwest::Request) -> u16 {
    #[expect(clippy::disallowed_methods, reason = "a test plays the other side")]
    let client = reqwest::Client::builder().build().unwrap();
    client.execute(request).await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_never_begins_or_never_ends_is_given_up_and_operators_see_it() {
    let regions = Regions::start().await;
    let us = &regions.us;
    let site = installed(us, "jira").await;
    let refused = |answer: kept::sandbox::Answer| {
        answer.json()["errorResponseCode"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    us.advance(Duration::from_secs(4 * 3_600));
    us.run_jobs().await;
    assert_eq!(refused(site.start_move(PROOF, "m-1").await), "E0001", "its window is over");
    let status = site.move_status(PROOF, "m-1").await.json();
    assert_eq!((&status["status"], &status["errorResponseCode"]), (&json!("failed"), &json!("E9999")));

    // The other deployment is away for longer than a move may take.
    assert_eq!(site.schedule_move(PROOF, "m-2", "EU").await.status, 204);
    regions.wire.cut_after(0);
    assert_eq!(site.start_move(PROOF, "m-2").await.status, 204);
    us.advance(Duration::from_secs(3));
    us.run_jobs().await;
    assert_eq!(note(us, &site, "held").await, 503);
    us.advance(Duration::from_secs(2 * 3_600));
    let shown = us.get(&format!("{}/metrics", us.admin_url)).await;
    assert!(shown.body.contains("kept_moves_stuck 1.0"), "{}", shown.body);
    us.run_jobs().await;
    assert_eq!(site.move_status(PROOF, "m-2").await.json()["status"], "failed");
    assert_eq!(note(us, &site, "held").await, 204, "the site goes on");
    regions.wire.mend();
    us.advance(Duration::from_secs(11));
    us.run_jobs().await;

    assert_eq!(site.schedule_move(PROOF, "m-3", "EU").await.status, 204);
    assert_eq!(site.start_move(PROOF, "m-3").await.status, 204);
    let known = us.services.moves.list(10).await.unwrap();
    assert_eq!(known.len(), 3);
    us.services.moves.abandon(known[0].id).await.unwrap();
    assert_eq!(note(us, &site, "held").await, 204);
    us.advance(Duration::from_secs(11));
    regions.work().await;
    // A copy that nobody asks for goes by itself.
    assert_eq!(site.schedule_move(PROOF, "m-4", "EU").await.status, 204);
    assert_eq!(site.start_move(PROOF, "m-4").await.status, 204);
    regions.until(&site, "m-4", "ready-to-commit").await;
    let id = tenant_id(us, &site).await;
    assert!(!census(&regions.eu, id).is_empty());
    us.advance(Duration::from_secs(4 * 3_600));
    regions.eu.run_jobs().await;
    regions.eu.run_jobs().await;
    assert!(census(&regions.eu, id).is_empty());
    regions.work().await;
    assert!(is_alive(us, id).await, "all of it is where it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_does_not_move_to_where_somebody_of_its_number_or_name_is() {
    let regions = Regions::start().await;
    let (us, eu) = (&regions.us, &regions.eu);
    let site = installed(us, "jira").await;
    assert_eq!(site.schedule_move(PROOF, "m-1", "EU").await.status, 204);
    // By now the same customer is at the other deployment already, under another number.
    us.sandbox.set_app_url(&eu.url);
    assert_eq!(site.install_with(&site.shared_secret().unwrap()).await.status, 204);
    us.sandbox.set_app_url(&us.url);
    site.read_descriptor().await.unwrap();
    let there = eu.tenant(&site).await.unwrap().tenant.id;
    assert_eq!(site.start_move(PROOF, "m-1").await.status, 204);
    regions.until(&site, "m-1", "failed").await;
    let id = tenant_id(us, &site).await;
    us.advance(Duration::from_secs(11));
    regions.work().await;
    assert!(is_alive(us, id).await && is_alive(eu, there).await && census(eu, id).is_empty());
    assert_eq!(note(us, &site, "mine").await, 204);
    assert!(DataMap::builtin().unwrap().tables(Database::Main).count() > 20);
}
