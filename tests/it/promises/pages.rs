//! What a browser gets: cookies, scripts, encryption, and pages that work without any of what may be refused.

use std::collections::BTreeSet;

use kept::auth::Caller;
use kept::policy::{Language, Policy};
use kept::sandbox::{Answer, Site};
use serde_json::json;

use crate::export::installed;
use crate::policy::{policy, with_cookies};
use crate::support::admin::{call, settings};
use crate::support::{TestApp, fault, send};

/// Every route once as anybody calls it, and once more with a token where it wants one.
async fn every_answer(app: &TestApp, site: &Site) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    for route in kept::routes::table().routes() {
        let path: Vec<&str> =
            route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        let (path, method) = (path.join("/"), route.method.as_str());
        let name = format!("{method} {path}");
        let answer = send(app.request(method, &path)).await;
        answers.push((name.clone(), answer));
        if matches!(route.caller, Caller::ConnectContext | Caller::ConnectAdmin) {
            answers.push((name.clone(), call(app, site, method, &path, Some(json!({}))).await));
        }
    }
    let page = site.page_path("/app/admin");
    let token = site.url_token("GET", &page, None);
    answers
        .push(("GET /app/admin".to_owned(), send(app.request("GET", &format!("{page}&jwt={token}"))).await));
    answers
}

