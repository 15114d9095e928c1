//! Links from mails: looking never acts, the button acts once, and a link ends with the state that it was made for.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use kept::config::Secret;
use kept::db::{DbError, Id, keyring};
use kept::sandbox::{Answer, Site};
use kept::tenancy::Event;
use kept::tenancy::links::Purpose;
use kept::vault::{self, MasterKey};
use serde_json::json;

use crate::support::admin::{call, installed, link, look, press, settings, tenant_id};
use crate::support::process::{Environment, Serving};
use crate::support::scan::Traces;
use crate::support::{START, TestApp, send};

const DAY: Duration = Duration::from_secs(86_400);

/// A customer who left, and a link of this purpose in their mail.
async fn left(app: &TestApp, purpose: Purpose) -> (Site, Id, Secret) {
    let site = installed(app, "jira").await;
    let id = tenant_id(app, &site).await;
    site.uninstall().await;
    app.run_jobs().await;
    let token = link(app, id, purpose, app.clock.now().plus(DAY * 20)).await;
    (site, id, token)
}

/// The status and the page, without what differs between requests.
fn seen(answer: Answer) -> (u16, String) {
    (answer.status, answer.body)
}

/// The link that a page offers.
fn offered(page: &str) -> String {
    page.split("class=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_31_a_customer_who_left_has_the_data_deleted_early_by_a_link_and_takes_that_back_by_another() {
    let app = TestApp::start().await;
    let (site, id, token) = left(&app, Purpose::Erase).await;
    let before = app.tenant(&site).await.unwrap().tenant;
    for _ in 0..3 {
        let page = look(&app, token.expose()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for told in
            ["Delete all data early?", "23 November 2026, 08:00 UTC", "Account data", &site.base_url()]
        {
            assert!(page.body.contains(told), "{told}: {}", page.body);
        }
    }
    for confirm in ["", "undo", "export"] {
        assert_eq!(press(&app, token.expose(), confirm).await.status, 400, "{confirm:?}");
    }
    assert_eq!(app.tenant(&site).await.unwrap().tenant, before, "nothing was done so far");

    let done = press(&app, token.expose(), "erase").await;
    assert_eq!(done.status, 200, "{}", done.body);
    let asked = app.tenant(&site).await.unwrap().tenant;
    let due_at = app.services.policy.due_after_asking(app.clock.now());
    assert_eq!((asked.reason(), asked.due_at()), (Some("asked"), Some(due_at)));
    assert_eq!(press(&app, token.expose(), "erase").await.status, 404, "it works once");

    let undo = offered(&done.body);
    assert!(look(&app, &undo).await.body.contains("Keep the data?"));
    let done = press(&app, &undo, "undo").await;
    assert_eq!(app.tenant(&site).await.unwrap().tenant, before);
    assert_eq!(press(&app, &undo, "undo").await.status, 404);

    assert_eq!(press(&app, &offered(&done.body), "erase").await.status, 200, "and asked again");
    app.advance(DAY);
    app.run_jobs().await;
    app.services.tenancy.happened(id, Event::Due).await.unwrap();
    assert_eq!(app.state(&site).await, "nothing");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_links_of_one_mail_work_beside_each_other() {
    let app = TestApp::start().await;
    let (site, id, erase) = left(&app, Purpose::Erase).await;
    let expires_at = app.clock.now().plus(DAY * 20);
    let undo = link(&app, id, Purpose::Undo, expires_at).await;
    let export = link(&app, id, Purpose::Export, expires_at).await;
    let nothing = press(&app, undo.expose(), "undo").await;
    assert_eq!(nothing.status, 409);
    assert!(look(&app, undo.expose()).await.body.contains("There is nothing to take back"));
    assert_eq!(press(&app, erase.expose(), "erase").await.status, 200);
    assert_eq!(look(&app, export.expose()).await.status, 200);
    assert_eq!(press(&app, undo.expose(), "undo").await.status, 200, "it was not used up by nothing");
    assert_eq!(app.tenant(&site).await.unwrap().tenant.reason(), Some("left"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_left_downloads_everything_by_a_link_once() {
    let app = TestApp::start().await;
    let (site, id, token) = left(&app, Purpose::Export).await;
    let page = look(&app, token.expose()).await;
    assert!(page.status == 200 && page.body.contains("Download your data"), "{}", page.body);
    assert_eq!(press(&app, token.expose(), "").await.status, 400);
    let file = press(&app, token.expose(), "export").await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/zip")));
    let name = format!("attachment; filename=\"data-{id}.zip\"");
    assert_eq!(file.header("content-disposition"), Some(name.as_str()));
    assert!(file.body.starts_with("PK"));
    assert_eq!(press(&app, token.expose(), "export").await.status, 404);
    assert_eq!(timeline_count(&app, id, "exported").await, 1);
    assert_eq!(app.tenant(&site).await.unwrap().tenant.reason(), Some("left"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_who_press_the_button_at_once_one_acts() {
    let app = TestApp::start().await;
    let (site, id, token) = left(&app, Purpose::Erase).await;
    let answers = join_all((0..50).map(|_| press(&app, token.expose(), "erase"))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 404, 503].contains(status)), "{statuses:?}");
    assert_eq!(app.tenant(&site).await.unwrap().tenant.reason(), Some("asked"));
    let asked = timeline_count(&app, id, "erasure_asked").await;
    assert_eq!(asked, 1);
    app.run_jobs().await;
}

async fn timeline_count(app: &TestApp, id: Id, kind: &'static str) -> usize {
    let end = Id::from_i64(i64::MAX);
    let rows =
        app.services.main.read(move |conn| Ok::<_, DbError>(kept::db::timeline::page(conn, id, end, 100)?));
    rows.await.unwrap().iter().filter(|row| row.kind == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_that_does_not_work_shows_the_same_page() {
    let app = TestApp::start().await;
    let (site, id, used) = left(&app, Purpose::Erase).await;
    press(&app, used.expose(), "erase").await;
    let now = app.clock.now();
    let live = link(&app, id, Purpose::Erase, now.plus(DAY * 20)).await;
    let text = live.expose();
    let swapped = |at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let other = installed(&app, "confluence").await;
    let of_other = link(&app, tenant_id(&app, &other).await, Purpose::Export, now.plus(DAY)).await;
    let wrong = [
        used.expose().to_owned(),
        link(&app, id, Purpose::Erase, now).await.expose().to_owned(),
        app.services.vault.sign_link(id, Id::from_i64(7)).unwrap().expose().to_owned(),
        app.services.vault.sign_link(Id::from_i64(7), id).unwrap().expose().to_owned(),
        swapped(0),
        swapped(3),
        swapped(12),
        swapped(40),
        swapped(66),
        text[..66].to_owned(),
        text[1..].to_owned(),
        format!("{text}A"),
        text.to_lowercase(),
        text.to_uppercase(),
        // The names of one link under the signature of another.
        format!("{}{}", &text[..24], &of_other.expose()[24..]),
        format!("{}{}", &of_other.expose()[..24], &text[24..]),
        "x".to_owned(),
        "%00".to_owned(),
        "..%2f..".to_owned(),
        "a".repeat(5_000),
    ];
    let mut pages = BTreeSet::new();
    for token in &wrong {
        pages.insert(seen(look(&app, token).await));
        pages.insert(seen(press(&app, token, "erase").await));
    }
    assert_eq!(pages.len(), 1, "{pages:#?}");
    let (status, page) = pages.pop_first().unwrap();
    assert_eq!(status, 404);
    assert!(page.contains("This link does not work") && page.contains("privacy@example.com"), "{page}");
    assert_eq!(look(&app, text).await.status, 200, "the real one still works");
    assert_eq!(app.tenant(&site).await.unwrap().tenant.reason(), Some("asked"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_the_state_that_it_was_made_for() {
    let app = TestApp::start().await;
    let (site, id, token) = left(&app, Purpose::Erase).await;
    app.advance(DAY * 20 - Duration::from_millis(1));
    assert_eq!(look(&app, token.expose()).await.status, 200);
    app.advance(Duration::from_millis(1));
    assert_eq!(look(&app, token.expose()).await.status, 404, "its time is over");

    let far = app.clock.now().plus(DAY * 300);
    let token = link(&app, id, Purpose::Erase, far).await;
    site.install().await;
    assert_eq!(press(&app, token.expose(), "erase").await.status, 404, "the customer is back");
    site.uninstall().await;
    assert_eq!(press(&app, token.expose(), "erase").await.status, 404, "and left again");
    assert_eq!(app.tenant(&site).await.unwrap().tenant.reason(), Some("left"));

    let token = link(&app, id, Purpose::Erase, far).await;
    app.advance(DAY * 151);
    app.services.tenancy.happened(id, Event::Due).await.unwrap();
    assert_eq!(press(&app, token.expose(), "erase").await.status, 404, "the erasure has begun");

    let other = installed(&app, "confluence").await;
    let end = |days: u32| settings(json!({"subscriptionEndsAt": app.clock.now().plus(DAY * days)}));
    call(&app, &other, "PUT", "/api/v1/settings", Some(end(30))).await;
    let token = link(&app, tenant_id(&app, &other).await, Purpose::Erase, far).await;
    assert_eq!(look(&app, token.expose()).await.status, 200);
    call(&app, &other, "PUT", "/api/v1/settings", Some(end(60))).await;
    assert_eq!(look(&app, token.expose()).await.status, 404, "the mail spoke of another date");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_plain_private_and_in_the_customers_language() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let id = tenant_id(&app, &site).await;
    call(&app, &site, "PUT", "/api/v1/settings", Some(settings(json!({"language": "de"})))).await;
    let token = link(&app, id, Purpose::Erase, app.clock.now().plus(DAY)).await;
    let pages = [
        (look(&app, token.expose()).await, "Alle Daten vorzeitig löschen?", "<html lang=\"de\">"),
        (
            press(&app, token.expose(), "erase").await,
            "23. November 2026, 08:00 Uhr UTC",
            "<html lang=\"de\">",
        ),
        (look(&app, "nonsense").await, "This link does not work", "<html lang=\"en\">"),
    ];
    for (page, told, language) in pages {
        assert!(page.body.contains(told) && page.body.contains(language), "{}", page.body);
        for loads in ["<script", "<link", "src=", "url(", "@import", "style=\"", "onclick"] {
            assert!(!page.body.contains(loads), "{loads}: {}", page.body);
        }
        assert!(page.body.contains("name=\"viewport\"") && page.body.contains("prefers-color-scheme: dark"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"), "{policy}");
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("x-robots-tag", "noindex, nofollow"),
            ("cache-control", "no-store"),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name}");
        }
    }
    let german = app.request("GET", "/erasure/nonsense").header("accept-language", "de-AT,de;q=0.9,en;q=0.8");
    assert!(send(german).await.body.contains("Dieser Link funktioniert nicht"));
    let large =
        app.request("POST", &format!("/erasure/{}", token.expose())).body("confirm=erase&".repeat(100));
    assert_eq!(send(large).await.status, 413);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_a_page_chooses_its_language_and_no_choice_loses_what_is_shown_once() {
    let app = TestApp::start().await;
    let (_, _, token) = left(&app, Purpose::Erase).await;
    let german = format!("{}?lang=de", token.expose());
    let page = look(&app, token.expose()).await.body;
    assert!(page.contains("<html lang=\"en\">") && page.contains("<a href=\"?lang=de\""), "{page}");
    let page = look(&app, &german).await.body;
    assert!(page.contains("<html lang=\"de\">") && page.contains("<a href=\"?lang=en\""), "{page}");
    let asked = press(&app, &german, "erase").await.body;
    assert!(asked.contains("<html lang=\"de\">"), "{asked}");
    assert!(!asked.contains("<a href=\"?lang="), "its link is shown once: {asked}");
    let undo = offered(&asked);
    assert!(undo.ends_with("?lang=de"), "{undo}");
    assert!(look(&app, &undo).await.body.contains("<html lang=\"de\">"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_for_links_is_taken_into_use_and_former_links_go_on_working() {
    let app = TestApp::start().await;
    let (_site, id, token) = left(&app, Purpose::Erase).await;
    let settings = &app.services.settings;
    let master = MasterKey::load(&settings.master_key, None, false).unwrap();
    let added = vault::add_link_key(&app.services.keyring, master.into(), app.clock.now()).await.unwrap();
    assert_eq!(added, 2);
    assert_eq!(look(&app, token.expose()).await.status, 200);
    // Another process made this one, after its start.
    let master = MasterKey::load(&settings.master_key, None, false).unwrap();
    let keyring = app.services.keyring.clone();
    let elsewhere = vault::Vault::open(keyring, master, app.clock.clone()).await.unwrap();
    let row = only_link(&app, id).await;
    let newer = elsewhere.sign_link(id, row).unwrap();
    assert_ne!(newer.expose(), token.expose());
    assert_eq!(look(&app, newer.expose()).await.status, 200, "a key that came meanwhile is looked for");
    app.run_jobs().await;
}

/// A former key for links is kept for as long as anything is open that it may have signed, and not longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_former_key_for_links_goes_when_none_of_its_links_can_be_open() {
    let app = TestApp::start().await;
    let (_site, id, token) = left(&app, Purpose::Export).await;
    let until = app.clock.now().plus(DAY * 20);
    let master = MasterKey::load(&app.services.settings.master_key, None, false).unwrap();
    vault::add_link_key(&app.services.keyring, master.into(), app.clock.now()).await.unwrap();
    app.live_until(until.minus(DAY)).await;
    assert_eq!(link_keys(&app).await, ["links.1", "links.2"], "a link of the former one is still open");
    assert_eq!(look(&app, token.expose()).await.status, 200);
    app.live_until(until.plus(DAY)).await;
    assert_eq!(link_keys(&app).await, ["links.2"]);
    assert_eq!(look(&app, token.expose()).await.status, 404);

    // A start finds the keys that are left, makes none of a number that was there, and links go on working.
    let master = MasterKey::load(&app.services.settings.master_key, None, false).unwrap();
    let keyring = app.services.keyring.clone();
    let again = vault::Vault::open(keyring, master, app.clock.clone()).await.unwrap();
    assert_eq!(link_keys(&app).await, ["links.2"]);
    let newer = link(&app, id, Purpose::Export, app.clock.now().plus(DAY)).await;
    assert!(again.prove_link(newer.expose()).await.unwrap().is_some());
    assert!(again.prove_link(token.expose()).await.unwrap().is_none());
    let master = MasterKey::load(&app.services.settings.master_key, None, false).unwrap();
    let added = vault::add_link_key(&app.services.keyring, master.into(), app.clock.now()).await.unwrap();
    assert_eq!(added, 3, "a number is never used again");
}

async fn link_keys(app: &TestApp) -> Vec<String> {
    let found = app.services.keyring.read(|conn| Ok::<_, DbError>(keyring::service_keys(conn, "links.")?));
    let mut names: Vec<String> = found.await.unwrap().into_iter().map(|(name, ..)| name).collect();
    names.sort();
    names
}

/// The id of the link that this tenant has.
async fn only_link(app: &TestApp, id: Id) -> Id {
    let unproven = app.services.main.read(move |conn| {
        use diesel::prelude::*;
        use kept::db::schema::links::dsl;
        Ok::<Id, DbError>(dsl::links.filter(dsl::tenant_id.eq(id)).select(dsl::id).first(conn)?)
    });
    unproven.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_tells_a_token() {
    let app = TestApp::start().await;
    let (_site, id, token) = left(&app, Purpose::Erase).await;
    let environment =
        Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START).set("KEPT_LOG", "debug");
    let serving = Serving::start(environment.command(&app.databases, &["serve"]));
    let at = |token: &str| format!("{}/erasure/{token}", serving.url);
    let client = app.get(&at(token.expose())).await;
    assert_eq!(client.status, 200);
    let pressed = send(app.request_to("POST", &at(token.expose())).body("confirm=erase")).await;
    let undo = offered(&pressed.body);
    assert_eq!((pressed.status, app.get(&at(token.expose())).await.status), (200, 404));
    assert_eq!(app.get(&at("mk01234567forged")).await.status, 404);
    let said = serving.stop().stderr;
    assert!(said.contains("a link was followed") && said.contains(&id.to_string()), "{said}");
    assert!(said.contains("a link did not work"), "{said}");
    let traces = Traces::of(["mk01234567forged", token.expose(), &undo]);
    assert_eq!(traces.in_bytes(said.as_bytes()), [""; 0]);
    assert_eq!(traces.in_everything(&app.databases), [""; 0], "nor is it stored");
    app.run_jobs().await;
}
