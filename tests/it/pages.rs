//! Our page in an iframe: who may frame it, what it loads, and where it is found.

use kept::sandbox::{Answer, Site};

use crate::support::{TestApp, send};

#[tokio::test(flavor = "multi_thread")]
async fn website_15_website_33_utilitas_10_the_page_may_load_our_own_files_and_all_js_and_nothing_else() {
    let app = TestApp::start().await;
    let page = open(&app, &installed(&app, "jira").await, "/app/admin").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let sandbox = app.sandbox.url();
    let policy = format!(
        "default-src 'none'; script-src 'self' {sandbox}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors https://*.atlassian.net https://*.jira.com {sandbox}"
    );
    assert_eq!(page.header("content-security-policy"), Some(policy.as_str()));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("set-cookie"), None);
    assert_eq!(page.header("x-frame-options"), None, "it would forbid what frame-ancestors allows");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));

    let references = references(&page.body);
    let elsewhere: Vec<&String> = references.iter().filter(|url| url.contains("//")).collect();
    assert_eq!(elsewhere, [&format!("{sandbox}/all.js")]);
    for own in references.iter().filter(|url| !url.contains("//")) {
        let file = app.get(&format!("{}{own}", app.url)).await;
        assert_eq!(file.status, 200, "{own}");
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"), "{own}");
        assert_eq!(file.header("set-cookie"), None);
    }
    assert!(!page.body.contains("<script>") && !page.body.contains(" style="), "nothing inline");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_user_of_either_product_finds_the_page_that_reports_a_problem_and_it_shows_nothing_of_the_site()
{
    let app = TestApp::start().await;
    for (name, descriptor) in
        [("jira", "/atlassian-connect.json"), ("confluence", "/atlassian-connect-confluence.json")]
    {
        let descriptor: serde_json::Value =
            serde_json::from_str(&app.get(&format!("{}{descriptor}", app.url)).await.body).unwrap();
        let module = &descriptor["modules"]["generalPages"][0];
        assert_eq!(module["url"], "/app/report?errorId={ac.errorId}", "{name}");
        assert_eq!(
            module["conditions"][0]["condition"], "user_is_logged_in",
            "no administrator is asked for"
        );

        let site = installed(&app, name).await;
        let page = open(&app, &site, "/app/report").await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("<title>Report a problem</title>"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("set-cookie"), None);
        let admin = open(&app, &site, "/app/admin").await;
        let policy = "content-security-policy";
        assert_eq!(page.header(policy), admin.header(policy), "the same bounds as for every page");
        for own in references(&page.body).iter().filter(|url| !url.contains("//")) {
            assert_eq!(app.get(&format!("{}{own}", app.url)).await.status, 200, "{own}");
        }
        let unsigned = app.get(&format!("{}/app/report", app.url)).await;
        assert_eq!(unsigned.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_that_it_loads_in_the_language_of_its_browser_and_fetches_the_words_of_that_one_alone() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    for (path, source, en, de) in [
        (
            "/app/admin",
            kept::web::pages::ADMIN,
            "<title>Stored data</title>",
            "<title>Gespeicherte Daten</title>",
        ),
        (
            "/app/report",
            kept::web::pages::REPORT,
            "<title>Report a problem</title>",
            "<title>Problem melden</title>",
        ),
    ] {
        let path = site.page_path(path);
        let token = site.url_token("GET", &path, None);
        let in_language = async |accepted: &str| {
            let request = app.request("GET", &format!("{path}&jwt={token}"));
            send(request.header("accept-language", accepted)).await.body
        };
        let german = in_language("de-AT,en;q=0.5").await;
        assert!(german.contains("<html lang=\"de\"") && german.contains(de), "{german}");
        let english = in_language("fr").await;
        assert!(english.contains("<html lang=\"en\"") && english.contains(en), "{english}");

        let fetches = |body: &str, words: &str| {
            body.lines().any(|line| line.contains("modulepreload") && line.contains(words))
        };
        // What the script imports is asked for with it, and not after it.
        for file in kept::web::assets::modules(source) {
            let is_script = german.contains(&format!("<script type=\"module\" src=\"/{file}\""));
            assert!(is_script || fetches(&german, &file), "{file}: {german}");
        }
        assert!(fetches(&german, "/assets/de-") && !fetches(&german, "/assets/en-"), "{german}");
        assert!(fetches(&english, "/assets/en-") && !fetches(&english, "/assets/de-"), "{english}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_framed_by_the_host_that_signed_for_it_and_by_no_text_that_is_no_origin() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let ancestors = async |xdm_e: &[&str]| {
        let query: String = xdm_e.iter().fold(String::new(), |query, value| {
            query + "&xdm_e=" + &url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>()
        });
        let path = format!("/app/admin?lic=none{query}");
        let token = site.url_token("GET", &path, None);
        let page = app.get(&format!("{}{path}&jwt={token}", app.url)).await;
        assert_eq!(page.status, 200, "{xdm_e:?}: {}", page.body);
        let policy = page.header("content-security-policy").unwrap().to_owned();
        policy.split_once("frame-ancestors ").unwrap().1.to_owned()
    };
    let listed = format!("https://*.atlassian.net https://*.jira.com {}", app.sandbox.url());
    for custom in ["https://jira.example.com", "https://jira.example.com:8443"] {
        assert_eq!(ancestors(&[custom]).await, format!("{listed} {custom}"));
    }
    for no_origin in [
        "*",
        "",
        "null",
        "https:",
        "https://*",
        "https://*.com",
        "https://evil.test;sandbox",
        "https://evil.test,evil.test",
        "jira.example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://jira.example.com/path",
        "https://jira.example.com?x",
        "https://jira.example.com#x",
        "https://user@jira.example.com",
        "https://jira.example.com; script-src *",
        "https://jira.example.com https://evil.test",
        "https://jira.example.com,https://evil.test",
        "https://jira.example.com\r\nx-evil: 1",
        "HTTPS://JIRA.example.com'",
    ] {
        assert_eq!(ancestors(&[no_origin]).await, listed, "{no_origin:?}");
    }
    let two = ["https://jira.example.com", "https://evil.test"];
    assert_eq!(ancestors(&two).await, listed, "two origins are one too many");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_path_prefix_the_page_answers_whether_or_not_a_proxy_takes_it_off() {
    let app = TestApp::with(&[("KEPT_BASE_URL", "https://app.example.com/apps/kept")]).await;
    let site = installed(&app, "jira").await;
    let path = site.page_path("/app/admin");
    let token = site.url_token("GET", &path, None);
    let pages =
        [format!("{}{path}&jwt={token}", app.url), format!("{}/apps/kept{path}&jwt={token}", app.url)];
    for url in pages {
        let page = app.get(&url).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("<meta name=\"kept-base\" content=\"/apps/kept\">"));
        let own: Vec<String> =
            references(&page.body).into_iter().filter(|reference| !reference.contains("//")).collect();
        assert!(own.len() >= 2 && own.iter().all(|url| url.starts_with("/apps/kept/assets/")), "{own:?}");
        for url in own {
            assert_eq!(app.get(&format!("{}{url}", app.url)).await.status, 200);
            assert_eq!(app.get(&format!("{}{}", app.url, &url["/apps/kept".len()..])).await.status, 200);
        }
    }
    for prefix in ["", "/apps/kept"] {
        let session = app.get_with(&format!("{prefix}/api/v1/session"), &site.context_token(None)).await;
        assert_eq!(session.status, 200);
        let unknown = app.get_with(&format!("{prefix}/api/v1/nothing"), "no token").await;
        assert_eq!(unknown.status, 401, "who is calling comes first");
    }
    // The hash is over the path below the base URL.
    let whole = site.url_token("GET", &format!("/apps/kept{path}"), None);
    assert_eq!(app.get(&format!("{}/apps/kept{path}&jwt={whole}", app.url)).await.status, 401);
    let beside = app.get(&format!("{}/apps/keptapp/admin?jwt={token}", app.url)).await;
    assert_eq!(beside.status, 404, "a prefix ends where a segment ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opens_an_address_that_fails_gets_a_page_with_the_id_of_the_request() {
    let app = TestApp::start().await;
    let get = async |path: &str, accept: &str, language: &str| {
        let request = app.request("GET", path).header("accept", accept);
        send(request.header("accept-language", language)).await
    };
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (path, status, title) in [
        ("/nothing", 404, "There is nothing at this address"),
        ("/privacy/versions/77", 404, "There is nothing at this address"),
        ("/app/admin", 401, "This page was not opened by your site"),
    ] {
        let page = get(path, BROWSER, "en").await;
        assert_eq!((page.status, page.header("content-type")), (status, Some("text/html; charset=utf-8")));
        let id = page.header("x-request-id").unwrap();
        assert!(page.body.contains(title) && page.body.contains(id), "{path}: {}", page.body);
        assert!(!page.body.contains("<script") && page.body.len() < 20_000, "{path}");
        let hosts = if path == "/app/admin" { "https://*.atlassian.net" } else { "'none'" };
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains(&format!("frame-ancestors {hosts}")), "{path}: {policy}");
        assert!(get(path, BROWSER, "de").await.body.contains("Nummer der Anfrage"), "{path}");
        // A program gets what it can read.
        let document = get(path, "*/*", "en").await;
        assert_eq!(
            (document.status, document.header("content-type")),
            (status, Some("application/problem+json"))
        );
    }
    assert_eq!(get("/app/admin", BROWSER, "en").await.header("www-authenticate"), Some("JWT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_public_pages_are_compressed_for_whoever_takes_it_and_pages_of_one_reader_are_not() {
    let app = TestApp::start().await;
    let get = async |path: &str, codings: &str| {
        send(app.request("GET", path).header("accept-encoding", codings)).await
    };
    let page = open(&app, &installed(&app, "jira").await, "/app/admin").await;
    let script = references(&page.body).into_iter().find(|url| url.starts_with("/assets/")).unwrap();
    for (path, codings, coding) in [
        (script.as_str(), "gzip, deflate, br", Some("br")),
        (&script, "gzip", Some("gzip")),
        (&script, "br;q=0, gzip", Some("gzip")),
        (&script, "identity", None),
        ("/privacy", "gzip, deflate, br", Some("gzip")),
        ("/privacy", "identity", None),
        ("/erasure/none", "gzip, deflate, br", None),
        ("/.well-known/security.txt", "gzip, deflate, br", None),
    ] {
        let answer = get(path, codings).await;
        assert_eq!(answer.header("content-encoding"), coding, "{path} for {codings}");
        if coding.is_some() {
            assert!(answer.header("vary").unwrap().contains("accept-encoding"), "{path}");
        }
    }
    let tags = [get(&script, "br").await, get(&script, "identity").await];
    assert_ne!(tags[0].header("etag"), tags[1].header("etag"), "another coding is another content");
}

async fn installed(app: &TestApp, name: &str) -> Site {
    let site = app.site(name);
    assert_eq!(site.install().await.status, 204);
    site
}

async fn open(app: &TestApp, site: &Site, path: &str) -> Answer {
    let path = site.page_path(path);
    let token = site.url_token("GET", &path, None);
    send(app.request("GET", &format!("{path}&jwt={token}"))).await
}

/// What the page makes a browser fetch.
fn references(html: &str) -> Vec<String> {
    let after = ["src=\"", "href=\""].into_iter().flat_map(|attribute| html.split(attribute).skip(1));
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}