/// What is wrong with a cookie, before anybody has agreed to any.
fn fault_of(cookie: &str, policy: &Policy) -> Option<String> {
    let (name, value) = cookie.split(';').next()?.split_once('=')?;
    let attributes = cookie.to_lowercase();
    let stays = attributes.contains("max-age") || attributes.contains("expires");
    let Some(listed) = policy.document().cookies.iter().find(|listed| listed.name == name.trim()) else {
        return Some(format!("{name} is not in the register"));
    };
    let age = listed.days.map(|days| format!("max-age={}", u64::from(days) * 86_400));
    match age {
        _ if !listed.essential => Some(format!("{name} is set before anybody agreed")),
        _ if value.contains('@') || value.len() > 64 => Some(format!("{name} may hold personal data")),
        None if stays => Some(format!("{name} outlives the browser's session")),
        Some(age) if !attributes.contains(&age) => Some(format!("{name} has another life than it is told")),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn website_06_website_07_website_10_utilitas_25_no_answer_sets_a_cookie_that_the_register_does_not_allow()
 {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    let policy = &app.services.policy;
    let answers = every_answer(&app, &site).await;
    assert!(answers.len() > 40, "{}", answers.len());
    for (name, answer) in &answers {
        let cookies = answer.headers.iter().filter(|(header, _)| header == "set-cookie");
        let faults: Vec<String> = cookies.filter_map(|(_, cookie)| fault_of(cookie, policy)).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    // The register that readers see, the data map and the policy agree.
    let listed: BTreeSet<&String> = policy.document().cookies.iter().map(|cookie| &cookie.name).collect();
    assert_eq!(listed, fault::data_map().cookies().keys().collect());
    let page = send(app.request("GET", "/cookies")).await.body;
    assert!(!listed.is_empty() || page.contains("There are none."), "{page}");
    app.run_jobs().await;
}

#[test]
fn website_06_website_07_a_cookie_lives_as_long_as_the_register_says() {
    let policy = with_cookies();
    assert_eq!(
        (policy.cookie_age("visit"), policy.cookie_age("choice").unwrap().as_secs()),
        (None, 33 * 86_400)
    );
    let register = policy.cookie_register(Language::En).to_string();
    assert!(register.contains("until you close the browser") && register.contains("33 days"), "{register}");
    for (cookie, is_wrong) in [
        ("visit=5f2c; Path=/", false),
        ("visit=5f2c; Max-Age=60", true),
        ("visit=ada@customer.example", true),
        ("choice=1; Max-Age=2851200", true),
        ("other=1", true),
    ] {
        assert_eq!(fault_of(cookie, &policy).is_some(), is_wrong, "{cookie}");
    }
}

/// No answer hands out a cookie that a later request would need: a browser that refuses them gets all there is.
#[tokio::test(flavor = "multi_thread")]
async fn website_08_utilitas_11_everything_works_in_a_browser_that_refuses_cookies() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    let mut answers = Vec::new();
    for path in ["/privacy", "/privacy/versions", "/cookies", "/privacy.json", "/.well-known/security.txt"] {
        answers.push((path, send(app.request("GET", path)).await));
    }
    let page = site.page_path("/app/admin");
    let token = site.url_token("GET", &page, None);
    answers.push(("/app/admin", send(app.request("GET", &format!("{page}&jwt={token}"))).await));
    for path in ["/api/v1/session", "/api/v1/data/summary", "/api/v1/settings", "/api/v1/timeline"] {
        answers.push((path, call(&app, &site, "GET", path, None).await));
    }
    let entered = settings(json!({"contact": "ada@customer.example"}));
    answers.push(("settings", call(&app, &site, "PUT", "/api/v1/settings", Some(entered)).await));
    answers.push(("storage", call(&app, &site, "PUT", "/api/v1/storage/a", Some(json!(1))).await));
    answers.push(("storage", call(&app, &site, "GET", "/api/v1/storage/a", None).await));
    answers.push(("usage", call(&app, &site, "POST", "/api/v1/usage/export", None).await));
    for (what, answer) in &answers {
        assert!((200..300).contains(&answer.status), "{what}: {} {}", answer.status, answer.body);
        assert_eq!(answer.header("set-cookie"), None, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_19_a_page_that_is_looked_at_makes_nobody_send_anything_anywhere() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    app.run_jobs().await;
    app.sandbox.forget_recorded();
    let path = site.page_path("/app/admin");
    let token = site.url_token("GET", &path, None);
    let page = send(app.request("GET", &format!("{path}&jwt={token}"))).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let security = page.header("content-security-policy").unwrap();
    // The browser may load our own files and the product's one script, and talk to us alone.
    let rule = |name: &str| security.split("; ").find_map(|rule| rule.strip_prefix(&format!("{name} ")));
    assert_eq!((rule("default-src"), rule("connect-src")), (Some("'none'"), Some("'self'")), "{security}");
    assert_eq!((rule("form-action"), rule("img-src")), (Some("'none'"), Some("'self' data:")), "{security}");
    assert_eq!(rule("script-src"), Some(format!("'self' {}", app.sandbox.url()).as_str()));
    assert_eq!(call(&app, &site, "GET", "/api/v1/session", None).await.status, 200);
    app.run_jobs().await;
    let recorded = app.sandbox.recorded();
    assert!(recorded.is_empty(), "the service called somebody: {recorded:?}");
    assert!(app.sandbox.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_23_every_answer_asks_for_tls_and_production_speaks_nothing_else() {
    let app = TestApp::start().await;
    let (site, _) = installed(&app, "jira").await;
    for (name, answer) in every_answer(&app, &site).await {
        let asked = answer.header("strict-transport-security").unwrap_or_default();
        let seconds = asked.split("max-age=").nth(1).and_then(|rest| rest.split(';').next());
        let seconds = seconds.and_then(|seconds| seconds.parse::<u64>().ok()).unwrap_or_default();
        assert!(seconds >= 365 * 86_400, "{name}: {asked:?}");
    }
    app.run_jobs().await;
    let production = [
        ("KEPT_ENV", "production"),
        ("KEPT_BASE_URL", "https://app.example.com"),
        ("KEPT_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("KEPT_REGION", "fr-roubaix"),
        ("KEPT_SMTP_URL", "smtps://mail.example.com"),
        ("KEPT_MAIL_FROM", "kept@example.com"),
    ];
    let refused = |name: &'static str, value: &'static str| {
        let settings = kept::config::Settings::from_lookup(|asked| {
            let of = production.iter().find(|(known, _)| *known == asked).map(|(_, value)| *value);
            if asked == name { Some(value.to_owned()) } else { of.map(str::to_owned) }
        });
        settings.err().map(|error| error.name)
    };
    assert_eq!(refused("KEPT_ENV", "production"), None);
    for (name, plain) in [
        ("KEPT_BASE_URL", "http://app.example.com"),
        ("KEPT_ALL_JS_URL", "http://connect-cdn.atl-paas.net/all.js"),
        ("KEPT_INSTALL_KEYS_URL", "http://connect-install-keys.atlassian.com"),
        ("KEPT_HOSTS", "http://127.0.0.1:8081"),
    ] {
        assert_eq!(refused(name, plain), Some(name), "{plain}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn website_21_nothing_is_promoted_to_anybody() {
    let app = TestApp::start().await;
    let page = send(app.request("GET", "/privacy")).await.body;
    assert!(page.contains("We do not sell your data and do not use it for advertising."), "{page}");
    for name in crate::policy::POLICIES {
        for id in policy(name).document().purposes.keys() {
            let promotes = ["market", "advert", "promot", "newsletter"].iter().any(|word| id.contains(word));
            assert!(!promotes, "{name}: {id}");
        }
    }
}
