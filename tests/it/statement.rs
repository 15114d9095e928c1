//! The public pages about privacy, as a browser, a printer and a machine get them.

use kept::app::App;
use kept::policy::model::Origin;
use kept::policy::published::NOTICE;
use kept::policy::{Language, Policy};
use kept::sandbox::{Answer, Event};
use serde_json::{Value, json};

use crate::policy::{self, POLICIES};
use crate::support::notices::contact;
use crate::support::source::read;
use crate::support::{TestApp, TestDatabases, code, settings, start};

const PAGES: [&str; 5] = ["/privacy", "/stored", "/privacy/versions", "/privacy/versions/1", "/cookies"];

async fn get(app: &TestApp, path: &str) -> Answer {
    app.get(&format!("{}{path}", app.url)).await
}

/// A service under this policy.
async fn under(text: &str) -> TestApp {
    let databases = TestDatabases::fresh();
    let path = databases.dir().join("policy.toml");
    std::fs::write(&path, text).unwrap();
    TestApp::on(databases, &[("KEPT_POLICY", path.to_str().unwrap())]).await
}

async fn publish(app: &TestApp, policy: &Policy, notify: bool) -> i64 {
    policy.publish(&app.services.main, app.clock.now(), notify).await.unwrap().number
}

#[tokio::test(flavor = "multi_thread")]
async fn website_47_the_page_shows_the_statement_in_force_in_the_readers_language() {
    for name in POLICIES {
        let app = under(&policy::text(name)).await;
        let policy = policy::policy(name);
        for language in Language::ALL {
            let page = get(&app, &format!("/privacy?lang={}", language.tag())).await;
            assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
            assert!(page.body.contains(&format!("<html lang=\"{}\">", language.tag())));
            let statement = policy.statement(language, start().day());
            for section in &statement.sections {
                let heading = format!("<section id=\"{}\">\n<h2>{}</h2>", section.id, section.title);
                assert!(page.body.contains(&heading), "{name}: {heading}");
            }
        }
    }
    // A change is on the page as soon as it is in force.
    let changed = under(&policy::text("default").replace("Musterweg 1", "Musterweg 2")).await;
    assert!(get(&changed, "/privacy").await.body.contains("Musterweg 2"));
    let app = TestApp::start().await;
    let page = async |asked: &str, accepted: &str| {
        let request = app.request("GET", &format!("/privacy{asked}")).header("accept-language", accepted);
        crate::support::send(request).await.body
    };
    assert!(page("", "de-DE,de;q=0.9,en;q=0.5").await.contains("<h1>Datenschutzerklärung</h1>"));
    assert!(page("", "fr").await.contains("<h1>Privacy statement</h1>"));
    assert!(page("?lang=en", "de").await.contains("<h1>Privacy statement</h1>"));
    assert!(page("?lang=xx", "de").await.contains("<h1>Datenschutzerklärung</h1>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn website_09_every_public_page_leads_to_the_cookies_and_loads_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    publish(&app, &app.services.policy, false).await;
    for path in PAGES {
        let page = get(&app, path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert!(page.body.contains("href=\"/cookies?lang=en\""), "{path}");
        assert!(page.body.contains("href=\"/privacy/versions?lang=en\""), "{path}");
        assert!(page.body.contains("href=\"/stored?lang=en\""), "{path}");
        assert!(page.body.contains("<a href=\"?lang=de\" hreflang=\"de\""), "{path}: the other language");
        assert!(!page.body.contains("<script") && !page.body.contains("src="), "{path}: no script, no image");
        assert!(!page.body.contains(" style="), "{path}: nothing inline that the policy would refuse");
        let security = page.header("content-security-policy").unwrap();
        for rule in
            ["default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'", "form-action 'none'"]
        {
            assert!(security.contains(rule), "{path}: {security}");
        }
        assert!(!security.contains("http") && !security.contains("unsafe"), "{path}: {security}");
        assert_eq!(page.header("set-cookie"), None, "{path}");
        for rule in ["@media print", "prefers-color-scheme: dark"] {
            assert!(page.body.contains(rule), "{path}: {rule}");
        }
    }
    // A page behind a link from a mail, even behind one that does not work.
    let page = get(&app, "/erasure/nothing").await;
    assert!(page.body.contains("/cookies?lang=en\">"), "{}", page.body);
    // Whatever else answers anybody with a page must have the same footer.
    let open = kept::routes::table();
    let open = open.routes().iter().filter(|route| {
        route.caller == kept::auth::Caller::Public && route.method == "GET" && !route.path.contains('{')
    });
    for route in open {
        let answer = get(&app, route.path).await;
        let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        assert!(!is_page || answer.body.contains("href=\"/cookies"), "{}", route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_stands_on_a_page_of_its_own_in_the_words_of_the_statement() {
    for name in POLICIES {
        let app = under(&policy::text(name)).await;
        for language in Language::ALL {
            let query = format!("?lang={}", language.tag());
            let page = get(&app, &format!("/stored{query}")).await.body;
            let whole = get(&app, &format!("/privacy{query}")).await.body;
            let sections: Vec<_> = page.split("<section").skip(1).collect();
            assert!(sections.len() >= 4, "{page}");
            for section in sections {
                let section = section.split("</section>").next().unwrap();
                assert!(whole.contains(section), "{name}: {section}");
            }
            for class in policy::policy(name).document().classes.values() {
                assert!(page.contains(class.title.in_language(language)), "{name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_feeds_hears_of_every_new_version() {
    let first = policy::text("default").replace("Example Apps GmbH", "Beispiel & Söhne <GmbH>");
    let app = under(&first).await;
    let empty = get(&app, "/privacy/versions.atom").await;
    let kind = Some("application/atom+xml; charset=utf-8");
    assert_eq!((empty.status, empty.header("content-type")), (200, kind));
    assert!(empty.body.contains("<updated>2026-11-22T00:00:00Z</updated>"), "{}", empty.body);
    assert!(!empty.body.contains("<entry>"), "{}", empty.body);

    publish(&app, &app.services.policy, false).await;
    let second = first.replace("days = 14,", "days = 9,").replace("\"2026-11-22\"", "\"2027-01-31\"");
    publish(&app, &Policy::parse(&second, "second.toml").unwrap(), false).await;
    let feed = get(&app, "/privacy/versions.atom?lang=de").await.body;
    assert!(feed.starts_with("<?xml version=\"1.0\"") && !feed.contains("<GmbH>"), "{feed}");
    let entries: Vec<_> = feed.split("<entry>").skip(1).collect();
    assert_eq!(entries.len(), 2, "{feed}");
    assert!(entries[0].contains("<title>Fassung 2</title>"), "the newest comes first: {feed}");
    assert!(entries[0].contains("Gültig ab 31. Januar 2027."), "{feed}");
    let page = format!(
        "{}/privacy/versions/2?lang=de",
        app.services.settings.base_url.as_str().trim_end_matches('/')
    );
    assert!(entries[0].contains(&format!("href=\"{page}\"")), "{feed}");
    let archive = get(&app, "/privacy/versions").await.body;
    assert!(archive.contains("href=\"/privacy/versions.atom?lang=en\""), "{archive}");
    assert!(archive.contains("<time datetime=\"2027-01-31\">31 January 2027</time>"), "{archive}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_of_cookies_says_plainly_when_there_are_none_and_lists_those_that_are() {
    let app = TestApp::start().await;
    for (page, said) in [("/cookies", "support console"), ("/cookies?lang=de", "Supportkonsole")] {
        let page = get(&app, page).await.body;
        assert!(page.contains("__Host-kept") && page.contains(said), "{page}");
    }
    let none = policy::without_cookies();
    assert!(none.cookie_register(Language::En).to_string().contains("There are none."));
    assert!(none.cookie_register(Language::De).to_string().contains("Es gibt keine."));
    let register = policy::with_cookies().cookie_register(Language::En).to_string();
    for said in ["| visit |", "until you close the browser", "| choice |", "33 days", "only if you agree"] {
        assert!(register.contains(said), "{said}: {register}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_01_every_app_of_a_descriptor_has_its_section() {
    for name in POLICIES {
        let app = under(&policy::text(name)).await;
        let page = get(&app, "/privacy").await.body;
        for descriptor in ["/atlassian-connect.json", "/atlassian-connect-confluence.json"] {
            let descriptor: Value = serde_json::from_str(&get(&app, descriptor).await.body).unwrap();
            let key = descriptor["key"].as_str().unwrap();
            assert!(page.contains(&format!("<dd>{key}</dd>")), "{name}: {key}");
        }
        for covered in &app.services.policy.document().apps {
            assert!(page.contains(&format!("<h3>{}</h3>", covered.name)), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_15_and_appernetic_21_whoever_gets_data_is_listed_with_what_they_get() {
    let app = TestApp::start().await;
    let page = get(&app, "/privacy").await.body;
    let form: Value = serde_json::from_str(&get(&app, "/privacy.json").await.body).unwrap();
    let listed = form["policy"]["processors"].as_array().unwrap();
    let document = app.services.policy.document();
    assert!(listed.len() == document.processors.len() && !listed.is_empty());
    for processor in &document.processors {
        let classes: Vec<_> =
            processor.classes.iter().map(|name| document.classes[name].title.en.clone()).collect();
        assert!(page.contains(&format!("<h3>{}</h3>", processor.name)));
        for said in
            [&processor.purpose.en, &processor.country.en, &processor.link].into_iter().chain(&classes)
        {
            assert!(page.contains(said.as_str()), "{}: {said}", processor.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_20_an_app_that_no_section_covers_can_neither_be_served_nor_installed() {
    let app = TestApp::start().await;
    let refused = |changed: [(&'static str, &'static str); 1]| {
        let settings = settings(&app.databases, &app.sandbox, &app.clock, &changed);
        async move { format!("{:#}", App::build(settings).await.err().unwrap()) }
    };
    let said = refused([("KEPT_APP_KEY", "undocumented")]).await;
    assert!(
        said.contains("KEPT_POLICY") && said.contains("\"undocumented\", and no section covers"),
        "{said}"
    );

    let site = app.site("jira");
    let mut body = site.lifecycle_body(Event::Installed);
    body["key"] = json!("undocumented");
    let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
    let answer = site.send_lifecycle(Event::Installed, &body, &token).await;
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    assert_eq!(app.state(&site).await, "nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_25_the_place_is_stated_and_a_deployment_elsewhere_does_not_start() {
    let app = under(&policy::text("idalko")).await;
    assert!(get(&app, "/privacy").await.body.contains("Roubaix, France"));
    let form: Value = serde_json::from_str(&get(&app, "/privacy.json").await.body).unwrap();
    assert_eq!(form["policy"]["location"]["region"], "fr-roubaix");
    for (region, starts) in [("fr-roubaix", true), ("us-east", false)] {
        let settings = settings(&app.databases, &app.sandbox, &app.clock, &[("KEPT_REGION", region)]);
        let built = App::build(settings).await.map(drop).map_err(|error| format!("{error:#}"));
        assert_eq!(built.is_ok(), starts, "{built:?}");
        assert!(starts || built.unwrap_err().contains("location.region: KEPT_REGION is \"us-east\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_no_processor_names_stops_the_start_and_this_machine_does_not() {
    let app = TestApp::start().await;
    for (setting, value) in [
        ("KEPT_ALL_JS_URL", "https://cdn.example.org/all.js"),
        ("KEPT_INSTALL_KEYS_URL", "https://keys.example.org"),
        ("KEPT_SMTP_URL", "smtp://mail.example.org"),
        ("KEPT_HOSTS", "*.example.org"),
        ("KEPT_FORGE_JWKS_URL", "https://keys.example.org/jwks.json"),
        ("KEPT_FORGE_API_HOSTS", "api.example.org"),
    ] {
        let changed = [(setting, value), ("KEPT_MAIL_FROM", "kept@example.com")];
        let settings = settings(&app.databases, &app.sandbox, &app.clock, &changed);
        let said = format!("{:#}", App::build(settings).await.err().unwrap());
        assert!(said.contains(&format!("processors: {setting} makes us call")), "{said}");
    }
    let local = [("KEPT_SMTP_URL", "smtp://127.0.0.1:2525"), ("KEPT_MAIL_FROM", "kept@example.com")];
    assert!(App::build(settings(&app.databases, &app.sandbox, &app.clock, &local)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_05_the_statement_says_that_it_covers_cloud_apps_only() {
    let app = under(&policy::text("idalko")).await;
    assert!(get(&app, "/privacy").await.body.contains("covers our cloud apps only"));
    assert!(get(&app, "/privacy?lang=de").await.body.contains("nur für unsere Cloud-Apps"));
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_07_and_15_purposes_have_their_basis_and_the_whole_retention_table_is_public() {
    let app = under(&policy::text("appernetic")).await;
    let page = get(&app, "/privacy").await.body;
    let policy = &app.services.policy;
    for (id, purpose) in &policy.document().purposes {
        let used = policy.document().classes.values().filter(|class| class.purposes.contains(id));
        for class in used {
            let row = format!("<tr><td>{}</td><td>{}</td><td>", purpose.en, class.title.en);
            assert!(page.contains(&row), "{row}");
        }
    }
    let in_page = |text: &str| page.contains(&text.replace('\'', "&#39;"));
    for class in policy.document().classes.values() {
        let periods = policy.periods(Language::En);
        let of_class = periods.iter().filter(|period| period.what.starts_with(&class.title.en));
        let listed: Vec<_> = of_class.collect();
        assert!(
            !listed.is_empty()
                && listed.iter().all(|period| in_page(&format!("<tr><td>{}</td><td>", period.what))),
            "{}",
            class.title.en
        );
    }
    assert!(Origin::Product != Origin::Use && page.contains("Where from"));
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_21_and_utilitas_26_and_website_37_and_46_say_who_answers_and_who_watches() {
    let app = TestApp::start().await;
    for language in Language::ALL {
        let page = get(&app, &format!("/privacy?lang={}", language.tag())).await.body;
        let controller = &app.services.policy.document().controller;
        for said in [&controller.name, &controller.address, &controller.authority] {
            assert!(page.contains(said.as_str()), "{said}");
        }
        assert!(page.contains(&format!("href=\"mailto:{}\"", controller.privacy_email)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn website_34_disclosure_to_an_authority_is_called_an_exception() {
    let app = TestApp::start().await;
    let page = get(&app, "/privacy").await.body;
    assert!(page.contains("only if the law obliges us to") && page.contains("It is an exception"));
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_22_and_website_49_the_archive_keeps_every_version_and_its_hashes_verify() {
    let first = policy::text("default");
    let app = under(&first).await;
    let empty = get(&app, "/privacy/versions").await;
    assert!(empty.body.contains("None has been published yet"), "{}", empty.body);
    assert_eq!(code(&get(&app, "/privacy/versions/1").await), "not_found");
    for wrong in ["0", "-1", "x", "99999999999999999999"] {
        assert_eq!(get(&app, &format!("/privacy/versions/{wrong}")).await.status, 404, "{wrong}");
    }

    assert_eq!(publish(&app, &app.services.policy, false).await, 1);
    let second = first.replace("days = 14,", "days = 9,").replace("\"2026-11-22\"", "\"2027-01-31\"");
    let second = Policy::parse(&second, "second.toml").unwrap();
    assert_eq!(publish(&app, &second, false).await, 2);
    let list = get(&app, "/privacy/versions").await.body;
    for said in ["2026-11-22", "2027-01-31", "href=\"/privacy/versions/2?lang=en\"", "first version"] {
        assert!(list.contains(said), "{said}");
    }
    let (one, two) =
        (get(&app, "/privacy/versions/1").await.body, get(&app, "/privacy/versions/2?lang=de").await.body);
    assert!(one.contains("This is version 1 of the archive") && one.contains("at most 14 days"));
    assert!(two.contains("Das ist Fassung 2 des Archivs") && two.contains("höchstens 9 Tage"));
    assert!(two.contains("gültig ab 31. Januar 2027"), "UTOOLITY-23: each has its day");
    // The page itself still says what is obeyed.
    assert!(get(&app, "/privacy").await.body.contains("at most 14 days"));

    let rows = archive(&app).await;
    assert!(kept::policy::published::verify(&rows).is_ok());
    assert_eq!(rows[1].previous_hash, rows[0].hash);
    for harm in 0..5 {
        let mut rows = rows.clone();
        match harm {
            0 => rows[0].document = rows[0].document.replace("at most 14 days", "at most 99 days"),
            1 => rows[0].effective_at = app.clock.now().into(),
            2 => rows[0].version.push('x'),
            3 => rows[1].number = 3,
            _ => drop(rows.remove(0)),
        }
        assert!(kept::policy::published::verify(&rows).is_err(), "harm {harm}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_the_newest_version_and_what_it_changed() {
    let first = policy::text("default");
    let app = under(&first).await;
    let site = crate::support::admin::installed(&app, "jira").await;
    let ask =
        async || crate::support::admin::call(&app, &site, "GET", "/api/v1/statement", None).await.json();
    assert_eq!(ask().await, json!({"effectiveAt": "2026-11-22T00:00:00Z"}), "nothing is published");
    publish(&app, &app.services.policy, false).await;
    let newest = ask().await["newest"].clone();
    assert_eq!(
        (&newest["number"], &newest["inForce"], &newest["changes"]),
        (&json!(1), &json!(true), &Value::Null)
    );
    assert_eq!(ask().await["number"], 1);

    let second = first.replace("days = 14,", "days = 9,").replace("\"2026-11-22\"", "\"2027-01-31\"");
    publish(&app, &Policy::parse(&second, "second.toml").unwrap(), false).await;
    let newest = ask().await["newest"].clone();
    assert_eq!((&newest["number"], &newest["inForce"]), (&json!(2), &json!(false)));
    assert_eq!(newest["effectiveAt"], "2027-01-31T00:00:00Z");
    let changes = newest["changes"].as_array().unwrap();
    assert!(changes.iter().all(|change| change["material"] == false));
    let told = changes.iter().map(|change| change["text"].as_str().unwrap());
    assert!(told.clone().any(|text| text.contains("14 days") && text.contains("9 days")), "{changes:?}");
    assert_eq!(ask().await["number"], 1, "the one in force has its number also when it is not the newest");
    let kept = changes.iter().find(|change| change["at"][3] == "webhook").unwrap();
    let said =
        |what: &str, before: &str, after: &str| json!({"what": what, "before": before, "after": after});
    assert_eq!(
        kept["words"],
        json!({
            "en": said(
                "Operation data: events of the product: how long we keep it",
                "at most 14 days from the moment it was recorded",
                "at most 9 days from the moment it was recorded",
            ),
            "de": said(
                "Betriebsdaten: Ereignisse des Produkts: wie lange wir es aufbewahren",
                "höchstens 14 Tage ab der Aufzeichnung",
                "höchstens 9 Tage ab der Aufzeichnung",
            ),
        })
    );
}

async fn archive(app: &TestApp) -> Vec<kept::db::policy_versions::PolicyVersionRow> {
    let read = |conn: &mut _| Ok::<_, kept::db::DbError>(kept::db::policy_versions::all(conn)?);
    app.services.main.read(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn website_48_and_utilitas_02_a_material_change_is_published_only_with_a_notice_in_good_time() {
    let app = TestApp::start().await;
    let (_, told) = app.site_with(contact("ada@example.com")).await;
    app.site("other").install().await;
    publish(&app, &app.services.policy, false).await;
    let changed = |effective: &str, from: &str, to: &str| {
        let text = policy::text("default").replace("\"2026-11-22\"", effective).replacen(from, to, 1);
        Policy::parse(&text, "next.toml").unwrap()
    };
    let longer = |effective| changed(effective, "days = 14,", "days = 15,");
    let now = app.clock.now();
    let refused = async |policy: &Policy, notify| {
        policy.publish(&app.services.main, now, notify).await.unwrap_err().to_string()
    };
    let said = refused(&longer("\"2027-01-31\""), false).await;
    assert!(said.contains("retention") && said.contains("14 days") && said.contains("--notify"), "{said}");
    // The notice gap is ten days, and the tests begin at eight in the morning of the 22nd.
    let said = refused(&longer("\"2026-12-02\""), true).await;
    assert!(said.contains("2026-12-03 at the earliest"), "{said}");
    assert_eq!((archive(&app).await.len(), notices(&app).await), (1, 0), "nothing was published");

    let done = longer("\"2026-12-03\"").publish(&app.services.main, now, true).await.unwrap();
    assert_eq!((done.number, done.notified, notices(&app).await), (2, Some(2), 2));
    assert!(archive(&app).await[1].material);
    let again = longer("\"2026-12-03\"").publish(&app.services.main, now, true).await.unwrap();
    assert_eq!((again.number, again.is_new, notices(&app).await), (2, false, 2));
    let said = refused(&changed("\"2026-11-22\"", "days = 14,", "days = 13,"), false).await;
    assert!(said.contains("version 2 takes effect on 2026-12-03"), "{said}");
    // What keeps less needs no notice.
    assert_eq!(publish(&app, &changed("\"2026-12-03\"", "days = 14,", "days = 13,"), false).await, 3);
    app.run_jobs().await;
    // One mail to whoever entered an address, about the version that matters and with a link to its words.
    let mails = app.sandbox.mails();
    assert_eq!((mails.len(), notices(&app).await), (1, 1), "the other one is looked at again tomorrow");
    let said = &mails[0].text;
    assert!(said.contains("3 December 2026") && said.contains("/privacy/versions/2"), "{said}");
    let noticed = app.notices(told).await;
    assert!(
        noticed.len() == 1 && (noticed[0].kind.as_str(), noticed[0].state.as_str()) == ("policy", "sent")
    );
    app.run_jobs().await;
    assert_eq!(app.sandbox.mails().len(), 1);
}

/// How many notices about a change of the policy wait.
async fn notices(app: &TestApp) -> usize {
    app.jobs().await.iter().filter(|job| job.discriminator == NOTICE).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_security_contact_is_where_the_standard_wants_it_and_does_not_expire_unseen() {
    let app = TestApp::with(&[("KEPT_BASE_URL", "https://app.example.com/apps/kept")]).await;
    let file = get(&app, "/.well-known/security.txt").await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    let field = |name: &str| {
        let line = file.body.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("{name}: {}", file.body)).to_owned()
    };
    assert_eq!(field("Contact"), "mailto:security@example.com");
    assert_eq!(field("Preferred-Languages"), "en, de");
    assert_eq!(field("Canonical"), "https://app.example.com/apps/kept/.well-known/security.txt");
    assert!(field("Policy").starts_with("https://app.example.com/apps/kept/privacy"));
    let expires: kept::clock::Timestamp = field("Expires").parse().unwrap();
    assert!(expires > app.clock.now() && expires < app.clock.now().plus_years(1));
    // Under a path prefix the pages lead to each other as well.
    let page = get(&app, "/apps/kept/privacy").await.body;
    assert!(page.contains("href=\"/apps/kept/cookies?lang=en\""));
    assert_eq!(get(&app, "/apps/kept/cookies").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_machine_form_is_the_whole_policy() {
    let app = TestApp::start().await;
    let answer = get(&app, "/privacy.json").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let form: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(form["version"], app.services.policy.version().as_str());
    assert_eq!(form["policy"]["lifeCycle"]["afterLeaving"]["promisedDays"], 180);
    let names = read("policies/default.toml");
    let tables = names.lines().filter_map(|line| line.strip_prefix("[classes.")?.strip_suffix(']'));
    for table in tables.filter(|table| !table.contains('.')) {
        assert!(form["policy"]["classes"][table].is_object(), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_types_the_services_name_alone_comes_to_the_statement() {
    let app = TestApp::start().await;
    let answer = app.get(&format!("{}/", app.url)).await;
    assert_eq!((answer.status, answer.header("location")), (302, Some("/privacy")));
}
